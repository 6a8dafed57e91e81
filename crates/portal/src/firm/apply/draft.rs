//! What a person has typed of an application and not sent yet: kept in the person's own browser, for the firm and the
//! product it was typed for, so that going back or coming back later loses nothing.

use axum::http::HeaderMap;
use axum::response::Response;
use jq_base::masked::Masked;
use jq_base::mobile::Mobile;
use jq_base::sm3;
use jq_identity::FirmUser;
use jq_lending::loan::Loan;
use jq_lending::order::{Contact, LoanUse, NewOrder};
use jq_lending::product::Product;
use jq_lending::schedule::RepaymentMethod;
use jq_lending::{Lending, Order, OrderKind};
use jq_web::{FieldProblem, Visit, cookies};
use serde::{Deserialize, Serialize};

use crate::refused::Refused;
use crate::session;
use crate::state::PortalState;
use crate::{form, words};

/// Where the draft lies.
const COOKIE: &str = "jq_apply";
/// For how long, in seconds: a day.
const KEPT_S: u32 = 24 * 3_600;
/// Characters of the firm's own words, so that the cookie stays small.
pub const USE_TEXT_CHARS: usize = 200;
/// Characters of any other field.
const FIELD_CHARS: usize = 60;

/// An application that is being written.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    pub(super) account: String,
    pub(super) subject: String,
    pub(super) product: String,
    /// What kind of order, by code.
    pub kind: String,
    /// The order whose loan it follows; empty for a new one.
    pub follows: String,
    /// How much, as typed.
    pub amount: String,
    /// For how many months, as typed.
    pub months: String,
    /// How it is paid back, by code.
    pub method: String,
    /// What for, by code.
    pub loan_use: String,
    /// What for, in the firm's words.
    pub use_text: String,
    /// Whom the bank shall call: `me` or `other`; empty until that step is answered.
    pub contact: String,
    /// Who that is.
    pub name: String,
    /// That person's number, as typed.
    pub mobile: String,
    /// May go to another bank.
    pub other_banks: bool,
    /// The firm never had a bank loan.
    pub first_loan: bool,
}

impl Draft {
    /// An empty one.
    pub fn new(user: &FirmUser, product: &Product) -> Self {
        let mut draft = Self { kind: OrderKind::New.code().to_owned(), ..Self::default() };
        draft.belong(user, product);
        draft
    }

    /// What an application for another product asked for, carried over to this one; where the product does not offer a
    /// choice, its own first stands there.
    pub fn of_order(user: &FirmUser, product: &Product, order: &Order) -> Self {
        let offered = |method: &RepaymentMethod| product.methods.contains(method);
        let method = Some(order.method).filter(offered).or_else(|| product.methods.first().copied());
        let same_person = |contact: &&Contact| {
            contact.mobile == *user.person().mobile() && contact.name == *user.person().name()
        };
        let other = order.contact.as_ref().filter(|contact| !same_person(contact));
        let draft = Self {
            kind: OrderKind::New.code().to_owned(),
            amount: words::typed_amount(order.amount),
            months: order.months.to_string(),
            method: method.map(|method| method.code().to_owned()).unwrap_or_default(),
            loan_use: order.loan_use.code().to_owned(),
            use_text: order.use_text.clone(),
            contact: if other.is_some() { "other" } else { "me" }.to_owned(),
            name: other.map(|contact| contact.name.for_storage().clone()).unwrap_or_default(),
            mobile: other.map(|contact| contact.mobile.for_storage().to_owned()).unwrap_or_default(),
            other_banks: order.other_banks,
            first_loan: order.first_loan,
            ..Self::default()
        };
        let mut draft = draft.cut();
        draft.belong(user, product);
        draft
    }

