//! What may be granted at most, the text a firm agrees to, what binds a bank's people, and what counts as unusual.

pub(crate) mod limits;
pub(crate) mod purposes;
pub(crate) mod text;
pub(crate) mod watch;
