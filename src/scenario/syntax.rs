//! What is wrong with a text that is not TOML, in plain words.

/// What is said where the parser's message begins so; of two that fit the first counts.
const WORDS: [(&str, &str); 25] = [
    ("duplicate key", "this key was given before"),
    (
        "key with no value",
        "`=` and a value are missing after this",
    ),
    ("missing value", "a value is missing here"),
    ("missing assignment", "`=` is missing before this"),
    ("extra `=`", "one `=` too many"),
    ("extra assignment", "one `=` too many"),
    ("unexpected `=` in array", "a list has no keys"),
    ("extra comma", "one comma too many"),
    ("missing comma", "a comma is missing before this"),
    ("unclosed array table", "`]]` is missing after this"),
    ("unclosed array", "the list is not closed: `]` is missing"),
    ("unclosed table", "`]` is missing after this"),
    (
        "unclosed inline table",
        "the table is not closed: `}` is missing",
    ),
    (
        "string values must be quoted",
        "text must be in double quotes",
    ),
    ("missing opening quote", "a quote is missing before this"),
    (
        "invalid basic string",
        "the text is not closed: a quote is missing",
    ),
    (
        "invalid multi-line basic string",
        "the text is not closed: `\"\"\"` is missing",
    ),
    (
        "invalid literal string",
        "the text is not closed: a quote is missing",
    ),
    (
        "invalid multi-line literal string",
        "the text is not closed: `'''` is missing",
    ),
    (
        "invalid unquoted key",
        "a key with anything but letters, digits, `_` and `-` must be in double quotes",
    ),
    (
        "unquoted keys cannot be empty",
        "a key is missing before this",
    ),
    ("missing escaped value", "write two backslashes for one"),
    ("unexpected leading zero", "a number does not begin with 0"),
    ("cannot recurse further", "this is nested too deeply"),
    ("recursion limit", "this is nested too deeply"),
];

/// What to say where the parser says `message`.
pub(super) fn words(message: &str) -> &'static str {
    let found = WORDS.iter().find(|(begin, _)| message.starts_with(begin));
    found.map_or("this cannot stand here", |(_, words)| words)
}
