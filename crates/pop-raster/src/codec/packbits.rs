//! PackBits (TIFF 6.0, section 9).

/// Unpacks `input` into `out` until it is full or the input ends; returns the bytes written.
pub(crate) fn decode(input: &[u8], out: &mut [u8]) -> usize {
    let (mut from, mut at) = (0, 0);
    while let Some(&header) = input.get(from) {
        if at == out.len() {
            break;
        }
        from += 1;
        match header {
            0..=127 => {
                let count = usize::from(header) + 1;
                let rest = &input[from..];
                let n = count.min(rest.len()).min(out.len() - at);
                out[at..at + n].copy_from_slice(&rest[..n]);
                from += count.min(rest.len());
                at += n;
            }
            // Defined to do nothing.
            128 => {}
            129.. => {
                let Some(&byte) = input.get(from) else { break };
                from += 1;
                let n = (257 - usize::from(header)).min(out.len() - at);
                out[at..at + n].fill(byte);
                at += n;
            }
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_specification() {
        let packed = [
            0xfe, 0xaa, 0x02, 0x80, 0x00, 0x2a, 0xfd, 0xaa, 0x03, 0x80, 0x00, 0x2a, 0x22, 0xf7,
            0xaa,
        ];
        let plain = [
            0xaa, 0xaa, 0xaa, 0x80, 0x00, 0x2a, 0xaa, 0xaa, 0xaa, 0xaa, 0x80, 0x00, 0x2a, 0x22,
            0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa,
        ];
        for needed in 0..=30 {
            let mut out = vec![0; needed];
            let n = decode(&packed, &mut out);
            assert_eq!(n, needed.min(plain.len()));
            assert_eq!(out[..n], plain[..n]);
        }
    }

    #[test]
    fn a_cut_input_gives_what_is_there() {
        assert_eq!(decode(&[5, 1, 2], &mut [0; 10]), 2);
        assert_eq!(decode(&[0x81], &mut [0; 10]), 0);
        assert_eq!(decode(&[128, 128, 0, 7], &mut [0; 10]), 1);
    }
}
