//! TIFF's LZW (TIFF 6.0, section 13): codes of 9 to 12 bits, most significant bit
//! first, widened one code early.
//!
//! Every string of the dictionary is a span of the output already written: the string
//! for a new code is the previous string and one byte more, and that byte stands right
//! behind it. So an entry is a start and a length, and decoding is copying.

use std::ops::Range;

const CLEAR: usize = 256;
const END: usize = 257;
const FIRST: usize = 258;
const TABLE: usize = 4096;

/// Bytes moved at a time. Strings are mostly shorter; what is written beyond one is
/// overwritten by the next.
const STEP: usize = 16;

/// Strings up to this length can be moved in pairs of steps (`copy_in_steps`).
const IN_STEPS: usize = 256;

/// The longest string: one byte more for each code of a table.
const LONGEST: usize = TABLE - FIRST + 2;

/// Room behind the wanted bytes, so that a string may end beyond them.
const SLACK: usize = LONGEST + 2 * STEP;

/// Literals stand in front of the output, so that they are spans like any other.
const LITERALS: usize = 256;

/// Start and length of a string: the length in the upper half, 0 for no string.
type Span = u64;

fn span(start: usize, len: usize) -> Span {
    (len as u64) << 32 | start as u64
}

fn parts(span: Span) -> (usize, usize) {
    (span as u32 as usize, (span >> 32) as usize)
}

/// A decoder with its dictionary, kept from one chunk to the next.
pub(crate) struct Lzw {
    table: Box<[Span; TABLE]>,
}

/// Where a decode stands between two runs of the inner loop.
struct State {
    /// Next bit of the input.
    bit: usize,
    /// Next byte of the output.
    at: usize,
    /// Next code to be defined.
    next: usize,
    /// The previous string, where it was written; 0 right after a clear.
    last: Span,
}

/// Why the inner loop came back.
enum Stop {
    /// The codes it was given are used up.
    Spent,
    /// The output is full.
    Full,
    /// A code that is not a plain string: clear, end, the one being defined, or damage.
    Code(usize),
}

impl Lzw {
    pub(crate) fn new() -> Self {
        let mut table = Box::new([0; TABLE]);
        for (code, entry) in table.iter_mut().enumerate().take(LITERALS) {
            *entry = span(code, 1);
        }
        Self { table }
    }

    /// Unpacks `input` into `buffer` until `needed` bytes are there or the stream ends,
    /// and returns where they lie in it: fewer than `needed` where the stream ends early.
    ///
    /// `buffer` is scratch; it grows to `needed` and a few KiB and is not cleared.
    ///
    /// # Errors
    /// A code that the stream has not defined.
    pub(crate) fn decode(
        &mut self,
        input: &[u8],
        needed: usize,
        buffer: &mut Vec<u8>,
    ) -> Result<Range<usize>, String> {
        // As libtiff tells them (LZWPreDecode).
        if matches!(input, [0, second, ..] if second & 1 == 1) {
            return Err("codes are least significant bit first, as before TIFF 5.0".to_owned());
        }
        let end = LITERALS + needed;
        if buffer.len() < end + SLACK {
            buffer.resize(end + SLACK, 0);
        }
        for (byte, slot) in (0..=255).zip(buffer.iter_mut()) {
            *slot = byte;
        }
        let mut state = State {
            bit: 0,
            at: LITERALS,
            next: FIRST,
            last: 0,
        };
        self.table[FIRST..].fill(0);
        self.run(input, &mut state, &mut buffer[..end + SLACK], end)?;
        Ok(LITERALS..state.at.min(end))
    }

    fn run(
        &mut self,
        input: &[u8],
        state: &mut State,
        out: &mut [u8],
        end: usize,
    ) -> Result<(), String> {
        while state.at < end {
            let width = width_of(state.next);
            let codes = plain_codes(state, width, input.len() * 8);
            let stop = if codes == 0 {
                match one_code(state, width, input) {
                    Some(code) => Stop::Code(code),
                    None => return Ok(()),
                }
            } else {
                match width {
                    9 => plain_run::<9>(&mut self.table, input, state, out, end, codes),
                    10 => plain_run::<10>(&mut self.table, input, state, out, end, codes),
                    11 => plain_run::<11>(&mut self.table, input, state, out, end, codes),
                    _ => plain_run::<12>(&mut self.table, input, state, out, end, codes),
                }
            };
            match stop {
                Stop::Spent => {}
                Stop::Full | Stop::Code(END) => return Ok(()),
                Stop::Code(CLEAR) => {
                    self.table[FIRST..].fill(0);
                    state.next = FIRST;
                    state.last = 0;
                }
                Stop::Code(code) => self.any_string(code, state, out).ok_or_else(|| {
                    format!(
                        "code {code} is used before it is defined, near byte {}",
                        state.bit / 8
                    )
                })?,
            }
        }
        Ok(())
    }

