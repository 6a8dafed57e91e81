//! The demo city's people: firms that can be signed in to, source units with staff and programs.

use std::path::Path;

use anyhow::Context;
use jiff::Timestamp;
use jq_base::ids::{ClientId, SubjectKey};
use jq_base::mobile::Mobile;
use jq_db::Tx;
use jq_identity::client::{self, ClientKind, NewClient};
use jq_identity::firm::{self, NewPerson};
use jq_identity::staff::{self, NewStaff};
use jq_identity::{FirmRole, FirmSubject, IdHashKey, PasswordHash, StaffRole};
use serde::Deserialize;

use crate::app::App;

/// The password of every staff account and the secret of every program in a demo city.
pub(crate) const PASSWORD: &str = "jinqiao-demo";

/// The setting that says that the demo city is complete.
const READY: &str = "demo.ready";

/// A firm or farm household that the demo shows.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct DemoFirm {
    pub(crate) subject_key: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) district_name: String,
    pub(crate) person: String,
    pub(crate) mobile: String,
    pub(crate) why_zh: String,
    pub(crate) why_en: String,
}

/// The demo's cast, as the city lists it.
pub(crate) fn read_firms(city: &Path) -> anyhow::Result<Vec<DemoFirm>> {
    let path = city.join("truth/demo_firms.json");
    let text = std::fs::read(&path).with_context(|| format!("read {}", path.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("understand {}", path.display()))
}

/// True when an earlier start finished making the demo city.
pub(crate) async fn is_ready(app: &App) -> anyhow::Result<bool> {
    Ok(app.db.setting(READY).await?.is_some())
}

/// Opens the demo's accounts and marks the city as complete, in one transaction.
pub(crate) async fn open_accounts(app: &App, firms: &[DemoFirm]) -> anyhow::Result<()> {
    // One slow hash for all: the demo's password is known to everybody anyway.
    let password = PasswordHash::of(PASSWORD).await?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    for firm in firms {
        open_firm(&mut tx, firm, now).await?;
    }
    for unit in app.catalog.units() {
        let clerk = NewStaff {
            login: format!("unit@{}", unit.id),
            password: password.clone(),
            person_name: format!("{}数据员", unit.short_zh),
            institution: unit.id.clone(),
            branch: None,
            role: StaffRole::Unit,
        };
        staff::create(&mut tx, &clerk, "demo", now).await?;
        let program = NewClient {
            client_id: ClientId::parse(&format!("unit-{}", unit.id))?,
            secret: password.clone(),
            institution: unit.id.clone(),
            kind: ClientKind::Unit,
        };
        client::register(&mut tx, &program, "demo", now).await?;
    }
    // The city's units hash identity numbers with this key, so that who types one can be compared with the register.
    tx.set_setting(IdHashKey::SETTING, std::str::from_utf8(jq_city::CITY_KEY)?).await?;
    tx.set_setting(READY, "1").await?;
    tx.commit().await?;
    Ok(())
}

async fn open_firm(tx: &mut Tx, firm: &DemoFirm, now: Timestamp) -> anyhow::Result<()> {
    let person = NewPerson { mobile: Mobile::parse(&firm.mobile)?, person_name: firm.person.clone() };
    let account = firm::register(tx, &person, now).await?;
    firm::confirm(tx, &account, true, "demo", now).await?;
    let household = firm.kind == "household";
    let subject = FirmSubject {
        subject: SubjectKey::parse(&firm.subject_key)?,
        name: firm.name.clone(),
        role: if household { FirmRole::OneSelf } else { FirmRole::LegalRep },
    };
    firm::link(tx, &account, &subject, "demo", now).await?;
    Ok(())
}
