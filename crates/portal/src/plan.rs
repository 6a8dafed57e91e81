//! A repayment plan as people read it: every instalment to the fen, what it adds up to, and what it costs in a year.

use jiff::civil::Date;
use jq_base::money::{self, Money};
use jq_base::rate::Rate;
use jq_lending::order::GrantTerms;
use jq_lending::product::{Fee, Product};
use jq_lending::schedule::{Instalment, RepaymentMethod, irr, plan};
use jq_web::Visit;

use crate::public::Fact;
use crate::words;

/// Rows shown before the rest is folded away.
const ROWS_OPEN: usize = 6;

/// A plan.
pub struct PlanView {
    /// The yearly rate it is reckoned with.
    pub rate: String,
    /// The way to pay back.
    pub method: String,
    /// What that way means.
    pub about: String,
    /// The instalments.
    pub rows: Vec<PlanRow>,
    /// All principal.
    pub principal: String,
    /// All interest.
    pub interest: String,
    /// Fees, each with its sum.
    pub fees: Vec<Fact>,
    /// Everything that is paid: principal, interest, fees.
    pub total: String,
    /// What it costs in a year, interest and fees, as internal rate of return.
    pub cost: String,
    /// All interest at the product's lowest rate; empty when there is one rate only.
    pub interest_low: String,
    /// The product's lowest rate.
    pub rate_low: String,
}

/// One instalment.
pub struct PlanRow {
    /// Which.
    pub no: u32,
    /// By the end of which day.
    pub due: String,
    /// Principal and interest.
    pub total: String,
    /// Principal.
    pub principal: String,
    /// Interest.
    pub interest: String,
    /// Principal that is owed after it.
    pub rest: String,
}

/// What is lent.
struct Lent<'a> {
    method: RepaymentMethod,
    amount: Money,
    rate: Rate,
    months: u32,
    fees: &'a [Fee],
    from: Date,
}

impl PlanView {
    /// What a product would cost at most: the plan at its highest rate, with the interest at its lowest beside it.
    /// None when no plan can be made of these figures.
    pub fn of_product(
        v: &Visit,
        product: &Product,
        method: RepaymentMethod,
        amount: Money,
        months: u32,
        from: Date,
    ) -> Option<Self> {
        let lent = Lent { method, amount, rate: product.rate_max, months, fees: &product.fees, from };
        let shown = Self::new(v, &lent)?;
        if product.rate_min == product.rate_max {
            return Some(shown);
        }
        let low = plan(method, amount, product.rate_min, months, from).ok()?;
        let interest_low = words::exact(v.lang(), interest_of(&low)?);
        Some(Self { interest_low, rate_low: product.rate_min.to_string(), ..shown })
    }

    /// What a bank grants costs: the plan of the whole line, taken on one day.
    pub fn of_terms(v: &Visit, product: Option<&Product>, terms: &GrantTerms, from: Date) -> Option<Self> {
        let fees = product.map_or(&[][..], |product| product.fees.as_slice());
        let (method, amount, months) = (terms.method, terms.amount, terms.months);
        Self::new(v, &Lent { method, amount, rate: terms.rate, months, fees, from })
    }

    fn new(v: &Visit, lent: &Lent<'_>) -> Option<Self> {
        let lang = v.lang();
        let instalments = plan(lent.method, lent.amount, lent.rate, lent.months, lent.from).ok()?;
        let fees: Vec<(&Fee, Money)> = lent
            .fees
            .iter()
            .map(|fee| Some((fee, lent.amount.mul_ppm(fee.rate.ppm())?)))
            .collect::<Option<_>>()?;
        let fee_sum = money::sum(fees.iter().map(|(_, sum)| *sum))?;
        let interest = interest_of(&instalments)?;
        let total = money::sum([lent.amount, interest, fee_sum])?;
        let cost = irr(lent.amount.checked_sub(fee_sum)?, &instalments, lent.from)?;
        let fee = |(fee, sum): &(&Fee, Money)| {
            Fact::new(lang.pick(&fee.zh, &fee.en).to_owned(), words::exact(lang, *sum))
        };
        Some(Self {
            rate: lent.rate.to_string(),
            method: lent.method.text(lang).to_owned(),
            about: v.t(&about_key(lent.method)),
            rows: rows(&instalments, lent.amount),
            principal: words::exact(lang, lent.amount),
            interest: words::exact(lang, interest),
            fees: fees.iter().map(fee).collect(),
            total: words::exact(lang, total),
            cost: rounded(cost.effective),
            interest_low: String::new(),
            rate_low: String::new(),
        })
    }

    /// The rows that are always seen.
    pub fn first_rows(&self) -> &[PlanRow] {
        if self.is_long() { &self.rows[..ROWS_OPEN] } else { &self.rows }
    }

    /// The rows that are folded away.
    pub fn more_rows(&self) -> &[PlanRow] {
        if self.is_long() { &self.rows[ROWS_OPEN..] } else { &[] }
    }

    /// Two or three rows more are not worth a fold.
    fn is_long(&self) -> bool {
        self.rows.len() > ROWS_OPEN + 3
    }
}

/// The key of what a way to pay back means.
pub fn about_key(method: RepaymentMethod) -> String {
    format!("method-about-{}", method.code().replace('_', "-"))
}

/// A yearly cost as people compare it, to the hundredth of a percent.
pub fn rounded(cost: Rate) -> String {
    Rate::from_ppm((cost.ppm() + 50) / 100 * 100).to_string()
}

fn interest_of(instalments: &[Instalment]) -> Option<Money> {
    money::sum(instalments.iter().map(|one| one.interest))
}

fn rows(instalments: &[Instalment], amount: Money) -> Vec<PlanRow> {
    let mut rest = amount;
    let mut rows = Vec::with_capacity(instalments.len());
    for one in instalments {
        rest = rest.checked_sub(one.principal).unwrap_or_default();
        rows.push(PlanRow {
            no: one.no,
            due: one.due_on.to_string(),
            total: one.total().grouped(),
            principal: one.principal.grouped(),
            interest: one.interest.grouped(),
            rest: rest.grouped(),
        });
    }
    rows
}
