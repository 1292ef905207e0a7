//! Files that the program writes, and the limits of the system that it runs on.

mod files;
mod limits;
mod state;
