//! What `--allow` and `--exceptions` can allow here.

use pop_cli::AllowKind;
use pop_sums::Reason;

/// A parent some of whose children have a value and some none.
pub(crate) const INCOMPLETE_PARENT: &str = Reason::IncompleteParent.word();
/// Sums of several products or releases.
pub(crate) const MIXED_RELEASES: &str = "mixed-releases";
/// Sums of several coverage rules or rakings in one period.
pub(crate) const MIXED_METHODS: &str = "mixed-methods";
/// A reason that a later version of the stream has.
pub(crate) const UNKNOWN_REASON: &str = "unknown-reason";
/// No value and no reason.
pub(crate) const NO_VALUE: &str = "no-value";
/// A unit that opened after the day that decides, left out instead of put in.
pub(crate) const INACTIVE: &str = "inactive";
/// A unit of the metadata that sums from elsewhere lack.
pub(crate) const MISSING_UNIT: &str = "missing-unit";
/// A unit whose own sum differs from those of the units below it.
pub(crate) const PARENT_GAP: &str = "parent-gap";
/// An element filled with other people than its name says.
pub(crate) const OTHER_GROUP: &str = "other-group";
/// A rate above 1.
pub(crate) const HIGH_RATE: &str = "high-rate";

/// The kinds of finding that this tool judges.
pub(crate) const KINDS: &[AllowKind] = &[
    AllowKind::new(
        Reason::NoGeometry.word(),
        "units without a polygon are left out",
    ),
    AllowKind::new(Reason::Point.word(), "points and lines are left out"),
    AllowKind::new(
        Reason::BadGeometry.word(),
        "units whose polygon cannot be read in one way are left out",
    ),
    AllowKind::new(
        Reason::Repaired.word(),
        "units whose polygon changed by its repair keep their value",
    ),
    AllowKind::new(
        Reason::FallbackGeometry.word(),
        "units summed in a polygon from another source keep their value",
    ),
    AllowKind::new(
        Reason::Outside.word(),
        "units outside the raster are left out",
    ),
    AllowKind::new(
        Reason::PartlyOutside.word(),
        "units partly outside the raster keep the value of the part inside",
    ),
    AllowKind::new(
        Reason::MaskedOut.word(),
        "units that a clip left out are left out",
    ),
    AllowKind::new(
        Reason::NoValidCell.word(),
        "units without a valid cell keep what the sums give them",
    ),
    AllowKind::new(
        Reason::Tiny.word(),
        "units far smaller than a cell keep what the sums give them",
    ),
    AllowKind::new(
        Reason::Closed.word(),
        "units closed before 1 January of their row's year (zonal-sum --as-of) keep their value instead of being left out",
    ),
    AllowKind::new(
        Reason::NotYetOpen.word(),
        "units opened after 1 January of their row's year (zonal-sum --as-of) keep their value",
    ),
    AllowKind::new(
        INACTIVE,
        "units opened after 1 January of their row's year (zonal-sum --as-of) are left out",
    ),
    AllowKind::new(
        Reason::SamePlace.word(),
        "facilities whose place's catchment another unit holds are left out",
    ),
    AllowKind::new(
        Reason::NoArea.word(),
        "facilities without a catchment are left out",
    ),
    AllowKind::new(
        Reason::OutsideParent.word(),
        "facilities outside their parent keep the value of their catchment, or are left out without one",
    ),
    AllowKind::new(
        Reason::NoParent.word(),
        "facilities without a parent are left out",
    ),
    AllowKind::new(
        Reason::Filled.word(),
        "units without a sum of their own keep the official total they were given",
    ),
    AllowKind::new(
        NO_VALUE,
        "units without a value and without a reason are left out",
    ),
    AllowKind::new(
        MISSING_UNIT,
        "units that the metadata know at this level and sums from elsewhere lack get no value",
    ),
    AllowKind::new(
        UNKNOWN_REASON,
        "units with a reason this version does not know keep their value",
    ),
    AllowKind::new(
        INCOMPLETE_PARENT,
        "parents come out too low where a child has no value, or is missing from our own stream",
    ),
    AllowKind::new(
        MIXED_RELEASES,
        "sums of several products or releases go into one set",
    ),
    AllowKind::new(
        MIXED_METHODS,
        "values are made of sums of several coverage rules, or of raked sums and others",
    ),
    AllowKind::new(
        PARENT_GAP,
        "with --check: units are used that add up to over 5 % more or less than the row of the unit above them",
    ),
    AllowKind::new(
        OTHER_GROUP,
        "with --check: data elements are filled with other people than their names say, as the mapping wants",
    ),
    AllowKind::new(
        HIGH_RATE,
        "with --check: rates above 1, which count more than there are people, are used",
    ),
];
