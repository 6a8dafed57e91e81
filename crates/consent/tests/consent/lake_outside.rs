//! Random firms, banks, people, consents, clocks, suspensions and withdrawals over a real lake: of all that lies in it not
//! one byte is read outside what the consent opens at that moment. Every cell of the lake says whose it is, of which item
//! and of which column, so that a byte that came from elsewhere would show.

use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use jq_base::ids::{BankId, SubjectKey};
use jq_base::permit::{Permit, Purpose};
use jq_base::table::{ColumnKind, ColumnSpec, TableSpec};
use jq_consent::{
    BankReader, ConsentError, Denial, Grant, GrantState, NewGrant, SuspensionWhy, confirm, grant,
    list_grants, permit_bank, purpose_terms, suspend_until, withdraw,
};
use jq_identity::{FirmRole, FirmUser};
use jq_lake::{Cell, Lake, LakeError, Row, Stamp, Value};
use jq_testkit::{TestDb, each_database};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::people::{CATALOG, firm_key, new_grant, other_firm_key, signed_in_as};

/// Stories per database.
const STORIES: usize = 32;
const ITEMS: [&str; 4] = ["ent_registration", "tax_payment", "ent_change", "power_bill"];
/// Columns of every table; some are fields that some purposes never open.
const COLUMNS: [&str; 5] = ["legal_rep_id_hash", "legal_rep_name", "before_text", "after_text", "name"];
const PURPOSES: [Purpose; 3] = [Purpose::PreLoan, Purpose::PostLoan, Purpose::ModelTest];
const ROLES: [&str; 4] = ["officer", "approver", "bank_admin", "client"];
/// Somebody of the bank who does not read.
const ADMIN: usize = 2;
/// Fields that a firm may leave out.
const LEFT_OUT: [&str; 3] =
    ["ent_registration.legal_rep_name", "ent_change.before_text", "ent_change.after_text"];
/// Granted for every purpose; the others are not for each.
const ALWAYS: [&str; 3] = ["ent_registration", "tax_payment", "ent_change"];

#[derive(Clone, Debug)]
enum Act {
    Give { firm: usize, bank: usize, items: u8, left_out: u8, purpose: usize, days: u32 },
    TakeBack { firm: usize, which: usize },
    Suspend { firm: usize },
    Confirm { firm: usize, which: usize },
    Wait { hours: i64 },
    Read { firm: usize, bank: usize, role: usize, items: u8, purpose: usize },
}

/// One of these, the first one most often, so that there is a yes as often as a no.
fn one_of(count: usize) -> impl Strategy<Value = usize> + Clone {
    prop_oneof![3 => Just(0), 2 => 0..count]
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let (firm, bank, purpose) = (one_of(2), one_of(2), one_of(PURPOSES.len()));
    let many = prop_oneof![2 => Just(7_u8), 1 => 1_u8..8];
    let few = prop_oneof![6 => (0_u32..3).prop_map(|at| 1_u8 << at), 2 => 1_u8..16];
    let give = (firm.clone(), bank.clone(), many, 0_u8..8, purpose.clone(), 1_u32..20).prop_map(
        |(firm, bank, items, left_out, purpose, days)| Act::Give {
            firm,
            bank,
            items,
            left_out,
            purpose,
            days,
        },
    );
    let read = (firm.clone(), bank, 0..ROLES.len(), few, purpose)
        .prop_map(|(firm, bank, role, items, purpose)| Act::Read { firm, bank, role, items, purpose });
    let take_back = (firm.clone(), 0_usize..4).prop_map(|(firm, which)| Act::TakeBack { firm, which });
    let confirm = (firm.clone(), 0_usize..4).prop_map(|(firm, which)| Act::Confirm { firm, which });
    let suspend = firm.prop_map(|firm| Act::Suspend { firm });
    let wait = (1_i64..100).prop_map(|hours| Act::Wait { hours });
    let any = prop_oneof![4 => give, 10 => read, 1 => take_back, 1 => suspend, 2 => confirm, 1 => wait];
    proptest::collection::vec(any, 8..32)
}

fn chosen(mask: u8) -> Vec<&'static str> {
    ITEMS.iter().enumerate().filter(|(at, _)| mask & (1 << at) != 0).map(|(_, item)| *item).collect()
}

fn firms() -> [SubjectKey; 2] {
    [firm_key(), other_firm_key()]
}

/// What stands in a cell: whose, of which item, of which column.
fn mark(subject: &SubjectKey, item: &str, column: &str) -> String {
    format!("{subject}|{item}|{column}")
}

