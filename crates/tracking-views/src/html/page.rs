//! What is around a fragment in a page of its own.

use std::io::{self, Write};

use askama::Template;

use super::value::write;
use crate::shown::Visible;

/// The style of the fragments and pages; all of it below the class `tracking`.
pub const STYLE: &str = include_str!("../../templates/style.css");

/// What a page may do: show itself in its [`STYLE`], which is named by its hash, and nothing
/// else. The pages carry it; a server may send it as a header too.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; \
     style-src 'sha256-YgA554j1WFKFGHHl27OkZbkra8or7ujYSAQW48PBx+E='; \
     base-uri 'none'; form-action 'none'";

#[derive(Template)]
#[template(path = "page_open.html")]
struct Open<'a> {
    title: &'a str,
    policy: &'static str,
    style: &'static str,
}

#[derive(Template)]
#[template(path = "page_close.html")]
struct Close;

/// Writes a page around what `body` writes.
pub(super) fn page<W: Write + ?Sized>(
    out: &mut W,
    title: &str,
    body: impl FnOnce(&mut W) -> io::Result<()>,
) -> io::Result<()> {
    let open = Open {
        title,
        policy: CONTENT_SECURITY_POLICY,
        style: STYLE,
    };
    write(out, &open)?;
    body(out)?;
    write(out, &Close)
}
