//! A firm with a loan whose bank watches it, and looks with figures that a test sets.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::date;
use jq_base::ids::{BankId, SubjectKey};
use jq_base::permit::Purpose;
use jq_catalog::Catalog;
use jq_consent::{Evidence, Grant, NewGrant};
use jq_decision::{Decisions, Flows, Vector};
use jq_jobs::Worker;
use jq_lending::loan::LiveLoan;
use jq_lending::{Order, OrderAct};
use jq_warning::{Looked, Mark, Marker, Seer, Warning, WarningFilter, Warnings, attend};

use super::lake::TestLake;
use super::people::{Town, bank};

pub(crate) struct Watch<'a> {
    pub(crate) town: Town<'a>,
    pub(crate) lake: TestLake,
    pub(crate) decisions: Decisions,
    pub(crate) warnings: Warnings,
    catalog: Arc<Catalog>,
}

/// A folder of a test, taken away after it.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl<'a> Watch<'a> {
    pub(crate) fn new(town: Town<'a>) -> Self {
        let (lake, catalog) = (TestLake::new(town.test), Arc::new(Catalog::embedded().unwrap()));
        let db = town.test.db.clone();
        let decisions = Decisions::new(db.clone(), lake.lake.clone(), Flows::embedded().unwrap());
        let lending = town.lending.clone();
        let warnings = Warnings::new(db, Arc::clone(&catalog), lending, decisions.clone()).unwrap();
        Self { town, lake, decisions, warnings, catalog }
    }

    pub(crate) fn subject(&self) -> &SubjectKey {
        self.town.firm.subject()
    }

    /// Money is paid out to the firm.
    pub(crate) async fn lend(&self) -> (Order, LiveLoan) {
        let town = &self.town;
        let order = town.granted().await;
        let order = town.firm_does(&order, OrderAct::Sign { contract_no: None }).await;
        let order = town.firm_does(&order, OrderAct::AskDraw { amount: order.available() }).await;
        let draw = OrderAct::Draw {
            loan_ref: "B01-2026-0001".to_owned(),
            amount: order.granted.as_ref().unwrap().amount,
            drawn_on: date(2026, 11, 10),
            report_no: "R-1".to_owned(),
        };
        let order = town.officer_does(&order, draw).await;
        let loan = town.lending.live_loans(None, 10).await.unwrap().remove(0);
        assert_eq!(
            town.lending.live_loans_of(std::slice::from_ref(&order.subject)).await.unwrap(),
            std::slice::from_ref(&loan)
        );
        (order, loan)
    }

    /// The firm allows its bank to watch the loan by what these models read; by all without a name.
    pub(crate) async fn allow(&self, models: &[&str]) -> Grant {
        let loaded = self.warnings.models();
        let named =
            loaded.list().iter().filter(|model| models.is_empty() || models.contains(&model.id.as_str()));
        let items: BTreeSet<String> = named.flat_map(|model| model.items.iter().cloned()).collect();
        let new = NewGrant {
            bank: bank("bank01"),
            bank_zh: "山城银行".to_owned(),
            bank_en: "Shancheng Bank".to_owned(),
            items,
            left_out: BTreeSet::new(),
            purpose: Purpose::PostLoan,
            product: None,
            order: None,
            days: 365,
            queries_max: None,
            text_hash: None,
            evidence: Evidence::default(),
        };
        let mut tx = self.town.test.db.begin().await.unwrap();
        let now = tx.now();
        let given = jq_consent::grant(&mut tx, &self.catalog, &self.town.firm, new, now).await.unwrap();
        tx.commit().await.unwrap();
        given
    }

    pub(crate) async fn withdraw(&self, grant: &Grant) {
        let mut tx = self.town.test.db.begin().await.unwrap();
        let now = tx.now();
        jq_consent::withdraw(&mut tx, &self.town.firm, &grant.consent_id, "", now).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Everything that was announced is heard of.
    pub(crate) async fn work(&self) {
        let worker = attend(Worker::new(self.town.test.db.clone()), self.warnings.clone());
        worker.run_due().await.unwrap();
    }

    /// Looks at the loan as if these were the figures of its borrower.
    pub(crate) async fn look(&self, loan: &LiveLoan, figures: &[(&str, f64)]) -> Looked {
        self.look_with(&self.warnings, loan, figures).await
    }

    pub(crate) async fn look_with(
        &self,
        warnings: &Warnings,
        loan: &LiveLoan,
        figures: &[(&str, f64)],
    ) -> Looked {
        let set = self.decisions.features();
        let today = self.town.test.db.clock().today();
        let mut vector = Vector::empty(set, loan.subject.clone(), today, "7");
        for (feature, value) in figures {
            vector.values[set.position(feature).unwrap()] = Some(*value);
        }
        let vectors = BTreeMap::from([(loan.subject.clone(), vector)]);
        warnings.look_at(std::slice::from_ref(loan), &vectors, None).await.unwrap()
    }

    /// What the bank sees.
    pub(crate) async fn list(&self, bank_id: &str) -> Vec<Warning> {
        let filter = WarningFilter { seer: Some(seer(bank_id)), ..WarningFilter::default() };
        jq_warning::list(&self.town.test.db, &filter, None, 50).await.unwrap().warnings
    }

    pub(crate) async fn ledger(&self) -> Vec<Warning> {
        jq_warning::list(&self.town.test.db, &WarningFilter::default(), None, 50).await.unwrap().warnings
    }

    pub(crate) async fn mark(
        &self,
        warning: &Warning,
        mark: Mark,
    ) -> Result<Warning, jq_warning::WarningError> {
        let (seer, mut tx) = (seer("bank01"), self.town.test.db.begin().await.unwrap());
        let (now, by) = (tx.now(), Marker { seer: &seer, role: "officer" });
        let marked = jq_warning::mark(&mut tx, &by, &warning.warning_id, mark, "已核实", now).await?;
        tx.commit().await.unwrap();
        Ok(marked)
    }
}

pub(crate) fn seer(bank: &str) -> Seer {
    Seer { bank: BankId::parse(bank).unwrap(), branch: None, login: format!("officer@{bank}") }
}
