//! Draws a map once its layout is known.

use super::canvas::{self, Canvas, Rect};
use super::colour::{self, AXIS, Colour, HATCH, INK, MISSING, WHITE};
use super::contour::{ContourMap, ContourPanel, Surface};
use super::contour_layout::Layout;
use super::contour_overlay;
use super::frame::{MIDDLE, PANEL_FONT, SIZE, TICK_FONT, colour_bar, x_axis, x_label, y_label};
use super::iso::{Field, IsoLine};
use super::legend::ring;
use super::picture::Picture;
use super::text::{self, Anchor, Font, Weight};
use super::ticks;

/// Shades of the map: finer steps look no smoother.
const BANDS: u32 = 64;
/// Islands smaller than this are noise [square pixels].
const ISLAND: f64 = 3.0;
/// Lines shorter than this have no label [pixels].
const LABELLED: f64 = 70.0;
/// Between the lines of a hatch, along either axis [pixels].
const HATCHING: f64 = 7.0;
/// Lines shorter than this are left out [pixels].
const SHORTEST: f64 = 12.0;
const LINE_FONT: f64 = SIZE - 2.0;
/// Iso-lines at most, where their values are chosen here.
const LINES_MAX: usize = 9;

impl ContourMap {
    /// The chart as an SVG document.
    pub fn svg(&self) -> String {
        self.picture().svg("")
    }

    /// The drawn chart.
    pub fn picture(&self) -> Picture {
        if self.panels.is_empty() || self.x.at.len() < 2 || self.y.at.len() < 2 {
            return self.heading.nothing_to_show();
        }
        paint(self, &Layout::new(self))
    }
}

fn paint(map: &ContourMap, layout: &Layout) -> Picture {
    canvas::draw(
        super::frame::WIDTH,
        layout.height,
        &map.heading.title,
        |canvas| {
            map.heading.paint(canvas);
            let shown = map.values().next().is_some();
            let ticks = if shown {
                layout.bar_ticks.as_slice()
            } else {
                &[]
            };
            colour_bar(
                canvas,
                &map.value,
                layout.value,
                (layout.bar, layout.bar_label_baseline),
                ticks,
                shown,
            );
            layout.legend.paint(canvas, layout.bar.y0 - 3.0);
            y_label(canvas, &map.y.label, layout.y_label_baseline);
            for (i, panel) in map.panels.iter().enumerate() {
                paint_panel(
                    canvas,
                    map,
                    layout,
                    panel,
                    layout.plots[i],
                    i % layout.panel_columns == 0,
                );
            }
            let (first, last) = (
                layout.plots[0],
                layout.plots[layout.panel_columns.min(layout.plots.len()) - 1],
            );
            x_label(
                canvas,
                &map.x.label,
                ((first.x0 + last.x1) / 2.0, layout.x_label_baseline),
            );
        },
    )
}

fn paint_panel(
    canvas: &mut Canvas,
    map: &ContourMap,
    layout: &Layout,
    panel: &ContourPanel,
    plot: Rect,
    first: bool,
) {
    let title = text::shorten(&panel.title, PANEL_FONT.size, Weight::Bold, plot.width());
    canvas.text(&title, (plot.x0, plot.y0 - 8.0), Anchor::Start, PANEL_FONT);
    let field = field(map, layout, panel, plot);
    match map.surface {
        Surface::Smooth => paint_shades(canvas, &field, plot),
        Surface::Cells => contour_overlay::paint_cells(canvas, &field, plot),
    }
    let missing = Gaps::new(&field, plot, map.missing_in(panel));
    let absent = Gaps::new(&field, plot, map.absent_in(panel));
    missing.paint(canvas, MISSING);
    missing.hatch(canvas);
    absent.paint(canvas, WHITE);
    contour_overlay::paint(canvas, panel, &field, plot);
    let mut taken: Vec<Rect> = Vec::new();
    let mark = panel
        .mark
        .as_ref()
        .map(|(x, y, label)| (layout.place(plot, *x, *y), label));
    let mark = mark.filter(|((x, y), _)| plot.grown(0.5).overlaps(&Rect::new(*x, *y, *x, *y)));
    if let Some((at, label)) = &mark {
        taken.push(Rect::new(at.0, at.1, at.0, at.1).grown(12.0));
        taken.push(beside(*at, label, plot));
    }
    if map.surface == Surface::Smooth {
        paint_lines(canvas, map, layout, &field, plot, &mut taken);
    }
    missing.label(canvas, &map.missing, MISSING, &taken);
    absent.label(canvas, &map.absent, WHITE, &taken);
    if let Some((x, y, _)) = &panel.overlay.frame {
        contour_overlay::paint_other(canvas, layout.place(plot, *x, *y));
    }
    if let Some((at, label)) = mark {
        ring(canvas, at);
        let place = beside(at, label, plot);
        canvas.fill_translucent(place, WHITE, 0.85);
        let font = Font {
            size: LINE_FONT,
            weight: Weight::Bold,
            colour: INK,
        };
        canvas.text(
            label,
            (place.x0 + 4.0, place.y1 - 0.33 * LINE_FONT),
            Anchor::Start,
            font,
        );
    }
    canvas.outline(plot, AXIS, 1.0);
    let ticks = map
        .x
        .ticks
        .iter()
        .map(|(at, lines)| (layout.place(plot, *at, map.y.at[0]).0, lines.clone()));
    x_axis(canvas, plot, &ticks.collect::<Vec<_>>(), false, true);
    for (at, lines) in &map.y.ticks {
        let y = layout.place(plot, map.x.at[0], *at).1;
        canvas.line(&[(plot.x0 - 5.0, y), (plot.x0, y)], AXIS, 1.0);
        for (i, line) in lines.iter().enumerate().filter(|_| first) {
            let y = y + MIDDLE * SIZE + (i as f64 - (lines.len() - 1) as f64 / 2.0) * 1.1 * SIZE;
            canvas.text(line, (plot.x0 - 8.0, y), Anchor::End, TICK_FONT);
        }
    }
}

