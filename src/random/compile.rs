//! Compiles a law into the cells and pieces of a [`QuantileTable`](super::QuantileTable).
//!
//! Each tail is walked from its end to the median. A cell that lies in one smooth segment of the law and is followed closely enough
//! by one cubic becomes that cubic. Any other is split: at the ends of segments, then by halving until each piece is close enough.
//!
//! Monotone is more than smooth: neighbouring words must never give decreasing values, rounding included. So a cubic is only taken if
//! its slope stays clear of zero by more than the rounding of its terms; if not, a straight line is, and it is halved until accurate.

use super::law::Law;
use super::piece::{OCTAVES, PLACE_END, PLACE_MIN, Piece, cubic};
use super::segment::{Course, Segment, segments};
use super::shape::Shape;

/// Accuracy asked of a cubic, relative to the value.
const TOLERANCE: f64 = 1e-7;
/// Values below this part of the yardstick, mostly the mean, need only be accurate relative to it: quantiles of very skewed laws
/// fall to 1e-300 and below.
const FLOOR: f64 = 1e-6;
/// Where in a cubic's range its error is greatest if the fourth derivative is steady: between the outer pairs of its four points.
const CHECKED_AT: [f64; 2] = [0.125, 0.875];
/// The slope of a cubic, relative to the size of its coefficients, from which on rounding cannot make it decrease.
const SLOPE_MARGIN: f64 = 1.0 / 1024.0;
/// Pieces of a probability below 2⁻⁴⁰ are not halved further: they are drawn once in a trillion words.
const NARROWEST: f64 = (1_u64 << (53 - 40)) as f64;
/// 2⁵³: a place is a tail probability times this.
const PLACES: f64 = (1_u64 << 53) as f64;

const CELL_BITS_LEAST: u32 = 4;
const CELL_BITS_MOST: u32 = 8;
/// Cells are made smaller until fewer draws than this need a search.
const SPLIT_SHARE: f64 = 0.1;
/// Fifteen of sixteen draws fall into these.
const OCTAVES_PROBED: u64 = 4;
/// Laws of more segments than this, such as recorded values, search less in small cells.
const FEW_SEGMENTS: usize = 64;

pub(super) struct Compiled {
    pub cell_bits: u32,
    pub cells: Vec<[f64; 4]>,
    pub pieces: Vec<Piece>,
}

pub(super) fn compile(law: &Law) -> Compiled {
    let shape = law.shape();
    let segments = segments(shape);
    let tails = [Tail::lower(shape, &segments), Tail::upper(shape, &segments)];
    let mut compiled = Compiled {
        cell_bits: cell_bits(&segments, &tails),
        cells: Vec::new(),
        pieces: Vec::new(),
    };
    for tail in &tails {
        tail.compile(&mut compiled);
    }
    compiled
}

/// The smallest S that leaves few cells to be split for accuracy.
fn cell_bits(segments: &[Segment], tails: &[Tail<'_>; 2]) -> u32 {
    if let [
        Segment {
            course: Course::Atom(_) | Course::Line(..),
            ..
        },
    ] = segments
    {
        return 0;
    }
    if segments.len() > FEW_SEGMENTS {
        return CELL_BITS_MOST;
    }
    (CELL_BITS_LEAST..CELL_BITS_MOST)
        .find(|bits| {
            let shares = tails.iter().map(|tail| tail.inaccurate_share(*bits));
            shares.sum::<f64>() < SPLIT_SHARE
        })
        .unwrap_or(CELL_BITS_MOST)
}

/// One tail of a law, measured in places from its end to the median.
struct Tail<'a> {
    shape: &'a dyn Shape,
    floor: f64,
    is_upper: bool,
    spans: Vec<Span>,
}

/// The part of a segment that lies in one tail.
#[derive(Clone, Copy)]
struct Span {
    /// The place where it begins, and the first after it.
    start: f64,
    end: f64,
    segment: Segment,
}

