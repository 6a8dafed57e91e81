//! The firm beside its order: who it is, what it asks for, whom to speak to, and what the bank may read of it.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jq_base::permit::Purpose;
use jq_consent::{Grant, GrantState, RequestState};
use jq_identity::{BankUser, StaffRole};
use jq_lending::Order;
use jq_lending::product::Product;
use jq_web::{Visit, say};

use crate::public::Fact;
use crate::refused::Refused;
use crate::state::PortalState;
use crate::words;

/// Consents and requests of a subject that are looked at; a firm has a few.
const LOOKED_AT_MAX: u32 = 200;

/// The firm.
pub struct FirmCard {
    /// Its name.
    pub name: String,
    /// Credit code, district, trade.
    pub facts: Vec<Fact>,
    /// What it asks for.
    pub asks: Vec<Fact>,
    /// Whom to speak to.
    pub contact: Option<ContactCard>,
    /// What the bank may read.
    pub consent: ConsentCard,
}

/// Whom to speak to.
pub struct ContactCard {
    /// The person's name.
    pub name: String,
    /// The person's mobile.
    pub mobile: String,
    /// In full rather than masked.
    pub in_full: bool,
    /// Whether it can be shown in full.
    pub may_show: bool,
}

/// What the bank may read of the firm for this order.
pub struct ConsentCard {
    /// A consent holds.
    pub holds: bool,
    /// How many items the product needs and how many of them the consent opens.
    pub opens: String,
    /// Names of those it does not open.
    pub missing: Vec<String>,
    /// Until when it holds, or what became of it.
    pub state: String,
    /// Readings that are left, all and today's; empty without a consent.
    pub left: String,
    /// When the firm was asked for one that it has not answered; empty when it was not.
    pub asked: String,
    /// Whether this employee may read now.
    pub may_read: bool,
}

impl FirmCard {
    /// The firm of an order; the contact in full where it was asked for.
    pub async fn of(
        v: &Visit,
        state: &PortalState,
        user: &BankUser,
        order: &Order,
        shows_contact: bool,
    ) -> Result<Self, Refused> {
        let now = state.db.clock().now();
        Ok(Self {
            name: order.subject_name.clone(),
            facts: facts(v, state, order),
            asks: asks(v, state, order),
            contact: ContactCard::of(user, order, shows_contact),
            consent: ConsentCard::of(v, state, user, order, now).await?,
        })
    }
}

impl ContactCard {
    fn of(user: &BankUser, order: &Order, in_full: bool) -> Option<Self> {
        let contact = order.contact.as_ref()?;
        if in_full && may_show_contact(user, order) {
            // The firm named this person for the bank to speak to; whoever asked is on record.
            let (name, mobile) =
                (contact.name.for_storage().clone(), contact.mobile.for_storage().to_owned());
            return Some(Self { name, mobile, in_full: true, may_show: true });
        }
        let (name, mobile) = (contact.name.to_string(), contact.mobile.to_string());
        Some(Self { name, mobile, in_full: false, may_show: may_show_contact(user, order) })
    }
}

/// The firm's contact is for whoever handles the order: from its acceptance to its end.
pub fn may_show_contact(user: &BankUser, order: &Order) -> bool {
    let handles = matches!(user.role(), StaffRole::Officer | StaffRole::Approver);
    handles && order.contact.is_some() && order.accepted_at.is_some() && !order.state.is_final()
}

/// Records are read by whoever decides or prepares the decision, until it is made.
pub fn may_read_records(user: &BankUser, order: &Order) -> bool {
    matches!(user.role(), StaffRole::Officer | StaffRole::Approver) && order.state.is_at_a_bank()
}

/// The items that the order's product needs.
pub fn needed_items<'a>(state: &'a PortalState, order: &Order) -> Vec<&'a str> {
    let product = state.lending.products().find(&order.product);
    product.map(|product| product.items.iter().map(String::as_str).collect()).unwrap_or_default()
}

/// The consent that opens most of what the product needs, and otherwise the newest that was given for it.
pub async fn grant_for(state: &PortalState, order: &Order, now: Timestamp) -> Result<Option<Grant>, Refused> {
    let needed = needed_items(state, order);
    let grants = jq_consent::list_grants(&state.db, &order.subject, LOOKED_AT_MAX).await?;
    let fits = |grant: &Grant| {
        grant.bank == order.bank
            && grant.purpose == Purpose::PreLoan
            && grant.order.as_ref().is_none_or(|id| *id == order.order_id)
            && grant.state(now) != GrantState::Superseded
    };
    let mut own: Vec<Grant> = grants.into_iter().filter(fits).collect();
    own.sort_by_key(|grant| (!grant.is_active(now), grant.missing(needed.iter().copied()).len()));
    Ok(own.into_iter().next())
}

