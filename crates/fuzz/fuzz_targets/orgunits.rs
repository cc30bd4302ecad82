//! Any bytes as a file of org units; what comes out as an area must be sound.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pop_geo::{OrgUnit, ReadOptions, crossing_test, read_orgunits};

fuzz_target!(|bytes: &[u8]| {
    let Ok(set) = read_orgunits(bytes, &ReadOptions::default()) else { return };
    for area in set.units.iter().filter_map(OrgUnit::area) {
        assert!(area.size() > 0.0);
        let _ = crossing_test(area);
    }
});
