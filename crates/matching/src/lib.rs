//! Bringing firms and banks together (撮合): which products fit a firm, kept right while its records change; and which firms
//! a bank may approach, by their consent.
//!
//! ```text
//! a firm asks to be told ─▶ each change of its vector is matched anew ─▶ told when another product fits best
//! a firm consents to a bank's look before a loan ─▶ the platform's and the bank's models speak ─▶ recommendation
//! recommendation: open ─▶ contacted ─▶ applied      declined: by the bank, with its reason; lapsed: a month without an end
//!                                                   ended: the consent holds no more, or nothing fits any more
//! ```
//!
//! A firm is on a bank's list only while a consent of its own for the time before a loan, bound to no order, stands with
//! that bank, and only when that consent opens all that a model looks at which would speak of it. Each look is a reading under a permit that the
//! firm sees, and counts among the readings it allowed; at most one in [`RELOOK_DAYS`] days.
//!
//! Tables: `matching_subscription`, `matching_look`, `matching_recommendation`. Events about the subject:
//! `matching.changed`, `matching.listed`.
//!
//! What it never does: show a bank a firm that did not consent to that bank; show another bank's list; put a firm back on
//! a list within [`AGAIN_DAYS`] days after the bank declined; put a limit or a reason into an event or an audit line.

mod error;
mod follow;
mod model;
mod recommend;
mod store;

use std::sync::Arc;

use jq_catalog::Catalog;
use jq_db::Db;
use jq_decision::{CaughtUp, Decisions};
use jq_lending::Lending;

pub use error::MatchingError;
pub use follow::{follow, follows, unfollow};
pub use model::{Acted, NOTE_CHARS_MAX, Recommendation, RecommendationState};
pub use recommend::{Clerk, attend};

/// The tables with columns that lie sealed.
pub const SECRET_TABLES: [&jq_base::seal::SecretTable; 2] = [&store::SUBSCRIPTIONS, &store::RECOMMENDATIONS];

/// Days within which a firm's records are not read again for a bank's list.
pub const RELOOK_DAYS: i64 = 7;
/// Days after which a firm that a bank declined may be recommended to it again.
pub const AGAIN_DAYS: i64 = 180;
/// Days that a bank has, as the coordination mechanism says of its list: about a month.
pub const DUE_DAYS: i64 = 30;

/// What a look did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// Firms that were matched anew for themselves.
    pub matched: u64,
    /// Of these, told that another product fits best.
    pub told: u64,
    /// Firms that were put on a bank's list.
    pub listed: u64,
    /// Recommendations that ended.
    pub ended: u64,
}

/// Matching over one store; clones share it.
#[derive(Clone)]
pub struct Matching {
    db: Db,
    catalog: Arc<Catalog>,
    lending: Lending,
    decisions: Decisions,
}

impl Matching {
    /// Puts the parts together.
    pub fn new(db: Db, catalog: Arc<Catalog>, lending: Lending, decisions: Decisions) -> Self {
        Self { db, catalog, lending, decisions }
    }

    /// Looks at those whom the vectors were made right for: their own matches, and the lists of banks they consented to.
    pub async fn look(&self, done: &CaughtUp) -> Result<Looked, MatchingError> {
        let mut looked = Looked::default();
        if *done == CaughtUp::default() {
            return Ok(looked);
        }
        self.match_followers(done, &mut looked).await?;
        self.recommend(done, &mut looked).await?;
        Ok(looked)
    }
}
