//! One order at the bank: on one page the firm at a glance, everything that happened, and the next act.

pub mod act;
pub mod ask;
pub mod denied;
pub mod documents;
pub mod emergency;
pub mod firm;
pub mod form;
pub mod forms;
pub mod read;
pub mod records;
pub mod reveal;
pub mod show;
pub mod timeline;
pub mod urge;
pub mod watch;
