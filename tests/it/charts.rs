//! Charts as their readers and viewers meet them: complete, well-formed, the same every time, and never a panic.

use rollcast::chart::{
    Arrangement, Axis, Bar, BarChart, BarGroup, ContourMap, ContourPanel, ForestChart, ForestPanel,
    ForestRow, Heading, HeatMap, HeatPanel, LineChart, LinePanel, MapAxis, Mark, Picture, Point,
    PointGroup, Quantity, Scale, Scatter, Series, Shade, Stack, StackChart, StackPart, Surface,
    Tone,
};

/// The texts of a document in drawing order, entities resolved; panics where it is not well-formed XML.
fn texts(svg: &str) -> Vec<String> {
    let mut open: Vec<&str> = vec![];
    let (mut texts, mut rest) = (vec![], svg);
    while let Some(start) = rest.find('<') {
        let (text, tail) = rest.split_at(start);
        assert!(!text.contains('>'), "stray '>' in {text:?}");
        let inside = open.last().copied().unwrap_or("");
        if !text.trim().is_empty() {
            assert!(
                ["text", "title", "desc", "style"].contains(&inside),
                "{text:?} in <{inside}>"
            );
            if inside == "text" {
                texts.push(resolved(text.trim()));
            }
        }
        let (tag, tail) = tail[1..].split_once('>').expect("a tag that ends");
        assert!(!tag.contains('<'), "'<' inside a tag: {tag}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "closing tag");
        } else {
            let body = tag.trim_end_matches('/');
            assert_eq!(body.matches('"').count() % 2, 0, "quotes in {tag}");
            if body == tag {
                open.push(tag.split(' ').next().expect("a name"));
            }
        }
        rest = tail;
    }
    assert!(
        open.is_empty() && rest.trim().is_empty(),
        "unclosed {open:?}, left {rest:?}"
    );
    texts
}

/// Left and right end of every text at half an em per letter, less than any common font needs.
fn spans(svg: &str) -> Vec<(f64, f64)> {
    let attribute = |tag: &str, name: &str| -> String {
        let tail = tag
            .split_once(&format!(" {name}=\""))
            .map_or("", |(_, tail)| tail);
        tail.split('"').next().unwrap_or("").to_owned()
    };
    let span = |element: &str| {
        let (tag, text) = element.split_once('>').expect("a tag that ends");
        let number = |name: &str| attribute(tag, name).parse::<f64>().expect("a number");
        let letters = resolved(text.split('<').next().unwrap_or("").trim())
            .chars()
            .count();
        let (x, width) = (number("x"), 0.5 * number("font-size") * letters as f64);
        match attribute(tag, "text-anchor").as_str() {
            "" => (x, x + width),
            "middle" => (x - width / 2.0, x + width / 2.0),
            _ => (x - width, x),
        }
    };
    svg.split("<text").skip(1).map(span).collect()
}

fn resolved(text: &str) -> String {
    for entity in text.split('&').skip(1) {
        let name = entity.split(';').next().unwrap_or("");
        assert!(
            ["lt", "gt", "amp", "quot", "apos"].contains(&name),
            "entity &{name}; in {text}"
        );
    }
    let pairs = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&amp;", "&"),
    ];
    pairs
        .iter()
        .fold(text.to_owned(), |text, (entity, c)| text.replace(entity, c))
}

/// Well-formed, on white, without numbers that are none, within the sheet; gives the texts.
fn checked(svg: &str) -> Vec<String> {
    let texts = texts(svg);
    assert!(
        !svg.contains(|c: char| c.is_control() && c != '\n'),
        "control character"
    );
    for attribute in svg.split('"').skip(1).step_by(2) {
        for word in attribute.split([' ', ',']) {
            assert!(
                !["NaN", "inf", "-inf"].contains(&word),
                "{word} in an attribute"
            );
        }
    }
    assert!(
        texts
            .iter()
            .all(|t| !t.contains("NaN") && !t.contains("inf ")),
        "{texts:?}"
    );
    let size = |name: &str| -> i64 {
        let value = svg
            .split_once(&format!(" {name}=\""))
            .and_then(|(_, tail)| tail.split('"').next());
        value
            .and_then(|v| v.parse().ok())
            .expect("a size in the header")
    };
    let (width, height) = (size("width"), size("height"));
    assert!(
        svg.contains(&format!("viewBox=\"0 0 {} {}\"", 3 * width, 3 * height)),
        "a viewBox three times the size"
    );
    let ground = format!(
        "width=\"{}\" height=\"{}\" fill=\"#FFFFFF\"",
        3 * width,
        3 * height
    );
    assert!(svg.contains(&ground), "white background");
    for (from, to) in spans(svg) {
        assert!(
            from >= 0.0 && to <= 3.0 * width as f64,
            "a text from {from} to {to} is cut off"
        );
    }
    for (name, limit) in [("x", 3 * width), ("y", 3 * height)] {
        for at in svg
            .split(&format!(" {name}=\""))
            .skip(1)
            .filter_map(|tail| tail.split('"').next())
        {
            let at: i64 = at.parse().expect("a whole number");
            assert!(
                (0..=limit).contains(&at),
                "{name}={at} is off the sheet of {limit}"
            );
        }
    }
    texts
}

