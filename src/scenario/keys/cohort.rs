//! Cohorts and what their keys hold.

use crate::key::Absent::{Depends, Is, Means, Required};
use crate::key::{Absent, Keys, Takes, key};
use crate::model::Ms;
use crate::units::Quantity;

/// The longest recovery: 30 days.
const RECOVERY_MAX_MS: Ms = 30 * 86_400_000;

const NO_STEP: Absent = Means("no such step");

const LAW: Takes = Takes::Law(Quantity::Duration);

pub const COHORT: Keys = Keys {
    name: "cohort",
    about: "Robots that share their laws",
    help: "",
    keys: &[
        key(
            "name",
            Takes::Name,
            Required("give the cohort a name"),
            "The cohort's name; its robots' random numbers depend on it",
        ),
        key(
            "robots",
            Takes::Other,
            Required(
                "how many robots the cohort has, or their inventory: { file = \"fleet.csv\" }",
            ),
            "How many robots the cohort has, or their inventory: `{ file = \"fleet.csv\" }`",
        ),
        key(
            "architecture",
            Takes::Other,
            Depends("required; left out where there is an inventory"),
            "The robots' architecture, or shares by architecture, which add up to 1",
        ),
        key(
            "dead",
            Takes::Other,
            Is("0"),
            "The robots that never answer: a share from 0 to 1, or a count, as in `\"3 robots\"`; not beside an inventory that says which",
        ),
        key(
            "joins",
            LAW,
            Means("from the beginning"),
            "When each robot is registered, after the first job's creation; a later job of a campaign meets it",
        ),
        key(
            "link",
            Takes::Name,
            Means("none"),
            "The name of the link that its robots download over; without one each has its own rate",
        ),
        key(
            "download_rate",
            Takes::Other,
            Depends("required, unless the inventory has all rates"),
            "How fast a robot downloads: a law, drawn once per robot, or a trace in time, `{ trace = \"rates.csv\" }`",
        ),
        key(
            "connectivity",
            Takes::Table,
            Means("always online"),
            "When robots are online: spells drawn or as a log recorded them, and weekly hours offline",
        ),
        key(
            "maintenance",
            Takes::Other,
            Means("at any time"),
            "When robots may be contacted",
        ),
        key(
            "zone",
            Takes::Text,
            Depends(
                "required with `maintenance` and hours `offline`, unless the inventory has all zones",
            ),
            "The time zone of `maintenance` and of hours `offline`: a name of the IANA database, such as Europe/Berlin or UTC",
        ),
        key(
            "extract_rate",
            Takes::Law(Quantity::Rate),
            Means("at once"),
            "How fast a bundle is unpacked",
        ),
        key(
            "extract_duration",
            LAW,
            Means("no time"),
            "How long a bundle is unpacked; not beside `extract_rate`",
        ),
        key(
            "validating",
            Takes::Table,
            Means("no time"),
            "The step Validating: `{ duration = law }`",
        ),
        key(
            "download_condition",
            Takes::Table,
            NO_STEP,
            "The script that says whether a robot may download now; it may say no. The step exists if it is given",
        ),
        key(
            "pre_launch",
            Takes::Table,
            NO_STEP,
            "The script before the launch. The step exists if it is given",
        ),
        key(
            "launching",
            Takes::Table,
            Means("no time"),
            "The step Launching: `{ duration = law }`",
        ),
        key(
            "post_launch",
            Takes::Table,
            NO_STEP,
            "The script after the launch. The step exists if it is given",
        ),
        key(
            "faults",
            Takes::Table,
            Means("none"),
            "Faults by failure code: `{ CODE = probability }` or `{ CODE = { probability, fails_after } }`; at most one strikes a \
             robot",
        ),
        key(
            "recovery",
            Takes::Duration(0, RECOVERY_MAX_MS),
            Is("0s"),
            "How long a robot stays down after a failed deployment; at `0s` it counts as up once it is given up",
        ),
    ],
};

const INVENTORY_HELP: &str =
    "write robots = 40, or robots = { file = \"fleet.csv\" } for an inventory";

