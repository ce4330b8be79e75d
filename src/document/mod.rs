//! Pages that are drawn: archived documents under PDF/A, working papers, QR symbols.
