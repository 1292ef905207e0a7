//! `vault`: archives are whole, nothing is sent twice, and nothing stays in doubt, however a run ends.

mod doubt;
mod gone;
mod killed;
mod lists;
mod random;
mod receipts;
mod refused;
mod scene;
mod shown;
mod sources;
mod together;
mod trees;
