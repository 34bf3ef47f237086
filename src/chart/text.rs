//! Fonts: how wide a text will be, and what to do when it is too wide.
//!
//! An SVG is drawn by whatever font the viewer has, so no measurement is exact. The widths here are those of a wide
//! sans-serif face (DejaVu Sans): what fits with them fits with Arial and Helvetica too, at the price of some air.

use super::paint::Paint;

/// Weight of a text; bold letters are wider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

/// Which point of a text is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Font {
    pub size: f64,
    pub weight: Weight,
    pub paint: Paint,
}

/// Replaces what XML 1.0 cannot hold (control characters, non-characters) and line breaks by spaces.
pub(super) fn clean(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') {
                ' '
            } else {
                c
            }
        })
        .collect()
}

fn em(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '\'' | '|' => 0.29,
        ' ' | '.' | ',' | ':' | ';' | '!' | 'I' => 0.33,
        'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '/' | '-' => 0.40,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '–' | '—' | '…' => 0.98,
        'A'..='Z' | '<' | '>' | '=' | '+' | '&' | '±' | '≤' | '≥' => 0.76,
        'a'..='z' | '0'..='9' | '_' | '#' | '$' | '*' | '?' | '"' => 0.63,
        c if (c as u32) < 0x2000 => 0.70,
        _ => 1.0,
    }
}

impl Font {
    pub(super) const fn regular(size: f64, paint: Paint) -> Font {
        let weight = Weight::Regular;
        Font {
            size,
            weight,
            paint,
        }
    }

    pub(super) const fn bold(size: f64, paint: Paint) -> Font {
        let weight = Weight::Bold;
        Font {
            size,
            weight,
            paint,
        }
    }

    pub(super) fn in_paint(self, paint: Paint) -> Font {
        Font { paint, ..self }
    }

    /// Estimated width of `text`, in the unit of the font's size.
    pub(super) fn width(self, text: &str) -> f64 {
        let wide: f64 = text.chars().map(em).sum();
        match self.weight {
            Weight::Regular => wide * self.size,
            Weight::Bold => wide * self.size * 1.1,
        }
    }

    /// The longest beginning of `text` that fits `room`, with an ellipsis if anything is cut off.
    pub(super) fn shorten(self, text: &str, room: f64) -> String {
        if self.width(text) <= room {
            return text.to_owned();
        }
        let mut kept: String = text.to_owned();
        while kept.pop().is_some() {
            let candidate = format!("{}…", kept.trim_end());
            if self.width(&candidate) <= room {
                return candidate;
            }
        }
        "…".to_owned()
    }

    /// Breaks `text` into at most `max_lines` lines that fit `room`; only the last may be shortened.
    ///
    /// Lines break at spaces; where these are too few, inside names such as `MissingRobotApplicationArchitecture` before a capital
    /// letter or after punctuation, since failure codes have no spaces.
    pub(super) fn wrap(self, text: &str, room: f64, max_lines: usize) -> Vec<String> {
        let words = self.filled(&words(text), room, max_lines);
        match words.iter().all(|line| self.width(line) <= room) {
            true => words,
            false => {
                let lines = self.filled(&pieces(text), room, max_lines).into_iter();
                lines.map(|line| self.shorten(&line, room)).collect()
            }
        }
    }

    /// Lines of as many pieces as fit, at most `max_lines`; the last takes the rest.
    fn filled(self, pieces: &[String], room: f64, max_lines: usize) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        for (i, piece) in pieces.iter().enumerate() {
            let longer = format!("{line}{piece}");
            if line.is_empty() || self.width(longer.trim_end()) <= room {
                line = longer;
                continue;
            }
            if lines.len() + 1 == max_lines {
                line.push_str(&pieces[i..].concat());
                break;
            }
            lines.push(line.trim().to_owned());
            line = piece.trim_start().to_owned();
        }
        if !line.trim().is_empty() {
            lines.push(line.trim().to_owned());
        }
        lines
    }
}

/// A text in words with the spaces after them; a number is one word with its unit.
fn words(text: &str) -> Vec<String> {
    broken(text, |_, _| false)
}

/// A text in words and in parts of them.
fn pieces(text: &str) -> Vec<String> {
    broken(text, |before, c| match before {
        // Not inside a number such as 1,000.
        '-' | '/' | '_' | ',' => c.is_alphabetic(),
        before => before.is_lowercase() && c.is_uppercase(),
    })
}

/// A text broken after spaces and where a letter and the next say so.
fn broken(text: &str, inside: impl Fn(char, char) -> bool) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let (mut digit, mut before): (bool, Option<char>) = (false, None);
    for c in text.chars() {
        let breaks = before.is_some_and(|b| match b {
            // Nor between a number and its unit.
            ' ' => c != ' ' && !(digit && (c.is_alphabetic() || c == '%')),
            b => inside(b, c),
        });
        if breaks {
            pieces.push(String::new());
        }
        if let Some(piece) = pieces.last_mut() {
            piece.push(c);
        }
        digit = before.is_some_and(|b| b.is_ascii_digit());
        before = Some(c);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::super::paint::Paint;
    use super::*;

    const TEN: Font = Font::regular(10.0, Paint::Ink);

    #[test]
    fn a_shortened_text_fits_and_says_so() {
        let short = TEN.shorten("a rather long scenario name", 80.0);
        assert!(short.ends_with('…') && TEN.width(&short) <= 80.0, "{short}");
        assert_eq!(TEN.shorten("short", 80.0), "short");
    }

    #[test]
    fn failure_codes_break_between_words_and_lose_nothing() {
        let lines = TEN.wrap("MissingRobotApplicationArchitecture", 150.0, 3);
        assert!(
            lines.len() > 1 && lines.iter().all(|l| TEN.width(l) <= 150.0),
            "{lines:?}"
        );
        assert_eq!(lines.concat(), "MissingRobotApplicationArchitecture");
    }

    #[test]
    fn a_number_keeps_its_unit() {
        let lines = TEN.wrap("after 2 d 13 h or 30 % of them", 60.0, 9);
        assert_eq!(lines, ["after 2 d", "13 h or", "30 % of", "them"]);
    }

    #[test]
    fn the_last_line_takes_the_rest_and_is_shortened() {
        let lines = TEN.wrap("one two three four five six seven", 60.0, 2);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with('…'), "{lines:?}");
    }

    #[test]
    fn control_characters_do_not_reach_the_file() {
        assert_eq!(clean("a\u{0}b\nc\u{ffff}"), "a b c ");
    }
}
