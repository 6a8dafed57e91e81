//! Looking: what holds now against what was noted, loan by loan, and a warning where something has come to hold.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;

use jiff::Timestamp;
use jq_base::ids::{LoanId, SubjectKey};
use jq_base::permit::Permit;
use jq_consent::{BankReader, ConsentError, Covering, covers, list_consented, permit_bank, still_covers};
use jq_db::Tx;
use jq_db::audit::AuditLine;
use jq_db::outbox::Event;
use jq_decision::{CaughtUp, Vector};
use jq_lending::loan::LiveLoan;
use serde_json::json;

use crate::content::PURPOSE;
use crate::edge::{Noted, Step, step};
use crate::mark::payload;
use crate::model::{Warning, WarningState};
use crate::store::NotedOf;
use crate::{Model, Models, WarningError, Warnings, store};

/// Loans read at a time.
const PAGE: u32 = 200;
/// How permits and looks name who reads: a program of the platform that reads for the bank.
const READER: &str = "early-warning";
/// In which role.
const ROLE: &str = "client";

/// What a look did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// Live loans that were looked at.
    pub loans: u64,
    /// Warnings that rose.
    pub raised: u64,
    /// Warnings that ended because their consent does not hold any more.
    pub ended: u64,
}

/// What is the same for all loans of a look.
struct Looking<'a> {
    models: &'a Models,
    quiet: &'a BTreeMap<String, bool>,
    /// The items that records came into; nothing where the whole city was looked at, or a loan has begun.
    arrived: Option<&'a BTreeSet<String>>,
}

/// A loan with what is known of its borrower.
struct Seen<'a> {
    loan: &'a LiveLoan,
    vector: &'a Vector,
}

/// Looks at the live loans of those whom the vectors were made right for: of the touched ones, or all. It may be done
/// twice; one that follows on one that was broken off, and the first of a process, is at all loans. Models of the data
/// folder are read again before; where one is wrong, those that are loaded stay.
pub async fn look(warnings: &Warnings, done: &CaughtUp) -> Result<Looked, WarningError> {
    if let Err(error) = warnings.reload() {
        tracing::error!(error = %error, "warning models cannot be used; the loaded ones stay");
    }
    let behind = warnings.behind.swap(true, Ordering::Relaxed);
    let looked = if behind || done.whole_city {
        warnings.look_at_all().await?
    } else {
        warnings.look_at_touched(done).await?
    };
    warnings.behind.store(false, Ordering::Relaxed);
    Ok(looked)
}

impl Looked {
    fn add(&mut self, other: Self) {
        self.loans += other.loans;
        self.raised += other.raised;
        self.ended += other.ended;
    }
}

impl Warnings {
    async fn look_at_all(&self) -> Result<Looked, WarningError> {
        let (mut looked, mut after): (Looked, Option<LoanId>) = (Looked::default(), None);
        loop {
            let loans = self.lending.live_loans(after.as_ref(), PAGE).await?;
            let Some(last) = loans.last() else { return Ok(looked) };
            after = Some(last.loan_id.clone());
            looked.add(self.look_at_kept(&loans, None).await?);
        }
    }

    async fn look_at_touched(&self, done: &CaughtUp) -> Result<Looked, WarningError> {
        let mut looked = Looked::default();
        let touched: Vec<SubjectKey> = done.touched.iter().cloned().collect();
        let loans = self.lending.live_loans_of(&touched).await?;
        for some in loans.chunks(PAGE as usize) {
            looked.add(self.look_at_kept(some, Some(&done.items)).await?);
        }
        Ok(looked)
    }

    /// Looks at these loans with the kept vectors of their borrowers.
    async fn look_at_kept(
        &self,
        loans: &[LiveLoan],
        arrived: Option<&BTreeSet<String>>,
    ) -> Result<Looked, WarningError> {
        let subjects: BTreeSet<SubjectKey> = loans.iter().map(|loan| loan.subject.clone()).collect();
        let subjects: Vec<SubjectKey> = subjects.into_iter().collect();
        let kept = self.decisions.kept_vectors(&subjects).await?;
        let vectors = kept.into_iter().map(|vector| (vector.subject.clone(), vector)).collect();
        self.look_at(loans, &vectors, arrived).await
    }

