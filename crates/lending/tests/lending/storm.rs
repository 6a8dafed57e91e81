//! Many act at once while the process is killed again and again: every act that was acknowledged is there exactly once,
//! every order is whole, every time is right, and each step was announced once.
//!
//! `JINQIAO_TEST_ORDERS` says how many orders there are to be at least; a day's run may take ten thousand.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jq_base::clock::Clock;
use jq_base::mobile::Mobile;
use jq_base::uscc::check_character;
use jq_db::{Db, outbox, sql};
use jq_identity::{BankUser, FirmSession, FirmUser, Token, firm};
use jq_lending::order::{ContactChannel, GrantTerms, OrderFilter};
use jq_lending::{Actor, Lending, LendingError, Order, OrderAct, OrderState};
use jq_testkit::{TestDb, clock_at, each_database};

use super::people::{self, Town, conclusion, refusal};

/// Firms that apply; each has one order at a time.
const FIRMS: u64 = 50;
/// Clients that act at once.
const CLIENTS: u64 = 50;
/// Orders there are at least before the storm is over, where nothing else is said.
const ORDERS: u64 = 150;
/// Milliseconds for which the process works at least and at most before it is killed.
const LIVES: std::ops::Range<u64> = 200..900;
/// How often it is killed at least, however fast the machine is.
const DEATHS: usize = 4;
/// Where the child finds what it needs.
const STORE: &str = "JINQIAO_STORM_STORE";
const FOLDER: &str = "JINQIAO_STORM_FOLDER";

#[expect(clippy::disallowed_methods, reason = "a test is told by its environment how long to go on")]
fn told(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The firms of the storm, by their number.
fn code(number: u64) -> String {
    let first = format!("91500102M{number:08}");
    format!("{first}{}", check_character(&first).unwrap())
}

fn mobile(number: u64) -> Mobile {
    Mobile::parse(&format!("139{number:08}")).unwrap()
}

#[tokio::test]
async fn nothing_that_was_acknowledged_is_lost_or_done_twice() {
    each_database(async |test| {
        let folder = std::env::temp_dir().join(format!("jq-storm-{}", jq_db::fresh_token(test.clock.now())));
        std::fs::create_dir_all(&folder).unwrap();
        let town = Town::new(test).await;
        town.consent().await;
        let mut tokens = Vec::new();
        for number in 0..FIRMS {
            let (user, token) = people::firm_of(test, &code(number), mobile(number)).await;
            people::consent_of(&town, &user).await;
            tokens.push(token.expose().to_owned());
        }
        std::fs::write(folder.join("firms"), tokens.join("\n")).unwrap();
        let wanted = told("JINQIAO_TEST_ORDERS").and_then(|text| text.parse().ok()).unwrap_or(ORDERS);
        let mut dice = 0x2545_f491_4f6c_dd1d_u64;
        let mut rounds = 0;
        while count(&test.db).await < wanted || rounds < DEATHS {
            let mut child = start(test, &folder);
            // It lives from its first moment at work, however long it took to get there.
            for _ in 0..600 {
                if lives_of(&folder) > rounds {
                    break;
                }
                std::thread::sleep(Duration::from_millis(50));
            }
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let lives = LIVES.start + (dice >> 33) % (LIVES.end - LIVES.start);
            std::thread::sleep(Duration::from_millis(lives));
            child.kill().unwrap();
            child.wait().unwrap();
            rounds += 1;
            assert!(rounds < 4_000, "the storm gets on");
        }
        judge(&town, &acknowledged(&folder)).await;
        std::fs::remove_dir_all(&folder).unwrap();
    })
    .await;
}

async fn count(db: &Db) -> u64 {
    let row = db.fetch_one(sql("select count(*) as orders from lending_order")).await.unwrap();
    row.int("orders").unwrap().unsigned_abs()
}

/// How many lives have begun to work.
fn lives_of(folder: &Path) -> usize {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|end| end == "acts")).count()
}

fn start(test: &TestDb, folder: &Path) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["storm::a_life", "--exact", "--ignored"]).env(STORE, test.url()).env(FOLDER, folder);
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap()
}

