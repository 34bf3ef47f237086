//! Where labels go that stand near the data: names at the ends of lines, notes at reference marks.

use super::canvas::Rect;

/// Moves `wanted` positions as little as needed to be `gap` apart and within `lo..=hi`; keeps their order.
///
/// Returns the positions in the order given, or `None` when there is no room.
pub(super) fn spread(wanted: &[f64], gap: f64, lo: f64, hi: f64) -> Option<Vec<f64>> {
    if gap * (wanted.len() as f64 - 1.0) > hi - lo {
        return None;
    }
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]));
    let mut places = wanted.to_vec();
    let mut least = lo;
    for &i in &order {
        places[i] = places[i].max(least);
        least = places[i] + gap;
    }
    let mut most = hi;
    for &i in order.iter().rev() {
        places[i] = places[i].min(most);
        most = places[i] - gap;
    }
    Some(places)
}

/// The candidate that hides least of the `lines` and avoids what is `taken`; the first of equals.
pub(super) fn clearest(
    candidates: &[Rect],
    lines: &[Vec<(f64, f64)>],
    taken: &[Rect],
) -> Option<Rect> {
    let costs = candidates.iter().map(|rect| {
        let segments = lines.iter().flat_map(|line| line.windows(2));
        let hidden: f64 = segments
            .map(|ends| length_inside(ends[0], ends[1], rect))
            .sum();
        hidden + 1000.0 * taken.iter().filter(|t| t.overlaps(rect)).count() as f64
    });
    let costs: Vec<f64> = costs.collect();
    let least = costs.iter().copied().fold(f64::INFINITY, f64::min);
    let best = costs.iter().position(|&cost| cost == least);
    best.map(|i| candidates[i])
}

/// Length of the part of a segment that lies in `rect` (Liang and Barsky's clipping).
pub(super) fn length_inside(from: (f64, f64), to: (f64, f64), rect: &Rect) -> f64 {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    let edges = [
        (-dx, from.0 - rect.x0),
        (dx, rect.x1 - from.0),
        (-dy, from.1 - rect.y0),
        (dy, rect.y1 - from.1),
    ];
    for (towards, distance) in edges {
        if towards == 0.0 {
            if distance < 0.0 {
                return 0.0;
            }
        } else if towards < 0.0 {
            enter = enter.max(distance / towards);
        } else {
            leave = leave.min(distance / towards);
        }
    }
    (leave - enter).max(0.0) * (dx * dx + dy * dy).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_labels_stay_apart_in_order_and_inside() {
        let places = spread(&[100.0, 10.0, 12.0, 98.0], 15.0, 0.0, 100.0).unwrap();
        assert_eq!(places, [100.0, 10.0, 25.0, 85.0]);
        assert_eq!(spread(&[0.0; 8], 15.0, 0.0, 100.0), None);
    }

    #[test]
    fn a_label_goes_where_no_line_is() {
        let boxes = [
            Rect::new(0.0, 0.0, 10.0, 10.0),
            Rect::new(20.0, 0.0, 30.0, 10.0),
            Rect::new(40.0, 0.0, 50.0, 10.0),
        ];
        let lines = [vec![(0.0, 5.0), (12.0, 5.0)]];
        assert_eq!(
            clearest(&boxes, &lines, &[Rect::new(19.0, 0.0, 25.0, 5.0)]),
            Some(boxes[2])
        );
    }
}
