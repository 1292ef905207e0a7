//! What others on the same machine may see and do.
