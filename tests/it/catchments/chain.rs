//! From facilities as points on the server to the people of their catchments stored there.

use std::collections::BTreeMap;

use crate::sample::Sample;
use crate::support::tool;

#[test]
fn the_people_of_catchments_are_stored_and_unserved_people_are_not() {
    let sample = Sample::ready();
    let units = sample
        .with_server(tool("fetch-orgunits"))
        .args(["--level", "2,4"])
        .run()
        .expect(0);
    let catchments = tool("catchments")
        .args(["--within-level", "2", "--max-distance", "2km"])
        .stdin(units.stdout)
        .run()
        .expect(0);
    let sums = sample.sums(&catchments.stdout);
    let mut exact: BTreeMap<String, f64> = BTreeMap::new();
    let (mut unserved, mut unserved_parts) = (0.0, 0);
    let mut reader = csv::Reader::from_reader(&sums[..]);
    for row in reader.deserialize::<BTreeMap<String, String>>() {
        let row = row.unwrap();
        if row["level"] != "4" || row["population"].is_empty() {
            continue;
        }
        let people: f64 = row["population"].parse().unwrap();
        if row["reasons"].contains("unserved") {
            unserved += people;
            unserved_parts += 1;
        } else {
            exact.insert(row["org_unit"].clone(), people);
        }
    }
    assert!(unserved_parts > 0 && unserved > 1.0, "{unserved}");
    let values = tool("to-datavalueset")
        .args(["--level", "4"])
        .args(sample.mapping())
        .args(["--allow", "partly-outside", "--allow", "no-parent"])
        .args(["--allow", "same-place", "--allow", "no-area"])
        .stdin(sums)
        .run()
        .expect(0)
        .says(&format!("more in {unserved_parts} unserved part"));
    let receipt = sample.file("receipt.json");
    sample
        .push()
        .args(["--commit", "--receipt", &receipt])
        .stdin(values.stdout.clone())
        .run()
        .expect(0);
    let stored: BTreeMap<String, f64> = (sample.stored().into_iter())
        .map(|(unit, value)| (unit, value.parse().unwrap()))
        .collect();
    assert!(stored.keys().eq(exact.keys()));
    for (unit, people) in &exact {
        assert!((stored[unit] - people).abs() < 1.0, "{unit}");
    }
    // Rounded with the unserved parts: what is stored is next to the exact total of the facilities.
    let (whole, all): (f64, f64) = (stored.values().sum(), exact.values().sum());
    assert!(
        (whole - all).abs() < unserved_parts as f64 + 1.0,
        "{whole} {all}"
    );
    let again = sample.push().stdin(values.stdout).run().expect(0);
    assert!(!again.stderr.contains("not ours"), "{}", again.stderr);
}
