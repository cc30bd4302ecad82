//! Path data of SVG, in tenths of a pixel.

use std::fmt::Write as _;

/// Micropixels in the unit of a path, a tenth of a pixel.
const UNIT: i64 = 100_000;

/// Writes path data with relative steps.
#[derive(Debug, Default)]
pub(crate) struct PathWriter {
    text: String,
}

impl PathWriter {
    /// Adds a closed ring of places in micropixels.
    pub(crate) fn ring(&mut self, places: impl Iterator<Item = [i64; 2]>) {
        let mut last: Option<[i64; 2]> = None;
        for place in places {
            match last {
                None => {
                    self.text.push('M');
                    self.step(place, true);
                }
                Some(before) => {
                    let is_first = self.text.ends_with('l');
                    self.step([place[0] - before[0], place[1] - before[1]], is_first);
                }
            }
            if last.is_none() {
                self.text.push('l');
            }
            last = Some(place);
        }
        if last.is_some() {
            self.text.push('z');
        }
    }

    /// Adds a mark: a line of no length, which is drawn as a dot.
    pub(crate) fn mark(&mut self, place: [i64; 2]) {
        self.text.push('M');
        self.step(place, true);
        self.text.push_str("h0");
    }

    pub(crate) fn finish(self) -> String {
        self.text
    }

    fn step(&mut self, [x, y]: [i64; 2], is_first: bool) {
        if !is_first && x >= 0 {
            self.text.push(' ');
        }
        self.number(x);
        if y >= 0 {
            self.text.push(' ');
        }
        self.number(y);
    }

    /// Micropixels as tenths of a pixel, exactly.
    fn number(&mut self, micro: i64) {
        let (whole, rest) = (micro.abs() / UNIT, micro.abs() % UNIT);
        if micro < 0 {
            self.text.push('-');
        }
        let _ = write!(self.text, "{whole}");
        if rest > 0 {
            let digits = format!("{rest:05}");
            let _ = write!(self.text, ".{}", digits.trim_end_matches('0'));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_relative_and_exact() {
        let mut path = PathWriter::default();
        path.ring(
            [
                [1_000_000, 2_000_000],
                [1_500_000, 1_900_000],
                [1_450_001, 2_500_000],
            ]
            .into_iter(),
        );
        path.mark([300_000, 400_000]);
        assert_eq!(path.finish(), "M10 20l5-1-0.49999 6zM3 4h0");
    }
}
