//! A firm applies: what it asks for is checked, its consent is looked at, and the order goes to a bank.

use jiff::Timestamp;
use jq_base::clock::date_of;
use jq_base::ids::{BankId, SubjectKey};
use jq_base::permit::Purpose;
use jq_db::Tx;
use jq_identity::FirmUser;

use super::actor::{Actor, By};
use super::event::OrderEvent;
use super::model::{NewOrder, Order};
use super::record::{FIRST, Told};
use super::service::one;
use super::state::{OrderEventKind, OrderState};
use super::{policy, store};
use crate::loan;
use crate::product::Product;
use crate::{FieldError, FieldRule, Lending, LendingError};

impl Lending {
    /// What would be wrong with an application, without writing anything.
    pub fn check_new(&self, new: &NewOrder) -> Result<(), LendingError> {
        policy::check_new(new, self.offered(new)?)
    }

    /// Hands in an application for the subject that the person acts for, and sends it to the product's bank. Emits
    /// `lending.order.submit` and `lending.order.dispatch`.
    pub async fn apply(
        &self,
        tx: &mut Tx,
        user: &FirmUser,
        new: NewOrder,
        now: Timestamp,
    ) -> Result<Order, LendingError> {
        let by = By::of(tx, &Actor::Firm(user), OrderEventKind::Submit).await?;
        let product = self.offered(&new)?;
        if !product.is_for(user.subject(), new.district.as_deref(), new.industry.as_deref()) {
            return Err(LendingError::ProductClosed);
        }
        policy::check_new(&new, product)?;
        if let Some(open) = store::find_pending(tx, user.subject(), &new.product).await? {
            return Err(LendingError::DoubleOpen { order_id: open.order_id, order_no: open.order_no });
        }
        let consent = self.consented(tx, user.subject(), product, now).await?;
        let draft = Order { consent: Some(consent), ..self.draft(tx, user, new, product, now).await? };
        store::insert(tx, &draft).await?;
        let order = self.record(tx, &draft, &OrderEvent::Submit, &by, Told::now(now)).await?;
        Box::pin(self.dispatch(tx, &order, &By::system(), now)).await
    }

    fn offered(&self, new: &NewOrder) -> Result<&Product, LendingError> {
        let product = self.products.find(&new.product).filter(|product| product.open);
        product.ok_or(LendingError::ProductClosed)
    }

    /// The consent by which the product's bank may read what the product needs.
    pub(super) async fn consented(
        &self,
        tx: &mut Tx,
        subject: &SubjectKey,
        product: &Product,
        now: Timestamp,
    ) -> Result<jq_base::ids::ConsentId, LendingError> {
        let found = jq_consent::find_active_in(tx, subject, &product.bank, Purpose::PreLoan, now).await?;
        let needed = || product.items.iter().map(String::as_str);
        match found {
            Some(grant) if grant.covers(needed()) => Ok(grant.consent_id),
            Some(grant) => Err(missing(&product.bank, grant.missing(needed()))),
            None => Err(missing(&product.bank, product.items.clone())),
        }
    }

    async fn draft(
        &self,
        tx: &mut Tx,
        user: &FirmUser,
        new: NewOrder,
        product: &Product,
        now: Timestamp,
    ) -> Result<Order, LendingError> {
        if let Some(follows) = &new.follows {
            self.check_follows(tx, user.subject(), (follows, product), now).await?;
        }
        let day = date_of(now).strftime("%Y%m%d").to_string();
        let number = store::next_number(tx, &day).await?;
        Ok(Order {
            order_id: jq_db::fresh_id(now),
            order_no: format!("JQ{day}-{number:04}"),
            subject: user.subject().clone(),
            subject_name: user.subject_name().to_owned(),
            applicant: user.account().clone(),
            ..Order::draft(new, product, now)
        })
    }

    /// An order can follow one of the same bank whose loan is being repaid and ends soon.
    async fn check_follows(
        &self,
        tx: &mut Tx,
        subject: &SubjectKey,
        (follows, product): (&jq_base::ids::OrderId, &Product),
        now: Timestamp,
    ) -> Result<(), LendingError> {
        let cannot = || one(FieldError::new("follows", FieldRule::CannotFollow));
        let order = store::find_within(tx, follows).await?.filter(|order| order.subject == *subject);
        let order = order.filter(|order| order.bank == product.bank).ok_or_else(cannot)?;
        let loans = loan::store::list_within(tx, &order.order_id).await?;
        let (days, today) = (self.limits.follow_days(), date_of(now));
        let follows = |loan: &loan::Loan| loan.can_be_followed(order.state, days, today);
        if loans.iter().any(follows) { Ok(()) } else { Err(cannot()) }
    }
}

fn missing(bank: &BankId, items: Vec<String>) -> LendingError {
    LendingError::ConsentMissing { bank: bank.clone(), items }
}

impl Order {
    /// A draft of what the firm asks for; whose it is and its numbers are filled in by the caller.
    pub(crate) fn draft(new: NewOrder, product: &Product, now: Timestamp) -> Self {
        let nobody = SubjectKey::parse("0".repeat(64).as_str());
        Self {
            order_id: jq_db::fresh_id(now),
            order_no: String::new(),
            kind: new.kind,
            state: OrderState::Draft,
            version: 0,
            last_hash: FIRST.to_owned(),
            subject: nobody.unwrap_or_else(|_| unreachable!("64 digits are a subject's key")),
            subject_name: String::new(),
            subject_district: new.district,
            subject_industry: new.industry,
            applicant: jq_db::fresh_id(now),
            product: product.id.clone(),
            bank: product.bank.clone(),
            branch: None,
            officer: None,
            submitted_by: None,
            approver: None,
            round: 1,
            amount: new.amount,
            months: new.months,
            method: new.method,
            security: product.security,
            loan_use: new.loan_use,
            use_text: new.use_text.trim().to_owned(),
            contact: Some(new.contact),
            consent: None,
            first_loan: new.first_loan,
            other_banks: new.other_banks,
            follows: new.follows,
            waiting_in: None,
            materials: Vec::new(),
            created_at: now,
            submitted_at: None,
            dispatched_at: None,
            accepted_at: None,
            contacted_at: None,
            contact_confirmed: None,
            decided_at: None,
            signed_at: None,
            ended_at: None,
            changed_at: now,
            accepted_in_time: None,
            decided_in_time: None,
            granted: None,
            refusal: None,
            appealed_at: None,
            appeal_answered_at: None,
            contract_no: None,
            draw_asked: None,
            drawn: jq_base::money::Money::ZERO,
            due_at: None,
        }
    }
}
