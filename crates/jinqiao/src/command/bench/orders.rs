//! Milliseconds for the pages and calls about orders, at so many a second, over a city's past orders: the bank's queue,
//! its orders one by one, the firm's list and orders, the list and single orders of a bank's program.
//!
//! The city's records are not made, only its banks with their people and its past year of orders, a third as many as it
//! has subjects. The platform runs over them in a process of its own.

use std::process::ExitCode;

use anyhow::{Context, bail};
use jq_base::ids::SubjectKey;
use jq_city::Options;
use jq_identity::CodeKey;
use jq_identity::staff;
use jq_lending::Order;
use jq_lending::order::OrderFilter;
use jq_portal::session::{BANK_COOKIE, FIRM_COOKIE};
use serde_json::json;
use tokio::time::Instant;

use super::Scratch;
use super::api::town::{sign_in, tip};
use super::calls::{Call, Load, Running, Times, WARM_UP_SECONDS, token};
use crate::app::App;
use crate::cli::{Bench, KeyOptions};
use crate::command::DONE;
use crate::command::up::DEMO_START;
use crate::demo::{self, PASSWORD};
use crate::output::Output;

/// The banks whose people and programs ask; the first have most orders.
const BANKS: [&str; 4] = ["bank01", "bank02", "bank03", "bank12"];
/// Firms that are signed in.
const FIRMS: usize = 40;
/// Orders that are opened, of each bank.
const ORDERS: u32 = 200;

/// What is asked, by name.
struct Asked {
    name: &'static str,
    calls: Vec<Call>,
}

pub(super) async fn run(keys: KeyOptions, bench: &Bench, output: Output) -> anyhow::Result<ExitCode> {
    if bench.rate == 0 || bench.seconds == 0 {
        bail!("--rate and --seconds are at least 1");
    }
    let scratch = Scratch::new("orders")?;
    let app = App::open(&scratch.0, None, keys.clone()).await?;
    app.set_demo_clock(DEMO_START.parse()?).await?;
    let city = scratch.0.join("city");
    std::fs::create_dir_all(city.join("truth"))?;
    std::fs::write(city.join("truth/demo_firms.json"), "[]")?;
    let begun = Instant::now();
    jq_city::history::write(&Options::new(bench.subjects, 1, city.clone(), &app.catalog))?;
    let orders = demo::move_in(&app, &city, 1).await?;
    output.say_in(
        format!("已载入 {orders} 笔订单，{:.0} 秒", begun.elapsed().as_secs_f64()),
        format!("took in {orders} orders in {:.0} s", begun.elapsed().as_secs_f64()),
    );
    let people = people(&app).await?;
    app.db.close().await;
    let mut platform = Running::start(&scratch.0, &keys)?;
    let programs = programs(&platform.address, &people).await?;
    let asked: Vec<Asked> = people.into_iter().map(|(asked, _)| asked).chain([programs]).collect();
    // What is asked is mixed, as it comes at an office: each sort in turn.
    let longest = asked.iter().map(|asked| asked.calls.len()).max().unwrap_or_default();
    let mixed =
        (0..longest).flat_map(|at| asked.iter().map(move |one| one.calls[at % one.calls.len()].clone()));
    let load = Load { host: platform.address.clone(), calls: mixed.collect(), rate: bench.rate };
    load.run(0, bench.rate * WARM_UP_SECONDS).await?;
    let answers = load.run(bench.rate * WARM_UP_SECONDS, bench.rate * bench.seconds).await?;
    let all = Times::of(&answers)?;
    let mut each = serde_json::Map::new();
    for one in &asked {
        // Each sort by itself too, at a tenth of the rate, to see what takes long.
        let rate = (bench.rate / 10).max(1);
        let load = Load { host: platform.address.clone(), calls: one.calls.clone(), rate };
        let alone = Times::of(&load.run(0, rate * 3).await?)?;
        output.say(format!("{:<22} p50 {:>6.1} ms, p99 {:>6.1} ms", one.name, alone.p50, alone.p99));
        each.insert(one.name.to_owned(), json!({ "p50_ms": alone.p50, "p99_ms": alone.p99 }));
    }
    platform.end();
    let (rate, errors) = (bench.rate, answers.errors);
    output.say_in(
        format!(
            "{orders} 笔订单，每秒 {rate} 次：p50 {:.1} ms，p99 {:.1} ms，最长 {:.0} ms，失败 {errors}",
            all.p50, all.p99, all.longest
        ),
        format!(
            "{orders} orders, {rate} calls/s: p50 {:.1} ms, p99 {:.1} ms, longest {:.0} ms, {errors} errors",
            all.p50, all.p99, all.longest
        ),
    );
    output.document(&json!({
        "orders": orders, "rate": rate, "seconds": bench.seconds, "answered": all.answered, "p50_ms": all.p50,
        "p99_ms": all.p99, "longest_ms": all.longest, "errors": errors, "first_error": answers.first_error,
        "each": each,
    }))?;
    Ok(DONE)
}

