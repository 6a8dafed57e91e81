//! May this bank read? Decided from the subject's consents alone; whatever is not a yes is a no.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jq_base::clock;
use jq_base::ids::{BankId, ConsentId, OrderId, SubjectKey};
use jq_base::permit::Purpose;

use super::denial::Denial;
use crate::content::purposes::{PurposeTerms, purpose_terms};
use crate::grant::model::{Grant, GrantState};
use crate::grant::policy::speaks_for;

/// What a bank wants to read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ask<'a> {
    pub(crate) subject: &'a SubjectKey,
    pub(crate) items: &'a BTreeSet<String>,
    /// Fields without which the reading is of no use, each as `item.field`.
    pub(crate) fields: &'a BTreeSet<String>,
    pub(crate) purpose: Purpose,
    pub(crate) order: Option<&'a OrderId>,
    /// The consent under which the bank wants to read, where it names one.
    pub(crate) consent: Option<&'a ConsentId>,
    pub(crate) now: Timestamp,
}

/// Like [`decide`], of the one consent that the bank names by its number.
///
/// That number is known to whoever can see the consent: the subject, whoever the subject handed the receipt to, and the
/// bank that was given it; it cannot be guessed. Whoever names it together with the subject it is of learns two things
/// that nobody else does: that a newer one took its place, and that it is for another bank. For which bank, how it
/// stands, and what it opens is not said. Who names no number, or the number of a consent of somebody else, hears
/// `no_consent` as if there were none: a bank never learns from here that another bank was given anything.
pub(super) fn decide_named<'a>(
    named: Option<&'a Grant>,
    bank: &BankId,
    ask: &Ask<'_>,
) -> Result<&'a Grant, Denial> {
    let own = named.filter(|grant| grant.subject == *ask.subject).ok_or(Denial::NoConsent)?;
    if own.bank != *bank {
        return Err(Denial::OtherReader);
    }
    match (own.state(ask.now), own.superseded_at) {
        (GrantState::Superseded, Some(at)) => Err(Denial::Superseded { at }),
        _ => decide(std::slice::from_ref(own), ask),
    }
}

/// The consent that allows it, of those the subject gave this bank, newest first.
///
/// It must be the subject's own, for this purpose, for no order or this one, hold now, open every item and every field
/// that is asked for, and have readings left. The no names the condition that failed for the consents that met all
/// before it. One whose place a newer one took is passed over: the newer one decides.
pub(super) fn decide<'a>(grants: &'a [Grant], ask: &Ask<'_>) -> Result<&'a Grant, Denial> {
    let own =
        keep(grants, |grant| grant.subject == *ask.subject && speaks_for(&grant.subject, grant.grantor_role));
    let own = keep(own, |grant| grant.state(ask.now) != GrantState::Superseded);
    let for_purpose = keep(own.iter().copied(), |grant| grant.purpose == ask.purpose);
    if for_purpose.is_empty() {
        let other = own.iter().any(|grant| grant.is_active(ask.now));
        return Err(if other { Denial::OtherPurpose } else { Denial::NoConsent });
    }
    let active = keep(for_purpose.iter().copied(), |grant| grant.is_active(ask.now));
    let for_order = keep(active.iter().copied(), |grant| is_for_order(grant, ask.order));
    if for_order.is_empty() {
        let other = !active.is_empty();
        return Err(if other { Denial::OtherOrder } else { ended(for_purpose[0], ask.now) });
    }
    let asked = || ask.items.iter().map(String::as_str);
    let covering = keep(for_order.iter().copied(), |grant| grant.covers(asked()));
    if covering.is_empty() {
        let missing = for_order.iter().map(|grant| grant.missing(asked()));
        let items = missing.min_by_key(Vec::len).unwrap_or_default();
        return Err(Denial::ItemNotGranted { items });
    }
    let with_fields = keep(covering.iter().copied(), |grant| closed(grant, ask).next().is_none());
    if with_fields.is_empty() {
        let missing = covering.iter().map(|grant| closed(grant, ask).cloned().collect::<Vec<_>>());
        let fields = missing.min_by_key(Vec::len).unwrap_or_default();
        return Err(Denial::FieldNotGranted { fields });
    }
    let with_quota = keep(with_fields, |grant| grant.queries_left() > 0);
    let today = clock::date_of(ask.now);
    match with_quota.iter().find(|grant| grant.queries_left_on(today) > 0) {
        Some(grant) => Ok(grant),
        None if with_quota.is_empty() => Err(Denial::QuotaUsed),
        None => Err(Denial::DayQuotaUsed),
    }
}

