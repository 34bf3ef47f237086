//! Quantities as people write them: durations, sizes, bit rates, counts.
//!
//! Published crates read `10Mb` as bytes or take `1 month` for a duration. Here whatever is ambiguous is refused, and the
//! refusal says what to write instead. Parsed values come in one base unit each: milliseconds, bytes, bits per second.

use std::fmt;

/// A kind of quantity that is written with its unit.
///
/// ```
/// use rollcast::units::Quantity;
///
/// assert_eq!(Quantity::Duration.parse("90min"), Ok(5_400_000.0));
/// assert_eq!(Quantity::Rate.parse("10 Mbit/s"), Ok(10e6));
/// // Bits or bytes?
/// assert!(Quantity::Size.parse("10Mb").is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantity {
    /// Parsed to milliseconds.
    Duration,
    /// Parsed to bytes.
    Size,
    /// Parsed to bits per second.
    Rate,
}

/// Why a text is not a quantity, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitError {
    pub problem: String,
    pub help: String,
}

impl fmt::Display for UnitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.problem, self.help)
    }
}

impl std::error::Error for UnitError {}

const DURATIONS: &[(&str, f64)] = &[
    ("ms", 1.0),
    ("s", 1e3),
    ("min", 60e3),
    ("h", 3600e3),
    ("d", 86_400e3),
];

const SIZES: &[(&str, f64)] = &[
    ("B", 1.0),
    ("kB", 1e3),
    ("MB", 1e6),
    ("GB", 1e9),
    ("TB", 1e12),
    ("KiB", 1024.0),
    ("MiB", 1_048_576.0),
    ("GiB", 1_073_741_824.0),
    ("bit", 0.125),
    ("kbit", 125.0),
    ("Mbit", 125e3),
    ("Gbit", 125e6),
];

const RATES: &[(&str, f64)] = &[
    ("bit/s", 1.0),
    ("kbit/s", 1e3),
    ("Mbit/s", 1e6),
    ("Gbit/s", 1e9),
    ("B/s", 8.0),
    ("kB/s", 8e3),
    ("MB/s", 8e6),
    ("GB/s", 8e9),
    ("TB/s", 8e12),
    ("KiB/s", 8192.0),
    ("MiB/s", 8_388_608.0),
    ("GiB/s", 8_589_934_592.0),
];

