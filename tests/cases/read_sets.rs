//! Which read set counts as the one of an upload.
