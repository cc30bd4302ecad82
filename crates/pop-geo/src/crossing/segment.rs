//! How two segments meet.

use super::Contact;

type Segment = [[f64; 2]; 2];

/// Notes how two segments whose boxes meet do so themselves, a crossing over a touch.
pub(super) fn note(a: Segment, b: Segment, found: &mut Option<Contact>) {
    let sides = orientation(a[0], a[1], b[0]) * orientation(a[0], a[1], b[1]);
    let others = orientation(b[0], b[1], a[0]) * orientation(b[0], b[1], a[1]);
    if sides > 0 || others > 0 {
        return;
    }
    if sides < 0 && others < 0 {
        *found = Some(Contact::Cross(meeting(a, b)));
    } else if found.is_none() {
        *found = Some(Contact::Touch(meeting(a, b)));
    }
}

/// Near where two segments meet.
fn meeting(a: Segment, b: Segment) -> [f64; 2] {
    let [dx, dy] = [a[1][0] - a[0][0], a[1][1] - a[0][1]];
    let [ex, ey] = [b[1][0] - b[0][0], b[1][1] - b[0][1]];
    let share = ((b[0][0] - a[0][0]) * ey - (b[0][1] - a[0][1]) * ex) / (dx * ey - dy * ex);
    if (0.0..=1.0).contains(&share) {
        [a[0][0] + share * dx, a[0][1] + share * dy]
    } else {
        b[0]
    }
}

/// 1 where `c` lies left of the line from `a` to `b`, -1 where it lies right, 0 where doubles cannot tell.
#[inline]
pub(super) fn orientation(a: [f64; 2], b: [f64; 2], c: [f64; 2]) -> i32 {
    // (3 + 16 ε) ε with ε = 2^-53
    const BOUND: f64 = 3.330_669_073_875_471_6e-16;
    let left = (a[0] - c[0]) * (b[1] - c[1]);
    let right = (a[1] - c[1]) * (b[0] - c[0]);
    let determinant = left - right;
    let error = BOUND * (left.abs() + right.abs());
    i32::from(determinant > error) - i32::from(determinant < -error)
}
