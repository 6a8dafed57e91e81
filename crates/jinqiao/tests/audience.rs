//! Every address of the platform, walked as everybody: who may not enter is turned away, and nothing is placed nowhere.

mod program;

use std::collections::BTreeMap;

use jq_web::audience::{Audience, Placed};
use program::browser::Browser;
use program::demo::Demo;

/// What an address with parts is asked for; nothing of these exists.
const PARTS: [(&str, &str); 3] =
    [("{uscc}", "91500102MAC8YUW23Y"), ("{item}", "honor"), ("{code}", "91500102MAC8YUW23Y")];

fn address(placed: &Placed) -> String {
    let mut path = placed.path.clone();
    for (part, value) in PARTS {
        path = path.replace(part, value);
    }
    let pieces = path.split('/').map(|piece| if piece.starts_with('{') { "nothing" } else { piece });
    pieces.collect::<Vec<_>>().join("/")
}

/// Whether the answer turns the visitor away: to a sign-in, to the choice of a firm, or with a refusal.
fn turned_away(status: u16, location: &str) -> bool {
    let door = |path: &str| {
        path.contains("/sign-in") || path.starts_with("/firm/choose") || path.starts_with("/firm/verify")
    };
    matches!(status, 401 | 403) || ((300..400).contains(&status) && door(location))
}

#[test]
fn nobody_enters_an_address_that_is_not_for_them() {
    let demo = Demo::start("audience", 120);
    let mut visitors: BTreeMap<&str, (Audience, Browser)> = BTreeMap::new();
    visitors.insert("nobody", (Audience::Everyone, Browser::new(&demo.address)));
    visitors.insert("a firm", (Audience::Firm, demo.sign_in_firm(&demo.firms[0])));
    for (name, audience, login) in [
        ("a unit", Audience::Unit, "unit@scjg"),
        ("an officer", Audience::Bank, "officer@bank01"),
        ("an approver", Audience::Bank, "approver@bank01"),
        ("a bank's administrator", Audience::BankAdmin, "admin@bank01"),
        ("the service", Audience::Desk, "service"),
        ("a supervisor", Audience::Oversight, "supervisor"),
        ("a regulator", Audience::Oversight, "regulator"),
        ("the system administrator", Audience::System, "system"),
        ("the security administrator", Audience::Security, "security"),
        ("the audit administrator", Audience::Audit, "audit"),
    ] {
        visitors.insert(name, (audience, demo.sign_in_staff(audience, login)));
    }
    visitors.insert("a unit's program", (Audience::UnitClient, demo.client("unit-scjg")));
    visitors.insert("a bank's program", (Audience::BankClient, demo.client("bank01")));
    let placed: Vec<Placed> = jq_portal::placed(true).into_iter().chain(jq_api::placed()).collect();
    assert!(placed.len() > 80, "{} addresses", placed.len());
    let mut wrong = Vec::new();
    for (name, (audience, browser)) in &visitors {
        for place in &placed {
            let (status, location) = browser.look(&address(place));
            let inside = !turned_away(status, &location);
            let program = matches!(audience, Audience::UnitClient | Audience::BankClient);
            let may = place.audience.lets_in(*audience);
            // A program's token opens no page, and a page's cookie no address of programs.
            if status >= 500 || (place.audience != Audience::Everyone && inside != may && status != 405) {
                wrong.push(format!("{name} at {}: {status} {location} (program: {program})", place.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_address_has_one_audience() {
    let mut seen: BTreeMap<String, Audience> = BTreeMap::new();
    for place in jq_portal::placed(true).into_iter().chain(jq_api::placed()) {
        assert!(seen.insert(place.path.clone(), place.audience).is_none(), "{} is placed twice", place.path);
    }
}
