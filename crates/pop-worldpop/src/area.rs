//! Countries, US states and the world, as the catalogue and as file names call them.

use std::fmt;
use std::str::FromStr;

/// Kosovo: the catalogue's code, and the one of its files.
const KOSOVO: (&str, &str) = ("KOS", "xkx");

/// Countries and territories by ISO 3166-1 alpha-3, Kosovo, and the Spratly Islands of Global1.
const COUNTRIES: &str = "abw afg ago aia ala alb and are arg arm asm ata atf atg aus aut aze bdi bel ben bes bfa bgd \
    bgr bhr bhs bih blm blr blz bmu bol bra brb brn btn bvt bwa caf can cck che chl chn civ cmr \
    cod cog cok col com cpv cri cub cuw cxr cym cyp cze deu dji dma dnk dom dza ecu egy eri esh \
    esp est eth fin fji flk fra fro fsm gab gbr geo ggy gha gib gin glp gmb gnb gnq grc grd grl \
    gtm guf gum guy hkg hmd hnd hrv hti hun idn imn ind iot irl irn irq isl isr ita jam jey jor \
    jpn kaz ken kgz khm kir kna kor kos kwt lao lbn lbr lby lca lie lka lso ltu lux lva mac maf \
    mar mco mda mdg mdv mex mhl mkd mli mlt mmr mne mng mnp moz mrt msr mtq mus mwi mys myt nam \
    ncl ner nfk nga nic niu nld nor npl nru nzl omn pak pan pcn per phl plw png pol pri prk prt \
    pry pse pyf qat reu rou rus rwa sau sdn sen sgp sgs shn sjm slb sle slv smr som spm spr srb \
    ssd stp sur svk svn swe swz sxm syc syr tca tcd tgo tha tjk tkl tkm tls ton tto tun tur tuv \
    twn tza uga ukr umi ury usa uzb vat vct ven vgb vir vnm vut wlf wsm xkx yem zaf zmb zwe";

/// Whether three lower-case letters are a country, or a code that ISO 3166-1 leaves to its users.
pub(crate) fn is_country(code: &str) -> bool {
    let assigned = COUNTRIES.split(' ').any(|known| known == code);
    let bytes = code.as_bytes();
    assigned
        || (bytes.len() == 3 && bytes[0] == b'x' && bytes[1..].iter().all(u8::is_ascii_lowercase))
}

/// What a raster covers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Area {
    /// As it stands in file names: lower case; two letters for a US state.
    code: String,
}

/// A text that names no area.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not an area, expected a country's three letters (ISO 3166-1), US-AL and the like for a US state, or GLOBAL"
)]
pub struct UnknownArea(pub String);

impl Area {
    /// The area that a file name speaks of.
    #[must_use]
    pub fn of_file(code: &str) -> Self {
        Self {
            code: code.to_ascii_lowercase(),
        }
    }

    /// The code in file names, in lower case: `sle`, `xkx`, `al`, `global`.
    #[must_use]
    pub fn file_code(&self) -> &str {
        &self.code
    }

    /// The catalogue's `iso3` for it: `KOS` for Kosovo, `USA` for a state; `None` for the world.
    #[must_use]
    pub fn catalogue_code(&self) -> Option<String> {
        match self.code.as_str() {
            "global" => None,
            code if code == KOSOVO.1 => Some(KOSOVO.0.to_owned()),
            code if code.len() == 2 => Some("USA".to_owned()),
            code => Some(code.to_ascii_uppercase()),
        }
    }

    /// Whether it is the whole world.
    #[must_use]
    pub fn is_world(&self) -> bool {
        self.code == "global"
    }

    /// Whether it is a state of the USA.
    #[must_use]
    pub fn is_state(&self) -> bool {
        self.code.len() == 2
    }
}

impl FromStr for Area {
    type Err = UnknownArea;

    /// Reads `SLE`, `XKX` (or `KOS`), `US-AL`, `GLOBAL`, in either case.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let lower = text.trim().to_ascii_lowercase();
        let letters = |code: &str| code.bytes().all(|byte| byte.is_ascii_lowercase());
        let code = match lower.strip_prefix("us-") {
            Some(state) if state.len() == 2 && letters(state) => state,
            None if lower == "global" || lower == "world" => "global",
            None if lower.eq_ignore_ascii_case(KOSOVO.0) => KOSOVO.1,
            None if lower.len() == 3 && letters(&lower) => lower.as_str(),
            _ => return Err(UnknownArea(text.to_owned())),
        };
        Ok(Self {
            code: code.to_owned(),
        })
    }
}

impl fmt::Display for Area {
    /// The way people write it: `SLE`, `XKX`, `US-AL`, `GLOBAL`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_state() {
            f.write_str("US-")?;
        }
        f.write_str(&self.code.to_ascii_uppercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> (String, Option<String>, String) {
        let area: Area = text.parse().unwrap();
        (
            area.file_code().to_owned(),
            area.catalogue_code(),
            area.to_string(),
        )
    }

    #[test]
    fn catalogue_codes_and_file_codes_differ() {
        let found = |file: &str, catalogue: Option<&str>, shown: &str| {
            (
                file.to_owned(),
                catalogue.map(ToOwned::to_owned),
                shown.to_owned(),
            )
        };
        assert_eq!(codes("sle"), found("sle", Some("SLE"), "SLE"));
        assert_eq!(codes("KOS"), found("xkx", Some("KOS"), "XKX"));
        assert_eq!(codes("XKX"), found("xkx", Some("KOS"), "XKX"));
        assert_eq!(codes("us-al"), found("al", Some("USA"), "US-AL"));
        assert_eq!(codes("Global"), found("global", None, "GLOBAL"));
    }

    #[test]
    fn two_letters_alone_are_refused() {
        for text in ["", "SL", "AL", "US-", "US-ALA", "SLEX", "S1E", "../"] {
            assert!(text.parse::<Area>().is_err(), "{text}");
        }
    }
}
