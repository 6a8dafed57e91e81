//! Whatever a unit delivers, in whatever format and mode: every row is told once, and the lake holds what was told.

mod unit;

use std::collections::BTreeMap;

use jq_ingest::{BatchState, Counts, Receipt};
use proptest::prelude::*;
use unit::file::file;
use unit::{A, B, Platform, Slip, power_row};

/// What is odd about a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Good,
    Withdraws,
    WrongAmount,
    WrongWidth,
    NoObject,
    Stranger,
    /// The firm to which the meter belongs now is another.
    Moved,
}

/// One row: a meter, the day of the month of its last change, an amount.
#[derive(Clone, Debug)]
struct Bill {
    kind: Kind,
    meter: u8,
    day: u8,
    yuan: u8,
}

#[derive(Clone, Debug)]
struct Batch {
    format: &'static str,
    snapshot: bool,
    bills: Vec<Bill>,
    /// Good rows enough that the wrong ones do not hold the batch.
    padded: bool,
}

fn bill() -> impl Strategy<Value = Bill> {
    let kind = prop_oneof![
        10 => Just(Kind::Good),
        3 => Just(Kind::Withdraws),
        1 => Just(Kind::WrongAmount),
        1 => Just(Kind::WrongWidth),
        1 => Just(Kind::NoObject),
        1 => Just(Kind::Stranger),
        2 => Just(Kind::Moved),
    ];
    (kind, 0..12_u8, 1..6_u8, 1..4_u8).prop_map(|(kind, meter, day, yuan)| Bill { kind, meter, day, yuan })
}

fn batch() -> impl Strategy<Value = Batch> {
    let format = proptest::sample::select(vec!["csv", "jsonl", "parquet", "xlsx"]);
    (format, any::<bool>(), proptest::collection::vec(bill(), 0..10), proptest::bool::weighted(0.8))
        .prop_map(|(format, snapshot, bills, padded)| Batch { format, snapshot, bills, padded })
}

/// The other registered firm.
const C: &str = "91500107MA7TEX029W";

impl Bill {
    fn row(&self) -> Vec<String> {
        let firm = match self.kind {
            Kind::Stranger => B,
            Kind::Moved => C,
            _ => A,
        };
        let row = power_row(firm, &format!("m{}", self.meter), "2026-08")
            .replace("120.50", &format!("{}.00", self.yuan))
            .replace("2026-09-05T", &format!("2026-09-0{}T", self.day));
        let mut row: Vec<String> = row.split(',').map(str::to_owned).collect();
        match self.kind {
            Kind::Withdraws => row[14] = "withdraw".into(),
            Kind::WrongAmount => row[8] = "many".into(),
            _ => {}
        }
        row
    }
}

impl Batch {
    fn bills(&self) -> Vec<Bill> {
        let more = if self.padded { 200 } else { 0 };
        let padding = (0..more).map(|meter| Bill { kind: Kind::Good, meter: 50 + meter, day: 1, yuan: 1 });
        self.bills.iter().cloned().chain(padding).collect()
    }

    fn data(&self, header: &[&str]) -> Vec<u8> {
        let bills = self.bills();
        let rows: Vec<Vec<String>> = bills.iter().map(Bill::row).collect();
        let data = file(self.format, header, &rows);
        // Rows that are none exist in text only.
        let Ok(text) = String::from_utf8(data.clone()) else { return data };
        if !["csv", "jsonl"].contains(&self.format) {
            return data;
        }
        let head = usize::from(self.format == "csv");
        let lines = text.lines().enumerate().map(|(line, text)| {
            match line.checked_sub(head).map(|place| bills[place].kind) {
                Some(Kind::WrongWidth) if head == 1 => format!("{text},more"),
                Some(Kind::NoObject) if head == 0 => text.replacen('{', "[", 1),
                _ => text.to_owned(),
            }
        });
        lines.map(|line| line + "\n").collect::<String>().into_bytes()
    }

    /// The row is wrong in this format.
    fn is_wrong(&self, kind: Kind) -> bool {
        match kind {
            Kind::WrongAmount => true,
            Kind::WrongWidth => self.format == "csv",
            Kind::NoObject => self.format == "jsonl",
            _ => false,
        }
    }
}

/// What is known of a meter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Known {
    /// The day of its last change.
    day: u8,
    yuan: u8,
    firm: &'static str,
    withdrawn: bool,
    /// Withdrawn because a snapshot no longer listed it.
    gone: bool,
}

