//! How a loan is paid back: the plan of every repayment method to the fen, and what a loan costs in all.
//!
//! Amounts are rounded half up at each instalment; the last one takes the difference. Methods with equal parts reckon
//! a twelfth of the yearly rate a month, all others actual days over 360, head counted, tail not.

use jiff::ToSpan;
use jiff::civil::Date;
use jq_base::money::{self, Money};
use jq_base::rate::Rate;

use crate::coded::coded;

/// Months that a plan runs at most.
const MONTHS_MAX: u32 = 360;
/// One, in the fixed point that roots and powers are reckoned in.
const ONE: i128 = 1_000_000_000_000_000_000;
/// Parts per million of a month's rate in a yearly one.
const PPM_MONTHS: i128 = 12_000_000;

coded! {
    /// How a loan is paid back (还款方式).
    RepaymentMethod {
        /// The same amount every month.
        EqualInstalments = "equal_instalments", "等额本息", "equal instalments";
        /// The same principal every month, interest on the balance.
        EqualPrincipal = "equal_principal", "等额本金", "equal principal";
        /// Interest every month, the principal at the end.
        InterestMonthly = "interest_monthly", "按月付息、到期还本", "interest monthly, principal at the end";
        /// Principal and interest at the end.
        AllAtEnd = "all_at_end", "到期一次还本付息", "all at the end";
        /// Drawn and paid back at will, interest by the day.
        Revolving = "revolving", "随借随还", "draw and repay freely";
        /// Principal and interest every quarter.
        InterestQuarterly = "interest_quarterly", "按季付息、分期还本", "quarterly interest and principal";
        /// Interest every quarter, principal in the last third of the term, after the harvest.
        Seasonal = "seasonal", "按产销季节还款", "by season";
    }
}

/// What is due on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instalment {
    /// From 1 without gaps.
    pub no: u32,
    /// By the end of which day.
    pub due_on: Date,
    /// Principal.
    pub principal: Money,
    /// Interest.
    pub interest: Money,
}

impl Instalment {
    /// Principal and interest.
    pub fn total(&self) -> Money {
        self.principal.checked_add(self.interest).unwrap_or(self.principal)
    }
}

/// Why a plan cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// No month, or more than thirty years.
    #[error("a plan runs for 1 to {MONTHS_MAX} months")]
    Months,
    /// Nothing to pay back, or a rate below nothing.
    #[error("a plan needs an amount and a rate that are not negative")]
    Figures,
    /// Larger than can be kept.
    #[error("the amounts are too large")]
    TooLarge,
}

/// What a loan costs in a year (年化综合成本).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// The monthly internal rate times twelve.
    pub nominal: Rate,
    /// The same with interest on interest.
    pub effective: Rate,
}

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

/// What it costs in a year to have `received` and to pay these instalments: the internal rate of return over months.
/// None when less is paid back than was received.
pub fn irr(received: Money, instalments: &[Instalment], from: Date) -> Option<Cost> {
    let flows: Vec<(u32, i128)> = instalments
        .iter()
        .map(|one| (months_between(from, one.due_on), i128::from(one.total().fen())))
        .collect();
    let received = i128::from(received.fen());
    let worth = |monthly: i128| -> Option<i128> {
        let last = flows.iter().map(|(month, _)| *month).max()?;
        let mut factors = vec![ONE];
        for month in 0..last as usize {
            factors.push(factors[month].checked_mul(ONE)? / (ONE + monthly));
        }
        flows.iter().try_fold(0_i128, |sum, (month, amount)| {
            sum.checked_add(amount.checked_mul(factors[*month as usize])?)
        })
    };
    let target = received.checked_mul(ONE)?;
    if received <= 0 || worth(0)? < target {
        return None;
    }
    let (mut low, mut high) = (0, ONE);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if worth(middle)? >= target { low = middle } else { high = middle }
    }
    let mut power = ONE;
    for _ in 0..12 {
        power = power.checked_mul(ONE + low)? / ONE;
    }
    let ppm =
        |scaled: i128| i64::try_from((scaled + ONE / 2_000_000) / (ONE / 1_000_000)).ok().map(Rate::from_ppm);
    Some(Cost { nominal: ppm(low.checked_mul(12)?)?, effective: ppm(power - ONE)? })
}

/// Whole months from one day to a later one, to the nearest; at least one.
fn months_between(from: Date, to: Date) -> u32 {
    let months = (i32::from(to.year()) - i32::from(from.year())) * 12 + i32::from(to.month())
        - i32::from(from.month());
    u32::try_from(months).unwrap_or(0).max(1)
}

/// All principal and interest of a plan.
pub fn total(plan: &[Instalment]) -> Option<Money> {
    money::sum(plan.iter().map(Instalment::total))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
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
    fn a_flat_rate_costs_nearly_twice_what_it_says() {
        let flat: Vec<Instalment> = (1..=12)
            .map(|no| Instalment {
                no,
                due_on: due_on(date(2026, 1, 10), no),
                principal: yuan("43187.50"),
                interest: Money::ZERO,
            })
            .collect();
        let cost = irr(yuan("500000"), &flat, date(2026, 1, 10)).unwrap();
        assert_eq!((cost.nominal.ppm() + 50) / 100, 667);
        assert_eq!((cost.effective.ppm() + 50) / 100, 688);
        assert_eq!(irr(yuan("600000"), &flat, date(2026, 1, 10)), None);
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

        #[test]
        fn a_loan_without_fees_costs_its_rate(ppm in 10_000_i64..200_000, months in 2_u32..60) {
            let (amount, rate, from) = (yuan("1000000"), Rate::from_ppm(ppm), date(2026, 1, 15));
            let made = plan(RepaymentMethod::EqualInstalments, amount, rate, months, from).unwrap();
            let cost = irr(amount, &made, from).unwrap();
            prop_assert!((cost.nominal.ppm() - ppm).abs() <= 3, "{} {ppm}", cost.nominal.ppm());
        }
    }
}
