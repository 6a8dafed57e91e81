//! What the tax bureau knows: filings, payments, grades, arrears and grave violations.

use crate::cast::Role;
use crate::item::{TAX_ARREARS, TAX_CREDIT_RATING, TAX_FILING, TAX_MAJOR_VIOLATION, TAX_PAYMENT};
use crate::outbox::Outbox;
use crate::subject::{Kind, TaxPayer};
use crate::time::{Day, Month};
use crate::{Case, CityError};

/// Sales up to this sum a quarter are free of VAT for small-scale payers, yuan.
const FREE_QUARTER_YUAN: f64 = 300_000.0;

/// One filing before it is written.
struct Filing {
    kind: &'static str,
    from: Month,
    to: Month,
    due: Day,
    sales: f64,
    free: f64,
    payable: f64,
    input: Option<f64>,
    exempt: f64,
}

/// Writes every tax record of one organisation.
pub(crate) fn write(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    if case.who.tax != TaxPayer::Nothing {
        let honesty = case.dice.between(0.92, 1.0);
        let mut vouchers = 0;
        for filing in filings(case, honesty) {
            file(case, &filing, &mut vouchers, out)?;
        }
        arrears(case, out)?;
    }
    grades(case, out)?;
    violations(case, out)
}

/// All filings that were due in the years kept.
fn filings(case: &mut Case<'_>, honesty: f64) -> Vec<Filing> {
    let mut list = Vec::with_capacity(160);
    let step = if case.who.tax == TaxPayer::General { 1 } else { 3 };
    let pays_wages = case.who.is_company();
    for month in case.city.first.0..=case.city.last.0 {
        let to = Month(month);
        if to.last() <= case.who.established || (step == 3 && to.number() % 3 != 0) {
            continue;
        }
        value_added(case, to.plus(1 - step), to, honesty, &mut list);
        if pays_wages {
            let wages = case.path.heads_at(to) as f64 * case.wage_month() * f64::from(step);
            let due = workday(to.plus(1).day(15));
            list.push(Filing::plain("iit", (to.plus(1 - step), to), due, 0.0, wages * 0.008));
        }
        if to.number() % 3 == 0 {
            quarterly(case, to, honesty, &mut list);
        }
    }
    list
}

fn value_added(case: &mut Case<'_>, from: Month, to: Month, honesty: f64, list: &mut Vec<Filing>) {
    let sales = case.path.sales_between(from, to) * honesty;
    let due = workday(to.plus(1).day(15));
    let (vat, noise) = (case.who.trade.vat, case.dice.between(0.8, 1.2));
    let small = case.who.tax == TaxPayer::Small;
    let free = small && sales <= FREE_QUARTER_YUAN;
    let payable = match (small, free) {
        (true, true) => 0.0,
        (true, false) => sales * 0.01,
        (false, _) => sales * vat * noise,
    };
    list.push(Filing {
        kind: "vat",
        from,
        to,
        due,
        sales,
        free: if free { sales } else { 0.0 },
        payable,
        input: (!small).then_some(sales * (0.11 - vat * noise).max(0.01)),
        exempt: if free { sales * 0.01 } else { 0.0 },
    });
    if payable > 0.0 || !small || case.dice.chance(0.9) {
        list.push(Filing::plain("urban", (from, to), due, 0.0, payable * 0.12));
    }
}

