//! The financial statements that come with the tax return, by quarter and by year.

use crate::books::{Books, Figures};
use crate::item::FINANCIAL_STATEMENT;
use crate::outbox::Outbox;
use crate::subject::TaxPayer;
use crate::time::{Day, Month};
use crate::{Case, CityError};

/// Writes the statements of one organisation.
pub(crate) fn write(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    let general = match who.tax {
        TaxPayer::Nothing => return Ok(()),
        TaxPayer::Small => false,
        TaxPayer::General => true,
    };
    if !(who.is_company() && (general || case.dice.chance(0.8))) {
        return Ok(());
    }
    let books = Books::of(case);
    for month in case.city.first.0..=case.city.last.0 {
        let to = Month(month);
        if to.number() % 3 != 0 || to.plus(-2).first() < who.established {
            continue;
        }
        let filed = to.plus(1).day(8 + case.dice.whole(0, 8) as i32);
        let late = case.dice.chance(0.7 * case.path.stress_at(to));
        if (general || who.number.is_multiple_of(2)) && !late {
            let period = format!("{}Q{}", to.year(), to.number() / 3);
            let figures = books.period(to.plus(-2), to);
            let kinds: &[&str] = if general { &["balance", "income"] } else { &["income"] };
            statements(case, &period, kinds, &figures, filed, out)?;
        }
        if to.number() == 12 && !late {
            let filed = Day::ymd(to.year() + 1, 5, case.dice.whole(5, 28) as i32);
            let kinds: &[&str] =
                if general { &["balance", "income", "cashflow"] } else { &["balance", "income"] };
            statements(case, &to.year().to_string(), kinds, &books.year(to.year()), filed, out)?;
        }
    }
    Ok(())
}

fn statements(
    case: &Case<'_>,
    period: &str,
    kinds: &[&str],
    figures: &Figures,
    filed: Day,
    out: &mut Outbox,
) -> Result<(), CityError> {
    if filed > case.city.until || !case.who.stands(filed) {
        return Ok(());
    }
    for kind in kinds {
        let row = out.row();
        row.text(&case.who.key).text(period).text(kind).money(figures.assets).money(figures.current_assets);
        row.money(figures.receivables).money(figures.inventory).money(figures.liabilities);
        row.money(figures.short_loans).money(figures.equity).money(figures.revenue).money(figures.cost);
        row.money(figures.total_profit).money(figures.net_profit);
        out.send(FINANCIAL_STATEMENT, filed.plus(1))?;
    }
    Ok(())
}
