//! In which order tracks come, and where to go on.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{Error, Result, Timestamp, TrackId};

/// In which order tracks come out of a query.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Order {
    /// By id, which is the order in which they were first saved.
    #[default]
    Id,
    /// By id, the newest first.
    IdDescending,
    /// By time stamp, and those of one time by id.
    Time,
    /// By time stamp, the latest first, and those of one time the highest id first.
    TimeDescending,
}

impl Order {
    /// Tells whether it goes from high to low.
    pub fn is_descending(self) -> bool {
        matches!(self, Self::IdDescending | Self::TimeDescending)
    }

    /// Tells whether it goes by time stamp.
    pub fn is_by_time(self) -> bool {
        matches!(self, Self::Time | Self::TimeDescending)
    }
}

/// Where a query goes on: after the last track that was visited.
///
/// It names the track's place and not a count, so it stays right while tracks come and go:
/// none is shown twice and none is left out, but one whose time is changed may move across it
/// in an order by time. As text it can be part of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cursor {
    order: Order,
    time: Timestamp,
    id: TrackId,
}

impl Cursor {
    /// The place right after a track of this time and id, in this order.
    pub fn after(order: Order, time: Timestamp, id: TrackId) -> Self {
        // In an order by id the time says nothing; left out, equal cursors are equal.
        let time = if order.is_by_time() {
            time
        } else {
            Timestamp::EPOCH
        };
        Self { order, time, id }
    }

    /// The order of the query that made it.
    pub fn order(&self) -> Order {
        self.order
    }

    /// The time of the track before; it says nothing in an order by id.
    pub fn time(&self) -> Timestamp {
        self.time
    }

    /// The id of the track before.
    pub fn id(&self) -> TrackId {
        self.id
    }

    /// Tells whether a track of this time and id comes after it.
    pub fn is_before(&self, time: Timestamp, id: TrackId) -> bool {
        match self.order {
            Order::Id => self.id < id,
            Order::IdDescending => self.id > id,
            Order::Time => (self.time, self.id) < (time, id),
            Order::TimeDescending => (self.time, self.id) > (time, id),
        }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (id, micros) = (self.id.number(), self.time.micros());
        match self.order {
            Order::Id => write!(f, "id.{id}"),
            Order::IdDescending => write!(f, "id-desc.{id}"),
            Order::Time => write!(f, "time.{micros}.{id}"),
            Order::TimeDescending => write!(f, "time-desc.{micros}.{id}"),
        }
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        read(text).ok_or_else(|| Error::parse("cursor", text, "time-desc.1795448821123456.42"))
    }
}

fn read(text: &str) -> Option<Cursor> {
    let mut parts = text.split('.');
    let order = match parts.next()? {
        "id" => Order::Id,
        "id-desc" => Order::IdDescending,
        "time" => Order::Time,
        "time-desc" => Order::TimeDescending,
        _ => return None,
    };
    let time = if order.is_by_time() {
        Timestamp::from_micros(parts.next()?.parse().ok()?).ok()?
    } else {
        Timestamp::EPOCH
    };
    let id = parts.next()?.parse().ok()?;
    parts
        .next()
        .is_none()
        .then(|| Cursor::after(order, time, id))
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        let time = Timestamp::from_micros(-5).unwrap();
        let id = TrackId::new(7).unwrap();
        for order in [
            Order::Id,
            Order::IdDescending,
            Order::Time,
            Order::TimeDescending,
        ] {
            let cursor = Cursor::after(order, time, id);
            assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
        }
        for text in [
            "", "id", "id.0", "id.1.2", "time.1", "time.x.1", "name.1", "id.-1",
        ] {
            assert!(text.parse::<Cursor>().is_err(), "{text}");
        }
    }
}
