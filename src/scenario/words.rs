//! Words in messages: lists of them, and the one that a mistyped word may mean; and what of a text is shown.

use std::borrow::Cow;

/// A text without characters that move a terminal's cursor, change its colours or the direction of its text: those are written as JSON
/// escapes them, line ends and tabs stay.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match is_hidden(c) {
            true => shown += &format!("\\u{:04x}", u32::from(c)),
            false => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// As [`visible`], for a text within a line: line ends and tabs are escaped too.
pub(super) fn visible_in_line(text: &str) -> Cow<'_, str> {
    match visible(text) {
        shown if shown.contains(['\n', '\r', '\t']) => {
            let shown = shown.replace('\n', "\\n").replace('\r', "\\r");
            Cow::Owned(shown.replace('\t', "\\t"))
        }
        shown => shown,
    }
}

/// A source text of the same length in bytes without hidden characters, but for those of one byte: whoever draws it shows those itself.
pub(super) fn visible_source(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let stand_in = |c: char| match (is_hidden(c), c.len_utf8()) {
        (false, _) | (true, 1) => c,
        (true, 2) => '\u{bf}',
        (true, _) => '\u{fffd}',
    };
    Cow::Owned(text.chars().map(stand_in).collect())
}

/// Whether a character is a control character, or changes the direction of text (Unicode UAX 9).
pub(super) fn is_hidden(c: char) -> bool {
    let changes_direction = matches!(
        c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    (c.is_control() && !matches!(c, '\n' | '\t')) || changes_direction
}

/// Words as a list for a sentence.
pub fn list(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.as_slice() {
        [] => "none".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// "did you mean `x`?" for the most similar of `words`, or a plain label if none is similar.
pub fn did_you_mean(text: &str, words: &[&str]) -> String {
    match nearest(text, words) {
        Some(word) => format!("did you mean `{word}`?"),
        None => "unknown".to_owned(),
    }
}

/// The key that a mistyped one may mean: the only one whose name has all of its words and more, as `robot_deployment_timeout` has those
/// of `robot_timeout`; otherwise the most similar.
pub(super) fn nearest_key<'w>(key: &str, keys: &[&'w str]) -> Option<&'w str> {
    let mut named = keys.iter().filter(|name| has_words(name, key));
    match (named.next(), named.next()) {
        (Some(only), None) => Some(only),
        _ => nearest(key, keys),
    }
}

/// Whether a name has the words of a key in their order; `concurrency` and `concurrent` are one word.
fn has_words(name: &str, key: &str) -> bool {
    let mut words = name.split('_');
    let has = |part: &str| {
        let stem = part.get(..part.len().saturating_sub(2)).unwrap_or(part);
        words.any(|word| word == part || stem.len() >= 6 && word.starts_with(stem))
    };
    key.len() >= 6 && key.split('_').all(has)
}

/// The most similar of `words`: one that a few slips of the finger, or a missing end, make of `text`.
pub(super) fn nearest<'w>(text: &str, words: &[&'w str]) -> Option<&'w str> {
    let text = text.to_lowercase();
    let distance = |word: &str| {
        let word = word.to_lowercase();
        let cut_short = text.len() >= 3 && (word.starts_with(&text) || text.starts_with(&word));
        let distance = strsim::damerau_levenshtein(&text, &word);
        let slips = distance <= (word.len() / 3).max(1) && distance < word.len().min(text.len());
        (cut_short || slips).then_some(distance)
    };
    // A text that is much longer means no word, and the distance takes time with the product of the lengths.
    let near = words.iter().filter(|word| text.len() <= 2 * word.len() + 3);
    near.filter_map(|word| distance(word).map(|distance| (distance, *word)))
        .min_by_key(|(distance, word)| (*distance, !word.starts_with(&text)))
        .map(|(_, word)| word)
}
