//! A data folder adds and replaces content, and every mistake in it is named by file and field.

use std::fs;
use std::path::PathBuf;

use jq_catalog::{Catalog, CatalogError, FieldKind};

const EXAMPLE: &str = include_str!("../../../catalog/examples/sba_loan.toml");

/// A data folder of its own for one test, taken away when the test ends.
struct DataFolder {
    path: PathBuf,
}

impl DataFolder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("jq-catalog-{}-{name}", std::process::id()));
        fs::create_dir_all(path.join("catalog/items")).expect("the folder can be made");
        fs::create_dir_all(path.join("catalog/codes")).expect("the folder can be made");
        Self { path }
    }

    fn with(self, file: &str, text: &str) -> Self {
        fs::write(self.path.join("catalog").join(file), text).expect("the file can be written");
        self
    }

    fn mapping(self, unit: &str, item: &str, text: &str) -> Self {
        fs::create_dir_all(self.path.join("catalog/mappings").join(unit)).expect("the folder can be made");
        self.with(&format!("mappings/{unit}/{item}.toml"), text)
    }

    fn load(&self) -> Result<Catalog, CatalogError> {
        Catalog::load(&[&self.path])
    }
}

impl Drop for DataFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Loads the example item with one text replaced and returns the problems as lines.
#[track_caller]
fn problems(name: &str, from: &str, to: &str) -> Vec<String> {
    assert!(EXAMPLE.contains(from), "the example has no `{from}`");
    let folder = DataFolder::new(name).with("items/57_sba_loan.toml", &EXAMPLE.replacen(from, to, 1));
    let error = folder.load().expect_err("the content is wrong");
    error.problems().iter().map(ToString::to_string).collect()
}

#[test]
fn item_57_is_one_file_in_the_data_folder() {
    let catalog = DataFolder::new("item-57").with("items/57_sba_loan.toml", EXAMPLE).load().unwrap();
    let item = catalog.item("sba_loan").unwrap();
    assert_eq!((catalog.items().len(), item.no), (57, 57));
    assert_eq!(item.field("target").unwrap().kind, FieldKind::Bool);
    assert_eq!(item.field("sba_appv").unwrap().unit_en.as_deref(), Some("USD"));
    assert_eq!(catalog.unit("sba").unwrap().name_en, "US Small Business Administration");
}

#[test]
fn stray_marks_of_the_loan_data_are_not_codes() {
    let catalog = DataFolder::new("stray").with("items/57_sba_loan.toml", EXAMPLE).load().unwrap();
    let item = catalog.item("sba_loan").unwrap();
    for name in ["rev_line_cr", "low_doc"] {
        let field = item.field(name).unwrap();
        let list = catalog.field_codes(field).unwrap();
        assert!(field.optional, "a blank is a missing value");
        assert!(["Y", "N", "0"].iter().all(|code| list.contains(code)));
        assert!(["T", "`", "C", "R", "S", "A", "1", ","].iter().all(|code| !list.contains(code)));
    }
}

#[test]
fn the_example_is_not_in_use_by_itself() {
    let catalog = Catalog::embedded().unwrap();
    assert!(catalog.item("sba_loan").is_none());
    assert!(catalog.unit("sba").is_none());
}

#[test]
fn an_empty_data_folder_changes_nothing() {
    let missing = std::env::temp_dir().join("jq-catalog-there-is-no-such-folder");
    let catalog = Catalog::load(&[&missing]).unwrap();
    assert_eq!(catalog.version(), Catalog::embedded().unwrap().version());
}

#[test]
fn a_code_list_of_the_data_folder_replaces_the_built_in_one() {
    let list = "id = \"severity\"\nname_zh = \"失信程度\"\nname_en = \"Severity\"\n\n\
                [[code]]\nvalue = \"minor\"\nzh = \"轻微\"\nen = \"minor\"\n";
    let catalog = DataFolder::new("severity").with("codes/own.toml", list).load().unwrap();
    assert_eq!(catalog.codes("severity").unwrap().codes.len(), 1);
    assert_ne!(catalog.version(), Catalog::embedded().unwrap().version());
}

