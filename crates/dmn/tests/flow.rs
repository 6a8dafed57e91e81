//! A bank's table becomes the table of a flow, or is refused with rule and reason.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jq_dmn::Model;
use jq_dmn::flow::{Mapping, Words, to_flow_table};

/// A table over sales, tax grade and whether staff are insured.
fn file(attributes: &str, outputs: &[&str], rules: &[(&[&str], &[&str])]) -> String {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    let mut text = format!(
        r##"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="m">
<inputData id="a" name="tax_sales_12m"><variable name="tax_sales_12m" typeRef="number"/></inputData>
<inputData id="b" name="Tax grade"><variable name="Tax grade" typeRef="string"/></inputData>
<inputData id="c" name="has_insured_staff"><variable name="has_insured_staff" typeRef="boolean"/></inputData>
<decision id="d" name="Offer">
<informationRequirement><requiredInput href="#a"/></informationRequirement>
<informationRequirement><requiredInput href="#b"/></informationRequirement>
<informationRequirement><requiredInput href="#c"/></informationRequirement>
<decisionTable {attributes}>
<input><inputExpression typeRef="number"><text>tax_sales_12m</text></inputExpression></input>
<input><inputExpression typeRef="string"><text>Tax grade</text></inputExpression></input>
<input><inputExpression typeRef="boolean"><text>has_insured_staff</text></inputExpression></input>
"##
    );
    for output in outputs {
        text += output;
        text.push('\n');
    }
    for (tests, given) in rules {
        text += "<rule>";
        for cell in *tests {
            let _ = write!(text, "<inputEntry><text>{}</text></inputEntry>", escape(cell));
        }
        for cell in *given {
            let _ = write!(text, "<outputEntry><text>{}</text></outputEntry>", escape(cell));
        }
        text += "</rule>\n";
    }
    text + "</decisionTable></decision></definitions>"
}

fn mapping() -> Mapping {
    let grades = [("A", 4.0), ("B", 3.0), ("M", 2.5), ("C", 2.0), ("D", 1.0)];
    let words = |zh: &str, en: &str| Words { zh: zh.to_owned(), en: en.to_owned() };
    Mapping {
        feature: BTreeMap::from([("Tax grade".to_owned(), "tax_grade_latest".to_owned())]),
        category: BTreeMap::from([(
            "tax_grade_latest".to_owned(),
            grades.iter().map(|(word, number)| ((*word).to_owned(), *number)).collect(),
        )]),
        outcome: BTreeMap::from([("lend".to_owned(), "can".to_owned())]),
        reason: BTreeMap::from([
            ("R05".to_owned(), words("纳税信用等级不符合要求。", "The tax credit grade does not qualify.")),
            ("R08".to_owned(), words("经营规模较小。", "The business is too small.")),
        ]),
        ..Mapping::default()
    }
}

const OUTPUTS: [&str; 5] = [
    "<output name='outcome' typeRef='string'/>",
    "<output name='limit' typeRef='number'/>",
    "<output name='bp_low' typeRef='number'/>",
    "<output name='bp_high' typeRef='number'/>",
    "<output name='reason' typeRef='string'/>",
];

fn made(attributes: &str, rules: &[(&[&str], &[&str])], mapping: &Mapping) -> Result<String, Vec<String>> {
    let model = Model::load("offer.dmn", &file(attributes, &OUTPUTS, rules))
        .unwrap_or_else(|problems| panic!("{problems:?}"));
    to_flow_table(&model, mapping).map_err(|problems| problems.iter().map(ToString::to_string).collect())
}

#[test]
fn a_first_table_is_taken_row_by_row() {
    let text = made(
        "hitPolicy='FIRST'",
        &[
            (&["-", "\"D\"", "-"], &["\"cannot\"", "null", "null", "null", "\"R05\""]),
            (
                &["[500000..5000000)", "not(\"C\", null)", "true"],
                &["\"lend\"", "0.15 * tax_sales_12m", "20", "60", "null"],
            ),
            (&[">= 5000000", "\"A\", \"B\"", "-"], &["\"lend\"", "500000", "0", "40", "null"]),
        ],
        &mapping(),
    )
    .unwrap();
    let expected = r#"[[derive]]
name = "dmn_one"
formula = "1"

# From the decision Offer.
[table]
hit = "first"

[[table.row]]
id = "D001"
when = [{ feature = "tax_grade_latest", op = "eq", value = 1.0 }]
outcome = "cannot"
reason = { code = "R05", zh = "纳税信用等级不符合要求。", en = "The tax credit grade does not qualify." }

[[table.row]]
id = "D002"
when = [{ feature = "tax_sales_12m", op = "ge", value = 500000.0 }, { feature = "tax_sales_12m", op = "lt", value = 5000000.0 }, { feature = "tax_grade_latest", op = "ne", value = 2.0, or_missing = true }, { feature = "tax_grade_latest", op = "present" }, { feature = "has_insured_staff", op = "eq", value = 1.0 }]
outcome = "can"
combine = "min"
limit = [{ feature = "tax_sales_12m", factor = 0.15 }]
bp_low = 20
bp_high = 60

[[table.row]]
id = "D003.1"
when = [{ feature = "tax_sales_12m", op = "ge", value = 5000000.0 }, { feature = "tax_grade_latest", op = "eq", value = 4.0 }]
outcome = "can"
combine = "min"
limit = [{ feature = "dmn_one", factor = 500000.0 }]
bp_low = 0
bp_high = 40

[[table.row]]
id = "D003.2"
when = [{ feature = "tax_sales_12m", op = "ge", value = 5000000.0 }, { feature = "tax_grade_latest", op = "eq", value = 3.0 }]
outcome = "can"
combine = "min"
limit = [{ feature = "dmn_one", factor = 500000.0 }]
bp_low = 0
bp_high = 40

[[table.row]]
id = "D999_otherwise"
outcome = "not_enough_data"
"#;
    assert_eq!(text, expected);
}

