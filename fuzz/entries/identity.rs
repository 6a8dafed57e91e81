//! What a program shows to get a token: assertions, tokens.

use std::sync::OnceLock;

use jiff::Timestamp;
use jq_base::clock::Clock;
use jq_db::Db;
use jq_identity::client::proof::issue_for_assertion;
use jq_identity::{IdentityError, Token};
use tokio::runtime::{Builder, Runtime};

/// Asks for a token with an assertion, where no program is known: whatever it says, it is not believed.
pub(crate) fn assertion(bytes: &[u8]) {
    static STORE: OnceLock<(Runtime, Db)> = OnceLock::new();
    let (runtime, db) = STORE.get_or_init(|| {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let file =
            std::env::temp_dir().join(format!("jq-fuzz-identity-{}", std::process::id())).join("fuzz.db");
        let db = runtime.block_on(async {
            let db = Db::open(file.to_str().expect("UTF-8"), Clock::System).await.expect("a database");
            db.migrate().await.expect("the migrations fit a fresh database");
            db
        });
        (runtime, db)
    });
    let text = &*String::from_utf8_lossy(bytes);
    let _ = Token::parse(text);
    let asked =
        issue_for_assertion(db, text, None, &["https://jq.example/oauth/token"], Timestamp::UNIX_EPOCH);
    let given = runtime.block_on(asked);
    assert!(matches!(given, Err(IdentityError::Assertion(_))), "{:?}", given.err());
}