/// A lake in which two firms have a record in each item.
async fn lake(test: &TestDb) -> (Lake, PathBuf) {
    let name = format!("jq-consent-outside-{}", jq_db::fresh_token(jq_base::clock::Clock::System.now()));
    let folder = std::env::temp_dir().join(name);
    let column = |name: &&str| ColumnSpec {
        name: (*name).to_owned(),
        kind: ColumnKind::Text,
        optional: true,
        level: 1,
    };
    let table = |item: &&str| TableSpec {
        name: (*item).to_owned(),
        columns: COLUMNS.iter().map(column).collect(),
        also_subjects: vec![],
        key_level: 1,
    };
    let lake = Lake::open(&folder, ITEMS.iter().map(table).collect()).unwrap();
    let at = test.clock.now().as_microsecond();
    for item in ITEMS {
        let mut rows = lake.rows(item).unwrap();
        for subject in firms() {
            let marks: Vec<String> = COLUMNS.iter().map(|column| mark(&subject, item, column)).collect();
            let words = Cell::Text;
            let head = [
                words(subject.as_str()),
                words(subject.as_str()),
                words("upsert"),
                Cell::Int(1),
                Cell::Int(at),
            ];
            let head = head.into_iter().chain([Cell::Empty, Cell::Empty, Cell::Int(1)]);
            rows.push(head.chain(marks.iter().map(|mark| words(mark)))).unwrap();
        }
        let lock = lake.write_lock(item).await.unwrap();
        let (source_unit, batch_id) = ("scjg".to_owned(), format!("batch-{item}"));
        lake.append(&lock, item, Stamp { source_unit, batch_id, received_at: at }, rows).await.unwrap();
    }
    (lake, folder)
}

/// Those of the fields that may be left out which the mask says, as far as they are of these items.
fn left_out_of(items: &[&str], mask: u8) -> BTreeSet<String> {
    let of_items = |field: &&str| items.iter().any(|item| field.starts_with(&format!("{item}.")));
    let masked = LEFT_OUT.iter().enumerate().filter(|(at, _)| mask & (1 << at) != 0).map(|(_, field)| *field);
    masked.filter(of_items).map(str::to_owned).collect()
}

/// Every text of a row with its column.
fn texts(row: &Row) -> Vec<(String, String)> {
    let text = |column: String| match row.get(&column) {
        Some(Value::Text(text)) => Some((column, text)),
        _ => None,
    };
    row.columns().into_iter().filter_map(text).collect()
}

/// The rule, written apart from the code that is tested: which columns of an item one of these consents opens now.
fn open_columns(
    grants: &[Grant],
    bank: &BankId,
    items: &[&str],
    item: &str,
    purpose: Purpose,
    now: Timestamp,
) -> Option<BTreeSet<&'static str>> {
    let holds = |grant: &&Grant| {
        grant.bank == *bank
            && grant.purpose == purpose
            && grant.withdrawn_at.is_none()
            && grant.superseded_at.is_none()
            && grant.suspended.is_none()
            && (grant.valid_from..grant.valid_to).contains(&now)
            && items.iter().all(|item| grant.items.contains(*item))
    };
    let grant = grants.iter().find(holds)?;
    let never = purpose_terms(purpose)?.fields_never();
    let open = |column: &&&str| {
        let named = format!("{item}.{column}");
        !never.contains(&named) && !grant.left_out.contains(&named)
    };
    Some(COLUMNS.iter().filter(open).copied().collect())
}

struct Story<'a> {
    test: &'a TestDb,
    lake: &'a Lake,
    users: [FirmUser; 2],
    banks: [BankId; 2],
    read: usize,
    refused: usize,
}