#[test]
fn a_limit_of_several_terms_is_unknown_when_one_of_them_is() {
    let text = made(
        "hitPolicy='FIRST'",
        &[(&["-", "-", "-"], &["\"can\"", "min(0.1 * tax_sales_12m, 300000)", "0", "0", "null"])],
        &mapping(),
    )
    .unwrap();
    assert!(
        text.contains("limit = [{ feature = \"tax_sales_12m\", factor = 0.1, up_to = 300000.0 }]"),
        "{text}"
    );
    let text = made(
        "hitPolicy='FIRST'",
        &[(&["-", "-", "-"], &["\"can\"", "0.1 * tax_sales_12m + 1000", "0", "0", "null"])],
        &mapping(),
    )
    .unwrap();
    let guard = "id = \"D001_without_tax_sales_12m\"\nwhen = [{ feature = \"tax_sales_12m\", op = \"missing\" }]\noutcome = \"not_enough_data\"";
    assert!(text.contains(guard), "{text}");
    assert!(text.contains("combine = \"sum\""), "{text}");
}

#[test]
fn the_highest_output_of_a_priority_table_comes_first() {
    let listed = "<output name='outcome' typeRef='string'><outputValues><text>\"cannot\", \"can\"</text></outputValues></output>";
    let outputs = [listed, OUTPUTS[1], OUTPUTS[4]];
    let rules: [(&[&str], &[&str]); 2] = [
        (&["> 10", "-", "-"], &["\"can\"", "5000", "null"]),
        (&["> 20", "-", "-"], &["\"cannot\"", "null", "\"R08\""]),
    ];
    let model = Model::load("m.dmn", &file("hitPolicy='PRIORITY'", &outputs, &rules)).unwrap();
    let text = to_flow_table(&model, &mapping()).unwrap();
    let (first, second) = (text.find("id = \"D002\"").unwrap(), text.find("id = \"D001\"").unwrap());
    assert!(first < second, "{text}");
}

#[test]
fn what_a_flow_cannot_say_is_refused_with_its_rule() {
    let refused = |attributes: &str, rules: &[(&[&str], &[&str])], reason: &str| {
        let problems = made(attributes, rules, &mapping()).unwrap_err();
        assert!(problems[0].contains(reason), "{problems:?}");
    };
    let can: &[&str] = &["\"can\"", "1000", "0", "0", "null"];
    let cannot: &[&str] = &["\"cannot\"", "null", "null", "null", "\"R08\""];
    refused(
        "",
        &[(&["< 10", "-", "-"], can), (&["-", "\"A\"", "-"], cannot)],
        "offer.dmn:19: Offer, rule 2: rules 1 and 2 may hold together",
    );
    refused(
        "hitPolicy='FIRST'",
        &[(&["< 10", "-", "-"], can), (&["[1..5], 7", "\"A\"", "-"], cannot)],
        "Offer, rule 2: the rule is never reached: row D001",
    );
    refused("hitPolicy='RULE ORDER'", &[(&["-", "-", "-"], can)], "collect = true");
    refused("hitPolicy='FIRST'", &[(&["? * 2 > 3", "-", "-"], can)], "Offer, rule 1: a condition with `?`");
    refused("hitPolicy='FIRST'", &[(&["-", "\"E\"", "-"], can)], "gives no number for \"E\"");
    refused(
        "hitPolicy='FIRST'",
        &[(&["-", "-", "-"], &["\"can\"", "null", "0", "0", "null"])],
        "needs a limit",
    );
    refused(
        "hitPolicy='FIRST'",
        &[(&["-", "-", "-"], &["\"can\"", "tax_sales_12m * tax_sales_12m", "0", "0", "null"])],
        "a limit is a figure",
    );
    refused("hitPolicy='FIRST'", &[(&["-", "-", "-"], &["\"can\"", "-5", "0", "0", "null"])], "above zero");
    refused(
        "hitPolicy='FIRST'",
        &[(&["-", "-", "-"], &["\"perhaps\"", "1", "0", "0", "null"])],
        "perhaps is no outcome",
    );
    refused(
        "hitPolicy='FIRST'",
        &[(&["-", "-", "-"], &["\"cannot\"", "null", "0", "0", "null"])],
        "needs a reason",
    );
    refused(
        "hitPolicy='FIRST'",
        &[(&["-", "-", "-"], &["\"cannot\"", "null", "0", "0", "\"R99\""])],
        "R99 is no refusal code",
    );
    refused(
        "hitPolicy='FIRST'",
        &[(&["-", "-", "-"], &["\"cannot\"", "null", "0", "0", "\"R02\""])],
        "words for R02 are missing",
    );
    refused(
        "hitPolicy='FIRST'",
        &[(&["-", "-", "-"], &["\"can\"", "1", "9", "5", "null"])],
        "bp_low is above bp_high",
    );
    let outputs = [OUTPUTS[0], "<output name='rate' typeRef='number'/>"];
    let rules: [(&[&str], &[&str]); 1] = [(&["-", "-", "-"], &["\"can\"", "3.65"])];
    let model = Model::load("m.dmn", &file("hitPolicy='FIRST'", &outputs, &rules)).unwrap();
    let problems = to_flow_table(&model, &mapping()).unwrap_err();
    assert!(problems[0].reason.contains("no place for the output rate"), "{problems:?}");
}
