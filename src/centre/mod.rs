//! Centres, their members, invitations.
