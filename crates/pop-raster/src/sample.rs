//! Types of stored samples, compressions, byte orders: how cells are encoded.

/// The type of one stored sample (TIFF 6.0, SampleFormat and BitsPerSample).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleType {
    /// 8-bit unsigned.
    U8,
    /// 16-bit unsigned.
    U16,
    /// 32-bit unsigned.
    U32,
    /// 8-bit signed.
    I8,
    /// 16-bit signed.
    I16,
    /// 64-bit unsigned.
    U64,
    /// 32-bit signed.
    I32,
    /// 64-bit signed.
    I64,
    /// IEEE half.
    F16,
    /// IEEE single.
    F32,
    /// IEEE double.
    F64,
}

/// The samples of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// One bit: GDAL's internal masks.
    Bit,
    /// A type of the usual kind.
    Sample(SampleType),
}

impl SampleType {
    /// The names in an error message.
    pub(crate) const NAMES: &str = "u8, u16, u32, u64, i8, i16, i32, i64, f16, f32, f64";

    /// From TIFF's SampleFormat and BitsPerSample.
    pub(crate) fn from_tiff(format: u64, bits: u64) -> Option<Self> {
        Some(match (format, bits) {
            (1, 8) => Self::U8,
            (1, 16) => Self::U16,
            (1, 32) => Self::U32,
            (1, 64) => Self::U64,
            (2, 8) => Self::I8,
            (2, 16) => Self::I16,
            (2, 32) => Self::I32,
            (2, 64) => Self::I64,
            (3, 16) => Self::F16,
            (3, 32) => Self::F32,
            (3, 64) => Self::F64,
            _ => return None,
        })
    }

    /// The largest value of a type so small that a cell can hold it: nodata that is not declared, or a count that was cut off.
    pub(crate) fn largest_integer(self) -> Option<f64> {
        match self {
            Self::U8 => Some(f64::from(u8::MAX)),
            Self::I8 => Some(f64::from(i8::MAX)),
            Self::U16 => Some(f64::from(u16::MAX)),
            Self::I16 => Some(f64::from(i16::MAX)),
            Self::U32 | Self::U64 | Self::I32 | Self::I64 | Self::F16 | Self::F32 | Self::F64 => {
                None
            }
        }
    }

    /// TIFF's SampleFormat.
    pub(crate) fn tiff_format(self) -> u16 {
        match self {
            Self::U8 | Self::U16 | Self::U32 | Self::U64 => 1,
            Self::I8 | Self::I16 | Self::I32 | Self::I64 => 2,
            Self::F16 | Self::F32 | Self::F64 => 3,
        }
    }

    /// Bytes of one sample.
    #[must_use]
    pub fn bytes(self) -> usize {
        match self {
            Self::U8 | Self::I8 => 1,
            Self::U16 | Self::I16 | Self::F16 => 2,
            Self::U32 | Self::I32 | Self::F32 => 4,
            Self::U64 | Self::I64 | Self::F64 => 8,
        }
    }

    /// Whether it is a floating-point type.
    #[must_use]
    pub fn is_float(self) -> bool {
        matches!(self, Self::F16 | Self::F32 | Self::F64)
    }

    /// Whether every value fits an `f32` exactly; such bands are delivered as `f32`.
    #[must_use]
    pub fn fits_f32(self) -> bool {
        !matches!(
            self,
            Self::U32 | Self::I32 | Self::U64 | Self::I64 | Self::F64
        )
    }

    /// Smallest and largest value of an integer type.
    pub(crate) fn integer_range(self) -> Option<(f64, f64)> {
        Some(match self {
            Self::U8 => (0.0, 255.0),
            Self::U16 => (0.0, 65_535.0),
            Self::U32 => (0.0, 4_294_967_295.0),
            Self::I8 => (-128.0, 127.0),
            Self::I16 => (-32_768.0, 32_767.0),
            Self::I32 => (-2_147_483_648.0, 2_147_483_647.0),
            // the bounds as the nearest doubles
            Self::U64 => (0.0, u64::MAX as f64),
            Self::I64 => (i64::MIN as f64, i64::MAX as f64),
            _ => return None,
        })
    }
}

impl std::fmt::Display for SampleType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::U8 => "u8",
            Self::U16 => "u16",
            Self::U32 => "u32",
            Self::I8 => "i8",
            Self::I16 => "i16",
            Self::I32 => "i32",
            Self::U64 => "u64",
            Self::I64 => "i64",
            Self::F16 => "f16",
            Self::F32 => "f32",
            Self::F64 => "f64",
        })
    }
}

