//! The numerics that everything else stands on, the same bits on every platform.
//!
//! [`math`] has the only `exp`, `ln` and their relatives; [`incomplete`] and [`beta`] the incomplete gamma and beta functions.

pub(crate) mod beta;
pub(crate) mod incomplete;
pub mod math;
pub(crate) mod solve;