fn keep<'a>(grants: impl IntoIterator<Item = &'a Grant>, wanted: impl Fn(&Grant) -> bool) -> Vec<&'a Grant> {
    grants.into_iter().filter(|grant| wanted(grant)).collect()
}

/// The fields among those asked for that stay closed: the consent leaves them out, or its purpose has closed them since.
fn closed<'a>(grant: &'a Grant, ask: &'a Ask<'_>) -> impl Iterator<Item = &'a String> {
    let never = purpose_terms(grant.purpose).map(PurposeTerms::fields_never);
    let is_closed = move |field: &&String| {
        grant.withheld.contains(*field) || never.is_some_and(|never| never.contains(*field))
    };
    ask.fields.iter().filter(is_closed)
}

/// A consent for no order in particular serves any; one for an order serves that one only.
fn is_for_order(grant: &Grant, asked: Option<&OrderId>) -> bool {
    grant.order.is_none() || grant.order.as_ref() == asked
}

/// How a consent that does not hold came to its end, or since when it stands still.
fn ended(grant: &Grant, now: Timestamp) -> Denial {
    match (grant.withdrawn_at, grant.suspended) {
        (Some(at), _) => Denial::Withdrawn { at },
        (None, Some(suspended)) if grant.state(now) == GrantState::Suspended => {
            Denial::Suspended { at: suspended.at }
        }
        _ => Denial::Expired { at: grant.valid_to },
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use jq_identity::FirmRole;

    use super::*;
    use crate::grant::model::tests::{granted_at, sample};
    use crate::grant::suspension::{Suspension, SuspensionWhy};

    static NONE: BTreeSet<String> = BTreeSet::new();

    /// Asked before a loan, an hour after the yes.
    fn asked<'a>(
        subject: &'a SubjectKey,
        items: &'a BTreeSet<String>,
        fields: &'a BTreeSet<String>,
    ) -> Ask<'a> {
        let now = granted_at() + SignedDuration::from_hours(1);
        Ask { subject, items, fields, purpose: Purpose::PreLoan, order: None, consent: None, now }
    }

    /// What is decided about these consents, when these items are asked for before a loan, an hour after the yes.
    fn check(grants: &[Grant], items: &[&str], expected: Result<&str, Denial>) {
        check_as(grants, items, Purpose::PreLoan, None, expected);
    }

    #[expect(clippy::needless_pass_by_value, reason = "a test reads better without references")]
    fn check_as(
        grants: &[Grant],
        items: &[&str],
        purpose: Purpose,
        order: Option<&OrderId>,
        expected: Result<&str, Denial>,
    ) {
        let subject = sample().subject;
        let items: BTreeSet<String> = items.iter().map(|&item| item.to_owned()).collect();
        let ask = Ask { purpose, order, ..asked(&subject, &items, &NONE) };
        assert_eq!(decide(grants, &ask).map(|grant| grant.consent_id.as_str()), expected);
    }

    #[test]
    fn without_a_consent_the_answer_is_no() {
        check(&[], &["tax_payment"], Err(Denial::NoConsent));
    }

    #[test]
    fn a_consent_opens_its_items_and_none_else() {
        check(&[sample()], &["tax_payment", "power_bill"], Ok("c-1"));
        let missing = Denial::ItemNotGranted { items: vec!["gas_bill".to_owned()] };
        check(&[sample()], &["gas_bill", "tax_payment"], Err(missing));
    }

    #[test]
    fn two_consents_do_not_add_up() {
        let other = Grant { items: ["gas_bill".to_owned()].into(), ..sample() };
        let missing = Denial::ItemNotGranted { items: vec!["tax_payment".to_owned()] };
        check(&[other, sample()], &["gas_bill", "tax_payment"], Err(missing));
    }

    #[test]
    fn another_purpose_is_another_consent() {
        check_as(&[sample()], &["tax_payment"], Purpose::PostLoan, None, Err(Denial::OtherPurpose));
        let over = Grant { withdrawn_at: Some(granted_at()), ..sample() };
        check_as(&[over], &["tax_payment"], Purpose::PostLoan, None, Err(Denial::NoConsent));
    }

    #[test]
    fn a_consent_for_one_order_does_not_serve_another() {
        let (one, other) = (OrderId::parse("o-1").unwrap(), OrderId::parse("o-2").unwrap());
        let tied = [Grant { order: Some(one.clone()), ..sample() }];
        check_as(&tied, &["tax_payment"], Purpose::PreLoan, Some(&one), Ok("c-1"));
        check_as(&tied, &["tax_payment"], Purpose::PreLoan, Some(&other), Err(Denial::OtherOrder));
        check_as(&tied, &["tax_payment"], Purpose::PreLoan, None, Err(Denial::OtherOrder));
        check_as(&[sample()], &["tax_payment"], Purpose::PreLoan, Some(&other), Ok("c-1"));
    }

    #[test]
    fn what_has_ended_says_how() {
        let at = granted_at() + SignedDuration::from_mins(5);
        let withdrawn = Grant { withdrawn_at: Some(at), ..sample() };
        check(&[withdrawn], &["tax_payment"], Err(Denial::Withdrawn { at }));
        let expired = Grant { valid_to: at, ..sample() };
        check(&[expired], &["tax_payment"], Err(Denial::Expired { at }));
        let suspended = Suspension { at, why: SuspensionWhy::LegalRepChanged };
        let still = Grant { suspended: Some(suspended), ..sample() };
        check(&[still], &["tax_payment"], Err(Denial::Suspended { at }));
        let replaced = Grant { superseded_at: Some(at), ..sample() };
        check(&[replaced], &["tax_payment"], Err(Denial::NoConsent));
    }

    #[test]
    fn a_field_that_was_left_out_is_named_and_another_consent_may_open_it() {
        let (subject, items) = (sample().subject, ["tax_payment".to_owned()].into());
        let fields = ["tax_payment.amount".to_owned()].into();
        let ask = asked(&subject, &items, &fields);
        assert!(decide(&[sample()], &ask).is_ok());
        let without = Grant { withheld: ["tax_payment.amount".to_owned()].into(), ..sample() };
        let named = Denial::FieldNotGranted { fields: vec!["tax_payment.amount".to_owned()] };
        assert_eq!(decide(std::slice::from_ref(&without), &ask), Err(named));
        assert!(decide(std::slice::from_ref(&without), &asked(&subject, &items, &NONE)).is_ok());
        assert!(decide(&[without, sample()], &ask).is_ok());
        let never = ["ent_registration.legal_rep_id_hash".to_owned()].into();
        let denied = decide(&[sample()], &asked(&subject, &items, &never)).map(|_| ());
        assert!(matches!(denied, Err(Denial::FieldNotGranted { .. })), "nobody's identity is granted");
    }

    #[test]
    fn who_names_a_consent_hears_how_that_one_stands_and_no_more_than_that_of_another_bank() {
        let (subject, items) = (sample().subject, ["tax_payment".to_owned()].into());
        let ask = asked(&subject, &items, &NONE);
        let (bank, other) = (sample().bank, BankId::parse("bank02").unwrap());
        let named = |grant: &Grant, by: &BankId| decide_named(Some(grant), by, &ask).map(|_| ());
        assert_eq!(named(&sample(), &bank), Ok(()));
        let at = granted_at() + SignedDuration::from_mins(5);
        let replaced = Grant { superseded_at: Some(at), ..sample() };
        assert_eq!(named(&replaced, &bank), Err(Denial::Superseded { at }));
        let withdrawn = Grant { withdrawn_at: Some(at), ..sample() };
        assert_eq!(named(&withdrawn, &bank), Err(Denial::Withdrawn { at }));
        for one in [sample(), replaced, withdrawn] {
            assert_eq!(named(&one, &other), Err(Denial::OtherReader), "and nothing of how it stands");
        }
        assert_eq!(decide_named(None, &bank, &ask), Err(Denial::NoConsent));
        let of_another = SubjectKey::parse("91500107MA7TEX0100").unwrap();
        let elsewhere = Grant { subject: of_another, ..sample() };
        assert_eq!(named(&elsewhere, &other), Err(Denial::NoConsent), "a number alone says nothing");
    }

    #[test]
    fn used_readings_are_gone_for_good_or_for_today() {
        let used = Grant { queries_used: 10, ..sample() };
        check(&[used], &["tax_payment"], Err(Denial::QuotaUsed));
        let today = Grant { queries_used: 5, day: "2026-11-10".to_owned(), day_used: 5, ..sample() };
        check(&[today], &["tax_payment"], Err(Denial::DayQuotaUsed));
    }

    #[test]
    fn nobody_opens_a_persons_records_but_the_person() {
        let person = SubjectKey::parse(&"0a".repeat(32)).unwrap();
        let by = |role| [Grant { subject: person.clone(), grantor_role: role, ..sample() }];
        let items = ["tax_payment".to_owned()].into();
        let ask = asked(&person, &items, &NONE);
        assert_eq!(decide(&by(FirmRole::LegalRep), &ask), Err(Denial::NoConsent));
        assert_eq!(decide(&by(FirmRole::Agent), &ask), Err(Denial::NoConsent));
        assert!(decide(&by(FirmRole::OneSelf), &ask).is_ok());
        assert_eq!(decide(&[sample()], &ask), Err(Denial::NoConsent), "a firm's consent is not its people's");
    }
}
