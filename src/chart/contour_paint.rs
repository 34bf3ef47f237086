//! Draws a map once its layout is known.

use super::canvas::{Canvas, Rect};
use super::colour::{self, AXIS, INK, MISSING, WHITE};
use super::contour::{ContourMap, ContourPanel, Surface};
use super::contour_gaps::Gaps;
use super::contour_layout::Layout;
use super::contour_overlay;
use super::frame::{SIZE, panel_title, row_ticks, x_axis};
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
/// Lines shorter than this are left out [pixels].
const SHORTEST: f64 = 12.0;
const LINE_FONT: f64 = SIZE - 2.0;
/// Iso-lines at most, where their values are chosen here.
const LINES_MAX: usize = 9;

impl ContourMap {
    /// The drawn chart.
    pub fn picture(&self) -> Picture {
        if self.panels.is_empty() || self.x.at.len() < 2 || self.y.at.len() < 2 {
            return self.heading.nothing_to_show();
        }
        let layout = Layout::new(self);
        let shown = self.values().next().is_some();
        layout.frame.draw(shown, |canvas, panel, plot, first| {
            paint_panel(canvas, self, &layout, &self.panels[panel], plot, first);
        })
    }
}

fn paint_panel(
    canvas: &mut Canvas,
    map: &ContourMap,
    layout: &Layout,
    panel: &ContourPanel,
    plot: Rect,
    first: bool,
) {
    panel_title(canvas, &panel.title, plot);
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
    let (x0, y0) = (map.x.at[0], map.y.at[0]);
    let x_ticks = map.x.ticks.iter();
    let x_ticks = x_ticks.map(|(at, lines)| (layout.place(plot, *at, y0).0, lines.clone()));
    x_axis(canvas, plot, &x_ticks.collect::<Vec<_>>(), false, true);
    let y_ticks = map.y.ticks.iter();
    let y_ticks = y_ticks.map(|(at, lines)| (layout.place(plot, x0, *at).1, lines.clone()));
    row_ticks(canvas, plot, &y_ticks.collect::<Vec<_>>(), first);
}

/// The field on the sheet, in positions along the axis of values.
fn field(map: &ContourMap, layout: &Layout, panel: &ContourPanel, plot: Rect) -> Field {
    let (x, y) = (&map.x.at, &map.y.at);
    let value = |row: usize, column: usize| {
        map.shown_at(panel, row, column)
            .map(|value| layout.frame.value.position(value))
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
            let ticks = ticks::inside(layout.frame.value, map.value.quantity, LINES_MAX);
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
            let level = layout.frame.value.position(value);
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
