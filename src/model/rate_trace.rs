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

    /// The average rate [bit/s].
    ///
    /// ```
    /// use rollcast::model::RateTrace;
    ///
    /// let trace = RateTrace::new(vec![(0, 0.0), (1_000, 0.0), (2_000, 8.25e6)], 3_000);
    /// assert_eq!(trace.average(), 2.75e6);
    /// ```
    pub fn average(&self) -> f64 {
        let ends = self
            .rows
            .iter()
            .skip(1)
            .map(|(from, _)| *from)
            .chain([self.period]);
        let bits = self
            .rows
            .iter()
            .zip(ends)
            .map(|((from, rate), end)| rate * (end - from) as f64);
        bits.sum::<f64>() / self.period as f64
    }
}
