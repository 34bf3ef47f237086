//! The patterns that the service's model has for texts, each of them for a text as a whole.

/// What a text has to look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    /// Anything, line breaks included.
    Anything,
    Line,
    /// One line with something in it.
    SomeLine,
    Arn,
    Token,
    Digits,
    Name,
    Command,
    Bucket,
    Variable,
    Tag,
    /// Of a page of a list.
    Page,
    /// Of an application: a number, or the working copy.
    Version,
    All,
    ImageDigest,
}

fn is_line(text: &str) -> bool {
    !text.contains(['\n', '\r', '\u{2028}', '\u{2029}', '\u{85}'])
}

/// Whether a text is letters, digits and any of some signs.
fn is_of(text: &str, signs: &str) -> bool {
    text.chars()
        .all(|c| c.is_ascii_alphanumeric() || signs.contains(c))
}

fn is_bucket(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-".contains(c);
    text.len() > 1
        && !text.starts_with(['.', '-'])
        && !text.ends_with(['.', '-'])
        && text.chars().all(inner)
}

fn is_variable(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

fn is_digest(text: &str) -> bool {
    let Some((name, digits)) = text.split_once(':') else {
        return false;
    };
    name.eq_ignore_ascii_case("sha256")
        && digits.len() == 64
        && digits.chars().all(|c| c.is_ascii_hexdigit())
}

impl Pattern {
    pub(super) fn matches(self, text: &str) -> bool {
        match self {
            Pattern::Anything => true,
            Pattern::Line => is_line(text),
            Pattern::SomeLine => !text.is_empty() && is_line(text),
            Pattern::Arn => text.strip_prefix("arn:").is_some_and(is_line),
            Pattern::Token => is_of(text, "_-="),
            Pattern::Digits => text.chars().all(|c| c.is_ascii_digit()),
            Pattern::Name => is_of(text, "_-"),
            Pattern::Command => is_of(text, "_.-"),
            Pattern::Bucket => is_bucket(text),
            Pattern::Variable => is_variable(text),
            Pattern::Tag => is_of(text, " _.-/+=:"),
            Pattern::Page => is_of(text, "_.-/+="),
            Pattern::Version => text == "$LATEST" || text.chars().all(|c| c.is_ascii_digit()),
            Pattern::All => text == "ALL",
            Pattern::ImageDigest => is_digest(text),
        }
    }

    /// As the model writes it; none where the model has no pattern.
    pub(super) fn regex(self) -> Option<&'static str> {
        Some(match self {
            Pattern::Anything => return None,
            Pattern::Line => r".*",
            Pattern::SomeLine => r".+",
            Pattern::Arn => r"arn:.*",
            Pattern::Token => r"[a-zA-Z0-9_\-=]*",
            Pattern::Digits => r"[0-9]*",
            Pattern::Name => r"[a-zA-Z0-9_\-]*",
            Pattern::Command => r"[a-zA-Z0-9_.\-]*",
            Pattern::Bucket => r"[a-z0-9][a-z0-9.\-]*[a-z0-9]",
            Pattern::Variable => r"[A-Z_][A-Z0-9_]*",
            Pattern::Tag => r"[a-zA-Z0-9 _.\-\/+=:]*",
            Pattern::Page => r"[a-zA-Z0-9_.\-\/+=]*",
            Pattern::Version => r"(\$LATEST)|[0-9]*",
            Pattern::All => "ALL",
            Pattern::ImageDigest => r"[Ss][Hh][Aa]256:[0-9a-fA-F]{64}",
        })
    }

    /// What a text of it is, in words.
    pub(super) fn words(self) -> &'static str {
        match self {
            Pattern::Anything => "text",
            Pattern::Line | Pattern::SomeLine => "one line of text",
            Pattern::Arn => "an ARN, which begins with `arn:`",
            Pattern::Token => "letters, digits and any of `_-=`",
            Pattern::Digits => {
                "the number of a version, in digits: the service deploys no `$LATEST`"
            }
            Pattern::Name => "letters, digits and any of `_-`",
            Pattern::Command => "letters, digits and any of `_.-`",
            Pattern::Bucket => {
                "the name of a bucket: lower-case letters, digits, `.` and `-`, the ends a letter or digit"
            }
            Pattern::Variable => {
                "the name of a variable: capital letters, digits and `_`, no digit at first"
            }
            Pattern::Tag => "letters, digits, spaces and any of `_.-/+=:`",
            Pattern::Page => "letters, digits and any of `_.-/+=`",
            Pattern::Version => "the number of a version, in digits, or `$LATEST`",
            Pattern::All => "`ALL`",
            Pattern::ImageDigest => "`sha256:` and 64 hexadecimal digits",
        }
    }
}