    /// Looks at these loans with these vectors; a loan without one is left as it was.
    pub async fn look_at(
        &self,
        loans: &[LiveLoan],
        vectors: &BTreeMap<SubjectKey, Vector>,
        arrived: Option<&BTreeSet<String>>,
    ) -> Result<Looked, WarningError> {
        let ids: Vec<LoanId> = loans.iter().map(|loan| loan.loan_id.clone()).collect();
        let noted = store::list_noted(&self.db, &ids).await?;
        let mut standing: BTreeMap<LoanId, Vec<Warning>> = BTreeMap::new();
        for warning in store::list_standing(&self.db, &ids).await? {
            standing.entry(warning.loan_id.clone()).or_default().push(warning);
        }
        let now = self.db.clock().now();
        let subjects: BTreeSet<SubjectKey> = loans.iter().map(|loan| loan.subject.clone()).collect();
        let subjects: Vec<SubjectKey> = subjects.into_iter().collect();
        let consented = list_consented(&self.db, &subjects, PURPOSE, now).await?;
        let (models, quiet) = (self.models(), self.quiet(now).await?);
        let looking = Looking { models: &models, quiet: &quiet, arrived };
        let mut looked = Looked { loans: loans.len() as u64, ..Looked::default() };
        for loan in loans {
            let Some(vector) = vectors.get(&loan.subject) else { continue };
            let seen = Seen { loan, vector };
            let standing = standing.remove(&loan.loan_id).unwrap_or_default();
            let may_change = consented.contains(&(loan.subject.clone(), loan.bank.clone()))
                && !looking.steps(&seen, &noted).is_empty();
            if standing.is_empty() && !may_change {
                continue;
            }
            looked.add(self.settle(&looking, &seen, &standing).await?);
        }
        Ok(looked)
    }

    /// Notes what has changed with one loan and raises what has come to hold, in one transaction.
    async fn settle(
        &self,
        looking: &Looking<'_>,
        seen: &Seen<'_>,
        standing: &[Warning],
    ) -> Result<Looked, WarningError> {
        let mut tx = self.db.begin().await?;
        let now = tx.now();
        let loan = seen.loan;
        let ended = self.end_uncovered(&mut tx, standing, now).await?;
        let known = store::list_noted_within(&mut tx, &loan.loan_id).await?;
        let steps = looking.steps(seen, &known);
        let asked: Vec<&BTreeSet<String>> = steps.iter().map(|(model, _)| &model.items).collect();
        let covered = covers(&mut tx, covering(loan), &asked, now).await?;
        let (mut notes, mut raised, mut refused): (Vec<(&str, Noted)>, u64, bool) = (Vec::new(), 0, false);
        for ((model, step), _) in steps.iter().zip(covered).filter(|(_, covered)| *covered) {
            let before = known.get(&(loan.loan_id.clone(), model.id.clone()));
            let Some(note) = step.noting(before, &model.version) else { continue };
            if *step == Step::Rises {
                match self.raise(&mut tx, looking, seen, model, note.rises, now).await? {
                    Raised::Yes => raised += 1,
                    Raised::Before => {}
                    Raised::Refused => {
                        // What else has come to hold waits for the next look, which asks ahead again.
                        refused = true;
                        break;
                    }
                }
            }
            notes.push((model.id.as_str(), note));
        }
        store::save_noted(&mut tx, &loan.loan_id, &notes, now).await?;
        if notes.is_empty() && ended == 0 && !refused {
            tx.rollback().await?;
        } else {
            tx.commit().await?;
        }
        Ok(Looked { loans: 0, raised, ended })
    }

