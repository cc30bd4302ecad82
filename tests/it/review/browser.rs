//! The page in a browser: nothing is loaded, nothing cut, and the hash is on each printed page.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::Files;
use super::plans::PlanUnit;

/// A Chromium, where there is one.
fn chromium() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    std::env::split_paths(&path)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|path| path.is_file())
}

fn headless(browser: &Path, profile: &Path, args: &[String]) -> String {
    let output = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
        ])
        .args([
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-pdf-header-footer",
        ])
        .arg(format!("--user-data-dir={}", profile.display()))
        .args(args)
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn the_page_is_printed_with_its_hash_on_each_sheet() {
    let Some(browser) = chromium() else {
        eprintln!("skipped: there is no Chromium");
        return;
    };
    let names: Vec<(String, String)> = (0..60)
        .map(|n| (format!("Unit{n:06}a"), format!("District {n}")))
        .collect();
    let units: Vec<PlanUnit<'_>> = names
        .iter()
        .zip(0..)
        .map(|((id, name), n)| {
            PlanUnit::new(id, name, Some(1_000.0), Some(f64::from(700 + 10 * n)))
        })
        .collect();
    let files = Files::new(&units);
    files
        .review()
        .args([
            "--org-units",
            "units.geojson",
            "--balance",
            "balance.json",
            "--annex",
            "all",
            "-o",
            "page.html",
        ])
        .run()
        .expect(0);
    let folder = files.folder.path();
    let page = format!("file://{}", folder.join("page.html").display());
    let pdf = folder.join("page.pdf");
    headless(
        &browser,
        &folder.join("profile"),
        &[format!("--print-to-pdf={}", pdf.display()), page],
    );
    assert!(pdf.is_file(), "nothing was printed");
    let Ok(text) = Command::new("pdftotext").arg(&pdf).arg("-").output() else {
        eprintln!("skipped: there is no pdftotext");
        return;
    };
    let text = String::from_utf8_lossy(&text.stdout).into_owned();
    let sheets: Vec<&str> = text.trim_end_matches('\u{c}').split('\u{c}').collect();
    let html = std::fs::read_to_string(folder.join("page.html")).unwrap();
    let sha256 = html
        .split_once("name=\"plan-sha256\" content=\"")
        .unwrap()
        .1
        .split_once('"')
        .unwrap()
        .0;
    assert!((3..=8).contains(&sheets.len()), "{} sheets", sheets.len());
    for (number, sheet) in (1..).zip(&sheets) {
        assert!(sheet.contains(sha256), "sheet {number} lacks the hash");
        assert!(
            sheet.contains(&format!("page {number} of {}", sheets.len())),
            "sheet {number}: {sheet}"
        );
    }
}