#[track_caller]
fn assert_has(texts: &[String], wanted: &[&str]) {
    for want in wanted {
        assert!(texts.iter().any(|t| t == want), "no {want:?} in {texts:?}");
    }
}

fn heading() -> Heading {
    Heading::new(
        "How long does it take?",
        "warehouse · 2,000 robots · 1,000 replications",
    )
}

fn lines(panels: Vec<LinePanel>) -> LineChart {
    LineChart {
        heading: heading(),
        x: Axis::new("Time since the job started", Quantity::Duration),
        y: Axis::new("Robots", Quantity::Count).starting_at_zero(),
        x_ticks: None,
        panels,
        arrangement: Arrangement::SideBySide,
        band_note: "line: median, band: 5–95 %".to_owned(),
        shade_note: "shaded: at night".to_owned(),
        clocks: Vec::new(),
    }
}

fn panel(title: &str, points: Vec<Point>) -> LinePanel {
    let marks = vec![
        Mark::Y(400.0, "window 400".to_owned()),
        Mark::X(1800.0, "half <an> hour & more".to_owned()),
    ];
    LinePanel {
        title: title.to_owned(),
        series: vec![Series::line("updated", points)],
        marks,
        shades: Vec::new(),
    }
}

fn rising(n: u32) -> Vec<Point> {
    (0..n)
        .map(f64::from)
        .map(|i| Point::banded(i * 600.0, i * 90.0, i * 100.0, i * 110.0))
        .collect()
}

fn bars(values: Vec<Option<Bar>>) -> BarChart {
    BarChart {
        heading: heading(),
        value: Axis::new("Failed robots, mean", Quantity::Count),
        series: vec!["base".to_owned(), "bad".to_owned()],
        groups: values
            .into_iter()
            .map(|bar| BarGroup {
                name: "MissingRobotApplicationArchitecture".to_owned(),
                bars: vec![bar, Some(Bar::exact(12.0))],
            })
            .collect(),
        error_note: "95 % interval".to_owned(),
    }
}

fn heat(rows: usize, columns: usize, cell: impl Fn(usize, usize) -> Option<f64>) -> HeatMap {
    let cells = (0..rows)
        .map(|r| (0..columns).map(|c| cell(r, c)).collect())
        .collect();
    HeatMap {
        heading: heading(),
        x_label: "Concurrent deployments (%)".to_owned(),
        columns: (1..=columns).map(|c| c.to_string()).collect(),
        y_label: "Failure threshold (%)".to_owned(),
        rows: (1..=rows).map(|r| r.to_string()).collect(),
        value: Axis::new("Success rate", Quantity::Share),
        missing: "never".to_owned(),
        absent: "not played".to_owned(),
        mark_note: "in the file".to_owned(),
        panels: vec![HeatPanel::new("base", cells).marking(0, 0)],
    }
}

/// A map over 1 to `n` on both axes.
fn contours(n: usize, scale: Scale, value: impl Fn(f64, f64) -> Option<f64>) -> ContourMap {
    let at: Vec<f64> = (1..=n).map(|i| i as f64).collect();
    let values = at
        .iter()
        .map(|y| at.iter().map(|x| value(*x, *y)).collect())
        .collect();
    let axis = |label: &str| MapAxis {
        label: label.to_owned(),
        at: at.clone(),
        scale,
        ticks: vec![
            (1.0, vec!["1".to_owned(), "20".to_owned()]),
            (n as f64, vec![n.to_string()]),
        ],
    };
    ContourMap {
        heading: heading(),
        x: axis("Concurrent deployments (%)"),
        y: axis("Failure threshold (%)"),
        value: Axis::new("Time to 95 %, median", Quantity::Duration).logarithmic(),
        levels: vec![600.0, 3600.0],
        surface: Surface::Smooth,
        missing: "never, in the median".to_owned(),
        absent: "not played".to_owned(),
        mark_note: "in the file".to_owned(),
        panels: vec![ContourPanel {
            title: "base".to_owned(),
            values,
            mark: Some((n as f64 / 2.0, 1.0, "18 min".to_owned())),
            ..Default::default()
        }],
    }
}

