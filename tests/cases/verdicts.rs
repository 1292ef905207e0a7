//! One verdict on a file, whoever gives it.
