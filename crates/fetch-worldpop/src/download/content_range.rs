//! The `Content-Range` header (RFC 9110, section 14.4).

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ContentRange {
    /// First byte.
    pub(super) first: u64,
    /// Last byte, inclusive.
    pub(super) last: u64,
    /// Length of the whole file.
    pub(super) total: u64,
}

impl ContentRange {
    /// Parses `bytes 100-199/1000`; `None` for another form, an unknown length, or numbers that
    /// contradict each other.
    pub(super) fn parse(value: &str) -> Option<Self> {
        let (range, total) = value.trim().strip_prefix("bytes ")?.split_once('/')?;
        let (first, last) = range.trim().split_once('-')?;
        let number = |text: &str| -> Option<u64> {
            let text = text.trim();
            (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
                .then(|| text.parse().ok())
                .flatten()
        };
        let range = Self {
            first: number(first)?,
            last: number(last)?,
            total: number(total)?,
        };
        (range.first <= range.last && range.last < range.total).then_some(range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_parsed_and_contradictions_are_not() {
        let parse = |text| ContentRange::parse(text).map(|r| (r.first, r.last, r.total));
        assert_eq!(parse("bytes 100-199/1000"), Some((100, 199, 1000)));
        assert_eq!(parse(" bytes 0-0/1 "), Some((0, 0, 1)));
        for bad in [
            "",
            "bytes",
            "bytes */1000",
            "bytes 100-199/*",
            "bytes 200-199/1000",
            "bytes 0-1000/1000",
            "items 0-1/2",
            "bytes 0-1",
            "bytes -1/2",
            "bytes +0-1/2",
            "bytes 0-99999999999999999999/99999999999999999999",
            "bytes 0x0-1/2",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
