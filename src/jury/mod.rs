//! Cases, panels, votes, decisions, minutes.
