//! Every damage that occurs, and which check catches it: `docs/damages.md` is made of what happens here.

mod cases;
mod named;
mod sound;
mod table;
