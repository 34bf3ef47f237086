//! Texts gone wrong: bytes, lines, values and keys that are not what they were.

use super::luck::Luck;

/// Values that a reader may stumble over, in TOML, CSV and JSON alike.
pub const NASTY: [&str; 84] = [
    "-1",
    "0",
    "-0",
    "1",
    "2",
    "100",
    "101",
    "1e308",
    "-1e308",
    "1e-320",
    "5e-324",
    "nan",
    "inf",
    "-inf",
    "0.5",
    "1.0000001",
    "0.1",
    "NaN",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
    "340282366920938463463374607431768211456",
    "0x7f",
    "1_000",
    "20000000",
    "4294967296",
    "\"\"",
    "\"0s\"",
    "\"0\"",
    "\"9999999d\"",
    "\"1 month\"",
    "\"-5min\"",
    "\"1e9h\"",
    "\"NaN s\"",
    "\"5 h 3 min\"",
    "\"1ms\"",
    "\"30d\"",
    "\"1 B\"",
    "\"0 MB/s\"",
    "\"1e300 MB/s\"",
    "\"1 bit/s\"",
    "\"10Mb\"",
    "\"100%\"",
    "\"-3%\"",
    "\"*\"",
    "\".\"",
    "\"a.b\"",
    "\"../x\"",
    "\"\\u0000\"",
    "\"\\n\"",
    "\"é🤖\u{202e}\"",
    "true",
    "false",
    "2026-03-28T13:00:00Z",
    "07:32:00",
    "2026-02-30",
    "[]",
    "[[]]",
    "{}",
    "[1, 2]",
    "[\"a\", \"a\"]",
    "{ a = 1 }",
    "{ constant = \"1s\" }",
    "{ uniform = { min = \"1s\", max = \"1s\" } }",
    "{ lognormal = { median = \"1s\", p95 = \"1s\" } }",
    "{ gamma = { mean = \"1s\", cv = 0 } }",
    "{ exponential = { mean = \"0s\" } }",
    "{ weibull = { scale = \"1s\", shape = 1e9 } }",
    "{ beta = { mean = 0.5, correlation = 0.99 } }",
    "{ beta = { mean = 1e-6, correlation = 1e-4 } }",
    "{ mixture = [] }",
    "{ mixture = [{ share = 1, law = { mixture = [] } }] }",
    "{ quantiles = \"data/none.csv\" }",
    "{ samples = \"/dev/zero\" }",
    "{ csv = \".\" }",
    "{ csv = \"data/night_shift_customers.csv\" }",
    "\"1..10000\"",
    "\"1..9999999999\"",
    "\"5..1\"",
    "\"1..100/0\"",
    "\"2026-03-28T13:00[Europe/Berlin]\"",
    "\"9999-12-31T23:59[Asia/Tokyo]\"",
    "\"bad: p(threshold_reached) <= 1%\"",
    "null",
];

/// Pieces of syntax.
const PIECES: [&str; 32] = [
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "=",
    ",",
    ".",
    "\"",
    "'",
    "\"\"\"",
    "'''",
    "#",
    "\n",
    "\r\n",
    "\r",
    "\0",
    "\u{feff}",
    "\\",
    "\\u{d800}",
    "[a.b]\n",
    "[[cohort]]\n",
    "[profile.x]\n",
    "\u{7f}",
    "\u{2028}",
    "a = 1\n",
    "-",
    "+",
    ":",
    "é",
    "🤖",
];

/// Makes some changes to a text; `others` are texts to take pieces from.
pub fn mutated(luck: &mut Luck, text: &str, others: &[String]) -> Vec<u8> {
    let mut text = text.to_owned();
    for _ in 0..1 + luck.few(4) {
        text = match luck.below(12) {
            0 => without_line(luck, &text),
            1 => line_again(luck, &text),
            2 => lines_swapped(luck, &text),
            3..=5 => value_replaced(luck, &text),
            6 => key_renamed(luck, &text),
            7 => spliced(luck, &text, others),
            8 => with_piece(luck, &text),
            9 => digit_changed(luck, &text),
            10 => word_replaced(luck, &text),
            _ => line_of_another(luck, &text, others),
        };
    }
    let mut bytes = text.into_bytes();
    if luck.one_in(6) {
        for _ in 0..1 + luck.few(16) {
            let at = luck.below(bytes.len());
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << luck.below(8);
            }
        }
    }
    if luck.one_in(40) {
        bytes.truncate(luck.below(bytes.len()));
    }
    bytes
}

