//! What was paid out under a past order, and how it is being paid back.

use serde_json::json;

use super::spec::{Spec, Wish, identifier};
use super::tell::Told;
use super::terms::Terms;
use super::times::{DAY, Moment};
use crate::dice::{Dice, mix};
use crate::row::date_text;
use crate::subject::Course;

/// How much of the line is drawn: mostly all of it.
pub(super) fn drawn_yuan(terms: &Terms, spec: &Spec, dice: &mut Dice) -> i64 {
    let part = if dice.chance(0.18) && spec.wish == Wish::New { dice.between(0.5, 0.95) } else { 1.0 };
    let yuan = (terms.amount_yuan as f64 * part) as i64;
    (yuan / 1_000 * 1_000).max(1_000).min(terms.amount_yuan)
}

/// Tells of the loan that was paid out at `drawn`, if the bank has reported it by now.
pub(super) fn tell(told: &mut Told<'_>, drawn: Moment, amount_yuan: i64, terms: &Terms) {
    let (spec, now) = (told.spec, told.world.times.now);
    let dice = &mut spec.dice(told.world.city, 6);
    let reported = told.world.times.office(drawn.plus(dice.whole(1_800, 72_000)), dice);
    if reported > now {
        return;
    }
    let (_, month, _) = drawn.day().parts();
    let loan_ref = format!("L{}{month:02}-{:06}", drawn.day().year(), spec.index + 1);
    let mut loan = json!({
        "loan_id": identifier(drawn, mix(told.world.city.seed ^ 0x10A) ^ u64::from(spec.index)),
        "loan_ref": loan_ref,
        "amount_fen": amount_yuan * 100,
        "drawn_on": date_text(drawn.day()),
        "told_at": reported.text(),
        "officer": told.desk.officer(),
    });
    if let Some(day) = spec.paid_off {
        loan["paid_off_on"] = json!(date_text(day));
    } else if !spec.pays_well {
        manner(told, dice, drawn, terms, &mut loan);
    }
    told.loans.push(loan);
}

/// Most pay on their day; some are late once, few stop, and on some of these the bank gives up.
fn manner(told: &Told<'_>, dice: &mut Dice, drawn: Moment, terms: &Terms, loan: &mut serde_json::Value) {
    let stops = match told.who.course {
        Course::Dying => 0.6,
        Course::Declining => 0.3,
        _ => 0.06,
    };
    let monthly =
        matches!(terms.method.as_str(), "equal_instalments" | "equal_principal" | "interest_monthly");
    let day_or_month = if monthly { dice.whole(2, 5) } else { 1 };
    if dice.chance(stops) {
        loan["stopped_at"] = json!(day_or_month);
        let ago = told.world.times.now.0 - drawn.0;
        // What falls due at the end is not late before.
        if ago > 270 * DAY && dice.chance(0.5) && monthly {
            let day = told.world.times.now.day().plus(-dice.whole(5, 60) as i32);
            let at = told.world.times.in_office(day, dice);
            loan["given_up"] = json!({ "at": at.text(), "approver": told.desk.approver() });
        }
    } else if dice.chance(if told.who.course == Course::Growing { 0.04 } else { 0.14 }) {
        loan["late"] = json!([{ "instalment": day_or_month, "days": dice.whole(2, 18) }]);
    }
}
