//! What comes of asking for new credentials.

/// What came of asking for new credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewal {
    /// There are other credentials than before.
    Renewed,
    /// They are still the same; somebody has to get new ones.
    Same,
    /// They cannot change while this process runs.
    Impossible,
}
