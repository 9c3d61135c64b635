//! What the rotated files of a log are called, by us and by others.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

/// The name of a log without what rotating adds: a number or date at its end, or our own number
/// or a date before its extension.
static BASE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let pattern = r"(?x)^ (.+?)
        (?: _r[0-9]{5,}(?:_[0-9-]+_[0-9-]+)? | [-.][0-9]{8}[0-9-]* )?
        (\.[A-Za-z][A-Za-z_]*)?
        (?: [.-][0-9]+[0-9-]* )?
        (?: \.gz )? $";
    Regex::new(pattern).ok()
});

/// The path of a log before it was rotated, as far as its name tells.
pub(super) fn base(path: &Path) -> String {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let parts = BASE.as_ref().and_then(|base| base.captures(&name));
    let base = parts.map(|parts| {
        let part = |n| parts.get(n).map_or("", |part| part.as_str());
        [part(1), part(2)].concat()
    });
    let name = base.unwrap_or_else(|| name.into_owned());
    path.with_file_name(name).to_string_lossy().into_owned()
}

/// The rotated files of a log that are there.
pub(super) fn siblings(log: &Path) -> io::Result<Vec<PathBuf>> {
    let Some(pattern) = pattern(log) else {
        return Ok(Vec::new());
    };
    let folder = match log.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut found = Vec::new();
    for entry in folder.read_dir()? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        if name.is_some_and(|name| pattern.is_match(name)) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// What the names of a log's rotated files are like.
fn pattern(log: &Path) -> Option<Regex> {
    let name = regex::escape(log.file_name()?.to_str()?);
    let stem = regex::escape(log.file_stem()?.to_str()?);
    let extension = match log.extension() {
        Some(extension) => format!(r"\.{}", regex::escape(extension.to_str()?)),
        None => String::new(),
    };
    let number = "[0-9][0-9._:T-]*";
    let pattern = format!(
        r"^(?:{name}[.-]{number}|{stem}(?:[._-]{number}|_r[0-9]+(?:_[0-9_-]+)?){extension})(?:\.gz)?$"
    );
    Regex::new(&pattern).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_of_a_rotated_name_is_that_of_the_log() {
        for (name, log) in [
            ("access.log", "access.log"),
            ("access.log.1", "access.log"),
            ("access.log.12.gz", "access.log"),
            ("access.log-20261123", "access.log"),
            ("access.log-2026-11-23.gz", "access.log"),
            ("access-20261123.log", "access.log"),
            ("access_r00001.log", "access.log"),
            ("access_r00012_2026-11-23_15-47-01.log.gz", "access.log"),
            ("messages.3", "messages"),
            ("server-1.log", "server-1.log"),
            ("u_ex261123.log", "u_ex261123.log"),
            ("a.b", "a.b"),
            ("1", "1"),
            (".gz", ".gz"),
        ] {
            let based = base(&Path::new("/x").join(name));
            assert_eq!(based, format!("/x/{log}"), "{name}");
        }
    }

    #[test]
    fn the_siblings_of_a_log_are_its_rotated_files_and_no_other_logs() {
        let folder = tempfile::tempdir().unwrap();
        let names = [
            "access.log",
            "access.log.1",
            "access.log.2.gz",
            "access.log-20261123",
            "access-20261123.log",
            "access_r00001.log",
            "access_r00002_2026-11-23_15-47-01.log.gz",
            "access-ssl.log",
            "access.log.bak",
            "error.log",
            "other_access.log.1",
        ];
        for name in names {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let found = siblings(&folder.path().join("access.log")).unwrap();
        let found: Vec<_> = found
            .iter()
            .map(|path| path.file_name().unwrap().to_str().unwrap())
            .collect();
        let mut expected = names[1..7].to_vec();
        expected.sort_unstable();
        assert_eq!(found, expected);
    }
}
