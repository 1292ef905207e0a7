//! The form of HealthOmics' upload IDs.

use crate::types::{Invalid, UploadId, is_omics_id};

/// 10 to 36 digits
/// (<https://docs.aws.amazon.com/omics/latest/api/API_CreateMultipartReadSetUpload.html>).
pub fn upload_id(text: &str) -> Result<UploadId, Invalid> {
    if !is_omics_id(text) {
        return Err(Invalid::new("upload ID", text, "10 to 36 digits are needed"));
    }
    text.parse()
}
