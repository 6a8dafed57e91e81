//! What the courts publish: filings and hearings, judgments, enforcement, dishonest debtors, spending limits.

use crate::cast::Role;
use crate::code;
use crate::item::{CASE_FILING, CONSUMPTION_RESTRICTION, DISHONEST_DEBTOR, JUDGMENT_DEBTOR, JUDGMENT_DOC};
use crate::names;
use crate::outbox::Outbox;
use crate::time::Day;
use crate::{Case, CityError};

const CAUSES: &[&str] = &[
    "买卖合同纠纷",
    "建设工程施工合同纠纷",
    "劳动争议",
    "租赁合同纠纷",
    "服务合同纠纷",
    "运输合同纠纷",
    "承揽合同纠纷",
];

/// Writes every court record of one organisation.
pub(crate) fn write(case: &mut Case<'_>, out: &mut Outbox) -> Result<(), CityError> {
    let mut serial = 0;
    if let Some(trouble) = case.who.trouble {
        let debt = (case.who.sales_wan * 1_000_000.0 * case.dice.between(0.05, 0.4)) as i64 + 5_000_000;
        let suits = if case.who.plays(Role::CourtRecords) { 3 } else { 1 + case.events(1.2) };
        for suit in 0..suits {
            let filed = trouble.default_on.plus(10 + suit as i32 * 35 + case.dice.whole(0, 40) as i32);
            downfall(case, filed, debt / i64::from(suit + 1), &mut serial, out)?;
        }
    }
    let ordinary = if case.who.is_company() { 0.5 } else { 0.14 };
    let ordinary = if case.who.sales_wan > 800.0 { ordinary * 2.0 } else { ordinary };
    for _ in 0..case.events(ordinary) {
        quarrel(case, &mut serial, out)?;
    }
    Ok(())
}

/// A debt that ends in enforcement.
fn downfall(
    case: &mut Case<'_>,
    filed: Day,
    debt: i64,
    serial: &mut u32,
    out: &mut Outbox,
) -> Result<(), CityError> {
    let sure = case.who.plays(Role::CourtRecords);
    let ground = if case.dice.chance(0.5) { "金融借款合同纠纷" } else { case.dice.pick(CAUSES) };
    let heard = filed.plus(case.dice.whole(20, 60) as i32);
    filing(case, filed, heard, ("defendant", ground), debt, serial, out)?;
    let judged = heard.plus(case.dice.whole(10, 50) as i32);
    judgment(case, judged, ("defendant", ground, "lost"), debt, serial, out)?;
    let enforced = judged.plus(case.dice.whole(20, 60) as i32);
    if enforced >= case.city.until || !(sure || case.dice.chance(0.85)) {
        return Ok(());
    }
    let case_no = case_number(case, enforced, "执", serial);
    let (court, _) = names::court(case.who.place);
    let ended = case.dice.chance(0.35).then(|| enforced.plus(case.dice.whole(60, 200) as i32));
    let ended = ended.filter(|day| *day < case.city.until && !sure);
    let row = out.row();
    row.text(&case_no).text(&case.who.key).text(&court).date(enforced).money(debt);
    row.opt_money(ended.is_none().then_some(debt / 10 * 9));
    row.text(if ended.is_some() { "final_no_assets" } else { "open" }).opt_date(ended);
    out.send(JUDGMENT_DEBTOR, ended.unwrap_or(enforced).plus(1))?;
    let restricted = enforced.plus(case.dice.whole(10, 40) as i32);
    if restricted < case.city.until && (sure || case.dice.chance(0.8)) {
        let row = out.row();
        row.text(&case_no).text(&case.who.key).text(&code::identity_hash(case.city.seed, case.who.owner));
        row.text(&court).date(restricted).none();
        out.send(CONSUMPTION_RESTRICTION, restricted.plus(1))?;
    }
    let shamed = enforced.plus(case.dice.whole(30, 90) as i32);
    if shamed < case.city.until && (sure || case.dice.chance(0.55)) {
        let row = out.row();
        row.text(&case_no)
            .text(&case.who.key)
            .text(&case_no.replace('执', "民初"))
            .text("支付货款及逾期利息");
        row.text("none").text("evade").text(&court).date(enforced).date(shamed).none();
        out.send(DISHONEST_DEBTOR, shamed.plus(1))?;
    }
    Ok(())
}

