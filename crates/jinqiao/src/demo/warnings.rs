//! What banks would have been warned of: borrowers of the city's past loans allow their banks to watch them, and what the
//! records say now is compared with what they said a month ago.

use std::collections::BTreeSet;

use anyhow::Context;
use jiff::ToSpan;
use jq_base::clock;
use jq_base::ids::{LoanId, SubjectKey};
use jq_base::lang::Lang;
use jq_base::permit::Purpose;
use jq_consent::{Evidence, NewGrant, PastGrant, purpose_terms};
use jq_decision::CaughtUp;
use jq_lake::Scope;
use jq_lending::loan::LiveLoan;

use super::{BY, DemoFirm};
use crate::app::App;

/// The setting that says that what was known a month ago is noted.
const NOTED: &str = "demo.warnings";
/// Loans looked at in one go.
const PAGE: u32 = 200;

/// Takes the consents, notes how things stood a month ago, and looks. Each can have been done by an earlier start.
pub(crate) async fn begin(app: &App, firms: &[DemoFirm]) -> anyhow::Result<()> {
    let warnings = app.warnings()?;
    if app.db.setting(NOTED).await?.is_none() {
        let loans = live_loans(app).await?;
        take_consents(app, firms, &loans).await?;
        let subjects: BTreeSet<SubjectKey> = loans.iter().map(|loan| loan.subject.clone()).collect();
        let as_of = app.clock.today().checked_sub(1.month()).context("a month ago is a day")?;
        // So many borrowers are read faster by passing by everybody.
        let built = app.decisions()?.vectors(Scope::All, as_of).await?;
        let found = subjects.iter().filter_map(|subject| Some((subject.clone(), built.find(subject)?)));
        let vectors = found.collect();
        warnings.look_at(&loans, &vectors, None).await?;
        let mut tx = app.db.begin().await?;
        tx.set_setting(NOTED, "1").await?;
        tx.commit().await?;
    }
    jq_warning::look(&warnings, &CaughtUp { whole_city: true, ..CaughtUp::default() }).await?;
    Ok(())
}

async fn live_loans(app: &App) -> anyhow::Result<Vec<LiveLoan>> {
    let lending = app.lending()?;
    let (mut loans, mut after): (Vec<LiveLoan>, Option<LoanId>) = (Vec::new(), None);
    loop {
        let page = lending.live_loans(after.as_ref(), PAGE).await?;
        let Some(last) = page.last() else { return Ok(loans) };
        after = Some(last.loan_id.clone());
        loans.extend(page);
    }
}

/// The borrowers allowed it when they were paid. Those of the cast do not: whoever plays them decides.
async fn take_consents(app: &App, firms: &[DemoFirm], loans: &[LiveLoan]) -> anyhow::Result<()> {
    let lending = app.lending()?;
    let cast: BTreeSet<&str> = firms.iter().map(|firm| firm.subject_key.as_str()).collect();
    let terms = purpose_terms(Purpose::PostLoan).context("loans can be watched")?;
    let open = app.catalog.items().filter(|item| terms.allows(&item.id));
    let items: BTreeSet<String> = open.map(|item| item.id.clone()).collect();
    let mut watched: Vec<&LiveLoan> =
        loans.iter().filter(|loan| !cast.contains(loan.subject.as_str())).collect();
    // Of several loans of one bank the newest decides.
    watched.sort_by_key(|loan| std::cmp::Reverse(loan.drawn_on));
    let mut past = Vec::with_capacity(watched.len());
    for loan in watched {
        let order = lending.get(&app.db, &loan.order_id).await?;
        let product = lending.products().find(&order.product);
        let bank = |lang| product.map_or(order.bank.as_str(), |product| product.bank_name(lang)).to_owned();
        past.push(PastGrant {
            subject: order.subject.clone(),
            subject_name: order.subject_name.clone(),
            grantor: order.applicant.clone(),
            given_at: clock::start_of(loan.drawn_on).context("a loan was paid out on a day")?,
            new: NewGrant {
                bank: order.bank.clone(),
                bank_zh: bank(Lang::Zh),
                bank_en: bank(Lang::En),
                items: items.clone(),
                left_out: BTreeSet::new(),
                purpose: Purpose::PostLoan,
                product: None,
                order: None,
                days: terms.days_default,
                queries_max: None,
                text_hash: None,
                evidence: Evidence::default(),
            },
        });
    }
    let mut tx = app.db.begin().await?;
    jq_consent::take_past(&mut tx, &app.catalog, BY, past).await?;
    tx.commit().await?;
    Ok(())
}
