//! The folder of a site, with a list of the files in it.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Serialize;

use crate::output;

/// The list of the files that were written, in the folder itself.
const MANIFEST: &str = ".tracking-site";
/// The first line of the list.
const HEADER: &str = "tracking-site 1";

/// A folder that pages are written to. It lists the files that it has written, and neither
/// overwrites nor removes any other. A file is added to the list before it is written, and the
/// list is replaced at the end, so that it is complete also where the command is killed.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    /// What an earlier run has written.
    before: BTreeSet<String>,
    now: BTreeSet<String>,
    /// The list of the files, once a file was added to it.
    list: Option<File>,
    /// Whether the last line of the list was cut off.
    is_cut_off: bool,
    changed: u64,
}

/// The result of writing a site.
#[derive(Debug, Serialize)]
pub(crate) struct SiteReport {
    /// Where it is.
    pub(crate) folder: PathBuf,
    /// How many pages there are.
    pub(crate) pages: u64,
    /// How many of them are new or differ from before.
    pub(crate) changed: u64,
    /// How many pages of before were removed.
    pub(crate) removed: u64,
}

impl Folder {
    /// Opens a folder; creates it if missing.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let shown = path.display();
        fs::create_dir_all(path).with_context(|| format!("cannot make the folder {shown}"))?;
        let text = match fs::read_to_string(path.join(MANIFEST)) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {shown}/{MANIFEST}"));
            }
        };
        let before = read(&text).with_context(|| {
            format!(
                "{shown} has a file {MANIFEST} that is none of this command's; choose another \
                 folder"
            )
        })?;
        Ok(Self {
            path: path.to_owned(),
            before,
            now: BTreeSet::new(),
            list: None,
            is_cut_off: !text.is_empty() && !text.ends_with('\n'),
            changed: 0,
        })
    }

    /// Writes a file, unless it has this content already.
    pub(super) fn write(&mut self, file: &str, content: &[u8]) -> Result<()> {
        let path = self.path.join(file);
        let there = match fs::read(&path) {
            Ok(there) => Some(there),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", path.display()));
            }
        };
        let is_ours = self.before.contains(file) || self.now.contains(file);
        if there.is_some() && !is_ours {
            bail!(
                "{} was not written by this command, and stays; choose another folder with --output",
                path.display()
            );
        }
        if self.now.insert(file.to_owned()) && !self.before.contains(file) {
            // Listed first, so that it is known as one of ours also where the command is killed.
            self.append(file)?;
        }
        if there.as_deref() == Some(content) {
            return Ok(());
        }
        self.changed += 1;
        output::write_file(&path, |out| Ok(out.write_all(content)?))
    }

    /// Removes what was written before and not now.
    pub(super) fn finish(self) -> Result<SiteReport> {
        let mut removed = 0;
        for file in self.before.difference(&self.now) {
            let path = self.path.join(file);
            match fs::remove_file(&path) {
                Ok(()) => removed += 1,
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => {
                    return Err(error).with_context(|| format!("cannot remove {}", path.display()));
                }
            }
        }
        self.write_list()?;
        Ok(SiteReport {
            pages: u64::try_from(self.now.len()).unwrap_or(u64::MAX),
            changed: self.changed,
            removed,
            folder: self.path,
        })
    }

    /// Appends a file to the list; creates the list if missing.
    fn append(&mut self, file: &str) -> Result<()> {
        let path = self.path.join(MANIFEST);
        let cannot = || format!("cannot write {}", path.display());
        let mut line = format!("{file}\n");
        let list = match &mut self.list {
            Some(list) => list,
            none => {
                let options = File::options().append(true).create(true).open(&path);
                let list = none.insert(options.with_context(cannot)?);
                if list.metadata().with_context(cannot)?.len() == 0 {
                    line.insert_str(0, &format!("{HEADER}\n"));
                } else if self.is_cut_off {
                    line.insert(0, '\n');
                }
                list
            }
        };
        list.write_all(line.as_bytes()).with_context(cannot)
    }

    /// Replaces the list by what was written now, completely or not at all.
    fn write_list(&self) -> Result<()> {
        let path = self.path.join(MANIFEST);
        output::write_file(&path, |out| {
            writeln!(out, "{HEADER}")?;
            for file in &self.now {
                writeln!(out, "{file}")?;
            }
            Ok(())
        })
    }
}

/// The files of the site in a folder; none if there is no site.
pub(super) fn listed(folder: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(folder.join(MANIFEST)).unwrap_or_default();
    read(&text).unwrap_or_default()
}

