//! What invigilators see and do.
