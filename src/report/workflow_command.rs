//! Texts in GitHub's workflow commands, in which some characters have a meaning.

/// The text of a command.
pub(super) fn escaped(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The value of a property of a command.
pub(super) fn property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_meaning_in_workflow_commands_is_escaped() {
        assert_eq!(escaped("20 % of\r\nall: a, b"), "20 %25 of%0D%0Aall: a, b");
        assert_eq!(property("a:b,c%"), "a%3Ab%2Cc%25");
    }
}
