//! A whole certification day with simulated candidates over the real API.
