//! What is wrong with the files of a row, in the words of a sheet, and the column that it is about.

use crate::{
    formats::FileType,
    readset::{Draft, Field, ReadSetError, ReadSetNote},
    report::Problem,
    sheet::{SheetFile, SheetRow, StatedBy},
    types::Escaped,
};

/// A file of a type that its column does not take.
pub(super) fn wrong_column(row: &SheetRow, draft: &Draft) -> Option<Problem> {
    let file = row.files().next().filter(|_| !row.takes(draft.file_type))?;
    let error = anyhow::anyhow!(
        "`{}` is {} by its content, which does not belong in this column",
        Escaped::new(&file.text),
        draft.file_type
    );
    Some(Problem::new(error))
}

pub(super) fn column(file: Option<&SheetFile>) -> Option<String> {
    file.map(|file| file.column.clone())
}

/// An error, as it is told of a row.
pub(super) fn of_row(error: ReadSetError, row: &SheetRow) -> Problem {
    match &error {
        ReadSetError::OtherSample { file, header, asked } if row.sample.is_some() => {
            other_sample(file, header, asked)
        }
        ReadSetError::OtherType { file, content, asked } if row.file_type.is_some() => {
            other_type(file, *content, *asked)
        }
        ReadSetError::Untold { file, field } => {
            let file = Escaped::new(file);
            with_column(*field, anyhow::anyhow!("`{file}` does not tell the {field} of a read set"))
        }
        ReadSetError::Unfit { file, field, source } => {
            let context =
                format!("the {field} inferred for `{}` cannot be used", Escaped::new(file));
            with_column(*field, anyhow::Error::new(source.clone()).context(context))
        }
        ReadSetError::CommonName { file } => {
            let file = Escaped::new(file);
            let error = anyhow::anyhow!(
                "tools give the name of `{file}` to the files of every run, and nothing else names its \
                 sample"
            );
            with_column(Field::Sample, error)
        }
        ReadSetError::SeveralSamples { file, samples } => {
            let (file, count) = (Escaped::new(file), samples.len());
            let error = anyhow::anyhow!(
                "the header of `{file}` names {count} samples, and a read set has one"
            );
            with_column(Field::Sample, error)
        }
        ReadSetError::NoPairs { file, content } => {
            let file = Escaped::new(file);
            Problem::new(anyhow::anyhow!(
                "`{file}` is {content}, and only FASTQ files come in pairs"
            ))
            .hint("give each file a row of its own")
        }
        _ => Problem::new(error),
    }
}

/// A field that the files do not tell, and the sheet could.
fn with_column(field: Field, error: anyhow::Error) -> Problem {
    let column = field.flag().trim_start_matches('-');
    Problem::new(error).hint(format!("say it in a column `{column}` of the sheet"))
}

/// A header that names another sample than the sheet.
fn other_sample(file: &str, header: &[String], asked: &str) -> Problem {
    let names: Vec<_> = header.iter().map(|name| format!("`{}`", Escaped::new(name))).collect();
    let error = anyhow::anyhow!(
        "`{}` is not the sample in the header of `{}`: {}",
        Escaped::new(asked),
        Escaped::new(file),
        names.join(", ")
    );
    Problem::new(error)
        .hint("correct the sheet, or pass `--allow-sample-mismatch` to use its samples")
}

/// A file that is something else than the sheet says.
fn other_type(file: &str, content: FileType, asked: FileType) -> Problem {
    let file = Escaped::new(file);
    let error = anyhow::anyhow!("`{file}` is {content} by its content, and the sheet says {asked}");
    Problem::new(error).hint("correct the type in the sheet, or leave its cell empty")
}

/// Whether the sheet knows better than the name of a file, or agrees with its header.
pub(super) fn is_overruled(error: &ReadSetError, row: &SheetRow) -> bool {
    match error {
        ReadSetError::OtherName { .. } => true,
        ReadSetError::OtherSample { header, .. } => header.iter().all(|name| row.is_sample(name)),
        _ => false,
    }
}

/// Whether a note speaks of a header that agrees with the row.
pub(super) fn agrees(note: &ReadSetNote, row: &SheetRow) -> bool {
    let ReadSetNote::OtherSample { header, .. } = note else { return false };
    row.sample.is_some() && header.iter().all(|name| row.is_sample(name))
}

/// The column that an error is about.
pub(super) fn column_of(error: &ReadSetError, row: &SheetRow) -> Option<String> {
    let by = match error {
        ReadSetError::OtherSample { .. } | ReadSetError::OtherName { .. } => {
            row.sample.as_ref().map(|stated| &stated.by)
        }
        ReadSetError::OtherType { .. } | ReadSetError::NotUbam { .. } => {
            row.file_type.as_ref().map(|stated| &stated.by)
        }
        _ => None,
    };
    match by {
        Some(StatedBy::Column(name)) => Some(name.clone()),
        _ => column(row.files().next()),
    }
}
