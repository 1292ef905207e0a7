//! The bars: a snapshot and a terminal's size become lines. Pure.

use ::console::{measure_text_width, pad_str, truncate_str};

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
const LABEL_MAX: usize = 24;
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
    let label = label.clamp("total".len(), LABEL_MAX.min((columns / 3).max("total".len())));
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
    let mut pieces = vec![Piece::kept(label, None)];
    if row.phase <= Phase::Uploading {
        pieces.push(Piece::percent(row.amount));
        pieces.push(Piece { text: row.amount.describe(), rank: 2, paint: None });
        return assemble(pieces, Some(row.amount), columns, palette);
    }
    pieces.extend(phase_pieces(row.phase, &text::duration(row.in_phase), columns));
    assemble(pieces, None, columns, palette)
}

fn total_line(snapshot: &Snapshot, label: usize, columns: usize, palette: Palette) -> String {
    let name = match &snapshot.rows[..] {
        [row] if snapshot.planned == 1 => {
            truncate_str(&row.name, LABEL_MAX.min(columns / 3), "...").into_owned()
        }
        _ => label_column("total", label),
    };
    let mut pieces = vec![Piece::kept(name, Some(Paint::Label))];
    if snapshot.amount.total.is_some() || snapshot.amount.done() > 0 {
        pieces.push(Piece::percent(snapshot.amount));
        pieces.push(Piece { text: snapshot.amount.describe(), rank: 2, paint: None });
    }
    if snapshot.phase == Phase::Uploading {
        let rate = snapshot.rate.map_or_else(String::new, text::rate);
        pieces.push(Piece { text: rate, rank: 3, paint: None });
        let left =
            snapshot.left.map_or_else(String::new, |left| format!("{} left", text::duration(left)));
        pieces.push(Piece { text: left, rank: 1, paint: None });
    }
    pieces.extend(state_pieces(snapshot, columns));
    let amount = (snapshot.phase <= Phase::Uploading).then_some(snapshot.amount);
    assemble(pieces, amount, columns, palette)
}

/// What the run is at, or what keeps it.
fn state_pieces(snapshot: &Snapshot, columns: usize) -> Vec<Piece> {
    if let Some(signal) = snapshot.stopping {
        let text = format!("stopping ({signal})");
        return vec![Piece { text, rank: 1, paint: Some(Paint::Warning) }];
    }
    if let Some(stalled) = snapshot.stalled {
        let text = format!("nothing moved for {}", text::duration(stalled));
        return vec![Piece { text, rank: 1, paint: Some(Paint::Warning) }];
    }
    if snapshot.phase <= Phase::Uploading {
        return vec![Piece { text: snapshot.phase.name().to_owned(), rank: 4, paint: None }];
    }
    phase_pieces(snapshot.phase, &text::duration(snapshot.in_phase), columns)
}

/// The long words where they fit beside a label, else the short ones.
fn phase_pieces(phase: Phase, since: &str, columns: usize) -> Vec<Piece> {
    let long = phase.describe();
    let words = if columns >= long.len() + 40 { long } else { phase.name() };
    vec![Piece { text: format!("{words} {since}"), rank: 0, paint: None }]
}

fn label_column(name: &str, width: usize) -> String {
    pad_str(name, width, ::console::Alignment::Left, Some("...")).into_owned()
}

/// A piece of a line; the greater its rank, the earlier it gives way.
struct Piece {
    text: String,
    rank: u8,
    paint: Option<Paint>,
}

impl Piece {
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
    mut pieces: Vec<Piece>,
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

fn width(pieces: &[Piece]) -> usize {
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
