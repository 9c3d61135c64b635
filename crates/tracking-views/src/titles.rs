//! The titles of tasks, users and data fields.

use tracking_core::Field;

/// The titles of tasks, users and data fields, where a program has better ones than their names.
///
/// ```
/// use tracking_views::Titles;
///
/// struct Course;
///
/// impl Titles for Course {
///     fn task(&self, task: &str) -> Option<String> {
///         (task == "b1").then(|| "Lesson 1: bread".into())
///     }
/// }
/// assert_eq!(Course.task("b1").as_deref(), Some("Lesson 1: bread"));
/// assert_eq!(Course.user("b1"), None);
/// ```
pub trait Titles {
    /// What a task is called; nothing shows its id.
    fn task(&self, task: &str) -> Option<String> {
        let _ = task;
        None
    }

    /// What a data field is called where it is counted by or asked for; nothing shows its keys.
    fn field(&self, field: &Field) -> Option<String> {
        let _ = field;
        None
    }

    /// What a user is called; nothing shows the user's name.
    fn user(&self, user: &str) -> Option<String> {
        let _ = user;
        None
    }
}