/// How chunks are compressed (TIFF's Compression tag).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// As they are (1).
    None,
    /// TIFF's LZW (5).
    Lzw,
    /// zlib (8, and 32946 in old files).
    Deflate,
    /// PackBits (32773).
    PackBits,
    /// Zstandard (50000).
    Zstd,
}

impl Compression {
    pub(crate) fn from_tiff(code: u64) -> Option<Self> {
        Some(match code {
            1 => Self::None,
            5 => Self::Lzw,
            8 | 32946 => Self::Deflate,
            32773 => Self::PackBits,
            50000 => Self::Zstd,
            _ => return None,
        })
    }

    pub(crate) fn tiff_code(self) -> u16 {
        match self {
            Self::None => 1,
            Self::Lzw => 5,
            Self::Deflate => 8,
            Self::PackBits => 32773,
            Self::Zstd => 50000,
        }
    }

    /// The largest number of bytes one stored byte can unpack to, with room to spare:
    /// a chunk that claims more is refused before anything is allocated for it.
    pub(crate) fn max_expansion(self) -> u64 {
        match self {
            Self::None => 1,
            // A 12-bit code stands for at most 4,096 - 258 bytes.
            Self::Lzw => 2_731,
            // DEFLATE: 258 bytes in two bits (RFC 1951).
            Self::Deflate => 1_040,
            Self::PackBits => 64,
            // RLE blocks: 128 KiB in four bytes (RFC 8878).
            Self::Zstd => 40_000,
        }
    }

    /// Its name, in lower case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Lzw => "lzw",
            Self::Deflate => "deflate",
            Self::PackBits => "packbits",
            Self::Zstd => "zstd",
        }
    }
}

/// The difference taken before compression (TIFF's Predictor tag).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Predictor {
    /// None (1).
    None,
    /// Horizontal differencing of integers, or of floats read as integers (2).
    Horizontal,
    /// Floating-point: byte planes, then differences (3; Adobe's technical note 3).
    FloatingPoint,
}

impl Predictor {
    pub(crate) fn from_tiff(code: u64) -> Option<Self> {
        Some(match code {
            1 => Self::None,
            2 => Self::Horizontal,
            3 => Self::FloatingPoint,
            _ => return None,
        })
    }

    /// TIFF's number for it.
    #[must_use]
    pub fn tiff_code(self) -> u16 {
        match self {
            Self::None => 1,
            Self::Horizontal => 2,
            Self::FloatingPoint => 3,
        }
    }
}

/// The byte order of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteOrder {
    /// `II`.
    Little,
    /// `MM`.
    Big,
}

/// What the chunks of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChunkKind {
    /// Of one size each, also at the edges.
    Tile,
    /// As wide as the raster.
    Strip,
}

impl ChunkKind {
    /// The noun in messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tile => "tile",
            Self::Strip => "strip",
        }
    }
}

/// Where the samples of several bands are (TIFF's PlanarConfiguration).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanarConfiguration {
    /// Those of a cell are beside each other (1).
    Interleaved,
    /// Each band is in chunks of its own (2).
    Separate,
}

impl PlanarConfiguration {
    /// TIFF's number.
    #[must_use]
    pub const fn tiff_code(self) -> u16 {
        match self {
            Self::Interleaved => 1,
            Self::Separate => 2,
        }
    }

    /// How many planes of chunks a file of so many bands has.
    #[must_use]
    pub const fn planes(self, bands: usize) -> usize {
        match self {
            Self::Interleaved => 1,
            Self::Separate => bands,
        }
    }
}

/// Everything about how a raster is stored that its values do not show.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Encoding {
    /// Type of the stored samples.
    pub sample: SampleType,
    /// Compression of the chunks.
    pub compression: Compression,
    /// Predictor.
    pub predictor: Predictor,
    /// Byte order.
    pub byte_order: ByteOrder,
    /// BigTIFF.
    pub big: bool,
    /// Tiles or strips.
    pub chunks: ChunkKind,
    /// Where the samples of several bands are.
    pub planar: PlanarConfiguration,
    /// Bits of every stored byte are reversed (FillOrder 2).
    pub reversed_bits: bool,
}
