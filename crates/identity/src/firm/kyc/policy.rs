//! How a claim is compared with the register.

use jiff::civil::Date;
use jq_base::resident_id::ResidentId;

use super::model::{Claim, KycMismatch, RegisterExtract};

/// From which age a person may act.
const ADULT_YEARS: i16 = 18;

/// The fields in which a claim and the register disagree, given the keyed hash of the claimed number.
pub(super) fn compare(claim: &Claim, extract: Option<&RegisterExtract>, id_hash: &str) -> Vec<KycMismatch> {
    let of_this_firm = |found: &&RegisterExtract| found.subject.as_str() == claim.firm_code.as_str();
    let Some(found) = extract.filter(of_this_firm) else {
        return vec![KycMismatch::NotRegistered];
    };
    let checks = [
        (found.active, KycMismatch::Closed),
        (same_name(&claim.firm_name, &found.name), KycMismatch::FirmName),
        (same_name(&claim.name, &found.legal_rep_name), KycMismatch::PersonName),
        (id_hash == found.legal_rep_id_hash, KycMismatch::ResidentId),
    ];
    checks.into_iter().filter(|(agrees, _)| !agrees).map(|(_, mismatch)| mismatch).collect()
}

/// Whether two names are the same to a reader: spaces, full width, the kind of brackets and dots and the case of
/// letters do not count. An empty name is nobody's.
pub(in crate::firm) fn same_name(one: &str, other: &str) -> bool {
    let folded = fold(one);
    !folded.is_empty() && folded == fold(other)
}

fn fold(name: &str) -> String {
    name.chars().filter(|sign| !sign.is_whitespace()).map(plain).flat_map(char::to_lowercase).collect()
}

/// One sign for all that look alike.
fn plain(sign: char) -> char {
    match sign {
        '•' | '・' | '‧' | '∙' | '．' => '·',
        '〔' | '【' => '(',
        '〕' | '】' => ')',
        '\u{ff01}'..='\u{ff5e}' => {
            u32::from(sign).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(sign)
        }
        _ => sign,
    }
}

/// Whether the holder of the number is 18 years old on `today`.
pub(in crate::firm) fn is_adult(number: &ResidentId, today: Date) -> bool {
    let Some(born) = number.birth_date() else { return false };
    let years = today.year() - born.year();
    let had_birthday = (today.month(), today.day()) >= (born.month(), born.day());
    years - i16::from(!had_birthday) >= ADULT_YEARS
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jq_base::ids::SubjectKey;
    use jq_base::uscc::Uscc;

    use super::*;

    const CODE: &str = "91500102MAC8YUW23Y";
    const OTHER_CODE: &str = "91500107MA7TEX0100";

    fn claim() -> Claim {
        Claim {
            name: "张小明".to_owned(),
            resident_id: ResidentId::parse("11010519491231002X", date(2026, 11, 10)).unwrap(),
            firm_code: Uscc::parse(CODE).unwrap(),
            firm_name: "涪陵某某食品（重庆）有限公司".to_owned(),
        }
    }

    fn extract(code: &str, name: &str, person: &str, active: bool) -> RegisterExtract {
        RegisterExtract {
            subject: SubjectKey::parse(code).unwrap(),
            name: name.to_owned(),
            legal_rep_name: person.to_owned(),
            legal_rep_id_hash: "hash".to_owned(),
            active,
        }
    }

    #[test]
    fn every_field_that_disagrees_is_named() {
        use KycMismatch::{Closed, FirmName, NotRegistered, PersonName, ResidentId};
        let name = "涪陵某某食品(重庆)有限公司";
        let compared = |found: &RegisterExtract, hash: &str| compare(&claim(), Some(found), hash);
        assert_eq!(compared(&extract(CODE, name, "张小明", true), "hash"), []);
        assert_eq!(compared(&extract(CODE, name, "张 小 明", true), "other"), [ResidentId]);
        assert_eq!(compared(&extract(CODE, name, "李华", true), "other"), [PersonName, ResidentId]);
        assert_eq!(
            compared(&extract(CODE, "另一公司", "李华", false), "hash"),
            [Closed, FirmName, PersonName]
        );
        assert_eq!(compared(&extract(OTHER_CODE, name, "张小明", true), "hash"), [NotRegistered]);
        assert_eq!(compare(&claim(), None, "hash"), [NotRegistered]);
    }

    #[test]
    fn names_are_compared_as_a_reader_would() {
        assert!(same_name("ＡＢＣ食品", "abc 食品"));
        assert!(same_name("买买提•艾力", "买买提·艾力"));
        assert!(!same_name("张小明", "张晓明"));
        assert!(!same_name(" ", ""));
    }

    #[test]
    fn a_person_is_of_age_on_the_eighteenth_birthday() {
        let number = ResidentId::parse("11010519491231002X", date(2026, 11, 10)).unwrap();
        assert!(!is_adult(&number, date(1967, 12, 30)));
        assert!(is_adult(&number, date(1967, 12, 31)));
    }
}
