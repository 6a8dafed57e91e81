//! A firm's accounts for any year or quarter, all from the same hidden course, so that sources can agree.

use crate::Case;
use crate::dice::Dice;
use crate::path::Life;
use crate::time::Month;

/// The firm's lasting ratios.
pub(crate) struct Books<'a> {
    path: &'a Life,
    /// Assets by yearly sales, debt by assets, profit by sales.
    asset_weight: f64,
    leverage: f64,
    margin: f64,
    receivables: f64,
    inventory: f64,
    cost: f64,
    tax: f64,
}

/// Figures of one period, fen.
pub(crate) struct Figures {
    pub(crate) revenue: i64,
    pub(crate) cost: i64,
    pub(crate) total_profit: i64,
    pub(crate) net_profit: i64,
    pub(crate) tax: i64,
    pub(crate) assets: i64,
    pub(crate) current_assets: i64,
    pub(crate) receivables: i64,
    pub(crate) inventory: i64,
    pub(crate) liabilities: i64,
    pub(crate) short_loans: i64,
    pub(crate) equity: i64,
}

impl<'a> Books<'a> {
    /// The books of the case's subject.
    pub(crate) fn of(case: &Case<'a>) -> Self {
        let who = case.who;
        let dice = &mut Dice::new(case.city.seed, 0xB0_0001, who.number);
        Self {
            path: case.path,
            asset_weight: dice.lognormal(0.8, 0.35).clamp(0.25, 2.6),
            leverage: dice.between(0.25, 0.68),
            margin: dice.between(0.01, 0.5) * (1.0 - who.trade.cost),
            receivables: dice.between(0.08, 0.3),
            inventory: dice.between(0.03, 0.3),
            cost: who.trade.cost,
            tax: who.trade.vat,
        }
    }

    /// Figures of a calendar year.
    pub(crate) fn year(&self, year: i32) -> Figures {
        self.period(Month::of(year, 1), Month::of(year, 12))
    }

    /// Figures of the months from `from` to `to`; what the years followed do not cover is taken as their mean.
    pub(crate) fn period(&self, from: Month, to: Month) -> Figures {
        let months = f64::from(to.0 - from.0 + 1);
        let known = (from.0..=to.0).filter(|month| self.path.index(Month(*month)).is_some()).count() as f64;
        let known_sales = self.path.sales_between(from, to);
        let revenue = if known > 0.0 { known_sales * months / known } else { self.path.sales[0] * months };
        let stress = self.path.stress_at(to);
        let profit = revenue * (self.margin - 0.2 * stress);
        let tax = revenue * self.tax;
        let year_sales = self.path.sales_between(to.plus(-11), to).max(revenue);
        let assets = year_sales.max(20_000.0) * self.asset_weight * (1.0 + stress);
        let liabilities = assets * (self.leverage + 0.35 * stress).min(0.97);
        let current = assets * 0.62;
        let fen = |yuan: f64| (yuan * 100.0).round() as i64;
        let net = if profit > 0.0 { profit * 0.95 } else { profit };
        Figures {
            revenue: fen(revenue),
            cost: fen(revenue * self.cost),
            total_profit: fen(profit),
            net_profit: fen(net),
            tax: fen(tax),
            assets: fen(assets),
            current_assets: fen(current),
            receivables: fen(assets * self.receivables),
            inventory: fen(assets * self.inventory),
            liabilities: fen(liabilities),
            short_loans: fen(liabilities * 0.35),
            equity: fen(assets) - fen(liabilities),
        }
    }
}
