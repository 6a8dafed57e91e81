//! Words that people and files bring: codes, amounts, rates, registered capital, the calendar of working days.

use jiff::Timestamp;
use jiff::civil::date;
use jq_base::capital::parse_capital_text;
use jq_base::ids::SubjectKey;
use jq_base::lang::Lang;
use jq_base::legacy_number::LegacyNumber;
use jq_base::mobile::Mobile;
use jq_base::money::Money;
use jq_base::org_code::OrgCode;
use jq_base::permit::Purpose;
use jq_base::rate::Rate;
use jq_base::resident_id::ResidentId;
use jq_base::uscc::{self, Uscc};
use jq_base::workdays::Calendar;

/// Reads a text as every kind of word; what is taken reads back as the same.
pub(crate) fn words(bytes: &[u8]) {
    let text = &*String::from_utf8_lossy(bytes);
    let today = date(2026, 11, 10);
    let judged = uscc::check(text);
    assert_eq!(judged.valid, Uscc::parse(text).is_ok());
    if let Ok(code) = Uscc::parse(text) {
        assert_eq!(Uscc::parse(code.as_str()).as_ref(), Ok(&code));
        let _ = (code.class(), code.division(), code.org_code());
    }
    if let Some(reason) = judged.reason {
        assert!(!reason.text(Lang::Zh).is_empty() && !reason.text(Lang::En).is_empty());
    }
    if let Ok(amount) = Money::parse_yuan(text) {
        let _ = (amount.grouped(), amount.wan(), amount.mul_ppm(i64::MAX));
        if let Ok(rate) = text.parse::<Rate>() {
            let _ = (amount.interest(rate, u16::MAX), amount.month_interest(rate));
        }
    }
    let _ = (text.parse::<Rate>(), text.parse::<Purpose>(), SubjectKey::parse(text), Lang::parse(text));
    let _ = (OrgCode::parse(text), LegacyNumber::parse(text), Mobile::parse(text));
    let _ = (ResidentId::parse(text, today), ResidentId::from_fifteen_digits(text, today));
}

/// Reads a text as registered capital.
pub(crate) fn capital(bytes: &[u8]) {
    let text = &*String::from_utf8_lossy(bytes);
    if let Err(error) = parse_capital_text(text) {
        assert!(!error.text(Lang::Zh).is_empty() && !error.text(Lang::En).is_empty());
    }
}

/// Reads a text as a calendar and reckons with it.
pub(crate) fn calendar(bytes: &[u8]) {
    let Ok(calendar) = Calendar::parse_csv(&String::from_utf8_lossy(bytes), "fuzz") else { return };
    let year = calendar.loaded_years().next().expect("a calendar has a year");
    let Ok(day) = jiff::civil::Date::new(year, 6, 15) else { return };
    let _ = (calendar.is_workday(day), calendar.between(day, date(2026, 12, 31)));
    let _ = (calendar.add(day, 400), calendar.due(Timestamp::MAX, 10), calendar.due(Timestamp::MIN, 10));
}
