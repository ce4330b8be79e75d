//! The listener: nobody is waited for without end.

mod guests;
mod pace;
mod wire;
mod door;

pub use door::Door;
pub use guests::Guest;
pub use pace::in_time;