/// Parses the list of files. Names that cannot be pages are skipped, so that a list that was
/// tampered with removes nothing else.
fn read(text: &str) -> Result<BTreeSet<String>> {
    let mut lines = text.lines();
    if !text.is_empty() && lines.next() != Some(HEADER) {
        bail!("it does not begin with {HEADER:?}");
    }
    Ok(lines
        .filter(|name| is_ours(name))
        .map(str::to_owned)
        .collect())
}

fn is_ours(name: &str) -> bool {
    let is_safe = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let stem = name.strip_suffix(".html");
    stem.is_some_and(|stem| !stem.is_empty() && stem.chars().all(is_safe))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path, files: &[(&str, &str)]) -> Result<SiteReport> {
        let mut folder = Folder::open(folder)?;
        for (file, content) in files {
            folder.write(file, content.as_bytes())?;
        }
        folder.finish()
    }

    #[test]
    fn a_second_run_removes_what_is_no_longer_written_and_nothing_else() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path().join("new/site");
        let first = write(&folder, &[("index.html", "1"), ("old.html", "1")]).unwrap();
        assert_eq!((first.pages, first.changed, first.removed), (2, 2, 0));
        fs::write(folder.join("mine.html"), "mine").unwrap();

        let second = write(&folder, &[("index.html", "1"), ("new.html", "2")]).unwrap();
        assert_eq!((second.pages, second.changed, second.removed), (2, 1, 1));
        assert!(!folder.join("old.html").exists());
        assert_eq!(
            fs::read_to_string(folder.join("mine.html")).unwrap(),
            "mine"
        );
    }

    #[test]
    fn what_was_written_before_a_kill_is_known_afterwards() {
        let temporary = tempfile::tempdir().unwrap();
        let path = temporary.path();
        write(path, &[("index.html", "1"), ("old.html", "1")]).unwrap();
        let mut killed = Folder::open(path).unwrap();
        for file in ["index.html", "new.html", "other.html"] {
            killed.write(file, b"2").unwrap();
        }
        drop(killed);
        let list = path.join(MANIFEST);
        let mut cut_off = fs::read_to_string(&list).unwrap();
        cut_off.push_str("never-wri");
        fs::write(&list, cut_off).unwrap();

        let written = write(
            path,
            &[("index.html", "3"), ("other.html", "3"), ("x.html", "3")],
        );
        let written = written.unwrap();
        assert_eq!((written.pages, written.changed, written.removed), (3, 3, 2));
        let pages = |name: &str| path.join(name).exists();
        assert!(!pages("old.html") && !pages("new.html") && pages("x.html"));
        let listed = fs::read_to_string(&list).unwrap();
        assert_eq!(
            listed,
            format!("{HEADER}\nindex.html\nother.html\nx.html\n")
        );
    }

    #[test]
    fn the_list_is_replaced_and_never_emptied() {
        let temporary = tempfile::tempdir().unwrap();
        let path = temporary.path();
        write(path, &[("index.html", "1"), ("old.html", "1")]).unwrap();
        let (list, link) = (path.join(MANIFEST), path.join("link"));
        fs::hard_link(&list, &link).unwrap();
        write(path, &[("index.html", "1")]).unwrap();
        // A file that was emptied and written again would have changed under this name, too.
        assert!(fs::read_to_string(&link).unwrap().contains("old.html"));
        assert!(!fs::read_to_string(&list).unwrap().contains("old.html"));
    }

    #[test]
    fn a_file_of_somebody_else_is_not_overwritten() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path();
        fs::write(folder.join("index.html"), "mine").unwrap();
        let error = write(folder, &[("index.html", "ours")]).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("was not written by this command"),
            "{error}"
        );
        assert_eq!(
            fs::read_to_string(folder.join("index.html")).unwrap(),
            "mine"
        );
    }

    #[test]
    fn a_list_that_was_tampered_with_removes_nothing_outside() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path().join("site");
        fs::create_dir(&folder).unwrap();
        fs::write(temporary.path().join("x.html"), "").unwrap();
        fs::write(folder.join("notes.txt"), "").unwrap();
        fs::write(
            folder.join(MANIFEST),
            format!("{HEADER}\n../x.html\nnotes.txt\n/etc/x.html\n"),
        )
        .unwrap();
        write(&folder, &[("index.html", "1")]).unwrap();
        assert!(temporary.path().join("x.html").exists() && folder.join("notes.txt").exists());

        fs::write(folder.join(MANIFEST), "something else").unwrap();
        assert!(write(&folder, &[]).is_err());
    }
}
