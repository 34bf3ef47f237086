//! Words in messages: lists of them, and the one that a mistyped word may mean.

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