/// The rules told once more, as simply as can be.
fn model(known: &mut BTreeMap<u8, Known>, batch: &Batch) -> Counts {
    let bills = batch.bills();
    let mut counts = Counts { rows: bills.len() as u64, ..Counts::default() };
    let mut good: Vec<&Bill> = Vec::new();
    for bill in &bills {
        let again = good.iter().any(|other| other.meter == bill.meter);
        if batch.is_wrong(bill.kind) || (again && bill.kind != Kind::Stranger) {
            counts.quarantined += 1;
        } else if bill.kind == Kind::Stranger {
            counts.unmatched += 1;
        } else {
            good.push(bill);
        }
    }
    if counts.quarantined * 100 > counts.rows * 5 {
        counts.held = counts.rows - counts.quarantined - counts.unmatched;
        return counts;
    }
    let listed: Vec<u8> = good.iter().map(|bill| bill.meter).collect();
    for Bill { kind, meter, day, yuan } in good.into_iter().cloned() {
        let firm = if kind == Kind::Moved { C } else { A };
        let new = Known { day, yuan, firm, withdrawn: kind == Kind::Withdraws, gone: false };
        let old = known.get(&meter).copied();
        match old {
            Some(old) if day < old.day => {
                counts.older += 1;
                continue;
            }
            Some(old) if old == new => {
                counts.unchanged += 1;
                continue;
            }
            _ if new.withdrawn => counts.withdrawn += 1,
            Some(old) if !old.withdrawn => counts.updated += 1,
            _ => counts.accepted += 1,
        }
        known.insert(meter, new);
    }
    if batch.snapshot && counts.quarantined + counts.unmatched == 0 {
        let missing = known.iter_mut().filter(|(meter, known)| !known.withdrawn && !listed.contains(meter));
        for (_, missing) in missing {
            (missing.withdrawn, missing.gone) = (true, true);
            counts.no_longer_listed += 1;
        }
    }
    counts
}

/// What the lake must answer: live records, their fen, and how many are the other firm's.
fn live(known: &BTreeMap<u8, Known>) -> (i64, i64, i64) {
    let live = || known.values().filter(|known| !known.withdrawn);
    let moved = live().filter(|known| known.firm == C).map(|_| 1).sum();
    let fen = live().map(|known| i64::from(known.yuan) * 100).sum();
    (live().map(|_| 1).sum(), fen, moved)
}

async fn deliver(platform: &Platform, number: usize, seq: u64, batch: &Batch) -> Receipt {
    let id = format!("power-{number}");
    let slip = Slip {
        format: batch.format,
        mode: if batch.snapshot { "snapshot" } else { "incremental" },
        ..Slip::of(&id, "power", "power_bill", seq, batch.bills().len())
    };
    platform.send(slip, &batch.data(&platform.header("power_bill"))).await
}

async fn two_firms() -> Platform {
    let platform = Platform::empty().await;
    let registered = [unit::REGISTERED.to_owned(), unit::REGISTERED.replace(A, C)];
    let receipt = platform.deliver("scjg-1", "scjg", "ent_registration", 1, &registered).await;
    assert_eq!(receipt.counts.accepted, 2, "{:?}", receipt.faults);
    platform
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 16, max_shrink_iters: 60, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn every_delivered_row_is_told_once_and_as_the_rules_have_it(
        batches in proptest::collection::vec(batch(), 1..6),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let platform = two_firms().await;
            let mut known = BTreeMap::new();
            let mut seq = 1;
            for (number, batch) in batches.iter().enumerate() {
                let expected = model(&mut known, batch);
                let receipt = deliver(&platform, number, seq, batch).await;
                prop_assert_eq!(receipt.counts, expected, "{:?}: {:?}", batch, receipt.faults);
                prop_assert_eq!(receipt.counts.told(), receipt.counts.rows);
                seq += u64::from(receipt.state == BatchState::Committed);
                let query = format!(
                    "select count(*) as live, coalesce(sum(amount_fen), 0) as fen, \
                     coalesce(sum(case when subject_key = '{C}' then 1 else 0 end), 0) as moved from power_bill"
                );
                let row = &platform.lake.sql(&query).await.unwrap()[0];
                let found = ["live", "fen", "moved"].map(|name| row.int(name).unwrap());
                prop_assert_eq!(found, <[i64; 3]>::from(live(&known)), "{:?}", batch);
            }
            Ok(())
        })?;
    }
}
