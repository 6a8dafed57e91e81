//! Credit codes, real and damaged, are judged right and the reason is one a person can act on.

use jq_base::lang::Lang;
use jq_base::uscc::{self, Uscc, UsccError, UsccWarning};
use proptest::prelude::*;

const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

fn reason(code: &str) -> UsccError {
    uscc::check(code).reason.expect("the code is damaged")
}

#[test]
fn every_collected_code_is_judged_right() {
    let cases = include_str!("data/uscc_cases.csv");
    let mut judged = 0;
    for line in cases.lines().skip(1) {
        let [code, valid, kind] = line.split(',').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let check = uscc::check(code);
        assert_eq!(check.valid, valid == "1", "{line}: {check:?}");
        let told = check.reason.as_ref().map(UsccError::code);
        match kind {
            "real" => {
                assert_eq!(told, None);
                assert!(check.warnings.is_empty(), "{line}");
            }
            "too short" => assert_eq!(told, Some("uscc/length"), "{line}"),
            "letter outside the alphabet" => assert_eq!(told, Some("uscc/character"), "{line}"),
            "wrong check character" => assert_eq!(told, Some("uscc/check"), "{line}"),
            _ => assert!(told.is_some(), "{line}"),
        }
        if let Some(reason) = check.reason {
            assert!(!reason.text(Lang::Zh).is_empty() && reason.text(Lang::En).is_ascii(), "{line}");
        }
        judged += 1;
    }
    assert_eq!(judged, 200);
}

#[test]
fn codes_of_every_kind_of_organisation_pass() {
    let codes = [
        "91500102MAC8YUW23Y",
        "91500107MA7TEX0100",
        "91500157MAE1234AX9",
        "92500111MA60BCDE8A",
        "93500116MA61QRTU4F",
        "91500000209999994A",
        "N2500116MA7HJKLM7U",
        "12500000450999990C",
        "5250000050099999X3",
        "91110000600037341L",
        "914403001922038216",
        "91330100799655058B",
        "91110000802100433B",
        "9150000020286320X6",
        "91500000202852965T",
    ];
    for code in codes {
        assert_eq!(Uscc::parse(code).expect(code).as_str(), code);
    }
}

#[test]
fn a_damaged_code_says_what_is_wrong() {
    assert_eq!(reason("91500102MAC8YUW23X"), UsccError::Check { expected: 'Y', found: 'X' });
    assert_eq!(reason("91500102MAC8YUW32Y").code(), "uscc/check");
    assert_eq!(reason("91500107MA7TEST000"), UsccError::Character { position: 14, found: 'S' });
    assert_eq!(reason("9150010ZMAC8YUW23Y"), UsccError::Character { position: 8, found: 'Z' });
    assert_eq!(reason("9150010AMAC8YUW23Y"), UsccError::Division);
    assert_eq!(reason("91500102MAC8YUW23"), UsccError::Length(17));
    assert_eq!(reason("91500102MAC8YUW23YY"), UsccError::Length(19));
    assert_eq!(reason("915001O2MAC8YUW23Y"), UsccError::Character { position: 7, found: 'O' });
    assert_eq!(reason("00500102MAC8YUW23Y"), UsccError::Class);
    assert_eq!(reason("  "), UsccError::Empty);
    assert_eq!(reason("91500102 MAC8YUW2Y"), UsccError::Character { position: 9, found: ' ' });
    assert_eq!(reason("重庆市涪陵区某某食品有限责任公司公").code(), "uscc/length");
}

#[test]
fn a_suggestion_is_given_but_never_taken() {
    let suggestion = |code: &str| uscc::check(code).suggestion;
    assert_eq!(suggestion("915001O2MAC8YUW23Y").as_deref(), Some("91500102MAC8YUW23Y"));
    assert_eq!(suggestion("91500102MAC8YUW32Y").as_deref(), Some("91500102MAC8YUW23Y"));
    assert_eq!(suggestion("91500102MAC8YUW23X"), None, "one of the other characters may be the wrong one");
    assert!(Uscc::parse("915001O2MAC8YUW23Y").is_err());
}

#[test]
fn small_and_full_width_letters_are_read_with_a_warning() {
    for typed in ["91500102mac8yuw23y", " 91500102MAC8YUW23Y\n", "\u{ff19}1500102MAC8YUW23\u{ff39}"] {
        let check = uscc::check(typed);
        assert!(check.valid, "{typed}");
        assert_eq!(check.code, "91500102MAC8YUW23Y");
        assert_eq!(check.warnings, [UsccWarning::Normalised]);
    }
}

#[test]
fn a_failing_inner_check_is_a_warning_only() {
    let first_17 = "91500102MAC8YUW24";
    let check = uscc::check_character(first_17).expect("all in the alphabet");
    let judged = uscc::check(&format!("{first_17}{check}"));
    assert!(judged.valid);
    assert_eq!(judged.warnings, [UsccWarning::OrgCodeCheck]);
}

#[test]
fn the_parts_of_a_code_can_be_read() {
    let code = Uscc::parse("91500102MAC8YUW23Y").expect("valid");
    assert_eq!((code.class(), code.division(), code.org_code()), ("91", "500102", "MAC8YUW23"));
}

fn any_code() -> impl Strategy<Value = String> {
    let body = proptest::collection::vec(proptest::sample::select(ALPHABET.chars().collect::<Vec<_>>()), 9);
    (0..1_000_000_u32, body).prop_map(|(division, body)| {
        let first_17 = format!("91{division:06}{}", body.into_iter().collect::<String>());
        let check = uscc::check_character(&first_17).expect("all in the alphabet");
        format!("{first_17}{check}")
    })
}

proptest! {
    #[test]
    fn one_changed_character_is_always_seen(code in any_code(), at in 0..18_usize, other in 0..31_usize) {
        prop_assert!(uscc::check(&code).valid);
        let mut signs: Vec<char> = code.chars().collect();
        let new = ALPHABET.chars().nth(other).expect("31 characters");
        prop_assume!(signs[at] != new);
        signs[at] = new;
        prop_assert!(!uscc::check(&signs.into_iter().collect::<String>()).valid);
    }

    #[test]
    fn two_swapped_neighbours_are_always_seen(code in any_code(), at in 0..17_usize) {
        let mut signs: Vec<char> = code.chars().collect();
        prop_assume!(signs[at] != signs[at + 1]);
        signs.swap(at, at + 1);
        prop_assert!(!uscc::check(&signs.into_iter().collect::<String>()).valid);
    }

    #[test]
    fn any_text_is_judged_without_a_fault(text in ".{0,24}") {
        let _ = uscc::check(&text);
    }
}
