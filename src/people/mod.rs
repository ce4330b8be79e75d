//! Accounts, sign-ins, roles.
