//! Values that programs write where there is no value, and that could be people.

/// The largest ones of small types, and rows of nines.
pub(crate) const FILL_VALUES: [f64; 5] = [255.0, 9999.0, 32_767.0, 65_535.0, 99_999.0];

/// Cells that hold each of [`FILL_VALUES`] from which on they are conspicuous. Whole numbers of people repeat at 255, also by chance; a
/// square kilometre of Dhaka, Cairo or Mumbai may have 9999 people, and 65535 twice only by design.
const CONSPICUOUS: [u64; 5] = [100, 5, 2, 2, 2];

/// So many times as many cells hold a fill value as hold the two whole numbers beside it: people are spread over all of them.
const TIMES_BESIDE: u64 = 4;

/// Cells that hold one of [`FILL_VALUES`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct FillCount {
    /// Exactly the value.
    pub(crate) exact: u64,
    /// The whole number below it, or above.
    pub(crate) beside: u64,
}

/// Counts the cells that hold a fill value other than the declared one, or a whole number beside it.
pub(crate) fn count<T: Copy + PartialOrd>(
    cells: &[T],
    nodata: T,
    narrow: fn(f64) -> T,
    fills: &mut [FillCount; FILL_VALUES.len()],
) {
    for (at, (value, fill)) in FILL_VALUES.into_iter().zip(fills).enumerate() {
        let (exact, below, above) = (narrow(value), narrow(value - 1.0), narrow(value + 1.0));
        // most rows have no cell near the next value
        let next = narrow(FILL_VALUES.get(at + 1).map_or(f64::NAN, |next| next - 1.0));
        let mut reaches_next = false;
        // Counted in 32 bits so that the loop runs in vector registers.
        for cells in cells.chunks(1 << 20) {
            let (mut a, mut b, mut c) = (0_u32, 0_u32, 0_u32);
            for &cell in cells {
                a += u32::from(cell == exact);
                b += u32::from((cell == below) | (cell == above));
                c += u32::from(cell >= next);
            }
            if exact != nodata {
                fill.exact += u64::from(a);
                fill.beside += u64::from(b);
            }
            reaches_next |= c > 0;
        }
        if !reaches_next {
            return;
        }
    }
}

/// The fill value that is conspicuous, and its cells; the most frequent one.
pub(crate) fn conspicuous(fills: &[FillCount; FILL_VALUES.len()]) -> Option<(f64, u64)> {
    FILL_VALUES
        .into_iter()
        .zip(CONSPICUOUS)
        .zip(fills)
        .filter(|((_, least), fill)| {
            fill.exact >= *least && fill.exact > TIMES_BESIDE * fill.beside
        })
        .map(|((value, _), fill)| (value, fill.exact))
        .max_by_key(|&(_, count)| count)
}
