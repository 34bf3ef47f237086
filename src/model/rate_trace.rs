//! Rates recorded one after another.

use crate::model::Ms;

/// How fast a robot downloads from moment to moment, as a trace has it. It is played over and over.
#[derive(Clone, Debug, PartialEq)]
pub struct RateTrace {
    /// From when on after the beginning of the trace [ms], ascending from 0, and how fast [bit/s].
    rows: Vec<(Ms, f64)>,
    period: Ms,
}

impl RateTrace {
    /// A trace that lasts `period` [ms].
    ///
    /// # Panics
    /// If rows are not in order from 0 within the period, or no rate is above 0.
    pub fn new(rows: Vec<(Ms, f64)>, period: Ms) -> RateTrace {
        let begins = rows.first().is_some_and(|(from, _)| *from == 0);
        let ordered = rows.windows(2).all(|pair| pair[0].0 < pair[1].0);
        let within = rows.last().is_some_and(|(from, _)| *from < period);
        assert!(begins && ordered && within, "rows of a trace out of order");
        assert!(
            rows.iter().any(|(_, rate)| *rate > 0.0),
            "a trace without any rate"
        );
        RateTrace { rows, period }
    }

    /// From when on after the beginning [ms], and how fast [bit/s].
    pub fn rows(&self) -> &[(Ms, f64)] {
        &self.rows
    }

    /// How long it lasts [ms].
    pub fn period(&self) -> Ms {
        self.period
    }

    /// Row by row how fast [bit/s], and for how long [ms].
    pub fn lengths(&self) -> impl Iterator<Item = (f64, Ms)> {
        let ends = self.rows.iter().skip(1).map(|(from, _)| *from);
        let ends = ends.chain([self.period]);
        let rows = self.rows.iter().zip(ends);
        rows.map(|((from, rate), end)| (*rate, end - from))
    }

    /// The share of time at which nothing comes in.
    pub fn share_zero(&self) -> f64 {
        let still = self.lengths().filter(|(rate, _)| *rate == 0.0);
        still.map(|(_, length)| length).sum::<Ms>() as f64 / self.period as f64
    }

    /// The average rate [bit/s].
    ///
    /// ```
    /// use rollcast::model::RateTrace;
    ///
    /// let trace = RateTrace::new(vec![(0, 0.0), (1_000, 0.0), (2_000, 8.25e6)], 3_000);
    /// assert_eq!(trace.average(), 2.75e6);
    /// ```
    pub fn average(&self) -> f64 {
        let bits = self.lengths().map(|(rate, length)| rate * length as f64);
        bits.sum::<f64>() / self.period as f64
    }
}