impl Story<'_> {
    async fn act(&mut self, act: &Act) {
        let (test, now) = (self.test, self.test.clock.now());
        match *act {
            Act::Wait { hours } => test.advance(SignedDuration::from_hours(hours)),
            Act::Read { firm, bank, role, items, purpose } => {
                self.read(firm, bank, role, &chosen(items), PURPOSES[purpose]).await;
            }
            Act::Give { firm, bank, items, left_out, purpose, days } => {
                let new = NewGrant {
                    left_out: left_out_of(&chosen(items), left_out),
                    purpose: PURPOSES[purpose],
                    days,
                    ..new_grant(&self.banks[bank], &chosen(items))
                };
                let mut tx = test.db.begin().await.unwrap();
                grant(&mut tx, &CATALOG, &self.users[firm], new, now).await.unwrap();
                tx.commit().await.unwrap();
            }
            Act::Suspend { firm } => {
                let mut tx = test.db.begin().await.unwrap();
                let why = SuspensionWhy::AbnormalListing;
                suspend_until(&mut tx, &firms()[firm], why, now, "register", now).await.unwrap();
                tx.commit().await.unwrap();
            }
            Act::TakeBack { firm, which } | Act::Confirm { firm, which } => {
                let grants = list_grants(&test.db, &firms()[firm], 100).await.unwrap();
                let Some(grant) = grants.get(which) else { return };
                let mut tx = test.db.begin().await.unwrap();
                let (user, state) = (&self.users[firm], grant.state(now));
                if matches!(act, Act::Confirm { .. }) && state == GrantState::Suspended {
                    confirm(&mut tx, user, &grant.consent_id, now).await.unwrap();
                } else if matches!(act, Act::TakeBack { .. }) && state.can_be_withdrawn() {
                    withdraw(&mut tx, user, &grant.consent_id, "", now).await.unwrap();
                }
                tx.commit().await.unwrap();
            }
        }
    }

    async fn read(&mut self, firm: usize, bank: usize, role: usize, items: &[&str], purpose: Purpose) {
        let (test, now) = (self.test, self.test.clock.now());
        let (subject, bank) = (&firms()[firm], &self.banks[bank]);
        let grants = list_grants(&test.db, subject, 100).await.unwrap();
        let reader = BankReader { bank, reader: "somebody", role: ROLES[role] };
        let mut tx = test.db.begin().await.unwrap();
        let answer = permit_bank(&mut tx, &CATALOG, reader, subject, items, purpose, None, now).await;
        tx.commit().await.unwrap();
        let opens = |item: &str| open_columns(&grants, bank, items, item, purpose, now);
        match answer {
            Ok(permit) => {
                self.read += 1;
                assert_ne!(role, ADMIN, "an administrator does not read");
                self.look_everywhere(&permit, items, &opens).await;
            }
            Err(ConsentError::Denied(denial)) => {
                self.refused += 1;
                // How often may be read is told by other stories.
                let used = matches!(denial, Denial::QuotaUsed | Denial::DayQuotaUsed);
                if denial == Denial::OtherReader {
                    assert!(role == ADMIN && opens(items[0]).is_some(), "said of what would be open only");
                    return;
                }
                assert!(used || opens(items[0]).is_none(), "{denial:?} although {grants:#?} allow it");
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// With one permit at every door of the lake: what was granted comes, whole and alone.
    async fn look_everywhere(
        &self,
        permit: &Permit,
        items: &[&str],
        opens: &impl Fn(&str) -> Option<BTreeSet<&'static str>>,
    ) {
        for item in ITEMS {
            let rows = match self.lake.read_subject(permit, item).await {
                Ok(rows) => rows,
                Err(LakeError::NotPermitted { .. }) => {
                    assert!(!items.contains(&item), "{item} was granted");
                    continue;
                }
                Err(error) => panic!("{error}"),
            };
            assert!(items.contains(&item), "{item} was not asked for");
            let open = opens(item).unwrap_or_else(|| panic!("{permit:?} rests on nothing"));
            let expected: BTreeSet<(String, String)> = open
                .iter()
                .map(|column| ((*column).to_owned(), mark(permit.subject(), item, column)))
                .collect();
            assert_eq!(rows.len(), 1, "one firm's one record");
            let marked = texts(&rows[0]).into_iter().filter(|(_, text)| text.contains('|'));
            assert_eq!(marked.collect::<BTreeSet<_>>(), expected, "{item} for {}", permit.purpose());
            let closed = COLUMNS.iter().filter(|column| !open.contains(*column));
            for column in closed {
                assert!(!rows[0].columns().contains(&(*column).to_owned()), "{column} is not even there");
                assert!(!format!("{:?}", rows[0]).contains(&mark(permit.subject(), item, column)));
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn not_one_byte_is_read_outside_of_what_a_consent_opens() {
    each_database(async |test| {
        let (lake, folder) = lake(test).await;
        let [one, two] = firms();
        let users = [
            signed_in_as(test, "13800001234", &one, FirmRole::LegalRep).await,
            signed_in_as(test, "13800005678", &two, FirmRole::LegalRep).await,
        ];
        for item in ALWAYS {
            assert!(PURPOSES.iter().all(|purpose| purpose_terms(*purpose).unwrap().allows(item)), "{item}");
        }
        let mut runner = TestRunner::deterministic();
        let mut total = (0, 0);
        for number in 0..STORIES {
            let acts = acts().new_tree(&mut runner).unwrap().current();
            let bank = |which: usize| BankId::parse(&format!("bank{number}-{which}")).unwrap();
            let (users, banks) = (users.clone(), [bank(0), bank(1)]);
            let mut story = Story { test, lake: &lake, users, banks, read: 0, refused: 0 };
            for act in &acts {
                story.act(act).await;
            }
            total = (total.0 + story.read, total.1 + story.refused);
        }
        assert!(total.0 > 15 && total.1 > 15, "the stories tell both answers: {total:?}");
        std::fs::remove_dir_all(folder).unwrap();
    })
    .await;
}
