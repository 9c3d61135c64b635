//! Values in the form in which they travel to the server and back.

use std::error::Error as StdError;

use bytes::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use tracking_core::Timestamp;

type Failure = Box<dyn StdError + Sync + Send>;

/// A time stamp as `timestamptz`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Time(pub(crate) Timestamp);

/// From 1970, where our time begins, to 2000, where PostgreSQL's does, in microseconds.
const FROM_1970_TO_2000: i64 = 946_684_800_000_000;

impl ToSql for Time {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
        (self.0.micros() - FROM_1970_TO_2000).to_sql(&Type::INT8, out)
    }

    fn accepts(of: &Type) -> bool {
        *of == Type::TIMESTAMPTZ
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Time {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Failure> {
        let micros = i64::from_sql(&Type::INT8, raw)?;
        let micros = micros.saturating_add(FROM_1970_TO_2000);
        Ok(Self(Timestamp::from_micros(micros)?))
    }

    fn accepts(of: &Type) -> bool {
        *of == Type::TIMESTAMPTZ
    }
}

/// The text of a `json` value, as it was written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Json<'a>(pub(crate) &'a str);

impl<'a> FromSql<'a> for Json<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Failure> {
        Ok(Self(std::str::from_utf8(raw)?))
    }

    fn accepts(of: &Type) -> bool {
        *of == Type::JSON
    }
}
