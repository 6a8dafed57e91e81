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
