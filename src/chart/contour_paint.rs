//! Draws a map once its layout is known.

use super::canvas::{Canvas, Rect};
use super::contour::{ContourMap, ContourPanel, Surface};
use super::contour_gaps::Gaps;
use super::contour_layout::ContourLayout;
use super::contour_overlay;
use super::frame::{SIZE, panel_title, x_axis, y_axis};
use super::iso::{Field, IsoLine};
use super::legend::{frame, ring};
use super::map_frame::Place;
use super::paint::Paint;
use super::picture::Picture;
use super::text::{Anchor, Font};
use super::ticks;

/// Shades of the map: finer steps look no smoother.
const BANDS: u32 = 64;
/// Islands smaller than this are noise [square pixels].
const ISLAND: f64 = 3.0;
/// Lines shorter than this have no label [pixels].
const LABELLED: f64 = 70.0;
/// Lines shorter than this are left out [pixels].
const SHORTEST: f64 = 12.0;
/// Air around the label of a line [pixels].
const APART: f64 = 4.0;
const LINE_SIZE: f64 = SIZE - 2.0;
const LINE_FONT: Font = Font::regular(LINE_SIZE, Paint::Ink);
const MARK_FONT: Font = Font::bold(LINE_SIZE, Paint::Ink);
/// Iso-lines at most, where their values are chosen here.
const LINES_MAX: usize = 9;

impl ContourMap {
    /// The drawn chart.
    pub fn picture(&self) -> Picture {
        if self.panels.is_empty() || self.x.at.len() < 2 || self.y.at.len() < 2 {
            return self.heading.nothing_to_show();
        }
        let layout = ContourLayout::new(self);
        let drawn = layout
            .frame
            .draw(!layout.is_empty, |canvas, panel, plot, first| {
                let panel = &self.panels[panel];
                let places = self.places(panel);
                let drawing = Drawing {
                    map: self,
                    layout: &layout,
                    panel,
                    field: field(self, &layout, &places, plot),
                    plot,
                };
                drawing.paint(canvas, &places, first);
            });
        drawn.told(&self.described(), Vec::new())
    }
}

/// The field on the sheet, in positions along the axis of values.
fn field(map: &ContourMap, layout: &ContourLayout, places: &[Vec<Place>], plot: Rect) -> Field {
    let position = |place: &Place| Some(layout.frame.value.position(place.value()?));
    let values = places.iter();
    Field {
        xs: map
            .x
            .at
            .iter()
            .map(|at| layout.x.across(*at, plot))
            .collect(),
        ys: map.y.at.iter().map(|at| layout.y.up(*at, plot)).collect(),
        values: values
            .map(|row| row.iter().map(position).collect())
            .collect(),
    }
}

/// An iso-line's value, as a position along the axis of values and in words, and its lines.
struct Level {
    level: f64,
    label: String,
    lines: Vec<IsoLine>,
}

/// A panel and its place.
struct Drawing<'a> {
    map: &'a ContourMap,
    layout: &'a ContourLayout<'a>,
    panel: &'a ContourPanel,
    field: Field,
    plot: Rect,
}

