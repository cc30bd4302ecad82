//! Header, directories and tag values of a TIFF, in front of all data.

use crate::sample::ByteOrder;

/// The values of a tag.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Short(Vec<u16>),
    Long(Vec<u32>),
    Double(Vec<f64>),
    Ascii(String),
    /// Places in the file: LONG, or LONG8 in BigTIFF.
    Offsets(Vec<u64>),
}

/// Byte order and format of the file to be written.
#[derive(Debug, Clone, Copy)]
pub(super) struct TiffFormat {
    pub(super) order: ByteOrder,
    pub(super) big: bool,
}

impl TiffFormat {
    pub(super) fn header_len(self) -> u64 {
        if self.big { 16 } else { 8 }
    }

    fn entry_len(self) -> u64 {
        if self.big { 20 } else { 12 }
    }

    fn inline_len(self) -> usize {
        if self.big { 8 } else { 4 }
    }

    fn count_len(self) -> u64 {
        if self.big { 8 } else { 2 }
    }

    /// A word as wide as an offset.
    fn word(self, out: &mut Vec<u8>, value: u64) {
        if self.big {
            out.extend(self.order.u64_bytes(value));
        } else {
            out.extend(self.order.u32_bytes(value as u32));
        }
    }

    /// The file's first bytes, pointing at the first directory.
    pub(super) fn header(self, first: u64) -> Vec<u8> {
        let mut out = match self.order {
            ByteOrder::Little => b"II".to_vec(),
            ByteOrder::Big => b"MM".to_vec(),
        };
        if self.big {
            for word in [43, 8, 0] {
                out.extend(self.order.u16_bytes(word));
            }
        } else {
            out.extend(self.order.u16_bytes(42));
        }
        self.word(&mut out, first);
        out
    }
}

impl Value {
    fn count(&self) -> u64 {
        (match self {
            Self::Short(values) => values.len(),
            Self::Long(values) => values.len(),
            Self::Double(values) => values.len(),
            Self::Ascii(text) => text.len() + 1,
            Self::Offsets(values) => values.len(),
        }) as u64
    }

    fn field_type(&self, format: TiffFormat) -> u16 {
        match self {
            Self::Ascii(_) => 2,
            Self::Short(_) => 3,
            Self::Long(_) => 4,
            Self::Double(_) => 12,
            Self::Offsets(_) if format.big => 16,
            Self::Offsets(_) => 4,
        }
    }

    fn bytes(&self, format: TiffFormat) -> Vec<u8> {
        let order = format.order;
        let mut out = Vec::new();
        match self {
            Self::Short(values) => values.iter().for_each(|&v| out.extend(order.u16_bytes(v))),
            Self::Long(values) => values.iter().for_each(|&v| out.extend(order.u32_bytes(v))),
            Self::Double(values) => {
                values
                    .iter()
                    .for_each(|v| out.extend(order.u64_bytes(v.to_bits())));
            }
            Self::Ascii(text) => {
                out.extend_from_slice(text.as_bytes());
                out.push(0);
            }
            Self::Offsets(values) => values.iter().for_each(|&v| format.word(&mut out, v)),
        }
        out
    }
}

/// One page's tags, kept in ascending order.
#[derive(Debug, Clone, Default)]
pub(super) struct Directory(std::collections::BTreeMap<u16, Value>);

impl Directory {
    pub(super) fn set(&mut self, tag: u16, value: Value) {
        self.0.insert(tag, value);
    }

    pub(super) fn remove(&mut self, tag: u16) {
        self.0.remove(&tag);
    }

    /// Bytes of the directory with its values; does not depend on what the values are.
    pub(super) fn len(&self, format: TiffFormat) -> u64 {
        let outside: u64 = self
            .0
            .values()
            .map(|value| outside_len(value, format))
            .sum();
        self.table_len(format) + outside
    }

    fn table_len(&self, format: TiffFormat) -> u64 {
        format.count_len() + self.0.len() as u64 * format.entry_len() + format.header_len() / 2
    }

    /// The directory as it stands at `at`, an even place, followed by its values.
    pub(super) fn bytes(&self, at: u64, next: u64, format: TiffFormat) -> Vec<u8> {
        let order = format.order;
        let mut table = Vec::new();
        let mut outside = Vec::new();
        if format.big {
            table.extend(order.u64_bytes(self.0.len() as u64));
        } else {
            table.extend(order.u16_bytes(self.0.len() as u16));
        }
        let values_at = at + self.table_len(format);
        for (&tag, value) in &self.0 {
            table.extend(order.u16_bytes(tag));
            table.extend(order.u16_bytes(value.field_type(format)));
            format.word(&mut table, value.count());
            let mut bytes = value.bytes(format);
            if bytes.len() <= format.inline_len() {
                bytes.resize(format.inline_len(), 0);
                table.extend(bytes);
            } else {
                format.word(&mut table, values_at + outside.len() as u64);
                bytes.resize(bytes.len().next_multiple_of(2), 0);
                outside.extend(bytes);
            }
        }
        format.word(&mut table, next);
        table.extend(outside);
        table
    }
}

/// Bytes of a value beside the table: none where it fits in its entry, else an even number.
fn outside_len(value: &Value, format: TiffFormat) -> u64 {
    let size = match value {
        Value::Ascii(_) => 1,
        Value::Short(_) => 2,
        Value::Long(_) => 4,
        Value::Double(_) => 8,
        Value::Offsets(_) => format.inline_len() as u64,
    };
    let bytes = value.count() * size;
    if bytes <= format.inline_len() as u64 {
        0
    } else {
        bytes.next_multiple_of(2)
    }
}
