//! What is asked of results.

use crate::key::Absent::{Depends, Is, Means};
use crate::key::{Absent, Keys, Takes, key};

/// The most replications of a run.
pub const REPLICATIONS_MAX: u64 = 10_000_000;

const ONE_OBJECTIVE: Absent = Depends("`minimise` or `maximise` is required");

pub const TUNE: Keys = Keys {
    name: "tune",
    about: "What `rollcast tune` looks for: the measure to optimise, and its limits",
    help: "write [tune] with minimise = \"time_to_95_s.p50\" and limits = [\"p(threshold_reached) <= 1%\"]",
    keys: &[
        key(
            "minimise",
            Takes::Text,
            ONE_OBJECTIVE,
            "The measure to minimise, as in `\"time_to_95_s.p50\"`",
        ),
        key(
            "maximise",
            Takes::Text,
            ONE_OBJECTIVE,
            "The measure to maximise, as in `\"success_rate.mean\"`",
        ),
        key(
            "limits",
            Takes::Other,
            Means("none"),
            "The limits that must hold: at most 50",
        ),
        key(
            "confidence",
            Takes::Number(0.5, 0.9999),
            Is("0.95"),
            "The confidence with which each limit has to hold",
        ),
        key(
            "vary",
            Takes::Table,
            Means("none"),
            "Further rules to choose from, beside the two percentages: dotted keys in quotes below `rollout.robomaker.` and \
             `campaign.`, each with its values, at most 100 combinations",
        ),
    ],
};

pub const CHECK: Keys = Keys {
    name: "check",
    about: "How `rollcast check` plays the scenario and compares it with its baseline",
    help: "write [check] with replications = 200 and margins = [\"2%\", \"broken_count.mean=5\"]",
    keys: &[
        key(
            "replications",
            Takes::Whole(1, REPLICATIONS_MAX),
            Means("as often as its baseline, or 200"),
            "How often `rollcast check` plays the scenario",
        ),
        key(
            "margins",
            Takes::Other,
            Means("`[\"1%\"]`"),
            "Differences that are ignored, written like `--margin`: `[\"2%\", \"broken_count.mean=5\"]`",
        ),
    ],
};