fn stacks(values: Vec<Vec<f64>>) -> StackChart {
    let part = |(name, colour): (&str, usize)| StackPart {
        name: name.to_owned(),
        colour,
    };
    StackChart {
        heading: heading(),
        value: Axis::new("Robot-hours in slots, mean", Quantity::Number),
        parts: [("downloading", 0), ("scripts", 2), ("waiting", 1)]
            .map(part)
            .to_vec(),
        stacks: values
            .into_iter()
            .map(|values| Stack {
                name: "broken_launch".to_owned(),
                values,
            })
            .collect(),
    }
}

/// A forest plot of one panel, a row a difference with its interval.
fn forest(rows: &[(f64, f64, f64)]) -> ForestChart {
    let row = |&(value, lo, hi): &(f64, f64, f64)| ForestRow {
        name: "Robots broken, mean".to_owned(),
        value: Some(value),
        interval: Some((lo, hi)),
        band: 0.01,
        note: "worse".to_owned(),
        tone: Tone::Bad,
    };
    ForestChart {
        heading: heading(),
        value: Axis::new("B less A", Quantity::Share).including(0.0, 0.0),
        panels: vec![ForestPanel {
            title: "bad".to_owned(),
            rows: rows.iter().map(row).collect(),
        }],
        error_note: "95 % interval".to_owned(),
        band_note: "does not matter".to_owned(),
    }
}

#[test]
fn a_forest_plot_says_what_differs() {
    let svg = forest(&[(0.2, 0.1, 0.3), (-0.05, -0.06, -0.04)])
        .picture()
        .svg("");
    let wanted = [
        "bad",
        "Robots broken, mean",
        "worse",
        "0 %",
        "B less A (%)",
        "95 % interval",
        "does not matter",
    ];
    assert_has(&checked(&svg), &wanted);
    assert_eq!(svg.matches("<circle").count(), 2);
    assert_has(
        &checked(&forest(&[]).picture().svg("")),
        &["nothing to show"],
    );
}

#[test]
fn a_difference_beyond_the_axis_of_a_forest_plot_is_an_arrow() {
    let far = forest(&[
        (0.2, 0.1, 0.3),
        (50.0, 40.0, 60.0),
        (-3.0, -4.0, -2.0),
        (1.9, 1.0, 30.0),
    ])
    .picture()
    .svg("");
    checked(&far);
    assert_eq!(
        (
            far.matches("<circle").count(),
            far.matches("<polygon").count()
        ),
        (2, 2)
    );
    let nowhere = forest(&[
        (f64::NAN, f64::NAN, f64::INFINITY),
        (f64::INFINITY, 0.0, f64::INFINITY),
        (1e300, 0.0, 1e300),
    ])
    .picture()
    .svg("");
    assert_eq!(
        checked(&nowhere)
            .iter()
            .filter(|text| text.as_str() == "Robots broken, mean")
            .count(),
        3
    );
    let mut silent = forest(&[(0.0, 0.0, 0.0)]);
    silent.panels[0].rows[0] = ForestRow {
        value: None,
        interval: None,
        band: f64::INFINITY,
        ..silent.panels[0].rows[0].clone()
    };
    checked(&silent.picture().svg(""));
}

#[test]
fn a_line_chart_says_what_it_shows() {
    let texts = checked(
        &lines(vec![panel("base", rising(7)), panel("bad", rising(4))])
            .picture()
            .svg(""),
    );
    assert_has(
        &texts,
        &[
            "How long does it take?",
            "warehouse · 2,000 robots · 1,000 replications",
        ],
    );
    assert_has(
        &texts,
        &[
            "Time since the job started (h, min)",
            "Robots",
            "updated",
            "line: median, band: 5–95 %",
        ],
    );
    assert_has(
        &texts,
        &[
            "base",
            "bad",
            "window 400",
            "half <an> hour & more",
            "1 h",
            "30 min",
        ],
    );
    assert_eq!(
        texts.iter().filter(|t| *t == "updated").count(),
        1,
        "one legend for all panels"
    );
}

#[test]
fn a_bar_chart_says_what_it_shows() {
    let texts = checked(
        &bars(vec![Some(Bar::new(1234.0, 1100.0, 1300.0)), None])
            .picture()
            .svg(""),
    );
    assert_has(
        &texts,
        &[
            "How long does it take?",
            "Failed robots, mean",
            "base",
            "bad",
            "95 % interval",
            "1,234",
            "12",
            "n/a",
        ],
    );
    assert_has(&texts, &["MissingRobotApplicationArchitecture"]);
}

