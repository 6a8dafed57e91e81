//! What a loan costs in a year: the internal rate of return of what is received and paid back.

use jiff::civil::Date;
use jq_base::money::Money;
use jq_base::rate::Rate;

use super::{Instalment, ONE};

/// What a loan costs in a year (年化综合成本).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// The monthly internal rate times twelve.
    pub nominal: Rate,
    /// The same with interest on interest.
    pub effective: Rate,
}

/// What it costs in a year to have `received` and to pay these instalments: the internal rate of return over months.
/// `None` when less is paid back than was received, or more than double every month.
pub fn irr(received: Money, instalments: &[Instalment], from: Date) -> Option<Cost> {
    let flows: Vec<(u32, i128)> = instalments
        .iter()
        .map(|one| (months_between(from, one.due_on), i128::from(one.total().fen())))
        .collect();
    let target = i128::from(received.fen()).checked_mul(ONE)?;
    let (mut low, mut high) = (0, ONE);
    if target <= 0 || worth(&flows, low)? < target || worth(&flows, high)? >= target {
        return None;
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if worth(&flows, middle)? >= target { low = middle } else { high = middle }
    }
    let mut power = ONE;
    for _ in 0..12 {
        power = power.checked_mul(ONE + low)? / ONE;
    }
    let ppm =
        |scaled: i128| i64::try_from((scaled + ONE / 2_000_000) / (ONE / 1_000_000)).ok().map(Rate::from_ppm);
    Some(Cost { nominal: ppm(low.checked_mul(12)?)?, effective: ppm(power - ONE)? })
}

/// What is paid back, in the money of the first day at this monthly rate.
fn worth(flows: &[(u32, i128)], monthly: i128) -> Option<i128> {
    let last = flows.iter().map(|(month, _)| *month).max()?;
    let mut factors = vec![ONE];
    for month in 0..last as usize {
        factors.push(factors[month].checked_mul(ONE)? / (ONE + monthly));
    }
    flows.iter().try_fold(0_i128, |sum, (month, amount)| {
        sum.checked_add(amount.checked_mul(*factors.get(*month as usize)?)?)
    })
}

/// Calendar months from the month of one day to that of a later one; at least one.
fn months_between(from: Date, to: Date) -> u32 {
    let months = (i32::from(to.year()) - i32::from(from.year())) * 12 + i32::from(to.month())
        - i32::from(from.month());
    u32::try_from(months).unwrap_or(0).max(1)
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::schedule::{RepaymentMethod, plan};

    fn yuan(text: &str) -> Money {
        Money::parse_yuan(text).unwrap()
    }

    #[test]
    fn a_flat_rate_costs_nearly_twice_what_it_says() {
        let flat: Vec<Instalment> = (1..=12)
            .map(|no| Instalment {
                no,
                due_on: date(2026, 1, 10).saturating_add(i64::from(no).months()),
                principal: yuan("43187.50"),
                interest: Money::ZERO,
            })
            .collect();
        let cost = irr(yuan("500000"), &flat, date(2026, 1, 10)).unwrap();
        assert_eq!((cost.nominal.ppm() + 50) / 100, 667);
        assert_eq!((cost.effective.ppm() + 50) / 100, 688);
        assert_eq!(irr(yuan("600000"), &flat, date(2026, 1, 10)), None, "less comes back than was received");
    }

    #[test]
    fn what_has_no_sensible_cost_has_none() {
        let from = date(2026, 1, 10);
        let made = plan(RepaymentMethod::EqualPrincipal, yuan("1000"), Rate::from_ppm(0), 12, from).unwrap();
        assert_eq!(irr(yuan("1000"), &made, from).unwrap().effective, Rate::from_ppm(0));
        assert_eq!(irr(Money::ZERO, &made, from), None);
        assert_eq!(irr(yuan("1"), &made, from), None, "more than double every month");
        assert_eq!(irr(yuan("1000"), &[], from), None);
    }

    proptest! {
        #[test]
        fn a_loan_without_fees_costs_its_rate(ppm in 10_000_i64..200_000, months in 2_u32..60) {
            let (amount, rate, from) = (yuan("1000000"), Rate::from_ppm(ppm), date(2026, 1, 15));
            let made = plan(RepaymentMethod::EqualInstalments, amount, rate, months, from).unwrap();
            let cost = irr(amount, &made, from).unwrap();
            prop_assert!((cost.nominal.ppm() - ppm).abs() <= 3, "{} {ppm}", cost.nominal.ppm());
        }

        #[test]
        fn a_fee_makes_it_dearer_in_every_way_of_paying_back(
            method in proptest::sample::select(RepaymentMethod::ALL),
            ppm in 10_000_i64..200_000,
            months in 1_u32..60,
        ) {
            let from = date(2026, 1, 15);
            let made = plan(method, yuan("1000000"), Rate::from_ppm(ppm), months, from).unwrap();
            let (plain, dear) = (irr(yuan("1000000"), &made, from), irr(yuan("990000"), &made, from));
            let (plain, dear) = (plain.unwrap(), dear.unwrap());
            prop_assert!(dear.nominal > plain.nominal && dear.effective > plain.effective);
            prop_assert!(plain.effective >= plain.nominal);
        }
    }
}
