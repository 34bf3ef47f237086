//! The document around what is shown, and what it may load and run.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::report::{STYLE, source_of_policy};
use crate::serve::clock::Pace;
use crate::serve::page::form::Refused;
use crate::serve::snapshot::Snapshot;

const OWN_STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// What stands in the form and beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Note {
    /// The duration that the form has; empty for the usual one.
    pub by: String,
    /// What became of the last request.
    pub said: String,
    pub is_error: bool,
}

/// The duration that a new form has.
const BY: &str = "10min";

impl From<Refused> for Note {
    fn from(refused: Refused) -> Note {
        Note {
            by: refused.by,
            said: refused.why,
            is_error: true,
        }
    }
}

/// The page of a server with a name.
pub(super) fn document(
    name: &str,
    pace: Pace,
    now: &Result<Snapshot, String>,
    note: &Note,
) -> String {
    let title = format!("{name}: rollcast serve");
    let document = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                // Without one, browsers ask for it.
                link rel="icon" href="data:,";
                title { (title) }
                style { (PreEscaped(STYLE)) }
                style { (PreEscaped(OWN_STYLE)) }
            }
            body {
                main {
                    h1 { (title) }
                    (time(pace, now))
                    (form(note))
                    (state(now))
                    p.refresh {
                        a href="/" { "Reload" } " to see what has changed since."
                    }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    document.into_string() + "\n"
}

/// The parts that the script puts in place of those before.
pub(super) fn parts(pace: Pace, now: &Result<Snapshot, String>) -> String {
    html! { (time(pace, now)) (state(now)) }.into_string()
}

fn time(pace: Pace, now: &Result<Snapshot, String>) -> Markup {
    html! {
        div #time {
            @match now {
                Ok(now) => (now.time(pace).lead_html()),
                Err(why) => p.alert role="alert" { (why) },
            }
        }
    }
}

fn form(note: &Note) -> Markup {
    let by = if note.by.is_empty() { BY } else { &note.by };
    html! {
        form method="post" action="/" {
            label for="by" { "Advance the clock by" }
            input #by name="by" value=(by) size="8" autocomplete="off" spellcheck="false"
                aria-describedby=[note.is_error.then_some("said")] aria-invalid=[note.is_error.then_some("true")];
            button { "Advance" }
            button name="next" value="1" { "To the next change" }
        }
        @if !note.said.is_empty() {
            p #said class=[note.is_error.then_some("alert")] role=(if note.is_error { "alert" } else { "status" }) { (note.said) }
        }
    }
}

fn state(now: &Result<Snapshot, String>) -> Markup {
    html! {
        div #state {
            @if let Ok(now) = now {
                section aria-labelledby="fleets" {
                    h2 #fleets { "Fleets" }
                    (now.fleets().body_html("Fleets"))
                }
                section aria-labelledby="jobs" {
                    h2 #jobs { "Jobs" }
                    (now.jobs().body_html("Jobs"))
                }
            }
        }
    }
}

/// The content security policy of the page: its own styles and script, and requests to where it came from.
pub(super) fn policy() -> String {
    format!(
        "default-src 'none'; style-src {} {}; script-src {}; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'",
        source_of_policy(STYLE),
        source_of_policy(OWN_STYLE),
        source_of_policy(SCRIPT)
    )
}