pub const INVENTORY: Keys = Keys {
    name: "robots",
    about: "The robots one by one",
    help: INVENTORY_HELP,
    keys: &[
        key(
            "file",
            Takes::Text,
            Depends("required"),
            "The inventory, relative to this file: a table, or the JSON that the service's `list-robots` or `describe-fleet` printed",
        ),
        key(
            "csv",
            Takes::Text,
            Means("no file"),
            "Another name of `file`",
        ),
        key(
            "columns",
            Takes::Table,
            Means("as their names"),
            "What the file calls its columns, as in `{ name = \"hostname\" }`",
        ),
    ],
};

pub const INVENTORY_COLUMNS: Keys = Keys {
    name: "columns",
    about: "What an inventory calls its columns; others are ignored",
    help: "write columns = { name = \"hostname\" }",
    keys: &[
        key(
            "name",
            Takes::Text,
            Is("name"),
            "The robot's name, unique in the fleet",
        ),
        key(
            "architecture",
            Takes::Text,
            Is("architecture"),
            "Its architecture, as the service, `uname -m`, dpkg or docker call it",
        ),
        key(
            "link",
            Takes::Text,
            Is("link"),
            "The link that it downloads over; where it is empty the cohort's",
        ),
        key(
            "download_rate",
            Takes::Text,
            Is("download_rate"),
            "Its own rate, as in `20 Mbit/s`; where it is empty the cohort's law",
        ),
        key(
            "zone",
            Takes::Text,
            Is("zone"),
            "Its time zone; where it is empty the cohort's",
        ),
        key(
            "offline_since",
            Takes::Text,
            Is("offline_since"),
            "Since when it has not been heard of, as a date or a number: such a robot never answers. Empty for all others",
        ),
    ],
};

pub const CONNECTIVITY: Keys = Keys {
    name: "connectivity",
    about: "When robots are online",
    help: "write connectivity = { on = { exponential = { mean = \"2h\" } }, off = \"5min\" }, or { offline = [{ days = \"daily\", from = \"22:00\", to = \"06:00\" }] }",
    keys: &[
        key(
            "on",
            LAW,
            Depends("required with `off`"),
            "For how long a robot is online",
        ),
        key(
            "off",
            LAW,
            Depends("required with `on`"),
            "For how long a robot is offline",
        ),
        key(
            "offline",
            Takes::Other,
            Means("at no hours"),
            "Weekly hours in which robots are offline, by the clock in `zone`, alone or with spells: contact, downloads and reports wait. Where a robot is offline outside its maintenance windows too, it counts as offline",
        ),
        key(
            "local_steps",
            Takes::Choice(&["go_on", "stop"]),
            Is("go_on"),
            "Whether steps on the robot itself go on in the hours of `offline`, or stop until these are over",
        ),
        key(
            "log",
            Takes::Text,
            Means("none"),
            "A table of recorded presence, relative to this file, instead of `on` and `off`. A robot of an inventory plays its own record, any other that of a robot of the log drawn for it, from a moment drawn for it; at its end the log begins again",
        ),
        key(
            "robot",
            Takes::Text,
            Is("robot"),
            "The log's column of robots' names",
        ),
        key(
            "time",
            Takes::Text,
            Is("time"),
            "The log's column of times: dates with times, or numbers in `time_unit`",
        ),
        key(
            "time_unit",
            Takes::Choice(&["s", "ms"]),
            Depends("required where times are numbers"),
            "What the log's times count",
        ),
        key(
            "up",
            Takes::Text,
            Is("up"),
            "The log's column of whether the robot is online from then on: 1 or 0, true or false, up or down, online or offline",
        ),
        key(
            "spells",
            Takes::Choice(&["recorded", "log"]),
            Is("recorded"),
            "Whether the log is played as it was recorded, or spells are drawn as long as those of the log",
        ),
        key(
            "interrupted",
            Takes::Choice(&["resumes", "restarts"]),
            Is("resumes"),
            "What a download does when its robot comes back online: go on where it was, or begin again",
        ),
    ],
};

