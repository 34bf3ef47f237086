//! What can be wrong with a law's parameters. Where it stands in a file, and in which unit, is the caller's to add.

use std::fmt;

/// Why a law was refused.
#[derive(Clone, Debug, PartialEq)]
pub enum LawError {
    /// A parameter lies outside what the law allows.
    Parameter {
        law: &'static str,
        parameter: &'static str,
        value: f64,
        allowed: Allowed,
    },
    /// Two parameters are in the wrong order.
    Order {
        law: &'static str,
        lesser: (&'static str, f64),
        greater: (&'static str, f64),
        may_be_equal: bool,
    },
    /// An entry of a list lies outside what the law allows. `index` counts from 0.
    Entry {
        law: &'static str,
        index: usize,
        parameter: &'static str,
        value: f64,
        allowed: Allowed,
    },
    /// An entry of a list is not in order with the one before it. `index` counts from 0.
    EntryOrder {
        law: &'static str,
        index: usize,
        parameter: &'static str,
        before: f64,
        value: f64,
        may_be_equal: bool,
    },
    /// A list has too few entries.
    TooFew {
        law: &'static str,
        entries: &'static str,
        found: usize,
        least: usize,
    },
    /// The weights of a mixture do not sum to 1.
    Weights { sum: f64 },
    /// A residual was asked of a law that has none, since its mean is zero.
    NoResidual,
    /// A residual was asked of a law that is the residual of another.
    SecondResidual,
}

/// The interval a parameter may lie in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Allowed {
    /// Both ends belong to it.
    Closed(f64, f64),
    /// Neither end belongs to it.
    Open(f64, f64),
}

impl Allowed {
    /// Whether `x` lies in the interval; never for NaN.
    pub(super) fn contains(self, x: f64) -> bool {
        match self {
            Allowed::Closed(low, high) => low <= x && x <= high,
            Allowed::Open(low, high) => low < x && x < high,
        }
    }
}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Allowed::Closed(low, high) => {
                write!(f, "must be from {} to {}", Short(*low), Short(*high))
            }
            Allowed::Open(low, high) => write!(
                f,
                "must be above {} and below {}",
                Short(*low),
                Short(*high)
            ),
        }
    }
}

impl fmt::Display for LawError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LawError::Parameter {
                law,
                parameter,
                value,
                allowed,
            } => {
                write!(f, "{law}: {parameter} is {} but {allowed}", Short(*value))
            }
            LawError::Order {
                law,
                lesser,
                greater,
                may_be_equal,
            } => {
                let relation = if *may_be_equal {
                    "must not exceed"
                } else {
                    "must be less than"
                };
                let ((a, x), (b, y)) = (lesser, greater);
                write!(
                    f,
                    "{law}: {a} ({}) {relation} {b} ({})",
                    Short(*x),
                    Short(*y)
                )
            }
            LawError::Entry {
                law,
                index,
                parameter,
                value,
                allowed,
            } => {
                write!(
                    f,
                    "{law}: {parameter} of entry {} is {} but {allowed}",
                    index + 1,
                    Short(*value)
                )
            }
            LawError::EntryOrder {
                law,
                index,
                parameter,
                before,
                value,
                may_be_equal,
            } => {
                let relation = if *may_be_equal {
                    "must not be less than"
                } else {
                    "must be greater than"
                };
                let entry = index + 1;
                write!(
                    f,
                    "{law}: {parameter} of entry {entry} ({}) {relation} the one before it ({})",
                    Short(*value),
                    Short(*before)
                )
            }
            LawError::TooFew {
                law,
                entries,
                found,
                least,
            } => {
                write!(
                    f,
                    "{law}: {found} {entries} given but at least {least} needed"
                )
            }
            LawError::Weights { sum } => {
                write!(f, "mixture: the weights sum to {sum} but must sum to 1")
            }
            LawError::NoResidual => write!(f, "residual: the mean is 0 but must be positive"),
            LawError::SecondResidual => write!(
                f,
                "residual: the law is the residual of another, of which none can be taken"
            ),
        }
    }
}

impl std::error::Error for LawError {}

/// A number as one would write it: `1e100`, not a hundred zeros.
struct Short(f64);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.abs();
        if size == 0.0 || (1e-4..1e15).contains(&size) || !size.is_finite() {
            write!(f, "{}", self.0)
        } else {
            write!(f, "{:e}", self.0)
        }
    }
}
