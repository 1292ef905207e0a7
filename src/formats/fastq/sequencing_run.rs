//! Which sequencing run reads come from, as their names say it.
//!
//! Conventions of instrument makers; whatever does not follow one exactly says nothing.

use serde::Serialize;

use super::read_name::ReadName;

/// Where reads were sequenced; only what their names tell.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SequencingRun {
    /// Whose style the names have: `Illumina`, `Element` or `MGI`.
    pub style: &'static str,
    pub instrument: Option<String>,
    pub run: Option<String>,
    pub flow_cell: Option<String>,
    pub lane: Option<u32>,
}

impl SequencingRun {
    /// What a read's name tells.
    pub fn of(name: &ReadName) -> Option<Self> {
        let name = std::str::from_utf8(name.template()).ok()?;
        if !name.chars().all(|c| c.is_ascii_graphic()) {
            return None;
        }
        Self::colons(name).or_else(|| Self::mgi(name))
    }

    /// Whether a read's name is an identity: two reads of the same name are of one molecule, and two of
    /// different names are not. Names of runs and those of the SRA are; others may only be counted.
    pub fn identifies(name: &ReadName) -> bool {
        Self::of(name).is_some() || is_spot(name.template())
    }

    /// `INSTRUMENT:RUN:FLOWCELL:LANE:TILE:X:Y`, maybe with a UMI behind it; before Casava 1.8
    /// `INSTRUMENT:LANE:TILE:X:Y#INDEX`.
    fn colons(name: &str) -> Option<Self> {
        let fields: Vec<_> = name.split(':').collect();
        let is_number = |text: &&str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        match fields[..] {
            [instrument, run, flow_cell, lane, tile, x, y, ..]
                if fields.len() <= 8
                    && [lane, tile, x, y].iter().all(is_number)
                    && ![instrument, run, flow_cell].contains(&"") =>
            {
                let style = if is_element(instrument) { "Element" } else { "Illumina" };
                let text = |text: &str| Some(text.to_owned());
                let lane = lane.parse().ok();
                Some(Self {
                    style,
                    instrument: text(instrument),
                    run: text(run),
                    flow_cell: text(flow_cell),
                    lane,
                })
            }
            [instrument, lane, tile, x, y] if !instrument.is_empty() => {
                let y = y.split('#').next()?;
                [lane, tile, x, y].iter().all(is_number).then(|| Self {
                    style: "Illumina",
                    instrument: Some(instrument.to_owned()),
                    lane: lane.parse().ok(),
                    ..Self::default()
                })
            }
            _ => None,
        }
    }

    /// `FLOWCELL`, `L` and the lane, `C` and a column, `R` and a row with the read's number:
    /// `V300012345L1C001R0010000001`.
    fn mgi(name: &str) -> Option<Self> {
        let (before, row) = name.rsplit_once('R')?;
        let (before, column) = before.rsplit_once('C')?;
        let (flow_cell, lane) = before.rsplit_once('L')?;
        let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let is_mgi = column.len() == 3
            && row.len() >= 3
            && lane.len() == 1
            && [column, row, lane].into_iter().all(is_number)
            && flow_cell.len() >= 6
            && flow_cell.starts_with(|c: char| c.is_ascii_uppercase())
            && flow_cell.bytes().all(|b| b.is_ascii_alphanumeric());
        is_mgi.then(|| Self {
            style: "MGI",
            flow_cell: Some(flow_cell.to_owned()),
            lane: lane.parse().ok(),
            ..Self::default()
        })
    }
}

/// `SRR`, a number, a point, a number; `ERR`, `DRR` and the experiments' `SRX` likewise.
fn is_spot(name: &[u8]) -> bool {
    let [b'S' | b'E' | b'D', b'R', b'R' | b'X', rest @ ..] = name else { return false };
    let mut numbers = rest.split(|byte| *byte == b'.');
    let mut is_number = || {
        let number = numbers.next().unwrap_or_default();
        !number.is_empty() && number.iter().all(u8::is_ascii_digit)
    };
    is_number() && is_number()
}

/// Instruments of Element are `AV` and a number.
fn is_element(instrument: &str) -> bool {
    let number = instrument.strip_prefix("AV").unwrap_or_default();
    number.len() >= 4 && number.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_run() {
        for (line, expected) in [
            ("A00123:45:HXXYYDSXX:2:1101:1000:2000 1:N:0:ACGT", "Illumina A00123 45 HXXYYDSXX 2"),
            ("A00123:45:HXXYYDSXX:2:1101:1:2:ACGTACGT 1:N:0:A", "Illumina A00123 45 HXXYYDSXX 2"),
            ("M01234:9:000000000-ABCDE:1:1101:1:2 2:N:0:1", "Illumina M01234 9 000000000-ABCDE 1"),
            (
                "AV224503:run-7:2245031234:1:10102:1:2 1:N:0:A",
                "Element AV224503 run-7 2245031234 1",
            ),
            ("HS25_09827:2:1201:1505:59795#49/1", "Illumina HS25_09827 - - 2"),
            ("V300012345L1C001R0010000001/2", "MGI - - V300012345 1"),
            ("E150001234L3C010R00200456789/1", "MGI - - E150001234 3"),
            ("SRR001666.1 071112_SLXA length=36", ""),
            ("r1", ""),
            ("a:b:c", ""),
            ("A00:1:HX:x:1:2:3", ""),
            (":1:HX:1:1:2:3", ""),
            ("A:1:H:1:2:3:4:5:6", ""),
            ("CLR", ""),
            ("ALxCyRz", ""),
            ("\u{1b}[2J:1:H:1:2:3:4", ""),
        ] {
            let told = SequencingRun::of(&ReadName::parse(line.as_bytes())).map(|run| {
                let text = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
                let lane = run.lane.unwrap_or_default();
                let (instrument, number) = (text(run.instrument), text(run.run));
                format!("{} {instrument} {number} {} {lane}", run.style, text(run.flow_cell))
            });
            assert_eq!(told.unwrap_or_default(), expected, "{line}");
        }
    }
}