/// What the lives wrote down after each act: order, number of the step, event. A line that was cut off acknowledged
/// nothing.
fn acknowledged(folder: &Path) -> Vec<(String, u32, String)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|end| end != "acts") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for line in text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')) {
            let mut words = line.split(' ').map(str::to_owned);
            let (order, step, event) = (words.next(), words.next(), words.next());
            all.push((order.unwrap(), step.unwrap().parse().unwrap(), event.unwrap()));
        }
    }
    all
}

async fn judge(town: &Town<'_>, acknowledged: &[(String, u32, String)]) {
    let db = &town.test.db;
    let (mut steps_of, mut cursor) = (BTreeMap::new(), None);
    loop {
        let page = town.lending.list_all(db, &OrderFilter::default(), cursor, 500).await.unwrap();
        for order in &page.orders {
            let steps = town.lending.steps(db, &order.order_id).await.unwrap();
            assert!(town.lending.is_whole(db, &order.order_id).await.unwrap(), "{}", order.order_no);
            let clocks = town.lending.clocks(order, &steps, town.now());
            let waits = order.state.is_at_a_bank() || order.waits_for_appeal();
            let due = clocks.next_due().filter(|_| waits).and_then(|clock| clock.due_at);
            assert_eq!(order.due_at, due, "{}", order.order_no);
            steps_of.insert(order.order_id.to_string(), steps);
        }
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let mut told = BTreeSet::new();
    for (order, number, event) in acknowledged {
        let steps =
            steps_of.get(order).unwrap_or_else(|| panic!("order {order} was acknowledged and is gone"));
        let step = steps.iter().find(|step| step.step_no == *number);
        let step = step.unwrap_or_else(|| panic!("step {number} of {order} was acknowledged and is gone"));
        assert_eq!(step.event.code(), event, "step {number} of {order}");
        assert!(told.insert((order, number)), "step {number} of {order} was acknowledged twice");
    }
    assert!(told.len() as u64 > ORDERS, "much was acknowledged: {}", told.len());
    let (mut announced, mut ids, mut position) = (BTreeSet::new(), BTreeSet::new(), 0);
    loop {
        let page = outbox::list_after(db, position, 1_000).await.unwrap();
        let Some(last) = page.last() else { break };
        position = last.position;
        for event in page.iter().filter(|event| event.kind.starts_with("lending.order.")) {
            assert!(ids.insert(event.event_id.to_string()), "an event has an id of its own");
            let order = event.payload["order_id"].as_str().unwrap().to_owned();
            let step = event.payload["step_no"].as_u64().unwrap();
            assert!(announced.insert((order.clone(), step)), "step {step} of {order} is announced twice");
        }
    }
    let steps: usize = steps_of.values().map(Vec::len).sum();
    assert_eq!(announced.len(), steps, "each step is announced");
    assert!(jq_db::audit::verify(db, None).await.unwrap().is_whole());
}

/// One life of the process: fifty clients act until they are killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "a life of the storm above"]
async fn a_life() {
    let (Some(store), Some(folder)) = (told(STORE), told(FOLDER)) else { return };
    let folder = PathBuf::from(folder);
    let db = Db::open(&store, clock_at(jq_testkit::MORNING)).await.unwrap();
    let lending = Lending::embedded(db.clone()).unwrap();
    let (mut firms, now) = (Vec::new(), db.clock().now());
    for token in std::fs::read_to_string(folder.join("firms")).unwrap().lines() {
        let token = Token::parse(token).unwrap();
        match firm::authenticate(&db, &token, now).await.unwrap() {
            FirmSession::Acting(user) => firms.push(user),
            _ => panic!("a firm of the storm acts for itself"),
        }
    }
    let officer = people::employee_of(&db, "officer@bank01").await;
    let approver = people::employee_of(&db, "approver@bank01").await;
    let second = people::employee_of(&db, "approver2@bank01").await;
    let name = folder.join(format!("{}.acts", jq_db::fresh_token(Clock::System.now())));
    let acts = OpenOptions::new().create(true).append(true).open(name).unwrap();
    let life =
        Arc::new(Life { db, lending, firms, staff: [officer, approver, second], acts: Mutex::new(acts) });
    let mut clients = tokio::task::JoinSet::new();
    for client in 0..CLIENTS {
        let life = Arc::clone(&life);
        clients.spawn(async move { life.act_for_ever(client).await });
    }
    clients.join_next().await.unwrap().unwrap();
}

struct Life {
    db: Db,
    lending: Lending,
    firms: Vec<FirmUser>,
    staff: [BankUser; 3],
    acts: Mutex<File>,
}

impl Life {
    async fn act_for_ever(&self, client: u64) {
        let moment = Clock::System.now().as_microsecond().unsigned_abs();
        let mut dice = (moment ^ (client << 48)) | 1;
        loop {
            dice ^= dice << 13;
            dice ^= dice >> 7;
            dice ^= dice << 17;
            let firm = &self.firms[usize::try_from(dice % FIRMS).unwrap()];
            // What cannot be done is told, and what somebody else did first; of two presses at the same moment the
            // store takes one.
            if let Ok(order) = self.act(firm, dice >> 8).await {
                self.acknowledge(&order).await;
            }
        }
    }

    /// Writes down what was answered, as a caller would who keeps every answer.
    async fn acknowledge(&self, order: &Order) {
        let steps = self.lending.steps(&self.db, &order.order_id).await.unwrap();
        let Some(step) = steps.iter().find(|step| step.step_no == order.version) else { return };
        let line = format!("{} {} {}\n", order.order_id, order.version, step.event.code());
        self.acts.lock().unwrap().write_all(line.as_bytes()).unwrap();
    }

    async fn act(&self, firm: &FirmUser, dice: u64) -> Result<Order, LendingError> {
        let filter = OrderFilter {
            states: OrderState::ALL.iter().copied().filter(|state| state.is_pending()).collect(),
            ..OrderFilter::default()
        };
        let open = self.lending.list_for(&self.db, &Actor::Firm(firm), &filter, None, 1).await?;
        let mut tx = self.db.begin().await?;
        let now = tx.now();
        let Some(order) = open.orders.into_iter().next() else {
            let wish = people::wish_of(&self.lending, firm.subject());
            let order = self.lending.apply(&mut tx, firm, wish, now).await?;
            tx.commit().await?;
            return Ok(order);
        };
        let (actor, act) = self.choose(firm, &order, dice);
        let seen = Some(order.version);
        let order = self.lending.act(&mut tx, &actor, &order.order_id, act, seen, now).await?;
        tx.commit().await?;
        Ok(order)
    }

    fn choose<'a>(&'a self, firm: &'a FirmUser, order: &Order, dice: u64) -> (Actor<'a>, OrderAct) {
        let [officer, approver, second] = &self.staff;
        let (officer, approver) =
            (Actor::Bank(officer), Actor::Bank(if dice.is_multiple_of(2) { approver } else { second }));
        match (order.state, (dice >> 4) % 8) {
            (OrderState::Dispatched, _) => (officer, OrderAct::Accept),
            (state, 0) if state != OrderState::Approved => {
                (Actor::Firm(firm), OrderAct::Withdraw { note: String::new() })
            }
            (OrderState::Accepted, 1 | 2) => {
                (officer, OrderAct::Contact { channel: ContactChannel::Phone, note: String::new(), at: None })
            }
            (OrderState::Accepted, 3) => {
                (Actor::Firm(firm), OrderAct::ConfirmContact { reached: !dice.is_multiple_of(3) })
            }
            (OrderState::Accepted, _) => (officer, OrderAct::Survey),
            (OrderState::Surveying, 1) => {
                (officer, OrderAct::RequestMaterials { materials: vec!["近六个月银行流水".to_owned()] })
            }
            (OrderState::AwaitingMaterials, _) => {
                (Actor::Firm(firm), OrderAct::Supply { note: String::new() })
            }
            (OrderState::Surveying, _) => (officer, conclusion()),
            (OrderState::Approving, 1..=3) => (approver, OrderAct::Refuse(refusal())),
            (OrderState::Approving, _) => (approver, OrderAct::Grant(terms(order))),
            (_, _) => (Actor::Firm(firm), OrderAct::Sign { contract_no: None }),
        }
    }
}

fn terms(order: &Order) -> GrantTerms {
    GrantTerms {
        amount: order.amount,
        months: order.months,
        rate: jq_base::rate::Rate::from_ppm(40_000),
        method: order.method,
        security: order.security,
        valid_until: "2026-12-10".parse().unwrap(),
        note: String::new(),
    }
}