/// The field on the sheet, in positions along the axis of values.
fn field(map: &ContourMap, layout: &Layout, panel: &ContourPanel, plot: Rect) -> Field {
    let (x, y) = (&map.x.at, &map.y.at);
    let value = |row: usize, column: usize| {
        map.value_at(panel, row, column)
            .map(|value| layout.value.position(value))
    };
    Field {
        xs: x.iter().map(|at| layout.place(plot, *at, y[0]).0).collect(),
        ys: y.iter().map(|at| layout.place(plot, x[0], *at).1).collect(),
        values: (0..y.len())
            .map(|row| (0..x.len()).map(|column| value(row, column)).collect())
            .collect(),
    }
}

/// Bands of colour. Each line between two bands is painted over those around it, so a hole in a band needs no other treatment.
fn paint_shades(canvas: &mut Canvas, field: &Field, plot: Rect) {
    let Some(field) = field.filled() else { return };
    let shade = |band: u32| colour::heat((f64::from(band) + 0.5) / f64::from(BANDS));
    let rimmed = field.rimmed(-1.0);
    canvas.fill(plot, shade(0));
    let mut loops: Vec<(f64, u32, IsoLine)> = Vec::new();
    for band in 1..BANDS {
        for line in rimmed.lines(f64::from(band) / f64::from(BANDS)) {
            let area = line.area(&rimmed);
            let inside = if area > 0.0 { band } else { band - 1 };
            loops.push((area.abs(), inside, line));
        }
    }
    loops.retain(|(area, _, _)| *area >= ISLAND);
    // Stable: of lines around the same area the higher band comes later.
    loops.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (_, band, line) in loops {
        canvas.area(&line.points, shade(band), 1.0);
    }
}

