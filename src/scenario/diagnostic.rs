//! Problems in what the user wrote: what is wrong, where, and how to mend it, drawn with the source underlined.
//!
//! A place may be in the scenario file, in a data file it names, or in a flag of the command line; all are sources with text.

use std::ops::Range;
use std::rc::Rc;

use annotate_snippets::{Annotation, AnnotationKind, Level as Mark, Origin, Renderer, Snippet};

use crate::scenario::words::{visible, visible_in_line, visible_source};
use crate::units::folded;

/// The most problems collected: a file with more is not mended problem by problem.
pub(super) const PROBLEMS_MAX: usize = 1000;

/// The most problems shown.
const SHOWN_MAX: usize = 50;

/// Columns that a message takes: those of a narrow terminal, so that it looks the same on every one.
const WIDTH: usize = 80;

/// A text that the user wrote, with its name in messages: a path, or `--set`.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    pub name: String,
    pub text: String,
}

/// Where in a source something stands, in bytes; `0..0` is the source as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    pub source: Rc<Source>,
    pub span: Range<usize>,
}

impl Place {
    /// A place in `source` from byte to byte.
    pub fn new(source: &Rc<Source>, span: Range<usize>) -> Place {
        Place {
            source: Rc::clone(source),
            span,
        }
    }

    /// The line and the column of its beginning, counted from 1, the column in characters.
    pub fn line_and_column(&self) -> (usize, usize) {
        let before = &self.source.text[..self.span.start];
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        (
            before.matches('\n').count() + 1,
            before[line_start..].chars().count() + 1,
        )
    }

    /// Whether it is the source as a whole, with nothing in it to underline.
    pub fn is_whole(&self) -> bool {
        self.span == (0..0)
    }

    /// What problems are shown in the order of: place in a file; flags of one name stay in the order they were given in.
    fn rank(&self) -> (&str, usize) {
        let name = self.source.name.as_str();
        (
            name,
            if name.starts_with("--") {
                0
            } else {
                self.span.start
            },
        )
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
    /// Why that is so, or what comes of it.
    pub why: Option<String>,
    /// How to mend it.
    pub help: Option<String>,
    /// Whether it is for `lint` to tell, and a line elsewhere.
    pub is_aside: bool,
}

impl Diagnostic {
    pub fn error(title: impl Into<String>, place: &Place, label: impl Into<String>) -> Diagnostic {
        Diagnostic {
            level: Level::Error,
            title: title.into(),
            place: Some((place.clone(), label.into())),
            other: None,
            why: None,
            help: None,
            is_aside: false,
        }
    }

    pub fn warning(
        title: impl Into<String>,
        place: &Place,
        label: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic {
            level: Level::Warning,
            ..Diagnostic::error(title, place, label)
        }
    }

    /// A problem with no place in a text: a file that cannot be read.
    pub fn without_place(title: impl Into<String>) -> Diagnostic {
        Diagnostic {
            level: Level::Error,
            title: title.into(),
            place: None,
            other: None,
            why: None,
            help: None,
            is_aside: false,
        }
    }

    pub fn why(mut self, why: impl Into<String>) -> Diagnostic {
        self.why = Some(why.into());
        self
    }

    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// As something for `lint` to tell.
    pub fn aside(mut self) -> Diagnostic {
        self.is_aside = true;
        self
    }

