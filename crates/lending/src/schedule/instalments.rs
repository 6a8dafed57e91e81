//! The plan of each repayment method: when how much is due.

use jiff::ToSpan;
use jiff::civil::Date;
use jq_base::money::Money;
use jq_base::rate::Rate;

use super::{Instalment, MONTHS_MAX, ONE, RepaymentMethod, ScheduleError};

/// Parts per million of a month's rate in a yearly one.
const PPM_MONTHS: i128 = 12_000_000;

/// The plan for `principal` paid out on `from`.
///
/// Instalments are due on the same day of later months, at a month's end where that day does not exist. Principal
/// parts always add up to `principal`.
pub fn plan(
    method: RepaymentMethod,
    principal: Money,
    rate: Rate,
    months: u32,
    from: Date,
) -> Result<Vec<Instalment>, ScheduleError> {
    if !(1..=MONTHS_MAX).contains(&months) {
        return Err(ScheduleError::Months);
    }
    if principal <= Money::ZERO || rate.ppm() < 0 {
        return Err(ScheduleError::Figures);
    }
    let made = match method {
        RepaymentMethod::EqualInstalments => equal_instalments(principal, rate, months, from),
        RepaymentMethod::EqualPrincipal => equal_principal(principal, rate, months, from),
        RepaymentMethod::InterestMonthly => {
            by_day(principal, rate, from, &(1..=months).collect::<Vec<_>>(), &[months])
        }
        RepaymentMethod::AllAtEnd | RepaymentMethod::Revolving => {
            by_day(principal, rate, from, &[months], &[months])
        }
        RepaymentMethod::InterestQuarterly => {
            let quarters = quarters(months);
            by_day(principal, rate, from, &quarters, &quarters)
        }
        RepaymentMethod::Seasonal => {
            let quarters = quarters(months);
            let late: Vec<u32> = quarters.iter().copied().filter(|&month| 3 * month > 2 * months).collect();
            by_day(principal, rate, from, &quarters, &late)
        }
    };
    made.ok_or(ScheduleError::TooLarge)
}

/// Every third month, and the last.
fn quarters(months: u32) -> Vec<u32> {
    (1..=months).filter(|month| month.is_multiple_of(3) || *month == months).collect()
}

fn due_on(from: Date, month: u32) -> Date {
    from.saturating_add(i64::from(month).months())
}

/// What is paid every month: `P i (1 + i)^n / ((1 + i)^n - 1)`.
fn instalment(principal: Money, rate: Rate, months: u32) -> Option<Money> {
    let principal = i128::from(principal.fen());
    let count = i128::from(months);
    let ppm = i128::from(rate.ppm());
    if ppm == 0 {
        return i64::try_from((principal + count / 2) / count).ok().map(Money::from_fen);
    }
    let mut power = ONE;
    for _ in 0..months {
        power = power.checked_mul(PPM_MONTHS + ppm)? / PPM_MONTHS;
    }
    let monthly = ppm.checked_mul(ONE)? / PPM_MONTHS;
    let share = monthly.checked_mul(power)? / (power - ONE);
    let fen = principal.checked_mul(share)?.checked_add(ONE / 2)?.div_euclid(ONE);
    i64::try_from(fen).ok().map(Money::from_fen)
}

fn equal_instalments(principal: Money, rate: Rate, months: u32, from: Date) -> Option<Vec<Instalment>> {
    let amount = instalment(principal, rate, months)?;
    let mut balance = principal;
    let mut plan = Vec::new();
    for no in 1..=months {
        let interest = balance.month_interest(rate)?;
        let part = amount.checked_sub(interest)?.max(Money::ZERO).min(balance);
        let part = if no == months { balance } else { part };
        balance = balance.checked_sub(part)?;
        plan.push(Instalment { no, due_on: due_on(from, no), principal: part, interest });
    }
    Some(plan)
}

