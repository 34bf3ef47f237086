//! The form that advances the clock.

use percent_encoding::percent_decode_str;

use crate::model::Ms;
use crate::serve::clock::TIME_MAX_MS;
use crate::units::Quantity;

/// What the form asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// For so long [ms], as it was written.
    By(Ms, String),
    ToNextChange,
}

/// Why it cannot be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    /// What was written.
    pub by: String,
    pub why: String,
}

impl Asked {
    /// Reads a form as browsers send it.
    ///
    /// # Errors
    /// What is written is no duration.
    pub(super) fn read(body: &[u8]) -> Result<Asked, Refused> {
        let body = String::from_utf8_lossy(body);
        if field(&body, "next").is_some() {
            return Ok(Asked::ToNextChange);
        }
        let by = field(&body, "by").unwrap_or_default();
        match Quantity::Duration.parse(&by) {
            Ok(ms) if ms > TIME_MAX_MS as f64 => Err(Refused {
                by,
                why: format!(
                    "the clock of a server goes {} days at most",
                    TIME_MAX_MS / 86_400_000
                ),
            }),
            Ok(ms) => Ok(Asked::By(ms.ceil() as Ms, by)),
            Err(error) => Err(Refused {
                by,
                why: error.to_string(),
            }),
        }
    }
}

/// The first value of a field of a form, or of a query.
pub(super) fn field(form: &str, name: &str) -> Option<String> {
    let mut fields = form
        .split('&')
        .map(|it| it.split_once('=').unwrap_or((it, "")));
    let (_, value) = fields.find(|(key, _)| *key == name)?;
    let spaced = value.replace('+', " ");
    Some(
        percent_decode_str(&spaced)
            .decode_utf8_lossy()
            .trim()
            .to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_browsers_send_it() {
        let by = |ms, text: &str| Ok(Asked::By(ms, text.to_owned()));
        assert_eq!(Asked::read(b"by=10+min"), by(600_000, "10 min"));
        assert_eq!(Asked::read(b"other=1&by=%31%2E5h"), by(5_400_000, "1.5h"));
        assert_eq!(Asked::read(b"by=nonsense&next=1"), Ok(Asked::ToNextChange));
    }

    #[test]
    fn what_is_no_duration_is_refused_with_what_was_written() {
        for (sent, written) in [
            (&b""[..], ""),
            (b"by=", ""),
            (b"by=10", "10"),
            (b"by=%3Cb%3E", "<b>"),
            (b"by=-5s", "-5s"),
            (b"by=%ff", "\u{fffd}"),
        ] {
            let refused = Asked::read(sent).unwrap_err();
            assert_eq!(refused.by, written);
            assert!(!refused.why.is_empty());
        }
    }
}
