//! What is taken for a track's data.

use serde_json::{Map, Value};

use super::{Data, DataRef};
use crate::Result;

/// What can be a track's data as it is: a JSON object, as a value, as text or as [`Data`].
///
/// A struct of your own goes through serde instead: save it with
/// [`save_value`](crate::TrackingStorageExt::save_value), or make a track of it with
/// [`NewTrack::from_serialize`](crate::NewTrack::from_serialize).
///
/// ```compile_fail
/// #[derive(serde::Serialize)]
/// struct Answer { points: u32 }
///
/// // The compiler says that `from_serialize` takes it.
/// tracking_core::NewTrack::new("b1", "anna", Answer { points: 3 });
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not JSON data for a track",
    label = "this is neither a JSON object nor `Data`",
    note = "to save any type that implements `serde::Serialize`, call \
            `store.save_value(task, user, &value)` or `NewTrack::from_serialize(task, user, &value)`",
    note = "to read it back, call `track.deserialize::<T>()` or `store.last_value::<T>(task, run, user)`"
)]
pub trait IntoData {
    /// Takes it for data.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidData`](crate::Error::InvalidData) where it is no JSON object, or nests
    /// too deep.
    fn into_data(self) -> Result<Data>;
}

macro_rules! into_data {
    ($($type:ty)*) => {
        $(impl IntoData for $type {
            fn into_data(self) -> Result<Data> {
                Data::try_from(self).map_err(Into::into)
            }
        })*
    };
}

into_data!(&Data DataRef<'_> &str Value Map<String, Value>);

impl IntoData for Data {
    fn into_data(self) -> Result<Data> {
        Ok(self)
    }
}

impl IntoData for String {
    fn into_data(self) -> Result<Data> {
        self.parse()
    }
}

impl IntoData for &String {
    fn into_data(self) -> Result<Data> {
        self.parse()
    }
}
