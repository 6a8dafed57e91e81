//! Districts change with the date, industries nest, and a filter for a district finds what was filed before it was founded.

use jiff::civil::{Date, date};
use jq_base::lang::Lang;
use jq_catalog::{Catalog, DistrictKind, Districts};

const BEFORE: Date = date(2025, 11, 6);
const AFTER: Date = date(2025, 11, 7);

fn catalog() -> Catalog {
    Catalog::embedded().unwrap_or_else(|error| panic!("{error}"))
}

fn code_on(districts: &Districts, code: &str, on: Date) -> Option<String> {
    districts.find(code, on).map(|district| district.code.clone())
}

#[test]
fn the_city_had_38_divisions_and_has_37_since_november_2025() {
    let catalog = catalog();
    let count = |on| catalog.districts().at(on).count();
    assert_eq!((count(BEFORE), count(AFTER)), (38, 37));
    let districts = catalog.districts().at(AFTER).filter(|district| district.kind == DistrictKind::District);
    assert_eq!(districts.count(), 25);
    assert_eq!(catalog.districts().zones().count(), 3);
}

#[test]
fn an_abolished_district_leads_to_the_one_that_took_over() {
    let catalog = catalog();
    let districts = catalog.districts();
    assert_eq!(code_on(districts, "500105", BEFORE).as_deref(), Some("500105"));
    assert_eq!(code_on(districts, "500105", AFTER).as_deref(), Some("500157"));
    assert_eq!(code_on(districts, "500112", AFTER).as_deref(), Some("500157"));
    assert_eq!(code_on(districts, "500157", BEFORE), None);
    assert_eq!(code_on(districts, "500381", AFTER).as_deref(), Some("500116"));
    let heirs: Vec<&str> = districts.successors("500112").iter().map(|heir| heir.code.as_str()).collect();
    assert_eq!(heirs, ["500157", "500109"]);
}

#[test]
fn a_filter_for_liangjiang_finds_what_was_filed_under_jiangbei_and_yubei() {
    let catalog = catalog();
    assert_eq!(catalog.districts().family("500157"), ["500157", "500105", "500112"]);
    assert_eq!(catalog.districts().family("500109"), ["500109"]);
    assert_eq!(catalog.districts().family("500116"), ["500116", "500381"]);
}

#[test]
fn unofficial_zone_codes_are_accepted_and_called_unknown() {
    let catalog = catalog();
    let districts = catalog.districts();
    for code in ["500000", "500905", "500105", "500222", "ZGXQ"] {
        assert!(districts.accepts(code), "{code}");
    }
    for code in ["510100", "500999x", "50090", ""] {
        assert!(!districts.accepts(code), "{code}");
    }
    assert_eq!(districts.label("500905", Lang::Zh), "未知区划 500905");
    assert_eq!(districts.label("500905", Lang::En), "unknown division 500905");
    assert_eq!(districts.label("500105", Lang::Zh), "江北区");
    assert_eq!(districts.label("500222", Lang::Zh), "綦江县(今綦江区)");
}

#[test]
fn a_code_that_was_used_twice_is_known_as_such() {
    let catalog = catalog();
    assert!(catalog.districts().is_reused("500110"));
    assert!(!catalog.districts().is_reused("500109"));
}

#[test]
fn an_industry_code_is_as_exact_as_it_is_long() {
    let catalog = catalog();
    let class = catalog.industry("0111").unwrap();
    assert_eq!(class.name(Lang::Zh), "稻谷种植");
    assert_eq!(class.name(Lang::En), "Crop farming");
    assert_eq!(class.section.code, "A");
    assert_eq!(catalog.industry("54").unwrap().name(Lang::En), "Road transport");
    assert_eq!(catalog.industry("C").unwrap().name(Lang::Zh), "制造业");
    assert!(catalog.industry("701").unwrap().class.is_none());
    for unknown in ["0199", "98", "999", "0", "稻谷", ""] {
        assert_eq!(catalog.industry(unknown), None, "{unknown}");
    }
}

#[test]
fn the_classification_is_complete() {
    let catalog = catalog();
    let industries = catalog.industries();
    let counts = (industries.sections().len(), industries.divisions().len(), industries.classes().len());
    assert_eq!(counts, (20, 97, 1380));
    assert!(industries.divisions().all(|division| !division.name_en.is_empty()));
}