/// A cubic over a range of places, its argument running from 0 to 1.
struct Fit {
    cubic: [f64; 4],
    last: f64,
    is_accurate: bool,
}

impl<'a> Tail<'a> {
    fn lower(shape: &'a dyn Shape, segments: &[Segment]) -> Self {
        let spans = segments.iter().map(|&segment| (segment.to.lower, segment));
        Self::new(shape, false, spans)
    }

    fn upper(shape: &'a dyn Shape, segments: &[Segment]) -> Self {
        let spans = segments
            .iter()
            .rev()
            .map(|&segment| (segment.from.upper, segment));
        Self::new(shape, true, spans)
    }

    fn new(
        shape: &'a dyn Shape,
        is_upper: bool,
        ends: impl Iterator<Item = (f64, Segment)>,
    ) -> Self {
        let mut start = 0.0;
        let mut spans: Vec<Span> = ends
            .map(|(end, segment)| {
                let end = (end * PLACES).min(PLACE_END);
                let span = Span {
                    start,
                    end,
                    segment,
                };
                start = end;
                span
            })
            .filter(|span| span.start < span.end)
            .collect();
        if let Some(span) = spans.last_mut() {
            // The segments of a law cover all of it; their levels may miss by a rounding error.
            span.end = PLACE_END;
        }
        Self {
            shape,
            floor: FLOOR * shape.yardstick(),
            is_upper,
            spans,
        }
    }

    fn compile(&self, compiled: &mut Compiled) {
        let mut reached = self.value(&self.spans[self.span_at(PLACE_MIN)], PLACE_MIN);
        for (start, end) in cells(compiled.cell_bits) {
            let first = self.span_at(start);
            if self.spans[first].end >= end {
                let fit = self.fit(&self.spans[first], start, end, reached);
                if fit.is_accurate || end - start <= NARROWEST {
                    compiled.cells.push(fit.cubic);
                    reached = fit.last;
                    continue;
                }
            }
            let pieces_before = compiled.pieces.len();
            for span in self.spans[first..]
                .iter()
                .take_while(|span| span.start < end)
            {
                reached = self.split(
                    span,
                    span.start.max(start),
                    span.end.min(end),
                    reached,
                    &mut compiled.pieces,
                );
            }
            compiled.cells.push([
                f64::NAN,
                pieces_before as f64,
                compiled.pieces.len() as f64,
                0.0,
            ]);
        }
    }

    /// Appends pieces for a range within one span; returns the value reached at its end.
    fn split(&self, span: &Span, start: f64, end: f64, entry: f64, pieces: &mut Vec<Piece>) -> f64 {
        let fit = self.fit(span, start, end, entry);
        if fit.is_accurate || end - start <= NARROWEST {
            pieces.push(Piece {
                end,
                start,
                scale: 1.0 / (end - start),
                cubic: fit.cubic,
                last: fit.last,
            });
            return fit.last;
        }
        let middle = start + 0.5 * (end - start);
        let reached = self.split(span, start, middle, entry, pieces);
        self.split(span, middle, end, reached, pieces)
    }

    /// Fits a cubic, or a line if that would not be monotone. `entry` is the value that the range before it ended with.
    fn fit(&self, span: &Span, start: f64, end: f64, entry: f64) -> Fit {
        if let Course::Atom(x) = span.segment.course {
            return Fit {
                cubic: [x, 0.0, 0.0, 0.0],
                last: x,
                is_accurate: true,
            };
        }
        let at = |t: f64| self.value(span, start + t * (end - start));
        // The range before ended with the value at this place, unless the law jumps here.
        let first = if start == span.start {
            self.onward(entry, at(0.0))
        } else {
            entry
        };
        let last = self.onward(first, self.value(span, end));
        let line = [first, last - first, 0.0, 0.0];
        if let Course::Line(..) = span.segment.course {
            return Fit {
                cubic: line,
                last,
                is_accurate: true,
            };
        }
        let through = through_thirds(first, at(1.0 / 3.0), at(2.0 / 3.0), last);
        let curve = if is_steadily_monotone(&through, self.is_upper) {
            through
        } else {
            line
        };
        let is_accurate = CHECKED_AT.iter().all(|&t| {
            let exact = at(t);
            (cubic(&curve, t) - exact).abs() <= TOLERANCE * exact.max(self.floor)
        });
        Fit {
            cubic: curve,
            last,
            is_accurate,
        }
    }

