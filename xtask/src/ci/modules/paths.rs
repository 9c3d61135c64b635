//! The paths that the text of a module names.

/// What a module names.
#[derive(Default)]
pub(super) struct Names {
    /// What it imports with `use`.
    pub(super) imports: Vec<Import>,
    /// Paths elsewhere in its text, as far as they start with `crate`, `self` or `super`.
    pub(super) paths: Vec<Vec<String>>,
}

/// A name that is imported.
pub(super) struct Import {
    pub(super) path: Vec<String>,
    /// What it is called here.
    pub(super) name: String,
    /// Whether others can import it from here.
    pub(super) is_public: bool,
}

impl Names {
    /// Finds the names in the text of a module, comments, texts and unit tests aside.
    pub(super) fn of(text: &str) -> Self {
        let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or(text);
        let tokens = tokens(text);
        let mut names = Self::default();
        let mut rest = tokens.as_slice();
        let mut is_public = false;
        while let Some((token, after)) = rest.split_first() {
            rest = after;
            match token.as_str() {
                "use" => {
                    let end = after.iter().position(|token| token == ";");
                    let (tree, later) = after.split_at(end.unwrap_or(after.len()));
                    names.add_tree(&mut &*tree, &[], is_public);
                    rest = later;
                    is_public = false;
                }
                "crate" | "self" | "super" if after.first().is_some_and(|next| next == "::") => {
                    let mut path = vec![token.clone()];
                    while let [colons, next, later @ ..] = rest
                        && colons == "::"
                        && is_name(next)
                    {
                        path.push(next.clone());
                        rest = later;
                    }
                    names.paths.push(path);
                }
                "pub" => is_public = true,
                // `pub(crate) use`
                "(" | ")" | "crate" | "super" | "in" => {}
                _ => is_public = false,
            }
        }
        names
    }

    /// Adds a tree of imports, such as `a::{b, c as d}`, which ends with the tokens, a comma or a
    /// brace.
    fn add_tree(&mut self, tokens: &mut &[String], prefix: &[String], is_public: bool) {
        let mut path = prefix.to_vec();
        let mut alias = None;
        while let Some((token, after)) = tokens.split_first() {
            match token.as_str() {
                "," | "}" => break,
                "{" => {
                    *tokens = after;
                    while tokens.first().is_some_and(|token| token != "}") {
                        self.add_tree(tokens, &path, is_public);
                        if tokens.first().is_some_and(|token| token == ",") {
                            *tokens = tokens.get(1..).unwrap_or_default();
                        }
                    }
                    *tokens = tokens.get(1..).unwrap_or_default();
                    return;
                }
                "as" => {
                    alias = after.first().cloned();
                    *tokens = after.get(1..).unwrap_or_default();
                    continue;
                }
                // The module itself, and everything in it.
                "self" if !path.is_empty() => {}
                "*" | "::" => {}
                name => path.push(name.to_owned()),
            }
            *tokens = after;
        }
        if let Some(name) = alias.or_else(|| path.last().cloned()) {
            self.imports.push(Import {
                path,
                name,
                is_public,
            });
        }
    }
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Names, `::` and single signs, without comments and texts.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    for line in text.lines() {
        let code = line.split("//").next().unwrap_or_default();
        // Quoted text is at odd positions; quotes over several lines are rare enough.
        for code in code.split('"').step_by(2) {
            split(code, &mut tokens);
        }
    }
    tokens
}

fn split(mut code: &str, tokens: &mut Vec<String>) {
    while let Some(first) = code.chars().next() {
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let length = if is_part(first) {
            code.find(|c| !is_part(c)).unwrap_or(code.len())
        } else if code.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        let (token, rest) = code.split_at(length);
        if !first.is_whitespace() {
            tokens.push(token.to_owned());
        }
        code = rest;
    }
}