#[test]
fn a_heat_map_says_what_it_shows() {
    let texts = checked(
        &heat(3, 4, |r, c| (r > 0).then_some((r + c) as f64 / 7.0))
            .picture()
            .svg(""),
    );
    assert_has(
        &texts,
        &[
            "How long does it take?",
            "Concurrent deployments (%)",
            "Failure threshold (%)",
        ],
    );
    assert_has(
        &texts,
        &[
            "Success rate (%)",
            "not played",
            "in the file",
            "base",
            "20 %",
            "60 %",
        ],
    );
    assert_has(&texts, &["14.3 %", "71.4 %"]);
}

#[test]
fn a_map_says_what_it_shows() {
    let map = contours(100, Scale::Log, |x, y| {
        Some(if y > 5.0 { 36_000.0 / x } else { f64::INFINITY })
    });
    let texts = checked(&map.picture().svg(""));
    assert_has(
        &texts,
        &[
            "How long does it take?",
            "Concurrent deployments (%)",
            "Failure threshold (%)",
            "base",
            "20",
            "100",
        ],
    );
    assert_has(
        &texts,
        &[
            "Time to 95 %, median (h, min)",
            "never, in the median",
            "in the file",
            "never",
            "18 min",
            "10 min",
            "1 h",
        ],
    );
    assert!(!texts.contains(&"not played".to_owned()), "every place was");
    let none = checked(&contours(10, Scale::Linear, |_, _| None).picture().svg(""));
    assert_has(&none, &["not played", "in the file", "18 min"]);
    assert!(
        !none.iter().any(|text| text.contains("never")),
        "what was not played is not said to never come: {none:?}"
    );
    assert!(
        !none.contains(&"1 h".to_owned()),
        "there is nothing to have a line"
    );
}

#[test]
fn a_map_in_cells_has_a_colour_for_each_place_and_no_lines() {
    let smooth = contours(6, Scale::Log, |x, y| Some(3_000.0 * x * y));
    let cells = ContourMap {
        surface: Surface::Cells,
        ..smooth.clone()
    };
    assert_has(&checked(&smooth.picture().svg("")), &["1 h"]);
    let svg = cells.picture().svg("");
    let line_label = |svg: &str| checked(svg).iter().filter(|text| *text == "1 h").count();
    // Once at the bar of colours.
    assert_eq!(
        (line_label(&smooth.picture().svg("")), line_label(&svg)),
        (2, 1)
    );
    assert!(!svg.contains("<polygon"), "a cell is a rectangle");
}

#[test]
fn a_heat_map_tells_what_never_comes_from_what_was_not_played() {
    let both = heat(2, 2, |row, column| {
        [[Some(0.5), Some(f64::INFINITY)], [None, Some(0.1)]][row][column]
    });
    assert_has(&checked(&both.picture().svg("")), &["never", "not played"]);
    let texts = checked(
        &heat(2, 2, |row, _| (row == 0).then_some(0.5))
            .picture()
            .svg(""),
    );
    assert_has(&texts, &["not played"]);
    assert!(!texts.contains(&"never".to_owned()), "{texts:?}");
}

#[test]
fn a_map_is_light_whatever_it_shows() {
    let noise = |x: f64, y: f64| 60.0 + (x * 7919.0 + y * 104_729.0) % 4_001.0;
    let hatched = |x: f64, y: f64| {
        Some(if noise(x, y) > 1_500.0 {
            noise(x, y)
        } else {
            f64::INFINITY
        })
    };
    let smooth = contours(100, Scale::Log, |x, y| Some(36_000.0 / (x + y)))
        .picture()
        .svg("");
    let (noisy, torn) = (
        contours(100, Scale::Linear, |x, y| Some(noise(x, y)))
            .picture()
            .svg(""),
        contours(100, Scale::Linear, hatched).picture().svg(""),
    );
    for (svg, kilobytes) in [(smooth, 60), (noisy, 4_000), (torn, 4_000)] {
        checked(&svg);
        assert!(svg.len() < 1000 * kilobytes, "{} bytes", svg.len());
    }
}

#[test]
fn a_stack_chart_says_what_it_shows_and_leaves_out_what_is_nowhere() {
    let texts = checked(
        &stacks(vec![vec![30.0, 0.0, 10.0], vec![59.9, 0.0, 0.1]])
            .picture()
            .svg(""),
    );
    assert_has(
        &texts,
        &[
            "How long does it take?",
            "Robot-hours in slots, mean",
            "broken_launch",
            "downloading",
            "waiting",
        ],
    );
    assert_has(&texts, &["75 %", "25 %", "100 %", "40", "60"]);
    assert!(
        !texts.contains(&"scripts".to_owned()),
        "no stack has scripts"
    );
    assert!(
        !texts.contains(&"0 %".to_owned()),
        "there is no room for the share of a sliver"
    );
}

