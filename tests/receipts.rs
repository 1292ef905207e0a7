//! What is kept of what was sent: the real binary's receipts, held against the schema and against
//! what the service saw.

mod kept;
mod refused;
mod shown;
pub(crate) mod valid;
