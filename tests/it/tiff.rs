//! Small GeoTIFFs tag by tag: for files that no writer makes.

use std::collections::BTreeMap;

/// The values of a tag.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Short(Vec<u16>),
    Long(Vec<u32>),
    Double(Vec<f64>),
    Ascii(String),
}

/// A little-endian TIFF; the cells come first, the directories after them.
#[derive(Debug, Clone)]
pub(crate) struct Tiff {
    tags: BTreeMap<u16, Value>,
    cells: Vec<u8>,
    /// Tags of a second page, which has the same cells.
    second: Option<BTreeMap<u16, Value>>,
}

/// Where the cells begin.
pub(crate) const CELLS_AT: u32 = 8;

impl Tiff {
    /// `width` x `height` cells of `f32`, `cell` degrees each, from the corner `west`, `north`, in WGS 84.
    pub(crate) fn new(
        width: u16,
        height: u16,
        [west, north]: [f64; 2],
        cell: f64,
        value: f32,
    ) -> Self {
        let count = usize::from(width) * usize::from(height);
        let cells = value.to_le_bytes().repeat(count);
        let mut tiff = Self {
            tags: BTreeMap::new(),
            cells,
            second: None,
        };
        for (tag, value) in [
            (256, Value::Short(vec![width])),
            (257, Value::Short(vec![height])),
            (258, Value::Short(vec![32])),
            (259, Value::Short(vec![1])),
            (262, Value::Short(vec![1])),
            (273, Value::Long(vec![CELLS_AT])),
            (277, Value::Short(vec![1])),
            (278, Value::Short(vec![height])),
            (279, Value::Long(vec![count as u32 * 4])),
            (339, Value::Short(vec![3])),
            (33550, Value::Double(vec![cell, cell, 0.0])),
            (33922, Value::Double(vec![0.0, 0.0, 0.0, west, north, 0.0])),
        ] {
            tiff = tiff.with(tag, value);
        }
        tiff.with_keys(&[(1024, 2), (1025, 1), (2048, 4326), (2054, 9102)])
    }

    pub(crate) fn with(mut self, tag: u16, value: Value) -> Self {
        self.tags.insert(tag, value);
        self
    }

    pub(crate) fn without(mut self, tag: u16) -> Self {
        self.tags.remove(&tag);
        self
    }

    /// The geo keys, all with short values.
    pub(crate) fn with_keys(self, keys: &[(u16, u16)]) -> Self {
        let mut words = vec![1, 1, 0, keys.len() as u16];
        for &(key, value) in keys {
            words.extend([key, 0, 1, value]);
        }
        self.with(34735, Value::Short(words))
    }

    /// Other stored bytes for the cells.
    pub(crate) fn with_cells(mut self, cells: Vec<u8>) -> Self {
        self.tags.insert(279, Value::Long(vec![cells.len() as u32]));
        self.cells = cells;
        self
    }

    pub(crate) fn with_value(mut self, cell: usize, value: f32) -> Self {
        self.cells[cell * 4..][..4].copy_from_slice(&value.to_le_bytes());
        self
    }

    /// A second page with the tags of `page` and the cells of the first.
    pub(crate) fn with_page(mut self, page: &Self) -> Self {
        self.second = Some(page.tags.clone());
        self
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut out = b"II\x2a\0".to_vec();
        let at = (CELLS_AT as usize + self.cells.len()).next_multiple_of(2);
        out.extend((at as u32).to_le_bytes());
        out.extend(&self.cells);
        out.resize(at, 0);
        let (first, link) = directory(&self.tags, at);
        out.extend(first);
        if let Some(second) = &self.second {
            let next = out.len();
            out[link..link + 4].copy_from_slice(&(next as u32).to_le_bytes());
            out.extend(directory(second, next).0);
        }
        out
    }
}

/// A directory at a place in the file, the values that it points to behind it; and where the offset of the next one is.
fn directory(tags: &BTreeMap<u16, Value>, at: usize) -> (Vec<u8>, usize) {
    let link = at + 2 + 12 * tags.len();
    let mut outside_at = link + 4;
    let (mut out, mut outside) = (Vec::new(), Vec::new());
    out.extend((tags.len() as u16).to_le_bytes());
    for (&tag, value) in tags {
        let (kind, count, mut bytes) = encode(value);
        out.extend(tag.to_le_bytes());
        out.extend(kind.to_le_bytes());
        out.extend((count as u32).to_le_bytes());
        if bytes.len() <= 4 {
            bytes.resize(4, 0);
            out.extend(bytes);
        } else {
            out.extend((outside_at as u32).to_le_bytes());
            bytes.resize(bytes.len().next_multiple_of(2), 0);
            outside_at += bytes.len();
            outside.extend(bytes);
        }
    }
    out.extend([0; 4]);
    out.extend(outside);
    (out, link)
}

fn encode(value: &Value) -> (u16, usize, Vec<u8>) {
    match value {
        Value::Short(v) => (3, v.len(), v.iter().flat_map(|v| v.to_le_bytes()).collect()),
        Value::Long(v) => (4, v.len(), v.iter().flat_map(|v| v.to_le_bytes()).collect()),
        Value::Double(v) => (
            12,
            v.len(),
            v.iter().flat_map(|v| v.to_le_bytes()).collect(),
        ),
        Value::Ascii(text) => {
            let mut bytes = text.clone().into_bytes();
            bytes.push(0);
            (2, bytes.len(), bytes)
        }
    }
}
