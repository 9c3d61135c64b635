//! Golden files: `tests/golden/*.html`, compared byte by byte, without the style and the policy
//! that are the same in all of them.
//!
//! `UPDATE_GOLDEN=1 cargo test` rewrites them for review; where `CI` is set
//! they are always compared.

use std::fs;
use std::path::PathBuf;

use tracking_views::html;

pub(crate) fn assert_golden(name: &str, shown: &[u8]) {
    let policy = html::CONTENT_SECURITY_POLICY.replace('\'', "&#39;");
    let shown = str::from_utf8(shown).unwrap().replace(html::STYLE, "");
    let shown = shown.replace(&policy, "");
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name);
    let is_set = |variable| std::env::var_os(variable).is_some_and(|value| !value.is_empty());
    if is_set("UPDATE_GOLDEN") && !is_set("CI") {
        fs::write(&path, &shown).unwrap();
        return;
    }
    let golden = fs::read(&path).unwrap_or_else(|error| {
        panic!("{}: {error}; UPDATE_GOLDEN=1 writes it", path.display());
    });
    let golden = String::from_utf8(golden).unwrap();
    let mut lines = (1..).zip(golden.lines().zip(shown.lines()));
    let differs = lines.find(|(_, (old, new))| old != new);
    assert!(
        golden == shown,
        "{name} differs, first at {differs:?}; UPDATE_GOLDEN=1 writes it anew"
    );
}