    /// Appends the string of any code: a plain one, the first after a clear, or the one
    /// being defined, which is the previous string and its own first byte.
    fn any_string(&mut self, code: usize, state: &mut State, out: &mut [u8]) -> Option<()> {
        let (last_at, last_len) = parts(state.last);
        let (start, len) = match parts(self.table[code]) {
            (_, 0) if code == state.next && last_len > 0 => (last_at, last_len + 1),
            (_, 0) => return None,
            string => string,
        };
        let known = len.min(state.at - start);
        copy_string(out, start, known, state.at);
        if known < len {
            out[state.at + known] = out[state.at];
        }
        if last_len > 0 && state.next < TABLE {
            self.table[state.next] = span(last_at, last_len + 1);
            state.next += 1;
        }
        state.last = span(state.at, len);
        state.at += len;
        Some(())
    }
}

/// Bits of a code while `next` is the next to be defined.
fn width_of(next: usize) -> usize {
    match next {
        ..511 => 9,
        511..1023 => 10,
        1023..2047 => 11,
        _ => 12,
    }
}

/// How many codes of `width` bits can be read without a look at the input's end, at the
/// next width or at a full table; none right after a clear.
fn plain_codes(state: &State, width: usize, bits: usize) -> usize {
    let until_wider = if width == 12 { TABLE } else { (1 << width) - 1 } - state.next;
    let in_sight = bits.saturating_sub(state.bit).saturating_sub(64) / width;
    if state.last == 0 {
        0
    } else {
        until_wider.min(in_sight)
    }
}

/// Reads one code with all checks; `None` at the end of the input.
fn one_code(state: &mut State, width: usize, input: &[u8]) -> Option<usize> {
    if state.bit + width > input.len() * 8 {
        return None;
    }
    let mut word = [0; 4];
    let rest = &input[state.bit / 8..];
    let known = rest.len().min(4);
    word[..known].copy_from_slice(&rest[..known]);
    let code = u32::from_be_bytes(word) << (state.bit % 8) >> (32 - width);
    state.bit += width;
    Some(code as usize)
}

/// Copies a string, which ends at or before `at`, to there. May write up to two steps
/// beyond it.
fn copy_string(out: &mut [u8], start: usize, len: usize, at: usize) {
    // musl's memmove takes a third longer for strings of such lengths, glibc's does not.
    if cfg!(target_env = "musl") && len <= IN_STEPS {
        copy_in_steps(out, start, len, at);
    } else {
        out.copy_within(start..start + len, at);
    }
}

#[inline(never)]
fn copy_in_steps(out: &mut [u8], start: usize, len: usize, at: usize) {
    for done in (0..len).step_by(2 * STEP) {
        let mut step = [0; 2 * STEP];
        step.copy_from_slice(&out[start + done..start + done + 2 * STEP]);
        out[at + done..at + done + 2 * STEP].copy_from_slice(&step);
    }
}

