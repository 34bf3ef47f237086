//! Bounds of limits, and which side of them is allowed.

/// Which side of its bound a limit allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    AtMost,
    AtLeast,
}

impl Op {
    pub const ALL: [Op; 2] = [Op::AtMost, Op::AtLeast];

    pub fn sign(self) -> &'static str {
        match self {
            Op::AtMost => "<=",
            Op::AtLeast => ">=",
        }
    }

    /// Whether it allows a value beside a bound.
    pub fn allows(self, value: f64, bound: f64) -> bool {
        match self {
            Op::AtMost => value <= bound,
            Op::AtLeast => value >= bound,
        }
    }
}

/// The bound of a limit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bound {
    /// In the unit of the metric.
    Number(f64),
    /// Of the robots in the fleet.
    ShareOfFleet(f64),
}

impl Bound {
    /// In the unit of the metric, in a fleet of `n` robots.
    pub fn of(self, n: u32) -> f64 {
        match self {
            Bound::Number(number) => number,
            Bound::ShareOfFleet(share) => share * f64::from(n),
        }
    }
}
