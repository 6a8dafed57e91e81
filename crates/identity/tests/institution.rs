//! Institutions and their staff: who belongs where, and which portal each may enter.
#![expect(clippy::unwrap_used, reason = "a step of a test that fails ends the test")]

use jiff::SignedDuration;
use jq_base::ids::{BankId, BranchId, ClientId};
use jq_identity::client::{self, ClientKind, NewClient};
use jq_identity::institution::{self, Counts, Institution, InstitutionKind};
use jq_identity::staff::{self, NewStaff};
use jq_identity::{IdentityError, PasswordHash, StaffRole, Token};
use jq_testkit::{TestDb, each_database};

const PASSWORD: &str = "jinqiao-demo";

async fn join(
    test: &TestDb,
    id: &str,
    kind: InstitutionKind,
    parent: Option<&str>,
) -> Result<(), IdentityError> {
    let institution = Institution {
        id: id.to_owned(),
        kind,
        parent: parent.map(str::to_owned),
        name_zh: format!("机构 {id}"),
        name_en: format!("Institution {id}"),
        district: Some("500103".to_owned()),
        active: true,
    };
    let mut tx = test.db.begin().await.unwrap();
    institution::insert(&mut tx, &institution, "demo", test.clock.now()).await?;
    tx.commit().await.unwrap();
    Ok(())
}

async fn open(
    test: &TestDb,
    login: &str,
    role: StaffRole,
    branch: Option<&str>,
) -> Result<(), IdentityError> {
    let staff = NewStaff {
        login: login.to_owned(),
        password: PasswordHash::of(PASSWORD).await.unwrap(),
        person_name: "李华".to_owned(),
        institution: login.split('@').nth(1).unwrap_or("platform").to_owned(),
        branch: branch.map(|branch| BranchId::parse(branch).unwrap()),
        role,
    };
    let mut tx = test.db.begin().await.unwrap();
    staff::create(&mut tx, &staff, "demo", test.clock.now()).await?;
    tx.commit().await.unwrap();
    Ok(())
}

async fn sign_in(test: &TestDb, login: &str) -> Token {
    staff::sign_in(&test.db, login, PASSWORD, test.clock.now()).await.unwrap()
}

/// A bank with two branches and three people, and another bank.
async fn banks(test: &TestDb) {
    join(test, "bank01", InstitutionKind::Bank, None).await.unwrap();
    join(test, "bank02", InstitutionKind::Bank, None).await.unwrap();
    join(test, "bank01-002", InstitutionKind::Branch, Some("bank01")).await.unwrap();
    join(test, "bank01-001", InstitutionKind::Branch, Some("bank01")).await.unwrap();
    open(test, "officer@bank01", StaffRole::Officer, None).await.unwrap();
    open(test, "m001@bank01", StaffRole::Officer, Some("bank01-001")).await.unwrap();
    open(test, "approver@bank01", StaffRole::Approver, None).await.unwrap();
}

