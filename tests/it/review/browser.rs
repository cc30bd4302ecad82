//! The page in a browser: every class has its colour, nothing is cut or loaded, and the hash is on each printed page.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::Files;
use super::picture;
use super::plans::PlanUnit;

/// Classes and their colours, as docs/review.md names them.
const COLOURS: [(&str, [u8; 3]); 7] = [
    ("large fall", [0xb3, 0x58, 0x06]),
    ("fall", [0xfd, 0xb8, 0x63]),
    ("small change", [0xf7, 0xf7, 0xf7]),
    ("rise", [0xb2, 0xab, 0xd2]),
    ("large rise", [0x54, 0x27, 0x88]),
    ("new", [0x00, 0x88, 0x77]),
    ("no value", [0xff, 0xff, 0xff]),
];
/// How far a pixel may be from a colour, by channel: lines and patterns are smoothed.
const SMOOTHED: u8 = 6;

/// A program of the system, where there is one. `skipped` says so where not.
fn program(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let found = std::env::split_paths(&path)
        .flat_map(|folder| names.iter().map(move |name| folder.join(name)))
        .find(|path| path.is_file());
    if found.is_none() {
        eprintln!("skipped: there is no {}", names[0]);
    }
    found
}

fn chromium() -> Option<PathBuf> {
    program(&["chromium", "chromium-browser", "google-chrome"])
}

/// What a browser did with a page.
struct Shown {
    /// Messages of the console.
    console: Vec<String>,
    /// Requests that the page made.
    requests: Vec<String>,
}

/// Opens a page with the network off. `args` say what to write.
fn open(browser: &Path, page: &Path, args: &[String]) -> Shown {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("net.json");
    let output = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "--no-pdf-header-footer",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--enable-logging=stderr",
        ])
        .arg(format!("--log-net-log={}", log.display()))
        .arg(format!(
            "--user-data-dir={}",
            folder.path().join("profile").display()
        ))
        .args(args)
        .arg(format!("file://{}", page.display()))
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let log = std::fs::read_to_string(&log).unwrap_or_default();
    // The browser's own requests have no origin; those of a page have, if only "null".
    let initiators = log.split("\"initiator\":\"").skip(1);
    Shown {
        console: stderr
            .lines()
            .filter(|line| line.contains(":CONSOLE"))
            .map(str::to_owned)
            .collect(),
        requests: initiators
            .filter(|rest| !rest.starts_with("not an origin\""))
            .map(|rest| rest.chars().take(300).collect())
            .collect(),
    }
}

/// Rows of pixels: red, green, blue.
fn screenshot(browser: &Path, page: &Path, width: usize, height: usize) -> Vec<Vec<[u8; 3]>> {
    let file = page.with_extension("png");
    let shown = open(
        browser,
        page,
        &[
            format!("--window-size={width},{height}"),
            format!("--screenshot={}", file.display()),
        ],
    );
    assert_eq!(shown.console, Vec::<String>::new());
    assert_eq!(shown.requests, Vec::<String>::new());
    let picture = picture::read(&file);
    assert_eq!([picture[0].len(), picture.len()], [width, height]);
    picture
}

/// Takes a picture and looks for every class on the map, and for what reaches the right edge.
fn check_screenshot(browser: &Path, page: &Path, width: usize, height: usize) {
    let picture = screenshot(browser, page, width, height);
    for (class, colour) in COLOURS {
        let is_near = |pixel: &[u8; 3]| {
            (0..3).all(|channel| pixel[channel].abs_diff(colour[channel]) <= SMOOTHED)
        };
        let found = picture
            .iter()
            .flatten()
            .filter(|pixel| is_near(pixel))
            .count();
        assert!(
            found >= 30,
            "{width} pixels: {class}: {found} pixels of its colour"
        );
    }
    for (row, line) in picture.iter().enumerate() {
        assert!(
            line[width - 5..].iter().all(|&pixel| pixel == [0xff; 3]),
            "{width} pixels: row {row} reaches the right edge"
        );
    }
}