/// Decodes up to `codes` codes of `WIDTH` bits, as long as they are plain strings.
///
/// Kept out of line on purpose: merged into its callers it loses a third of its speed.
#[inline(never)]
fn plain_run<const WIDTH: usize>(
    table: &mut [Span; TABLE],
    input: &[u8],
    state: &mut State,
    out: &mut [u8],
    end: usize,
    codes: usize,
) -> Stop {
    let State {
        mut bit,
        mut at,
        mut next,
        mut last,
    } = *state;
    let mut stop = Stop::Spent;
    let mut left = codes;
    'run: while left > 0 {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&input[bit / 8..bit / 8 + 8]);
        let mut word = u64::from_be_bytes(bytes) << (bit % 8);
        // 57 bits are sure to be there: four codes.
        for _ in 0..left.min(4) {
            let code = (word >> (64 - WIDTH)) as usize;
            word <<= WIDTH;
            bit += WIDTH;
            left -= 1;
            let (start, len) = parts(table[code % TABLE]);
            if len == 0 {
                stop = Stop::Code(code);
                break 'run;
            }
            let mut string = [0; STEP];
            string.copy_from_slice(&out[start..start + STEP]);
            out[at..at + STEP].copy_from_slice(&string);
            if len > STEP {
                copy_string(out, start, len, at);
            }
            table[next % TABLE] = last + span(0, 1);
            next += 1;
            last = span(at, len);
            at += len;
            if at >= end {
                stop = Stop::Full;
                break 'run;
            }
        }
    }
    *state = State {
        bit,
        at,
        next,
        last,
    };
    stop
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use weezl::{BitOrder, LzwStatus};

    use super::*;

    fn encode(data: &[u8]) -> Vec<u8> {
        weezl::encode::Encoder::with_tiff_size_switch(BitOrder::Msb, 8)
            .encode(data)
            .unwrap()
    }

    fn ours(input: &[u8], needed: usize) -> Result<Vec<u8>, String> {
        let mut buffer = Vec::new();
        let range = Lzw::new().decode(input, needed, &mut buffer)?;
        Ok(buffer[range].to_vec())
    }

    /// What weezl makes of the stream, up to `needed` bytes, and whether it found it sound.
    fn theirs(mut input: &[u8], needed: usize) -> (Vec<u8>, bool) {
        let mut decoder = weezl::decode::Decoder::with_tiff_size_switch(BitOrder::Msb, 8);
        let mut out = vec![0; needed];
        let mut at = 0;
        loop {
            let step = decoder.decode_bytes(input, &mut out[at..]);
            at += step.consumed_out;
            input = &input[step.consumed_in..];
            let done = match step.status {
                Ok(LzwStatus::Ok) => step.consumed_in == 0 && step.consumed_out == 0,
                Ok(LzwStatus::Done | LzwStatus::NoProgress) => true,
                Err(_) => {
                    out.truncate(at);
                    return (out, false);
                }
            };
            if done || at == needed {
                out.truncate(at);
                return (out, true);
            }
        }
    }

    /// Rows of floats as rasters have them: runs of one value among noise.
    fn rows() -> impl Strategy<Value = Vec<u8>> {
        let run = (any::<u32>(), 1_usize..600, any::<bool>());
        prop::collection::vec(run, 0..40).prop_map(|runs| {
            let mut bytes = Vec::new();
            for (seed, len, noise) in runs {
                for i in 0..len as u32 {
                    let word = if noise {
                        seed.wrapping_mul(i.wrapping_mul(2_654_435_761) | 1)
                    } else {
                        0xc7c3_4f80
                    };
                    bytes.extend(word.to_le_bytes());
                }
            }
            bytes
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(if testdata::long() { 20_000 } else { 150 }))]

        #[test]
        fn what_weezl_packs_we_unpack(data in rows(), cut in 0.0_f64..1.2) {
            let packed = encode(&data);
            prop_assert_eq!(&ours(&packed, data.len()).unwrap(), &data);
            let needed = (data.len() as f64 * cut) as usize;
            prop_assert_eq!(&ours(&packed, needed).unwrap()[..], &data[..needed.min(data.len())]);
        }

        #[test]
        fn damaged_streams_never_differ_from_weezl(
            data in rows(),
            hits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
            keep in 0.0_f64..1.0,
        ) {
            let mut packed = encode(&data);
            for (place, byte) in &hits {
                let at = place.index(packed.len());
                packed[at] ^= byte;
            }
            packed.truncate((packed.len() as f64 * keep) as usize + 1);
            let (theirs, _) = theirs(&packed, data.len());
            if let Ok(ours) = ours(&packed, data.len()) {
                let both = ours.len().min(theirs.len());
                prop_assert_eq!(&ours[..both], &theirs[..both]);
                prop_assert!(ours.len() >= theirs.len());
            }
        }

        #[test]
        fn noise_never_differs_from_weezl(packed in prop::collection::vec(any::<u8>(), 0..3000)) {
            let (theirs, _) = theirs(&packed, 20_000);
            if let Ok(ours) = ours(&packed, 20_000) {
                let both = ours.len().min(theirs.len());
                prop_assert_eq!(&ours[..both], &theirs[..both]);
            }
        }
    }

    #[test]
    fn long_runs_fill_the_table_with_the_longest_strings() {
        for len in [0, 1, 2, 15, 16, 17, 511, 512, 4096, 100_000, 9_000_000] {
            let data = vec![7; len];
            assert_eq!(ours(&encode(&data), len).unwrap(), data, "{len}");
        }
    }

    #[test]
    fn a_string_in_steps_is_the_string() {
        let (start, room) = (3, 2 * STEP);
        for len in 1..=IN_STEPS {
            for gap in [0, 1, 40] {
                let at = start + len + gap;
                let mut out: Vec<u8> = (0..at + len + room).map(|i| (i * 7) as u8).collect();
                let string = out[start..start + len].to_vec();
                copy_in_steps(&mut out, start, len, at);
                assert_eq!(out[at..at + len], string, "{len} bytes, {gap} apart");
            }
        }
    }

    #[test]
    fn a_code_out_of_nowhere_is_refused() {
        // Clear, then code 300: nothing is defined yet.
        let bits: u32 = 256 << 23 | 300 << 14;
        assert!(ours(&bits.to_be_bytes(), 10).is_err());
    }
}
