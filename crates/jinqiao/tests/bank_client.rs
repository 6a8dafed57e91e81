//! The example program of a bank, run against the platform as a bank would run it: keys made by OpenSSL, registered at
//! the command line while the platform runs, calls signed by SM2 and by ECDSA, tokens by an assertion.

mod program;

use std::path::Path;
use std::process::{Command, Output};

use program::demo::Demo;
use serde_json::Value;

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/bank_client.py");

/// Where `CI` is set Python must be there, so that a run that tests half of it does not pass for a whole one.
#[expect(clippy::disallowed_methods, reason = "which outside programs there are is the environment's to say")]
fn python() -> Option<String> {
    let named = std::env::var("JINQIAO_TEST_PYTHON").ok();
    assert!(
        named.is_some() || std::env::var("CI").is_err(),
        "in CI a Python is needed: set JINQIAO_TEST_PYTHON"
    );
    named
}

fn openssl(folder: &Path, arguments: &str) {
    let output = Command::new("openssl").current_dir(folder).args(arguments.split(' ')).output();
    let output = output.expect("OpenSSL starts");
    assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A bank at its own machine.
struct Bank<'a> {
    demo: &'a Demo,
    python: String,
    /// Where its private keys lie.
    folder: &'a Path,
}

impl Bank<'_> {
    /// Runs the example; status and body.
    fn ask(&self, arguments: &[&str]) -> (u16, Value) {
        let output = self.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let status = said.trim().parse().unwrap_or_else(|_| panic!("{arguments:?}: {said}"));
        assert_eq!(output.status.success(), status < 400);
        (status, serde_json::from_slice(&output.stdout).expect("JSON"))
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(&self.python);
        command.current_dir(self.folder).arg(EXAMPLE).arg(&self.demo.address).args(arguments);
        command.output().expect("Python starts")
    }

    fn refused(&self, arguments: &[&str], code: &str) {
        let (status, body) = self.ask(arguments);
        assert_eq!((status, &body["code"]), (401, &Value::from(code)), "{arguments:?}: {body}");
    }
}

#[test]
fn a_banks_own_program_signs_by_sm2_and_by_ecdsa_and_asks_for_tokens_by_its_key() {
    let Some(python) = python() else { return };
    let demo = Demo::start("bank-client", 60);
    let folder = demo.program.folder.join("keys-of-the-bank");
    std::fs::create_dir_all(&folder).expect("a folder");
    for (name, kind) in [
        ("sm2", "-algorithm SM2"),
        ("ecdsa", "-algorithm EC -pkeyopt ec_paramgen_curve:P-256"),
        ("token", "-algorithm EC -pkeyopt ec_paramgen_curve:P-256"),
        ("stranger", "-algorithm SM2"),
    ] {
        openssl(&folder, &format!("genpkey {kind} -out {name}.pem"));
        openssl(&folder, &format!("pkey -in {name}.pem -pubout -out {name}.pub.pem"));
    }
    let at = |name: &str| folder.join(name).to_str().expect("UTF-8").to_owned();
    let bank = Bank { demo: &demo, python, folder: &folder };
    let call = ["bank01", "GET", "/api/v1/events?limit=5"];
    let with = |more: &[&'static str]| [&call[..], more].concat();
    let secret: &[&'static str] = &["--secret", "jinqiao-demo"];

    assert_eq!(bank.ask(&with(secret)).0, 200, "unsigned, as long as nobody demands it");
    for name in ["sm2", "ecdsa"] {
        let pem = at(&format!("{name}.pub.pem"));
        let added = demo.program.json(&["client", "add-key", "bank01", "--for", "request", "--pem", &pem]);
        assert_eq!(added["key"].as_str().expect("an id").len(), 32);
    }
    demo.program.run(&["client", "set", "bank01", "--signatures", "demanded"]);
    bank.refused(&with(secret), "api/signature-missing");
    assert_eq!(bank.ask(&with(&["--secret", "jinqiao-demo", "--sign-key", "sm2.pem"])).0, 200);
    assert_eq!(bank.ask(&with(&["--secret", "jinqiao-demo", "--sign-key", "ecdsa.pem"])).0, 200);
    let stranger = with(&["--secret", "jinqiao-demo", "--sign-key", "stranger.pem"]);
    bank.refused(&stranger, "api/signature-invalid");

    let pem = at("token.pub.pem");
    demo.program.run(&["client", "add-key", "bank01", "--for", "token", "--pem", &pem]);
    demo.program.run(&["client", "set", "bank01", "--token-auth", "private_key_jwt"]);
    let (status, told) = bank.ask(&with(&["--secret", "jinqiao-demo", "--sign-key", "sm2.pem"]));
    assert_eq!((status, &told["error"]), (401, &"invalid_client".into()), "a secret is not its way any more");
    assert_eq!(bank.ask(&with(&["--token-key", "token.pem", "--sign-key", "sm2.pem"])).0, 200);
    let (status, _) = bank.ask(&with(&["--token-key", "ecdsa.pem", "--sign-key", "sm2.pem"]));
    assert_eq!(status, 401, "a key for calls asks for no token");

    let body =
        format!(r#"{{"subject":"{}","items":["power_bill"],"purpose":"post_loan"}}"#, demo.firms[0].subject);
    let ask = ["bank01", "POST", "/api/v1/consent-requests", &body, "--key", "k-1"];
    let keys = ["--token-key", "token.pem", "--sign-key", "ecdsa.pem"];
    let (status, asked) = bank.ask(&[&ask[..], &keys].concat());
    assert_eq!((status, &asked["state"]), (201, &"asked".into()), "{asked}");
    assert!(demo.program.json(&["audit", "verify"])["broken"].is_null());
}

#[test]
fn the_load_of_a_bank_is_measured_over_a_copy() {
    let program = Demo::start("bench-api", 60).stop();
    let on_record = || program.json(&["audit", "verify"])["lines"].clone();
    // A key that the platform made before it was stopped is noted by the next command.
    on_record();
    let before = on_record();
    let told = program.json(&["bench", "api", "--rate", "20", "--seconds", "2"]);
    assert_eq!((&told["answered"], &told["errors"]), (&40.into(), &0.into()), "{told}");
    assert!(told["p99_ms"].as_f64().is_some_and(|p99| p99 > 0.0) && told["bytes_mean"].as_u64() > Some(100));
    assert_eq!(on_record(), before, "nothing of it stays in the data folder");
}
