//! Cases, panels, votes, decisions, minutes.

mod certifiable_store;

pub use certifiable_store::{Certifiable, list_certifiable, list_sessions_closed_since};
