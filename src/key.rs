//! A key of a scenario file: what it takes, what holds where the file does not have it, and what it means.
//!
//! Each key is told once, in `scenario::keys` or by the rollout engine whose table it stands in; readers, schema, `explain` and docs come from it.

use std::ops::RangeInclusive;

use crate::units::{Quantity, count, duration};

/// The keys of a table.
#[derive(Clone, Copy, Debug)]
pub struct Keys {
    /// What messages call the table.
    pub name: &'static str,
    pub about: &'static str,
    /// How to write it.
    pub help: &'static str,
    pub keys: &'static [Key],
}

/// A key of a table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Key {
    pub name: &'static str,
    pub takes: Takes,
    pub absent: Absent,
    /// What it says, without its range.
    pub about: &'static str,
}

/// What a key may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Takes {
    /// A whole number within a range.
    Whole(u64, u64),
    /// A number within a range.
    Number(f64, f64),
    /// A number from 0 to 1.
    Share,
    /// A number above 0, up to 1.
    PositiveShare,
    /// A duration within a range [ms].
    Duration(u64, u64),
    Flag,
    Choice(&'static [&'static str]),
    /// A text with something in it.
    Text,
    /// The name of a cohort or link.
    Name,
    Rate,
    Probability,
    Law(Quantity),
    /// A value of the quantity that its law is of.
    OfLaw,
    Table,
    Tables,
    /// In which order robots get their turn.
    Order,
    /// Codes with which a job fails while it prepares, each with a probability.
    JobFaults,
    /// What only its reader knows.
    Other,
}

/// What holds where the file does not have a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// Nothing: it is required, and this is how to write it.
    Required(&'static str),
    /// This value, as one would write it without quotes.
    Is(&'static str),
    /// No value; this is what that comes to.
    Means(&'static str),
    /// It depends on other keys in this way.
    Depends(&'static str),
}

/// A key; `about` says what it means, without its range.
pub const fn key(name: &'static str, takes: Takes, absent: Absent, about: &'static str) -> Key {
    Key {
        name,
        takes,
        absent,
        about,
    }
}

impl Keys {
    /// The key called `name`.
    pub fn key(&self, name: &str) -> &'static Key {
        let found = self.keys.iter().find(|key| key.name == name);
        found.unwrap_or_else(|| panic!("a bug: `{}` has no key `{name}`", self.name))
    }
}

impl Key {
    /// Its name as messages have it.
    pub fn quoted(&self) -> String {
        format!("`{}`", self.name)
    }

    /// The value that holds where the file has none.
    pub fn default(&self) -> Option<&'static str> {
        match self.absent {
            Absent::Is(text) => Some(text),
            _ => None,
        }
    }

    /// How to write it, where it is required.
    pub fn how(&self) -> &'static str {
        match self.absent {
            Absent::Required(help) => help,
            _ => "",
        }
    }

    /// The whole numbers, or milliseconds, that it takes.
    pub fn range(&self) -> RangeInclusive<u64> {
        match self.takes {
            Takes::Whole(least, most) | Takes::Duration(least, most) => least..=most,
            _ => panic!("a bug: `{}` has no range", self.name),
        }
    }

    /// The words that it takes; none where it takes something else.
    pub fn words(&self) -> &'static [&'static str] {
        match self.takes {
            Takes::Choice(words) => words,
            _ => &[],
        }
    }

    /// Whether it takes a number.
    pub fn allows(&self, number: f64) -> bool {
        match self.takes {
            Takes::Number(least, most) => (least..=most).contains(&number),
            _ => panic!("a bug: `{}` takes no number", self.name),
        }
    }

    /// What it says, with its range.
    pub fn text(&self) -> String {
        match self.range_text().as_str() {
            "" => self.about.to_owned(),
            range => format!("{},{range}", self.about),
        }
    }

    /// Its range as the end of a sentence; empty where there is nothing to say.
    pub fn range_text(&self) -> String {
        let [least, most] = match self.takes {
            Takes::Whole(_, most) if most == i64::MAX as u64 => return String::new(),
            Takes::Duration(0, most) => return format!(" up to {}", duration(most as f64)),
            Takes::Whole(least, most) => [count(least), count(most)],
            Takes::Number(least, most) => [least.to_string(), most.to_string()],
            Takes::Duration(least, most) => [duration(least as f64), duration(most as f64)],
            Takes::Share => return " from 0 to 1".to_owned(),
            Takes::PositiveShare => return " above 0 and up to 1".to_owned(),
            _ => return String::new(),
        };
        format!(" from {least} to {most}")
    }
}
