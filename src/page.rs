//! The page of a batch: one HTML document without any outside reference, for a browser or a mail.
//!
//! [`html`] makes it of a [`PageReport`]. It is complete without scripts: the details of each read set
//! are `<details>`. A script adds sorting and filtering. The content security policy allows the
//! page's own style and script by their hashes, and nothing else.
//!
//! Text from files and servers is [`OutsideText`], which cannot get onto the page but escaped. Knows
//! neither the network nor the command line nor the file system.

mod details;
mod failures;
mod input;
mod layout;
mod of_receipt;
mod pictures;
mod quantity;
mod redact;
mod table;
mod text;
mod throughput;
mod time_axis;
mod totals;

pub use input::{
    CheckResult, PageReport, ReadSetRow, RowCheck, RowEtag, RowFailure, RowFields, RowFile,
    RowStatus, RowTraffic,
};
pub use text::OutsideText;
pub use throughput::Throughput;

/// The whole page. It grows with the rows, by some two kilobytes each.
pub fn html(report: &PageReport) -> String {
    if report.redact {
        layout::page(&redact::redacted(report)).into_string()
    } else {
        layout::page(report).into_string()
    }
}
