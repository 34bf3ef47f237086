//! Problems in what the user wrote: what is wrong, where, and how to mend it, drawn with the source underlined.
//!
//! A place may be in the scenario file, in a data file it names, or in a flag of the command line; all are sources with text.

use std::ops::Range;
use std::rc::Rc;

use annotate_snippets::{AnnotationKind, Level as Mark, Renderer, Snippet};

/// A text that the user wrote, with its name in messages: a path, or `--set`.
#[derive(Debug, PartialEq)]
pub struct Source {
    pub name: String,
    pub text: String,
}

/// Where in a source something stands, in bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    pub source: Rc<Source>,
    pub span: Range<usize>,
}

impl Place {
    /// A place in `source` from byte to byte.
    pub fn new(source: &Rc<Source>, span: Range<usize>) -> Place {
        Place { source: Rc::clone(source), span }
    }

    /// The 1-based line of the place.
    pub fn line(&self) -> usize {
        let before = &self.source.text.as_bytes()[..self.span.start.min(self.source.text.len())];
        before.iter().filter(|byte| **byte == b'\n').count() + 1
    }
}

/// Whether a problem keeps the scenario from being played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Error,
    Warning,
}

/// One problem.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    pub level: Level,
    /// What is wrong.
    pub title: String,
    /// Where, with a few words set under it.
    pub place: Option<(Place, String)>,
    /// The other side of a conflict.
    pub other: Option<(Place, String)>,
    /// How to mend it.
    pub help: Option<String>,
}

impl Diagnostic {
    pub fn error(title: impl Into<String>, place: &Place, label: impl Into<String>) -> Diagnostic {
        Diagnostic {
            level: Level::Error,
            title: title.into(),
            place: Some((place.clone(), label.into())),
            other: None,
            help: None,
        }
    }

    pub fn warning(title: impl Into<String>, place: &Place, label: impl Into<String>) -> Diagnostic {
        Diagnostic { level: Level::Warning, ..Diagnostic::error(title, place, label) }
    }

    /// A problem with no place in a text: a file that cannot be read.
    pub fn without_place(title: impl Into<String>) -> Diagnostic {
        Diagnostic { level: Level::Error, title: title.into(), place: None, other: None, help: None }
    }

    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    pub fn other(mut self, place: &Place, label: impl Into<String>) -> Diagnostic {
        self.other = Some((place.clone(), label.into()));
        self
    }
}

/// Everything that is wrong with a scenario; errors if there is at least one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Problems(pub Vec<Diagnostic>);

impl Problems {
    /// Adds a problem unless the same one is there: profiles and settings meet the base's problems again.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if !self.0.contains(&diagnostic) {
            self.0.push(diagnostic);
        }
    }

    pub fn extend(&mut self, others: Problems) {
        for diagnostic in others.0 {
            self.push(diagnostic);
        }
    }

    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|problem| problem.level == Level::Error)
    }

    /// The problems as text for a terminal, in the order of their places, followed by a count of the errors.
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let mut problems: Vec<&Diagnostic> = self.0.iter().collect();
        problems.sort_by_key(|problem| problem.place.as_ref().map(|(place, _)| (place.source.name.clone(), place.span.start)));
        let mut out = String::new();
        for problem in &problems {
            out += &renderer.render(&[group(problem)]);
            out += "\n\n";
        }
        let errors = problems.iter().filter(|problem| problem.level == Level::Error).count();
        match errors {
            0 => {}
            1 => out += "1 error; nothing was played\n",
            _ => out += &format!("{errors} errors; nothing was played\n"),
        }
        out
    }
}

fn group(problem: &Diagnostic) -> annotate_snippets::Group<'_> {
    let mark = match problem.level {
        Level::Error => Mark::ERROR,
        Level::Warning => Mark::WARNING,
    };
    let mut group = mark.primary_title(problem.title.as_str()).elements(Vec::<annotate_snippets::Message>::new());
    if let Some((place, label)) = &problem.place {
        let mut snippet = Snippet::source(place.source.text.as_str())
            .path(place.source.name.as_str())
            .annotation(AnnotationKind::Primary.span(place.span.clone()).label(label.as_str()));
        let mut elsewhere = None;
        if let Some((other, label)) = &problem.other {
            let annotation = AnnotationKind::Context.span(other.span.clone()).label(label.as_str());
            if Rc::ptr_eq(&other.source, &place.source) {
                snippet = snippet.annotation(annotation);
            } else {
                let source = Snippet::source(other.source.text.as_str()).path(other.source.name.as_str());
                elsewhere = Some(source.annotation(annotation));
            }
        }
        group = group.element(snippet).elements(elsewhere);
    }
    if let Some(help) = &problem.help {
        group = group.element(Mark::HELP.message(help.as_str()));
    }
    group
}
