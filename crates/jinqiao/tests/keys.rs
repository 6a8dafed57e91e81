//! What an operator does with the platform's keys, and what an outsider can check with their public halves.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod program;

use program::Program;

fn ids(program: &Program, state: &str) -> Vec<String> {
    let keys = program.json(&["keys", "list"]);
    let keys = keys.as_array().unwrap().iter().filter(|key| key["state"] == state);
    keys.map(|key| key["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn keys_are_made_rotated_wrapped_anew_and_exported() {
    let program = Program::new("keys");
    assert!(ids(&program, "active").is_empty());
    let first = program.json(&["keys", "make", "--purpose", "signature"]);
    assert_eq!((&first["algorithm"], &first["state"]), (&"sm2-sm3".into(), &"active".into()));
    let again = program.try_run(&["keys", "make", "--purpose", "signature"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&again.stderr).contains("keys rotate --purpose signature"));
    let second = program.json(&["--suite", "international", "keys", "rotate", "--purpose", "signature"]);
    assert_eq!(second["algorithm"], "ed25519");
    assert_eq!(ids(&program, "retired"), [first["id"].as_str().unwrap()]);

    let pem = program.run(&["keys", "export", first["id"].as_str().unwrap(), "--public"]);
    assert!(pem.starts_with("-----BEGIN PUBLIC KEY-----"), "{pem}");
    let master = program.data().join("keys/master.key");
    let former = std::fs::read_to_string(&master).unwrap();
    program.run(&["keys", "rewrap"]);
    assert_ne!(std::fs::read_to_string(&master).unwrap(), former);
    assert_eq!(ids(&program, "active"), [second["id"].as_str().unwrap()]);

    let elsewhere = program.folder.join("elsewhere.key");
    let elsewhere = elsewhere.to_str().unwrap();
    program.run(&["keys", "rewrap", "--to", elsewhere]);
    let refused = program.try_run(&["keys", "list"]);
    assert_eq!(refused.status.code(), Some(1), "the keys are under another master key now");
    program.run(&["--master-key", elsewhere, "keys", "list"]);

    assert_eq!(program.try_run(&["keys", "make", "--purpose", "fun"]).status.code(), Some(2));
}

#[test]
fn an_anchor_is_signed_and_one_that_was_changed_is_found() {
    let program = Program::new("anchors");
    program.run(&["keys", "make", "--purpose", "level-4"]);
    let taken = program.json(&["audit", "anchor"]);
    assert!(taken["signature"].as_str().unwrap().starts_with("jqs1.sm2-sm3."), "{taken}");
    let report = program.json(&["audit", "verify"]);
    assert_eq!((&report["anchors_signed"], &report["broken"]), (&1.into(), &serde_json::Value::Null));
    let path = program.data().join("audit-anchor.jsonl");
    let changed = std::fs::read_to_string(&path).unwrap().replace("\"lines_total\":1", "\"lines_total\":2");
    std::fs::write(&path, changed).unwrap();
    let refused = program.try_run(&["audit", "verify", "--json"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stdout).contains("anchor_forged"));
}