/// An everyday lawsuit, as plaintiff or defendant.
fn quarrel(case: &mut Case<'_>, serial: &mut u32, out: &mut Outbox) -> Result<(), CityError> {
    let filed = case.day_back(1_000);
    let role = if case.who.role.is_some() || case.dice.chance(0.55) { "plaintiff" } else { "defendant" };
    let ground = case.dice.pick(CAUSES);
    let amount = case.dice.lognormal(120_000.0, 1.0) as i64 * 100;
    let heard = filed.plus(case.dice.whole(20, 80) as i32);
    filing(case, filed, heard, (role, ground), amount, serial, out)?;
    if case.dice.chance(0.75) {
        let result = case.dice.pick(&["won", "lost", "partly", "withdrawn", "mediated"]);
        let judged = heard.plus(case.dice.whole(5, 60) as i32);
        judgment(case, judged, (role, ground, result), amount, serial, out)?;
        let owes = role == "defendant" && matches!(result, "lost" | "partly");
        let enforced = judged.plus(case.dice.whole(30, 90) as i32);
        if owes && enforced < case.city.until && case.dice.chance(0.3) {
            let closed = enforced.plus(case.dice.whole(15, 120) as i32);
            let closed = (closed < case.city.until).then_some(closed);
            let (case_no, court) =
                (case_number(case, enforced, "执", serial), names::court(case.who.place).0);
            let row = out.row();
            row.text(&case_no).text(&case.who.key).text(&court).date(enforced).money(amount);
            row.opt_money(closed.is_none().then_some(amount));
            row.text(if closed.is_some() { "settled" } else { "open" }).opt_date(closed);
            out.send(JUDGMENT_DEBTOR, closed.unwrap_or(enforced).plus(1))?;
        }
    }
    Ok(())
}

fn filing(
    case: &mut Case<'_>,
    filed: Day,
    heard: Day,
    (role, ground): (&str, &str),
    amount: i64,
    serial: &mut u32,
    out: &mut Outbox,
) -> Result<(), CityError> {
    if filed >= case.city.until || !case.who.stands(filed) {
        return Ok(());
    }
    let case_no = case_number(case, filed, "民初", serial);
    let (court, _) = names::court(case.who.place);
    let over = heard < case.city.until;
    let row = out.row();
    row.text(&case_no).text(&case.who.key).text(role).text(ground).money(amount).text(&court).date(filed);
    row.date(heard).text(if over { "heard" } else { "filed" });
    out.send(CASE_FILING, filed.plus(2))?;
    Ok(())
}

fn judgment(
    case: &mut Case<'_>,
    judged: Day,
    (role, ground, result): (&str, &str, &str),
    amount: i64,
    serial: &mut u32,
    out: &mut Outbox,
) -> Result<(), CityError> {
    if judged >= case.city.until || !case.who.stands(judged) {
        return Ok(());
    }
    let case_no = case_number(case, judged.plus(-60), "民初", serial);
    let (court, _) = names::court(case.who.place);
    let granted = match result {
        "lost" | "won" => Some(amount / 10 * 9),
        "partly" | "mediated" => Some(amount / 2),
        _ => None,
    };
    let row = out.row();
    row.text(&case_no).text(&case.who.key).text(role).text(ground);
    row.text(if case.dice.chance(0.9) { "first" } else { "second" });
    row.money(amount).opt_money(granted).text(result).text(&court).date(judged);
    out.send(JUDGMENT_DOC, judged.plus(7))?;
    Ok(())
}

/// A number such as `(2025)渝0116民初12345号`, different for every record of the city.
fn case_number(case: &Case<'_>, day: Day, kind: &str, serial: &mut u32) -> String {
    *serial += 1;
    let (_, place) = names::court(case.who.place);
    format!("({})渝{place}{kind}{}号", day.year(), case.who.number * 50 + u64::from(*serial))
}
