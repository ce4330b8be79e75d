//! Issue, sign, render, revoke.
