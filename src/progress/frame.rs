//! The bars: a snapshot and a terminal's size become lines. Pure.

use std::time::Duration;

use console::{measure_text_width, pad_str, truncate_str};

use super::{
    palette::{Paint, Palette},
    snapshot::{Amount, Phase, Row, Snapshot},
    text,
};

/// A terminal's size in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) rows: usize,
    pub(super) columns: usize,
}

const BAR_MIN: usize = 10;
const BAR_MAX: usize = 30;
const LABEL_MAX: usize = 20;
/// From here on there is room to put the total's bar under the others.
const WIDE: usize = 99;
const GAP: &str = "  ";

/// Lines that fit: none is as wide as the terminal, and one row stays free for the cursor.
/// The last line is the total.
pub(super) fn frame(snapshot: &Snapshot, size: Size, palette: Palette) -> Vec<String> {
    if !snapshot.is_running() || size.rows < 2 {
        return Vec::new();
    }
    // A character in the last column makes some terminals wrap.
    let columns = size.columns.saturating_sub(1);
    let alone = snapshot.planned == 1;
    let rows: &[Row] = if alone { &[] } else { &snapshot.rows };
    let room = size.rows - 2;
    let shown = choose(rows, room);
    let hidden = rows.len() - shown.len();
    let label = shown.iter().map(|row| measure_text_width(&row.name)).max().unwrap_or(0);
    let label = label.max(Phase::Uploading.name().len()).min(LABEL_MAX).min(columns / 3);
    let mut lines: Vec<_> =
        shown.iter().map(|row| row_line(row, label, columns, palette)).collect();
    if hidden > 0 && room > 0 {
        let more = truncate_str(&format!("+{hidden} more"), columns, "").into_owned();
        lines.push(palette.paint(Paint::Faint, &more));
    }
    lines.push(total_line(snapshot, label, columns, palette));
    lines
}

/// As many rows as there is room for, and one line less if that leaves any out; those that move
/// bytes first, all in their order.
fn choose(rows: &[Row], room: usize) -> Vec<&Row> {
    if rows.len() <= room {
        return rows.iter().collect();
    }
    let mut order: Vec<_> = rows.iter().enumerate().collect();
    order.sort_by_key(|(_, row)| row.phase);
    order.truncate(room.saturating_sub(1));
    order.sort_by_key(|(index, _)| *index);
    order.into_iter().map(|(_, row)| row).collect()
}

fn row_line(row: &Row, label: usize, columns: usize, palette: Palette) -> String {
    let label = label_column(&row.name, label);
    let mut pieces = vec![LinePiece::kept(label, None)];
    if row.phase <= Phase::Uploading {
        pieces.push(LinePiece::percent(row.amount));
        pieces.push(LinePiece { text: row.amount.describe(), rank: 2, paint: None });
        return assemble(pieces, Some(row.amount), columns, palette);
    }
    pieces.push(phase_piece(row.phase, row.in_phase, columns));
    if row.phase == Phase::Decoding {
        pieces.push(LinePiece::percent(row.amount));
        return assemble(pieces, Some(row.amount), columns, palette);
    }
    assemble(pieces, None, columns, palette)
}