    /// Puts one warning into the ledger, under a permit of this moment, and has the bank's people told of it.
    async fn raise(
        &self,
        tx: &mut Tx,
        looking: &Looking<'_>,
        seen: &Seen<'_>,
        model: &Model,
        rise: u32,
        now: Timestamp,
    ) -> Result<Raised, WarningError> {
        let loan = seen.loan;
        let Some(permit) = self.permit(tx, loan, model, now).await? else { return Ok(Raised::Refused) };
        let order = self.lending.get_within(tx, &loan.order_id).await?;
        let arrived = looking.arrived.map_or_else(
            || model.items.clone(),
            |arrived| model.items.intersection(arrived).cloned().collect(),
        );
        let warning = Warning {
            warning_id: jq_db::fresh_id(now),
            model: model.id.clone(),
            model_version: model.version.clone(),
            level: model.level,
            loan_id: loan.loan_id.clone(),
            rise,
            order_id: order.order_id.clone(),
            order_no: order.order_no.clone(),
            bank: loan.bank.clone(),
            branch: order.branch.clone(),
            officer: order.officer.clone(),
            subject: loan.subject.clone(),
            subject_name: order.subject_name.clone(),
            items: model.items.clone(),
            arrived,
            lake_version: seen.vector.lake_version.clone(),
            permit_id: permit.id().clone(),
            told: model.told(self.decisions.features(), seen.vector),
            quiet: looking.quiet.get(&model.id).copied().unwrap_or(false),
            raised_at: now,
            state: WarningState::Open,
            seen_by: None,
            seen_at: None,
            marked_by: None,
            marked_at: None,
            note: String::new(),
            ended_at: None,
            failed_on: None,
        };
        if !store::insert(tx, &warning).await? {
            return Ok(Raised::Before);
        }
        let detail = json!({
            "warning": warning.warning_id, "loan": warning.loan_id, "level": warning.level.code(),
            "quiet": warning.quiet,
        });
        tx.audit(
            AuditLine::new("system", "system", "warning.raised")
                .subject(warning.subject.as_str())
                .items(warning.items.iter().cloned())
                .permit(PURPOSE.code(), permit.id().as_str())
                .detail(detail),
        );
        if !warning.quiet {
            let steps = self.lending.steps_within(tx, &order.order_id).await?;
            let mut more = payload(&warning);
            for lang in [jq_base::lang::Lang::Zh, jq_base::lang::Lang::En] {
                more[lang.pick("level_zh", "level_en")] = warning.level.text(lang).into();
            }
            let told = self.lending.payload(&order, &steps, now, more);
            tx.emit(Event::new("warning.raised", warning.subject.as_str(), told));
        }
        Ok(Raised::Yes)
    }

    /// The permit for what the model reads, kept for the subject to see; nothing when the bank may not read it whole.
    async fn permit(
        &self,
        tx: &mut Tx,
        loan: &LiveLoan,
        model: &Model,
        now: Timestamp,
    ) -> Result<Option<Permit>, WarningError> {
        let reader = BankReader { bank: &loan.bank, reader: READER, role: ROLE };
        let items: Vec<&str> = model.items.iter().map(String::as_str).collect();
        let order = Some(&loan.order_id);
        match permit_bank(tx, &self.catalog, reader, &loan.subject, &items, PURPOSE, order, now).await {
            Ok(permit) => {
                let whole = permit.for_models();
                let opens = model.items.iter().all(|item| whole.allows(&loan.subject, item));
                Ok(opens.then_some(permit))
            }
            Err(ConsentError::Denied(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Ends those of these warnings, all of one subject and bank, whose items the bank may not read any more; how many.
    /// What still holds when a consent opens them again rises again. Emits `warning.ended`.
    pub(crate) async fn end_uncovered(
        &self,
        tx: &mut Tx,
        standing: &[Warning],
        now: Timestamp,
    ) -> Result<u64, WarningError> {
        let mut ended = 0;
        for warning in standing {
            let about = Covering {
                bank: &warning.bank,
                subject: &warning.subject,
                order: Some(&warning.order_id),
                purpose: PURPOSE,
            };
            if still_covers(tx, about, &warning.items, now).await? {
                continue;
            }
            let next = Warning { state: WarningState::Ended, ended_at: Some(now), ..warning.clone() };
            if !store::update(tx, warning, &next).await? {
                continue;
            }
            store::let_go(tx, &next.loan_id, &next.model, now).await?;
            let detail = json!({ "warning": next.warning_id, "before": warning.state.code() });
            tx.audit(
                AuditLine::new("system", "system", "warning.ended")
                    .subject(next.subject.as_str())
                    .detail(detail),
            );
            tx.emit(Event::new("warning.ended", next.subject.as_str(), payload(&next)));
            ended += 1;
        }
        Ok(ended)
    }
}

/// What the lending bank would read of its borrower.
fn covering(loan: &LiveLoan) -> Covering<'_> {
    Covering { bank: &loan.bank, subject: &loan.subject, order: Some(&loan.order_id), purpose: PURPOSE }
}

/// What came of raising a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Raised {
    Yes,
    /// It stood in the ledger already.
    Before,
    /// The consent ended at the same moment, or its readings are used; nothing is noted.
    Refused,
}

impl<'a> Looking<'a> {
    /// The models of which something changes for this loan, and what.
    fn steps(&self, seen: &Seen<'_>, noted: &NotedOf) -> Vec<(&'a Model, Step)> {
        let watching = self.models.list().iter().filter(|model| model.watches(&seen.loan.subject));
        let steps = watching.map(|model| {
            let before = noted.get(&(seen.loan.loan_id.clone(), model.id.clone()));
            (model, step(before, &model.version, model.holds(seen.vector)))
        });
        steps.filter(|(_, step)| *step != Step::Same).collect()
    }
}
