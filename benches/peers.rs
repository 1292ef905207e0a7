//! What `put` takes of time, processor and memory, beside what people use today, on loopback:
//! `cargo bench --bench peers`. Not a timed test: it measures, and writes `docs/performance.md` and
//! `docs/performance.svg`.
//!
//! `-- --rounds 9 --only http,memory` measures otherwise or a part, and prints it; the documents are
//! written when all is measured. Every run has a sandbox of its own that discards what it hashed; the
//! clients take turns, and a first round that warms everything up is not counted.
#![expect(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a benchmark tells what it does and what it measured"
)]

#[path = "peers/authority.rs"]
mod authority;
#[path = "peers/clients.rs"]
mod clients;
#[path = "peers/front.rs"]
mod front;
#[path = "support/machine.rs"]
mod machine;
#[path = "peers/material.rs"]
mod material;
#[path = "peers/meter.rs"]
mod meter;
#[path = "peers/page.rs"]
mod page;
#[path = "peers/plan.rs"]
mod plan;
#[path = "peers/plot.rs"]
mod plot;
#[path = "peers/python.rs"]
mod python;
#[path = "peers/rig.rs"]
mod rig;
#[path = "peers/series.rs"]
mod series;
#[path = "peers/service.rs"]
mod service;
#[path = "peers/verdict.rs"]
mod verdict;

use std::{fs, path::Path};

use anyhow::{Context as _, Result};
use plan::Plan;

fn main() -> Result<()> {
    let mut arguments: Vec<_> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == meter::WORD) {
        return meter::run(&arguments.split_off(1));
    }
    let plan = Plan::parse(&arguments)?;
    let load = machine::load();
    let rig = rig::Rig::new()?;
    let figures = series::measure(&plan, &rig)?;
    let goals = verdict::goals(&figures);
    println!("\n{}", page::tables(&figures, &goals));
    if plan.is_whole() {
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
        let page = page::page(&plan, &load, &figures, &goals);
        for (name, text) in [("performance.md", page), ("performance.svg", plot::draw(&figures))] {
            let path = docs.join(name);
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
            eprintln!("written: docs/{name}");
        }
    }
    Ok(())
}
