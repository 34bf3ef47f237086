//! `rollcast schema`: what scenario files and the JSON of every command look like, for editors and other programs.

use crate::cli::args::{self, Described};
use crate::cli::exit::{Failure, print};
use crate::report;
use crate::scenario::scenario_schema;

pub(super) fn schema(args: &args::Schema) -> Result<(), Failure> {
    let schema = match args.what {
        Described::Scenario => scenario_schema(),
        Described::Run => report::run_schema(),
        Described::Sweep => report::sweep_schema(),
        Described::Map => report::map_schema(),
        Described::Compare => report::compare_schema(),
        Described::Oc => report::oc_schema(),
        Described::Tune => report::tune_schema(),
        Described::Check => report::check_schema(),
        Described::Lint => report::lint_schema(),
        Described::Explain => report::explain_schema(),
        Described::Baseline => report::baseline_schema(),
        Described::Manifest => report::manifest_schema(),
    };
    print(&report::schema_text(&schema))
}