/// The whole run: what it is at, how far, how fast, how long still.
fn total_line(snapshot: &Snapshot, label: usize, columns: usize, palette: Palette) -> String {
    let mut pieces = vec![state(snapshot, label, columns)];
    let decoding = snapshot.phase == Phase::Decoding;
    let amount = if decoding { snapshot.decoded } else { snapshot.amount };
    if amount.total.is_some() {
        pieces.push(LinePiece::percent(amount));
    }
    if amount.done() > 0 {
        pieces.push(LinePiece { text: amount.describe(), rank: 2, paint: None });
    }
    if snapshot.phase == Phase::Uploading {
        let rate = snapshot.rate.map_or_else(String::new, text::rate);
        pieces.push(LinePiece { text: rate, rank: 3, paint: None });
        let left = snapshot.left.map(|left| format!("{} left", text::duration(left)));
        pieces.push(LinePiece { text: left.unwrap_or_default(), rank: 1, paint: None });
    }
    if let Some(stalled) = snapshot.stalled {
        let text = format!("nothing moved for {}", text::duration(stalled));
        pieces.push(LinePiece { text, rank: 1, paint: Some(Paint::Warning) });
    }
    if snapshot.planned > 1 {
        let failed = snapshot.failed().map(|failed| format!(", {failed} failed"));
        let failed = failed.unwrap_or_default();
        let text = format!("{} of {} done{failed}", snapshot.outcomes.len(), snapshot.planned);
        pieces.push(LinePiece { text, rank: 4, paint: None });
    }
    let amount = (snapshot.phase <= Phase::Uploading || decoding).then_some(amount);
    assemble(pieces, amount, columns, palette)
}

/// The label of the total: the phase, and how long it has been going on where no bar shows that
/// something moves.
fn state(snapshot: &Snapshot, label: usize, columns: usize) -> LinePiece {
    if let Some(signal) = snapshot.stopping {
        return LinePiece::kept(format!("stopping ({signal})"), Some(Paint::Warning));
    }
    if snapshot.phase > Phase::Uploading {
        return phase_piece(snapshot.phase, snapshot.in_phase, columns);
    }
    let name = snapshot.phase.name();
    let text = if columns >= WIDE { label_column(name, label) } else { name.to_owned() };
    LinePiece::kept(text, Some(Paint::Label))
}

/// The long words where they fit beside a label, else the short ones.
fn phase_piece(phase: Phase, since: Duration, columns: usize) -> LinePiece {
    let long = phase.describe();
    let words = if columns >= long.len() + LABEL_MAX + 10 { long } else { phase.name() };
    LinePiece::kept(format!("{words} {}", text::duration(since)), None)
}

fn label_column(name: &str, width: usize) -> String {
    pad_str(name, width, console::Alignment::Left, Some("...")).into_owned()
}

/// A piece of a line; the greater its rank, the earlier it gives way.
struct LinePiece {
    text: String,
    rank: u8,
    paint: Option<Paint>,
}

impl LinePiece {
    const fn kept(text: String, paint: Option<Paint>) -> Self {
        Self { text, rank: 0, paint }
    }

    fn percent(amount: Amount) -> Self {
        let text = amount.percent().map_or_else(String::new, |percent| format!("{percent:>3} %"));
        Self::kept(text, None)
    }
}

/// Joins the pieces, with a bar after the first if `amount` is given and there is room for one.
fn assemble(
    mut pieces: Vec<LinePiece>,
    amount: Option<Amount>,
    columns: usize,
    palette: Palette,
) -> String {
    pieces.retain(|piece| !piece.text.is_empty());
    let amount = amount.filter(|amount| amount.total.is_some());
    let bar_min = if amount.is_some() { GAP.len() + BAR_MIN + 2 } else { 0 };
    while width(&pieces) + bar_min > columns {
        let Some(rank) = pieces.iter().map(|piece| piece.rank).max().filter(|rank| *rank > 0)
        else {
            break;
        };
        let Some(last) = pieces.iter().rposition(|piece| piece.rank == rank) else { break };
        pieces.remove(last);
    }
    let room = columns.saturating_sub(width(&pieces) + GAP.len() + 2);
    let mut parts: Vec<_> = pieces
        .iter()
        .map(|piece| {
            piece.paint.map_or(piece.text.clone(), |paint| palette.paint(paint, &piece.text))
        })
        .collect();
    if let Some(amount) = amount.filter(|_| room >= BAR_MIN) {
        parts.insert(1, bar(amount, room.min(BAR_MAX), palette));
    }
    truncate_str(&parts.join(GAP), columns, "").trim_end().to_owned()
}

