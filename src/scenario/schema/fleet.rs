//! `[[link]]` and `[[cohort]]`.

use serde_json::{Value, json};

use crate::model::{Architecture, FailureCode, ROBOTS_MAX};
use crate::scenario::fleet::{COHORTS_MAX, RECOVERY_MAX_MS};
use crate::scenario::links::LINKS_MAX;
use crate::scenario::schema::build::{
    Table, about, any_text, array, choice, integer, or, reference, table, text,
};
use crate::scenario::windows::WINDOWS_MAX;
use crate::units::duration;

pub fn links() -> Value {
    let link = table("A capacity that the robots that download over it share")
        .require(
            "name",
            about(
                reference("name"),
                "The link's name, by which cohorts and inventories call it",
            ),
        )
        .require(
            "capacity",
            about(
                reference("rate"),
                "What its robots share, from 1 bit/s to 500,000 Gbit/s",
            ),
        );
    about(
        array(&link.done(), 0, LINKS_MAX),
        "Capacities that downloads share. Default: none",
    )
}

pub fn cohorts() -> Value {
    about(
        array(&cohort(), 1, COHORTS_MAX),
        "Robots that share their laws; at least one cohort",
    )
}

fn cohort() -> Value {
    let law = |quantity: &str, text: &str| about(reference(quantity), text);
    let recovery = format!(
        "How long a robot stays down after a failed deployment, up to {}",
        duration(RECOVERY_MAX_MS as f64)
    );
    let table = table("Robots that share their laws")
        .require("name", about(reference("name"), "The cohort's name, on which its robots' random numbers hang"))
        .require("robots", robots())
        .key("architecture", architecture())
        .key("dead", or(about(reference("share"), "Share of the robots that never answers"), json!(0)))
        .key("link", about(reference("name"), "The name of the link that its robots download over. Default: none, each has its own rate"))
        .key(
            "download_rate",
            law("law_of_rates", "How fast a robot downloads, drawn once a robot. Required, unless an inventory has all rates"),
        )
        .key("connectivity", connectivity())
        .key("maintenance", maintenance())
        .key(
            "zone",
            about(any_text(), "The time zone of `maintenance`: a name of the IANA database, such as Europe/Berlin or UTC"),
        )
        .key("extract_rate", law("law_of_rates", "How fast a bundle is unpacked. Default: at once"))
        .key("extract_duration", law("law_of_durations", "How long a bundle is unpacked. Default: no time"))
        .key("faults", faults())
        .key("recovery", or(about(reference("duration"), &recovery), json!("0s")))
        .key(
            "joins",
            law(
                "law_of_durations",
                "When each robot is registered, after the first job's creation; a later job of a campaign meets it. Default: all from \
                 the beginning",
            ),
        );
    steps(table)
        .and("not", json!({ "required": ["extract_rate", "extract_duration"] }))
        .and("dependencies", json!({ "zone": ["maintenance"] }))
        .and("if", json!({ "properties": { "robots": { "type": "object" } } }))
        .and("then", json!({ "properties": { "architecture": false } }))
        .and("else", json!({ "required": ["architecture", "download_rate"], "dependencies": { "maintenance": ["zone"] } }))
        .done()
}

fn robots() -> Value {
    let file = "A CSV file, relative to this one, with the columns `name`, `architecture`, and where needed `link`, `download_rate`, `zone`";
    let inventory = table("The robots one by one").require("csv", about(any_text(), file));
    json!({
        "description": "How many robots the cohort has, or their inventory: { csv = \"fleet.csv\" }",
        "anyOf": [integer(1, ROBOTS_MAX.into()), inventory.done()],
    })
}

fn architecture() -> Value {
    let names = Architecture::ALL.map(Architecture::name);
    let mut shares = table("Shares of the robots by architecture, which add up to 1")
        .and("minProperties", json!(1));
    for name in names {
        shares = shares.key(
            name,
            about(
                reference("share"),
                &format!("Share of robots that are {name}"),
            ),
        );
    }
    json!({
        "description": "The robots' architecture, or shares by architecture. Required; left out where there is an inventory",
        "anyOf": [choice(&names), shares.done()],
    })
}