#[test]
fn names_stand_at_line_ends_unless_they_would_crowd() {
    let line = |name: &str, height: f64| {
        Series::line(name, vec![Point::at(0.0, 0.0), Point::at(60.0, height)])
    };
    let name_x = |series: Vec<Series>| -> i64 {
        let svg = lines(vec![LinePanel {
            series,
            ..LinePanel::default()
        }])
        .picture()
        .svg("");
        assert_has(&checked(&svg), &["low", "high"]);
        let before = svg
            .split(">low<")
            .next()
            .and_then(|head| head.rsplit(" x=\"").next());
        before
            .and_then(|tail| tail.split('"').next())
            .and_then(|x| x.parse().ok())
            .expect("a position")
    };
    let apart = name_x(vec![line("low", 10.0), line("high", 100.0)]);
    let crowded = name_x(
        (0..9)
            .map(|i| line(["low", "high", "mid"][i % 3], 100.0))
            .collect(),
    );
    assert!(apart > 3 * 600 && crowded < 3 * 100, "{apart} {crowded}");
}

#[test]
fn a_heat_map_of_every_percentage_writes_no_values_and_thins_its_ticks() {
    let texts = checked(
        &heat(100, 100, |r, c| Some((r * c) as f64 / 10_000.0))
            .picture()
            .svg(""),
    );
    assert!(texts.len() < 50, "{} texts", texts.len());
    assert_has(&texts, &["20", "100"]);
    assert!(!texts.contains(&"never".to_owned()), "no cell is missing");
}

#[test]
fn a_heat_map_leaves_out_no_name_that_can_be_shortened() {
    let order = |a: &str, b: &str| format!("{{ cohorts = [\"{a}\", \"{b}\"] }}");
    let mut map = heat(2, 4, |_, _| Some(0.5));
    map.columns = vec![
        "shuffled".to_owned(),
        "file".to_owned(),
        order("b", "a"),
        order("a", "b"),
    ];
    map.rows = [0.1, 0.2]
        .map(|failure| {
            format!("{{ duration = \"30s\", fails_after = \"10s\", failure = {failure} }}")
        })
        .into();
    map.panels.push(map.panels[0].clone());
    let texts = checked(&map.picture().svg(""));
    assert_has(
        &texts,
        &["shuffled", "file", "…failure = 0.1 }", "…failure = 0.2 }"],
    );
    assert!(
        texts.join(" ").contains(&order("a", "b")) && texts.join(" ").contains(&order("b", "a")),
        "{texts:?}"
    );
    map.columns = vec![
        "word ".repeat(20),
        "name ".repeat(20),
        "text ".repeat(20),
        "more ".repeat(20),
    ];
    let texts = checked(&map.picture().svg(""));
    assert!(
        texts.iter().filter(|text| text.ends_with('…')).count() >= 4,
        "{texts:?}"
    );
}

#[test]
fn the_same_chart_gives_the_same_bytes() {
    let chart = || lines(vec![panel("base", rising(300))]).picture().svg("");
    assert_eq!(chart(), chart());
    assert_ne!(
        chart(),
        lines(vec![panel("base", rising(299))]).picture().svg("")
    );
    let map = || heat(20, 20, |r, c| Some((r + c) as f64)).picture().svg("");
    assert_eq!(map(), map());
    let map = || {
        contours(20, Scale::Log, |x, y| Some(x * y))
            .picture()
            .svg("")
    };
    assert_eq!(map(), map());
}

#[test]
fn an_empty_chart_says_so() {
    let nothing = [
        lines(vec![]).picture().svg(""),
        lines(vec![panel("base", vec![])]).picture().svg(""),
        lines(vec![panel(
            "base",
            vec![Point::at(f64::NAN, 1.0), Point::at(1.0, f64::INFINITY)],
        )])
        .picture()
        .svg(""),
        bars(vec![]).picture().svg(""),
        heat(0, 0, |_, _| None).picture().svg(""),
        contours(1, Scale::Log, |_, _| Some(1.0)).picture().svg(""),
        stacks(vec![]).picture().svg(""),
        stacks(vec![vec![0.0, f64::NAN, -1.0]]).picture().svg(""),
    ];
    for svg in nothing {
        assert_has(
            &checked(&svg),
            &["How long does it take?", "nothing to show"],
        );
    }
}

