use super::*;

fn io_error() -> io::Error {
    io::Error::other("x")
}

/// One of each kind. A new kind does not compile here before it is listed.
fn every_kind() -> Vec<RasterError> {
    use RasterError as E;
    let listed = |error: &E| match error {
        E::Io { .. }
        | E::WriteIo { .. }
        | E::ForeignFormat { .. }
        | E::NotTiff { .. }
        | E::Directory { .. }
        | E::Limit { .. }
        | E::Unsupported { .. }
        | E::Georeference(_)
        | E::NoDataText { .. }
        | E::Metadata { .. }
        | E::ClipRecord { .. }
        | E::Chunk { .. }
        | E::NoBand { .. }
        | E::Value { .. }
        | E::Write { .. } => {}
    };
    let text = || "x".to_owned();
    let window = CellWindow {
        col: 0,
        row: 0,
        width: 1,
        height: 1,
    };
    let chunk = |problem| E::Chunk {
        kind: "tile",
        chunk: 0,
        window,
        problem,
    };
    let value = |kind| E::Value {
        kind,
        count: 1,
        col: 0,
        row: 0,
        value: -1.0,
        nodata: None,
    };
    let mut all = vec![
        E::WriteIo {
            what: "the output",
            source: io_error(),
        },
        E::ForeignFormat {
            name: "a zip archive",
            hint: "unzip",
        },
        E::NotTiff { found: text() },
        E::Directory {
            page: 1,
            problem: text(),
        },
        E::Limit {
            what: "width",
            found: 2,
            limit: 1,
        },
        E::Unsupported {
            what: "compression",
            found: text(),
        },
        E::Unsupported {
            what: "sample type",
            found: text(),
        },
        E::NoDataText { text: text() },
        E::Metadata { problem: text() },
        E::ClipRecord { problem: text() },
        E::NoBand { band: 1, bands: 1 },
        E::Write { problem: text() },
    ];
    all.extend(every_chunk_problem().map(chunk));
    all.extend(
        [
            BadValue::Negative,
            BadValue::Infinite,
            BadValue::Implausible,
        ]
        .map(value),
    );
    all.extend(every_georeference_kind().into_iter().map(E::Georeference));
    all.iter().for_each(listed);
    all
}

fn every_chunk_problem() -> [ChunkProblem; 6] {
    [
        ChunkProblem::BeyondEnd {
            offset: 1,
            end: 2,
            len: 1,
        },
        ChunkProblem::InHeader { offset: 1 },
        ChunkProblem::NoBytes { offset: 1 },
        ChunkProblem::Damaged {
            codec: "lzw",
            problem: "x".to_owned(),
        },
        ChunkProblem::TooShort {
            found: 1,
            needed: 2,
        },
        ChunkProblem::Io(io_error()),
    ]
}

fn every_georeference_kind() -> Vec<GeoreferenceError> {
    use GeoreferenceError as E;
    let listed = |error: &E| match error {
        E::Missing { .. }
        | E::NoCrs
        | E::Projected { .. }
        | E::ModelType { .. }
        | E::Unit { .. }
        | E::Rotated { .. }
        | E::Mirrored
        | E::NegativeScale { .. }
        | E::CellSize { .. }
        | E::Extent { .. }
        | E::WiderThanGlobe { .. }
        | E::Crs(_)
        | E::GeoKeys { .. } => {}
    };
    let (x, y) = (1.0, -1.0);
    let all = vec![
        E::Missing { missing: "x" },
        E::NoCrs,
        E::Projected {
            crs: "EPSG:32628".to_owned(),
        },
        E::ModelType { model: 3 },
        E::Unit { unit: 9101 },
        E::Rotated {
            x_per_row: x,
            y_per_col: y,
        },
        E::Mirrored,
        E::NegativeScale { x, y },
        E::CellSize { x, y },
        E::Extent {
            west: 0.0,
            south: 0.0,
            east: 1e6,
            north: 1e6,
        },
        E::WiderThanGlobe {
            degrees: 361.0,
            columns: 360,
        },
        E::Crs(pop_crs::CrsMismatch::Unknown {
            name: "EPSG:4555".to_owned(),
        }),
        E::GeoKeys {
            problem: "x".to_owned(),
        },
    ];
    all.iter().for_each(listed);
    all
}

#[test]
fn every_refusal_has_a_hint() {
    for error in every_kind() {
        let hint = error.hint().unwrap_or_default();
        assert!(!hint.is_empty(), "{error}");
        let message = error.to_string();
        assert!(
            !message.ends_with('.') && !hint.ends_with('.'),
            "{message}: {hint}"
        );
    }
    // only the operating system knows why it could not read
    let unread = RasterError::Io {
        what: "the file header".to_owned(),
        source: io_error(),
    };
    assert_eq!(unread.hint(), None);
}
