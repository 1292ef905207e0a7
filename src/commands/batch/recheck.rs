//! `--recheck`: whether the read sets of finished rows are still there.

use super::{decide::RowDecision, work::BatchWork};
use crate::{
    report::{Abort, Problem, status_of_request},
    run::{Reached, questions::Questions, run_folder::NoteKind},
    store::{ReadSetState, ReadSets as _, StoreErrorKind},
    types::{Operation, ReadSetId},
};

/// Asks for each of them, and notes those that are gone.
pub(super) async fn run(work: &mut BatchWork, reached: &Reached) -> Result<(), Abort> {
    let asked = Questions::new(reached);
    let file = match (&work.folder, &work.earlier) {
        (Some(folder), Some(plan)) => {
            folder.open()?;
            Some(folder.note_file(plan.hash)?)
        }
        _ => None,
    };
    for (found, decision) in work.sheet.rows.iter().zip(&mut work.decided.rows) {
        let RowDecision::Finished(end) = decision else { continue };
        let Ok(id) = end.text("read_set_id").parse::<ReadSetId>() else { continue };
        let store = asked.store();
        let answer = asked.ask(Operation::ShowReadSet, || store.read_set(&id)).await;
        let is_gone = match answer {
            Ok(found) => matches!(found.state, ReadSetState::Gone),
            Err(error) if error.kind == StoreErrorKind::Missing => true,
            Err(error) => {
                let status = status_of_request(error.kind);
                return Err(Abort::Early(Problem::new(error), status));
            }
        };
        if is_gone {
            let read_set_id = id.to_string();
            let noted =
                file.as_ref().map(|file| file.note(&found.key, NoteKind::Gone { read_set_id }));
            if let Some(Err(error)) = noted {
                return Err(crate::report::broken(error, "cannot write to the run folder"));
            }
            *decision = RowDecision::Gone(end.clone());
        }
    }
    Ok(())
}
