//! The engine on a fake store.
