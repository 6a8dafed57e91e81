//! The banks beside each other: how fast they take and decide orders, how many they grant, what had to be done.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use jq_base::clock::start_of;
use jq_base::rate::Rate;
use jq_lending::figures::{Cut, Figures, Group, Period};
use jq_supervision::{ActKind, BankActs};
use jq_web::{Visit, page};
use serde::Deserialize;
use url::form_urlencoded;

use super::figures::{period_of, periods, said};
use crate::csv;
use crate::form::Choice;
use crate::refused::{Answer, Refused};
use crate::session::Oversight;
use crate::state::PortalState;
use crate::watch::Watcher;
use crate::watch::choice::bank_names;

/// The columns that the table can be sorted by, with the key of each name.
const COLUMNS: [(&str, &str); 7] = [
    ("orders", "banks-orders"),
    ("accepted", "banks-accepted"),
    ("decided", "banks-decided"),
    ("approval", "banks-approval"),
    ("days", "banks-days"),
    ("granted", "banks-granted"),
    ("acts", "banks-acts"),
];

/// The table.
#[derive(Template)]
#[template(path = "oversight/banks.html")]
pub struct BanksPage {
    v: Visit,
    me: Watcher,
    periods: Vec<Choice>,
    about: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
    csv: String,
    sort: &'static str,
    up: bool,
}

/// A column's name and the address that sorts by it.
pub struct Column {
    name: String,
    href: String,
    /// `ascending` or `descending` for the column that the table is sorted by.
    sorted: &'static str,
}

/// A bank.
pub struct Row {
    name: String,
    cells: Vec<String>,
    keys: [Option<i64>; 7],
    id: String,
}

/// The words of the address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct BanksQuery {
    period: String,
    sort: String,
    up: String,
}

/// `GET /oversight/banks`
pub async fn show(
    State(state): State<PortalState>,
    user: Oversight,
    Query(query): Query<BanksQuery>,
    v: Visit,
) -> Answer {
    let period = period_of(&query.period, state.db.clock().today());
    let rows = rows(&state, &v, &query, period).await?;
    let (sort, up) = (COLUMNS[query.place()].0, query.up());
    let column = |(word, key): (&'static str, &str)| Column {
        name: v.t(key),
        href: query.address("/oversight/banks", word, word == sort && !up),
        sorted: match up {
            _ if word != sort => "",
            true => "ascending",
            false => "descending",
        },
    };
    let about = v.text().with("figures-about", &[("from", &period.from()), ("to", &period.last_day())]);
    Ok(page(&BanksPage {
        me: Watcher::of(&state, &user, v.lang()).await?,
        periods: periods(&v, &query.period),
        about,
        columns: COLUMNS.into_iter().map(column).collect(),
        csv: query.address("/oversight/banks.csv", sort, up),
        sort,
        up,
        rows,
        v,
    }))
}

/// `GET /oversight/banks.csv`
pub async fn csv(
    State(state): State<PortalState>,
    _user: Oversight,
    Query(query): Query<BanksQuery>,
    v: Visit,
) -> Answer {
    let period = period_of(&query.period, state.db.clock().today());
    // A byte order mark, so that spreadsheets read the Chinese names.
    let mut text = format!("\u{feff}bank_id,{}", v.t("banks-name"));
    for (_, key) in COLUMNS {
        text.push(',');
        text.push_str(&v.t(key));
    }
    text.push('\n');
    for row in rows(&state, &v, &query, period).await? {
        let cells: Vec<String> = [&row.id, &row.name].into_iter().chain(&row.cells).cloned().collect();
        text.push_str(&csv::line(&cells));
    }
    Ok(csv::file(&format!("banks-{}", period.last_day()), text))
}

impl BanksQuery {
    /// The column to sort by; the first when none is named.
    fn place(&self) -> usize {
        COLUMNS.iter().position(|(word, _)| *word == self.sort).unwrap_or(0)
    }

    /// Whether the lowest comes first.
    fn up(&self) -> bool {
        self.up == "1"
    }

    fn address(&self, page: &str, sort: &str, up: bool) -> String {
        let mut words = form_urlencoded::Serializer::new(String::new());
        if !self.period.is_empty() {
            words.append_pair("period", &self.period);
        }
        words.append_pair("sort", sort);
        if up {
            words.append_pair("up", "1");
        }
        format!("{page}?{}", words.finish())
    }
}

/// The banks that had orders in the period, sorted.
async fn rows(
    state: &PortalState,
    v: &Visit,
    query: &BanksQuery,
    period: Period,
) -> Result<Vec<Row>, Refused> {
    let sets = state.lending.figures_by(&state.db, period, &Cut::default(), Group::Bank).await?;
    let (from, to) = (start_of(period.from()), start_of(period.to()));
    let acts = match (from, to) {
        (Some(from), Some(to)) => state.supervision.count_acts(from, to).await?,
        _ => Vec::new(),
    };
    let names = bank_names(state, v).await?;
    let mut rows: Vec<Row> =
        sets.into_iter().map(|(id, figures)| Row::new(v, &names, id, &figures, &acts)).collect();
    let place = query.place();
    rows.sort_by(|a, b| {
        let (a_key, b_key) = (a.keys[place], b.keys[place]);
        let order = if query.up() { a_key.cmp(&b_key) } else { b_key.cmp(&a_key) };
        // A bank of which nothing is known is neither best nor worst.
        a_key.is_none().cmp(&b_key.is_none()).then(order).then_with(|| a.id.cmp(&b.id))
    });
    Ok(rows)
}

impl Row {
    fn new(
        v: &Visit,
        names: &BTreeMap<String, String>,
        id: String,
        figures: &Figures,
        acts: &[BankActs],
    ) -> Self {
        use jq_lending::figures::Figure as F;
        let own = |act: &&BankActs| act.bank.as_str() == id && act.kind != ActKind::Reminded;
        let acts: u64 = acts.iter().filter(own).map(|act| act.count).sum();
        let said = |figure: F| said(v, figures.value(figure));
        let share = |share: Option<Rate>| share.map(Rate::ppm);
        let days = figures.from_accepted.mean;
        Self {
            name: names.get(&id).cloned().unwrap_or_else(|| id.clone()),
            cells: vec![
                said(F::Submitted),
                said(F::AcceptInTimeShare),
                said(F::InTimeShare),
                said(F::ApprovalShare),
                said(F::DecisionMean),
                said(F::ApprovedAmount),
                acts.to_string(),
            ],
            keys: [
                i64::try_from(figures.submitted.count).ok(),
                share(figures.accept_in_time_share()),
                share(figures.decided_in_time_share()),
                share(figures.approval_share()),
                days.and_then(|days| i64::try_from(days.tenths()).ok()),
                Some(figures.approved.amount.fen()),
                i64::try_from(acts).ok(),
            ],
            id,
        }
    }
}
