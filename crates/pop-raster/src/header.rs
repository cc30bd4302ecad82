//! The first bytes of a file.

use crate::error::RasterError;
use crate::foreign_format::{self, START_BYTES};
use crate::sample::ByteOrder;
use crate::source::ReadAt;

/// The first bytes of a TIFF.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Header {
    pub(crate) order: ByteOrder,
    pub(crate) big: bool,
    first: u64,
}

impl Header {
    pub(crate) fn read(source: &dyn ReadAt, len: u64) -> Result<Self, RasterError> {
        let mut bytes = [0; START_BYTES];
        let known = len.min(START_BYTES as u64) as usize;
        source
            .read_at(0, &mut bytes[..known])
            .map_err(|source| RasterError::Io {
                what: "the file header".to_owned(),
                source,
            })?;
        let not_tiff = || {
            let start = &bytes[..known];
            match foreign_format::recognise(start) {
                Some(format) => RasterError::ForeignFormat {
                    name: format.name,
                    hint: format.hint,
                },
                None => RasterError::NotTiff {
                    found: format!("it starts with the bytes {:02x?}", &start[..known.min(16)]),
                },
            }
        };
        let order = match &bytes[..2] {
            b"II" => ByteOrder::Little,
            b"MM" => ByteOrder::Big,
            _ => return Err(not_tiff()),
        };
        let (big, first) = match order.u16(&bytes[2..]) {
            42 if known >= 8 => (false, u64::from(order.u32(&bytes[4..]))),
            43 if known >= 16 && order.u16(&bytes[4..]) == 8 && order.u16(&bytes[6..]) == 0 => {
                (true, order.u64(&bytes[8..]))
            }
            _ => return Err(not_tiff()),
        };
        Ok(Self { order, big, first })
    }

    pub(crate) fn len(&self) -> u64 {
        if self.big { 16 } else { 8 }
    }

    /// Where the first directory is said to be.
    pub(crate) fn first_page(&self) -> u64 {
        self.first
    }

    /// The smallest image there is, in the byte order and flavour of the file.
    ///
    /// `Decoder::new` insists on an image it can decode before it lets us at the
    /// directories, and reads its arrays under limits of its own. It gets this one.
    pub(crate) fn stub(&self) -> Vec<u8> {
        let order = self.order;
        let mut out = match order {
            ByteOrder::Little => b"II".to_vec(),
            ByteOrder::Big => b"MM".to_vec(),
        };
        let tags: [(u16, u32); 8] = [
            (256, 1),
            (257, 1),
            (258, 8),
            (259, 1),
            (262, 1),
            (273, 8),
            (277, 1),
            (279, 1),
        ];
        if self.big {
            for word in [43, 8, 0] {
                out.extend(order.u16_bytes(word));
            }
            out.extend(order.u64_bytes(16));
            out.extend(order.u64_bytes(tags.len() as u64));
        } else {
            out.extend(order.u16_bytes(42));
            out.extend(order.u32_bytes(8));
            out.extend(order.u16_bytes(tags.len() as u16));
        }
        for (tag, value) in tags {
            out.extend(order.u16_bytes(tag));
            out.extend(order.u16_bytes(4));
            if self.big {
                out.extend(order.u64_bytes(1));
                out.extend(order.u32_bytes(value));
                out.extend([0; 4]);
            } else {
                out.extend(order.u32_bytes(1));
                out.extend(order.u32_bytes(value));
            }
        }
        out.extend([0; 8]);
        out
    }
}
