//! Tells step by step what happened to one past order.

use serde_json::{Value, json};

use super::desk::Desk;
use super::loan;
use super::spec::{Fate, Spec, Stand, World};
use super::terms::Asked;
use super::times::{DAY, Moment};
use super::words;
use crate::dice::Dice;
use crate::row::date_text;
use crate::shelf::Product;
use crate::subject::{Kind, Subject};

/// Days for which an offer is good.
const OFFER_DAYS: i32 = 30;
/// Moments after midnight at which the platform looks after orders.
const SWEEP: i64 = 60;

/// An order being told.
pub(super) struct Told<'a> {
    pub(super) world: &'a World<'a>,
    pub(super) spec: &'a Spec,
    pub(super) who: &'a Subject,
    product: &'a Product,
    pub(super) asked: &'a Asked,
    order_no: &'a str,
    firm: &'a str,
    pub(super) desk: Desk<'a>,
    pub(super) dice: Dice,
    last: Moment,
    steps: Vec<Value>,
    pub(super) loans: Vec<Value>,
}

impl<'a> Told<'a> {
    /// Nothing told yet; `firm` is the account of the firm's person.
    pub(super) fn new(
        world: &'a World<'a>,
        spec: &'a Spec,
        (who, product, asked): (&'a Subject, &'a Product, &'a Asked),
        (order_no, firm): (&'a str, &'a str),
    ) -> Self {
        Self {
            world,
            spec,
            who,
            product,
            asked,
            order_no,
            firm,
            desk: Desk::of(world, spec, who, product),
            dice: spec.dice(world.city, 3),
            last: spec.submitted,
            steps: Vec::new(),
            loans: Vec::new(),
        }
    }

    /// The steps and the loans up to the end of the order, or of the history.
    pub(super) fn whole(mut self) -> (Vec<Value>, Vec<Value>) {
        self.tell();
        (self.steps, self.loans)
    }

    fn tell(&mut self) {
        let spec = self.spec;
        self.firm_does(spec.submitted, "", json!({ "event": "submit" }));
        if spec.fate == Fate::Open(Stand::Submitted) {
            return;
        }
        let base = self.send_out();
        match spec.fate {
            Fate::Open(Stand::Submitted | Stand::Dispatched) => return,
            Fate::Declined => {
                let (code, text) = words::declined(&mut self.dice);
                let refusal = json!({ "code": code, "text": text });
                let event = json!({ "event": "decline", "refusal": refusal, "another_bank": false });
                self.officer_does(spec.decided, "", event);
                return;
            }
            Fate::Withdrawn if self.dice.chance(0.3) => return self.withdraw(),
            _ => {}
        }
        let accepted = self.accept(base);
        if self.at_work(accepted) {
            self.decide();
        }
    }

    /// Sent out; sometimes nobody takes it in time, or one bank hands it to another. Returns when it last went out.
    fn send_out(&mut self) -> Moment {
        let mut base = self.spec.submitted.plus(1);
        self.dispatch(base, None);
        let roomy = self.spec.accepted.is_none() && self.spec.decided.0 - base.0 > 8 * DAY;
        let settled = matches!(self.spec.fate, Fate::Granted | Fate::Refused | Fate::Silent);
        if roomy && settled && self.dice.chance(0.05) {
            let over = self.world.times.due(base, 2).plus(SWEEP);
            self.system_does(over, json!({ "event": "not_accepted" }));
            base = over.plus(1);
            self.desk.hand_on(&mut self.dice);
            self.dispatch(base, None);
        } else if roomy && settled && self.asked.other_banks && self.dice.chance(0.12) {
            base = self.hand_over(base);
        }
        base
    }

    /// The bank declines, and another one gets the order.
    fn hand_over(&mut self, base: Moment) -> Moment {
        let Some(other) = self.asked.another(self.world, self.who, self.product) else { return base };
        let declined = self.world.times.office(base.plus(self.dice.whole(1_800, 60_000)), &mut self.dice);
        let (code, text) = words::declined(&mut self.dice);
        let refusal = json!({ "code": code, "text": text });
        self.officer_does(
            declined,
            "",
            json!({ "event": "decline", "refusal": refusal, "another_bank": true }),
        );
        self.product = other;
        self.desk = Desk::of(self.world, self.spec, self.who, other);
        let base = declined.plus(1);
        self.dispatch(base, Some(other));
        base
    }

    fn dispatch(&mut self, at: Moment, other: Option<&Product>) {
        let mut event =
            json!({ "event": "dispatch", "branch": self.desk.branch(), "officer": self.desk.officer() });
        if let Some(other) = other {
            event["product"] = json!(other.id);
            event["bank"] = json!(other.bank);
        }
        self.system_does(at, event);
    }

    fn accept(&mut self, base: Moment) -> Moment {
        let (times, span) = (self.world.times, self.spec.decided.0 - base.0);
        let limit = times.due(base, 2);
        let wait = (self.dice.between(0.02, 0.2) * span as f64) as i64;
        let mut at = times.office(base.plus(wait), &mut self.dice);
        if at >= limit {
            at = times.office(base.plus(self.dice.whole(1_200, 70_000)), &mut self.dice);
        }
        if at.0 > self.spec.decided.0 - span / 2 {
            at = base.plus(span / 5);
        }
        let at = self.spec.accepted.unwrap_or(at);
        self.officer_does(at, "", json!({ "event": "accept", "officer": self.desk.officer() }));
        at
    }

    /// Contact, survey, papers, submission. False when it goes no further.
    fn at_work(&mut self, accepted: Moment) -> bool {
        let fate = self.spec.fate;
        if fate == Fate::Open(Stand::Taken) {
            return false;
        }
        let rest = self.spec.decided.0 - accepted.0;
        let soon = self.dice.whole(900, 60_000).min(rest / 6).max(60);
        let contacted = self.world.times.office(accepted.plus(soon), &mut self.dice);
        let (channel, note) = words::contact(&mut self.dice);
        self.officer_does(contacted, note, json!({ "event": "contact", "channel": channel }));
        if fate == Fate::Open(Stand::Contacted) {
            return false;
        }
        if fate == Fate::Withdrawn && self.dice.chance(0.6) {
            self.withdraw();
            return false;
        }
        self.stage(accepted, (0.12, 0.25), "", json!({ "event": "survey" }));
        let waits = matches!(fate, Fate::Silent | Fate::Open(Stand::Awaiting));
        if waits || (fate != Fate::Open(Stand::Surveying) && self.dice.chance(0.22)) {
            let materials = words::materials(&mut self.dice);
            self.stage(
                accepted,
                (0.3, 0.45),
                "",
                json!({ "event": "request_materials", "materials": materials }),
            );
            if waits {
                self.fall_silent();
                return false;
            }
            let (at, note) = (self.stage_at(accepted, (0.5, 0.6)), words::supplied(&mut self.dice));
            self.firm_does(at, note, json!({ "event": "supply", "back_to": "surveying" }));
        }
        if fate == Fate::Withdrawn {
            self.withdraw();
        }
        let at_once = fate == Fate::Refused && self.dice.chance(0.2);
        if !matches!(fate, Fate::Withdrawn | Fate::Open(Stand::Surveying)) && !at_once {
            let good = fate == Fate::Granted || self.dice.chance(0.3);
            let note = words::conclusion(good, &mut self.dice);
            self.stage(accepted, (0.65, 0.88), note, json!({ "event": "submit_approval" }));
        }
        matches!(fate, Fate::Granted | Fate::Refused)
    }

    /// The papers never come.
    fn fall_silent(&mut self) {
        let lapses = self.world.times.due(self.last, 10).plus(SWEEP);
        if self.spec.fate == Fate::Silent {
            self.system_does(lapses, json!({ "event": "lapse" }));
        }
    }

    fn withdraw(&mut self) {
        let (at, note) =
            (super::draw::waking(self.spec.decided, &mut self.dice), words::withdrawn(&mut self.dice));
        self.firm_does(at, note, json!({ "event": "withdraw" }));
    }

    fn decide(&mut self) {
        if self.spec.fate == Fate::Refused {
            let young = self.spec.submitted.day().0 - self.who.established.0 < 730;
            let secured = self.product.security != "credit";
            let (code, text) = words::refusal(self.who, young, secured, &mut self.dice);
            return self
                .approver_does(self.spec.decided, json!({ "event": "refuse", "code": code, "text": text }));
        }
        let valid_until = self.spec.decided.day().plus(OFFER_DAYS);
        let terms = self.asked.granted(self.product, self.spec);
        self.approver_does(
            self.spec.decided,
            json!({
                "event": "grant", "amount_fen": terms.amount_yuan * 100, "months": terms.months,
                "rate_ppm": terms.rate_ppm, "method": terms.method, "security": self.product.security,
                "valid_until": date_text(valid_until), "note": "",
            }),
        );
        let Some(signed) = self.spec.signed else {
            return self.system_does(Moment::at(valid_until.plus(1), SWEEP), json!({ "event": "lapse" }));
        };
        let contract_no = format!("{}-C", self.order_no);
        self.firm_does(signed, "", json!({ "event": "sign", "contract_no": contract_no }));
        if let Some(drawn) = self.spec.drawn {
            let amount_yuan = loan::drawn_yuan(&terms, self.spec, &mut self.dice);
            let ask = drawn.plus(-self.dice.whole(1_800, 20_000));
            self.firm_does(ask, "", json!({ "event": "ask_draw", "amount_fen": amount_yuan * 100 }));
            loan::tell(self, drawn, amount_yuan, &terms);
        }
    }

    /// A moment so far into the bank's work, in its hours, and after everything before it.
    fn stage_at(&mut self, accepted: Moment, (low, high): (f64, f64)) -> Moment {
        let rest = (self.spec.decided.0 - accepted.0) as f64;
        let at = accepted.plus((self.dice.between(low, high) * rest) as i64);
        let office = self.world.times.office(at, &mut self.dice);
        if office.0 < self.spec.decided.0 - 600 { office } else { at }
    }

    fn stage(&mut self, accepted: Moment, share: (f64, f64), note: &str, event: Value) {
        let at = self.stage_at(accepted, share);
        self.officer_does(at, note, event);
    }

    fn firm_does(&mut self, at: Moment, note: &str, event: Value) {
        let role = if self.who.kind == Kind::Household { "self" } else { "legal_rep" };
        self.step(at, (self.firm, role, ""), note, event);
    }

    fn officer_does(&mut self, at: Moment, note: &str, event: Value) {
        let (officer, bank) = (self.desk.officer(), self.product.bank.clone());
        self.step(at, (&officer, "officer", &bank), note, event);
    }

    fn approver_does(&mut self, at: Moment, event: Value) {
        let (approver, bank) = (self.desk.approver(), self.product.bank.clone());
        self.step(at, (&approver, "approver", &bank), "", event);
    }

    fn system_does(&mut self, at: Moment, event: Value) {
        self.step(at, ("system", "system", ""), "", event);
    }

    /// Adds a step a little after the one before at least; what lies after the present is not told.
    fn step(
        &mut self,
        at: Moment,
        (actor, role, institution): (&str, &str, &str),
        note: &str,
        mut event: Value,
    ) {
        let at = if self.steps.is_empty() { at } else { at.max(self.last.plus(1)) };
        self.last = at;
        if at > self.world.times.now {
            return;
        }
        event["at"] = json!(at.text());
        event["actor"] = json!(actor);
        event["role"] = json!(role);
        event["institution"] = json!(institution);
        event["note"] = json!(note);
        self.steps.push(event);
    }
}
