//! The embedded content is complete, agrees with the published list of items, and is fit for the lake.

use std::collections::{BTreeMap, BTreeSet};

use jq_base::lang::Lang;
use jq_catalog::{Access, Catalog, ENTERPRISES, ENVELOPE_COLUMNS, Field, FieldKind, Item, Mode};

fn catalog() -> Catalog {
    Catalog::embedded().unwrap_or_else(|error| panic!("{error}"))
}

/// The published list, one map per row.
fn published() -> Vec<BTreeMap<String, String>> {
    let text = include_str!("data/catalogue.csv");
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .map(|row| row.expect("the list is sound"))
        .collect()
}

#[test]
fn every_item_agrees_with_its_row_of_the_published_list() {
    let catalog = catalog();
    let rows = published();
    assert_eq!(catalog.items().len(), rows.len());
    for (item, row) in catalog.items().zip(&rows) {
        let expected = |column: &str| row[column].as_str();
        assert_eq!(item.id, expected("id"));
        assert_eq!(item.no.to_string(), expected("no"));
        assert_eq!(item.name_zh, expected("name_zh"));
        assert_eq!(item.category, expected("category_code"));
        assert_eq!(item.source_unit, expected("source_unit_id"));
        assert_eq!(mode(item.mode), expected("mode"), "{}", item.id);
        assert_eq!(item.access == Access::Public, expected("access") == "public", "{}", item.id);
        assert_eq!(item.level.to_string(), expected("sensitivity"), "{}", item.id);
        assert_eq!(item.retention, expected("retention"), "{}", item.id);
        assert_eq!(alternatives(&item.key_text()), alternatives(expected("natural_key")), "{}", item.id);
        assert_eq!(
            number(item.stock_per_enterprise),
            number(expected("stock_per_enterprise").parse().unwrap())
        );
        let published: Vec<&str> = expected("fields").split(';').collect();
        assert_eq!(item.fields.len(), published.len(), "{}", item.id);
        for (field, published) in item.fields.iter().zip(published) {
            let form = published_form(&catalog, field, published.contains('('));
            assert_eq!(form, published.replace("uscc|idhash", "idhash|uscc"), "{}", item.id);
        }
    }
}

#[test]
fn units_and_categories_are_named_as_in_the_published_list() {
    let catalog = catalog();
    for row in published() {
        let unit = catalog.unit(&row["source_unit_id"]).unwrap();
        assert_eq!((&unit.name_zh, &unit.name_en), (&row["source_unit_zh"], &row["source_unit_en"]));
        let category = catalog.category(&row["category_code"]).unwrap();
        assert_eq!(category.name_zh, row["category_zh"]);
        assert_eq!(category.name_en.to_lowercase(), row["category_en"].to_lowercase());
    }
}

fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Physical => "physical",
        Mode::Interface => "interface",
        Mode::Both => "interface+physical",
    }
}

fn number(value: f64) -> String {
    format!("{value:.3}")
}

/// Key parts with their alternatives in alphabetical order: the list does not say which is tried first.
fn alternatives(key: &str) -> Vec<BTreeSet<&str>> {
    key.split('+').map(|part| part.split('|').collect()).collect()
}

/// A field as the published list writes it, with the values of its code list where they are spelt out there.
fn published_form(catalog: &Catalog, field: &Field, spelt_out: bool) -> String {
    let kind = match field.kind {
        FieldKind::Uscc => "uscc".to_owned(),
        FieldKind::IdHash => "idhash".to_owned(),
        FieldKind::UsccOrIdHash => "idhash|uscc".to_owned(),
        FieldKind::Str => "str".to_owned(),
        FieldKind::Int => "int".to_owned(),
        FieldKind::Dec => "dec".to_owned(),
        FieldKind::Money => "money".to_owned(),
        FieldKind::Ratio => "ratio".to_owned(),
        FieldKind::Bool => "bool".to_owned(),
        FieldKind::Date => "date".to_owned(),
        FieldKind::Month => "month".to_owned(),
        FieldKind::Quarter => "quarter".to_owned(),
        FieldKind::QuarterOrYear => "quarter|year".to_owned(),
        FieldKind::Year => "year".to_owned(),
        FieldKind::Division => "div".to_owned(),
        FieldKind::Industry => "gbt4754".to_owned(),
        FieldKind::List => "list<str>".to_owned(),
        FieldKind::Enum if !spelt_out => "enum".to_owned(),
        FieldKind::Enum => {
            let list = catalog.field_codes(field).expect("an enum has a list");
            let values: Vec<&str> = list.codes.iter().map(|code| code.value.as_str()).collect();
            format!("enum({})", values.join(","))
        }
    };
    format!("{}:{kind}{}", field.name, if field.optional { "?" } else { "" })
}