#[tokio::test]
async fn banks_and_branches_are_listed_and_counted() {
    each_database(async |test| {
        banks(test).await;
        let ids = |found: Vec<Institution>| found.into_iter().map(|found| found.id).collect::<Vec<_>>();
        assert_eq!(ids(institution::list_banks(&test.db).await.unwrap()), ["bank01", "bank02"]);
        let bank = BankId::parse("bank01").unwrap();
        let branches = institution::list_branches(&test.db, &bank).await.unwrap();
        assert_eq!(ids(branches), ["bank01-001", "bank01-002"]);
        let counts = institution::counts(&test.db).await.unwrap();
        assert_eq!(counts, Counts { banks: 2, branches: 2, managers: 2 });
        let found = institution::find(&test.db, "bank01-001").await.unwrap().unwrap();
        assert_eq!((found.kind, found.parent.as_deref()), (InstitutionKind::Branch, Some("bank01")));
        assert_eq!(institution::find(&test.db, "bank99").await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_branch_belongs_to_a_bank_and_an_employee_to_one_of_its_branches() {
    each_database(async |test| {
        banks(test).await;
        let wrong = [
            join(test, "bank03-001", InstitutionKind::Branch, Some("bank03")).await,
            join(test, "bank02-001", InstitutionKind::Branch, Some("bank01")).await,
            open(test, "m001@bank02", StaffRole::Officer, Some("bank01-001")).await,
            open(test, "m002@bank02", StaffRole::Officer, Some("bank02-001")).await,
        ];
        assert!(wrong.iter().all(|wrong| matches!(wrong, Err(IdentityError::NoInstitution))), "{wrong:?}");
        let twice = join(test, "bank01", InstitutionKind::Bank, None).await;
        assert!(matches!(twice, Err(IdentityError::Taken("institution id"))));
    })
    .await;
}

#[tokio::test]
async fn an_order_finds_the_staff_of_a_bank() {
    each_database(async |test| {
        banks(test).await;
        let officers = staff::list_by_role(&test.db, "bank01", StaffRole::Officer).await.unwrap();
        let logins: Vec<&str> = officers.iter().map(|officer| officer.login.as_str()).collect();
        assert_eq!(logins, ["m001@bank01", "officer@bank01"]);
        assert_eq!(officers[0].branch.as_ref().map(BranchId::as_str), Some("bank01-001"));
        assert_eq!(staff::list_of(&test.db, "bank01").await.unwrap().len(), 3);

        let mut tx = test.db.begin().await.unwrap();
        staff::retire(&mut tx, "m001@bank01", "demo", test.clock.now()).await.unwrap();
        let left = staff::list_by_role_within(&mut tx, "bank01", StaffRole::Officer).await.unwrap();
        assert_eq!(left.len(), 1, "whoever has left gets no orders");
        tx.commit().await.unwrap();
        let retired = staff::find_by_login(&test.db, "M001@bank01").await.unwrap().unwrap();
        assert!(!retired.active && retired.person_name == "李华", "but is still known by name");
        assert_eq!(staff::find_entry(&test.db, &retired.account).await.unwrap(), Some(retired));
    })
    .await;
}

#[tokio::test]
async fn each_role_enters_one_portal() {
    each_database(async |test| {
        for (login, role) in [
            ("unit@scjg", StaffRole::Unit),
            ("officer@bank01", StaffRole::Officer),
            ("approver@bank01", StaffRole::Approver),
            ("admin@bank01", StaffRole::BankAdmin),
            ("service", StaffRole::Operator),
            ("supervisor", StaffRole::Supervisor),
            ("regulator", StaffRole::Regulator),
            ("system", StaffRole::SystemAdmin),
            ("security", StaffRole::SecurityAdmin),
            ("audit", StaffRole::AuditAdmin),
        ] {
            open(test, login, role, None).await.unwrap();
            let (token, now) = (sign_in(test, login).await, test.clock.now());
            let entered = [
                staff::authenticate_unit(&test.db, &token, now).await.is_ok(),
                staff::authenticate_bank(&test.db, &token, now).await.is_ok(),
                staff::authenticate_desk(&test.db, &token, now).await.is_ok(),
                staff::authenticate_oversight(&test.db, &token, now).await.is_ok(),
            ];
            let expected = match role {
                StaffRole::Unit => [true, false, false, false],
                StaffRole::Officer | StaffRole::Approver | StaffRole::BankAdmin => {
                    [false, true, false, false]
                }
                StaffRole::Operator => [false, false, true, false],
                StaffRole::Supervisor | StaffRole::Regulator => [false, false, false, true],
                // The platform's administrators have doors of their own, and see no credit data.
                StaffRole::SystemAdmin | StaffRole::SecurityAdmin | StaffRole::AuditAdmin => {
                    [false, false, false, false]
                }
            };
            assert_eq!(entered, expected, "{login}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_signed_in_customer_manager_has_a_bank_and_a_branch() {
    each_database(async |test| {
        banks(test).await;
        let token = sign_in(test, "m001@bank01").await;
        let user = staff::authenticate_bank(&test.db, &token, test.clock.now()).await.unwrap();
        assert_eq!((user.bank().as_str(), user.role()), ("bank01", StaffRole::Officer));
        assert_eq!(user.branch().map(BranchId::as_str), Some("bank01-001"));
        assert_eq!(user.staff().login(), "m001@bank01");
    })
    .await;
}

#[tokio::test]
async fn a_banks_staff_are_out_after_half_an_hour_unused_and_locked_after_five_wrong_passwords() {
    each_database(async |test| {
        banks(test).await;
        let token = sign_in(test, "officer@bank01").await;
        test.advance(SignedDuration::from_mins(29));
        staff::authenticate_bank(&test.db, &token, test.clock.now()).await.unwrap();
        test.advance(SignedDuration::from_mins(30));
        let idle = staff::authenticate_bank(&test.db, &token, test.clock.now()).await;
        assert!(matches!(idle, Err(IdentityError::NotSignedIn)));
        for _ in 0..staff::LOCK_AFTER_TRIES {
            let wrong = staff::sign_in(&test.db, "officer@bank01", "wrong-password", test.clock.now()).await;
            assert!(matches!(wrong, Err(IdentityError::WrongLogin)));
        }
        let locked = staff::sign_in(&test.db, "officer@bank01", PASSWORD, test.clock.now()).await;
        assert!(matches!(locked, Err(IdentityError::Locked { .. })));
    })
    .await;
}

#[tokio::test]
async fn when_a_bank_leaves_its_staff_and_programs_are_out_and_come_back_with_it() {
    each_database(async |test| {
        banks(test).await;
        let token = sign_in(test, "officer@bank01").await;
        let now = test.clock.now();
        let program = NewClient {
            client_id: ClientId::parse("bank01").unwrap(),
            secret: PasswordHash::of(PASSWORD).await.unwrap(),
            institution: "bank01".to_owned(),
            kind: ClientKind::Bank,
        };
        let mut tx = test.db.begin().await.unwrap();
        client::register(&mut tx, &program, "demo", now).await.unwrap();
        tx.commit().await.unwrap();
        let bearer = client::issue(&test.db, "bank01", PASSWORD, now).await.unwrap();
        let turn = async |active: bool| {
            let mut tx = test.db.begin().await.unwrap();
            institution::set_active(&mut tx, "bank01", active, "demo", now).await.unwrap();
            tx.commit().await.unwrap();
        };
        turn(false).await;
        let out = staff::authenticate_bank(&test.db, &token, now).await;
        assert!(matches!(out, Err(IdentityError::NotSignedIn)));
        let refused = staff::sign_in(&test.db, "officer@bank01", PASSWORD, now).await;
        assert!(matches!(refused, Err(IdentityError::WrongLogin)));
        let program = client::authenticate(&test.db, &bearer.token, now).await;
        assert!(matches!(program, Err(IdentityError::NotSignedIn)));
        let none = client::issue(&test.db, "bank01", PASSWORD, now).await;
        assert!(matches!(none, Err(IdentityError::WrongLogin)));
        let counts = institution::counts(&test.db).await.unwrap();
        assert_eq!(counts, Counts { banks: 1, branches: 0, managers: 0 });
        turn(true).await;
        staff::authenticate_bank(&test.db, &token, now).await.unwrap();
        client::authenticate(&test.db, &bearer.token, now).await.unwrap();
    })
    .await;
}

fn placed(id: &str, kind: InstitutionKind, parent: Option<&str>) -> Institution {
    let (name_zh, name_en) = (format!("机构 {id}"), format!("Institution {id}"));
    let (id, parent) = (id.to_owned(), parent.map(str::to_owned));
    Institution { id, kind, parent, name_zh, name_en, district: None, active: true }
}

#[tokio::test]
async fn many_join_at_once_with_one_line_on_record() {
    each_database(async |test| {
        let password = PasswordHash::of(PASSWORD).await.unwrap();
        let person = |login: &str, branch: Option<&str>| NewStaff {
            login: login.to_owned(),
            password: password.clone(),
            person_name: "李华".to_owned(),
            institution: "bank01".to_owned(),
            branch: branch.map(|branch| BranchId::parse(branch).unwrap()),
            role: StaffRole::Officer,
        };
        let mut all = vec![placed("bank01", InstitutionKind::Bank, None)];
        let branch =
            |number: usize| placed(&format!("bank01-{number:03}"), InstitutionKind::Branch, Some("bank01"));
        all.extend((1..=250).map(branch));
        let mut people = vec![person("officer@bank01", None)];
        people.extend(
            (2..=250).map(|at| person(&format!("officer{at:03}@bank01"), Some(&format!("bank01-{at:03}")))),
        );
        let mut tx = test.db.begin().await.unwrap();
        institution::insert_all(&mut tx, &all, "demo", test.clock.now()).await.unwrap();
        staff::create_all(&mut tx, &people, "demo", test.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        let counts = institution::counts(&test.db).await.unwrap();
        assert_eq!(counts, Counts { banks: 1, branches: 250, managers: 250 });
        sign_in(test, "officer250@bank01").await;
        let lines = jq_db::audit::list(&test.db, &jq_db::audit::Filter::default(), 10).await.unwrap();
        let said: Vec<_> =
            lines.iter().filter(|line| line.actor == "demo").map(|line| line.detail.to_string()).collect();
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(said.contains(&r#"{"kinds":{"bank":1,"branch":250}}"#.to_owned()), "{said:?}");
    })
    .await;
}

#[tokio::test]
async fn none_joins_when_one_cannot() {
    each_database(async |test| {
        banks(test).await;
        let mut tx = test.db.begin().await.unwrap();
        let stranger = [placed("bank09-001", InstitutionKind::Branch, Some("bank09"))];
        let refused = institution::insert_all(&mut tx, &stranger, "demo", test.clock.now()).await;
        assert!(matches!(refused, Err(IdentityError::NoInstitution)));
        let twice =
            [placed("bank03", InstitutionKind::Bank, None), placed("bank02", InstitutionKind::Bank, None)];
        let refused = institution::insert_all(&mut tx, &twice, "demo", test.clock.now()).await;
        assert!(matches!(refused, Err(IdentityError::Taken(_))));
        drop(tx);
        assert_eq!(institution::list_banks(&test.db).await.unwrap().len(), 2);
    })
    .await;
}
