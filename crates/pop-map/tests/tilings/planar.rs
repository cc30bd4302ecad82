//! Lines in a plane, compared exactly.

use std::collections::BTreeMap;

use super::drawing::Point;

pub(crate) type Line = (Point, Point);

pub(crate) fn lines(ring: &[Point]) -> impl Iterator<Item = Line> + '_ {
    (0..ring.len()).map(|index| (ring[index], ring[(index + 1) % ring.len()]))
}

/// Twice the area, with the sign of the ring's direction.
pub(crate) fn signed_area(ring: &[Point]) -> i128 {
    lines(ring)
        .map(|((ax, ay), (bx, by))| {
            i128::from(ax) * i128::from(by) - i128::from(bx) * i128::from(ay)
        })
        .sum()
}

fn side(o: Point, a: Point, b: Point) -> i128 {
    let product = |p: i64, q: i64| i128::from(p) * i128::from(q);
    (product(a.0 - o.0, b.1 - o.1) - product(a.1 - o.1, b.0 - o.0)).signum()
}

fn is_between(place: Point, (a, b): Line) -> bool {
    side(a, b, place) == 0
        && (a.0.min(b.0)..=a.0.max(b.0)).contains(&place.0)
        && (a.1.min(b.1)..=a.1.max(b.1)).contains(&place.1)
}

/// Whether two lines have another place in common than an end of both.
fn meet(a: Line, b: Line) -> bool {
    let is_end = |place: Point, line: Line| place == line.0 || place == line.1;
    let touches = |place: Point, line: Line| is_between(place, line) && !is_end(place, line);
    if touches(a.0, b) || touches(a.1, b) || touches(b.0, a) || touches(b.1, a) {
        return true;
    }
    let crosses =
        |line: Line, other: Line| side(line.0, line.1, other.0) * side(line.0, line.1, other.1) < 0;
    crosses(a, b) && crosses(b, a)
}

/// Lines by how often rings have them, either way.
pub(crate) fn uses<'a>(rings: impl Iterator<Item = &'a Vec<Point>>) -> BTreeMap<Line, usize> {
    let mut uses = BTreeMap::new();
    for (a, b) in rings.flat_map(|ring| lines(ring)) {
        *uses.entry((a.min(b), a.max(b))).or_default() += 1;
    }
    uses
}

/// The first two lines that meet; by x, so that few are compared.
pub(crate) fn meeting(uses: &BTreeMap<Line, usize>) -> Option<(Line, Line)> {
    // The keys are in the order of the smaller x.
    let all: Vec<Line> = uses.keys().copied().collect();
    for (index, &line) in all.iter().enumerate() {
        let near = all[index + 1..]
            .iter()
            .take_while(|other| other.0.0 <= line.1.0);
        if let Some(&other) = near.into_iter().find(|&&other| meet(line, other)) {
            return Some((line, other));
        }
    }
    None
}