#[test]
fn a_wrong_name_is_reported_with_its_file_and_field() {
    let file = "items/57_sba_loan.toml";
    let cases = [
        ("codes = \"sba_state\"", "codes = \"states\"", "fields.state: code list `states` is not in codes/"),
        ("key = \"row_id\"", "key = \"row_no\"", "key: `row_no` is not a field of the item"),
        ("fields = [\"row_id\"]", "fields = [\"loan\"]", "subject.fields: `loan` is not a field of the item"),
        ("source_unit = \"sba\"", "source_unit = \"irs\"", "source_unit: unit `irs` is not in units.toml"),
        ("category = \"L3\"", "category = \"L9\"", "category: `L9` is not in categories.toml"),
        ("layer = \"local\"", "layer = \"national\"", "layer: differs from that of the category"),
        ("level = 1", "level = 6", "level: must be 1 to 5"),
        ("no = 57", "no = 13", "no: 13 is also the number of `tax_filing`"),
        ("dated_by = \"approval_date\"", "dated_by = \"bank\"", "dated_by: `bank` is not a date"),
        ("limit_field = \"gr_appv\"", "limit_field = \"bank\"", "compares two figures of the same kind"),
        ("id = \"sba_loan.guaranteed_part\"", "id = \"part\"", "the rule id must start with the item's id"),
        ("name = \"bank\"", "name = \"state\"", "fields.state: stands twice"),
        ("kind = \"bool\"", "kind = \"idhash\"", "an identity hash needs level 4"),
        ("id = \"sba\"\n", "id = \"sw\"\n", "id: `sw` is also in units.toml"),
        ("kind = \"bool\"", "kind = \"boolean\"", "unknown variant `boolean`"),
        ("[subject]", "[subjects]", "unknown field `subjects`"),
    ];
    for (index, (from, to, expected)) in cases.into_iter().enumerate() {
        let found = problems(&format!("wrong-{index}"), from, to);
        let named = found.iter().any(|line| line.starts_with(file) && line.contains(expected));
        assert!(named, "{from} -> {to}: {found:#?}");
    }
}

#[test]
fn two_files_with_one_id_are_a_mistake() {
    let folder = DataFolder::new("twice").with("items/57_a.toml", EXAMPLE).with("items/57_b.toml", EXAMPLE);
    let error = folder.load().expect_err("one id, two files");
    assert!(
        error.to_string().contains("items/57_b.toml: id: `sba_loan` is also in items/57_a.toml"),
        "{error}"
    );
}

#[test]
fn a_broken_file_names_its_line() {
    let folder = DataFolder::new("broken").with("units.toml", "[[unit]]\nid = \"x\"\nname_zh = \n");
    let error = folder.load().expect_err("not TOML");
    assert!(error.to_string().contains("units.toml: line 3"), "{error}");
}

const MAPPING: &str = include_str!("../../../catalog/mappings/power/power_bill.toml");

#[test]
fn a_units_mapping_says_what_its_columns_codes_and_dates_mean() {
    let catalog = Catalog::embedded().unwrap();
    let mapping = catalog.mapping("power", "power_bill").unwrap();
    assert_eq!(mapping.columns["month"], "电费年月");
    assert_eq!(mapping.codes["tariff_kind"]["101"], "large_industry");
    let own = mapping.own_columns();
    assert!(mapping.fits(&own), "in whatever order");
    assert!(mapping.fits(&own[..own.len() - 3]), "what is of no use may be left out");
    assert!(!mapping.fits(&own[1..]), "what is needed may not");
    assert!(!mapping.fits(&[own.clone(), vec!["新列"]].concat()));
    assert!(catalog.mapping("power", "water_bill").is_none());
}

