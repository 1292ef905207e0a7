//! Parts that are sent, kept and counted, and how long is tried.