impl Quantity {
    /// The units of this kind with their size in the base unit.
    fn units(self) -> &'static [(&'static str, f64)] {
        match self {
            Quantity::Duration => DURATIONS,
            Quantity::Size => SIZES,
            Quantity::Rate => RATES,
        }
    }

    /// The names of the units of this kind, the largest first.
    pub fn units_descending(self) -> impl Iterator<Item = &'static str> {
        let mut units = self.units().to_vec();
        units.sort_by(|a, b| b.1.total_cmp(&a.1));
        units.into_iter().map(|(name, _)| name)
    }

    /// What the kind is called in a message, with its article.
    pub fn name(self) -> &'static str {
        match self {
            Quantity::Duration => "a duration",
            Quantity::Size => "a size",
            Quantity::Rate => "a rate",
        }
    }

    /// How the kind is written.
    pub fn example(self) -> &'static str {
        match self {
            Quantity::Duration => {
                "write it with ms, s, min, h or d, as in \"90 s\" or \"1h 30min\""
            }
            Quantity::Size => {
                "write it with B, kB, MB, GB, KiB, MiB, GiB or Mbit, as in \"210 MB\""
            }
            Quantity::Rate => "write it per second, as in \"20 Mbit/s\" or \"40 MB/s\"",
        }
    }

    /// The size of a unit in the base unit, by its exact name.
    pub fn unit(self, name: &str) -> Option<f64> {
        self.units()
            .iter()
            .find(|(unit, _)| *unit == name)
            .map(|(_, size)| *size)
    }

    /// As [`Quantity::unit`], or what to say of a name that is none of a unit.
    ///
    /// # Errors
    /// No unit of this kind has this name.
    pub fn known_unit(self, name: &str) -> Result<f64, UnitError> {
        self.unit(name).ok_or_else(|| self.unknown_unit(name))
    }

    /// Reads `text` and gives the value in the base unit.
    ///
    /// Durations may have several parts (`1h 30min`). The value is finite and not negative.
    ///
    /// # Errors
    /// A missing, unknown or ambiguous unit; a number that is missing, negative or not finite.
    pub fn parse(self, text: &str) -> Result<f64, UnitError> {
        let mut rest = text.trim();
        if let Some(error) = self.range(rest) {
            return Err(error);
        }
        if rest.is_empty() {
            return Err(self.error("the text is empty"));
        }
        let mut total = 0.0;
        let mut previous_unit = f64::INFINITY;
        while !rest.is_empty() {
            let (number, after) = split_number(rest);
            let number: f64 = number.parse().map_err(|_| {
                self.error(format!(
                    "`{text}` does not start with a number that is zero or more"
                ))
            })?;
            let after = after.trim_start();
            let end = after
                .find(|c: char| c.is_ascii_digit() || c.is_whitespace())
                .unwrap_or(after.len());
            let (unit, after) = after.split_at(end);
            if unit.is_empty() {
                return Err(self.error(format!("`{text}` has no unit")));
            }
            let size = self.unit(unit).ok_or_else(|| self.unknown_unit(unit))?;
            if size >= previous_unit || (self != Quantity::Duration && previous_unit.is_finite()) {
                return Err(self.error(format!("`{text}` has parts that do not add up")));
            }
            previous_unit = size;
            total += number * size;
            rest = after.trim_start();
        }
        if total.is_finite() {
            Ok(total)
        } else {
            Err(self.error(format!("`{text}` is too large")))
        }
    }

    /// What to say of a text that is two numbers with a unit, or with one each: `5-20 Mbit/s`, `5 min to 1 h`.
    fn range(self, text: &str) -> Option<UnitError> {
        let mark = ["-", "–", "—", " to ", ".."]
            .into_iter()
            .find(|mark| text.contains(mark))?;
        let (least, most) = text.split_once(mark)?;
        let [(least, own), (most, unit)] = [least, most].map(|end| split_number(end.trim()));
        let [own, unit] = [own.trim(), unit.trim()];
        let [least, most] = [least, most].map(|number| number.parse::<f64>().ok());
        let (least, most) = (least?, most?);
        let problem = format!("`{text}` is a range, not {}", self.name());
        if own.is_empty() && unit.is_empty() {
            return Some(self.error(problem));
        }
        let own = if own.is_empty() { unit } else { own };
        self.unit(own).and(self.unit(unit))?;
        Some(UnitError {
            problem,
            help: format!(
                "if every value in it is equally likely, write {{ uniform = {{ min = \"{least} {own}\", max = \"{most} {unit}\" }} }}"
            ),
        })
    }

    fn error(self, problem: impl Into<String>) -> UnitError {
        UnitError {
            problem: problem.into(),
            help: self.example().to_owned(),
        }
    }

    fn unknown_unit(self, unit: &str) -> UnitError {
        let all = [Quantity::Duration, Quantity::Size, Quantity::Rate];
        if let Some(other) = all.into_iter().find(|other| other.unit(unit).is_some()) {
            let meant = match (self, other) {
                (Quantity::Rate, Quantity::Size) => Some(format!("{unit}/s")),
                (Quantity::Size, Quantity::Rate) => unit.strip_suffix("/s").map(str::to_owned),
                _ => None,
            };
            return UnitError {
                problem: format!(
                    "`{unit}` is a unit of {}, not of {}",
                    other.name(),
                    self.name()
                ),
                help: match meant {
                    Some(meant) => format!("did you mean `{meant}`? {}", self.example()),
                    None => self.example().to_owned(),
                },
            };
        }
        let help = match (self, unit) {
            (Quantity::Duration, "m") => "`m` may be minutes or months: write `min`".to_owned(),
            (_, ",") => "a decimal point is a point: write 1.5, not 1,5".to_owned(),
            (Quantity::Duration, "M" | "month" | "months" | "y" | "year") => {
                "months and years have no fixed length: write days, as in \"30 d\"".to_owned()
            }
            (Quantity::Size | Quantity::Rate, _) => self.unknown_bits(unit),
            _ => self.nearest(unit),
        };
        UnitError {
            problem: format!("`{unit}` is not a unit of {}", self.name()),
            help,
        }
    }

    /// `Mb`, `Mbps`, `mb`, `M`: a prefix is clear, bits or bytes are not.
    fn unknown_bits(self, unit: &str) -> String {
        let bare = unit.trim_end_matches("/s").trim_end_matches("ps");
        let prefix = match bare.chars().next() {
            Some('k' | 'K') => "k",
            Some('m' | 'M') => "M",
            Some('g' | 'G') => "G",
            _ => return self.nearest(unit),
        };
        if !matches!(&bare[1..], "" | "b" | "B" | "it" | "bit" | "bits") {
            return self.nearest(unit);
        }
        match self {
            Quantity::Rate => format!("say `{prefix}bit/s` for bits or `{prefix}B/s` for bytes"),
            _ => format!("say `{prefix}bit` for bits or `{prefix}B` for bytes"),
        }
    }

    fn nearest(self, unit: &str) -> String {
        let near = self
            .units()
            .iter()
            .map(|(name, _)| {
                (
                    strsim::jaro_winkler(&name.to_lowercase(), &unit.to_lowercase()),
                    *name,
                )
            })
            .filter(|(score, _)| *score > 0.7)
            .max_by(|a, b| a.0.total_cmp(&b.0));
        match near {
            Some((_, name)) => format!("did you mean `{name}`? {}", self.example()),
            None => self.example().to_owned(),
        }
    }
}

