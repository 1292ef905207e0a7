//! The `HealthOmics` adapter.
