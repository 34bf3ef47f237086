//! The parameters of laws, and the tables that laws come from.

use crate::key::Absent::{Depends, Is, Means, Required};
use crate::key::{Absent, Key, Keys, Takes, key};

const GAMMA_HELP: &str =
    "write gamma = { mean = \"30s\", cv = 0.5 }; cv is the standard deviation over the mean";
const WEIBULL_HELP: &str = "write weibull = { scale = \"30s\", shape = 1.5 }";
const LOGNORMAL_HELP: &str = "write lognormal = { median = \"6s\", p95 = \"20s\" }, or median with sigma, or mean with cv (standard deviation over mean)";
const BETA_HELP: &str = "write beta = { mean = 0.01, correlation = 0.001 }; correlation is that of two robots' failures";
const UNIFORM_HELP: &str = "`uniform` takes `min` and `max`";
const TRIANGULAR_HELP: &str = "`triangular` takes `min`, `mode` and `max`";
const EXPONENTIAL_HELP: &str = "`exponential` takes `mean`";

const CV: Takes = Takes::Number(0.01, 10.0);

const TOGETHER: Absent = Depends("two that go together");

pub const UNIFORM: Keys = Keys {
    name: "uniform",
    about: "Uniform from `min` to `max`",
    help: UNIFORM_HELP,
    keys: &[
        key("min", Takes::OfLaw, Required(UNIFORM_HELP), "The least"),
        key("max", Takes::OfLaw, Required(UNIFORM_HELP), "The most"),
    ],
};

pub const EXPONENTIAL: Keys = Keys {
    name: "exponential",
    about: "Exponential, by its mean",
    help: EXPONENTIAL_HELP,
    keys: &[key(
        "mean",
        Takes::OfLaw,
        Required(EXPONENTIAL_HELP),
        "The mean",
    )],
};

pub const LOGNORMAL: Keys = Keys {
    name: "lognormal",
    about: "Lognormal: `median` with `p95`, `median` with `sigma`, or `mean` with `cv`",
    help: LOGNORMAL_HELP,
    keys: &[
        key(
            "median",
            Takes::OfLaw,
            TOGETHER,
            "As many draws are below as above",
        ),
        key("p95", Takes::OfLaw, TOGETHER, "The 95 % quantile"),
        key(
            "sigma",
            Takes::Number(1e-6, 5.0),
            TOGETHER,
            "Standard deviation of the logarithm",
        ),
        key("mean", Takes::OfLaw, TOGETHER, "The mean"),
        key("cv", CV, TOGETHER, "Standard deviation over mean"),
    ],
};

pub const GAMMA: Keys = Keys {
    name: "gamma",
    about: "Gamma, by its mean and `cv`",
    help: GAMMA_HELP,
    keys: &[
        key("mean", Takes::OfLaw, Required(GAMMA_HELP), "The mean"),
        key(
            "cv",
            CV,
            Required(GAMMA_HELP),
            "Standard deviation over mean",
        ),
    ],
};

pub const WEIBULL: Keys = Keys {
    name: "weibull",
    about: "Weibull, by its scale and shape",
    help: WEIBULL_HELP,
    keys: &[
        key(
            "scale",
            Takes::OfLaw,
            Required(WEIBULL_HELP),
            "The 63 % quantile",
        ),
        key(
            "shape",
            Takes::Number(0.1, 100.0),
            Required(WEIBULL_HELP),
            "1 is exponential",
        ),
    ],
};

pub const TRIANGULAR: Keys = Keys {
    name: "triangular",
    about: "Triangular from `min` to `max`",
    help: TRIANGULAR_HELP,
    keys: &[
        key("min", Takes::OfLaw, Required(TRIANGULAR_HELP), "The least"),
        key(
            "mode",
            Takes::OfLaw,
            Required(TRIANGULAR_HELP),
            "The likeliest",
        ),
        key("max", Takes::OfLaw, Required(TRIANGULAR_HELP), "The most"),
    ],
};

pub const BETA: Keys = Keys {
    name: "beta",
    about: "Drawn once per replication from a beta law",
    help: BETA_HELP,
    keys: &[
        key(
            "mean",
            Takes::Number(1e-6, 0.999_999),
            Required(BETA_HELP),
            "Its mean",
        ),
        key(
            "correlation",
            Takes::Number(1e-4, 0.99),
            Required(BETA_HELP),
            "Of two robots' failures",
        ),
    ],
};

const FILE: Key = key(
    "file",
    Takes::Text,
    Required("the name of the file, as in file = \"rates.csv\""),
    "The file, relative to this one: fields separated by commas, semicolons or tabs, in UTF-8 or UTF-16",
);

const COLUMN: Key = key(
    "column",
    Takes::Text,
    Is("value"),
    "The column that counts; upper and lower case are the same",
);

const UNIT: Key = key(
    "unit",
    Takes::Text,
    Means("that of the column `unit`, or of each value"),
    "The unit of all values",
);

pub const SAMPLES: Keys = Keys {
    name: "samples",
    about: "A table of recorded values, each equally likely",
    help: "write samples = \"rates.csv\", or samples = { file = \"rates.csv\", column = \"download\", unit = \"Mbit/s\" }",
    keys: &[FILE, COLUMN, UNIT],
};

pub const QUANTILES: Keys = Keys {
    name: "quantiles",
    about: "A table of quantiles, linear between its rows",
    help: "write quantiles = \"rates.csv\", or quantiles = { file = \"rates.csv\", quantile = \"q\", column = \"download\", unit = \"Mbit/s\" }",
    keys: &[
        FILE,
        key(
            "quantile",
            Takes::Text,
            Is("quantile"),
            "The column of quantiles, from 0 to 1",
        ),
        COLUMN,
        UNIT,
    ],
};
