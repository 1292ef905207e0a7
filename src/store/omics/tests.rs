//! The adapter on recorded answers.