/// Splits a leading decimal number (digits, at most one point) off `text`.
fn split_number(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    text.split_at(end)
}

/// A count with thousands separated: `12,000`.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// From here on a number is told by its power of ten.
const LARGE: f64 = 1e12;

/// A number of things that may be a mean: thousands separated, `decimals` places.
pub fn decimal(x: f64, decimals: usize) -> String {
    if x.is_finite() && x.abs() >= LARGE {
        return format!("{x:.1e}");
    }
    let text = format!("{:.decimals$}", x.abs());
    let (whole, fraction) = text.split_at(text.find('.').unwrap_or(text.len()));
    let sign = if x < 0.0 && text.contains(|c: char| c.is_ascii_digit() && c != '0') {
        "-"
    } else {
        ""
    };
    match whole.parse::<u64>() {
        Ok(n) => format!("{sign}{}{fraction}", count(n)),
        Err(_) => format!("{x:e}"),
    }
}

/// What no rollout waits for [s]: a thousand years.
const AGES_S: f64 = 1000.0 * 365.25 * 86_400.0;

/// A duration in milliseconds in its two largest units: `2 h 14 min`, `45.3 s`, `12 d 3 h`; `more than 1,000 years` of what is
/// longer, and of what never ends.
pub fn duration(ms: f64) -> String {
    debug_assert!(!ms.is_nan(), "bug: a duration that is no number");
    let s = ms / 1e3;
    if s > AGES_S {
        return "more than 1,000 years".to_owned();
    }
    if s < 59.95 {
        let decimals = usize::from(s > 0.0 && s.fract() != 0.0) + usize::from(s > 0.0 && s < 1.0);
        return format!("{s:.decimals$} s");
    }
    let pair = |unit: f64, large: &str, part: f64, small: &str| {
        let parts = (s / part).round() as u64;
        let per = (unit / part) as u64;
        match parts % per {
            0 => format!("{} {large}", count(parts / per)),
            rest => format!("{} {large} {rest} {small}", count(parts / per)),
        }
    };
    if s < 3599.5 {
        pair(60.0, "min", 1.0, "s")
    } else if s < 86_370.0 {
        pair(3600.0, "h", 60.0, "min")
    } else {
        pair(86_400.0, "d", 3600.0, "h")
    }
}

/// A size in bytes with up to three significant digits: `210 MB`.
pub fn size(bytes: f64) -> String {
    scaled(
        bytes,
        &[
            ("TB", 1e12),
            ("GB", 1e9),
            ("MB", 1e6),
            ("kB", 1e3),
            ("B", 1.0),
        ],
    )
}

/// A rate in bits per second with up to three significant digits: `20 Mbit/s`.
pub fn rate(bits_per_s: f64) -> String {
    scaled(
        bits_per_s,
        &[
            ("Gbit/s", 1e9),
            ("Mbit/s", 1e6),
            ("kbit/s", 1e3),
            ("bit/s", 1.0),
        ],
    )
}