fn connectivity() -> Value {
    let interrupted = "What a download does when its robot comes back online";
    table("Robots are online and offline in turn, each for a second or more on average. Default: always online")
        .require("on", about(reference("law_of_durations"), "For how long a robot is online"))
        .require("off", about(reference("law_of_durations"), "For how long a robot is offline"))
        .key("interrupted", or(about(choice(&["resumes", "restarts"]), interrupted), json!("resumes")))
        .done()
}

fn maintenance() -> Value {
    const DAY: &str = "(mon|tue|wed|thu|fri|sat|sun)";
    const TIME: &str = "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?";
    let days = format!(r"^\s*(daily|{DAY}(\s*-\s*{DAY})?(\s*,\s*{DAY}(\s*-\s*{DAY})?)*)\s*$");
    let window = table("A window that recurs every week")
        .require(
            "days",
            about(
                text(&days),
                "The days on which it opens: `daily`, `mon-fri`, `fri-mon`, `mon,wed,fri`",
            ),
        )
        .require(
            "from",
            about(
                text(&format!("^{TIME}$")),
                "When it opens, by the clock in `zone`: `22:00` or `22:00:30`",
            ),
        )
        .require(
            "to",
            about(
                text(&format!("^({TIME}|24:00(:00)?)$")),
                "When it closes; before `from` it is on the next day, `24:00` ends the day",
            ),
        );
    about(
        array(&window.done(), 1, WINDOWS_MAX),
        "When robots may be contacted. Default: at any time",
    )
}

/// The steps of a robot deployment around its download.
fn steps(cohort: Table) -> Table {
    let timed = |text: &str| {
        table(text)
            .require(
                "duration",
                about(reference("law_of_durations"), "How long the step takes"),
            )
            .done()
    };
    cohort
        .key(
            "validating",
            timed("The step Validating. Default: it takes no time"),
        )
        .key(
            "launching",
            timed("The step Launching. Default: it takes no time"),
        )
        .key(
            "download_condition",
            script("The script that says whether a robot may download now; it may say no"),
        )
        .key("pre_launch", script("The script before the launch"))
        .key("post_launch", script("The script after the launch"))
}

fn script(text: &str) -> Value {
    let repeat = "Probability that a script that failed or hung does so again in a later deployment of a campaign to the same robot";
    table(format!("{text}. The step exists if this is given"))
        .require(
            "duration",
            about(reference("law_of_durations"), "How long the script runs"),
        )
        .key(
            "failure",
            or(
                about(reference("probability"), "Probability that it fails"),
                json!(0),
            ),
        )
        .key(
            "hang",
            or(
                about(
                    reference("probability"),
                    "Probability that it hangs until the robot timeout",
                ),
                json!(0),
            ),
        )
        .key(
            "fails_after",
            about(
                reference("law_of_durations"),
                "How long a run that fails lasts. Default: as long as any",
            ),
        )
        .key("repeat", or(about(reference("share"), repeat), json!(1)))
        .done()
}

/// What a code of `faults` has.
pub fn fault() -> Value {
    let detailed = table("A fault and how long its stage then lasts")
        .require(
            "probability",
            about(
                reference("probability"),
                "Probability that it strikes a robot",
            ),
        )
        .key(
            "fails_after",
            about(
                reference("law_of_durations"),
                "How long the stage lasts when it strikes",
            ),
        );
    json!({
        "description": "A probability, or a table with `probability` and `fails_after`",
        "anyOf": [reference("probability"), detailed.done()],
    })
}

fn faults() -> Value {
    let mut codes = table(
        "Faults by failure code, with their probabilities; at most one strikes a robot. Default: none",
    );
    for code in FailureCode::ALL
        .iter()
        .filter(|code| code.fault_stage().is_some())
    {
        codes = codes.key(
            code.name(),
            about(
                reference("fault"),
                "Probability that a robot's deployment fails with this code",
            ),
        );
    }
    codes.done()
}
