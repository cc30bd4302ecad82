//! Writing data values: what a server's answer means, what may be believed of it,
//! and how a stored value is compared with the one that was sent.
//!
//! Nothing here takes an answer as proof. A summary says what the server claims
//! ([`summary`]), the counts say whether the claim is sound ([`reconcile`]), and
//! only what is read back ([`stored`]) counts as stored.

pub mod conflict_rows;
pub mod hint;
pub mod reconcile;
pub mod send;
pub mod stored;
pub mod stored_state;
pub mod summary;
