//! The TIFF container: pages and tags. The `tiff` crate walks the directories;
//! what a tag claims is checked against the file before anything is allocated for it.

use std::collections::BTreeSet;

use tiff::Directory;
use tiff::decoder::Decoder;
use tiff::tags::{IfdPointer, Tag, Type};

use crate::error::RasterError;
use crate::header::Header;
use crate::limits::Limits;
use crate::source::ReadAt;
use crate::stream::Stream;

/// The pages of a TIFF and access to their tags.
pub(crate) struct Container<'a> {
    pub(crate) header: Header,
    pub(crate) len: u64,
    limits: &'a Limits,
    source: &'a dyn ReadAt,
    decoder: Decoder<Stream<'a>>,
}

impl<'a> Container<'a> {
    pub(crate) fn open(source: &'a dyn ReadAt, limits: &'a Limits) -> Result<Self, RasterError> {
        let len = source.byte_len().map_err(|source| RasterError::Io {
            what: "the length of the file".to_owned(),
            source,
        })?;
        let header = Header::read(source, len)?;
        let stream = Stream::new(source, len, header.stub());
        let mut decoder = Decoder::new(stream).map_err(|error| RasterError::NotTiff {
            found: error.to_string(),
        })?;
        decoder.inner().leave_stub();
        Ok(Self {
            header,
            len,
            limits,
            source,
            decoder,
        })
    }

    /// All pages of the chain, in order. The chain ends at a page that was seen before.
    pub(crate) fn pages(&mut self) -> Result<Vec<Page>, RasterError> {
        let mut pages = Vec::new();
        let mut seen = BTreeSet::new();
        let mut next = self.header.first_page();
        while next != 0 && seen.insert(next) {
            if pages.len() == self.limits.pages {
                return Err(RasterError::Limit {
                    what: "the number of pages",
                    found: pages.len() as u64 + 1,
                    limit: self.limits.pages as u64,
                });
            }
            let number = pages.len() + 1;
            self.check_directory(number, next)?;
            let directory = self
                .decoder
                .read_directory(IfdPointer(next))
                .map_err(|error| RasterError::Directory {
                    page: number,
                    problem: error.to_string(),
                })?;
            next = directory.next().map_or(0, |pointer| pointer.0);
            pages.push(Page { number, directory });
        }
        if pages.is_empty() {
            return Err(RasterError::NotTiff {
                found: "a TIFF header without a page".to_owned(),
            });
        }
        Ok(pages)
    }

    /// Refuses a directory that does not fit in the file, before it is walked.
    fn check_directory(&self, page: usize, at: u64) -> Result<(), RasterError> {
        let bad = |problem| RasterError::Directory { page, problem };
        if at < self.header.len() {
            return Err(bad(format!(
                "its directory lies in the file header, at {at}"
            )));
        }
        let (count_len, entry_len, next_len) = if self.header.big {
            (8, 20, 8)
        } else {
            (2, 12, 4)
        };
        let mut bytes = [0; 8];
        let known = at.checked_add(count_len).is_some_and(|end| end <= self.len)
            && self
                .source
                .read_at(at, &mut bytes[..count_len as usize])
                .is_ok();
        if !known {
            return Err(bad(format!(
                "its directory at {at} lies beyond the end of the file at {}",
                self.len
            )));
        }
        let order = self.header.order;
        let count = if self.header.big {
            order.u64(&bytes)
        } else {
            u64::from(order.u16(&bytes))
        };
        if count > self.limits.tags {
            return Err(RasterError::Limit {
                what: "the number of tags",
                found: count,
                limit: self.limits.tags,
            });
        }
        if at + count_len + count * entry_len + next_len > self.len {
            return Err(bad(format!(
                "its directory of {count} tags at {at} does not fit in a file of {} bytes",
                self.len
            )));
        }
        Ok(())
    }

    /// The raw bytes of a tag in the file's byte order, and its type.
    fn raw(
        &mut self,
        page: &Page,
        tag: u16,
        limit: u64,
    ) -> Result<Option<(Type, Vec<u8>)>, RasterError> {
        let bad = |problem| RasterError::Directory {
            page: page.number,
            problem,
        };
        let tag_id = Tag::from_u16_exhaustive(tag);
        let mut values = self.decoder.read_directory_tags(&page.directory);
        let Some(entry) = values.find_entry(tag_id) else {
            return Ok(None);
        };
        let size = type_size(entry.field_type());
        let bytes = entry
            .count()
            .checked_mul(size)
            .filter(|&bytes| bytes <= self.len);
        let Some(bytes) = bytes else {
            return Err(bad(format!(
                "tag {tag} claims {} values of {size} bytes in a file of {} bytes",
                entry.count(),
                self.len
            )));
        };
        if bytes > limit {
            return Err(RasterError::Limit {
                what: "the size of a tag in bytes",
                found: bytes,
                limit,
            });
        }
        let mut buffer = vec![0; bytes as usize];
        values
            .find_tag_bytes(tag_id, &mut buffer, 0)
            .map_err(|error| bad(format!("tag {tag} cannot be read: {error}")))?;
        Ok(Some((entry.field_type(), buffer)))
    }