#[test]
fn a_full_city_holds_more_than_two_hundred_million_records() {
    let coverage = catalog().coverage();
    assert_eq!(number(coverage.stock_per_enterprise), "198.120");
    assert_eq!(coverage.records(ENTERPRISES), 217_932_000);
    assert_eq!(format!("{:.1}", coverage.new_per_enterprise_year * 1.1), "67.1");
}

#[test]
fn the_catalogue_has_56_items_in_three_layers() {
    let catalog = catalog();
    let coverage = catalog.coverage();
    assert_eq!(coverage.items, 56);
    assert_eq!((coverage.national, coverage.local, coverage.agriculture), (37, 12, 7));
    assert_eq!((coverage.public, coverage.authorised), (35, 21));
    assert_eq!(coverage.by_level, [29, 10, 17, 0, 0]);
    let national = catalog.categories().filter(|category| category.id.starts_with('N')).count();
    assert_eq!((national, catalog.categories().len()), (14, 19));
    assert_eq!(catalog.units().len(), 24);
}

#[test]
fn identity_hashes_are_level_four_and_names_of_persons_level_three() {
    let catalog = catalog();
    let level = |item: &str, field: &str| {
        let item = catalog.item(item).unwrap();
        item.field_level(item.field(field).unwrap())
    };
    assert_eq!(level("ent_registration", "legal_rep_id_hash"), 4);
    assert_eq!(level("ent_registration", "legal_rep_name"), 3);
    assert_eq!(level("ent_key_person", "person_name"), 3);
    assert_eq!(level("ent_shareholder", "holder_key"), 4);
    assert_eq!(level("ent_registration", "name"), 1);
}

#[test]
fn every_code_list_is_used() {
    let catalog = catalog();
    let used: BTreeSet<&str> =
        catalog.items().flat_map(|item| &item.fields).filter_map(|field| field.codes.as_deref()).collect();
    let lists: BTreeSet<&str> = catalog.code_lists().map(|list| list.id.as_str()).collect();
    assert_eq!(used, lists);
}

#[test]
fn an_item_s_columns_never_cover_those_of_the_envelope() {
    for item in catalog().items() {
        let table = item.table();
        let names: BTreeSet<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names.len(), item.fields.len(), "{}", item.id);
        assert!(ENVELOPE_COLUMNS.iter().all(|column| !names.contains(column)), "{}", item.id);
    }
    let catalog = catalog();
    let licence = catalog.item("admin_license").unwrap();
    assert_eq!(licence.field("valid_to").unwrap().column_name(), "item_valid_to");
    assert_eq!(
        catalog.item("tax_filing").unwrap().field("sales_amount").unwrap().column_name(),
        "sales_amount_fen"
    );
}

#[test]
fn a_delivery_file_has_the_fields_then_the_act_and_its_time() {
    let catalog = catalog();
    let header = catalog.item("tax_arrears").unwrap().header();
    let expected =
        "uscc,tax_type,arrears_balance,new_arrears,notice_date,authority,cleared_on,op,source_updated_at";
    assert_eq!(header.join(","), expected);
}

#[test]
fn the_optional_part_of_an_alternative_key_is_tried_first() {
    let catalog = catalog();
    let key = |item: &str| catalog.item(item).map(Item::key_text).unwrap();
    assert_eq!(key("transport_operation"), "vehicle_no|permit_no");
    assert_eq!(key("agri_operator"), "uscc|operator_id");
}

#[test]
fn days_late_may_be_left_to_the_platform() {
    let catalog = catalog();
    let item = catalog.item("tax_filing").unwrap();
    assert!(item.may_be_empty(item.field("late_days").unwrap()));
    assert!(!item.may_be_empty(item.field("filing_date").unwrap()));
}

#[test]
fn a_land_transfer_is_about_both_sides() {
    let catalog = catalog();
    let item = catalog.item("land_transfer").unwrap();
    assert_eq!(item.subject.fields, ["transferee_key"]);
    assert_eq!(item.table().also_subjects, ["transferor_key"]);
}

#[test]
fn due_and_end_dates_may_lie_ahead_while_events_may_not() {
    let catalog = catalog();
    let past = |item: &str, field: &str| catalog.item(item).unwrap().field(field).unwrap().past;
    assert!(past("tax_filing", "filing_date"));
    assert!(past("admin_penalty", "decided_on"));
    assert!(past("water_bill", "month"));
    for (item, field) in [
        ("tax_filing", "filing_due"),
        ("ent_registration", "term_to"),
        ("project_filing", "planned_end"),
        ("case_filing", "hearing_on"),
        ("real_estate_mortgage", "to_date"),
    ] {
        assert!(!past(item, field), "{item}.{field}");
    }
}

#[test]
fn codes_speak_both_languages() {
    let catalog = catalog();
    let list = catalog.codes("tax_type").unwrap();
    assert_eq!(list.label("vat", Lang::Zh), "增值税");
    assert_eq!(list.label("vat", Lang::En), "value-added tax");
    assert_eq!(list.label("unheard_of", Lang::En), "unheard_of");
}