/// What people ask, with the orders of each bank that were found on the way.
async fn people(app: &App) -> anyhow::Result<Vec<(Asked, Vec<Order>)>> {
    let lending = app.lending()?;
    let now = app.clock.now();
    let (mut queues, mut opened, mut found) = (Vec::new(), Vec::new(), Vec::new());
    for bank in BANKS {
        let filter = OrderFilter { bank: Some(bank.parse()?), ..OrderFilter::default() };
        let orders = lending.list_all(&app.db, &filter, None, ORDERS).await?.orders;
        for post in ["officer", "approver", "admin"] {
            let session = staff::sign_in(&app.db, &format!("{post}@{bank}"), PASSWORD, now).await?;
            let ask = |path: String| Call::of_person(path, BANK_COOKIE, session.expose());
            queues.extend(
                ["", "?tab=accept", "?tab=hand", "?tab=decide", "?tab=granted", "?tab=ended"]
                    .map(|tab| ask(format!("/bank{tab}"))),
            );
            if post == "admin" {
                opened.extend(orders.iter().map(|order| ask(format!("/bank/orders/{}", order.order_id))));
            }
        }
        found.extend(orders);
    }
    let (lists, own) = firms(app, &found).await?;
    Ok(vec![
        (Asked { name: "bank queue", calls: queues }, Vec::new()),
        (Asked { name: "bank order", calls: opened }, found),
        (Asked { name: "firm orders", calls: lists }, Vec::new()),
        (Asked { name: "firm order", calls: own }, Vec::new()),
    ])
}

/// Firms with orders, signed in: their lists and their orders.
async fn firms(app: &App, found: &[Order]) -> anyhow::Result<(Vec<Call>, Vec<Call>)> {
    let key = CodeKey::of(&app.db).await?;
    let mut position = tip(app).await?;
    let (mut lists, mut own, mut known) = (Vec::new(), Vec::new(), Vec::<SubjectKey>::new());
    for order in found.iter().filter(|order| order.subject.as_str().len() == 18) {
        if known.len() == FIRMS || known.contains(&order.subject) {
            continue;
        }
        let (_, session) = sign_in(app, &key, &order.subject, known.len(), &mut position).await?;
        lists.push(Call::of_person("/firm/orders".to_owned(), FIRM_COOKIE, session.expose()));
        own.push(Call::of_person(format!("/firm/orders/{}", order.order_id), FIRM_COOKIE, session.expose()));
        known.push(order.subject.clone());
    }
    if lists.is_empty() {
        bail!("no firm of the city has an order; take more --subjects");
    }
    Ok((lists, own))
}

/// What the banks' programs ask.
async fn programs(address: &str, people: &[(Asked, Vec<Order>)]) -> anyhow::Result<Asked> {
    let mut calls = Vec::new();
    for bank in BANKS {
        let token = token(address, bank).await.with_context(|| format!("sign the program of {bank} in"))?;
        calls.push(Call::of_program("/api/v1/orders?limit=50".to_owned(), &token));
        let own = people.iter().flat_map(|(_, orders)| orders).filter(|order| order.bank.as_str() == bank);
        calls.extend(own.map(|order| Call::of_program(format!("/api/v1/orders/{}", order.order_id), &token)));
    }
    Ok(Asked { name: "program", calls })
}
