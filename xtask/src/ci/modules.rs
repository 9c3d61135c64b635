//! Cycles between the modules of a crate: a reader of one of them has to know all.
//!
//! A module depends on those whose items it names in a path that starts with `crate`, `self`,
//! `super` or the name of a child. A name that a module passes on with `use` counts for the module
//! that defines it. Passing on the items of a child is no dependency.

mod cycles;
mod paths;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Result;

use super::files;
use paths::{Import, Names};

/// The modules of a crate, by their paths, such as `load::error`; the root is empty.
#[derive(Default)]
struct Modules(BTreeMap<String, Names>);

/// The groups of modules below a folder that depend on each other in a circle.
pub(super) fn cycles(folder: &Path) -> Result<Vec<Vec<String>>> {
    let mut modules = Modules::default();
    for path in files::sources(folder)? {
        let relative = path.strip_prefix(folder)?;
        if let Some(name) = module_name(relative) {
            modules.0.insert(name, Names::of(&files::read(&path)?));
        }
    }
    Ok(modules.cycles())
}

/// The path of the module that a file holds; nothing for tests and programs of their own.
fn module_name(file: &Path) -> Option<String> {
    let file = file.with_extension("");
    let parts = file.iter().map(|part| part.to_str());
    let mut parts = parts.collect::<Option<Vec<_>>>()?;
    if parts.contains(&"tests") || parts.first() == Some(&"bin") {
        return None;
    }
    if matches!(parts.as_slice(), ["lib" | "main"]) || parts.last() == Some(&"mod") {
        parts.pop();
    }
    Some(parts.join("::"))
}

impl Modules {
    fn cycles(&self) -> Vec<Vec<String>> {
        let mut edges = BTreeMap::new();
        for (module, names) in &self.0 {
            let imports = names.imports.iter();
            let used = imports.filter_map(|import| {
                let target = self.resolve(module, &import.path, 0)?;
                let is_facade = import.is_public && is_below(&target, module);
                (!is_facade).then_some(target)
            });
            let inline = names.paths.iter();
            let inline = inline.filter_map(|path| self.resolve(module, path, 0));
            let mut targets: BTreeSet<String> = used.chain(inline).collect();
            targets.remove(module);
            edges.insert(module.clone(), targets);
        }
        cycles::groups(&edges)
    }

    /// The module that defines what a path names, seen from a module.
    fn resolve(&self, from: &str, path: &[String], depth: usize) -> Option<String> {
        /// How often a name is passed on at most.
        const MAX_DEPTH: usize = 16;
        let (first, mut rest) = path.split_first()?;
        let mut at = match first.as_str() {
            "crate" => String::new(),
            "self" => from.to_owned(),
            "super" => parent(from)?,
            child => self.child(from, child)?,
        };
        while let Some((next, after)) = rest.split_first() {
            if next == "super" {
                at = parent(&at)?;
            } else if let Some(child) = self.child(&at, next) {
                at = child;
            } else {
                let mut imports = self.0.get(&at)?.imports.iter();
                let Some(Import { path, .. }) = imports.find(|import| import.name == *next) else {
                    return Some(at);
                };
                // A path that leads nowhere leads to another crate.
                let is_too_deep = depth == MAX_DEPTH;
                return (!is_too_deep).then(|| self.resolve(&at, path, depth + 1))?;
            }
            rest = after;
        }
        Some(at)
    }

    fn child(&self, module: &str, name: &str) -> Option<String> {
        let child = match module {
            "" => name.to_owned(),
            module => format!("{module}::{name}"),
        };
        self.0.contains_key(&child).then_some(child)
    }
}

fn parent(module: &str) -> Option<String> {
    match module.rsplit_once("::") {
        Some((parent, _)) => Some(parent.to_owned()),
        None if module.is_empty() => None,
        None => Some(String::new()),
    }
}

fn is_below(module: &str, parent: &str) -> bool {
    match module.strip_prefix(parent) {
        Some(rest) => parent.is_empty() || rest.starts_with("::"),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cycles_of(files: &[(&str, &str)]) -> Vec<Vec<String>> {
        let names = files.iter().map(|(name, text)| {
            let name = module_name(Path::new(name)).unwrap();
            (name, Names::of(text))
        });
        Modules(names.collect()).cycles()
    }

    #[test]
    fn modules_that_use_each_other_are_a_cycle() {
        let files = [
            ("lib.rs", "mod a;\nmod b;\npub use a::A;\n"),
            ("a.rs", "use super::b::{B, C as D};\npub struct A;\n"),
            (
                "b.rs",
                "pub struct B;\nfn f() -> crate::a::A { crate::a::A }\n",
            ),
        ];
        assert_eq!(cycles_of(&files), [["a", "b"]]);
    }

    #[test]
    fn a_name_that_is_passed_on_counts_for_the_module_that_defines_it() {
        let files = [
            ("lib.rs", "mod a;\nmod b;\npub use a::{A, inner::I};\n"),
            (
                "a.rs",
                "pub mod inner;\npub use inner::I as J;\nuse crate::b::B;\n",
            ),
            ("a/inner.rs", "use crate::B;\npub struct I;\n"),
            ("b.rs", "use crate::{I, a::J};\npub struct B;\n"),
        ];
        assert_eq!(cycles_of(&files), Vec::<Vec<String>>::new());
        let back = [
            ("lib.rs", "mod a;\nmod b;\npub use {a::A, b::B};\n"),
            ("a.rs", "use crate::B;"),
            ("b.rs", "use crate::A;"),
        ];
        assert_eq!(cycles_of(&back), [["a", "b"]]);
    }

    #[test]
    fn an_item_of_another_crate_belongs_to_no_module() {
        let files = [
            ("a.rs", "pub use std::fmt::Debug;\nuse crate::b::B;\n"),
            ("b.rs", "use crate::a::Debug;\npub struct B;\n"),
        ];
        assert_eq!(cycles_of(&files), Vec::<Vec<String>>::new());
    }

    #[test]
    fn a_parent_and_a_child_that_need_each_other_are_a_cycle() {
        let parent = "mod b;\nuse b::B;\npub struct A(B);\n";
        let files = [
            ("a.rs", parent),
            ("a/b.rs", "use super::A;\npub struct B;\n"),
        ];
        assert_eq!(cycles_of(&files), [["a", "a::b"]]);
        let facade = "mod b;\npub(crate) use b::B;\npub struct A;\n";
        let files = [
            ("a.rs", facade),
            ("a/b.rs", "use super::A;\npub struct B;\n"),
        ];
        assert_eq!(cycles_of(&files), Vec::<Vec<String>>::new());
    }

    #[test]
    fn comments_texts_and_tests_do_not_count() {
        let text = "// use super::b::B;\nconst T: &str = \"super::b::B\";\n/// [`crate::b::B`]\n\
                    pub struct A;\n#[cfg(test)]\nmod tests {\n    use crate::b::B;\n}\n";
        let files = [
            ("a.rs", text),
            ("b.rs", "use super::a::A;\npub struct B;\n"),
        ];
        assert_eq!(cycles_of(&files), Vec::<Vec<String>>::new());
    }
}
