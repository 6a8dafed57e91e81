//! Who is there in a demo city: its banks with branches and staff, source units, the platform, those who watch it, and
//! the firms that can be signed in to.

use anyhow::Context;
use jiff::Timestamp;
use jq_base::ids::{BranchId, ClientId, SubjectKey};
use jq_base::mobile::Mobile;
use jq_catalog::Catalog;
use jq_city::institution::{Bank, Post};
use jq_db::Tx;
use jq_identity::client::{self, ClientKind, NewClient};
use jq_identity::firm::{self, NewPerson};
use jq_identity::institution::{self, Institution, InstitutionKind};
use jq_identity::staff::{self, NewStaff};
use jq_identity::{CodeKey, FirmRole, FirmSubject, IdHashKey, PasswordHash, StaffRole};

use super::{BY, DemoFirm, PASSWORD};
use crate::app::App;

/// The setting that says that everybody is there.
const OPENED: &str = "demo.people";

/// The institutions that watch or run the platform: id, login, kind, role, names, and the clerk's name.
const AUTHORITIES: [Authority; 3] = [
    Authority {
        id: "platform",
        login: "service",
        kind: InstitutionKind::Platform,
        role: StaffRole::Operator,
        zh: "渝州信用信息中心",
        en: "Yuzhou Credit Information Centre",
        clerk: "平台客服",
    },
    Authority {
        id: "supervisor",
        login: "supervisor",
        kind: InstitutionKind::Supervisor,
        role: StaffRole::Supervisor,
        zh: "渝州市融资服务督导办公室",
        en: "Yuzhou Office for the Supervision of Financing",
        clerk: "督导员",
    },
    Authority {
        id: "regulator",
        login: "regulator",
        kind: InstitutionKind::Regulator,
        role: StaffRole::Regulator,
        zh: "渝州市金融监督管理局",
        en: "Yuzhou Financial Regulation Bureau",
        clerk: "监管员",
    },
];

/// The platform's three administrators: login, name, role.
const ADMINISTRATORS: [(&str, &str, StaffRole); 3] = [
    ("system", "系统管理员", StaffRole::SystemAdmin),
    ("security", "安全管理员", StaffRole::SecurityAdmin),
    ("audit", "审计管理员", StaffRole::AuditAdmin),
];

struct Authority {
    id: &'static str,
    login: &'static str,
    kind: InstitutionKind,
    role: StaffRole,
    zh: &'static str,
    en: &'static str,
    clerk: &'static str,
}

/// Opens every institution, account and program of the demo in one transaction; nothing when an earlier start did.
pub(crate) async fn open(app: &App, firms: &[DemoFirm], seed: u64) -> anyhow::Result<()> {
    if app.db.setting(OPENED).await?.is_some() {
        return Ok(());
    }
    // One slow hash for all: the demo's password is known to everybody anyway.
    let password = PasswordHash::of(PASSWORD).await?;
    let now = app.clock.now();
    let banks = jq_city::institution::banks(seed, &app.catalog, app.clock.today())?;
    let code_key = CodeKey::of(&app.db).await?;
    let mut tx = app.db.begin().await?;
    institution::insert_all(&mut tx, &institutions(&app.catalog, &banks), BY, now).await?;
    staff::create_all(&mut tx, &staff_of(&app.catalog, &banks, &password)?, BY, now).await?;
    for program in programs(&app.catalog, &banks, &password)? {
        client::register(&mut tx, &program, BY, now).await?;
    }
    for firm in firms {
        open_firm(&mut tx, &code_key, firm, now).await?;
    }
    // The city's units hash identity numbers with this key, so that who types one can be compared with the register.
    tx.set_secret_setting(IdHashKey::SETTING, std::str::from_utf8(jq_city::CITY_KEY)?).await?;
    tx.set_setting(OPENED, "1").await?;
    tx.commit().await?;
    Ok(())
}