impl ConsentCard {
    async fn of(
        v: &Visit,
        state: &PortalState,
        user: &BankUser,
        order: &Order,
        now: Timestamp,
    ) -> Result<Self, Refused> {
        let needed = needed_items(state, order);
        let grant = grant_for(state, order, now).await?;
        let asked = asked_at(state, order, now).await?;
        let active = grant.as_ref().filter(|grant| grant.is_active(now));
        let missing: BTreeSet<String> = match active {
            Some(grant) => grant.missing(needed.iter().copied()).into_iter().collect(),
            None => BTreeSet::new(),
        };
        let name =
            |id: &String| state.catalog.item(id).map_or(id.as_str(), |item| item.name(v.lang())).to_owned();
        Ok(Self {
            holds: active.is_some(),
            opens: v.text().with(
                "bank-consent-opens",
                &[("needed", &needed.len()), ("granted", &(needed.len() - missing.len()))],
            ),
            missing: missing.iter().map(name).collect(),
            state: consent_state(v, grant.as_ref(), now),
            left: active.map(|grant| readings_left(v, grant, now)).unwrap_or_default(),
            asked: asked.map(say::moment).unwrap_or_default(),
            may_read: may_read_records(user, order),
        })
    }

    /// Whether the firm could be asked for a consent, or for a wider one.
    pub fn may_ask(&self) -> bool {
        self.may_read && self.asked.is_empty() && (!self.holds || !self.missing.is_empty())
    }
}

/// How often the bank may still read under a consent, in all and today.
pub fn readings_left(v: &Visit, grant: &Grant, now: Timestamp) -> String {
    let (left, today) = (grant.queries_left(), grant.queries_left_today(now));
    v.text().with("bank-readings-left", &[("n", &left), ("today", &today)])
}

fn consent_state(v: &Visit, grant: Option<&Grant>, now: Timestamp) -> String {
    let Some(grant) = grant else { return v.t("bank-consent-none") };
    match grant.state(now) {
        GrantState::Active => v.one("bank-consent-until", "at", say::moment(grant.valid_to)),
        GrantState::Withdrawn => {
            v.one("bank-consent-withdrawn", "at", grant.withdrawn_at.map(say::moment).unwrap_or_default())
        }
        GrantState::Suspended => {
            let at = grant.suspended.map(|suspended| say::moment(suspended.at));
            v.one("bank-consent-suspended", "at", at.unwrap_or_default())
        }
        state @ (GrantState::Expired | GrantState::Superseded) => v.text().with(
            "bank-consent-over",
            &[("state", &state.text(v.lang())), ("at", &say::moment(grant.valid_to))],
        ),
    }
}

/// When this bank asked for a consent that the firm has not answered.
async fn asked_at(state: &PortalState, order: &Order, now: Timestamp) -> Result<Option<Timestamp>, Refused> {
    let requests = jq_consent::list_requests(&state.db, &order.subject, LOOKED_AT_MAX).await?;
    let waits = requests.into_iter().find(|request| {
        request.bank == order.bank
            && request.purpose == Purpose::PreLoan
            && request.state(now) == RequestState::Asked
    });
    Ok(waits.map(|request| request.asked_at))
}

fn facts(v: &Visit, state: &PortalState, order: &Order) -> Vec<Fact> {
    let lang = v.lang();
    let code = match order.subject.kind() {
        jq_base::ids::SubjectKind::Organisation => Fact::code(v.t("bank-firm-code"), order.subject.as_str()),
        _ => Fact::new(v.t("bank-firm-kind"), v.t("bank-firm-person")),
    };
    let mut facts = vec![code];
    if let Some(district) = &order.subject_district {
        facts.push(Fact::new(v.t("bank-firm-district"), state.catalog.districts().label(district, lang)));
    }
    let trade = order.subject_industry.as_deref().map(|code| code.trim_start_matches(char::is_alphabetic));
    if let Some(industry) = trade.and_then(|code| state.catalog.industry(code)) {
        facts.push(Fact::new(v.t("bank-firm-industry"), industry.name(lang)));
    }
    if order.first_loan {
        facts.push(Fact::new(v.t("bank-firm-loans"), v.t("bank-firm-first-loan")));
    }
    facts
}

fn asks(v: &Visit, state: &PortalState, order: &Order) -> Vec<Fact> {
    let lang = v.lang();
    let product: Option<&Product> = state.lending.products().find(&order.product);
    let name = product.map_or(order.product.as_str(), |product| product.name(lang));
    let mut facts = vec![
        Fact::new(v.t("queue-product"), name),
        Fact::new(v.t("queue-kind"), order.kind.text(lang)),
        Fact::new(v.t("bank-amount"), words::amount(lang, order.amount)),
        Fact::new(v.t("bank-months"), words::months(v, order.months)),
        Fact::new(v.t("act-method"), order.method.text(lang)),
        Fact::new(v.t("act-security"), order.security.text(lang)),
        Fact::new(v.t("bank-use"), order.loan_use.text(lang)),
    ];
    if !order.use_text.is_empty() {
        facts.push(Fact::new(v.t("bank-use-text"), order.use_text.clone()));
    }
    if let Some(terms) = &order.granted {
        facts.push(Fact::new(v.t("bank-granted"), words::exact(lang, terms.amount)));
        facts.push(Fact::new(v.t("bank-rate"), terms.rate.to_string()));
        facts.push(Fact::new(v.t("act-valid-until"), terms.valid_until.to_string()));
        facts.push(Fact::new(v.t("bank-left"), words::exact(lang, order.available())));
    }
    if let Some(number) = &order.contract_no {
        facts.push(Fact::code(v.t("act-contract"), number.clone()));
    }
    facts
}