fn paint_lines(
    canvas: &mut Canvas,
    map: &ContourMap,
    layout: &Layout,
    field: &Field,
    plot: Rect,
    taken: &mut Vec<Rect>,
) {
    let levels: Vec<(f64, String)> = match map.levels.as_slice() {
        [] => {
            let ticks = ticks::inside(layout.value, map.value.quantity, LINES_MAX);
            ticks
                .into_iter()
                .map(|tick| (tick.value, tick.label))
                .collect()
        }
        levels => levels
            .iter()
            .map(|level| (*level, map.value.quantity.value(*level)))
            .collect(),
    };
    let drawn: Vec<(f64, String, Vec<IsoLine>)> = levels
        .into_iter()
        .map(|(value, label)| {
            let level = layout.value.position(value);
            let mut lines: Vec<IsoLine> = field
                .lines(level)
                .into_iter()
                .filter(|line| line.length() >= SHORTEST)
                .collect();
            lines.sort_by(|a, b| b.length().total_cmp(&a.length()));
            let ink = colour::contrasting(colour::heat(level));
            lines
                .iter()
                .for_each(|line| canvas.line(&line.points, ink, 1.3));
            (level, label, lines)
        })
        .collect();
    for (which, (level, label, lines)) in drawn.iter().enumerate() {
        let Some(line) = lines.first().filter(|line| line.length() >= LABELLED) else {
            continue;
        };
        let others = drawn
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != which)
            .flat_map(|(_, (_, _, lines))| lines);
        let others: Vec<&IsoLine> = others.collect();
        let places = label_places(line, label, plot);
        let free = |place: &Rect| {
            taken.iter().all(|other| !other.overlaps(place))
                && others.iter().all(|line| !line.passes(&place.grown(1.0)))
        };
        let Some(place) = places.iter().copied().find(free) else {
            continue;
        };
        let ground = colour::heat(*level);
        canvas.fill(place, ground);
        let font = Font {
            size: LINE_FONT,
            weight: Weight::Regular,
            colour: colour::contrasting(ground),
        };
        canvas.text(
            label,
            ((place.x0 + place.x1) / 2.0, place.y1 - 0.26 * LINE_FONT),
            Anchor::Middle,
            font,
        );
        taken.push(place);
    }
}

/// Places for the label of a line, the preferred first: on the line, in its middle or towards its ends; else close by it.
fn label_places(line: &IsoLine, label: &str, plot: Rect) -> Vec<Rect> {
    const SHARES: [f64; 9] = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.15, 0.85];
    let (w, h) = (
        text::width(label, LINE_FONT, Weight::Regular) + 4.0,
        1.15 * LINE_FONT,
    );
    let shifts = [
        (0.0, 0.0),
        (0.0, -0.75 * h),
        (0.0, 0.75 * h),
        (-0.65 * w, 0.0),
        (0.65 * w, 0.0),
    ];
    let around = |(x, y): (f64, f64)| {
        let x = x.clamp(plot.x0 + w / 2.0 + 2.0, plot.x1 - w / 2.0 - 2.0);
        let y = y.clamp(plot.y0 + h / 2.0 + 2.0, plot.y1 - h / 2.0 - 2.0);
        Rect::new(x - w / 2.0, y - h / 2.0, x + w / 2.0, y + h / 2.0)
    };
    let places = shifts.iter().flat_map(|(dx, dy)| {
        SHARES.map(|share| {
            let (x, y) = line.at(share);
            around((x + dx, y + dy))
        })
    });
    places.collect()
}

/// Where the label of a mark goes: to its right if there is room, else to its left, and within the plot.
fn beside((x, y): (f64, f64), label: &str, plot: Rect) -> Rect {
    let (w, h) = (
        text::width(label, LINE_FONT, Weight::Bold) + 8.0,
        1.4 * LINE_FONT,
    );
    let x0 = if x + 14.0 + w <= plot.x1 {
        x + 14.0
    } else {
        (x - 14.0 - w).max(plot.x0)
    };
    let y0 = (y - h / 2.0).clamp(plot.y0 + 2.0, plot.y1 - h - 2.0);
    Rect::new(x0, y0, x0 + w, y0 + h)
}

/// A part of a panel without values: around each node without one, half-way to its neighbours.
struct Gaps {
    plot: Rect,
    /// Between the nodes, from edge to edge of the plot.
    xs: Vec<f64>,
    ys: Vec<f64>,
    /// `missing[row][column]`
    missing: Vec<Vec<bool>>,
}

impl Gaps {
    /// `missing[row][column]`
    fn new(field: &Field, plot: Rect, missing: Vec<Vec<bool>>) -> Gaps {
        let edges = |places: &[f64], first: f64, last: f64| {
            let between = places.windows(2).map(|pair| (pair[0] + pair[1]) / 2.0);
            std::iter::once(first)
                .chain(between)
                .chain([last])
                .collect::<Vec<f64>>()
        };
        // A little beyond the plot, lest a line of what is below shows at its edge.
        let around = plot.grown(0.5);
        Gaps {
            plot,
            xs: edges(&field.xs, around.x0, around.x1),
            ys: edges(&field.ys, around.y1, around.y0),
            missing,
        }
    }

    fn rect(&self, rows: (usize, usize), columns: (usize, usize)) -> Rect {
        Rect::new(
            self.xs[columns.0],
            self.ys[rows.1 + 1],
            self.xs[columns.1 + 1],
            self.ys[rows.0],
        )
    }

