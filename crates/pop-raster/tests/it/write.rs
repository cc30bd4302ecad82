//! What the writer writes, the reader reads: every type, compression and shape.
use pop_raster::{
    CellWindow, ClipRecord, Compression, Grid, Limits, NewRaster, Overviews, RasterError,
    RasterFile, SampleType, Samples, Scratch, WriteOptions, copy_chunks, whole_chunks,
    write_geotiff,
};

/// A value of every kind of cell: people, zeros, no value in a third of them.
fn value(band: usize, col: usize, row: usize) -> f64 {
    match (col * 7 + row * 3 + band) % 9 {
        0..3 => f64::NAN,
        3 => 0.0,
        k => (k * (col % 11 + 1) + row % 5 + band) as f64,
    }
}

fn fill(band: usize, window: &CellWindow, out: &mut [f64]) -> Result<(), RasterError> {
    for row in 0..window.height {
        for col in 0..window.width {
            out[row * window.width + col] = value(band, window.col + col, window.row + row);
        }
    }
    Ok(())
}

fn grid(width: usize, height: usize) -> Grid {
    Grid::new(
        width,
        height,
        29.3,
        -1.05,
        0.000_833_333_33,
        0.000_833_333_33,
    )
    .unwrap()
}

fn write(raster: &NewRaster, options: &WriteOptions) -> Vec<u8> {
    let mut out = Vec::new();
    write_geotiff(
        &mut out,
        raster,
        &fill,
        options,
        &mut std::io::Cursor::new(Vec::new()),
    )
    .unwrap();
    out
}

/// All cells of a band.
fn cells(raster: &RasterFile<Vec<u8>>, band: usize) -> Vec<f64> {
    let mut scratch = Scratch::new();
    let width = raster.grid().width;
    let mut out = vec![f64::NAN; width * raster.grid().height];
    for index in 0..raster.layout().count() {
        let chunk = raster.read_chunk(band, index, &mut scratch).unwrap();
        let w = chunk.window;
        for i in 0..w.cells() {
            let at = (w.row + i / w.width) * width + w.col + i % w.width;
            out[at] = match chunk.samples {
                Samples::F32(cells) => f64::from(cells[i]),
                Samples::F64(cells) => cells[i],
            };
        }
    }
    out
}

fn open(bytes: Vec<u8>) -> RasterFile<Vec<u8>> {
    RasterFile::open(bytes, &Limits::default()).unwrap()
}

fn assert_cells(found: &[f64], band: usize, window: &CellWindow) {
    assert_eq!(found.len(), window.cells());
    for (i, &found) in found.iter().enumerate() {
        let expected = value(
            band,
            window.col + i % window.width,
            window.row + i / window.width,
        );
        assert!(
            found == expected || found.is_nan() && expected.is_nan(),
            "cell {i}: {found} {expected}"
        );
    }
}

const COMPRESSIONS: [Compression; 4] = [
    Compression::None,
    Compression::Lzw,
    Compression::Deflate,
    Compression::Zstd,
];

#[test]
fn every_type_and_compression_reads_back() {
    for (sample, nodata) in [
        (SampleType::U8, "255"),
        (SampleType::I8, "-1"),
        (SampleType::U16, "65535"),
        (SampleType::I16, "-9999"),
        (SampleType::U32, "4294967295"),
        (SampleType::I32, "-99999"),
        (SampleType::F32, "-99999"),
        (SampleType::F64, "nan"),
    ] {
        for compression in COMPRESSIONS {
            let mut raster = NewRaster::new(grid(83, 37));
            raster.sample = sample;
            raster.nodata = Some(nodata.to_owned());
            raster.bands = 2;
            let file = open(write(
                &raster,
                &WriteOptions {
                    compression,
                    tile: 32,
                    ..WriteOptions::default()
                },
            ));
            assert_eq!(file.encoding().compression, compression);
            assert_eq!(file.grid(), &raster.grid);
            assert_eq!(file.crs().epsg, Some(4326));
            for band in 0..2 {
                assert_cells(&cells(&file, band), band, &raster.grid.whole());
            }
        }
    }
}

