//! Mates, samples and series, by names and reads.
