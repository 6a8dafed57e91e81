//! The service and the supervisor.

use jq_identity::institution::{self, Institution, InstitutionKind};
use jq_identity::staff::{self, NewStaff};
use jq_identity::{DeskUser, OversightUser, PasswordHash, StaffRole};
use jq_supervision::Supervision;
use jq_testkit::TestDb;

use super::people::Town;

const PASSWORD: &str = "jinqiao-demo";

pub(crate) async fn desk(test: &TestDb) -> DeskUser {
    open(test, "platform", InstitutionKind::Platform, "service", StaffRole::Operator).await;
    let token = staff::sign_in(&test.db, "service", PASSWORD, test.clock.now()).await.unwrap();
    staff::authenticate_desk(&test.db, &token, test.clock.now()).await.unwrap()
}

pub(crate) async fn supervisor(test: &TestDb) -> OversightUser {
    open(test, "fgw", InstitutionKind::Supervisor, "supervisor", StaffRole::Supervisor).await;
    let token = staff::sign_in(&test.db, "supervisor", PASSWORD, test.clock.now()).await.unwrap();
    staff::authenticate_oversight(&test.db, &token, test.clock.now()).await.unwrap()
}

pub(crate) fn supervision(town: &Town<'_>) -> Supervision {
    Supervision::new(town.test.db.clone(), town.lending.clone()).unwrap()
}

async fn open(test: &TestDb, id: &str, kind: InstitutionKind, login: &str, role: StaffRole) {
    let now = test.clock.now();
    let mut tx = test.db.begin().await.unwrap();
    let institution = Institution {
        id: id.to_owned(),
        kind,
        parent: None,
        name_zh: "机构".to_owned(),
        name_en: "Institution".to_owned(),
        district: None,
        active: true,
    };
    institution::insert(&mut tx, &institution, "test", now).await.unwrap();
    let new = NewStaff {
        login: login.to_owned(),
        password: PasswordHash::of(PASSWORD).await.unwrap(),
        person_name: "王专员".to_owned(),
        institution: id.to_owned(),
        branch: None,
        role,
    };
    staff::create(&mut tx, &new, "test", now).await.unwrap();
    tx.commit().await.unwrap();
}
