//! How a client asks for the clock, and advances it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::Ms;
use crate::serve::clock::TIME_MAX_MS;
use crate::wire::robomaker::{Exception, Timestamp};

/// To what the clock is advanced.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Advance {
    /// For so long [ms].
    By(Ms),
    /// To a moment [ms since 1970-01-01 UTC].
    To(i64),
    /// Until the status of a job or a robot changes, or a robot joins.
    ToNextChange,
}

/// What is asked: exactly one of these.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Asked {
    by_seconds: Option<f64>,
    to: Option<Timestamp>,
    to_next_change: Option<bool>,
}

/// What the clock shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClockAnswer {
    pub now: Timestamp,
    pub start: Timestamp,
    pub elapsed_seconds: f64,
    /// `manual` or `running`.
    pub clock: &'static str,
    /// Of a running one, how many times as fast as the wall's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speed: Option<f64>,
    /// After an advance to the next change: whether there was one. Otherwise nothing changes any more unless it is commanded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed: Option<bool>,
}

impl Advance {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// It is none of the three.
    pub fn read(body: &[u8]) -> Result<Advance, Exception> {
        let refused = |what: String| {
            Exception::invalid(format!(
                r#"{what}: send one of {{"bySeconds": 60}}, {{"to": 1767225600}} (seconds since 1970-01-01 UTC) and {{"toNextChange": true}}"#
            ))
        };
        let value: Value = serde_json::from_slice(body)
            .map_err(|error| refused(format!("the body is not JSON ({error})")))?;
        let asked: Asked = serde_json::from_value(value)
            .map_err(|error| refused(format!("the body says something else ({error})")))?;
        match asked {
            Asked {
                by_seconds: Some(seconds),
                to: None,
                to_next_change: None,
            } => {
                let ms = (seconds * 1e3).round();
                if (0.0..=TIME_MAX_MS as f64).contains(&ms) {
                    Ok(Advance::By(ms as Ms))
                } else {
                    Err(refused(format!(
                        "bySeconds is {seconds}, and the clock is advanced by 0 to {} s",
                        TIME_MAX_MS / 1000
                    )))
                }
            }
            Asked {
                by_seconds: None,
                to: Some(to),
                to_next_change: None,
            } => Ok(Advance::To(to.unix_ms)),
            Asked {
                by_seconds: None,
                to: None,
                to_next_change: Some(true),
            } => Ok(Advance::ToNextChange),
            _ => Err(refused("the body has none or several".to_owned())),
        }
    }
}
