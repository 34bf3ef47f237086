//! Iso-lines of a field on a grid: where it passes a level, straight between neighbouring nodes (marching squares).

use std::collections::{BTreeMap, BTreeSet};

use super::canvas::Rect;
use super::labels::length_inside;

/// A point on the sheet [display pixels].
pub(super) type Point = (f64, f64);

/// A field known at the nodes of a grid.
pub(super) struct Field {
    /// Places of the columns and rows [display pixels].
    pub xs: Vec<f64>,
    pub ys: Vec<f64>,
    /// `values[row][column]`; no line passes a square with a corner that has none.
    pub values: Vec<Vec<Option<f64>>>,
}

/// A line along which the field has one value. What is higher lies on its left, seen on a sheet whose y grows upwards in rows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct IsoLine {
    pub points: Vec<Point>,
    pub closed: bool,
}

/// The side of a square between two nodes: the lower or left one as row and column, and whether it leads to the next row.
type Side = (usize, usize, bool);

impl Field {
    /// The lines at `level`; a node at the level counts as above it.
    pub(super) fn lines(&self, level: f64) -> Vec<IsoLine> {
        let mut next: BTreeMap<Side, Side> = BTreeMap::new();
        for row in 0..self.ys.len().saturating_sub(1) {
            for column in 0..self.xs.len().saturating_sub(1) {
                for (from, to) in self.passages(row, column, level).into_iter().flatten() {
                    next.insert(from, to);
                }
            }
        }
        let ends: BTreeSet<Side> = next.values().copied().collect();
        let mut begins: Vec<Side> = next.keys().copied().collect();
        begins.retain(|side| !ends.contains(side));
        let mut lines = Vec::new();
        for begin in begins {
            lines.push(self.followed(&mut next, begin, level));
        }
        while let Some((&begin, _)) = next.first_key_value() {
            lines.push(self.followed(&mut next, begin, level));
        }
        lines
    }

    fn followed(&self, next: &mut BTreeMap<Side, Side>, begin: Side, level: f64) -> IsoLine {
        let mut points = vec![self.crossing(begin, level)];
        let mut at = begin;
        while let Some(side) = next.remove(&at) {
            points.push(self.crossing(side, level));
            at = side;
        }
        IsoLine {
            closed: at == begin && points.len() > 2,
            points,
        }
    }

    /// How lines pass the square whose lower left node this is: from side to side, the higher nodes on their left.
    fn passages(&self, row: usize, column: usize, level: f64) -> [Option<(Side, Side)>; 2] {
        let (below, above) = (&self.values[row], &self.values[row + 1]);
        let corners = (
            below[column],
            below[column + 1],
            above[column + 1],
            above[column],
        );
        let (Some(a), Some(b), Some(c), Some(d)) = corners else {
            return [None; 2];
        };
        let (bottom, right, top, left) = (
            (row, column, false),
            (row, column + 1, true),
            (row + 1, column, false),
            (row, column, true),
        );
        let middle = (a + b + c + d) / 4.0 >= level;
        match [a, b, c, d].map(|value| value >= level) {
            [false, false, false, false] | [true, true, true, true] => [None; 2],
            [true, false, false, false] => [Some((bottom, left)), None],
            [false, true, false, false] => [Some((right, bottom)), None],
            [false, false, true, false] => [Some((top, right)), None],
            [false, false, false, true] => [Some((left, top)), None],
            [true, true, false, false] => [Some((right, left)), None],
            [false, true, true, false] => [Some((top, bottom)), None],
            [false, false, true, true] => [Some((left, right)), None],
            [true, false, false, true] => [Some((bottom, top)), None],
            [false, true, true, true] => [Some((left, bottom)), None],
            [true, false, true, true] => [Some((bottom, right)), None],
            [true, true, false, true] => [Some((right, top)), None],
            [true, true, true, false] => [Some((top, left)), None],
            [true, false, true, false] if middle => [Some((bottom, right)), Some((top, left))],
            [true, false, true, false] => [Some((bottom, left)), Some((top, right))],
            [false, true, false, true] if middle => [Some((left, bottom)), Some((right, top))],
            [false, true, false, true] => [Some((right, bottom)), Some((left, top))],
        }
    }

    /// Where the level lies on a side that has it.
    fn crossing(&self, (row, column, upright): Side, level: f64) -> Point {
        let (to_row, to_column) = match upright {
            true => (row + 1, column),
            false => (row, column + 1),
        };
        let [from, to] = [(row, column), (to_row, to_column)]
            .map(|(row, column)| self.values[row][column].unwrap_or(level));
        let share = match from == to {
            true => 0.5,
            false => ((level - from) / (to - from)).clamp(0.0, 1.0),
        };
        let (x, y) = (self.xs[column], self.ys[row]);
        let (to_x, to_y) = (self.xs[to_column], self.ys[to_row]);
        (x + share * (to_x - x), y + share * (to_y - y))
    }

    /// The same field with a rim of no width around it on which it is below every level: all its lines are closed.
    pub(super) fn rimmed(&self, below: f64) -> Field {
        let around = |places: &[f64]| {
            let (first, last) = (places.first(), places.last());
            let all = first.into_iter().chain(places).chain(last);
            all.copied().collect()
        };
        let mut values = vec![vec![Some(below); self.xs.len() + 2]; self.ys.len() + 2];
        for (row, inner) in values[1..].iter_mut().zip(&self.values) {
            row[1..=inner.len()].copy_from_slice(inner);
        }
        Field {
            xs: around(&self.xs),
            ys: around(&self.ys),
            values,
        }
    }

