//! Real WorldPop rasters: sums, counts, and the interrupted download.
use std::fs::File;
use std::path::Path;

use pop_raster::{CellCounts, Limits, RasterFile, Samples, Scratch};

/// f64 sum and counts of a band.
fn sum(raster: &RasterFile<File>, band: usize) -> (f64, CellCounts, u64) {
    let mut scratch = Scratch::new();
    let (mut sum, mut counts, mut zeros) = (0.0, CellCounts::default(), 0);
    for index in 0..raster.layout().count() {
        let chunk = raster.read_chunk(band, index, &mut scratch).unwrap();
        counts += chunk.counts;
        let mut add = |value: f64| {
            if !value.is_nan() {
                sum += value;
                zeros += u64::from(value == 0.0);
            }
        };
        match chunk.samples {
            Samples::F32(cells) => cells.iter().for_each(|&v| add(f64::from(v))),
            Samples::F64(cells) => cells.iter().for_each(|&v| add(v)),
        }
    }
    (sum, counts, zeros)
}

fn open(dir: &Path, name: &str) -> RasterFile<File> {
    let file = File::open(dir.join("worldpop").join(name)).unwrap();
    RasterFile::open(file, &Limits::default()).unwrap()
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn sums_and_counts_are_those_of_gdal() {
    let dir = testdata::dir();
    for (name, valid, zeros, expected) in [
        (
            "sle_pop_2025_CN_1km_R2025A_UA_v1.tif",
            58339,
            8,
            8_731_139.999_339,
        ),
        (
            "sle_pop_2026_CN_1km_R2025A_UA_v1.tif",
            58380,
            8,
            8_908_448.006_331,
        ),
        (
            "lka_pop_2022_CN_1km_R2025A_UA_v1.tif",
            61941,
            5,
            22_759_124.959_997,
        ),
        ("abw_m_00_2020_CN_1km_R2025A_UA_v1.tif", 236, 0, 555.000_001),
        (
            "abw_ppp_2020_UNadj_constrained.tif",
            9844,
            492,
            106_766.000_015,
        ),
        ("TUN_POP.tif", 360_034, 1830, 11_818_617.955_726),
        ("JAM_POP.tif", 106_310, 0, 2_961_160.963_567),
        (
            "bdi_f_15_2020_CN_100m_R2025A_v1.tif",
            87604,
            0,
            29_684.672_924,
        ),
        (
            "dnk_f_15_2020_CN_100m_R2025A_v1.tif",
            88939,
            1201,
            33_587.940_718,
        ),
        ("ppp_2010_1km_Aggregated.tif", 855, 0, 25_926.946_362),
        ("burundi_worldpop.tif", 49354, 1122, 9_131_486.0),
        ("afripop2020.tif", 92735, 2697, 3_700_601.565_542),
        ("under_5_population.tif", 5738, 585, 2_218_404.467_689),
        ("test_mask.tif", 29_024_606, 28_393_921, 630_685.0),
    ] {
        let raster = open(&dir, name);
        let (sum, counts, zero_cells) = sum(&raster, 0);
        assert_eq!(
            (counts.valid, zero_cells),
            (valid, zeros),
            "{name}: {counts:?}"
        );
        assert_eq!(
            counts.cells(),
            (raster.grid().width * raster.grid().height) as u64,
            "{name}"
        );
        assert!(
            (sum - expected).abs() < 1e-6 * expected.abs().max(1.0),
            "{name}: {sum} {expected}"
        );
    }
}
