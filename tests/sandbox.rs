//! The sandbox over real HTTP: driven by the SDK, and by raw requests where the SDK would not send
//! what has to be refused.

mod content;
mod discard;
mod faults;
mod lasting;
mod lies;
mod lists;
mod raw;
mod references;
mod rules;
mod site;
mod vault;
mod whole;