/// Bytes that were never a file of any kind, some of them deep, long or many.
pub fn arbitrary(luck: &mut Luck) -> Vec<u8> {
    const LONG: usize = 20_000;
    let n = 1 + luck.few(LONG);
    match luck.below(12) {
        0 => (0..n).map(|_| luck.word() as u8).collect(),
        1 => (0..n).map(|_| (luck.word() % 96) as u8 + 32).collect(),
        2 => format!(
            "a = {}",
            luck.pick(&[
                "[", "{a=", "[{a=", "{a.b=", "[[", "\"", "'''", "-", "1_", "0x"
            ])
            .repeat(n)
        )
        .into_bytes(),
        3 => format!(
            "{}a = 1",
            luck.pick(&["a.", "\"\".", "\"a\".", "a . ", "a.b."])
                .repeat(n)
        )
        .into_bytes(),
        4 => format!(
            "[{}a]\nb = 1",
            luck.pick(&["a.", "\"\".", "'x'."]).repeat(n)
        )
        .into_bytes(),
        5 => format!(
            "seed = {}",
            luck.pick(&["9", "0", "1e9", "0.", "_1"]).repeat(n)
        )
        .into_bytes(),
        6 => luck
            .pick(&[
                "=\n", "a=1\n", "[a]\n", "[[a]]\n", "\"\n", ",", "\r", "\0", "a=[\n",
            ])
            .repeat(n)
            .into_bytes(),
        7 => (0..n / 8)
            .map(|i| format!("k{i} = {}\n", luck.pick(&NASTY)))
            .collect::<String>()
            .into_bytes(),
        8 => (0..n / 8)
            .map(|_| *luck.pick(&PIECES))
            .collect::<String>()
            .into_bytes(),
        9 => [b"\xef\xbb\xbf".as_slice(), &vec![b'a'; n]].concat(),
        10 => format!(
            "name = \"{}\"",
            luck.pick(&["x", "\\u00e9", "\\", "🤖"]).repeat(n)
        )
        .into_bytes(),
        _ => (0..n / 16)
            .map(|_| {
                format!(
                    "[[cohort]]\n{} = {}\n",
                    luck.pick(&["name", "robots", "dead"]),
                    luck.pick(&NASTY)
                )
            })
            .collect::<String>()
            .into_bytes(),
    }
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

fn without_line(luck: &mut Luck, text: &str) -> String {
    let mut lines = lines(text);
    if !lines.is_empty() {
        lines.remove(luck.below(lines.len()));
    }
    lines.concat()
}

fn line_again(luck: &mut Luck, text: &str) -> String {
    let mut lines = lines(text);
    if !lines.is_empty() {
        let line = lines[luck.below(lines.len())];
        lines.insert(luck.below(lines.len()), line);
    }
    lines.concat()
}

fn lines_swapped(luck: &mut Luck, text: &str) -> String {
    let mut lines = lines(text);
    if !lines.is_empty() {
        let (one, other) = (luck.below(lines.len()), luck.below(lines.len()));
        lines.swap(one, other);
    }
    lines.concat()
}

fn line_of_another(luck: &mut Luck, text: &str, others: &[String]) -> String {
    let mut lines = lines(text);
    let other: Vec<&str> = luck.pick(others).split_inclusive('\n').collect();
    let at = luck.below(lines.len() + 1);
    if !other.is_empty() {
        lines.insert(at, other[luck.below(other.len())]);
    }
    lines.concat()
}

/// Where a value stands: after a sign that has one after it, until what ends it.
fn value_replaced(luck: &mut Luck, text: &str) -> String {
    let signs: Vec<usize> = text
        .match_indices(['=', ':', ','])
        .map(|(at, _)| at + 1)
        .collect();
    let Some(at) = signs.get(luck.below(signs.len())).copied() else {
        return text.to_owned();
    };
    let rest = &text[at..];
    let ends = if luck.one_in(2) {
        &['\n'][..]
    } else {
        &['\n', ',', '}', ']', '#'][..]
    };
    let end = at + rest.find(ends).unwrap_or(rest.len());
    format!("{} {}{}", &text[..at], luck.pick(&NASTY), &text[end..])
}

fn key_renamed(luck: &mut Luck, text: &str) -> String {
    let words = words(text);
    let Some(word) = words.get(luck.below(words.len())).cloned() else {
        return text.to_owned();
    };
    let (one, other) = (&text[word.clone()], words[luck.below(words.len())].clone());
    let new = match luck.below(4) {
        0 => text[other].to_owned(),
        1 => format!("{one}x"),
        2 => one[..one.len() - 1].to_owned(),
        _ => format!("{one}.{}", &text[other]),
    };
    format!("{}{new}{}", &text[..word.start], &text[word.end..])
}

fn word_replaced(luck: &mut Luck, text: &str) -> String {
    let words = words(text);
    let Some(word) = words.get(luck.below(words.len())).cloned() else {
        return text.to_owned();
    };
    format!(
        "{}{}{}",
        &text[..word.start],
        luck.pick(&NASTY),
        &text[word.end..]
    )
}

/// Stretches of letters, digits and what joins them.
fn words(text: &str) -> Vec<std::ops::Range<usize>> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let mut words = Vec::new();
    let mut start = None;
    for (at, byte) in text.bytes().chain([b' ']).enumerate() {
        match (start, is_word(byte)) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                words.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    words
}

fn digit_changed(luck: &mut Luck, text: &str) -> String {
    let digits: Vec<usize> = text
        .bytes()
        .enumerate()
        .filter(|(_, byte)| byte.is_ascii_digit())
        .map(|(at, _)| at)
        .collect();
    let Some(at) = digits.get(luck.below(digits.len())).copied() else {
        return text.to_owned();
    };
    let new = *luck.pick(&["0", "9", "00", "99999", "", "-", ".", "e", "e9"]);
    format!("{}{new}{}", &text[..at], &text[at + 1..])
}

fn with_piece(luck: &mut Luck, text: &str) -> String {
    let mut at = luck.below(text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    format!(
        "{}{}{}",
        &text[..at],
        luck.pick(&PIECES).repeat(1 + luck.few(200)),
        &text[at..]
    )
}

/// The beginning of a text and the end of another.
fn spliced(luck: &mut Luck, text: &str, others: &[String]) -> String {
    let (ours, theirs) = (lines(text), lines(&others[luck.below(others.len())]));
    let (until, from) = (luck.below(ours.len() + 1), luck.below(theirs.len() + 1));
    [&ours[..until], &theirs[from..]].concat().concat()
}
