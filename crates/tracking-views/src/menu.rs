//! The menu above the pages of a site.

/// A name in the menu of a site, and the address that it leads to.
///
/// ```
/// use tracking_views::{Context, MenuItem};
///
/// let menu = [MenuItem::new("Overview", "index.html"), MenuItem::new("Tasks", "tasks.html")];
/// let context = Context::new().with_menu(&menu, Some("tasks.html"));
/// # let _ = context;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuItem {
    name: String,
    address: String,
}

impl MenuItem {
    /// A name and the address that it leads to, which must be safe as those of
    /// [`Links`](crate::Links); an item with an unsafe address is omitted.
    pub fn new(name: impl Into<String>, address: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            address: address.into(),
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The address that it leads to.
    pub fn address(&self) -> &str {
        &self.address
    }
}
