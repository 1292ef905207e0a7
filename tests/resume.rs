//! Nothing that was sent is sent twice, and nothing stays in doubt: the real binary, killed and
//! disturbed in every way, and then the same command again.

mod doubt;
mod killed;
mod scene;
mod sources;
mod stateless;
mod stopped;
mod together;