fn scaled(x: f64, units: &[(&str, f64)]) -> String {
    let (name, unit) = units
        .iter()
        .find(|(_, unit)| x >= *unit * 0.9995)
        .unwrap_or(units.last().expect("a kind has units"));
    let value = x / unit;
    if value >= 1e6 || value > 0.0 && value < 0.005 {
        return format!("{value:.1e} {name}");
    }
    let decimals = if value >= 99.95 || value.fract() == 0.0 {
        0
    } else if value >= 9.995 {
        1
    } else {
        2
    };
    format!("{value:.decimals$} {name}")
}

/// A share of one as a percentage: `97.5 %`.
pub fn share(x: f64, decimals: usize) -> String {
    format!("{} %", decimal(x * 100.0, decimals))
}

/// Rarer events are not told apart by [`chance`].
const RAREST: f64 = 1e-9;

/// A probability in percent, or as one in so many where it is rare.
///
/// ```
/// use rollcast::units::chance;
///
/// assert_eq!(chance(0.125), "12.50 %");
/// assert_eq!(chance(7.1e-5), "1 in 14,000");
/// assert_eq!(chance(1e-58), "less than 1 in 1,000,000,000");
/// ```
pub fn chance(p: f64) -> String {
    /// Above this percent are easy to read.
    const COMMON: f64 = 1e-3;
    match p {
        0.0 => "0 %".to_owned(),
        _ if p < RAREST => format!("less than 1 in {}", count((1.0 / RAREST).round() as u64)),
        _ if p < COMMON => {
            let two_digits = format!("{:.1e}", 1.0 / p).parse::<f64>();
            let one_in = two_digits.expect("a bug: a formatted number is one");
            format!("1 in {}", count(one_in as u64))
        }
        _ => share(p, 2),
    }
}

/// Units that stay with their numbers where text is folded.
const UNITS: [&str; 9] = ["%", "s", "min", "h", "d", "kB", "MB", "GB", "TB"];

/// Does not part a number from its unit.
const GLUE: char = '\u{a0}';

/// A line whose numbers stay with their units where it is folded.
pub fn glued(text: &str) -> String {
    let mut glued = String::new();
    for word in text.split(' ') {
        let unit = word.trim_end_matches([',', ';', '.', ':', ')', ']']);
        let is_unit = UNITS.contains(&unit) && glued.ends_with(|c: char| c.is_ascii_digit());
        if !glued.is_empty() {
            glued.push(if is_unit { GLUE } else { ' ' });
        }
        glued.push_str(word);
    }
    glued
}

/// The columns that a line takes on a screen, where letters of some scripts take two.
pub fn breadth(text: &str) -> usize {
    textwrap::core::display_width(text)
}

/// A line folded between words into lines of at most `width` columns; further lines are indented. A number and its unit stay
/// together, and a word that is too long for a line stays whole, so that a path or a name can be copied.
///
/// ```
/// use rollcast::units::folded;
///
/// assert_eq!(folded("it takes 30 min or so", 12), ["it takes", "  30 min or", "  so"]);
/// assert_eq!(folded("see `$.tags.Region`", 12), ["see", "  `$.tags.Region`"]);
/// ```
pub fn folded(text: &str, width: usize) -> Vec<String> {
    wrapped(text, width, false)
}

/// As [`folded`], but no line is longer: a word that is too long for a line is parted.
pub fn fitted(text: &str, width: usize) -> Vec<String> {
    wrapped(text, width, true)
}

