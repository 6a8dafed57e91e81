//! Which forms an employee finds on an order, the next act first, and what is filled in.

use jiff::ToSpan;
use jiff::civil::Date;
use jq_base::money::Money;
use jq_identity::BankUser;
use jq_lending::loan::Loan;
use jq_lending::order::ContactChannel;
use jq_lending::product::{Product, Security};
use jq_lending::schedule::RepaymentMethod;
use jq_lending::{Actor, Order, OrderEventKind, OrderState};
use jq_web::Visit;

use super::form::{ActForm, Field, Maker, Typed};
use crate::bank::Colleagues;
use crate::state::PortalState;
use crate::words;

/// Days for which an offer is good when nothing else is typed.
const OFFER_DAYS: i64 = 60;

/// The acts of a bank, those first that come first in the business.
pub const ACTS: [OrderEventKind; 15] = [
    OrderEventKind::Reopen,
    OrderEventKind::Uphold,
    OrderEventKind::Accept,
    OrderEventKind::Grant,
    OrderEventKind::SubmitApproval,
    OrderEventKind::Survey,
    OrderEventKind::Contact,
    OrderEventKind::Sign,
    OrderEventKind::Draw,
    OrderEventKind::Repay,
    OrderEventKind::RequestMaterials,
    OrderEventKind::Reassign,
    OrderEventKind::Decline,
    OrderEventKind::Refuse,
    OrderEventKind::WriteOff,
];

/// What the forms of an order are made of.
pub struct Workplace<'a> {
    /// The visit.
    pub v: &'a Visit,
    /// The services.
    pub state: &'a PortalState,
    /// Who is there.
    pub user: &'a BankUser,
    /// The bank's people.
    pub colleagues: &'a Colleagues,
    /// The order.
    pub order: &'a Order,
    /// Its loans.
    pub loans: &'a [Loan],
    /// A form that was sent and not taken.
    pub typed: Option<&'a Typed>,
    /// Today.
    pub today: Date,
}

