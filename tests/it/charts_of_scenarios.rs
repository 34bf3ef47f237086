//! The charts of the shipped scenarios as they are laid out: nothing cut, nothing over something else, titles that say what they show.

use crate::common::sandbox::{checkout, shipped};
use crate::common::{checked, scenario_file};
use rollcast::report::{Chart, Provenance, map_charts, run_charts};
use rollcast::scenario::Scenario;
use rollcast::study::{Map, Unwatched, run};

/// Replications played: enough for curves, bands and error bars.
const REPLICATIONS: u64 = 20;

/// A text of a picture and the least room that any font gives it.
#[derive(Debug)]
struct Placed {
    text: String,
    /// Left, right, top and bottom, in the units of the picture.
    bounds: [f64; 4],
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, tail) = tag.split_once(&format!(" {name}=\""))?;
    tail.split('"').next()
}

fn placed(svg: &str) -> Vec<Placed> {
    let elements = svg.split("<text").skip(1);
    let elements = elements.map(|element| {
        let (tag, rest) = element.split_once('>').expect("a tag that ends");
        let text = rest.split("</text>").next().unwrap_or("").to_owned();
        let number = |name: &str| -> f64 {
            let value = attribute(tag, name).expect("an attribute");
            value.parse().expect("a number")
        };
        let (x, y, size) = (number("x"), number("y"), number("font-size"));
        let letters = text.replace("&lt;", "<").replace("&gt;", ">");
        let letters = letters.replace("&amp;", "&").replace("&quot;", "\"");
        let width = 0.45 * size * letters.chars().count() as f64;
        let left = match attribute(tag, "text-anchor") {
            None => x,
            Some("middle") => x - width / 2.0,
            Some(_) => x - width,
        };
        Placed {
            text,
            // Letters without ascenders are half as high as the font.
            bounds: [left, left + width, y - 0.5 * size, y],
        }
    });
    elements.collect()
}

impl Placed {
    fn overlaps(&self, other: &Placed) -> bool {
        let [left, right, top, bottom] = self.bounds;
        let [other_left, other_right, other_top, other_bottom] = other.bounds;
        left < other_right && other_left < right && top < other_bottom && other_top < bottom
    }
}

#[track_caller]
fn require_sound(scenario: &str, chart: &Chart) {
    let name = format!("{scenario}, {}", chart.name);
    let svg = chart.svg();
    let size = |attribute: &str| -> f64 {
        let value = self::attribute(&svg, attribute).expect("a size");
        3.0 * value.parse::<f64>().expect("a number")
    };
    let (width, height) = (size("width"), size("height"));
    let texts = placed(&svg);
    for (i, text) in texts.iter().enumerate() {
        let [left, right, top, bottom] = text.bounds;
        assert!(
            left >= 0.0 && right <= width && top >= 0.0 && bottom <= height,
            "{name}: {text:?} is cut off"
        );
        for other in &texts[..i] {
            assert!(!text.overlaps(other), "{name}: {text:?} over {other:?}");
        }
    }
    let title = chart.title();
    let says = title.contains(|c: char| c.is_ascii_digit()) || title.starts_with("No ");
    assert!(says, "{name}: {title} states nothing");
    let shown: Vec<&str> = texts.iter().map(|text| &*text.text).take(2).collect();
    let whole = title.replace('<', "&lt;").replace('>', "&gt;");
    assert!(
        whole.starts_with(shown[0]) && !shown.iter().any(|line| line.contains('…')),
        "{name}: {title} is shown as {shown:?}"
    );
    for table in chart.data() {
        assert!(
            table.rows.len() <= 20 && table.rows.iter().all(|row| row.len() == table.heads.len())
        );
    }
}

fn provenance(scenario: &Scenario) -> Provenance {
    Provenance::new(scenario, REPLICATIONS, "rollcast".to_owned())
}

#[test]
fn charts_of_shipped_scenarios_are_whole_and_state_what_they_show() {
    let shipped = shipped();
    assert!(shipped.len() >= 10, "{} scenarios", shipped.len());
    for (name, path) in shipped {
        let scenario = checked(&scenario_file(path));
        let run = run(&scenario, REPLICATIONS, &Unwatched);
        for chart in run_charts(&scenario, &run.profiles, &provenance(&scenario)) {
            require_sound(&name, &chart);
        }
        // A fleet of thousands is played as often for the same charts.
        if scenario.profiles[0].world.fleet.robots() <= 600 {
            let map = Map::new(&scenario, 25).play(REPLICATIONS, &Unwatched);
            for chart in map_charts(&scenario, &map, &provenance(&scenario)) {
                require_sound(&name, &chart);
            }
        }
    }
}

#[test]
fn iso_lines_of_a_map_have_labels_off_each_other_and_off_the_mark() {
    let scenario = checked(&scenario_file(checkout().join("scenarios/lab.toml")));
    let map = Map::new(&scenario, 1).play(3, &Unwatched);
    for chart in map_charts(&scenario, &map, &provenance(&scenario)) {
        require_sound("lab", &chart);
    }
}
