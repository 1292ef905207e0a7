//! What is said: commands that can be pasted, and each thing once.