impl Workplace<'_> {
    /// The forms of everything that this employee can do now; the first one stands open.
    pub fn forms(&self) -> Vec<ActForm> {
        let allowed = self.state.lending.allowed(&Actor::Bank(self.user), self.order);
        let me = Some(self.user.staff().login());
        let useful = |act: &OrderEventKind| {
            allowed.contains(act)
                && match act {
                    OrderEventKind::Draw => self.order.available() > Money::ZERO,
                    // Nobody answers an appeal against the own decision.
                    OrderEventKind::Uphold | OrderEventKind::Reopen => self.order.approver.as_deref() != me,
                    _ => true,
                }
        };
        let mut acts: Vec<OrderEventKind> = ACTS.into_iter().filter(useful).collect();
        // Nobody surveys a firm that was not spoken to.
        if self.order.state == OrderState::Accepted && self.order.contacted_at.is_none() {
            acts.sort_by_key(|act| *act != OrderEventKind::Contact);
        }
        let mut forms: Vec<ActForm> = acts.into_iter().map(|act| self.form(act)).collect();
        if !forms.iter().any(|form| form.open)
            && let Some(first) = forms.first_mut().filter(|form| !form.hard)
        {
            first.open = true;
        }
        forms
    }

    fn form(&self, act: OrderEventKind) -> ActForm {
        let code = act.code();
        let make = Maker::new(self.v, code, self.typed);
        ActForm {
            id: code.to_owned(),
            href: format!("/bank/orders/{}/do/{code}", self.order.order_id),
            title: sentence_case(act.text(self.v.lang())),
            lead: self.lead(act),
            fields: self.fields(act, &make),
            send: self.send(act),
            open: make.was_sent(),
            hard: matches!(
                act,
                OrderEventKind::Decline
                    | OrderEventKind::Refuse
                    | OrderEventKind::Uphold
                    | OrderEventKind::WriteOff
            ),
        }
    }

    fn fields(&self, act: OrderEventKind, make: &Maker<'_>) -> Vec<Field> {
        use OrderEventKind as E;
        match act {
            E::Contact => self.contact(make),
            E::RequestMaterials => self.materials(make),
            E::SubmitApproval => vec![make.area("note", self.v.t("act-conclusion-hint"))],
            E::Grant => self.grant(make),
            E::Decline | E::Refuse => self.reasons(make),
            E::Uphold | E::Reopen => vec![make.area("note", self.v.t("act-appeal-answer-hint"))],
            E::Sign => vec![make.text("contract_no", self.v.t("act-contract-hint"), "")],
            E::Draw => self.draw(make),
            E::Repay => self.repay(make),
            E::Reassign => self.reassign(make),
            _ => Vec::new(),
        }
    }

    /// What the button says; where an act happened elsewhere, that it is recorded.
    fn send(&self, act: OrderEventKind) -> String {
        use OrderEventKind as E;
        match act {
            E::Contact => self.v.t("act-send-contact"),
            E::Sign => self.v.t("act-send-sign"),
            E::Draw => self.v.t("act-send-draw"),
            E::Repay => self.v.t("act-send-repay"),
            E::WriteOff => self.v.t("act-send-write-off"),
            act => sentence_case(act.text(self.v.lang())),
        }
    }

    /// What follows from an act, in one or two sentences.
    fn lead(&self, act: OrderEventKind) -> String {
        use OrderEventKind as E;
        let (v, limits) = (self.v, self.state.lending.limits());
        let days = |key: &str, n: u32| v.one(key, "days", n);
        match act {
            E::Accept => v.text().with(
                "act-accept-lead",
                &[("decide", &limits.decide_days), ("contact", &limits.contact_days)],
            ),
            E::Decline if self.order.other_banks => v.t("act-decline-lead-on"),
            E::Decline => v.t("act-decline-lead"),
            E::Contact if self.order.contacted_at.is_none() => v.t("act-contact-lead-first"),
            E::Contact => v.t("act-contact-lead"),
            E::Survey => v.t("act-survey-lead"),
            E::RequestMaterials => days("act-materials-lead", limits.supply_days),
            E::SubmitApproval => v.t("act-submit-lead"),
            E::Grant => v.text().with(
                "act-grant-lead",
                &[
                    ("amount", &words::amount(v.lang(), self.order.amount)),
                    ("months", &words::months(v, self.order.months)),
                ],
            ),
            E::Refuse => v.t("act-refuse-lead"),
            E::Uphold => v.t("act-uphold-lead"),
            E::Reopen => days("act-reopen-lead", limits.decide_days),
            E::Sign => v.t("act-sign-lead"),
            E::Draw => self.draw_lead(),
            E::Repay => v.t("act-repay-lead"),
            E::Reassign => v.t("act-reassign-lead"),
            E::WriteOff => v.t("act-write-off-lead"),
            _ => String::new(),
        }
    }

    fn draw_lead(&self) -> String {
        let left = words::exact(self.v.lang(), self.order.available());
        match self.order.draw_asked {
            Some(asked) => {
                let asked = words::exact(self.v.lang(), asked);
                self.v.text().with("act-draw-lead-asked", &[("left", &left), ("asked", &asked)])
            }
            None => self.v.one("act-draw-lead", "left", left),
        }
    }

    fn contact(&self, make: &Maker<'_>) -> Vec<Field> {
        let channels = ContactChannel::ALL.iter();
        let channels = channels.map(|one| (one.code().to_owned(), one.text(self.v.lang()).to_owned()));
        vec![
            make.select("channel", String::new(), channels, ContactChannel::Phone.code()),
            make.area("note", self.v.t("act-contact-note-hint")),
            make.day("at", self.v.t("act-at-hint"), "", "datetime-local"),
        ]
    }

    fn materials(&self, make: &Maker<'_>) -> Vec<Field> {
        let usual = self.product().map(|product| product.documents(self.v.lang())).unwrap_or_default();
        let more = make.area("more", self.v.t("act-materials-hint"));
        if usual.is_empty() {
            return vec![more];
        }
        vec![make.checks("materials", String::new(), usual), more]
    }

    /// Why the bank does not go on. The firm reads it, so that the hint says how much must be said.
    fn reasons(&self, make: &Maker<'_>) -> Vec<Field> {
        let reasons: Vec<_> = self.state.lending.reasons().list().collect();
        let least = reasons.iter().map(|reason| reason.text_min).min().unwrap_or_default();
        let longer = reasons.iter().filter(|reason| reason.text_min > least);
        let longer: Vec<String> = longer
            .map(|reason| {
                self.v.text().with("act-reason-longer", &[("code", &reason.code), ("n", &reason.text_min)])
            })
            .collect();
        let hint = self
            .v
            .text()
            .with("act-reason-hint", &[("n", &least), ("longer", &longer.join(self.v.pick("，", ", ")))]);
        let none = (String::new(), self.v.t("act-code-none"));
        let each = reasons
            .iter()
            .map(|reason| (reason.code.clone(), format!("{} {}", reason.code, reason.text(self.v.lang()))));
        let codes = std::iter::once(none).chain(each);
        vec![make.select("code", String::new(), codes, ""), make.area("text", hint)]
    }

    fn grant(&self, make: &Maker<'_>) -> Vec<Field> {
        let (v, order, product) = (self.v, self.order, self.product());
        let lang = v.lang();
        let range =
            product.map(|one| words::amounts(lang, one.amount_min, one.amount_max)).unwrap_or_default();
        let months =
            product.map(|one| words::month_range(v, one.months_min, one.months_max)).unwrap_or_default();
        let rates = product.map(|one| words::rates(one.rate_min, one.rate_max)).unwrap_or_default();
        let rate = product.map(|one| one.rate_min.to_string()).unwrap_or_default();
        let methods = product.map_or(RepaymentMethod::ALL, |one| one.methods.as_slice());
        let methods = methods.iter().map(|one| (one.code().to_owned(), one.text(lang).to_owned()));
        let securities = Security::ALL.iter().map(|one| (one.code().to_owned(), one.text(lang).to_owned()));
        let until = self.today.saturating_add(OFFER_DAYS.days()).to_string();
        vec![
            make.decimal(
                "amount",
                v.one("act-grant-amount-hint", "range", range),
                &words::typed_amount(order.amount),
            ),
            make.whole("months", v.one("act-range-hint", "range", months), &order.months.to_string()),
            make.decimal("rate", v.one("act-range-hint", "range", rates), rate.trim_end_matches('%')),
            make.select("method", String::new(), methods, order.method.code()),
            make.select("security", String::new(), securities, order.security.code()),
            make.day("valid_until", v.t("act-valid-until-hint"), &until, "date"),
            make.area("note", v.t("act-conditions-hint")),
        ]
    }

    fn draw(&self, make: &Maker<'_>) -> Vec<Field> {
        let amount = self.order.draw_asked.unwrap_or_else(|| self.order.available());
        let report = format!("{}-D{}", self.order.order_no, self.loans.len() + 1);
        vec![
            make.text("loan_ref", self.v.t("act-loan-ref-hint"), ""),
            make.decimal("amount", self.v.t("act-yuan-hint"), &yuan(amount)),
            make.day("drawn_on", String::new(), &self.today.to_string(), "date"),
            make.text("report_no", self.v.t("act-report-no-hint"), &report),
        ]
    }

    fn repay(&self, make: &Maker<'_>) -> Vec<Field> {
        let owed: Vec<&Loan> = self.loans.iter().filter(|loan| loan.is_owed()).collect();
        let due = owed.iter().find_map(|loan| loan.next_due()).map(|one| yuan(one.instalment.total()));
        let told: usize = self.loans.iter().map(|loan| loan.repayments.len()).sum();
        let report = format!("{}-P{}", self.order.order_no, told + 1);
        let lang = self.v.lang();
        let loans = owed.iter().map(|loan| {
            let rest = self.v.one("act-loan-rest", "amount", words::exact(lang, loan.outstanding));
            (loan.loan_id.to_string(), format!("{} · {rest}", loan.loan_ref))
        });
        vec![
            make.select("loan_id", String::new(), loans, ""),
            make.decimal("amount", self.v.t("act-yuan-hint"), &due.unwrap_or_default()),
            make.decimal("principal", self.v.t("act-principal-hint"), ""),
            make.day("paid_on", String::new(), &self.today.to_string(), "date"),
            make.text("report_no", self.v.t("act-report-no-hint"), &report),
        ]
    }

    /// Everybody but who has it now, those of the order's branch first.
    fn reassign(&self, make: &Maker<'_>) -> Vec<Field> {
        let (now, branch) = (self.order.officer.as_deref(), self.order.branch.as_ref());
        let mut others: Vec<_> =
            self.colleagues.officers(self.user).filter(|one| Some(one.login.as_str()) != now).collect();
        others.sort_by_key(|one| one.branch.as_ref() != branch);
        let named = others.into_iter().map(|one| (one.login.clone(), self.colleagues.label(one)));
        vec![make.pick("officer", self.v.t("act-officer-hint"), named)]
    }

    fn product(&self) -> Option<&Product> {
        self.state.lending.products().find(&self.order.product)
    }
}

/// An amount to the fen without signs between the digits, as a report says it.
fn yuan(amount: Money) -> String {
    amount.grouped().replace(',', "")
}

/// With a capital letter, where the language has them.
pub fn sentence_case(words: &str) -> String {
    let mut letters = words.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
}
