//! The document itself, and its links.

use crate::key::Absent::{Depends, Is, Means, Required};
use crate::key::{Keys, Takes, key};
use crate::model::Ms;
use crate::scenario::keys::campaign::CAMPAIGN;
use crate::scenario::keys::release::RELEASE;
use crate::scenario::keys::results::{CHECK, REPLICATIONS_MAX, TUNE};

/// The longest time for which robots are watched after the last robot deployment: 30 days.
pub const OBSERVE_AFTER_MAX_MS: Ms = 30 * 86_400_000;

/// The longest time from the first job's creation on for which robots are watched in any case: 90 days.
const OBSERVE_FOR_MAX_MS: Ms = 90 * 86_400_000;

pub const DOCUMENT: Keys = Keys {
    name: "the scenario",
    about: "A scenario: a release, a fleet of robots, and the rules by which it is rolled out",
    help: "",
    keys: &[
        key(
            "name",
            Takes::Other,
            Required("a short name, as in name = \"warehouse\""),
            "Letters, digits, `_` and `-`, at most 60; results go to a folder of this name",
        ),
        key(
            "seed",
            Takes::Whole(0, i64::MAX as u64),
            Is("1"),
            "The seed of every random number",
        ),
        key(
            "replications",
            Takes::Whole(1, REPLICATIONS_MAX),
            Is("1000"),
            "How often the rollout is played",
        ),
        key(
            "start",
            Takes::Other,
            Depends("required if a cohort has `maintenance`"),
            "When the first job is created: a date and time with an offset, a zone in brackets, or `Z` for UTC, as in \
             `\"2026-03-28T21:00[Europe/Berlin]\"`",
        ),
        key(
            "observe_for",
            Takes::Duration(0, OBSERVE_FOR_MAX_MS),
            Is("0s"),
            "How long robots that a job gave up are watched, after the first job's creation and at least until the last robot \
             deployment has ended",
        ),
        key(
            "observe_after",
            Takes::Duration(0, OBSERVE_AFTER_MAX_MS),
            Depends("not beside `observe_for`"),
            "The older way, with a warning: how long robots that a job gave up are watched after the last robot deployment \
             ended",
        ),
        key(
            "release",
            Takes::Table,
            Required(RELEASE.help),
            RELEASE.about,
        ),
        key(
            "rollout",
            Takes::Table,
            Means("the service's samples"),
            "The rollout engine and its rules: `[rollout.robomaker]`",
        ),
        key(
            "link",
            Takes::Tables,
            Means("none"),
            "Capacities that downloads share",
        ),
        key(
            "cohort",
            Takes::Tables,
            Required("write at least one [[cohort]] with `name`, `robots` and `download_rate`"),
            "Robots that share their laws; at least one cohort",
        ),
        key("campaign", Takes::Table, Means("one job"), CAMPAIGN.about),
        key(
            "profile",
            Takes::Table,
            Means("none"),
            "Hypotheses by name, `[profile.NAME]`: dotted keys in quotes and their values",
        ),
        key(
            "sweep",
            Takes::Table,
            Means("none"),
            "Knobs: dotted keys in quotes, each with the values it takes",
        ),
        key("tune", Takes::Table, Means("none"), TUNE.about),
        key(
            "expect",
            Takes::Other,
            Means("nothing"),
            "What the results must satisfy: at most 50 limits",
        ),
        key("check", Takes::Table, Means("as its keys say"), CHECK.about),
    ],
};

pub const LINK: Keys = Keys {
    name: "link",
    about: "A capacity that the robots that download over it share",
    help: "",
    keys: &[
        key(
            "name",
            Takes::Name,
            Required("give the link a name: cohorts say link = \"its name\""),
            "The link's name, by which cohorts and inventories call it",
        ),
        key(
            "capacity",
            Takes::Rate,
            Required("what its robots share, as in capacity = \"200 Mbit/s\""),
            "What its robots share, from 1 bit/s to 500,000 Gbit/s, rounded to whole bit/s",
        ),
    ],
};
