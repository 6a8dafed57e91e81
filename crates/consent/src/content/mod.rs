//! What the business writes: the most a firm can allow, and the text it agrees to. Checked when loaded.

pub(crate) mod purposes;
pub(crate) mod text;