#[test]
fn a_heat_map_without_values_is_all_hatched() {
    let texts = checked(&heat(2, 2, |_, _| Some(f64::NAN)).picture().svg(""));
    assert_has(&texts, &["never", "1", "2"]);
}

#[test]
fn values_that_are_not_numbers_leave_a_gap() {
    let mut points = rising(30);
    let whole = lines(vec![panel("base", points.clone())]).picture().svg("");
    points[10].mid = f64::NAN;
    points[20].band = Some((f64::NEG_INFINITY, 3.0));
    let broken = lines(vec![panel("base", points)]).picture().svg("");
    checked(&broken);
    let areas = |svg: &str| svg.matches("<polygon").count();
    assert_eq!(
        (areas(&whole), areas(&broken)),
        (1, 3),
        "the band is interrupted twice"
    );
}

#[test]
fn extreme_values_still_make_a_chart() {
    let times = [
        0.0,
        1e-6,
        3.0,
        59.0,
        3600.0,
        2_592_000.0,
        1e9,
        1e15,
        f64::MAX,
    ];
    let heights = [-5.0, 0.0, 1.0, 1e7, 1e15, f64::MIN_POSITIVE, f64::MAX];
    for time in times {
        for height in heights {
            for log in [false, true] {
                let points = vec![
                    Point::banded(0.0, 0.0, 0.0, 0.0),
                    Point::banded(time, height, height, height),
                ];
                let mut chart = lines(vec![panel("", points.clone()), panel("", points)]);
                if log {
                    chart = LineChart {
                        x: chart.x.clone().logarithmic(),
                        y: chart.y.clone().logarithmic(),
                        ..chart
                    };
                }
                let texts = checked(&chart.picture().svg(""));
                assert!(texts.len() > 2, "{time} {height} {log}: {texts:?}");
            }
            checked(
                &bars(vec![Some(Bar::new(height, height, time))])
                    .picture()
                    .svg(""),
            );
            checked(
                &heat(1, 5, |_, c| if c == 0 { Some(height) } else { Some(time) })
                    .picture()
                    .svg(""),
            );
            for scale in [Scale::Linear, Scale::Log] {
                checked(
                    &contours(
                        3,
                        scale,
                        |x, _| if x == 1.0 { Some(height) } else { Some(time) },
                    )
                    .picture()
                    .svg(""),
                );
            }
        }
    }
}

#[test]
fn one_replication_and_one_point_have_an_axis() {
    let texts = checked(
        &lines(vec![panel("", vec![Point::banded(1800.0, 5.0, 5.0, 5.0)])])
            .picture()
            .svg(""),
    );
    assert_has(&texts, &["updated", "0", "30 min"]);
    let zero = lines(vec![LinePanel {
        series: vec![Series::line("all", vec![Point::at(0.0, 0.0); 2])],
        ..LinePanel::default()
    }]);
    assert_has(&checked(&zero.picture().svg("")), &["0", "1", "2"]);
}

#[test]
fn long_and_odd_names_stay_whole_xml() {
    let name = "<script>&\"'\u{0}\n]]> ".repeat(40);
    let mut chart = lines(vec![panel(&name, rising(5))]);
    chart.heading = Heading::new(name.clone(), name.clone());
    chart.panels[0].series[0].name = name.clone();
    chart.y.label = name.clone();
    let texts = checked(&chart.picture().svg(""));
    let longest = texts.iter().map(|t| t.chars().count()).max();
    assert!(
        longest < Some(130),
        "shortened to the width of the chart: {longest:?}"
    );
    let mut chart = bars(vec![Some(Bar::exact(3.0))]);
    chart.groups[0].name = name.clone();
    checked(&chart.picture().svg(""));
    let mut map = heat(2, 2, |_, _| Some(f64::NAN));
    (map.columns[0], map.rows[0], map.missing) = (name.clone(), name.clone(), name);
    checked(&map.picture().svg(""));
}

#[test]
fn six_panels_in_either_arrangement_share_one_legend() {
    for arrangement in [Arrangement::SideBySide, Arrangement::Stacked] {
        let panels = (1..=6)
            .map(|i| panel(&format!("profile {i}"), rising(i + 1)))
            .collect();
        let texts = checked(
            &LineChart {
                arrangement,
                ..lines(panels)
            }
            .picture()
            .svg(""),
        );
        assert_has(
            &texts,
            &["profile 1", "profile 6", "line: median, band: 5–95 %"],
        );
    }
}

