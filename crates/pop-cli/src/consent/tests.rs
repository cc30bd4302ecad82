use super::*;

const KINDS: &[AllowKind] = &[
    AllowKind::new("no-geometry", "units without a polygon have no value"),
    AllowKind::new("point", "points have no value"),
    AllowKind::new("factor", "factors up to MAX").limited_by(AllowLimit::Measure),
    AllowKind::new("negative", "cells below zero are left out").limited_by(AllowLimit::Unnamed),
    AllowKind::new("other-source", "growth is judged, too").limited_by(AllowLimit::None),
];

fn consent(allow: &[&str], exceptions: &str) -> Consent {
    let mut consent = Consent {
        known: KINDS.to_vec(),
        allowed: BTreeMap::new(),
        file: PathBuf::from("exceptions.csv"),
        exceptions: read_exceptions(exceptions.as_bytes())
            .unwrap()
            .into_iter()
            .map(Exception::from)
            .collect(),
        passed: BTreeMap::new(),
        counted: BTreeMap::new(),
        found: BTreeMap::new(),
    };
    for text in allow {
        let (kind, most) = parse_allow(text, KINDS).unwrap();
        consent.allowed.insert(kind, most);
    }
    consent
}

fn findings(units: &[&str]) -> Vec<Finding> {
    units
        .iter()
        .map(|&unit| Finding {
            unit: unit.into(),
            detail: String::new(),
        })
        .collect()
}

#[test]
fn an_exception_passes_its_own_unit_and_kind_only() {
    let mut consent = consent(
        &[],
        "unit,kind,reason\nA,no-geometry,not drawn yet\nB,point,x\n",
    );
    let judged = consent.judge("no-geometry", findings(&["A", "B"]));
    assert_eq!(judged.allowed, findings(&["A"]));
    assert_eq!(judged.refused, findings(&["B"]));
}

#[test]
fn a_limit_passes_all_or_none_of_the_rest() {
    let exceptions = "unit,kind,reason\nA,point,post office\n";
    let judged = consent(&["point=1"], exceptions).judge("point", findings(&["A", "B"]));
    assert!(judged.refused.is_empty());
    let judged = consent(&["point=1"], exceptions).judge("point", findings(&["A", "B", "C"]));
    assert_eq!(judged.refused, findings(&["B", "C"]));
}

#[test]
fn a_limit_counts_the_findings_of_all_calls() {
    let exceptions = "unit,kind,reason\nA,point,post office\n";
    let mut consent = consent(&["point=2"], exceptions);
    assert!(
        consent
            .judge("point", findings(&["A", "B"]))
            .refused
            .is_empty()
    );
    assert!(
        consent
            .judge("no-geometry", findings(&["C"]))
            .allowed
            .is_empty()
    );
    assert!(consent.judge("point", findings(&["C"])).refused.is_empty());
    let judged = consent.judge("point", findings(&["A", "D"]));
    assert_eq!(judged.allowed, findings(&["A"]));
    assert_eq!(judged.refused, findings(&["D"]));
    let error = consent.refusal("point", "unit is a point", &judged.refused);
    assert_eq!(
        error.to_string(),
        "1 unit is a point: D (3 in all, more than the 2 of --allow point)"
    );
    assert_eq!(
        consent.allowed(&Messages::default()).as_deref(),
        Some("allowed: 4 point")
    );
}

#[test]
fn a_count_without_units_has_a_limit_too() {
    let mut consent = consent(&["negative=5"], "unit,kind,reason\n");
    assert!(consent.judge_count("negative", 3));
    assert!(consent.judge_count("negative", 2));
    assert!(!consent.judge_count("negative", 1));
    assert!(!consent.judge_count("point", 1));
}

#[test]
fn a_measured_kind_is_not_counted() {
    let exceptions = "unit,kind,reason\nA,factor,census\n";
    let mut consent = consent(&["factor=9"], exceptions);
    let judged = consent.judge("factor", findings(&["A", "B"]));
    assert_eq!(judged.refused, findings(&["B"]));
    assert_eq!(consent.limit("factor"), Some(Some(9.0)));
}

#[test]
fn a_kind_that_is_not_counted_takes_no_limit() {
    assert!(parse_allow("other-source", KINDS).is_ok());
    let error = parse_allow("other-source=5", KINDS).unwrap_err();
    assert_eq!(error.status(), crate::ExitStatus::Usage);
    assert!(error.to_string().contains("takes no MAX"), "{error}");
}

#[test]
fn unknown_kinds_and_limits_are_usage_errors() {
    for text in ["no-geometri", "point=-1", "point=many"] {
        let error = parse_allow(text, KINDS).unwrap_err();
        assert_eq!(error.status(), crate::ExitStatus::Usage, "{text}");
    }
}

#[test]
fn an_exception_without_a_reason_is_refused() {
    let error = read_exceptions(b"unit,kind,reason\nA,point,\n").unwrap_err();
    assert!(error.to_string().starts_with("line 2: "), "{error}");
    assert!(read_exceptions(b"unit,kind\nA,point\n").is_err());
}

#[test]
fn all_kinds_of_a_run_are_asked_for_together() {
    let refusal = |kind: &str, what: &str, units: &[&str]| Refusal {
        kind: kind.into(),
        what: what.into(),
        findings: findings(units),
    };
    let refusals = [
        refusal("no-geometry", "unit has no value", &["A"]),
        refusal("point", "units are points", &["B", "C"]),
    ];
    let error = consent(&[], "unit,kind,reason\n").refusals(&refusals);
    assert_eq!(
        error.to_string(),
        "1 unit has no value: A; 2 units are points: B, C"
    );
    assert!(error.hints()[0].ends_with("--allow no-geometry --allow point"));
    assert_eq!(error.hints().len(), 3);
    let mut draft = Vec::new();
    write_exceptions_draft(&refusals, &mut draft).unwrap();
    assert_eq!(
        String::from_utf8(draft).unwrap(),
        "unit,kind,reason,detail\nA,no-geometry,,\nB,point,,\nC,point,,\n"
    );
}

#[test]
fn a_file_with_semicolons_is_recognised() {
    let error = read_exceptions(b"unit;kind;reason\nA;point;x\n").unwrap_err();
    assert!(error.to_string().contains("semicolons"), "{error}");
}