    /// Runs of a row's missing nodes, first and last.
    fn runs(&self, row: usize) -> Vec<(usize, usize)> {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for column in (0..self.missing[row].len()).filter(|column| self.missing[row][*column]) {
            match runs.last_mut() {
                Some((_, last)) if *last + 1 == column => *last = column,
                _ => runs.push((column, column)),
            }
        }
        runs
    }

    fn paint(&self, canvas: &mut Canvas, ground: Colour) {
        let mut open: Vec<((usize, usize), usize)> = Vec::new();
        for row in 0..=self.missing.len() {
            let runs = if row < self.missing.len() {
                self.runs(row)
            } else {
                Vec::new()
            };
            open.retain(|(run, from)| {
                let goes_on = runs.contains(run);
                if !goes_on {
                    canvas.fill(self.rect((*from, row - 1), *run), ground);
                }
                goes_on
            });
            for run in runs {
                if open.iter().all(|(known, _)| *known != run) {
                    open.push((run, row));
                }
            }
        }
    }

    /// Diagonal lines over the missing part alone.
    fn hatch(&self, canvas: &mut Canvas) {
        let plot = self.plot;
        let mut c = ((plot.x0 + plot.y0) / HATCHING).ceil() * HATCHING;
        while c < plot.x1 + plot.y1 {
            let (from, to) = (plot.x0.max(c - plot.y1), plot.x1.min(c - plot.y0));
            let mut begun: Option<f64> = None;
            let mut x = from;
            while x <= to + 1.0 {
                let inside = x <= to && self.is_missing(x, c - x);
                match (inside, begun) {
                    (true, None) => begun = Some(x),
                    (false, Some(start)) => {
                        canvas.line(&[(start, c - start), (x - 1.0, c - x + 1.0)], HATCH, 1.0);
                        begun = None;
                    }
                    _ => {}
                }
                x += 1.0;
            }
            c += HATCHING;
        }
    }

    fn is_missing(&self, x: f64, y: f64) -> bool {
        let column = self.xs[1..]
            .partition_point(|edge| *edge < x)
            .min(self.xs.len() - 2);
        // Rows go up the sheet, where y falls.
        let row = self.ys[1..]
            .partition_point(|edge| *edge > y)
            .min(self.ys.len() - 2);
        self.missing[row][column]
    }

    /// Writes what it means that there is no value, up to a comma, where there is room for that.
    fn label(&self, canvas: &mut Canvas, label: &str, ground: Colour, taken: &[Rect]) {
        let label = label.split(',').next().unwrap_or("");
        let (w, h) = (
            text::width(label, LINE_FONT, Weight::Regular) + 10.0,
            1.4 * LINE_FONT,
        );
        let Some(room) = self
            .largest()
            .filter(|room| room.width() >= w + 4.0 && room.height() >= h + 4.0)
        else {
            return;
        };
        let places = [0.5, 0.25, 0.75].map(|share| {
            let (x, y) = ((room.x0 + room.x1) / 2.0, room.y0 + share * room.height());
            Rect::new(x - w / 2.0, y - h / 2.0, x + w / 2.0, y + h / 2.0)
        });
        let Some(place) = places
            .into_iter()
            .find(|place| taken.iter().all(|other| !other.overlaps(place)))
        else {
            return;
        };
        canvas.fill(place, ground);
        let font = Font {
            size: LINE_FONT,
            weight: Weight::Regular,
            colour: INK,
        };
        canvas.text(
            label,
            ((place.x0 + place.x1) / 2.0, place.y1 - 0.33 * LINE_FONT),
            Anchor::Middle,
            font,
        );
    }

    /// The largest rectangle without any value: below each row, the columns that are missing over so many rows.
    fn largest(&self) -> Option<Rect> {
        let mut best: Option<(f64, Rect)> = None;
        let n = self.xs.len() - 1;
        let mut from = vec![0; n];
        for row in 0..self.missing.len() {
            for (from, missing) in from.iter_mut().zip(&self.missing[row]) {
                if !missing {
                    *from = row + 1;
                }
            }
            for first in 0..n {
                let mut lowest = 0;
                for (last, from) in from.iter().enumerate().skip(first) {
                    lowest = lowest.max(*from);
                    if lowest > row {
                        break;
                    }
                    let rect = self.rect((lowest, row), (first, last));
                    let area = rect.width() * rect.height();
                    if best.as_ref().is_none_or(|(most, _)| area > *most) {
                        best = Some((area, rect));
                    }
                }
            }
        }
        best.map(|(_, rect)| rect)
    }
}
