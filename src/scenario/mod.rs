//! What the user writes and what it means.
//!
//! A [`ScenarioFile`] is a file as parsed, with the edits of flags; checking it gives a [`Scenario`], which cannot be invalid:
//! no later check is needed. Edits change the TOML tree before it is checked, so a flag, a profile and a sweep can
//! reach everything the file can say, and a problem points at the place that wrote the value: a line of the file or a flag.
//!
//! In reading order: the tree and what is wrong with it (`diagnostic`, `words`, `tree`), reading it (`memo`, `texts`, `files`, `data`,
//! `reader`, `keys`, and a reader a table from `names` to `watch`), the document (`checked`, `edits`, `sweep`, `profiles`, `tune`,
//! `expect`, `document`), the file (`scenario_file`, `written`, `settings`, `request`), and the schema.

mod campaign;
mod checked;
mod connectivity;
mod data;
mod diagnostic;
mod document;
mod edits;
mod expect;
mod files;
mod fleet;
mod inventory;
pub mod keys;
mod law;
mod left_out;
mod links;
mod measured;
mod memo;
mod names;
mod numbers;
mod order;
mod presence_log;
mod profiles;
mod reader;
mod release;
mod request;
mod rules;
mod scenario_file;
mod schema;
mod settings;
mod sheet;
mod steps;
mod sweep;
mod syntax;
mod table_name;
mod texts;
mod times;
mod trace;
mod tree;
mod tune;
mod watch;
mod weekly;
mod windows;
mod words;
mod written;

pub use checked::{BASE, InRobots, Profile, Scenario};
pub use diagnostic::{Diagnostic, Level, Place, Problems, Source};
pub use expect::Check;
pub use files::io_problem;
pub use keys::results::REPLICATIONS_MAX;
pub use request::RequestFile;
pub use scenario_file::ScenarioFile;
pub use schema::scenario_schema;
pub use settings::Settings;
pub use sweep::{Knob, KnobValue, SETTINGS_MAX, combinations};
pub use texts::Texts;
pub use tune::{Direction, Phrase, Tune};
pub use words::{did_you_mean, list, visible};
pub use written::{Change, Written};