impl Drawing<'_> {
    fn paint(&self, canvas: &mut Canvas, places: &[Vec<Place>], first: bool) {
        let (map, layout, plot) = (self.map, self.layout, self.plot);
        panel_title(canvas, &self.panel.title, plot);
        match map.surface {
            Surface::Smooth => paint_shades(canvas, &self.field, plot),
            Surface::Cells => contour_overlay::paint_cells(canvas, &self.field, plot),
        }
        let [missing, absent] = [Place::Missing, Place::Absent].map(|wanted| {
            let is_wanted = |row: &Vec<Place>| row.iter().map(|place| *place == wanted).collect();
            Gaps::new(&self.field, plot, places.iter().map(is_wanted).collect())
        });
        missing.paint(canvas, Paint::Missing);
        missing.hatch(canvas);
        absent.paint(canvas, Paint::Ground);
        let levels = match map.surface {
            Surface::Smooth => self.paint_lines(canvas),
            Surface::Cells => Vec::new(),
        };
        contour_overlay::paint(canvas, self.panel, &self.field, plot);
        let mark = self.panel.mark.as_ref();
        let mark = mark
            .map(|(x, y, label)| (layout.place(plot, *x, *y), label))
            .filter(|((x, y), _)| plot.grown(0.5).overlaps(&Rect::new(*x, *y, *x, *y)))
            .map(|(at, label)| (at, label, beside(at, label, plot)));
        let mut taken: Vec<Rect> = Vec::new();
        if let Some((at, _, label)) = mark {
            taken.push(Rect::new(at.0, at.1, at.0, at.1).grown(12.0));
            taken.push(label);
        }
        if let Some((x, y, _)) = &self.panel.overlay.frame {
            let (x, y) = layout.place(plot, *x, *y);
            taken.push(Rect::new(x, y, x, y).grown(11.0));
        }
        self.label_lines(canvas, &levels, &mut taken);
        missing.label(canvas, &map.missing, Paint::Missing, &taken);
        absent.label(canvas, &map.absent, Paint::Ground, &taken);
        if let Some((x, y, _)) = &self.panel.overlay.frame {
            frame(canvas, layout.place(plot, *x, *y), 6.0);
        }
        if let Some((at, label, place)) = mark {
            ring(canvas, at);
            canvas.fill_translucent(place, Paint::Ground, 0.85);
            let at = (place.x0 + 4.0, place.y1 - 0.33 * LINE_SIZE);
            canvas.text(label, at, Anchor::Start, MARK_FONT);
        }
        canvas.outline(plot, Paint::Axis, 1.0);
        let ticks = map.x.ticks.iter();
        let ticks = ticks.map(|(at, lines)| (layout.x.across(*at, plot), lines.as_slice()));
        x_axis(canvas, plot, ticks, false, true);
        let ticks = map.y.ticks.iter();
        let ticks = ticks.map(|(at, lines)| (layout.y.up(*at, plot), lines.as_slice()));
        y_axis(canvas, plot, ticks, false, first);
    }

    /// The values with an iso-line and their labels.
    fn levels(&self) -> Vec<(f64, String)> {
        let quantity = self.map.value.quantity;
        let levels = self.map.levels.iter();
        if levels.len() > 0 {
            return levels
                .map(|level| (*level, quantity.value(*level)))
                .collect();
        }
        let ticks = ticks::inside(self.layout.frame.value, quantity, LINES_MAX).into_iter();
        ticks.map(|tick| (tick.value, tick.label)).collect()
    }

    /// Draws the iso-lines; those of each level, the longest first.
    fn paint_lines(&self, canvas: &mut Canvas) -> Vec<Level> {
        let levels = self.levels().into_iter().map(|(value, label)| {
            let level = self.layout.frame.value.position(value);
            let mut lines = self.field.lines(level);
            lines.retain(|line| line.length() >= SHORTEST);
            lines.sort_by(|a, b| b.length().total_cmp(&a.length()));
            for line in &lines {
                canvas.line(&line.points, Paint::heat(level).over(), 1.3);
            }
            Level {
                level,
                label,
                lines,
            }
        });
        levels.collect()
    }

    /// Writes the value of each level on its longest line, off what is `taken`, the lines of other levels and each other.
    fn label_lines(&self, canvas: &mut Canvas, levels: &[Level], taken: &mut Vec<Rect>) {
        for (which, level) in levels.iter().enumerate() {
            let is_free = |place: &Rect| {
                let mut others = levels.iter().enumerate().filter(|(i, _)| *i != which);
                let apart = place.grown(APART);
                taken.iter().all(|other| !other.overlaps(&apart))
                    && others.all(|(_, other)| {
                        let mut lines = other.lines.iter();
                        lines.all(|line| !line.passes(&place.grown(1.0)))
                    })
            };
            let lines = level.lines.iter();
            let long = lines.filter(|line| line.length() >= LABELLED);
            let mut places = long.flat_map(|line| label_places(line, &level.label, self.plot));
            let Some(place) = places.find(is_free) else {
                continue;
            };
            let ground = Paint::heat(level.level);
            canvas.fill(place, ground);
            let at = (place.middle().0, place.y1 - 0.26 * LINE_SIZE);
            let font = LINE_FONT.in_paint(ground.over());
            canvas.text(&level.label, at, Anchor::Middle, font);
            taken.push(place);
        }
    }
}

/// Bands of colour. Each line between two bands is painted over those around it, so a hole in a band needs no other treatment.
fn paint_shades(canvas: &mut Canvas, field: &Field, plot: Rect) {
    let Some(field) = field.filled() else { return };
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

/// The colour of a band.
fn shade(band: u32) -> Paint {
    Paint::heat((f64::from(band) + 0.5) / f64::from(BANDS))
}

/// Places for the label of a line, the preferred first: on the line, in its middle or towards its ends; else close by it.
fn label_places(line: &IsoLine, label: &str, plot: Rect) -> Vec<Rect> {
    const SHARES: [f64; 9] = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.15, 0.85];
    let (w, h) = (LINE_FONT.width(label) + 4.0, 1.15 * LINE_SIZE);
    let shifts = [
        (0.0, 0.0),
        (0.0, -0.75 * h),
        (0.0, 0.75 * h),
        (-0.65 * w, 0.0),
        (0.65 * w, 0.0),
    ];
    let places = shifts.iter().flat_map(|(dx, dy)| {
        SHARES.map(|share| {
            let (x, y) = line.at(share);
            let x = (x + dx).clamp(plot.x0 + w / 2.0 + 2.0, plot.x1 - w / 2.0 - 2.0);
            let y = (y + dy).clamp(plot.y0 + h / 2.0 + 2.0, plot.y1 - h / 2.0 - 2.0);
            Rect::around((x, y), w, h)
        })
    });
    places.collect()
}

/// Where the label of a mark goes: to its right if there is room, else to its left, and within the plot.
fn beside((x, y): (f64, f64), label: &str, plot: Rect) -> Rect {
    let (w, h) = (MARK_FONT.width(label) + 8.0, 1.4 * LINE_SIZE);
    let x0 = match x + 14.0 + w <= plot.x1 {
        true => x + 14.0,
        false => (x - 14.0 - w).max(plot.x0),
    };
    let y0 = (y - h / 2.0).clamp(plot.y0 + 2.0, plot.y1 - h - 2.0);
    Rect::new(x0, y0, x0 + w, y0 + h)
}
