//! Laws that come from tables.

use crate::key::Absent::{Is, Means, Required};
use crate::key::{Key, Keys, Takes, key};

const FILE: Key = key(
    "file",
    Takes::Text,
    Required("the name of the file, as in file = \"rates.csv\""),
    "The file, relative to this one: fields parted by commas, semicolons or tabs, in UTF-8 or UTF-16",
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
