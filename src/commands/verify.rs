//! `verify`: whether a read set holds what files hold, by the hash of their content.

mod answer;
mod files;
mod recorded;

use crate::{
    cli::{self, Output},
    preflight::Outputs,
    report::{self, Abort, output, status},
    run::{Reached, Shown, destination, questions::Questions},
    store::{ReadSetState, ReadSets as _, StoreError, StoreErrorKind},
    types::{EtagResult, FromOutside, Operation, ReadSetEtag, ReadSetId},
};
use answer::{Answer, VerifyResult};
use recorded::Recorded;

/// Where our own hash comes from.
enum Ours {
    Files(files::Files),
    Receipt(recorded::Recorded),
}

pub(super) async fn run(arguments: cli::VerifyReadSet) -> Result<u8, Abort> {
    let mut problems = destination::problems(&arguments.target);
    let files = arguments.files.iter().map(|path| (path.as_path(), "a file to compare"));
    problems.extend(Outputs::of(&arguments.show).problems(files));
    if !problems.is_empty() {
        return Err(Abort::Unusable(problems));
    }
    let store = arguments.target.store.as_ref().map(|store| store.id().to_string());
    let ours = if arguments.files.is_empty() {
        Ours::Receipt(recorded::find(&arguments, store.as_deref())?)
    } else {
        Ours::Files(files::Files::open(&arguments.files)?)
    };
    let reached = destination::reach(&arguments.target, None).await?;
    let answer = compare(&arguments, &ours, &reached).await?;
    let names = match &ours {
        Ours::Files(files) => files.names(),
        Ours::Receipt(Recorded { path, .. }) => vec![path.clone()],
    };
    if let Some(text) = answer.told(&names) {
        output::complain(&text);
    }
    let is_receipt = matches!(ours, Ours::Receipt(_));
    let printed = match arguments.show.output {
        Output::Text => output::print(format!("{}\n", answer.word()).as_bytes()),
        Output::Json => {
            output::print(&answer.document(&arguments.id, &reached.store, &names, is_receipt))
        }
    };
    if let Some(sandbox) = reached.sandbox {
        sandbox.stop().await;
    }
    let status = answer.status();
    Ok(if status == status::DONE { printed } else { status })
}

/// Looks at the read set, and then at all of the files if that can decide anything.
async fn compare(
    arguments: &cli::VerifyReadSet,
    ours: &Ours,
    reached: &Reached,
) -> Result<Answer, Abort> {
    let found = match look(&arguments.id, reached).await {
        Ok(found) => found,
        Err(answer) => return Ok(*answer),
    };
    let expected = match ours {
        Ours::Receipt(Recorded { etag: Some(etag), .. }) => etag.clone(),
        Ours::Receipt(Recorded { path, etag: None }) => {
            let why = format!(
                "the receipt `{path}` has no hash of the content, which `put --verify` makes: give the \
                 files"
            );
            return Ok(Answer::undecided(why).found(found));
        }
        Ours::Files(files) => {
            let sources = files.sources(&found)?;
            let algorithm = match files.algorithm(&found) {
                Ok(algorithm) => algorithm,
                Err(answer) => return Ok(answer.found(found)),
            };
            let console = Shown::open(&arguments.show)?;
            let hashed = files.hash(&sources, algorithm, &console.observer()).await;
            console.finish();
            match hashed {
                Ok(etag) => etag,
                Err(defect) => {
                    let status = if defect.passes { status::TEMPORARY } else { status::FAILED };
                    let verdict = VerifyResult::Failed(status);
                    return Ok(Answer::new(verdict, defect.message).hint(defect.hint).found(found));
                }
            }
        }
    };
    Ok(judge(expected, found))
}

/// What two hashes say.
fn judge(expected: ReadSetEtag, found: ReadSetEtag) -> Answer {
    let result = expected.compare(&found);
    let swapped = expected.source2.clone().is_some_and(|second| {
        let other = ReadSetEtag {
            algorithm: expected.algorithm.clone(),
            source2: Some(expected.source1.clone()),
            source1: second,
        };
        result != EtagResult::Matches && other.compare(&found) == EtagResult::Matches
    });
    let reason = match result {
        EtagResult::Matches => "the read set holds what the files hold",
        EtagResult::Differs if swapped => {
            "the read set holds the two files exchanged: SOURCE1 is the second, and SOURCE2 the first"
        }
        EtagResult::Differs => "the read set holds other data",
        EtagResult::DiffersUnconfirmed => {
            "the hashes differ, and the service does not document to the byte what it hashes of BAM and \
             CRAM: that means other data, or another way of writing the same"
        }
        EtagResult::NotComparable | EtagResult::NotPredicted | EtagResult::Missing => {
            "the two hashes were made in different ways"
        }
    };
    let mut answer = Answer::new(VerifyResult::Compared(result), reason);
    (answer.expected, answer.found, answer.swapped) = (Some(expected), Some(found), swapped);
    answer
}

/// The hash of a read set, or why there is nothing to be compared.
async fn look(id: &ReadSetId, reached: &Reached) -> Result<ReadSetEtag, Box<Answer>> {
    let asked = Questions::new(reached);
    let found = asked.ask(Operation::ShowReadSet, || asked.store().read_set(id)).await;
    let again = format!("`omics-upload wait {id} --store {}` waits for it", reached.store);
    let answer = match found.map(|found| found.state) {
        Ok(ReadSetState::There(Some(etag))) => return Ok(etag),
        Ok(ReadSetState::There(None)) => Answer::undecided("the store has no ETag of the read set"),
        Ok(ReadSetState::Processing) => {
            Answer::undecided("the service is still working on the read set").hint(Some(again))
        }
        Ok(ReadSetState::Failed(message)) => {
            let why = message
                .map(|message| format!(": {}", FromOutside::new(&message)))
                .unwrap_or_default();
            let verdict = VerifyResult::Failed(status::NOT_ACCEPTED);
            Answer::new(verdict, format!("the service did not accept the data{why}"))
        }
        Ok(ReadSetState::Gone) => {
            Answer::new(VerifyResult::Failed(status::FAILED), "the read set has been deleted")
        }
        Ok(ReadSetState::Unknown(state)) => {
            Answer::undecided(format!("the read set has the unknown status `{state}`"))
        }
        Err(error) => refused(&error),
    };
    Err(Box::new(answer))
}

/// What a failed look means.
fn refused(error: &StoreError) -> Answer {
    let (verdict, hint) = match error.kind {
        StoreErrorKind::Denied => (
            VerifyResult::Undecided,
            Some(
                "the caller needs the permission `omics:GetReadSetMetadata` on the store's read sets"
                    .to_owned(),
            ),
        ),
        StoreErrorKind::Missing => (
            VerifyResult::Failed(status::FAILED),
            Some("look at the ID, at the store's ID and at the region".to_owned()),
        ),
        kind => (VerifyResult::Failed(report::status_of_request(kind)), report::access(error)),
    };
    Answer::new(verdict, error.to_string()).hint(hint)
}
