//! What a stranger may learn.