#[test]
fn the_same_bytes_for_any_number_of_threads() {
    let raster = NewRaster::new(grid(300, 200));
    let options = WriteOptions {
        tile: 32,
        overviews: Overviews::Nearest,
        ..WriteOptions::default()
    };
    let once = write(&raster, &options);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    assert!(once == pool.install(|| write(&raster, &options)));
    let file = open(once);
    assert_eq!(file.overviews(), 4);
    assert_cells(&cells(&file, 0), 0, &raster.grid.whole());
}

#[test]
fn whole_chunks_are_copied_as_they_are() {
    for compression in COMPRESSIONS {
        let mut raster = NewRaster::new(grid(100, 90));
        raster.bands = 2;
        let source = open(write(
            &raster,
            &WriteOptions {
                compression,
                tile: 16,
                ..WriteOptions::default()
            },
        ));
        let wanted = CellWindow {
            col: 40,
            row: 50,
            width: 9,
            height: 3,
        };
        let window = whole_chunks(source.layout(), &wanted);
        assert_eq!(
            window,
            CellWindow {
                col: 32,
                row: 48,
                width: 32,
                height: 16
            }
        );
        let mut out = Vec::new();
        let record = ClipRecord::new(source.grid(), &window, None);
        copy_chunks(&mut out, &source, &window, record.clone()).unwrap();
        let clip = open(out);
        assert_eq!(clip.encoding().compression, compression);
        assert_eq!(clip.grid(), &source.grid().window(&window));
        assert_eq!(clip.clip_record().unwrap().window.col, 32);
        for band in 0..2 {
            assert_cells(&cells(&clip, band), band, &window);
        }
        assert!(copy_chunks(&mut Vec::new(), &source, &wanted, record).is_err());
    }
}

#[test]
fn a_part_keeps_type_nodata_and_description() {
    let mut raster = NewRaster::new(grid(64, 64));
    raster.metadata = pop_raster::GdalMetadata::of_descriptions([Some("people & more")]);
    let source = open(write(
        &raster,
        &WriteOptions {
            tile: 16,
            ..WriteOptions::default()
        },
    ));
    let window = CellWindow {
        col: 5,
        row: 6,
        width: 20,
        height: 21,
    };
    let part = NewRaster::part_of(&source, &window);
    let mut out = Vec::new();
    let shifted = |band: usize, w: &CellWindow, out: &mut [f64]| {
        fill(
            band,
            &CellWindow {
                col: w.col + 5,
                row: w.row + 6,
                ..*w
            },
            out,
        )
    };
    write_geotiff(
        &mut out,
        &part,
        &shifted,
        &WriteOptions::default(),
        &mut std::io::Cursor::new(Vec::new()),
    )
    .unwrap();
    let clip = open(out);
    assert_eq!(clip.description(0), Some("people & more"));
    assert_eq!(clip.nodata().text(), Some("-99999"));
    assert_eq!(clip.encoding().sample, SampleType::F32);
    assert_eq!((clip.grid().first_col, clip.grid().first_row), (5, 6));
    assert_eq!(clip.grid().lattice, source.grid().lattice);
    assert_cells(&cells(&clip, 0), 0, &window);
}

/// A disk with no room for more than so many bytes.
struct Full(std::io::Cursor<Vec<u8>>, usize);

impl std::io::Read for Full {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(bytes)
    }
}

impl std::io::Write for Full {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.get_ref().len() + bytes.len() > self.1 {
            return Err(std::io::ErrorKind::StorageFull.into());
        }
        self.0.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl std::io::Seek for Full {
    fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
        self.0.seek(to)
    }
}

#[test]
fn a_full_disk_stops_the_writing_before_the_first_byte() {
    let raster = NewRaster::new(grid(300, 200));
    let options = WriteOptions {
        tile: 16,
        overviews: Overviews::Nearest,
        ..WriteOptions::default()
    };
    let needed = write(&raster, &options).len();
    let mut out = Vec::new();
    let mut disk = Full(std::io::Cursor::new(Vec::new()), needed / 3);
    let failed = write_geotiff(&mut out, &raster, &fill, &options, &mut disk).unwrap_err();
    assert!(matches!(failed, RasterError::WriteIo { .. }), "{failed}");
    assert!(out.is_empty());
    let mut disk = Full(std::io::Cursor::new(Vec::new()), needed);
    write_geotiff(&mut out, &raster, &fill, &options, &mut disk).unwrap();
    assert_eq!(out, write(&raster, &options));
}
