//! A report as HTML: one file that needs nothing else, neither a script to be read nor the net.
//!
//! Every text goes through maud, which escapes it, and charts escape their own. A policy in the file's head forbids everything from
//! outside, and every style and script but the file's own. So a scenario that looks like markup is shown, never run.

mod blocks;
mod figures;
mod made;
mod policy;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::report::page::Page;
use crate::report::page::report::{Report, Subject};
use blocks::{SORTABLE, Section, body, lead};
use figures::figure;
use made::{versions, written};
use policy::{SCRIPT, policy};

pub use policy::{STYLE, source_of_policy};

impl Page {
    /// The answer and what was asked, for a document of its own that has [`STYLE`].
    pub fn lead_html(&self) -> Markup {
        lead(self)
    }

    /// The rest, below a heading of the second level.
    pub fn body_html(&self, heading: &str) -> Markup {
        let section = Section {
            name: heading,
            level: 2,
        };
        body(self, section)
    }
}

impl Report<'_> {
    /// The report as an HTML document; the same report gives the same bytes.
    pub fn html(&self) -> String {
        let main = self.main().into_string();
        let is_sortable = main.contains(&format!("<table class=\"{SORTABLE}\">"));
        let script = is_sortable.then_some(SCRIPT);
        let document = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(policy(&main, script));
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    main { (PreEscaped(&main)) }
                    @if let Some(script) = script { script { (PreEscaped(script)) } }
                }
            }
        };
        document.into_string() + "\n"
    }

    fn main(&self) -> Markup {
        html! {
            h1 { (self.title) }
            (lead(self.page))
            (self.contents())
            @if self.page.has_body() {
                section aria-labelledby="results" {
                    h2 #results { "Results" }
                    (body(self.page, Section { name: "Results", level: 2 }))
                }
            }
            @if !self.charts.is_empty() {
                section aria-labelledby="charts" {
                    h2 #charts { "Charts" }
                    @for (place, chart) in self.charts.iter().enumerate() {
                        (figure(chart, place + 1, self.files.as_ref()))
                    }
                }
            }
            @for (place, subject) in self.subjects.iter().enumerate() {
                @if subject.is_told() { (self.subject(place, subject)) }
            }
            section aria-labelledby="again" {
                h2 #again { (AGAIN) }
                p { "In the folder of the scenario:" }
                pre.command { code { (self.command) } }
                (versions(&self.subjects))
                @if let Some(files) = &self.files { (written(files)) }
            }
        }
    }

    /// Links to the sections below.
    fn contents(&self) -> Markup {
        html! {
            nav aria-label="Contents" {
                ul {
                    @if self.page.has_body() { li { a href="#results" { "Results" } } }
                    @if !self.charts.is_empty() { li { a href="#charts" { "Charts" } } }
                    @for (place, subject) in self.subjects.iter().enumerate() {
                        @if subject.is_told() {
                            li { a href={ "#" (anchor(place)) } { (self.heading(subject)) } }
                        }
                    }
                    li { a href="#again" { (AGAIN) } }
                }
            }
        }
    }

    fn heading<'s>(&self, subject: &'s Subject) -> &'s str {
        match self.subjects.len() {
            1 => ASSUMED,
            _ => subject.name,
        }
    }

    /// What came of a scenario, and what was assumed of it.
    fn subject(&self, place: usize, subject: &Subject) -> Markup {
        let (id, heading) = (anchor(place), self.heading(subject));
        html! {
            section aria-labelledby=(id) {
                h2 id=(id) { (heading) }
                @if let Some(page) = subject.page {
                    (lead(page))
                    (body(page, Section { name: heading, level: 2 }))
                }
                @if let Some(page) = subject.assumed {
                    @let level = if heading == ASSUMED { 2 } else { 3 };
                    @if level == 3 { h3 { (ASSUMED) } }
                    (lead(page))
                    (body(page, Section { name: ASSUMED, level }))
                }
            }
        }
    }
}

const ASSUMED: &str = "What was assumed";
const AGAIN: &str = "How to make this report again";

fn anchor(place: usize) -> String {
    format!("scenario-{}", place + 1)
}
