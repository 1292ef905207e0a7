//! Answers that are endless, contradict themselves or ask to wait for ever, and secrets in them.

mod bounds;
mod chaos;
mod hostile;
mod in_use;
mod secrets;