fn wrapped(text: &str, width: usize, part_words: bool) -> Vec<String> {
    let options = textwrap::Options::new(width)
        .subsequent_indent("  ")
        .break_words(part_words)
        .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    let glued = glued(text);
    let lines = textwrap::wrap(&glued, options).into_iter();
    lines.map(|line| line.replace(GLUE, " ")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_each_kind_in_its_base_unit() {
        assert_eq!(Quantity::Duration.parse("5h"), Ok(18_000_000.0));
        assert_eq!(Quantity::Duration.parse("1h 30min"), Ok(5_400_000.0));
        assert_eq!(Quantity::Duration.parse("2.5 s"), Ok(2_500.0));
        assert_eq!(Quantity::Size.parse("210 MB"), Ok(210e6));
        assert_eq!(Quantity::Size.parse("10 Mbit"), Ok(1.25e6));
        assert_eq!(Quantity::Rate.parse("40 MB/s"), Ok(320e6));
        assert_eq!(Quantity::Rate.parse("2.5Mbit/s"), Ok(2.5e6));
    }

    #[test]
    fn ambiguous_units_are_refused_with_what_to_write() {
        let help = |quantity: Quantity, text| quantity.parse(text).unwrap_err().help;
        assert_eq!(
            help(Quantity::Size, "10Mb"),
            "say `Mbit` for bits or `MB` for bytes"
        );
        assert_eq!(
            help(Quantity::Rate, "10 Mbps"),
            "say `Mbit/s` for bits or `MB/s` for bytes"
        );
        assert_eq!(
            help(Quantity::Size, "10 M"),
            "say `Mbit` for bits or `MB` for bytes"
        );
        assert_eq!(
            help(Quantity::Duration, "5m"),
            "`m` may be minutes or months: write `min`"
        );
        assert!(help(Quantity::Duration, "1 month").contains("30 d"));
        assert!(help(Quantity::Duration, "3 hours").contains("did you mean `h`"));
    }

    #[test]
    fn ranges_are_refused_with_the_law_that_they_may_mean() {
        let error = |text| Quantity::Rate.parse(text).unwrap_err();
        for text in [
            "5-20 Mbit/s",
            "5 - 20 Mbit/s",
            "5 – 20Mbit/s",
            "5 to 20 Mbit/s",
            "5..20 Mbit/s",
            "5 Mbit/s - 20 Mbit/s",
        ] {
            let help = error(text).help;
            let law = "{ uniform = { min = \"5 Mbit/s\", max = \"20 Mbit/s\" } }";
            assert!(help.ends_with(law), "{text}: {help}");
        }
        assert_eq!(error("5-20").problem, "`5-20` is a range, not a rate");
        assert!(error("-5 Mbit/s").problem.contains("zero or more"));
    }

    #[test]
    fn units_of_another_kind_are_named_with_the_one_that_was_meant() {
        let help = |quantity: Quantity, text| quantity.parse(text).unwrap_err().help;
        assert!(help(Quantity::Rate, "10 Mbit").starts_with("did you mean `Mbit/s`?"));
        assert!(help(Quantity::Size, "10 MB/s").starts_with("did you mean `MB`?"));
        assert!(help(Quantity::Duration, "10 Mbit").starts_with("write it with ms, s, min"));
    }

    #[test]
    fn malformed_quantities_are_refused() {
        for text in [
            "", "s", "-3 s", "nan s", "1e3 s", "3", "3 s 2 h", "3 s 3 s", "1..2 s",
        ] {
            assert!(Quantity::Duration.parse(text).is_err(), "{text:?} was read");
        }
        assert!(Quantity::Size.parse("1 MB 3 kB").is_err());
        assert!(Quantity::Size.parse("0 MB 3 kB").is_err());
    }

    #[test]
    fn prints_what_people_read() {
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(decimal(1950.26, 1), "1,950.3");
        assert_eq!(decimal(-0.04, 1), "0.0");
        assert_eq!(duration(45_300.0), "45.3 s");
        assert_eq!(duration(59_960.0), "1 min");
        assert_eq!(duration(8_040_000.0), "2 h 14 min");
        assert_eq!(duration(3_599_900.0), "1 h");
        assert_eq!(duration(2_592_000_000.0), "30 d");
        assert_eq!(duration(31_557_600_000_000.0), "365,250 d");
        assert_eq!(duration(f64::INFINITY), "more than 1,000 years");
        assert_eq!(size(210e6), "210 MB");
        assert_eq!(
            (size(0.0), size(2e19)),
            ("0 B".to_owned(), "2.0e7 TB".to_owned())
        );
        assert_eq!(
            (rate(1e50), rate(1e-9)),
            ("1.0e41 Gbit/s".to_owned(), "1.0e-9 bit/s".to_owned())
        );
        assert_eq!(
            (decimal(1e300, 1), decimal(-1e15, 0)),
            ("1.0e300".to_owned(), "-1.0e15".to_owned())
        );
        assert_eq!(rate(2.547e6), "2.55 Mbit/s");
        assert_eq!(share(0.9751, 1), "97.5 %");
    }
}
