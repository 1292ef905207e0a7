//! What the sandbox keeps about vaults, uploads, parts and archives, as it lies on disk.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use super::disk;

/// A vault.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SavedVault {
    pub(crate) name: String,
    pub(crate) created: Timestamp,
}

/// An upload in parts.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SavedVaultUpload {
    pub(crate) id: String,
    pub(crate) created: Timestamp,
    pub(crate) part_size: u64,
    pub(crate) description: Option<String>,
    /// When it was aborted: for a while, aborting it again is no error.
    pub(crate) aborted: Option<Timestamp>,
}

/// One part. It is there when this record is: the data is written first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SavedVaultPart {
    pub(crate) number: u16,
    pub(crate) start: u64,
    pub(crate) size: u64,
    /// The root of the data as stored.
    pub(crate) tree_hash: String,
    pub(crate) sent: Timestamp,
    /// The data's file name; `None` if the data was discarded.
    #[serde(deserialize_with = "part_data")]
    pub(crate) file: Option<String>,
}

/// An archive; its data lies beside this record, under its ID.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SavedArchive {
    pub(crate) id: String,
    pub(crate) created: Timestamp,
    pub(crate) size: u64,
    pub(crate) tree_hash: String,
    pub(crate) description: Option<String>,
    /// The upload that it came from, as long as Complete may be repeated.
    pub(crate) upload: Option<String>,
    /// Whether its data is there, and not discarded.
    pub(crate) kept: bool,
}

/// A record that somebody wrote must not lead out of its folder.
fn part_data<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let name = Option::<String>::deserialize(from)?;
    if name.as_deref().is_none_or(disk::is_part_data) {
        return Ok(name);
    }
    Err(D::Error::custom("`file` is no name of a part's data"))
}

/// A time as answers have it: with three digits of a second, zeros too.
pub(crate) fn shown(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_milliseconds() {
        for (time, text) in [
            ("2012-04-01T15:00:00Z", "2012-04-01T15:00:00.000Z"),
            ("2012-03-20T17:03:43.221Z", "2012-03-20T17:03:43.221Z"),
        ] {
            assert_eq!(shown(time.parse().unwrap()), text);
        }
    }

    #[test]
    fn no_record_leads_out_of_its_folder() {
        for (file, is_fit) in [
            ("null", true),
            (r#""part-00001-0123456789abcdef.part""#, true),
            (r#""../part-00001.part""#, false),
            (r#""upload.json""#, false),
        ] {
            let text = format!(
                r#"{{"number":1,"start":0,"size":1,"tree_hash":"","sent":"2026-01-01T00:00:00Z","file":{file}}}"#
            );
            assert_eq!(serde_json::from_str::<SavedVaultPart>(&text).is_ok(), is_fit, "{file}");
        }
    }
}
