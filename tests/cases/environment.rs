//! Settings, regions, credentials and hosts as people have them.
