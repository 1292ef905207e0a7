//! Work that waits for the disk, beside the connections.

use tokio::task::spawn_blocking;

use super::intake::BrokenBody;
use crate::sandbox::rules::ApiError;

/// Does what waits for the disk where waiting is allowed. Once begun, it is carried through, even
/// if the client goes away.
pub(crate) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
) -> Result<T, BrokenBody> {
    let done = spawn_blocking(work).await;
    let done = done.map_err(|_| ApiError::internal("The operation did not come to its end"))?;
    Ok(done?)
}
