//! The figures as a drawing: bars of wall time and processor time for each client.

use std::fmt::Write as _;

use crate::series::{Comparison, Figures, Row, Spread};

const WIDTH: f64 = 760.0;
const LEFT: f64 = 250.0;
const RIGHT: f64 = 90.0;
const BAR: f64 = 11.0;
const ROW: f64 = 34.0;
const HEAD: f64 = 34.0;

/// Colours that are read on light and on dark ground; text follows the reader's choice.
const STYLE: &str = "\
text{font:12px system-ui,sans-serif;fill:#24292f}\
.title{font-weight:600}.wall{fill:#2f81f7}.cpu{fill:#db8b1e}\
.range{stroke:#57606a;stroke-width:1.5}\
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.range{stroke:#b1bac4}}";

/// An SVG with a group of bars for each scheme.
pub(crate) fn draw(figures: &Figures) -> String {
    let rows = |comparison: &Comparison| comparison.rows.len();
    let lines: usize = figures.comparisons.iter().map(rows).sum();
    let height = ROW * count(lines) + HEAD * count(figures.comparisons.len()) + 40.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\" role=\"img\" aria-label=\"Wall time and processor time for 1 GiB\">\n\
         <style>{STYLE}</style>\n"
    );
    let rows = figures.comparisons.iter().flat_map(|comparison| &comparison.rows);
    let longest = rows.map(|row| row.wall.most.max(row.cpu.most)).fold(f64::EPSILON, f64::max);
    let scale = (WIDTH - LEFT - RIGHT) / longest;
    let mut y = 10.0;
    for comparison in &figures.comparisons {
        y += HEAD;
        let scheme = comparison.scheme.as_str();
        text(&mut svg, 10.0, y - 12.0, "class=\"title\"", &format!("1 GiB over {scheme}"));
        for row in &comparison.rows {
            bars(&mut svg, row, y, scale);
            y += ROW;
        }
    }
    for (x, class, what) in [(LEFT, "wall", "wall time"), (LEFT + 110.0, "cpu", "processor time")] {
        bar(&mut svg, class, x, y + 8.0, BAR);
        text(&mut svg, x + 18.0, y + 18.0, "", what);
    }
    svg.push_str("</svg>\n");
    svg
}

fn bars(svg: &mut String, row: &Row, y: f64, scale: f64) {
    let title = row.client.title().replace('`', "");
    text(svg, LEFT - 10.0, y + BAR + 4.0, "text-anchor=\"end\"", &title);
    // Hashing alone has no wall time to be compared with.
    let wall = row.client.sends().then_some(("wall", row.wall));
    for (at, (class, spread)) in wall.into_iter().chain([("cpu", row.cpu)]).enumerate() {
        let Spread { least, median, most } = spread;
        let y = y + count(at) * (BAR + 2.0);
        bar(svg, class, LEFT, y, median * scale);
        let (from, to, middle) = (LEFT + least * scale, LEFT + most * scale, y + BAR / 2.0);
        push(
            svg,
            &format!(
                "<line class=\"range\" x1=\"{from:.1}\" x2=\"{to:.1}\" y1=\"{middle:.1}\" y2=\"{middle:.1}\"/>"
            ),
        );
        text(svg, to + 6.0, y + BAR - 1.0, "", &format!("{median:.2} s"));
    }
}

fn bar(svg: &mut String, class: &str, x: f64, y: f64, width: f64) {
    push(
        svg,
        &format!(
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{BAR}\"/>"
        ),
    );
}

fn text(svg: &mut String, x: f64, y: f64, attributes: &str, text: &str) {
    push(svg, &format!("<text x=\"{x:.1}\" y=\"{y:.1}\" {attributes}>{text}</text>"));
}

fn push(svg: &mut String, line: &str) {
    // Writing to a `String` does not fail.
    let _ = writeln!(svg, "{line}");
}

#[expect(clippy::cast_precision_loss, reason = "a few rows")]
fn count(number: usize) -> f64 {
    number as f64
}
