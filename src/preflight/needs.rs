//! Files that need a reference, where none is given.

use crate::{
    formats::{Content, FileType, Inspected},
    report::Problem,
    types::{Escaped, Quoted},
};

/// What to say of those that cannot do without one.
pub(crate) fn problems<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a Inspected)>,
) -> Vec<Problem> {
    let mut aligned = Vec::new();
    let mut problems = Vec::new();
    for (shown, inspected) in files {
        let (file_type, name) = (inspected.file_type(), Escaped::new(shown));
        match inspected.content() {
            Content::Header(header) if header.seems_unaligned => {
                problems.push(unaligned_bam(shown, header.references));
            }
            Content::Header(header) if file_type == FileType::Cram && header.references == 0 => {
                problems.push(unaligned_cram(shown));
            }
            _ if file_type.needs_reference() => aligned.push(format!("`{name}` ({file_type})")),
            _ => {}
        }
    }
    problems.extend((!aligned.is_empty()).then(|| no_reference(&aligned)));
    problems
}

fn no_reference(files: &[String]) -> Problem {
    let problem = Problem::new(anyhow::anyhow!(
        "aligned reads need a reference genome, and none is given for {}",
        files.join(", ")
    ));
    problem.hint(
        "give the ARN of the reference that the reads are aligned to with `--reference`; \
         `aws omics list-references` lists what a reference store has",
    )
}

fn unaligned_bam(shown: &str, references: u64) -> Problem {
    let (name, file) = (Escaped::new(shown), Quoted::new(shown));
    let plural = if references == 1 { "" } else { "s" };
    let problem = Problem::new(anyhow::anyhow!(
        "the reads of `{name}` seem unaligned, but its header lists {references} reference \
         sequence{plural}: it is BAM, which needs a reference genome"
    ));
    problem.hint(format!(
        "make it unmapped BAM with `samtools reset -o OUT.bam {file}` (samtools 1.17 or later), or give \
         the ARN of the reference with `--reference`"
    ))
}

fn unaligned_cram(shown: &str) -> Problem {
    let (name, file) = (Escaped::new(shown), Quoted::new(shown));
    let problem = Problem::new(anyhow::anyhow!(
        "`{name}` is CRAM without reference sequences, and the service wants a reference genome for \
         every CRAM"
    ));
    problem.hint(format!(
        "make it unmapped BAM with `samtools view -b -o OUT.bam {file}`, or give the ARN of a reference \
         with `--reference`"
    ))
}
