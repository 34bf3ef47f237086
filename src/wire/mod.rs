//! The notations of others, in and out.

pub mod robomaker;