#[test]
fn named_ticks_replace_numbers() {
    let names = ["sliding", "batches", "cohorts"];
    let ticks = names
        .iter()
        .enumerate()
        .map(|(i, n)| (i as f64, (*n).to_owned()))
        .collect();
    let points = (0..3).map(|i| Point::at(f64::from(i), 5.0)).collect();
    let series = vec![Series::line("base", points)];
    let chart = lines(vec![LinePanel {
        series,
        ..LinePanel::default()
    }]);
    let texts = checked(
        &LineChart {
            x_ticks: Some(ticks),
            ..chart
        }
        .picture()
        .svg(""),
    );
    assert_has(&texts, &names);
    assert_has(&texts, &["Time since the job started"]);
}

#[test]
fn a_cumulative_curve_ends_at_the_share_that_got_there() {
    let series = Series::cumulative("95 %", &[30.0, 10.0, 20.0, 20.0, f64::INFINITY], 8);
    let corners: Vec<(f64, f64)> = series.points.iter().map(|p| (p.x, p.mid)).collect();
    assert_eq!(
        corners,
        [(10.0, 0.0), (10.0, 0.125), (20.0, 0.375), (30.0, 0.5)]
    );
    assert!(Series::cumulative("never", &[], 8).points.is_empty());
}

#[test]
fn stepped_lines_have_corners_and_straight_ones_do_not() {
    let points: Vec<Point> = (0..4).map(f64::from).map(|i| Point::at(i, i)).collect();
    let corners = |series: Series| {
        let svg = lines(vec![LinePanel {
            series: vec![series],
            ..LinePanel::default()
        }])
        .picture()
        .svg("");
        let path = svg
            .split("stroke=\"#0072B2\"")
            .nth(1)
            .and_then(|t| t.split("points=\"").nth(1));
        path.and_then(|p| p.split('"').next())
            .map(|p| p.split_whitespace().count())
    };
    assert_eq!(corners(Series::line("a", points.clone())), Some(4));
    assert_eq!(corners(Series::steps("a", points)), Some(7));
}

/// Width, height and RGB bytes of a PNG, and its description.
fn decoded(png: &[u8]) -> (u32, u32, Vec<u8>, String) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png))
        .read_info()
        .expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size that fits")];
    reader.next_frame(&mut pixels).expect("a picture");
    let info = reader.info();
    let description = info
        .utf8_text
        .iter()
        .find(|chunk| chunk.keyword == "Description");
    let description =
        description.map_or_else(String::new, |chunk| chunk.get_text().expect("a text"));
    (info.width, info.height, pixels, description)
}

#[test]
fn a_png_shows_what_the_svg_does_at_twice_the_size() {
    let charts = [
        lines(vec![panel("base", rising(30)), panel("bad", rising(4))]).picture(),
        bars(vec![Some(Bar::new(1234.0, 1100.0, 1300.0)), None]).picture(),
        heat(3, 4, |r, c| (r > 0).then_some((r + c) as f64)).picture(),
        stacks(vec![vec![30.0, 5.0, 10.0]]).picture(),
        contours(10, Scale::Log, |x, y| (x > 2.0).then_some(600.0 * y)).picture(),
        stacks(vec![]).picture(),
    ];
    for picture in charts {
        let svg = picture.svg("");
        let size = |name: &str| -> u32 {
            let tail = svg.split_once(&format!(" {name}=\"")).expect("a size").1;
            tail.split('"')
                .next()
                .expect("a value")
                .parse()
                .expect("a number")
        };
        let png = picture.png("what made <it> & when");
        let (width, height, pixels, description) = decoded(&png);
        assert_eq!((width, height), (2 * size("width"), 2 * size("height")));
        assert_eq!(description, "what made <it> & when");
        assert_eq!(
            png,
            picture.png("what made <it> & when"),
            "the same picture, the same bytes"
        );
        // The corners are bare, the title is ink, and every fill of the SVG that is opaque is a colour of the PNG.
        assert_eq!(pixels[..3], [255; 3]);
        let colours: std::collections::HashSet<&[u8]> = pixels.chunks(3).collect();
        for rect in svg
            .split("<rect ")
            .skip(1)
            .filter(|rect| !rect.contains(" opacity="))
        {
            let hex = rect.split_once("fill=\"#").expect("a fill").1;
            let channel = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("a colour");
            let area = |name: &str| {
                rect.split_once(&format!("{name}=\""))
                    .is_some_and(|(_, tail)| !tail.starts_with("0\""))
            };
            let colour = [channel(0), channel(2), channel(4)];
            assert!(
                colours.contains(&colour[..]) || !area("width"),
                "no {colour:?} of {rect}"
            );
        }
        assert!(colours.contains(&[0x22; 3][..]), "no ink");
    }
}