/// Prints a page; the text of each sheet, where there is a pdftotext.
fn printed(browser: &Path, page: &Path) -> Option<Vec<String>> {
    let pdf = page.with_extension("pdf");
    let shown = open(
        browser,
        page,
        &[format!("--print-to-pdf={}", pdf.display())],
    );
    assert_eq!(shown.console, Vec::<String>::new());
    assert!(pdf.is_file(), "nothing was printed");
    let output = Command::new(program(&["pdftotext"])?)
        .arg(&pdf)
        .arg("-")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Some(
        text.trim_end_matches('\u{c}')
            .split('\u{c}')
            .map(str::to_owned)
            .collect(),
    )
}

/// Each sheet has the plan's hash and its number, and there are as many as expected.
fn check_print(browser: &Path, page: &Path, expected: std::ops::RangeInclusive<usize>) {
    let Some(sheets) = printed(browser, page) else {
        return;
    };
    let html = std::fs::read_to_string(page).unwrap();
    let (_, rest) = html.split_once("name=\"plan-sha256\" content=\"").unwrap();
    let (sha256, _) = rest.split_once('"').unwrap();
    let count = sheets.len();
    assert!(expected.contains(&count), "{count} sheets");
    for (number, sheet) in (1..).zip(&sheets) {
        assert!(sheet.contains(sha256), "sheet {number} lacks the hash");
        let numbered = format!("page {number} of {count}");
        assert!(sheet.contains(&numbered), "sheet {number}: {sheet}");
    }
}

/// A page of so many units, of all classes. The changes go round from -30 to +30 %.
fn page_of(count: usize, args: &[&str]) -> (Files, PathBuf) {
    let names: Vec<(String, String)> = (0..count)
        .map(|n| (format!("Unit{n:06}a"), format!("District {n}")))
        .collect();
    let units: Vec<PlanUnit<'_>> = names
        .iter()
        .enumerate()
        .map(|(n, (id, name))| {
            let after = 700 + 50 * (n % 13);
            match n % 13 {
                3 => PlanUnit::new(id, name, None, Some(400.0)),
                5 => PlanUnit::new(id, name, Some(1_000.0), None),
                _ => PlanUnit::new(id, name, Some(1_000.0), Some(after as f64)),
            }
        })
        .collect();
    let files = Files::new(&units);
    files
        .review()
        .args(["--org-units", "units.geojson", "--balance", "balance.json"])
        .args(args)
        .args(["-o", "page.html"])
        .run()
        .expect(0);
    let page = files.folder.path().join("page.html");
    (files, page)
}

#[test]
fn thirteen_units_are_shown_on_any_screen_and_printed() {
    let Some(browser) = chromium() else { return };
    let (_files, page) = page_of(13, &[]);
    check_screenshot(&browser, &page, 1_000, 3_600);
    check_screenshot(&browser, &page, 360, 6_000);
    check_print(&browser, &page, 4..=5);
}

#[test]
fn twelve_thousand_units_are_shown_on_any_screen_and_printed() {
    let Some(browser) = chromium() else { return };
    let (_files, page) = page_of(12_000, &[]);
    assert!(std::fs::metadata(&page).unwrap().len() <= 3_000_000);
    check_screenshot(&browser, &page, 1_000, 1_600);
    check_screenshot(&browser, &page, 360, 1_600);
    check_print(&browser, &page, 12..=40);
}

#[test]
fn the_annex_prints_every_unit() {
    let Some(browser) = chromium() else { return };
    let (_files, page) = page_of(60, &["--annex", "all"]);
    let Some(sheets) = printed(&browser, &page) else {
        return;
    };
    let text = sheets.join("\n");
    for unit in 0..60 {
        assert!(text.contains(&format!("District {unit}")), "{unit}");
    }
    check_print(&browser, &page, 6..=9);
}

#[test]
fn a_page_that_loads_or_speaks_is_noticed() {
    let Some(browser) = chromium() else { return };
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    std::fs::write(
        &page,
        "<!DOCTYPE html><img src=\"https://example.org/x.png\"><script>console.log('x')</script>",
    )
    .unwrap();
    let file = folder.path().join("page.png");
    let shown = open(
        &browser,
        &page,
        &[format!("--screenshot={}", file.display())],
    );
    assert_eq!(shown.console.len(), 1);
    assert_eq!(shown.requests.len(), 1, "{:?}", shown.requests);
}
