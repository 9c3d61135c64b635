//! Connection strings without their passwords, for messages.

/// What stands in a message where a connection string has a password.
const REDACTED: &str = "***";

/// A connection string without its passwords, to be shown to people.
///
/// It knows every form that a password can be given in: in a URL before the host
/// (`postgres://user:password@host`) or as a parameter (`?password=…`), also with characters as
/// `%70`, and in a list of `key=value` pairs, also in quotes. A list that cannot be read and may
/// have a password is not shown at all.
///
/// ```
/// use tracking_postgres::without_password;
///
/// assert_eq!(without_password("postgres://u:secret@h/db"), "postgres://u@h/db");
/// assert_eq!(without_password("postgres://h/db?password=secret"), "postgres://h/db?password=***");
/// assert_eq!(without_password("host=h password='my secret'"), "host=h password=***");
/// ```
pub fn without_password(connection: &str) -> String {
    match split_url(connection) {
        Some((scheme, rest)) => format!("{scheme}://{}", url_without_password(rest)),
        None => pairs_without_password(connection).unwrap_or_else(|| unreadable(connection)),
    }
}

/// The same for a connection string that the driver cannot read, in which a password with a space
/// may look like a pair of its own.
pub(crate) fn unreadable(connection: &str) -> String {
    if split_url(connection).is_some() {
        without_password(connection)
    } else if is_secret(connection) {
        "(a connection string with a password)".to_owned()
    } else {
        connection.to_owned()
    }
}

/// The scheme of a URL, and the rest of it; nothing where the text is not a URL.
pub(crate) fn split_url(connection: &str) -> Option<(&str, &str)> {
    let split = connection.split_once("://");
    split.filter(|(scheme, _)| is_scheme(scheme))
}

fn is_scheme(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    !text.is_empty() && text.chars().all(is_plain)
}

/// Whether a key, with characters as `%70`, is the name of a secret.
fn is_secret(key: &str) -> bool {
    decoded(key).to_ascii_lowercase().contains("pass")
}

pub(crate) fn decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let code = part.get(..2).map(|code| u8::from_str_radix(code, 16));
        if let Some(Ok(byte)) = code {
            bytes.push(byte);
            bytes.extend_from_slice(part.get(2..).unwrap_or_default().as_bytes());
        } else {
            bytes.push(b'%');
            bytes.extend_from_slice(part.as_bytes());
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What follows `://`. The first `@` ends the user name and the password, whatever they consist of;
/// a password that has an `@` itself goes on to the last one before the parameters.
fn url_without_password(rest: &str) -> String {
    let Some((before, after)) = rest.split_once('@') else {
        return parameters_without_password(rest);
    };
    let user = before.split(':').next().unwrap_or_default();
    let (place, parameters) = match after.find('?') {
        Some(start) => after.split_at(start),
        None => (after, ""),
    };
    let place = place.rsplit('@').next().unwrap_or(place);
    format!("{user}@{place}{}", parameters_without_password(parameters))
}

/// The same text, with the values of its secret parameters left out. A `#` begins the name of a
/// store.
fn parameters_without_password(text: &str) -> String {
    let Some((place, parameters)) = text.split_once('?') else {
        return text.to_owned();
    };
    let (parameters, store) = match parameters.rfind('#') {
        Some(start) => parameters.split_at(start),
        None => (parameters, ""),
    };
    let shown = parameters.split('&').map(|parameter| {
        let (key, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        if is_secret(key) {
            format!("{}={REDACTED}", decoded(key))
        } else if value.is_empty() {
            parameter.to_owned()
        } else {
            format!("{key}={value}")
        }
    });
    let shown: Vec<String> = shown.collect();
    format!("{place}?{}{store}", shown.join("&"))
}

/// A list of `key=value` pairs with the secret values left out; nothing where it cannot be read.
fn pairs_without_password(text: &str) -> Option<String> {
    let mut shown = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (key, after) = rest.split_once('=')?;
        let key = key.trim_end();
        if key.contains(char::is_whitespace) || key.is_empty() {
            return None;
        }
        let after = after.trim_start();
        let (value, after) = after.split_at(value_length(after)?);
        let value = if is_secret(key) { REDACTED } else { value };
        shown.push(format!("{key}={value}"));
        rest = after.trim_start();
    }
    Some(shown.join(" "))
}

/// How long the value is that a text begins with: in quotes, or up to a space; a backslash takes
/// the next character along. Nothing where the quotes are not closed.
pub(crate) fn value_length(text: &str) -> Option<usize> {
    let is_quoted = text.starts_with('\'');
    let mut chars = text.char_indices().skip(usize::from(is_quoted));
    while let Some((place, c)) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '\'' if is_quoted => return Some(place + 1),
            c if c.is_whitespace() && !is_quoted => return Some(place),
            _ => {}
        }
    }
    (!is_quoted).then_some(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_omitted_from_every_form() {
        for (given, shown) in [
            ("postgres://u:secret@h:1,i/db", "postgres://u@h:1,i/db"),
            ("postgresql://u:sec%40ret@h", "postgresql://u@h"),
            ("postgres://u:sec@secret@h/db", "postgres://u@h/db"),
            ("postgres://u:sec/secret?x@h/db", "postgres://u@h/db"),
            ("postgres://u:sec#secret@h/db#a", "postgres://u@h/db#a"),
            (
                "postgres://h/db?user=u&password=secret&options=-c%20x",
                "postgres://h/db?user=u&password=***&options=-c%20x",
            ),
            (
                "postgres://u@h?pass%77ord=secret#a",
                "postgres://u@h?password=***#a",
            ),
            (
                "postgres://u:secret@h?application_name=a@b&sslpassword=secret",
                "postgres://u@h?application_name=a@b&sslpassword=***",
            ),
            (
                "host=h password=secret user=u",
                "host=h password=*** user=u",
            ),
            (
                "password = 'my \\' secret' host='a b'",
                "password=*** host='a b'",
            ),
            ("password=my\\ secret host=h", "password=*** host=h"),
            ("password='x://u:secret@y' host=h", "password=*** host=h"),
            ("PASSWORD=secret", "PASSWORD=***"),
            (
                "password='secret host=h",
                "(a connection string with a password)",
            ),
            (
                "host=h password secret",
                "(a connection string with a password)",
            ),
        ] {
            assert_eq!(without_password(given), shown, "{given}");
            assert!(!shown.contains("secret"));
        }
    }

    #[test]
    fn what_has_no_password_is_shown_as_it_is() {
        for text in [
            "postgres://",
            "postgres://h",
            "postgres://u@h1,h2:7/db?connect_timeout=3&x#a",
            "host=h dbname='my db'",
            "host",
            "",
        ] {
            assert_eq!(without_password(text), text);
        }
    }
}