    /// What would follow a loan: as much as is owed, for as long and in the same way as before, within what the product
    /// offers.
    pub fn of_loan(user: &FirmUser, product: &Product, order: &Order, loan: &Loan, kind: OrderKind) -> Self {
        let months = order.granted.as_ref().map_or(order.months, |terms| terms.months);
        let loan_use = if product.uses.is_empty() || product.uses.contains(&LoanUse::Renewal) {
            LoanUse::Renewal
        } else {
            order.loan_use
        };
        let draft = Self::of_order(user, product, order);
        Self {
            kind: kind.code().to_owned(),
            follows: order.order_id.to_string(),
            amount: words::typed_amount(loan.outstanding.min(product.amount_max)),
            months: months.clamp(product.months_min, product.months_max).to_string(),
            method: if product.methods.contains(&loan.method) {
                loan.method.code().to_owned()
            } else {
                draft.method
            },
            use_text: if loan_use == LoanUse::Other { draft.use_text } else { String::new() },
            loan_use: loan_use.code().to_owned(),
            first_loan: false,
            ..draft
        }
    }

    fn belong(&mut self, user: &FirmUser, product: &Product) {
        self.account = user.account().to_string();
        self.subject = user.subject().to_string();
        self.product = product.id.to_string();
    }

    /// The one in the browser, when it is this person's, for this firm and this product.
    pub fn find(headers: &HeaderMap, user: &FirmUser, product: &Product) -> Option<Self> {
        let own = Self::new(user, product);
        let same = |draft: &Self| {
            (&draft.account, &draft.subject, &draft.product) == (&own.account, &own.subject, &own.product)
        };
        Self::any(headers).filter(same)
    }

    /// The product for which this person began an application for this firm and did not send it.
    pub fn unsent(headers: &HeaderMap, user: &FirmUser) -> Option<String> {
        let own = |draft: &Self| {
            draft.account == user.account().as_str() && draft.subject == user.subject().as_str()
        };
        Self::any(headers).filter(own).map(|draft| draft.product)
    }

    fn any(headers: &HeaderMap) -> Option<Self> {
        let bytes = from_hex(cookies::find(headers, COOKIE)?)?;
        serde_json::from_slice(&bytes).ok()
    }

    /// The draft with everything cut to what a form can hold.
    #[must_use]
    pub fn cut(mut self) -> Self {
        let short = |text: &mut String, max: usize| *text = text.trim().chars().take(max).collect();
        for field in [&mut self.kind, &mut self.follows, &mut self.amount, &mut self.months, &mut self.method]
        {
            short(field, FIELD_CHARS);
        }
        for field in [&mut self.loan_use, &mut self.contact, &mut self.name, &mut self.mobile] {
            short(field, FIELD_CHARS);
        }
        short(&mut self.use_text, USE_TEXT_CHARS);
        self
    }

    /// Keeps it in the browser and leads on.
    pub fn keep(&self, state: &PortalState, to: &str) -> Result<Response, Refused> {
        let text = serde_json::to_vec(self).map_err(std::io::Error::from)?;
        Ok(session::lead(state, COOKIE, &to_hex(&text), Some(KEPT_S), to))
    }

    /// Forgets it and leads on.
    pub fn forget(state: &PortalState, to: &str) -> Response {
        session::lead(state, COOKIE, "", Some(0), to)
    }

    /// Whether the contact step has been answered.
    pub fn has_contact(&self) -> bool {
        !self.contact.is_empty()
    }

    /// Whether the bank shall call somebody else than the person who applies.
    pub fn is_other_contact(&self) -> bool {
        self.contact == "other"
    }

    /// A digest of what was typed: what is sent must be what was shown.
    pub fn digest(&self) -> String {
        sm3::hex(&serde_json::to_vec(self).unwrap_or_default())
    }