fn quarterly(case: &mut Case<'_>, to: Month, honesty: f64, list: &mut Vec<Filing>) {
    let from = to.plus(-2);
    let sales = case.path.sales_between(from, to) * honesty;
    let due = workday(to.plus(1).day(15));
    if case.who.is_company() || case.who.kind == Kind::Cooperative {
        let margin = (1.0 - case.who.trade.cost) * 0.25;
        list.push(Filing::plain("cit", (from, to), due, sales, sales * margin * 0.05));
        if to.number() == 12 {
            let year = (to.plus(-11), to);
            let sales = case.path.sales_between(year.0, year.1) * honesty;
            let settled = workday(Day::ymd(to.year() + 1, 5, 31));
            list.push(Filing::plain("cit", year, settled, sales, sales * margin * 0.004));
        }
    }
    if case.dice.chance(0.97) {
        list.push(Filing::plain("stamp", (from, to), due, sales, sales * 0.0003));
    }
    if to.number() % 6 == 0 && case.who.number.is_multiple_of(2) && case.who.is_company() {
        let tax = case.who.sales_wan * 12.0;
        list.push(Filing::plain("property", (to.plus(-5), to), due, 0.0, tax));
    }
}

impl Filing {
    fn plain(kind: &'static str, period: (Month, Month), due: Day, sales: f64, payable: f64) -> Self {
        Self { kind, from: period.0, to: period.1, due, sales, free: 0.0, payable, input: None, exempt: 0.0 }
    }
}

/// Files, pays, and now and then corrects.
fn file(case: &mut Case<'_>, filing: &Filing, vouchers: &mut u32, out: &mut Outbox) -> Result<(), CityError> {
    let stress = case.path.stress_at(filing.to);
    let late = case.dice.chance(0.012 + 0.55 * stress);
    let shift = if late { case.dice.whole(1, 12 + (stress * 50.0) as i64) } else { -case.dice.whole(0, 9) };
    let filed = filing.due.plus(shift as i32);
    if filed > case.city.until || !case.who.stands(filed) || case.dice.chance(0.5 * stress.powi(4)) {
        return Ok(());
    }
    let fails = case.dice.chance(0.5 * stress);
    let payable = (filing.payable * 100.0) as i64;
    let paid = if fails { payable * case.dice.whole(0, 5) / 10 } else { payable };
    filing_row(case, filing, (1, "original"), filed, paid, out)?;
    if paid > 0 {
        *vouchers += 1;
        let paid_on = filed.plus(case.dice.whole(0, 2) as i32);
        payment_row(case, filing, paid_on, (paid, *vouchers), out)?;
    }
    if case.dice.chance(0.01) {
        let again = filed.plus(case.dice.whole(20, 80) as i32);
        if again <= case.city.until && case.who.stands(again) {
            filing_row(case, filing, (2, "corrected"), again, paid, out)?;
        }
    }
    Ok(())
}

fn filing_row(
    case: &Case<'_>,
    filing: &Filing,
    (seq, kind): (i64, &str),
    filed: Day,
    paid: i64,
    out: &mut Outbox,
) -> Result<(), CityError> {
    let fen = |yuan: f64| (yuan * 100.0) as i64;
    let row = out.row();
    row.text(&case.who.key).date(filing.from.first()).date(filing.to.last()).text(filing.kind).int(seq);
    row.text(kind).money(fen(filing.sales)).money(fen(filing.free)).money(fen(filing.payable));
    row.opt_money(filing.input.map(fen)).money(fen(filing.exempt)).money(paid);
    row.date(filing.due).date(filed).int(i64::from((filed.0 - filing.due.0).max(0)));
    out.send(TAX_FILING, filed.plus(1))?;
    Ok(())
}

fn payment_row(
    case: &Case<'_>,
    filing: &Filing,
    paid_on: Day,
    (paid, voucher): (i64, u32),
    out: &mut Outbox,
) -> Result<(), CityError> {
    if paid_on > case.city.until {
        return Ok(());
    }
    let days = i64::from((paid_on.0 - filing.due.0).max(0));
    let number = format!("350{}{:07}{voucher:04}", filing.due.year() % 100, case.who.number);
    let row = out.row();
    row.text(&case.who.key).text(&number).int(1).text(filing.kind);
    row.date(filing.from.first()).date(filing.to.last()).money(paid).money(paid * 5 * days / 10_000);
    row.date(filing.due).date(paid_on).text(if days > 30 { "arrears" } else { "normal" });
    out.send(TAX_PAYMENT, paid_on.plus(1))?;
    Ok(())
}

