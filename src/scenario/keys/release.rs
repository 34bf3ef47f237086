//! The release.

use crate::key::Absent::{Is, Means, Required};
use crate::key::{Keys, Takes, key};
use crate::units::Quantity;

pub const RELEASE: Keys = Keys {
    name: "release",
    about: "What is rolled out",
    help: "write [release] with `version` and `bundle = { X86_64 = \"210 MB\" }`",
    keys: &[
        key(
            "version",
            Takes::Other,
            Required("the number of the version, as in version = \"12\""),
            "A version as the service numbers them: 1 to 255 digits",
        ),
        key(
            "bundle",
            Takes::Other,
            Required("its size by architecture: bundle = { X86_64 = \"210 MB\" }"),
            "The size of the bundle by architecture, at most 1 TB; a robot without one fails in the cloud",
        ),
        key(
            "luck",
            Takes::Choice(&["shared", "per_cohort"]),
            Is("shared"),
            "How robots share a release's drawn probabilities: one draw per script for the whole fleet, or one per script and \
             cohort",
        ),
        key(
            "latent",
            Takes::Table,
            Means("none"),
            "A fault that no deployment notices and that shows on an updated robot later. A canary finds it if it shows on one of \
             its robots before the soak is over",
        ),
    ],
};

pub const LATENT: Keys = Keys {
    name: "latent",
    about: "A fault that shows later",
    help: "write latent = { failure = 0.05, after = { exponential = { mean = \"12h\" } } }",
    keys: &[
        key(
            "failure",
            Takes::Probability,
            Required("the probability that a robot has the fault, as in failure = 0.05"),
            "Probability that an updated robot has it",
        ),
        key(
            "after",
            Takes::Law(Quantity::Duration),
            Required("how long after its update it shows, as in after = \"12h\""),
            "How long after the robot's update it shows",
        ),
    ],
};
