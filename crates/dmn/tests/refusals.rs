//! A file that does not check is refused when loaded, with line and reason.

use jq_dmn::Model;

/// A model with one table: inputs `Sales` and `Grade`, and what is given here.
fn file(attributes: &str, outputs: &str, rules: &str) -> String {
    format!(
        r##"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="m">
<inputData id="a" name="Sales"><variable name="Sales" typeRef="number"/></inputData>
<inputData id="b" name="Grade"><variable name="Grade" typeRef="string"/></inputData>
<decision id="d" name="Offer">
<informationRequirement><requiredInput href="#a"/></informationRequirement>
<informationRequirement><requiredInput href="#b"/></informationRequirement>
<decisionTable {attributes}>
<input><inputExpression typeRef="number"><text>Sales</text></inputExpression></input>
<input><inputExpression typeRef="string"><text>Grade</text></inputExpression><inputValues><text>"A", "B"</text></inputValues></input>
{outputs}
{rules}
</decisionTable>
</decision>
</definitions>"##
    )
}

fn rule(sales: &str, grade: &str, output: &str) -> String {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    format!(
        "<rule><inputEntry><text>{}</text></inputEntry>\n<inputEntry><text>{}</text></inputEntry>\n<outputEntry><text>{}</text></outputEntry></rule>",
        escape(sales),
        escape(grade),
        escape(output)
    )
}

fn refused(text: &str, line: usize, place: &str, reason: &str) {
    let problems = Model::load("m.dmn", text).expect_err(reason);
    let first = &problems[0];
    assert_eq!(first.file, "m.dmn");
    assert!(first.reason.contains(reason), "{first}");
    assert!(first.place.contains(place), "{first}");
    assert_eq!(first.line, line, "{first}");
}

#[test]
fn a_cell_that_is_not_understood_is_named_with_its_line() {
    let of = |sales: &str, grade: &str, output: &str| file("", "<output/>", &rule(sales, grade, output));
    assert!(Model::load("m.dmn", &of("< 5", "\"A\"", "1")).is_ok());
    refused(&of("< ", "-", "1"), 11, "Offer, rule 1, Sales", "something is missing");
    refused(&of("-", "< 5", "1"), 12, "Offer, rule 1, Grade", "a string cannot be compared with a number");
    refused(
        &of("-", "\"Z\"", "1"),
        12,
        "rule 1, Grade",
        "\"Z\" is not one of the values that the input allows",
    );
    refused(&of("\"A\"", "-", "1"), 11, "rule 1, Sales", "a string is never equal to a number");
    refused(&of("-", "-", "Sales * Profit"), 13, "rule 1", "called Profit");
    refused(&of("-", "-", "for x in [1] return x"), 13, "rule 1", "`for` is not supported");
    refused(
        &of("-", "-", "\n\nmatches(Grade, \"a\")"),
        15,
        "rule 1",
        "the function matches() is not supported",
    );
    refused(&of("[5..1]", "-", "1"), 11, "rule 1", "ends before it begins");
}

#[test]
fn a_table_that_does_not_fit_together_is_refused() {
    let cell =
        "<rule><inputEntry><text>-</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>";
    refused(
        &file("", "<output/>", cell),
        11,
        "Offer, rule 1",
        "1 input and 1 output entries for 2 inputs and 1 outputs",
    );
    refused(&file("hitPolicy='BEST'", "<output/>", ""), 7, "Offer", "no hit policy BEST");
    refused(
        &file("hitPolicy='PRIORITY'", "<output/>", &rule("-", "-", "1")),
        7,
        "Offer",
        "list of output values",
    );
    refused(&file("", "", ""), 7, "Offer", "no output");
    refused(&file("", "<output/><output name='b'/>", ""), 10, "Offer", "needs a name");
    refused(
        &file("hitPolicy='COLLECT' aggregation='SUM'", "<output name='a'/><output name='b'/>", ""),
        7,
        "Offer",
        "exactly one output",
    );
    let listed = "<output typeRef='string'><outputValues><text>\"x\"</text></outputValues></output>";
    refused(&file("", listed, &rule("-", "-", "\"y\"")), 13, "rule 1", "\"y\" is not one of the values");
    refused(&file("", listed, &rule("-", "-", "5")), 13, "rule 1", "the output is a string, not a number");
    let unknown = "<output typeRef='tMoney'/>";
    refused(&file("", unknown, &rule("-", "-", "5")), 10, "output", "there is no type tMoney");
}

#[test]
fn what_dmn_has_beyond_tables_is_refused_by_name() {
    let of = |inner: &str| {
        format!(
            "<definitions xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/' name='m'>\n{inner}\n</definitions>"
        )
    };
    refused(&of("<import name='other'/>"), 2, "other", "<import> is not supported");
    refused(&of("<businessKnowledgeModel name='k'/>"), 2, "k", "<businessKnowledgeModel> is not supported");
    refused(&of("<decision id='d' name='D'><context/></decision>"), 2, "D", "<context> is not supported");
    refused(&of("<decision id='d' name='D'></decision>"), 2, "D", "neither a table nor an expression");
    refused(&of(""), 1, "definitions", "no decision");
    let circle = "<decision id='d' name='D'><informationRequirement><requiredDecision href='#d'/></informationRequirement><literalExpression><text>1</text></literalExpression></decision>";
    refused(&of(circle), 2, "D", "requires itself");
    let language = "<decision id='d' name='D'><literalExpression expressionLanguage='juel'><text>1</text></literalExpression></decision>";
    refused(&of(language), 2, "literalExpression", "juel are not supported");
    let twice = "<inputData id='a' name='A'/>\n<inputData id='b' name='A'/>\n<decision id='d' name='D'><literalExpression><text>1</text></literalExpression></decision>";
    refused(&of(twice), 3, "A", "line 2 has this name already");
    let typed = "<decision id='d' name='D'><variable name='D' typeRef='string'/><literalExpression><text>1</text></literalExpression></decision>";
    refused(&of(typed), 2, "D", "said to be a string, but gives a number");
    let itself = "<itemDefinition name='t'><typeRef>t</typeRef></itemDefinition><decision id='d' name='D'><literalExpression><text>1</text></literalExpression></decision>";
    refused(&of(itself), 2, "t", "defined by itself");
}

#[test]
fn what_is_no_dmn_is_refused() {
    refused("", 1, "file", "ends before");
    refused("<definitions xmlns='urn:other'/>", 1, "file", "another namespace");
    refused(
        "<bpmn xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/'/>",
        1,
        "bpmn",
        "begins with <definitions>",
    );
    refused("<!DOCTYPE x [<!ENTITY a 'b'>]><x/>", 1, "file", "document type");
}

#[test]
fn all_problems_of_a_file_are_told_together() {
    let rules = (0..200).map(|_| rule("oops", "-", "1")).collect::<String>();
    let problems = Model::load("m.dmn", &file("", "<output/>", &rules)).unwrap_err();
    assert_eq!(problems.len(), 50);
}