#[test]
fn a_mapping_of_the_data_folder_is_laid_over_the_built_in_one() {
    let text = MAPPING.replace("\"101\" = ", "\"大工业\" = ");
    let catalog = DataFolder::new("own-mapping").mapping("power", "power_bill", &text).load().unwrap();
    let codes = &catalog.mapping("power", "power_bill").unwrap().codes["tariff_kind"];
    assert!(codes.contains_key("大工业") && !codes.contains_key("101"));
    assert_ne!(catalog.version(), Catalog::embedded().unwrap().version());
}

#[test]
fn a_wrong_mapping_is_reported_with_its_file_and_key() {
    let file = "mappings/power/power_bill.toml";
    let cases = [
        (
            "month = \"电费年月\"",
            "mnth = \"电费年月\"",
            "columns.mnth: `mnth` is not a column of `power_bill`",
        ),
        ("month = \"电费年月\"", "", "columns: `month` is neither here nor a constant"),
        ("supplier = \"国网", "amount = \"国网", "constants.amount: is a column of the file as well"),
        (
            "\"101\" = \"large_industry\"",
            "\"101\" = \"large\"",
            "codes.tariff_kind.101: `large` is not a code of `tariff_kind`",
        ),
        (
            "\"停电\" = \"1\"",
            "\"停电\" = \"yes\"",
            "codes.power_cut.停电: `yes` is not a code of `power_cut`",
        ),
        ("\"作废\" = \"withdraw\"", "\"作废\" = \"delete\"", "codes.op.作废: `delete` is not a code of `op`"),
        ("[codes.illegal_use]", "[codes.amount]", "codes.amount: has no codes"),
        ("due_date = [\"yyyy/MM/dd\"", "due_date = [\"yy/MM/dd\"", "dates.due_date: `y` in `yy/MM/dd`"),
        ("due_date = [\"yyyy/MM/dd\"", "due_date = [\"yyyyMM\"", "dates.due_date: a shape without a day"),
        ("month = [\"yyyyMM\"", "usage_kwh = [\"yyyyMM\"", "dates.usage_kwh: is not a date"),
        ("uscc = \"信用代码\"", "uscc = \" 信用代码\"", "columns.uscc: the own name is empty or has blanks"),
        ("uscc = \"信用代码\"", "uscc = \"备注\"", "columns.uscc: `备注` is to be ignored as well"),
        ("[columns]", "[column]", "unknown field `column`"),
    ];
    for (index, (from, to, expected)) in cases.into_iter().enumerate() {
        assert!(MAPPING.contains(from), "the mapping has no `{from}`");
        let folder = DataFolder::new(&format!("mapping-{index}"));
        let text = MAPPING.replacen(from, to, 1);
        let error = folder.mapping("power", "power_bill", &text).load().expect_err("the mapping is wrong");
        let found: Vec<String> = error.problems().iter().map(ToString::to_string).collect();
        let named = found.iter().any(|line| line.starts_with(file) && line.contains(expected));
        assert!(named, "{from} -> {to}: {found:#?}");
    }
}

#[test]
fn a_mapping_stands_under_the_unit_that_delivers_the_item() {
    for (unit, item, expected) in [
        ("irs", "power_bill", "mappings/irs/power_bill.toml: unit: unit `irs` is not in units.toml"),
        (
            "power",
            "light_bill",
            "mappings/power/light_bill.toml: item: the catalogue has no item `light_bill`",
        ),
        ("water", "power_bill", "mappings/water/power_bill.toml: unit: `power_bill` is delivered by `power`"),
    ] {
        let folder = DataFolder::new(&format!("mapping-of-{unit}-{item}")).mapping(unit, item, MAPPING);
        let error = folder.load().expect_err("it stands in the wrong place");
        assert_eq!(error.problems().iter().map(ToString::to_string).collect::<Vec<_>>(), [expected]);
    }
}