    /// What the firm asks for, or what is wrong with which field. The register's facts are added when it is sent.
    pub fn read(
        &self,
        v: &Visit,
        user: &FirmUser,
        product: &Product,
        lending: &Lending,
    ) -> Result<NewOrder, Vec<FieldProblem>> {
        let mut errors = Vec::new();
        let mut wrong = |field: &str, key: &str| {
            errors.push(FieldProblem { field: field.to_owned(), message: v.t(key) });
        };
        let amount = words::read_amount(&self.amount);
        if amount.is_none() && !self.amount.is_empty() {
            wrong("amount", "apply-amount-wrong");
        }
        let months = self.months.parse::<u32>();
        if months.is_err() && !self.months.is_empty() {
            wrong("months", "apply-months-wrong");
        }
        let method = self.method.parse().ok().or_else(|| only(&product.methods));
        if method.is_none() {
            wrong("method", "apply-method-missing");
        }
        let loan_use = self.loan_use.parse().ok().or_else(|| only(&product.uses));
        if loan_use.is_none() {
            wrong("loan_use", "apply-use-missing");
        }
        let mobile = self.contact_mobile(user);
        if mobile.is_none() {
            wrong("contact_mobile", "signin-mobile-wrong");
        }
        let contact = Contact {
            name: self.contact_name(user),
            mobile: mobile.unwrap_or_else(|| user.person().mobile().clone()),
        };
        let new = NewOrder {
            product: product.id.clone(),
            kind: self.kind.parse().unwrap_or(OrderKind::New),
            follows: self.follows.parse().ok(),
            amount: amount.unwrap_or_default(),
            months: months.unwrap_or_default(),
            method: method.unwrap_or(RepaymentMethod::EqualInstalments),
            loan_use: loan_use.unwrap_or(LoanUse::Purchase),
            use_text: self.use_text.clone(),
            contact,
            district: None,
            industry: None,
            other_banks: self.other_banks,
            first_loan: self.first_loan,
        };
        let checked = lending.check_new(&new);
        let found = checked.as_ref().err().map_or(&[][..], form::fields_of);
        let known: Vec<String> = errors.iter().map(|error| error.field.clone()).collect();
        errors.extend(form::problems(v, found).into_iter().filter(|error| !known.contains(&error.field)));
        if errors.is_empty() { Ok(new) } else { Err(errors) }
    }

    fn contact_name(&self, user: &FirmUser) -> Masked<String> {
        if self.is_other_contact() { Masked::new(self.name.clone()) } else { user.person().name().clone() }
    }

    fn contact_mobile(&self, user: &FirmUser) -> Option<Mobile> {
        if self.is_other_contact() {
            Mobile::parse(&self.mobile).ok()
        } else {
            Some(user.person().mobile().clone())
        }
    }
}

/// The only one there is.
fn only<T: Copy>(choices: &[T]) -> Option<T> {
    match choices {
        [one] => Some(*one),
        _ => None,
    }
}

fn to_hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_comes_back_from_the_browser_as_it_was() {
        let draft =
            Draft {
                use_text: "采购\"钢材\"; 年底".to_owned(), amount: "20".to_owned(), ..Draft::default()
            };
        let text = to_hex(&serde_json::to_vec(&draft).unwrap());
        assert!(text.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let read: Draft = serde_json::from_slice(&from_hex(&text).unwrap()).unwrap();
        assert!(read == draft);
        assert!(from_hex("0g").is_none() && from_hex("abc").is_none() && from_hex("\u{e9}").is_none());
    }

    #[test]
    fn the_longest_draft_fits_into_a_cookie() {
        let long = |count| "额".repeat(count);
        let draft = Draft {
            account: long(20),
            subject: "a".repeat(64),
            product: "a".repeat(40),
            use_text: long(900),
            name: long(900),
            mobile: long(900),
            amount: long(900),
            ..Draft::default()
        };
        let text = to_hex(&serde_json::to_vec(&draft.cut()).unwrap());
        assert!(text.len() < 4_000, "{}", text.len());
    }

    #[test]
    fn what_changes_what_is_asked_for_changes_the_digest() {
        let draft = Draft { amount: "20".to_owned(), ..Draft::default() };
        let other = Draft { amount: "30".to_owned(), ..draft.clone() };
        assert_ne!(draft.digest(), other.digest());
    }
}
