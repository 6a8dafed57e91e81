//! Employees of two banks and of the platform, each with a phone that shows codes.

use std::path::PathBuf;
use std::sync::Arc;

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use jq_crypto::{KeyStore, Keyring, Master, MasterKey, Sealer, Suite};
use jq_identity::staff::{self, Arrival, Due, FactorRule, NewStaff, Proof, SecondFactors, Site};
use jq_identity::{IdentityError, PasswordHash, StaffRole, StaffUser, Token};
use jq_testkit::{TestDb, each_database};
use sha1::Sha1;

/// What everybody's password is at first.
pub(crate) const PASSWORD: &str = "copper lantern";

/// A store, the second factors over it, and some employees.
pub(crate) struct House<'a> {
    pub(crate) test: &'a TestDb,
    pub(crate) factors: SecondFactors,
    folder: PathBuf,
}

impl Drop for House<'_> {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Tells a story on each database, where everybody must have a second factor.
pub(crate) async fn each(story: impl AsyncFn(&House<'_>)) {
    each_database(async |test| story(&House::new(test, FactorRule::Required).await).await).await;
}

impl<'a> House<'a> {
    pub(crate) async fn new(test: &'a TestDb, rule: FactorRule) -> Self {
        let folder =
            std::env::temp_dir().join(format!("jq-factors-{}", jq_db::fresh_token(test.clock.now())));
        let keys = Keyring::open(&folder, Master::Given(MasterKey::generate().unwrap())).unwrap();
        let keys: Arc<dyn KeyStore> = Arc::new(keys);
        let sealer = Sealer::new(move || Ok(Arc::clone(&keys)), Suite::National, test.clock.clone());
        let _sealed = test.db.clone().sealing(Arc::new(sealer));
        let factors = SecondFactors::new(rule, Site::at("https://jinqiao.example"));
        let password = PasswordHash::of(PASSWORD).await.unwrap();
        let people = [
            ("officer@bank01", StaffRole::Officer),
            ("admin@bank01", StaffRole::BankAdmin),
            ("officer@bank02", StaffRole::Officer),
            ("admin@bank02", StaffRole::BankAdmin),
            ("security@platform", StaffRole::SecurityAdmin),
        ];
        let mut tx = test.db.begin().await.unwrap();
        for (login, role) in people {
            let new = NewStaff {
                login: login.to_owned(),
                password: password.clone(),
                person_name: "李华".to_owned(),
                institution: login.split('@').nth(1).unwrap().to_owned(),
                branch: None,
                role,
            };
            staff::create(&mut tx, &new, "test", test.clock.now()).await.unwrap();
        }
        tx.commit().await.unwrap();
        Self { test, factors, folder }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.test.clock.now()
    }

    pub(crate) fn minutes_pass(&self, minutes: i64) {
        self.test.advance(SignedDuration::from_mins(minutes));
    }

    /// Shows login and password at the door.
    pub(crate) async fn arrive(&self, login: &str, password: &str) -> Result<Token, IdentityError> {
        let rule = self.factors.rule();
        let who = Arrival { login, password, device: "Firefox", rule };
        staff::sign_in_by(&self.test.db, &who, self.now()).await
    }

    /// Who a session belongs to, and what it owes.
    pub(crate) async fn recognise(&self, token: &Token) -> (StaffUser, Due) {
        staff::recognise(&self.test.db, token, self.now()).await.unwrap()
    }

    /// Whether the session opens pages.
    pub(crate) async fn opens(&self, token: &Token) -> bool {
        staff::authenticate(&self.test.db, token, self.now()).await.is_ok()
    }

    /// Signs in for the first time and enrols a phone and a password of one's own.
    pub(crate) async fn settle(&self, login: &str) -> Employee {
        let token = self.arrive(login, PASSWORD).await.unwrap();
        let user = self.recognise(&token).await.0;
        let phone = self.factors.offer_totp(&self.test.db, &user, self.now()).await.unwrap().secret;
        let code = code_of(&phone, self.now());
        self.factors.confirm_totp(&self.test.db, &user, &code, self.now()).await.unwrap();
        let password = format!("{PASSWORD} of my own");
        let new = (password.as_str(), password.as_str());
        staff::password::change(&self.test.db, &user, PASSWORD, new, self.now()).await.unwrap();
        assert!(self.opens(&token).await, "{login} is inside");
        self.minutes_pass(2);
        Employee { token, phone, password }
    }

    /// The employee behind a session, inside.
    pub(crate) async fn inside(&self, employee: &Employee) -> StaffUser {
        staff::authenticate(&self.test.db, &employee.token, self.now()).await.unwrap()
    }

    /// Shows the code that the phone shows now.
    pub(crate) async fn show_code(&self, user: &StaffUser, phone: &str) -> Result<(), IdentityError> {
        let code = code_of(phone, self.now());
        self.factors.step_up(&self.test.db, user, Proof::Code(&code), self.now()).await
    }

    /// How often something stands on the record.
    pub(crate) async fn noted(&self, action: &str) -> usize {
        let filter = jq_db::audit::Filter { action: Some(action.to_owned()), ..Default::default() };
        jq_db::audit::list(&self.test.db, &filter, 100).await.unwrap().len()
    }
}

/// Somebody who has settled in.
pub(crate) struct Employee {
    pub(crate) token: Token,
    /// The secret, as typed into the phone.
    pub(crate) phone: String,
    pub(crate) password: String,
}

/// What a phone with this secret shows, computed apart from the platform's own way.
pub(crate) fn code_of(secret: &str, now: Timestamp) -> String {
    let key = BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
    let mut mac = <Hmac<Sha1> as KeyInit>::new_from_slice(&key).unwrap();
    mac.update(&u64::try_from(now.as_second() / 30).unwrap().to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] % 16);
    let number = hash[at..at + 4].iter().fold(0_u64, |sum, byte| sum * 256 + u64::from(*byte));
    format!("{:06}", number % (1 << 31) % 1_000_000)
}
