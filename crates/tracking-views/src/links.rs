//! Where names lead to, which the embedding program decides.

use chrono::NaiveDate;
use tracking_core::{Field, FieldValue, Query, RunId, RunQuery, TrackId};

/// The addresses of the views of a program; what has none is shown without a link.
///
/// Addresses are written to pages unchanged, escaped for HTML. Put names into them with
/// [`encode`]. An address with a scheme other than `http`, `https` or `mailto`, or with a
/// control character in it, or longer than 8,000 bytes, is not linked to, so that no name can become a script.
///
/// ```
/// use tracking_views::links::{Links, encode};
///
/// struct Site;
///
/// impl Links for Site {
///     fn task(&self, task: &str) -> Option<String> {
///         Some(format!("/tasks/{}", encode(task)))
///     }
/// }
/// assert_eq!(Site.task("a/b c").unwrap(), "/tasks/a%2Fb%20c");
/// assert_eq!(Site.user("u1"), None);
/// ```
pub trait Links {
    /// Where everything begins.
    fn home(&self) -> Option<String> {
        None
    }

    /// The view of a task.
    fn task(&self, task: &str) -> Option<String> {
        let _ = task;
        None
    }

    /// The view of a user, of nobody in particular where the name is empty.
    fn user(&self, user: &str) -> Option<String> {
        let _ = user;
        None
    }

    /// The view of a run.
    fn run(&self, run: RunId) -> Option<String> {
        let _ = run;
        None
    }

    /// The view of a track.
    fn track(&self, track: TrackId) -> Option<String> {
        let _ = track;
        None
    }

    /// The tracks of a day, in the time zone of the viewer.
    fn day(&self, day: NaiveDate) -> Option<String> {
        let _ = day;
        None
    }

    /// The tracks that have a value in a field; nothing means those without the field.
    fn field(&self, field: &Field, value: Option<&FieldValue>) -> Option<String> {
        let _ = (field, value);
        None
    }

    /// The tracks that a query asks for: the next page, the first one, another order.
    fn tracks(&self, query: &Query) -> Option<String> {
        let _ = query;
        None
    }

    /// The runs that a query asks for: the next page.
    fn runs(&self, query: &RunQuery) -> Option<String> {
        let _ = query;
        None
    }
}

/// A name as a part of an address: everything but letters, digits and `-._~` as `%XX`.
///
/// `.` and `..` would climb in a path, so their dots are encoded twice over; a program that
/// takes such a name from a path decodes it twice, or takes names from the query.
pub fn encode(name: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    if name == "." || name == ".." {
        return name.replace('.', "%252E");
    }
    let mut encoded = String::with_capacity(name.len());
    let digit = |half: u8| {
        DIGITS
            .get(usize::from(half))
            .map_or('0', |d| char::from(*d))
    };
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    encoded
}

/// No browser goes to a longer address.
const MAX_ADDRESS_LENGTH: usize = 8000;

/// Whether an address is allowed in a link.
pub(crate) fn is_safe(address: &str) -> bool {
    if address.is_empty()
        || address.len() > MAX_ADDRESS_LENGTH
        || address.chars().any(char::is_control)
    {
        return false;
    }
    let Some((scheme, _)) = address.trim_start().split_once(':') else {
        return true;
    };
    // A colon behind one of these belongs to a path, a query or a fragment.
    scheme.contains(['/', '?', '#'])
        || ["http", "https", "mailto"]
            .iter()
            .any(|known| scheme.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_encoded_byte_by_byte() {
        assert_eq!(encode("a-b._~9"), "a-b._~9");
        assert_eq!(encode("ü/?#&=\"<:\n"), "%C3%BC%2F%3F%23%26%3D%22%3C%3A%0A");
        assert_eq!(encode(".."), "%252E%252E");
        assert_eq!(encode("..."), "...");
    }

    #[test]
    fn an_address_that_is_a_script_is_not_safe() {
        for bad in [
            "javascript:alert(1)",
            " JavaScript:alert(1)",
            "java\nscript:alert(1)",
            "\u{1}javascript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "blob:x",
            "",
        ] {
            assert!(!is_safe(bad), "{bad:?}");
        }
        for good in [
            "/a:b",
            "tasks?x=a:b",
            "#a:b",
            "https://a.b/",
            "MAILTO:a",
            "a.html",
        ] {
            assert!(is_safe(good), "{good:?}");
        }
    }
}