fn equal_principal(principal: Money, rate: Rate, months: u32, from: Date) -> Option<Vec<Instalment>> {
    let parts = parts(principal, months)?;
    let mut balance = principal;
    let mut plan = Vec::new();
    for (no, part) in (1..=months).zip(parts) {
        let interest = balance.month_interest(rate)?;
        balance = balance.checked_sub(part)?;
        plan.push(Instalment { no, due_on: due_on(from, no), principal: part, interest });
    }
    Some(plan)
}

/// Interest by the day in the months of `pays`, principal in equal parts in the months of `repays`.
fn by_day(principal: Money, rate: Rate, from: Date, pays: &[u32], repays: &[u32]) -> Option<Vec<Instalment>> {
    let mut parts = parts(principal, u32::try_from(repays.len()).ok()?)?.into_iter();
    let (mut balance, mut since) = (principal, from);
    let mut plan = Vec::new();
    for (no, &month) in (1_u32..).zip(pays) {
        let due_on = due_on(from, month);
        let days = u16::try_from(since.until(due_on).ok()?.get_days()).ok()?;
        let interest = balance.interest(rate, days)?;
        let part = if repays.contains(&month) { parts.next()? } else { Money::ZERO };
        balance = balance.checked_sub(part)?;
        since = due_on;
        plan.push(Instalment { no, due_on, principal: part, interest });
    }
    Some(plan)
}

