//! What replications say about a metric, and how sure one can be of it.
//!
//! Everything here is a pure function of numbers in index order: no random
//! numbers, no threads, no knowledge of rollouts. Sums run in index order and
//! transcendental functions come from [`crate::random::math`], so a result has
//! the same bits on every platform.
//!
//! Every estimate comes with an interval whose coverage is stated:
//!
//! | what | estimate | interval |
//! |---|---|---|
//! | mean of replications | [`Moments`] | Student t, approximate |
//! | mean of a law that nearly always gives one value | [`Atom`] | by its range, or approximate |
//! | proportion, shown | successes / n | [`wilson`], on average right |
//! | proportion, claimed | successes / n | [`clopper_pearson`], never below its level |
//! | quantile, infinity allowed | [`quantile()`] | [`quantile_interval`], never below its level |
//! | ratio of two totals | [`Ratio`] | delta method, approximate |
//! | difference of means, pairs | [`paired_means`] | Student t, approximate |
//! | difference of means, no pairs | [`welch_means`] | Welch, approximate |
//! | difference of ratios, pairs | [`paired_ratios`] | delta method, approximate |
//! | difference of quantiles, pairs | [`paired_quantiles`] | sectioning, approximate |
//! | difference of proportions, pairs | [`paired_proportions`] | Tango's score, on average right |
//! | differences without common luck | [`welch_means`], [`independent_ratios`], [`independent_quantiles`] | approximate |
//! | difference of proportions, without | [`independent_proportions`] | Newcombe's, on average right |
//! | whether two samples are of one distribution | [`kolmogorov_smirnov()`] | exact p-value, approximate for large samples |
//! | number of failures in a fleet | exact tail, [`CountLaw`] | none needed |
//! | what a stop rule does, [`operating`] | exact | none needed |
//! | two settings on the same luck | [`paired_p`] over [`sections`] | approximate |
//!
//! A confidence level is a number strictly between 0 and 1, two-sided unless a
//! function says otherwise. A level, probability or count outside its range is
//! a bug of the caller and panics; too little data is not, and gives `None`.

mod atom;
mod beta;
mod beta_nodes;
mod binomial;
mod count_law;
mod difference;
mod discordance;
mod equivalence;
mod independent;
mod interval;
mod kolmogorov;
mod moments;
mod multiple;
mod proportion;
mod quantile;
mod ratio;
mod recursion;
mod sectioning;
mod sequential;
mod sprt;
mod student;

pub use atom::{Atom, mean_interval_in, ratio_interval_in};
pub use beta_nodes::{BetaNode, Point, beta_nodes, beta_nodes_between};
pub use binomial::{binomial_pmf, binomial_upper_tail, poisson_binomial_upper_tail};
pub use count_law::CountLaw;
pub use difference::{
    Difference, QuantileDifference, paired_means, paired_quantiles, paired_quantiles_n_min, paired_ratios, welch_means,
};
pub use discordance::{concordant_pairs_n_min, paired_proportions};
pub use equivalence::{Side, n_to_decide, side};
pub use independent::{independent_proportions, independent_quantiles, independent_ratios, least_error};
pub use interval::Interval;
pub use kolmogorov::{KolmogorovSmirnov, kolmogorov_smirnov};
pub use moments::{Moments, student_t_factor, student_t_quantile};
pub use multiple::{benjamini_hochberg, holm};
pub use proportion::{clopper_pearson, clopper_pearson_lower, clopper_pearson_upper, wilson};
pub use quantile::{
    QuantileInterval, QuantileRanks, quantile, quantile_interval, quantile_interval_ranks, quantile_rank, sort_total,
};
pub use ratio::Ratio;
pub use recursion::{Operating, operating};
pub use sectioning::{paired_p, sections};
pub use sequential::{checkpoints, is_relatively_precise};
pub use sprt::OptimumLine;
pub use student::student_t_two_sided;
