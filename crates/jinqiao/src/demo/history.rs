//! The past year of orders that the demo city comes with.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, ErrorKind};
use std::path::Path;

use anyhow::Context;
use jq_base::ids::{AccountId, SubjectKey};
use jq_identity::firm;
use jq_lending::history::{self, PastOrder};

use super::{BY, DemoFirm};
use crate::app::App;

/// Takes the orders of the city's folder; those taken before are left alone. Returns how many were new.
pub(crate) async fn take(app: &App, city: &Path, firms: &[DemoFirm]) -> anyhow::Result<u64> {
    let path = city.join("history/orders.jsonl");
    let file = match File::open(&path) {
        Ok(file) => file,
        // A city that was made before it had a history.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(error).with_context(|| format!("read {}", path.display())),
    };
    let people = people_of(app, firms).await?;
    let orders = history::read(BufReader::new(file)).map(|order| order.map(|order| known(order, &people)));
    app.lending()?.take_history(BY, orders).await.with_context(|| format!("take {}", path.display()))
}

/// The accounts of the firms that can be signed in to.
async fn people_of(app: &App, firms: &[DemoFirm]) -> anyhow::Result<BTreeMap<SubjectKey, AccountId>> {
    let mut people = BTreeMap::new();
    for demo_firm in firms {
        let subject = SubjectKey::parse(&demo_firm.subject_key)?;
        let found = firm::list_people(&app.db, &subject, app.clock.now()).await?;
        if let Some(person) = found.into_iter().next() {
            people.insert(subject, person.account);
        }
    }
    Ok(people)
}

/// The order with the account of the firm's person, where there is one.
fn known(mut order: PastOrder, people: &BTreeMap<SubjectKey, AccountId>) -> PastOrder {
    if let Some(account) = people.get(&order.subject) {
        let before = std::mem::replace(&mut order.applicant, account.clone());
        for step in order.steps.iter_mut().filter(|step| step.actor == before.as_str()) {
            step.actor = account.to_string();
        }
    }
    order
}
