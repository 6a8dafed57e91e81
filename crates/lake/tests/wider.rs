//! An item's field that becomes wider: what was delivered before is read as before, by us and in the table's log.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod house;

use house::{FIRM, House, OTHER, PAID, deliver, permit, push};
use jq_base::table::ColumnKind;
use jq_lake::{Cell, Lake, LakeError, Value};

const AS_INT: (&str, ColumnKind) = ("units", ColumnKind::Int);
const AS_DECIMAL: (&str, ColumnKind) = ("units", ColumnKind::Decimal);

/// Bills that tell their units as whole numbers: two compacted, one later version, one more that arrived.
async fn counted(name: &str) -> House {
    let house = House::new(name);
    let lake = house.reopened(&[AS_INT]);
    let batches = [
        ("2026-03-01", vec![(FIRM, "a", 1, 7), (OTHER, "b", 1, 8)]),
        ("2026-03-02", vec![(FIRM, "a", 2, 9)]),
        ("2026-03-03", vec![(FIRM, "c", 1, 10)]),
    ];
    for (batch, bills) in batches {
        let mut rows = lake.rows("bill").unwrap();
        for (subject, key, version, units) in bills {
            push(&mut rows, batch, (subject, key, version, PAID, 1), &[Cell::Int(units)]);
        }
        deliver(&lake, batch, rows).await;
        if batch == "2026-03-02" {
            lake.compact("bill").await.unwrap();
        }
    }
    house
}

/// Key and units of all current records.
async fn units(lake: &Lake) -> Vec<(String, String)> {
    let rows = lake.sql("select natural_key, units from bill order by 1").await.unwrap();
    let text = |row: &jq_lake::Row, column: usize| row.at(column).unwrap().to_text();
    rows.iter().map(|row| (text(row, 0), text(row, 1))).collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(key, units)| ((*key).to_owned(), (*units).to_owned())).collect()
}

