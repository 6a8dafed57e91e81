//! The hidden course of a business, month by month, from which everything that can be seen derives.

use crate::City;
use crate::dice::Dice;
use crate::subject::{Course, Subject};
use crate::time::Month;
use crate::trade::season;

/// Months that are followed: five years, of which sources keep the last three.
pub(crate) const MONTHS: usize = 60;

/// What happened in each month; the last entry is the city's last month.
pub(crate) struct Life {
    pub(crate) last: Month,
    /// True sales, yuan.
    pub(crate) sales: Vec<f64>,
    /// Output compared with the usual output; drives power and water.
    pub(crate) activity: Vec<f64>,
    /// People on the payroll.
    pub(crate) heads: Vec<i64>,
    /// 0 in good times, 1 at default and after it.
    pub(crate) stress: Vec<f64>,
}

impl Life {
    /// Lives through the subject's last five years.
    pub(crate) fn of(city: &City, who: &Subject) -> Self {
        let dice = &mut Dice::new(city.seed, 0x9A_0001, who.number);
        let growth = match who.course {
            Course::Growing => dice.between(0.08, 0.32),
            Course::Steady => dice.between(-0.03, 0.05),
            Course::Declining => -dice.between(0.10, 0.28),
            Course::Dying => dice.between(-0.05, 0.10),
        };
        let usual = who.sales_wan * 10_000.0 / 12.0;
        let idle = dice.between(0.12, 0.28);
        let (mut drift, mut staff) = (0.0, 0.0);
        let mut path = Self {
            last: city.last,
            sales: Vec::with_capacity(MONTHS),
            activity: Vec::with_capacity(MONTHS),
            heads: Vec::with_capacity(MONTHS),
            stress: Vec::with_capacity(MONTHS),
        };
        for index in 0..MONTHS {
            let month = path.month(index);
            drift = 0.6 * drift + 0.09 * dice.normal();
            let wobble = 1.0 + 0.05 * dice.normal().clamp(-2.5, 2.5);
            let stress = stress_in(who, month);
            let left = match who.trouble {
                Some(trouble) if stress > 0.0 => 1.0 - stress * (1.0 - trouble.floor),
                _ => 1.0,
            };
            let years = (index as f64 - (MONTHS - 1) as f64) / 12.0;
            let trend = (growth * years).exp() * youth(who, month) * left;
            let gone = who.closed.is_some_and(|closed| month.last() >= closed.plus(-30));
            let level = if gone { 0.0 } else { usual * trend };
            let sales = level * season(who.trade.season, month.number()) * drift.clamp(-0.6, 0.6).exp();
            path.sales.push(sales);
            let running = if level > 0.0 { idle * left.sqrt() * usual * trend.min(1.0) } else { 0.0 };
            path.activity.push((running + (1.0 - idle) * sales) * wobble);
            staff = if staff == 0.0 { level } else { 0.8 * staff + 0.2 * level };
            let heads = (staff * 12.0 / 10_000.0 / who.trade.sales_per_head_wan).round().max(1.0);
            path.heads.push(if level > 0.0 { heads as i64 } else { 0 });
            path.stress.push(if gone { 1.0 } else { stress });
        }
        path
    }

    /// The month of an entry.
    pub(crate) fn month(&self, index: usize) -> Month {
        self.last.plus(index as i32 - (MONTHS as i32 - 1))
    }

    /// The entry of a month, if it is followed.
    pub(crate) fn index(&self, month: Month) -> Option<usize> {
        usize::try_from(month.0 - self.month(0).0).ok().filter(|index| *index < MONTHS)
    }

    /// Sales from one month to another, both included, yuan.
    pub(crate) fn sales_between(&self, from: Month, to: Month) -> f64 {
        (from.0..=to.0).filter_map(|month| self.index(Month(month))).map(|index| self.sales[index]).sum()
    }

    /// Stress in a month; none outside the years followed.
    pub(crate) fn stress_at(&self, month: Month) -> f64 {
        self.index(month).map_or(0.0, |index| self.stress[index])
    }

    /// People on the payroll in a month.
    pub(crate) fn heads_at(&self, month: Month) -> i64 {
        self.index(month).map_or(0, |index| self.heads[index])
    }
}

/// A young firm needs eight months to come up to its level.
fn youth(who: &Subject, month: Month) -> f64 {
    let age = month.0 - who.established.month().0;
    if age < 0 { 0.0 } else { (f64::from(age + 1) / 8.0).min(1.0) }
}

/// 0 before the first signs, rising to 1 in the month of default.
fn stress_in(who: &Subject, month: Month) -> f64 {
    let Some(trouble) = who.trouble else { return 0.0 };
    let to_go = trouble.default_on.month().0 - month.0;
    (1.0 - f64::from(to_go) / f64::from(trouble.lead_months)).clamp(0.0, 1.0)
}