    /// The whole-number values of a tag.
    pub(crate) fn integers(
        &mut self,
        page: &Page,
        tag: u16,
    ) -> Result<Option<Vec<u64>>, RasterError> {
        let limit = self.limits.chunks.saturating_mul(8);
        let Some((kind, bytes)) = self.raw(page, tag, limit)? else {
            return Ok(None);
        };
        let order = self.header.order;
        let values = match kind {
            Type::BYTE | Type::UNDEFINED => bytes.iter().map(|&byte| u64::from(byte)).collect(),
            Type::SHORT => bytes
                .chunks_exact(2)
                .map(|b| u64::from(order.u16(b)))
                .collect(),
            Type::LONG | Type::IFD => bytes
                .chunks_exact(4)
                .map(|b| u64::from(order.u32(b)))
                .collect(),
            Type::LONG8 | Type::IFD8 => bytes.chunks_exact(8).map(|b| order.u64(b)).collect(),
            // Written by mistake for LONG8; a negative value lies beyond any file.
            Type::SLONG8 => bytes.chunks_exact(8).map(|b| order.u64(b)).collect(),
            other => {
                return Err(RasterError::Directory {
                    page: page.number,
                    problem: format!("tag {tag} has type {other:?} instead of whole numbers"),
                });
            }
        };
        Ok(Some(values))
    }

    /// The single value of a tag (the first where several are written).
    pub(crate) fn integer(&mut self, page: &Page, tag: u16) -> Result<Option<u64>, RasterError> {
        match self.integers(page, tag)? {
            None => Ok(None),
            Some(values) => {
                values
                    .first()
                    .copied()
                    .map(Some)
                    .ok_or_else(|| RasterError::Directory {
                        page: page.number,
                        problem: format!("tag {tag} is empty"),
                    })
            }
        }
    }

    /// The values of a tag of doubles (or floats).
    pub(crate) fn doubles(
        &mut self,
        page: &Page,
        tag: u16,
    ) -> Result<Option<Vec<f64>>, RasterError> {
        let Some((kind, bytes)) = self.raw(page, tag, self.limits.text_bytes)? else {
            return Ok(None);
        };
        let order = self.header.order;
        match kind {
            Type::DOUBLE => Ok(Some(
                bytes
                    .chunks_exact(8)
                    .map(|b| f64::from_bits(order.u64(b)))
                    .collect(),
            )),
            Type::FLOAT => Ok(Some(
                bytes
                    .chunks_exact(4)
                    .map(|b| f64::from(f32::from_bits(order.u32(b))))
                    .collect(),
            )),
            other => Err(RasterError::Directory {
                page: page.number,
                problem: format!("tag {tag} has type {other:?} instead of doubles"),
            }),
        }
    }

    /// The text of a tag, cut at its first NUL; bytes that are not UTF-8 are replaced.
    pub(crate) fn text(&mut self, page: &Page, tag: u16) -> Result<Option<String>, RasterError> {
        let found = self.raw(page, tag, self.limits.text_bytes)?;
        Ok(found.map(|(_, mut bytes)| {
            if let Some(end) = bytes.iter().position(|&byte| byte == 0) {
                bytes.truncate(end);
            }
            String::from_utf8_lossy(&bytes).into_owned()
        }))
    }
}

/// Bytes of one value (TIFF 6.0, section 2; BigTIFF).
fn type_size(kind: Type) -> u64 {
    match kind {
        Type::BYTE | Type::ASCII | Type::SBYTE | Type::UNDEFINED => 1,
        Type::SHORT | Type::SSHORT => 2,
        Type::LONG | Type::SLONG | Type::FLOAT | Type::IFD => 4,
        // RATIONAL, SRATIONAL, DOUBLE, LONG8, SLONG8, IFD8.
        _ => 8,
    }
}

/// One directory of the file.
pub(crate) struct Page {
    /// From 1.
    pub(crate) number: usize,
    directory: Directory,
}