/// The type of a column by the newest description in the table's log.
fn logged(house: &House, column: &str) -> String {
    let log = house.folder.join("bill/_delta_log");
    let mut commits: Vec<_> = std::fs::read_dir(log).unwrap().flatten().map(|entry| entry.path()).collect();
    commits.retain(|path| path.extension().is_some_and(|end| end == "json"));
    commits.sort();
    let texts = commits.into_iter().map(|path| std::fs::read_to_string(path).unwrap());
    let lines: Vec<String> =
        texts.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>()).collect();
    let actions = lines.iter().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let mut schemas =
        actions.filter_map(|action| Some(action["metaData"]["schemaString"].as_str()?.to_owned()));
    let newest: serde_json::Value = serde_json::from_str(&schemas.next_back().unwrap()).unwrap();
    let fields = newest["fields"].as_array().unwrap().iter();
    let field = fields.clone().find(|field| field["name"] == column).unwrap();
    field["type"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_wider_field_reads_old_records_before_they_are_rewritten_and_afterwards() {
    let house = counted("wider").await;
    let wider = house.reopened(&[AS_DECIMAL]);
    for step in ["not rewritten", "rewritten"] {
        assert_eq!(units(&wider).await, pairs(&[("a", "9"), ("b", "8"), ("c", "10")]), "{step}");
        let own = wider.read_subject(&permit(FIRM), "bill").await.unwrap();
        let decimals = own.iter().filter(|row| matches!(row.get("units"), Some(Value::Decimal { .. })));
        assert_eq!(decimals.count(), 2, "{step}");
        let history = wider.history("bill", "a").await.unwrap();
        let told: Vec<_> = history.iter().map(|row| row.get("units").unwrap().to_text()).collect();
        assert_eq!(told, ["7", "9"], "{step}");
        let one = wider.session(jq_lake::Scope::Subjects(vec![permit(OTHER).subject().clone()]));
        let half = one.sql("select natural_key from bill where units > 7.5").await.unwrap();
        assert_eq!(half.len(), 1, "{step}");
        assert_eq!(wider.burden("bill").await.unwrap().is_narrow, step == "not rewritten");
        wider.compact("bill").await.unwrap();
    }
    assert_eq!(logged(&house, "units"), "decimal(18,4)");
}

#[tokio::test]
async fn a_delivery_to_a_wider_field_rewrites_the_table_first() {
    let house = counted("delivered").await;
    let wider = house.reopened(&[AS_DECIMAL, ("note", ColumnKind::Text)]);
    let mut rows = wider.rows("bill").unwrap();
    let more = [Cell::Scaled(25_000), Cell::Text("half a unit")];
    push(&mut rows, "2026-03-04", (OTHER, "d", 1, PAID, 1), &more);
    deliver(&wider, "2026-03-04", rows).await;
    assert_eq!(logged(&house, "units"), "decimal(18,4)");
    assert_eq!(logged(&house, "note"), "string");
    let all = pairs(&[("a", "9"), ("b", "8"), ("c", "10"), ("d", "2.5")]);
    assert_eq!(units(&wider).await, all);
    assert!(!wider.burden("bill").await.unwrap().is_narrow);
    let later = house.reopened(&[AS_DECIMAL, ("note", ColumnKind::Text)]);
    assert_eq!(units(&later).await, all, "who opens the table later reads the same");
    assert_eq!(later.history("bill", "a").await.unwrap().len(), 2);
}

#[tokio::test]
async fn whoever_had_the_table_open_goes_on_when_another_one_widens_it() {
    let house = counted("open").await;
    let (reader, other) = (house.reopened(&[AS_DECIMAL]), house.reopened(&[AS_DECIMAL]));
    let before = units(&reader).await;
    other.compact("bill").await.unwrap();
    assert_eq!(units(&reader).await, before);
    assert!(!reader.burden("bill").await.unwrap().is_narrow);
}

#[tokio::test]
async fn a_whole_number_becomes_a_text() {
    let house = counted("text").await;
    let wider = house.reopened(&[("units", ColumnKind::Text)]);
    wider.compact("bill").await.unwrap();
    let own = wider.read_subject(&permit(FIRM), "bill").await.unwrap();
    let mut told: Vec<_> = own.iter().filter_map(|row| row.text("units")).collect();
    told.sort();
    assert_eq!(told, ["10", "9"]);
}

#[tokio::test]
async fn a_narrower_field_is_refused_by_item_and_name() {
    let house = counted("narrower").await;
    house.reopened(&[AS_DECIMAL]).compact("bill").await.unwrap();
    let narrower = house.reopened(&[AS_INT]);
    let refused = narrower.status().await.unwrap_err();
    assert!(matches!(refused, LakeError::Narrower { .. }), "{refused}");
    let said = refused.to_string();
    assert!(said.contains("bill") && said.contains("units") && said.contains("decimal(18,4)"), "{said}");
    let refused = narrower.write_lock("bill").await.err().map(|error| error.to_string());
    assert_eq!(refused, Some(said), "nothing is delivered to it either");
}

#[tokio::test]
async fn a_field_that_is_gone_is_refused_by_item_and_name() {
    let house = counted("gone").await;
    let refused = house.reopened(&[]).status().await.unwrap_err();
    assert!(
        matches!(&refused, LakeError::ColumnGone { table, column } if table == "bill" && column == "units")
    );
}

#[tokio::test]
async fn a_value_that_does_not_fit_the_wider_field_stays_as_it_is() {
    let house = counted("large").await;
    let lake = house.reopened(&[AS_INT]);
    let mut rows = lake.rows("bill").unwrap();
    push(&mut rows, "2026-03-04", (OTHER, "large", 1, PAID, 1), &[Cell::Int(1_000_000_000_000_000)]);
    deliver(&lake, "2026-03-04", rows).await;
    let wider = house.reopened(&[AS_DECIMAL]);
    let refused = wider.compact("bill").await.unwrap_err();
    assert!(matches!(refused, LakeError::DoesNotFit { .. }), "{refused}");
    assert!(wider.read_subject(&permit(OTHER), "bill").await.is_err(), "no value is left out silently");
    assert_eq!(logged(&house, "units"), "long");
    let again = house.reopened(&[AS_INT]);
    assert_eq!(units(&again).await.last(), pairs(&[("large", "1000000000000000")]).first());
}