/// `count` equal parts; the last takes the difference.
fn parts(principal: Money, count: u32) -> Option<Vec<Money>> {
    let (whole, count_i) = (i128::from(principal.fen()), i128::from(count));
    let part = Money::from_fen(i64::try_from((whole + count_i / 2) / count_i).ok()?);
    let mut rest = principal;
    let mut parts = Vec::new();
    for no in 1..=count {
        let this = if no == count { rest } else { part.min(rest) };
        rest = rest.checked_sub(this)?;
        parts.push(this);
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jq_base::money;
    use proptest::prelude::*;

    use super::*;

    fn yuan(text: &str) -> Money {
        Money::parse_yuan(text).unwrap()
    }

    fn made(method: RepaymentMethod) -> Vec<Instalment> {
        plan(method, yuan("500000"), "3.65%".parse().unwrap(), 12, date(2026, 3, 20)).unwrap()
    }

    fn interest(plan: &[Instalment]) -> Money {
        money::sum(plan.iter().map(|one| one.interest)).unwrap()
    }

    #[test]
    fn equal_instalments_as_contracts_print_them() {
        let plan = made(RepaymentMethod::EqualInstalments);
        assert_eq!(plan[0].total(), yuan("42495.04"));
        assert_eq!((plan[0].interest, plan[0].principal), (yuan("1520.83"), yuan("40974.21")));
        assert_eq!(plan[1].interest, yuan("1396.20"));
        assert_eq!(plan[11].total(), yuan("42495.00"));
        assert_eq!((plan[11].interest, plan[11].principal), (yuan("128.86"), yuan("42366.14")));
        assert_eq!(interest(&plan), yuan("9940.44"));
    }

    #[test]
    fn equal_principal_as_contracts_print_it() {
        let plan = made(RepaymentMethod::EqualPrincipal);
        assert_eq!((plan[0].principal, plan[11].principal), (yuan("41666.67"), yuan("41666.63")));
        assert_eq!(
            plan.iter().map(|one| one.interest).take(2).collect::<Vec<_>>(),
            [yuan("1520.83"), yuan("1394.10")]
        );
        assert_eq!(plan[11].interest, yuan("126.74"));
        assert_eq!(interest(&plan), yuan("9885.41"));
    }

    #[test]
    fn interest_every_month_counts_its_days() {
        let plan = made(RepaymentMethod::InterestMonthly);
        assert_eq!(plan[0].interest, yuan("1571.53"));
        assert_eq!(plan[1].interest, yuan("1520.83"));
        assert_eq!(plan[11].interest, yuan("1419.44"));
        assert_eq!(plan[11].principal, yuan("500000"));
        assert_eq!(interest(&plan), yuan("18503.47"));
    }

    #[test]
    fn a_line_bears_interest_for_the_days_it_was_used() {
        let rate: Rate = "3.65%".parse().unwrap();
        assert_eq!(yuan("200000").interest(rate, 19), Some(yuan("385.28")));
        assert_eq!(yuan("150000").interest(rate, 25), Some(yuan("380.21")));
        let overdue = rate.times(Rate::from_ppm(1_500_000)).unwrap();
        assert_eq!(yuan("42000").interest(overdue, 7), Some(yuan("44.71")));
    }

    #[test]
    fn days_that_a_month_lacks_become_its_last() {
        let plan =
            plan(RepaymentMethod::EqualPrincipal, yuan("300"), Rate::from_ppm(0), 3, date(2026, 1, 31));
        let days: Vec<_> = plan.unwrap().iter().map(|one| one.due_on).collect();
        assert_eq!(days, [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]);
    }

    #[test]
    fn farms_pay_principal_after_the_harvest() {
        let plan = made(RepaymentMethod::Seasonal);
        let parts: Vec<_> = plan.iter().map(|one| one.principal).collect();
        assert_eq!(parts, [Money::ZERO, Money::ZERO, yuan("250000"), yuan("250000")]);
        assert_eq!(plan[0].interest, yuan("4663.89"), "92 days of the whole amount");
        assert_eq!(plan[3].interest, yuan("2281.25"), "90 days of the half that is left");
    }

    #[test]
    fn quarters_pay_interest_on_what_is_left() {
        let plan = made(RepaymentMethod::InterestQuarterly);
        let days: Vec<_> = plan.iter().map(|one| one.due_on).collect();
        assert_eq!(days, [date(2026, 6, 20), date(2026, 9, 20), date(2026, 12, 20), date(2027, 3, 20)]);
        assert!(plan.iter().all(|one| one.principal == yuan("125000")));
        assert_eq!((plan[0].interest, plan[3].interest), (yuan("4663.89"), yuan("1140.63")));
    }

    #[test]
    fn one_payment_at_the_end_bears_every_day() {
        for method in [RepaymentMethod::AllAtEnd, RepaymentMethod::Revolving] {
            let plan = made(method);
            assert_eq!(plan.len(), 1);
            assert_eq!((plan[0].due_on, plan[0].interest), (date(2027, 3, 20), yuan("18503.47")));
        }
    }

    #[test]
    fn senseless_terms_are_refused() {
        let make = |fen, ppm, months| {
            plan(
                RepaymentMethod::AllAtEnd,
                Money::from_fen(fen),
                Rate::from_ppm(ppm),
                months,
                date(2026, 1, 1),
            )
        };
        assert_eq!(make(100, 36_500, 0), Err(ScheduleError::Months));
        assert_eq!(make(100, 36_500, 361), Err(ScheduleError::Months));
        assert_eq!(make(0, 36_500, 12), Err(ScheduleError::Figures));
        assert_eq!(make(100, -1, 12), Err(ScheduleError::Figures));
    }

    proptest! {
        #[test]
        fn parts_add_up_and_days_go_forward(
            method in proptest::sample::select(RepaymentMethod::ALL),
            fen in 1_i64..10_000_000_000_000,
            ppm in 0_i64..240_000,
            months in 1_u32..=120,
            day in 0_i64..3_000,
        ) {
            let from = date(2022, 1, 1).saturating_add(day.days());
            let made = plan(method, Money::from_fen(fen), Rate::from_ppm(ppm), months, from).unwrap();
            prop_assert_eq!(money::sum(made.iter().map(|one| one.principal)), Some(Money::from_fen(fen)));
            prop_assert!(made.iter().all(|one| one.principal >= Money::ZERO && one.interest >= Money::ZERO));
            prop_assert!(made.windows(2).all(|pair| pair[0].due_on < pair[1].due_on));
            prop_assert_eq!(made.last().unwrap().due_on, due_on(from, months));
        }
    }
}