/// Notices of unpaid tax, by the quarter.
fn arrears(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    let mut balance = 0;
    for month in case.city.first.0..case.city.last.0 {
        let to = Month(month);
        let stress = case.path.stress_at(to);
        let notice = to.plus(1).day(20);
        if to.number() % 3 != 0 || !case.who.stands(notice) || notice > case.city.until {
            continue;
        }
        let careless = case.dice.chance(0.006);
        let over = case.who.trouble.is_some_and(|trouble| notice > trouble.default_on.plus(270));
        if (stress < 0.6 || over) && !careless {
            continue;
        }
        let new = (case.path.sales_between(to.plus(-2), to) * case.who.trade.vat * 40.0) as i64 + 120_000;
        balance += new;
        let cleared = (stress < 0.6).then(|| notice.plus(case.dice.whole(15, 120) as i32));
        let cleared = cleared.filter(|day| *day < case.city.until);
        let row = out.row();
        row.text(&case.who.key).text("vat").money(balance).money(new).date(notice);
        row.text(&format!("国家税务总局重庆市{}税务局", case.who.place.name_on(notice))).opt_date(cleared);
        out.send(TAX_ARREARS, cleared.unwrap_or(notice).plus(1))?;
        if stress < 0.6 {
            balance = 0;
        }
    }
    Ok(())
}

fn grades(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    if !matches!(who.kind, Kind::Enterprise | Kind::Cooperative) {
        return Ok(());
    }
    let mut standing = case.dice.between(62.0, 99.0);
    for year in case.city.until.year() - 5..case.city.until.year() {
        let rated = Day::ymd(year + 1, 4, 2 + case.dice.whole(0, 20) as i32);
        if who.established.year() > year || !who.stands(rated) || rated > case.city.until {
            continue;
        }
        standing = (standing + case.dice.between(-6.0, 6.5)).clamp(45.0, 100.0);
        let stress = case.path.stress_at(Month::of(year, 12));
        let score = (standing - 45.0 * stress).max(0.0);
        let new = who.established.year() == year || who.tax == TaxPayer::Nothing;
        let grade = match score {
            _ if new && stress < 0.5 => "M",
            90.0.. => "A",
            70.0.. => "B",
            40.0.. => "C",
            _ => "D",
        };
        let row = out.row();
        row.text(&who.key).int(i64::from(year)).text(grade);
        if new {
            row.none()
        } else {
            row.dec((score * 10.0).round() / 10.0)
        };
        row.date(rated).none();
        out.send(TAX_CREDIT_RATING, rated.plus(3))?;
    }
    Ok(())
}

fn violations(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    let grave = case.who.plays(Role::CourtRecords);
    if !(grave || case.who.tax != TaxPayer::Nothing && case.dice.chance(0.014)) {
        return Ok(());
    }
    let decided = case.day_back(900);
    let published = decided.plus(20).or_later(case.who.established);
    if published >= case.city.until {
        return Ok(());
    }
    let nature = case.dice.pick(&["evasion", "fraud_invoice", "other"]);
    let document = format!("渝税稽罚〔{}〕{}号", decided.year(), case.who.number + 11);
    let amount = case.dice.lognormal(900_000.0, 0.7) as i64 * 100;
    let row = out.row();
    row.text(&case.who.key).text(&document).text(nature).text("少列收入、多列支出,少缴增值税及附加");
    row.money(amount).date(decided).date(published).none();
    out.send(TAX_MAJOR_VIOLATION, published.plus(1))?;
    Ok(())
}

/// The day itself, or the Monday after a weekend.
fn workday(day: Day) -> Day {
    match (day.0 + 4).rem_euclid(7) {
        6 => day.plus(2),
        0 => day.plus(1),
        _ => day,
    }
}
