//! What names and descriptions say against the label of a raster.

use std::fs::File;

use pop_cli::ToolError;
use pop_raster::RasterFile;
use pop_worldpop::{NameFinding, RasterName, name_finding, refusal_of_text};

use crate::label::{ContentLabel, LabelOverride};
use crate::raster_spec::RasterSpec;

/// Characters; a longer text describes a product, and who else was looked at.
const LONGEST_DESCRIPTION: usize = 100;

/// The description of the image, where it is short enough to say what the cells hold.
pub(crate) fn image_description(file: &RasterFile<File>) -> Option<&str> {
    let is_short = |text: &&str| text.chars().count() <= LONGEST_DESCRIPTION;
    file.image_description().filter(is_short)
}

/// The names and texts that describe a band, in the order in which they count.
pub(crate) struct BandTexts<'a> {
    /// From 0.
    pub(crate) band: usize,
    /// The name given on the command line.
    given: Option<&'a str>,
    /// The file's name, and that of the raster it was cut from.
    own: Vec<&'a str>,
    description: Option<&'a str>,
    image_description: Option<&'a str>,
}

impl<'a> BandTexts<'a> {
    pub(crate) fn of(spec: &'a RasterSpec, file: &'a RasterFile<File>, band: usize) -> Self {
        let origin = file
            .clip_record()
            .and_then(|record| record.source_name.as_deref());
        Self {
            band,
            given: spec.name.as_deref(),
            own: [Some(spec.stem()), origin].into_iter().flatten().collect(),
            description: file.description(band),
            image_description: image_description(file),
        }
    }

    /// What the texts say against summing the band as `label`, which the command line may have changed; `None` where it says who is counted.
    ///
    /// # Errors
    /// Where a name is that of a raster that holds no people.
    pub(crate) fn finding(
        &self,
        listed: Option<&ContentLabel>,
        overrides: &[&LabelOverride],
    ) -> Result<Option<String>, ToolError> {
        let says_who = overrides.iter().any(|over| over.says_who())
            || listed.is_some_and(ContentLabel::says_who);
        if !says_who && let Some(finding) = self.open_question()? {
            return Ok(Some(finding));
        }
        self.contradiction(says_who, listed, overrides)
    }

    /// The words behind a name of WorldPop that are taken for a place.
    pub(crate) fn place_words(&self) -> Option<String> {
        let names = self.own.iter().copied().chain(self.given);
        let mut parsed = names.filter_map(|name| RasterName::parse(name).ok());
        parsed.find_map(|name| name.place_words())
    }

    /// A word that leaves open who is counted.
    fn open_question(&self) -> Result<Option<String>, ToolError> {
        let own = ContentLabel::from_names(self.own.iter().copied())?;
        let tells = |name: &str, what: &str, answered: bool| -> Option<String> {
            Some(match name_finding(name)? {
                NameFinding::PartOfPeople(_) if answered => return None,
                NameFinding::PartOfPeople(word) => format!(
                    "its {what} says {word:?}, a part of the people, and no label says which"
                ),
                NameFinding::OtherQuantity(word) => format!(
                    "its {what} says {word:?}, which may be something else than people, and no label says who is counted"
                ),
                NameFinding::WordsBehind(words) => format!(
                    "its {what} has words behind that of WorldPop ({words:?}), and no label says who is counted"
                ),
            })
        };
        // a name of WorldPop says which part; a name that somebody gives to such a file is a short one for it
        let is_known = own.says_people();
        let given = self
            .given
            .filter(|name| !is_known || RasterName::parse(name).is_ok());
        let of_names = self
            .own
            .iter()
            .copied()
            .chain(given)
            .find_map(|name| tells(name, "name", own.is_part()));
        let described = || {
            let texts = [self.description, self.image_description];
            texts.into_iter().flatten().find_map(|text| {
                let is_label = RasterName::parse(text).is_err()
                    && ContentLabel::from_description(text).is_some();
                (!is_label).then(|| tells(text, "description", own.is_part()))?
            })
        };
        Ok(of_names.or_else(described))
    }

    /// A description that says other people, or another year, than the names, where the command line says neither.
    fn contradiction(
        &self,
        says_who: bool,
        listed: Option<&ContentLabel>,
        overrides: &[&LabelOverride],
    ) -> Result<Option<String>, ToolError> {
        let Some(text) = self
            .description
            .filter(|text| refusal_of_text(text).is_none())
        else {
            return Ok(None);
        };
        let mut described = ContentLabel::from_names([text])?;
        if !described.says_people() {
            match ContentLabel::from_description(text) {
                Some(label) => described = label,
                None => return Ok(None),
            }
        }
        let names = self.given.into_iter().chain(self.own.iter().copied());
        let named = ContentLabel::from_names(names)?;
        if !named.says_people() {
            return Ok(None);
        }
        let says_year = overrides.iter().any(|over| over.says_year())
            || listed.is_some_and(|listed| listed.year.is_some());
        let other_year = !says_year && described.year.is_some() && described.year != named.year;
        let other_people = !says_who && described.people() != named.people();
        Ok((other_year || other_people).then(|| {
            format!(
                "band {} is described as {}, the name says {}",
                self.band + 1,
                described.people_and_year(),
                named.people_and_year()
            )
        }))
    }
}