/// A stretch is shaded below all lines, within the axis, and explained; without one nothing is said of it.
#[test]
fn shades_are_within_the_axis_and_explained() {
    let points = vec![Point::at(0.0, 1.0), Point::at(3600.0, 2.0)];
    let shaded = |shades: Vec<Shade>| {
        let panel = LinePanel {
            shades,
            ..panel("", points.clone())
        };
        lines(vec![panel]).picture().svg("")
    };
    let shade = |from: f64, to: f64| Shade {
        from,
        to,
        depth: 1.0,
    };
    let one = shaded(vec![shade(-900.0, 1800.0)]);
    assert_has(&checked(&one), &["shaded: at night"]);
    let fills = one.matches("#EDEFF5").count();
    // One in the legend and one in the panel.
    assert_eq!(fills, 2);
    assert!(
        one.find("#EDEFF5").expect("a shade") < one.find("stroke=\"#0072B2\"").expect("a line")
    );
    let none = shaded(Vec::new());
    assert!(!none.contains("#EDEFF5") && !none.contains("at night"));
    // What lies beyond the axis is left out.
    assert_eq!(
        shaded(vec![shade(7200.0, 9000.0)])
            .matches("#EDEFF5")
            .count(),
        1
    );
}

/// Every chart kind, with something to show.
fn one_of_each() -> Vec<(&'static str, Picture)> {
    let group = PointGroup {
        name: "on the front".to_owned(),
        points: (0..50).map(|i| (f64::from(i), f64::from(50 - i))).collect(),
        colour: Some(0),
    };
    let points = Scatter {
        heading: heading(),
        x: Axis::new("Time", Quantity::Duration),
        y: Axis::new("Broken", Quantity::Count),
        groups: vec![group],
        ring: Some((3.0, 4.0, "chosen".to_owned())),
        frame: None,
    };
    vec![
        (
            "lines",
            lines(vec![panel("base", rising(90)), panel("bad", rising(4))]).picture(),
        ),
        (
            "bars",
            bars(vec![Some(Bar::new(1234.0, 1100.0, 1300.0)), None]).picture(),
        ),
        ("stacks", stacks(vec![vec![30.0, 5.0, 10.0]]).picture()),
        ("forest", forest(&[(0.2, 0.1, 0.3)]).picture()),
        (
            "heat",
            heat(3, 4, |r, c| (r > 0).then_some((r + c) as f64)).picture(),
        ),
        (
            "map",
            contours(100, Scale::Log, |x, y| Some(60.0 * x * y)).picture(),
        ),
        ("points", points.picture()),
    ]
}

#[test]
fn a_chart_is_told_in_words_and_in_tables() {
    for (kind, picture) in one_of_each() {
        assert_eq!(picture.title(), "How long does it take?", "{kind}");
        let told = picture.description();
        assert!(
            told.ends_with('.') && told.contains("across: "),
            "{kind}: {told}"
        );
        assert_eq!(picture.tables().is_empty(), kind == "map", "{kind}");
        for table in picture.tables() {
            assert!((1..=20).contains(&table.rows.len()), "{kind}: {table:?}");
            for row in &table.rows {
                assert_eq!(row.len(), table.heads.len(), "{kind}: {table:?}");
            }
        }
    }
    let lines = lines(vec![panel("base", rising(90))]).picture();
    let rows = &lines.tables()[0].rows;
    assert_eq!(rows[0], ["0", "0 (0 to 0)"]);
    assert_eq!(
        rows[rows.len() - 1],
        ["14 h 50 min", "8,900 (8,010 to 9,790)"],
        "the last point is kept"
    );
}

#[test]
fn charts_of_one_page_have_ids_of_their_own() {
    let pictures = one_of_each();
    let page: String = pictures
        .iter()
        .map(|(kind, picture)| picture.inline_svg(&format!("chart-{kind}")))
        .collect();
    let mut ids: Vec<&str> = page
        .split(" id=\"")
        .skip(1)
        .filter_map(|tail| tail.split('"').next())
        .collect();
    let n = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((ids.len(), n), (3 * pictures.len(), 3 * pictures.len()));
    for (kind, picture) in &pictures {
        let svg = picture.inline_svg(kind);
        texts(&svg);
        assert!(svg.contains(&format!("aria-labelledby=\"{kind}-title {kind}-desc\"")));
        assert!(svg.contains(" role=\"img\"") && svg.contains(" width=\"100%\""));
        assert!(!svg.contains("<?xml") && !svg.contains(" xmlns=\"") && svg.contains("viewBox"));
        assert!(
            !svg.contains("http"),
            "{kind} asks for nothing from outside"
        );
    }
}
