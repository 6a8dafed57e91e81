//! The service: the store, the content, and what can be read of loans and clocks.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use jq_base::ids::{LoanId, OrderId};
use jq_base::workdays::Calendar;
use jq_db::Db;

use crate::LendingError;
use crate::clock::{self, ClockLimits, Clocks};
use crate::days::Days;
use crate::loan::{self, Loan};
use crate::order::{Order, OrderStep};
use crate::product::{ProductError, Products};
use crate::refusal::{RefusalError, RefusalReasons};

/// The content that orders rest on cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// The products.
    #[error("load the products")]
    Products(#[from] ProductError),
    /// The refusal reasons.
    #[error("load the refusal reasons")]
    Reasons(#[from] RefusalError),
    /// The times.
    #[error("load lending/clocks.toml")]
    Clocks(#[from] toml::de::Error),
}

/// Orders and loans of one store; clones share it.
#[derive(Clone)]
pub struct Lending {
    pub(crate) db: Db,
    pub(crate) products: Arc<Products>,
    pub(crate) reasons: Arc<RefusalReasons>,
    pub(crate) days: Days,
    pub(crate) limits: ClockLimits,
}

impl Lending {
    /// Orders over this store with this content.
    pub fn new(
        db: Db,
        products: Products,
        reasons: RefusalReasons,
        calendar: Calendar,
        limits: ClockLimits,
    ) -> Self {
        Self {
            db,
            products: Arc::new(products),
            reasons: Arc::new(reasons),
            days: Days::new(calendar),
            limits,
        }
    }

    /// Orders over this store with the content shipped with the platform.
    pub fn embedded(db: Db) -> Result<Self, ContentError> {
        let (products, reasons) = (Products::embedded()?, RefusalReasons::embedded()?);
        Ok(Self::new(db, products, reasons, Calendar::embedded(), ClockLimits::embedded()?))
    }

    /// What banks offer.
    pub fn products(&self) -> &Products {
        &self.products
    }

    /// Why banks may refuse.
    pub fn reasons(&self) -> &RefusalReasons {
        &self.reasons
    }

    /// How many working days each time has.
    pub fn limits(&self) -> &ClockLimits {
        &self.limits
    }

    /// The times of the order's present round at `now`.
    pub fn clocks(&self, order: &Order, steps: &[OrderStep], now: Timestamp) -> Clocks {
        clock::clocks(order, steps, &self.calendar(), &self.limits, now)
    }

    /// When the papers that are awaited must be there.
    pub fn supply_by(&self, order: &Order, steps: &[OrderStep]) -> Option<Timestamp> {
        clock::supply_by(order, steps, &self.calendar(), &self.limits)
    }

    /// Until when the firm may appeal against a refusal; nothing where nothing was refused.
    pub fn appeal_by(&self, order: &Order) -> Option<Timestamp> {
        clock::appeal_by(order, &self.limits)
    }

    /// The loans paid out under an order, the oldest first.
    pub async fn loans(&self, db: &Db, order: &OrderId) -> Result<Vec<Loan>, LendingError> {
        Ok(loan::store::list(db, order).await?)
    }

    /// The loans paid out under each of these orders that has any; a page of orders is read with a few statements.
    pub async fn loans_each<'o>(
        &self,
        db: &Db,
        orders: impl IntoIterator<Item = &'o Order>,
    ) -> Result<BTreeMap<OrderId, Vec<Loan>>, LendingError> {
        let orders: Vec<&OrderId> = orders.into_iter().map(|order| &order.order_id).collect();
        Ok(loan::store::list_each(db, &orders).await?)
    }

    /// The order that a loan was paid out under.
    pub async fn order_of_loan(&self, db: &Db, loan: &LoanId) -> Result<OrderId, LendingError> {
        loan::store::find_order(db, loan).await?.ok_or(LendingError::LoanNotFound)
    }
}
