//! What the tests of several destinations need.

pub(super) mod recorder;