fn institutions(catalog: &Catalog, banks: &[Bank]) -> Vec<Institution> {
    let of = |id: &str, kind, zh: &str, en: &str| Institution {
        id: id.to_owned(),
        kind,
        parent: None,
        name_zh: zh.to_owned(),
        name_en: en.to_owned(),
        district: None,
        active: true,
    };
    let mut all: Vec<Institution> = Vec::new();
    for authority in &AUTHORITIES {
        all.push(of(authority.id, authority.kind, authority.zh, authority.en));
    }
    for unit in catalog.units() {
        all.push(of(&unit.id, InstitutionKind::Unit, &unit.name_zh, &unit.name_en));
    }
    for bank in banks {
        let district = Some(bank.district.clone());
        all.push(Institution {
            district,
            ..of(&bank.id, InstitutionKind::Bank, &bank.name_zh, &bank.name_en)
        });
        for branch in &bank.branches {
            all.push(Institution {
                parent: Some(bank.id.clone()),
                district: Some(branch.district.clone()),
                ..of(&branch.id, InstitutionKind::Branch, &branch.name_zh, &branch.name_en)
            });
        }
    }
    all
}

fn staff_of(catalog: &Catalog, banks: &[Bank], password: &PasswordHash) -> anyhow::Result<Vec<NewStaff>> {
    let of = |login: String, name: String, institution: &str, role| NewStaff {
        login,
        password: password.clone(),
        person_name: name,
        institution: institution.to_owned(),
        branch: None,
        role,
    };
    let mut all: Vec<NewStaff> = Vec::new();
    for authority in &AUTHORITIES {
        all.push(of(authority.login.to_owned(), authority.clerk.to_owned(), authority.id, authority.role));
    }
    for (login, name, role) in ADMINISTRATORS {
        all.push(of(login.to_owned(), name.to_owned(), "platform", role));
    }
    for unit in catalog.units() {
        let (login, name) = (format!("unit@{}", unit.id), format!("{}数据员", unit.short_zh));
        all.push(of(login, name, &unit.id, StaffRole::Unit));
    }
    for bank in banks {
        for employee in &bank.staff {
            let role = match employee.post {
                Post::Officer => StaffRole::Officer,
                Post::Approver => StaffRole::Approver,
                Post::Admin => StaffRole::BankAdmin,
            };
            let branch = employee.branch.as_deref().map(BranchId::parse).transpose()?;
            let (login, name) = (employee.login.clone(), employee.name.clone());
            all.push(NewStaff { branch, ..of(login, name, &bank.id, role) });
        }
    }
    Ok(all)
}

fn programs(catalog: &Catalog, banks: &[Bank], secret: &PasswordHash) -> anyhow::Result<Vec<NewClient>> {
    let of = |client: &str, institution: &str, kind| {
        anyhow::Ok(NewClient {
            client_id: ClientId::parse(client)?,
            secret: secret.clone(),
            institution: institution.to_owned(),
            kind,
        })
    };
    let units = catalog.units().map(|unit| of(&format!("unit-{}", unit.id), &unit.id, ClientKind::Unit));
    let banks = banks.iter().map(|bank| of(&bank.id, &bank.id, ClientKind::Bank));
    units.chain(banks).collect()
}

async fn open_firm(tx: &mut Tx, key: &CodeKey, firm: &DemoFirm, now: Timestamp) -> anyhow::Result<()> {
    let person = NewPerson { mobile: Mobile::parse(&firm.mobile)?, person_name: firm.person.clone() };
    let account = firm::register(tx, key, &person, now).await?;
    firm::confirm(tx, &account, true, BY, now).await?;
    let household = firm.kind == "household";
    let subject = FirmSubject {
        subject: SubjectKey::parse(&firm.subject_key).context("a demo firm's key")?,
        name: firm.name.clone(),
        role: if household { FirmRole::OneSelf } else { FirmRole::LegalRep },
    };
    firm::link(tx, &account, &subject, BY, now).await?;
    Ok(())
}