    pub fn other(mut self, place: &Place, label: impl Into<String>) -> Diagnostic {
        self.other = Some((place.clone(), label.into()));
        self
    }
}

impl Diagnostic {
    /// Whether it says the same of another place of the same source.
    fn says_the_same(&self, other: &Diagnostic) -> bool {
        let source = |problem: &Diagnostic| {
            problem
                .place
                .as_ref()
                .map(|(place, label)| (Rc::as_ptr(&place.source), label.clone()))
        };
        let whole = |problem: &Diagnostic| {
            problem
                .place
                .as_ref()
                .is_none_or(|(place, _)| place.is_whole())
        };
        (self.level, &self.title, &self.why, &self.help)
            == (other.level, &other.title, &other.why, &other.help)
            && source(self) == source(other)
            && !whole(self)
            && !whole(other)
    }
}

/// Everything that is wrong with a scenario; errors if there is at least one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Problems(pub Vec<Diagnostic>);

impl Problems {
    /// Adds a problem unless an equal one is there: profiles and settings repeat the base's problems.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        let full = self.0.len() >= PROBLEMS_MAX
            && (diagnostic.level == Level::Warning || self.has_errors());
        if !full && !self.0.contains(&diagnostic) {
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

    /// The problems as text for a terminal, file by file in the order of their places, followed by a count of the errors.
    pub fn render(&self, colour: bool) -> String {
        let mut out = self.listed(colour);
        let errors = self
            .0
            .iter()
            .filter(|problem| problem.level == Level::Error)
            .count();
        match errors {
            0 => {}
            1 => out += "1 error; nothing was played\n",
            PROBLEMS_MAX.. => out += "too many errors to count; nothing was played\n",
            _ => out += &format!("{errors} errors; nothing was played\n"),
        }
        out
    }

    /// As [`Problems::render`], without the count.
    pub fn listed(&self, colour: bool) -> String {
        let mut problems: Vec<&Diagnostic> = self.0.iter().collect();
        problems.sort_by_key(|problem| problem.place.as_ref().map(|(place, _)| place.rank()));
        listed(&problems, colour)
    }

    /// As [`Problems::listed`], in the order in which they were pushed.
    pub fn listed_as_pushed(&self, colour: bool) -> String {
        listed(&self.0.iter().collect::<Vec<_>>(), colour)
    }
}

fn listed(problems: &[&Diagnostic], colour: bool) -> String {
    let renderer = match colour {
        true => Renderer::styled(),
        false => Renderer::plain(),
    }
    .term_width(WIDTH);
    let mut out = String::new();
    let same_warning =
        |a: &&Diagnostic, b: &&Diagnostic| a.level == Level::Warning && a.says_the_same(b);
    for same in problems[..problems.len().min(SHOWN_MAX)].chunk_by(same_warning) {
        out += &renderer.render(&[group(same)]);
        out += "\n\n";
    }
    if let Some(more) = problems
        .len()
        .checked_sub(SHOWN_MAX)
        .filter(|more| *more > 0)
    {
        let at_least = if problems.len() == PROBLEMS_MAX {
            "at least "
        } else {
            ""
        };
        out += &format!(
            "... and {at_least}{} more\n\n",
            crate::units::count(more as u64)
        );
    }
    out
}

/// A problem drawn with its source; warnings that say the same of several places of a file are drawn together.
fn group<'a>(same: &[&'a Diagnostic]) -> annotate_snippets::Group<'a> {
    let problem = same[0];
    let mark = match problem.level {
        Level::Error => Mark::ERROR,
        Level::Warning => Mark::WARNING,
    };
    let mut group = mark
        .primary_title(folded_at("warning: ", &visible_in_line(&problem.title)))
        .elements(Vec::<annotate_snippets::Message>::new());
    if let Some((place, label)) = &problem.place {
        if place.is_whole() {
            group = group.element(Origin::path(visible_in_line(&place.source.name)));
        } else {
            let mut marked = vec![(AnnotationKind::Primary, place, label.as_str())];
            let places = same[1..]
                .iter()
                .filter_map(|problem| problem.place.as_ref());
            marked.extend(
                places.map(|(place, label)| (AnnotationKind::Primary, place, label.as_str())),
            );
            let mut elsewhere = None;
            if let Some((other, label)) = &problem.other {
                let context = (AnnotationKind::Context, other, label.as_str());
                if Rc::ptr_eq(&other.source, &place.source) {
                    marked.push(context);
                } else {
                    elsewhere = Some(snippet(&other.source, &[context]));
                }
            }
            group = group
                .element(snippet(&place.source, &marked))
                .elements(elsewhere);
        }
    }
    if let Some(why) = &problem.why {
        group = group.element(Mark::NOTE.message(folded_at("   = note: ", &visible(why))));
    }
    if let Some(help) = &problem.help {
        group = group.element(Mark::HELP.message(folded_at("   = help: ", &visible(help))));
    }
    group
}

/// Up to where a text that is marked from `begin` to its end is underlined, so that the label still fits on the line.
fn shown_end(text: &str, begin: usize, label: usize) -> usize {
    /// The number of the line, marks beside it, and the space before the label.
    const BESIDE: usize = 9;
    /// The least that is underlined.
    const LEAST: usize = 3;
    if text[begin..].contains('\n') {
        return text.len();
    }
    let column = text[..begin].rfind('\n').map_or(0, |at| at + 1);
    let before = text[column..begin].chars().count();
    let most = WIDTH.saturating_sub(before + label + BESIDE).max(LEAST);
    let mut after = text[begin..].char_indices().skip(most);
    after.next().map_or(text.len(), |(at, _)| begin + at)
}

/// A text that follows `lead`, in lines for a terminal.
fn folded_at(lead: &str, text: &str) -> String {
    let lines = text
        .lines()
        .flat_map(|line| folded(line, WIDTH - lead.len()));
    let lines: Vec<String> = lines.map(|line| line.trim_start().to_owned()).collect();
    lines.join("\n")
}

/// A snippet of the source with these places, each with its mark and label. It gets only the lines that they are on: it takes time with
/// the length of its text.
fn snippet<'a>(
    source: &'a Source,
    marked: &[(AnnotationKind, &Place, &'a str)],
) -> Snippet<'a, Annotation<'a>> {
    let text = source.text.as_str();
    let first = marked
        .iter()
        .map(|(_, place, _)| place.span.start)
        .min()
        .unwrap_or(0);
    let last = marked
        .iter()
        .map(|(_, place, _)| place.span.end)
        .max()
        .unwrap_or(text.len());
    let start = text[..first].rfind('\n').map_or(0, |end| end + 1);
    let end = text[last..]
        .find('\n')
        .map_or(text.len(), |end| last + end + 1);
    let line = text[..start].matches('\n').count() + 1;
    let annotation = |(kind, place, label): &(AnnotationKind, &Place, &'a str)| {
        let label = visible_in_line(label);
        let marked = &text[start..place.span.end];
        let end = shown_end(marked, place.span.start - start, label.chars().count());
        kind.span(place.span.start - start..end).label(label)
    };
    Snippet::source(visible_source(&text[start..end]))
        .line_start(line)
        .path(visible_in_line(&source.name))
        .annotations(marked.iter().map(annotation))
}
