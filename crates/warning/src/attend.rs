//! What others announce and warnings go by: a loan is paid out, falls overdue or is given up; a consent is withdrawn or
//! stands still.

use jq_base::clock::date_of;
use jq_base::ids::{BankId, OrderId, SubjectKey};
use jq_db::outbox::Published;
use jq_jobs::{Failure, Worker};
use jq_lake::Scope;
use jq_lending::loan::LiveLoan;

use crate::{WarningError, Warnings, store};

/// Money was paid out.
const DRAWN: &str = "lending.order.draw";
/// An instalment was not paid.
const OVERDUE: &str = "lending.order.fall_overdue";
/// The bank gave up the rest.
const WRITTEN_OFF: &str = "lending.order.write_off";
const WITHDRAWN: &str = "consent.withdrawn";
const SUSPENDED: &str = "consent.suspended";

/// Has a worker look at loans when they begin, note which were late, and end what has lost its consent. What batches
/// change is looked at by whoever keeps the vectors, with [`crate::look()`].
#[must_use]
pub fn attend(worker: Worker, warnings: Warnings) -> Worker {
    let of_loans = warnings.clone();
    worker
        .consume("warning.loans", [DRAWN, OVERDUE, WRITTEN_OFF], move |delivery| {
            let warnings = of_loans.clone();
            async move { warnings.hear_of_loan(&delivery.event).await.map_err(Failure::from) }
        })
        .consume("warning.consents", [WITHDRAWN, SUSPENDED], move |delivery| {
            let warnings = warnings.clone();
            async move { warnings.hear_of_consent(&delivery.event).await.map_err(Failure::from) }
        })
}

fn word<'a>(event: &'a Published, name: &str) -> &'a str {
    event.payload[name].as_str().unwrap_or_default()
}

impl Warnings {
    async fn hear_of_loan(&self, event: &Published) -> Result<(), WarningError> {
        let Ok(order) = OrderId::parse(word(event, "order_id")) else { return Ok(()) };
        if event.kind == DRAWN {
            return self.look_at_order(&order).await;
        }
        let mut tx = self.db.begin().await?;
        store::note_failed(&mut tx, &order, date_of(event.emitted_at), event.emitted_at).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Looks at the loans of an order with what is known of the borrower at this moment.
    pub async fn look_at_order(&self, order: &OrderId) -> Result<(), WarningError> {
        let loans = self.lending.loans(&self.db, order).await?;
        let live = loans.into_iter().filter(jq_lending::loan::Loan::is_owed).map(|loan| LiveLoan {
            loan_id: loan.loan_id,
            order_id: loan.order_id,
            bank: loan.bank,
            subject: loan.subject,
            drawn_on: loan.drawn_on,
        });
        let live: Vec<LiveLoan> = live.collect();
        let Some(subject) = live.first().map(|loan| loan.subject.clone()) else { return Ok(()) };
        let today = self.db.clock().today();
        let built = self.decisions.vectors(Scope::Subjects(vec![subject]), today).await?;
        let vectors = built.iter().map(|vector| (vector.subject.clone(), vector)).collect();
        self.look_at(&live, &vectors, None).await?;
        Ok(())
    }

    /// Ends the standing warnings about the subject whose items the bank may not read any more.
    async fn hear_of_consent(&self, event: &Published) -> Result<(), WarningError> {
        let subject = SubjectKey::parse(word(event, "subject"));
        let (Ok(subject), Ok(bank)) = (subject, BankId::parse(word(event, "bank"))) else { return Ok(()) };
        let standing = store::list_standing_of(&self.db, &subject, &bank).await?;
        if standing.is_empty() {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        let now = tx.now();
        if self.end_uncovered(&mut tx, &standing, now).await? > 0 {
            tx.commit().await?;
        }
        Ok(())
    }
}