    /// `next`, unless rounding put it on the wrong side of the value before it.
    fn onward(&self, before: f64, next: f64) -> f64 {
        if self.is_upper {
            next.min(before)
        } else {
            next.max(before)
        }
    }

    /// The law's exact value at a place within a span or at its ends.
    fn value(&self, span: &Span, place: f64) -> f64 {
        let tail = place / PLACES;
        let Segment { from, to, course } = span.segment;
        match course {
            Course::Atom(x) => x,
            Course::Line(low, high) if self.is_upper => (high
                - (high - low) * ((tail - to.upper) / (from.upper - to.upper)))
                .clamp(low, high),
            Course::Line(low, high) => (low
                + (high - low) * ((tail - from.lower) / (to.lower - from.lower)))
                .clamp(low, high),
            // Both tails end with the median, and must end with the same one.
            Course::Curve(low, high) if self.is_upper && place < PLACE_END => {
                self.shape.quantile_upper(tail).clamp(low, high)
            }
            Course::Curve(low, high) => self.shape.quantile(tail).clamp(low, high),
        }
    }

    fn span_at(&self, place: f64) -> usize {
        self.spans.partition_point(|span| span.end <= place)
    }

    /// The share of draws that fall into cells that one cubic does not follow closely, among the octaves where most draws fall.
    fn inaccurate_share(&self, cell_bits: u32) -> f64 {
        let skipped = (OCTAVES - OCTAVES_PROBED) << cell_bits;
        cells(cell_bits)
            .skip(skipped as usize)
            .filter(|&(start, end)| {
                let span = &self.spans[self.span_at(start)];
                span.end >= end
                    && !self
                        .fit(span, start, end, self.value(span, start))
                        .is_accurate
            })
            .map(|(start, end)| (end - start) / PLACES)
            .sum()
    }
}

/// The cells of a tail, each from its first place to the first of the next.
fn cells(cell_bits: u32) -> impl Iterator<Item = (f64, f64)> {
    let per_octave = 1_u64 << cell_bits;
    (0..OCTAVES * per_octave).map(move |index| {
        let octave = PLACE_MIN * (1_u64 << (index / per_octave)) as f64;
        [index % per_octave, index % per_octave + 1]
            .map(|cell| octave + octave * cell as f64 / per_octave as f64)
            .into()
    })
}

/// The cubic with these values at 0, 1/3, 2/3 and 1, from differences so that its error is relative to its range.
fn through_thirds(first: f64, second: f64, third: f64, last: f64) -> [f64; 4] {
    let (a, b, c) = (second - first, third - first, last - first);
    [
        first,
        9.0 * a - 4.5 * b + c,
        -22.5 * a + 18.0 * b - 4.5 * c,
        13.5 * a - 13.5 * b + 4.5 * c,
    ]
}

/// Whether the slope of the cubic keeps its sign on [0, 1], by a margin.
fn is_steadily_monotone(cubic: &[f64; 4], is_falling: bool) -> bool {
    let sign = if is_falling { -1.0 } else { 1.0 };
    let [c1, c2, c3] = [sign * cubic[1], sign * cubic[2], sign * cubic[3]];
    let slope = |t: f64| c1 + t * (2.0 * c2 + t * 3.0 * c3);
    let turning = -c2 / (3.0 * c3);
    let least = slope(0.0)
        .min(slope(1.0))
        .min(if turning > 0.0 && turning < 1.0 {
            slope(turning)
        } else {
            f64::INFINITY
        });
    least > SLOPE_MARGIN * (c1.abs() + c2.abs() + c3.abs())
}
