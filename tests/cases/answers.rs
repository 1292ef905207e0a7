//! Answers that are endless, contradict themselves or ask to wait for ever, and secrets in them.
