//! The start and the end of a page.

use std::io::{self, Write};

use askama::Template;

use super::value::write;
use crate::Context;
use crate::format::Visible;
use crate::model::View;

/// The style of the fragments and pages; all of it below the class `tracking`.
pub const STYLE: &str = include_str!("../../templates/style.css");

/// What a page may do: show itself in its [`STYLE`], which is named by its hash, and nothing
/// else. The pages carry it; a server may send it as a header too.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; \
     style-src 'sha256-uXizk0Zhvu18Z8waj1SkYDDejQD7KLicwGPkqEtZ6p8='; \
     base-uri 'none'; form-action 'none'";

#[derive(Template)]
#[template(path = "page_open.html")]
struct Open<'a> {
    title: &'a str,
    home: Option<String>,
    menu: Vec<(&'a str, &'a str, bool)>,
    policy: &'static str,
    style: &'static str,
}

#[derive(Template)]
#[template(path = "page_close.html")]
struct Close;

/// Begins the page of a view.
pub(super) fn open<W: Write + ?Sized>(
    out: &mut W,
    view: &dyn View,
    context: &Context<'_>,
) -> io::Result<()> {
    let open = Open {
        title: &view.heading(context),
        home: context.home(),
        menu: context.menu(),
        policy: CONTENT_SECURITY_POLICY,
        style: STYLE,
    };
    write(out, &open)
}

/// Ends a page.
pub(super) fn close<W: Write + ?Sized>(out: &mut W) -> io::Result<()> {
    write(out, &Close)
}
