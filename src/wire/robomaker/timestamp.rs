//! Moments on the wire.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A moment: a JSON number of seconds since 1970-01-01 UTC, with a fraction. (The service's documentation says milliseconds; its wire and its
/// samples do not.) Read too as the text that newer AWS CLIs print: `2019-02-26T21:59:29+00:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp {
    /// Since 1970-01-01 UTC [ms].
    pub unix_ms: i64,
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // A whole number of milliseconds of this size is exact in a float before the division, and read back as itself after it.
        serializer.serialize_f64(self.unix_ms as f64 / 1e3)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        deserializer.deserialize_any(Moment)
    }
}

struct Moment;

impl Visitor<'_> for Moment {
    type Value = Timestamp;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("seconds since 1970-01-01 UTC, or a date and time with an offset")
    }

    fn visit_f64<E: Error>(self, seconds: f64) -> Result<Timestamp, E> {
        let ms = (seconds * 1e3).round();
        if ms.abs() < 9e15 {
            Ok(Timestamp { unix_ms: ms as i64 })
        } else {
            Err(E::custom("a moment too far away"))
        }
    }

    fn visit_i64<E: Error>(self, seconds: i64) -> Result<Timestamp, E> {
        self.visit_f64(seconds as f64)
    }

    fn visit_u64<E: Error>(self, seconds: u64) -> Result<Timestamp, E> {
        self.visit_f64(seconds as f64)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Timestamp, E> {
        let moment: jiff::Timestamp = text
            .parse()
            .map_err(|_| E::custom("not a date and time with an offset"))?;
        Ok(Timestamp {
            unix_ms: moment.as_millisecond(),
        })
    }
}
