//! What read sets have that other things made of parts have not: fields, a state, an `ETag`, tags by
//! which they are found again.

use std::{collections::BTreeMap, future::Future};

use super::{Created, Page, Store, StoreError};
use crate::{
    formats::FileType,
    types::{
        ContentDigest, Description, GeneratedFrom, Mark, ReadSetEtag, ReadSetId, ReadSetName,
        ReferenceArn, SampleId, SubjectId, Tags,
    },
};

/// The fields of a read set to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    pub file_type: FileType,
    pub name: ReadSetName,
    pub sample: SampleId,
    pub subject: SubjectId,
    pub reference: Option<ReferenceArn>,
    pub generated_from: Option<GeneratedFrom>,
    pub description: Option<Description>,
    pub tags: Tags,
}

/// Where a read set is between Complete and use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadSetState {
    Processing,
    /// Active, archived or being activated: the store has taken it, and has perhaps hashed it.
    There(Option<ReadSetEtag>),
    /// The store did not take the data; its own words, if it has any.
    Failed(Option<String>),
    /// Deleted, or being deleted.
    Gone,
    /// A status that this program does not know.
    Unknown(String),
}

impl ReadSetState {
    /// The store's hash of a read set that is there.
    pub fn etag(&self) -> Option<ReadSetEtag> {
        match self {
            Self::There(etag) => etag.clone(),
            _ => None,
        }
    }
}

/// A read set as the store shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundReadSet {
    pub id: ReadSetId,
    pub arn: String,
    /// Seconds since 1970.
    pub created: i64,
    pub state: ReadSetState,
    pub described: Described,
    /// The objects of its sources, where the store has S3 access and says so.
    pub s3_uris: Vec<String>,
}

/// The fields of a read set in the store's own words; nothing where it says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Described {
    pub file_type: Option<String>,
    pub name: Option<String>,
    pub sample: Option<String>,
    pub subject: Option<String>,
    pub reference: Option<String>,
    /// `UPLOAD`, or `IMPORT` of what came out of a bucket.
    pub creation_type: Option<String>,
}

/// A field of a read set that is not what was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub field: &'static str,
    pub wanted: String,
    pub found: String,
}

impl Described {
    const UPLOAD: &'static str = "UPLOAD";

    /// The first field that differs from what an upload with these fields makes. What the store does
    /// not say is no difference.
    pub fn difference(&self, fields: &Fields) -> Option<Difference> {
        let reference = fields.reference.as_ref().map_or("none", ReferenceArn::as_str);
        self.other_identity(fields)
            .or_else(|| differs("reference", reference, self.reference.as_deref(), false))
            .or_else(|| differs("creation type", Self::UPLOAD, self.creation_type.as_deref(), true))
    }

    /// The same for what makes two read sets comparable: name, sample, subject and type.
    pub fn other_identity(&self, fields: &Fields) -> Option<Difference> {
        let file_type = fields.file_type.as_str();
        differs("name", fields.name.as_str(), self.name.as_deref(), false)
            .or_else(|| differs("sample", fields.sample.as_str(), self.sample.as_deref(), false))
            .or_else(|| differs("subject", fields.subject.as_str(), self.subject.as_deref(), false))
            .or_else(|| differs("type", file_type, self.file_type.as_deref(), true))
    }
}

fn differs(
    field: &'static str,
    wanted: &str,
    found: Option<&str>,
    any_case: bool,
) -> Option<Difference> {
    let found = found?;
    let same = found == wanted || any_case && found.eq_ignore_ascii_case(wanted);
    (!same).then(|| Difference { field, wanted: wanted.to_owned(), found: found.to_owned() })
}

/// The tags of a read set that this program has left there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OurTags {
    pub mark: Option<Mark>,
    pub digest: Option<ContentDigest>,
}

/// An unfinished upload as the store lists it, in the store's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedUpload {
    pub created: Created,
    pub file_type: String,
    pub name: String,
    pub sample: String,
    pub subject: String,
    pub reference: Option<String>,
    pub generated_from: Option<String>,
    pub description: Option<String>,
    pub tags: BTreeMap<String, String>,
}

impl ListedUpload {
    /// Our mark, if this program made the upload.
    pub fn mark(&self) -> Option<Mark> {
        self.tags.get(Mark::KEY)?.parse().ok()
    }