/// A window of `maintenance`, or hours of `offline`.
pub const HOURS: Keys = Keys {
    name: "hours",
    about: "Hours that recur every week",
    help: "",
    keys: &[
        key(
            "days",
            Takes::Other,
            Required("write days = \"daily\", days = \"mon-fri\" or days = \"tue,thu\""),
            "The days on which they begin: `daily`, `mon-fri`, `fri-mon`, `mon,wed,fri`",
        ),
        key(
            "from",
            Takes::Other,
            Required("write when they begin, as in from = \"22:00\""),
            "When they begin, by the clock in `zone`: `22:00` or `22:00:30`",
        ),
        key(
            "to",
            Takes::Other,
            Required("write when they end, as in to = \"05:00\""),
            "When they end; before `from` it is on the next day, `24:00` ends the day",
        ),
    ],
};

pub const TRACE: Keys = Keys {
    name: "download_rate",
    about: "A robot's rate as it was recorded, from moment to moment, from a moment drawn for it; at its end the trace begins again",
    help: "write download_rate = { trace = \"rates.csv\", column = \"throughput_mbps\", unit = \"Mbit/s\" }",
    keys: &[
        key(
            "trace",
            Takes::Text,
            Required("the name of the file"),
            "A table of rates, relative to this file: each holds until the next row, the last for the median step. Over a link the average is what a robot takes at most",
        ),
        key("column", Takes::Text, Is("value"), "The column of rates"),
        key(
            "unit",
            Takes::Text,
            Means("that of the column `unit`, or of each value"),
            "The unit of all rates",
        ),
        key(
            "time",
            Takes::Text,
            Is("time"),
            "The column of times: dates with times, or numbers in `time_unit`",
        ),
        key(
            "time_unit",
            Takes::Choice(&["s", "ms"]),
            Depends("required where times are numbers"),
            "What times count",
        ),
        key(
            "step",
            Takes::Duration(10, 86_400_000),
            Means("as the times say"),
            "How long each rate holds, in a table without times",
        ),
        key(
            "average",
            Takes::Duration(1_000, 86_400_000),
            Means("none"),
            "The trace is not played: each robot has one rate, the average of a span of this length, each equally likely",
        ),
    ],
};

const DURATION: &str = "duration";

const FAILS_AFTER: &str = "fails_after";

/// A step that only takes time.
pub const TIMED: Keys = Keys {
    name: "a timed step",
    about: "A step that only takes time",
    help: "",
    keys: &[key(
        DURATION,
        LAW,
        Required("how long the step takes, as in duration = \"20 s\""),
        "How long the step takes",
    )],
};

pub const SCRIPT: Keys = Keys {
    name: "a script",
    about: "`download_condition`, `pre_launch`, `post_launch`",
    help: "",
    keys: &[
        key(
            DURATION,
            LAW,
            Required("how long the script runs, as in duration = \"20 s\""),
            "How long the script runs",
        ),
        key(
            "failure",
            Takes::Probability,
            Is("0"),
            "Probability that it fails",
        ),
        key(
            "hang",
            Takes::Probability,
            Is("0"),
            "Probability that it hangs until the robot timeout",
        ),
        key(
            FAILS_AFTER,
            LAW,
            Means("as long as its duration"),
            "How long a run that fails lasts",
        ),
        key(
            "repeat",
            Takes::Share,
            Is("1"),
            "Probability that a script that failed or hung does so again in a later deployment of a campaign to the same robot",
        ),
    ],
};

/// A fault that says how long its stage then lasts.
pub const FAULT: Keys = Keys {
    name: "a fault",
    about: "A fault and how long its stage then lasts",
    help: "",
    keys: &[
        key(
            "probability",
            Takes::Probability,
            Required("write { probability = 0.001, fails_after = \"10min\" }"),
            "Probability that it strikes a robot",
        ),
        key(
            FAILS_AFTER,
            LAW,
            Means("as long as the stage takes otherwise"),
            "How long the stage lasts when it strikes",
        ),
    ],
};