fn width(pieces: &[LinePiece]) -> usize {
    let texts: usize = pieces.iter().map(|piece| measure_text_width(&piece.text)).sum();
    texts + GAP.len() * pieces.len().saturating_sub(1)
}

/// `[=====---     ]`: confirmed, on its way, to come.
fn bar(amount: Amount, width: usize, palette: Palette) -> String {
    let total = amount.total.unwrap_or(0).max(1);
    let cells = |bytes: u64| {
        let cells = u128::from(bytes.min(total)) * width as u128 / u128::from(total);
        usize::try_from(cells).unwrap_or(width)
    };
    let confirmed = cells(amount.confirmed);
    let in_flight = cells(amount.done()).saturating_sub(confirmed);
    format!(
        "[{}{}{}]",
        palette.paint(Paint::Confirmed, &"=".repeat(confirmed)),
        palette.paint(Paint::InFlight, &"-".repeat(in_flight)),
        " ".repeat(width.saturating_sub(confirmed + in_flight)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Event, Item, Outcome};
    use crate::progress::fixture::{
        Run, created, finished, processing, progress, started, uploaded,
    };

    fn draw(run: &Run, rows: usize, columns: usize) -> Vec<String> {
        frame(&run.tally.snapshot(run.now), Size { rows, columns }, Palette::PLAIN)
    }

    /// Two read sets on their way, one in processing, one to come.
    fn run() -> Run {
        let mut run = Run::new(&[("NA12878", 6400), ("NA12879", 640), ("s3", 64), ("s4", 6400)]);
        for item in 0..3 {
            run.tell(&created(item));
        }
        run.tell(&started(2, 1, 64)).tell(&uploaded(2, 1, 64)).tell(&processing(2));
        run.send(0, 1..=32).tell(&started(0, 33, 64)).tell(&progress(0, 33, 60));
        run.tell(&started(1, 1, 64)).tell(&progress(1, 1, 32));
        run
    }

    #[test]
    fn a_line_for_each_read_set_in_work_and_one_for_all() {
        assert_eq!(
            draw(&run(), 24, 120),
            [
                "NA12878    [=========                     ]   32 %  2.1 GiB of 6.2 GiB",
                "NA12879    [-                             ]    5 %  32.0 MiB of 640.0 MiB",
                "s3         processing (HealthOmics checks the read set) 32s",
                "uploading  [====                          ]   16 %  2.2 GiB of 13.2 GiB  \
                 79.6 MiB/s  2m 21s left  0 of 4 done",
            ]
        );
    }

    #[test]
    fn what_is_still_decoded_has_a_bar_of_its_own() {
        let mut run = Run::new(&[("NA12878", 128), ("NA12879", 128)]);
        let item = crate::event::Item(0);
        run.tell(&created(0)).send(0, 1..=2);
        let bytes = crate::types::ByteCount::new(32 * 1024 * 1024);
        run.tell(&Event::DecodeProgress { read_set: item, bytes });
        run.tell(&Event::Decoding { read_set: item }).wait(3000);
        assert_eq!(
            draw(&run, 24, 120),
            [
                "NA12878    [=======                       ]  decoding (the data are still read to \
                 their end) 3s   25 %",
                "decoding (the data are still read to their end) 3s  [==                    ]   12 %  \
                 32.0 MiB of 256.0 MiB  0 of 2 done",
            ]
        );
        assert_eq!(
            draw(&run, 24, 60),
            [
                "NA12878    [======                    ]  decoding 3s   25 %",
                "decoding 3s  [=             ]   12 %  32.0 MiB of 256.0 MiB",
            ]
        );
    }

    #[test]
    fn narrow_terminals_get_less_and_never_too_much() {
        let run = run();
        let last = |columns| draw(&run, 24, columns).pop().unwrap();
        assert_eq!(
            last(80),
            "uploading  [==           ]   16 %  2.2 GiB of 13.2 GiB  79.6 MiB/s  2m 21s left"
        );
        assert_eq!(last(66), "uploading  [=          ]   16 %  2.2 GiB of 13.2 GiB  2m 21s left");
        assert_eq!(last(50), "uploading  [==              ]   16 %  2m 21s left");
        assert_eq!(last(40), "uploading  [==-                ]   16 %");
        assert_eq!(last(20), "uploading   16 %");
        assert_eq!(last(8), "uploadi");
        for columns in 1..200 {
            for line in draw(&run, 24, columns) {
                let width = measure_text_width(&line);
                assert!(width < columns, "`{line}` is {width} wide at {columns}");
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let names: Vec<_> = (0..40).map(|i| format!("sample {i}")).collect();
        let sets: Vec<_> = names.iter().map(|name| (name.as_str(), 64)).collect();
        let mut run = Run::new(&sets);
        for item in 0..40 {
            run.tell(&created(item));
        }
        // Those that move bytes are shown first.
        run.tell(&processing(0)).tell(&processing(1));
        let lines = draw(&run, 6, 40);
        assert_eq!(
            lines,
            [
                "sample 2   [                   ]    0 %",
                "sample 3   [                   ]    0 %",
                "sample 4   [                   ]    0 %",
                "+37 more",
                "uploading  [                   ]    0 %",
            ]
        );
        for rows in 0..60 {
            assert!(draw(&run, rows, 40).len() <= rows.saturating_sub(1), "{rows} rows");
        }
        assert_eq!(draw(&run, 60, 40).len(), 41);
        assert_eq!(draw(&run, 2, 40), ["uploading  [                   ]    0 %"]);
    }

    #[test]
    fn everything_confirmed_does_not_look_stuck() {
        let mut run = Run::new(&[("a", 128)]);
        run.tell(&created(0));
        assert_eq!(draw(&run, 24, 100)[0].trim_end_matches("0 %").trim_end().len(), 43);
        run.send(0, 1..=2).tell(&Event::Confirming { read_set: Item(0) }).wait(2000);
        let all = "100 %  128.0 MiB of 128.0 MiB";
        assert_eq!(
            draw(&run, 24, 100),
            [format!("confirming (the service's list of parts is checked) 2s  {all}")]
        );
        run.tell(&processing(0)).wait(80_000);
        assert_eq!(
            draw(&run, 24, 100),
            [format!("processing (HealthOmics checks the read set) 1m 20s  {all}")]
        );
        assert_eq!(draw(&run, 24, 50), [format!("processing 1m 20s  {all}")]);
        assert_eq!(draw(&run, 24, 40), ["processing 1m 20s  100 %"]);
        run.tell(&finished(0, Outcome::Active, None));
        assert_eq!(draw(&run, 24, 100), [""; 0]);
    }

    #[test]
    fn trouble_and_the_end_are_told_in_place() {
        let mut run = Run::new(&[("a", 6400)]);
        run.tell(&created(0)).tell(&started(0, 1, 64)).tell(&progress(0, 1, 64)).wait(40_000);
        assert_eq!(
            draw(&run, 24, 100),
            ["uploading  [                            ]    1 %  64.0 MiB of 6.2 GiB  0 B/s  \
                 nothing moved for 40s"]
        );
        let grace = Duration::from_secs(10);
        run.tell(&Event::Stopping { signal: "SIGINT", grace });
        assert!(draw(&run, 24, 100)[0].starts_with("stopping (SIGINT)  ["));
    }

    #[test]
    fn wide_and_long_names_stay_in_their_column() {
        let mut run = Run::new(&[("試料試料試料試料試料試料", 64), ("b\u{1b}[2J", 64)]);
        run.tell(&created(0)).tell(&created(1));
        assert_eq!(
            draw(&run, 24, 80)[..2],
            [
                "試料試料試料試料...  [                              ]    0 %  0 B of 64.0 MiB",
                "b\\u{1b}[2J            [                              ]    0 %  0 B of 64.0 MiB",
            ]
            .map(ToOwned::to_owned)
        );
    }
}