    /// Whether it was begun with exactly these fields, our mark aside.
    pub fn is_for(&self, fields: &Fields) -> bool {
        let text = |value: Option<&str>| value.filter(|text| !text.is_empty()).map(str::to_owned);
        let tags = self.tags.iter().filter(|(key, _)| *key != Mark::KEY);
        let theirs = fields.tags.iter().filter(|(key, _)| *key != Mark::KEY);
        self.file_type.eq_ignore_ascii_case(fields.file_type.as_str())
            && self.name == fields.name.as_str()
            && self.sample == fields.sample.as_str()
            && self.subject == fields.subject.as_str()
            && text(self.reference.as_deref())
                == fields.reference.as_ref().map(|arn| arn.as_str().to_owned())
            && text(self.generated_from.as_deref())
                == fields.generated_from.as_ref().map(|text| text.as_str().to_owned())
            && text(self.description.as_deref())
                == fields.description.as_ref().map(|text| text.as_str().to_owned())
            && tags.map(|(key, value)| (key.as_str(), value.as_str())).eq(theirs)
    }
}

/// A destination whose uploads become read sets.
pub trait ReadSets: Store<Target = Fields, Made = ReadSetId> {
    /// A page of the unfinished uploads.
    fn list_uploads(
        &self,
        page: Option<&str>,
    ) -> impl Future<Output = Result<Page<ListedUpload>, StoreError>> + Send;

    /// What a read set is, and where.
    fn read_set(
        &self,
        id: &ReadSetId,
    ) -> impl Future<Output = Result<FoundReadSet, StoreError>> + Send;

    /// A page of the read sets with this name, sample, subject and type: those that uploads made since
    /// a time (seconds since 1970), or all, wherever they come from.
    fn find_read_sets(
        &self,
        fields: &Fields,
        since: Option<i64>,
        page: Option<&str>,
    ) -> impl Future<Output = Result<Page<FoundReadSet>, StoreError>> + Send;

    /// The tags that a read set carries, if it came of an upload of ours.
    fn tags_of(
        &self,
        read_set: &FoundReadSet,
    ) -> impl Future<Output = Result<OurTags, StoreError>> + Send;

    /// Leaves a tag at a read set that says what it holds.
    fn tag(
        &self,
        read_set: &FoundReadSet,
        digest: &ContentDigest,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Where the store keeps the parts of an upload that failed, if it was told to.
    fn fallback_location(&self) -> impl Future<Output = Result<Option<String>, StoreError>> + Send;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_store_says_of_a_read_set_is_compared_with_what_was_asked_for() {
        let arn =
            "arn:aws:omics:us-east-1:123456789012:referenceStore/1234567890/reference/2345678901";
        let mut fields = Fields {
            file_type: FileType::Bam,
            name: "name".parse().unwrap(),
            sample: "sample".parse().unwrap(),
            subject: "subject".parse().unwrap(),
            reference: None,
            generated_from: None,
            description: None,
            tags: Tags::default(),
        };
        assert_eq!(Described::default().difference(&fields), None);
        let text = |text: &str| Some(text.to_owned());
        let same = Described {
            file_type: text("bam"),
            name: text("name"),
            sample: text("sample"),
            subject: text("subject"),
            reference: None,
            creation_type: text("Upload"),
        };
        assert_eq!(same.difference(&fields), None);
        for (field, wanted, found, other) in [
            ("type", "BAM", "CRAM", Described { file_type: text("CRAM"), ..same.clone() }),
            ("name", "name", "Name", Described { name: text("Name"), ..same.clone() }),
            ("sample", "sample", "s", Described { sample: text("s"), ..same.clone() }),
            ("subject", "subject", "s", Described { subject: text("s"), ..same.clone() }),
            ("reference", "none", arn, Described { reference: text(arn), ..same.clone() }),
            (
                "creation type",
                "UPLOAD",
                "IMPORT",
                Described { creation_type: text("IMPORT"), ..same.clone() },
            ),
        ] {
            let (wanted, found) = (wanted.to_owned(), found.to_owned());
            assert_eq!(other.difference(&fields), Some(Difference { field, wanted, found }));
        }
        fields.reference = Some(arn.parse().unwrap());
        assert_eq!(same.difference(&fields), None, "it may say nothing of its reference");
        let other = Described { reference: text("arn:other"), ..same };
        assert_eq!(other.difference(&fields).unwrap().field, "reference");
    }
}