    /// The same field with values everywhere: a node without one has that of the nearest that has. `None` if none has.
    pub(super) fn filled(&self) -> Option<Field> {
        let mut values = self.values.clone();
        values.iter().flatten().flatten().next()?;
        while values.iter().flatten().any(Option::is_none) {
            let known = values.clone();
            for (row, all) in values.iter_mut().enumerate() {
                for (column, value) in all.iter_mut().enumerate() {
                    let (below, before) = (row.wrapping_sub(1), column.wrapping_sub(1));
                    let beside = [
                        (row, before),
                        (row, column + 1),
                        (below, column),
                        (row + 1, column),
                    ];
                    let mut beside = beside
                        .into_iter()
                        .filter_map(|(row, column)| *known.get(row)?.get(column)?);
                    *value = value.or_else(|| beside.next());
                }
            }
        }
        Some(Field {
            xs: self.xs.clone(),
            ys: self.ys.clone(),
            values,
        })
    }
}

impl IsoLine {
    /// The area that a closed line encloses [square pixels]; positive if what it encloses is above its level.
    pub(super) fn area(&self, field: &Field) -> f64 {
        let twice: f64 = self
            .points
            .windows(2)
            .map(|ends| ends[0].0 * ends[1].1 - ends[1].0 * ends[0].1)
            .sum();
        let upwards = match (field.ys.first(), field.ys.last()) {
            (Some(first), Some(last)) if last < first => -1.0,
            _ => 1.0,
        };
        upwards * twice / 2.0
    }

    /// Its length [pixels].
    pub(super) fn length(&self) -> f64 {
        self.points
            .windows(2)
            .map(|ends| distance(ends[0], ends[1]))
            .sum()
    }

    /// Whether it passes through a rectangle.
    pub(super) fn passes(&self, rect: &Rect) -> bool {
        self.points
            .windows(2)
            .any(|ends| length_inside(ends[0], ends[1], rect) > 0.0)
    }

    /// The point at a share of its length.
    pub(super) fn at(&self, share: f64) -> Point {
        let mut left = share * self.length();
        for ends in self.points.windows(2) {
            let length = distance(ends[0], ends[1]);
            if left <= length && length > 0.0 {
                let t = left / length;
                return (
                    ends[0].0 + t * (ends[1].0 - ends[0].0),
                    ends[0].1 + t * (ends[1].1 - ends[0].1),
                );
            }
            left -= length;
        }
        self.points[self.points.len() - 1]
    }
}

fn distance(a: Point, b: Point) -> f64 {
    let (dx, dy) = (a.0 - b.0, a.1 - b.1);
    (dx * dx + dy * dy).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(n: usize, value: impl Fn(f64, f64) -> Option<f64>) -> Field {
        let places: Vec<f64> = (0..n).map(|i| i as f64).collect();
        let values = places
            .iter()
            .map(|y| places.iter().map(|x| value(*x, *y)).collect())
            .collect();
        Field {
            xs: places.clone(),
            ys: places,
            values,
        }
    }

    #[test]
    fn a_plane_has_straight_lines_and_a_hill_round_ones() {
        let plane = field(11, |x, _| Some(x));
        let lines = plane.lines(3.25);
        assert_eq!(lines.len(), 1);
        assert!(
            !lines[0].closed
                && lines[0].points.len() == 11
                && lines[0].points.iter().all(|p| p.0 == 3.25)
        );
        assert!((lines[0].length() - 10.0).abs() < 1e-12);

        let hill = field(41, |x, y| {
            Some(-((x - 20.0) * (x - 20.0) + (y - 20.0) * (y - 20.0)))
        });
        let lines = hill.lines(-100.0);
        assert_eq!(lines.len(), 1);
        let area = lines[0].area(&hill);
        assert!(lines[0].closed && (area - 314.16).abs() < 4.0, "{area}");
        let crater = field(41, |x, y| {
            Some((x - 20.0) * (x - 20.0) + (y - 20.0) * (y - 20.0))
        });
        assert!(
            (crater.lines(100.0)[0].area(&crater) + 314.16).abs() < 4.0,
            "the inside is below"
        );
    }

    #[test]
    fn lines_end_where_values_do_and_within_a_rim_all_are_closed() {
        let holed = field(11, |x, y| (x + y > 4.0).then_some(x));
        assert!(
            holed
                .lines(2.5)
                .iter()
                .all(|line| !line.closed && line.points.iter().all(|p| p.1 >= 2.0))
        );
        let filled = holed.filled().expect("some nodes have values");
        assert_eq!(filled.values[0][4], Some(5.0), "from the nearest");
        let loops = filled.rimmed(-1.0).lines(7.0);
        assert!(loops.iter().all(|line| line.closed));
        let area: f64 = loops.iter().map(|line| line.area(&filled)).sum();
        assert!((area - 30.0).abs() < 1e-9, "{area}");
        assert!(field(3, |_, _| None).filled().is_none());
    }

    #[test]
    fn saddles_and_plateaus_lose_no_line() {
        for n in 2..7 {
            for pattern in 0..512u32 {
                let noise = field(n, |x, y| {
                    Some(f64::from(
                        pattern >> ((x as u32 * 3 + y as u32 * 5) % 9) & 1,
                    ))
                });
                let loops = noise.rimmed(-1.0).lines(0.5);
                assert!(loops.iter().all(|line| line.closed), "{n} {pattern}");
            }
        }
    }
}
