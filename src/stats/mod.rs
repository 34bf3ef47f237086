//! What replications say about a metric, and how sure one can be of it.
//!
//! Everything here is a pure function of numbers in index order: no random
//! numbers, no threads, no knowledge of rollouts. Sums run in index order and
//! transcendental functions come from [`crate::numeric::math`], so a result has
//! the same bits on every platform.
//!
//! Every estimate comes with an interval whose coverage is stated:
//!
//! | what | estimate | interval |
//! |---|---|---|
//! | mean of replications | [`MeanSample`] | the rule of [`mean`], by what the metric can be at all |
//! | proportion | successes / n | [`clopper_pearson`], never below its level |
//! | quantile, infinity allowed | [`quantile()`] | [`quantile_interval`], never below its level |
//! | ratio of two totals | [`ratio_of_totals`] | the rule for means, of [`linear_ratio`] |
//! | difference of any of them | [`Contrast`] | the same rules, with pairs and without |
//! | whether two samples are of one distribution | [`kolmogorov_smirnov()`] | exact p-value, approximate for large samples |
//! | number of failures in a fleet | exact tail, [`CountLaw`] | none needed |
//! | what a stop rule does, [`operating`] | exact | none needed |
//! | which of many settings has more | [`Sampled`] | the same rules as differences |
//!
//! A confidence level is a number strictly between 0 and 1, two-sided unless a
//! function says otherwise. A level, probability or count outside its range is
//! a bug of the caller and panics; too little data is not, and gives `None`.

mod atom;
mod beta_nodes;
mod binomial;
mod contrast;
mod count_law;
mod equivalence;
mod estimate;
mod interval;
mod kolmogorov;
pub mod mean;
mod moments;
mod multiple;
mod proportion;
mod quantile;
mod ratio;
mod sampled;
mod sequential;
mod unseen;

pub use atom::Atom;
pub use beta_nodes::{BetaNode, Point, beta_nodes, beta_nodes_between};
pub use binomial::{binomial_pmf, binomial_upper_tail};
pub use contrast::{
    Contrast, MeanContrast, MeanSide, ProportionContrast, QuantileContrast, RankTable, Told,
    fewest, is_beyond, least_error, order_statistics_n_min,
};
pub use count_law::CountLaw;
pub use equivalence::{Side, side};
pub use estimate::{Estimate, LEVEL};
pub use interval::Interval;
pub use kolmogorov::{KolmogorovSmirnov, kolmogorov_smirnov};
pub use mean::{MeanInterval, MeanSample, MeanTails, Support};
pub use moments::{Moments, student_t_factor, student_t_quantile};
pub use multiple::{benjamini_hochberg, holm};
pub use proportion::{clopper_pearson, clopper_pearson_lower, clopper_pearson_upper};
pub use quantile::{
    QuantileInterval, QuantileRanks, quantile, quantile_interval, quantile_interval_ranks,
    quantile_rank, sort_total,
};
pub use ratio::{linear_ratio, ratio_of_totals};
pub use sampled::Sampled;
pub use sequential::{checkpoints, is_relatively_precise};
pub use unseen::{Mostly, SPREAD_TELLS_FROM};
