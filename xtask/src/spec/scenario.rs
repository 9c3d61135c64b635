//! The scenario as the specification gives it: examples and what they print.

/// The specification's own text.
const TEXT: &str = include_str!("scenario.txt");

/// One example of the scenario.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Example<'t> {
    /// The heading above it.
    pub(super) section: &'t str,
    /// What is done, in the reference's language.
    pub(super) source: String,
    /// The expected output; `...` stands for anything.
    pub(super) expected: String,
}

/// All examples of the specification.
pub(super) fn examples() -> Vec<Example<'static>> {
    parse(TEXT)
}

/// Reads examples: indented lines that begin with `>>> `, continue with `... `, and are followed by
/// what they print.
fn parse(text: &str) -> Vec<Example<'_>> {
    let mut examples: Vec<Example<'_>> = Vec::new();
    let (mut section, mut before) = ("", "");
    for line in text.lines() {
        let Some(indented) = line.strip_prefix("  ") else {
            if is_underline(line) && !before.is_empty() {
                section = before;
            }
            before = line;
            continue;
        };
        if let Some(source) = indented.strip_prefix(">>> ") {
            examples.push(Example {
                section,
                source: source.to_owned(),
                expected: String::new(),
            });
        } else if let Some(example) = examples.last_mut() {
            let (to, line) = match indented.strip_prefix("... ") {
                Some(more) => (&mut example.source, more),
                None => (&mut example.expected, indented),
            };
            if !to.is_empty() {
                to.push('\n');
            }
            to.push_str(line);
        }
    }
    examples
}

fn is_underline(line: &str) -> bool {
    !line.is_empty() && (line.bytes().all(|b| b == b'=') || line.bytes().all(|b| b == b'-'))
}

/// Compares the output with the expected output, where `...` stands for anything.
pub(super) fn matches(shown: &str, printed: &str) -> bool {
    let mut parts = shown.split("...");
    let Some(mut rest) = parts.next().and_then(|first| printed.strip_prefix(first)) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_specification_has_52_examples() {
        assert_eq!(examples().len(), 52);
        assert!(
            examples()
                .iter()
                .filter(|example| !example.expected.is_empty())
                .count()
                > 30
        );
    }

    #[test]
    fn dots_stand_for_anything() {
        assert!(matches("a...b...c", "a--b-b--c"));
        assert!(matches("...", ""));
        assert!(matches("a", "a"));
        assert!(!matches("a...b", "ab-"));
        assert!(!matches("a...b...c", "a--c--b"));
        assert!(!matches("", "x"));
        assert!(!matches("x", ""));
    }

    #[test]
    fn sources_and_their_output_are_distinguished() {
        let text = "Runs\n----\nProse.\n\n  >>> f(\n  ... 1)\n  2\n  3\n  >>> g()\n";
        let example = |source: &str, expected: &str| Example {
            section: "Runs",
            source: source.to_owned(),
            expected: expected.to_owned(),
        };
        assert_eq!(parse(text), [example("f(\n1)", "2\n3"), example("g()", "")]);
    }
}
