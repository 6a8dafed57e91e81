//! What a DMN file says, before anything of it is checked: decisions, inputs, types, and tables as texts with lines.

use crate::problem::{Problem, Problems};
use crate::xml::{self, Element};

/// The namespaces of DMN 1.1 to 1.5.
const NAMESPACES: [&str; 6] = [
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20151101/dmn11.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
];
/// Rules of a table at most.
const RULES_MAX: usize = 100_000;
/// Inputs, and outputs, of a table at most.
const COLUMNS_MAX: usize = 256;

/// A text with the line on which it begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) line: usize,
}

#[derive(Debug, Default)]
pub(crate) struct Document {
    pub(crate) name: String,
    /// The program that wrote the file.
    pub(crate) exporter: String,
    pub(crate) items: Vec<ItemText>,
    pub(crate) inputs: Vec<InputText>,
    pub(crate) decisions: Vec<DecisionText>,
}

/// A type that the model defines.
#[derive(Debug)]
pub(crate) struct ItemText {
    pub(crate) name: String,
    pub(crate) line: usize,
    pub(crate) type_ref: Option<String>,
    pub(crate) collection: bool,
    pub(crate) allowed: Option<Cell>,
    pub(crate) components: Vec<ItemText>,
}

#[derive(Debug)]
pub(crate) struct InputText {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) line: usize,
    pub(crate) type_ref: Option<String>,
}

#[derive(Debug)]
pub(crate) struct DecisionText {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) line: usize,
    pub(crate) type_ref: Option<String>,
    /// What it requires, by id.
    pub(crate) requires: Vec<Cell>,
    pub(crate) logic: LogicText,
}

#[derive(Debug)]
pub(crate) enum LogicText {
    Literal(Cell),
    Table(TableText),
}

#[derive(Debug)]
pub(crate) struct TableText {
    pub(crate) line: usize,
    pub(crate) hit: HitText,
    pub(crate) inputs: Vec<InputClause>,
    pub(crate) outputs: Vec<OutputClause>,
    pub(crate) rules: Vec<RuleText>,
}

/// Hit policy and aggregation as written.
#[derive(Debug)]
pub(crate) struct HitText {
    pub(crate) policy: String,
    pub(crate) aggregation: Option<String>,
}

#[derive(Debug)]
pub(crate) struct InputClause {
    pub(crate) label: Option<String>,
    pub(crate) expression: Cell,
    pub(crate) type_ref: Option<String>,
    pub(crate) values: Option<Cell>,
}

#[derive(Debug)]
pub(crate) struct OutputClause {
    pub(crate) line: usize,
    pub(crate) name: Option<String>,
    pub(crate) label: Option<String>,
    pub(crate) type_ref: Option<String>,
    pub(crate) values: Option<Cell>,
    pub(crate) default: Option<Cell>,
}

#[derive(Debug)]
pub(crate) struct RuleText {
    pub(crate) line: usize,
    pub(crate) tests: Vec<Cell>,
    pub(crate) outputs: Vec<Cell>,
}

/// Reads a file; what it contains and this import does not know is a problem, never left out in silence.
pub(crate) fn read(file: &str, text: &str) -> Result<Document, Vec<Problem>> {
    let mut problems = Problems::new(file);
    let root = match xml::read(text, |namespace| NAMESPACES.contains(&namespace)) {
        Ok(root) => root,
        Err(broken) => {
            problems.add(broken.line, "file", broken.reason);
            return Err(problems.into_vec());
        }
    };
    let document = Reading { problems: &mut problems }.definitions(&root);
    if problems.is_empty() { Ok(document) } else { Err(problems.into_vec()) }
}

struct Reading<'p> {
    problems: &'p mut Problems,
}

impl Reading<'_> {
    fn definitions(&mut self, root: &Element) -> Document {
        let attribute = |name: &str| root.attribute(name).unwrap_or_default().to_owned();
        let mut document =
            Document { name: attribute("name"), exporter: attribute("exporter"), ..Document::default() };
        if root.name != "definitions" {
            self.problems.add(root.line, &root.name, "a DMN file begins with <definitions>");
            return document;
        }
        self.language(root);
        for child in &root.children {
            match child.name.as_str() {
                "itemDefinition" => document.items.push(self.item(child)),
                "inputData" => document.inputs.push(self.input(child)),
                "decision" => document.decisions.extend(self.decision(child)),
                // Drawn beside the decisions; nothing here is evaluated.
                "description"
                | "extensionElements"
                | "knowledgeSource"
                | "textAnnotation"
                | "association"
                | "group"
                | "elementCollection"
                | "performanceIndicator"
                | "organizationUnit"
                | "businessContextElement"
                | "decisionService" => {}
                other => self.problems.add(child.line, &named(child), format!("<{other}> is not supported")),
            }
        }
        if document.decisions.is_empty() && self.problems.is_empty() {
            self.problems.add(root.line, "definitions", "the file has no decision");
        }
        document
    }

    fn item(&mut self, element: &Element) -> ItemText {
        for child in &element.children {
            if !matches!(
                child.name.as_str(),
                "typeRef" | "allowedValues" | "itemComponent" | "description" | "extensionElements"
            ) {
                self.problems.add(child.line, &named(element), format!("<{}> is not supported", child.name));
            }
        }
        ItemText {
            name: self.name(element),
            line: element.line,
            type_ref: element.child("typeRef").map(|child| child.text.trim().to_owned()),
            collection: element.attribute("isCollection") == Some("true"),
            allowed: element.child("allowedValues").and_then(|child| self.cell(child)),
            components: element.all("itemComponent").map(|child| self.item(child)).collect(),
        }
    }

    fn input(&mut self, element: &Element) -> InputText {
        InputText {
            id: element.attribute("id").unwrap_or_default().to_owned(),
            name: self.name(element),
            line: element.line,
            type_ref: variable_type(element),
        }
    }

    fn decision(&mut self, element: &Element) -> Option<DecisionText> {
        let place = named(element);
        let mut logic = None;
        let mut requires = Vec::new();
        for child in &element.children {
            let found = match child.name.as_str() {
                "decisionTable" => Some(LogicText::Table(self.table(child, &place))),
                "literalExpression" => {
                    self.language(child);
                    Some(LogicText::Literal(self.cell(child).unwrap_or_default()))
                }
                "informationRequirement" => {
                    requires.extend(child.children.iter().filter_map(required));
                    None
                }
                "variable"
                | "description"
                | "extensionElements"
                | "question"
                | "allowedAnswers"
                | "authorityRequirement"
                | "supportedObjective"
                | "impactedPerformanceIndicator"
                | "decisionMaker"
                | "decisionOwner"
                | "usingProcess"
                | "usingTask" => None,
                other => {
                    self.problems.add(child.line, &place, format!("<{other}> is not supported"));
                    return None;
                }
            };
            if found.is_some() && logic.replace(found).is_some() {
                self.problems.add(child.line, &place, "a decision has one table or one expression");
            }
        }
        let Some(logic) = logic.flatten() else {
            self.problems.add(element.line, &place, "the decision has neither a table nor an expression");
            return None;
        };
        Some(DecisionText {
            id: element.attribute("id").unwrap_or_default().to_owned(),
            name: self.name(element),
            line: element.line,
            type_ref: variable_type(element),
            requires,
            logic,
        })
    }

    fn table(&mut self, element: &Element, place: &str) -> TableText {
        let mut table = TableText {
            line: element.line,
            hit: HitText {
                policy: element.attribute("hitPolicy").unwrap_or("UNIQUE").to_owned(),
                aggregation: element.attribute("aggregation").map(str::to_owned),
            },
            inputs: Vec::new(),
            outputs: Vec::new(),
            rules: Vec::new(),
        };
        for child in &element.children {
            match child.name.as_str() {
                "input" => table.inputs.push(self.input_clause(child, place)),
                "output" => table.outputs.push(self.output_clause(child)),
                "rule" => table.rules.push(self.rule(child, place)),
                "annotation" | "description" | "extensionElements" => {}
                other => self.problems.add(child.line, place, format!("<{other}> is not supported")),
            }
        }
        for (at, rule) in table.rules.iter().enumerate() {
            let (tests, outputs) = (rule.tests.len(), rule.outputs.len());
            if (tests, outputs) != (table.inputs.len(), table.outputs.len()) {
                let reason = format!(
                    "{tests} input and {outputs} output entries for {} inputs and {} outputs",
                    table.inputs.len(),
                    table.outputs.len()
                );
                self.problems.add(rule.line, &format!("{place}, rule {}", at + 1), reason);
            }
        }
        if table.outputs.is_empty() {
            self.problems.add(element.line, place, "the table has no output");
        }
        if table.inputs.len() > COLUMNS_MAX
            || table.outputs.len() > COLUMNS_MAX
            || table.rules.len() > RULES_MAX
        {
            let reason = format!("a table has {COLUMNS_MAX} columns and {RULES_MAX} rules at most");
            self.problems.add(element.line, place, reason);
        }
        table
    }

    fn input_clause(&mut self, element: &Element, place: &str) -> InputClause {
        let expression = element.child("inputExpression");
        let cell = expression.and_then(|child| {
            self.language(child);
            self.cell(child)
        });
        if cell.is_none() {
            self.problems.add(element.line, place, "an input has no expression");
        }
        InputClause {
            label: element.attribute("label").map(str::to_owned),
            expression: cell.unwrap_or_default(),
            type_ref: expression.and_then(|child| child.attribute("typeRef")).map(str::to_owned),
            values: element.child("inputValues").and_then(|child| self.cell(child)),
        }
    }

    fn output_clause(&mut self, element: &Element) -> OutputClause {
        OutputClause {
            line: element.line,
            name: element.attribute("name").map(str::to_owned),
            label: element.attribute("label").map(str::to_owned),
            type_ref: element.attribute("typeRef").map(str::to_owned),
            values: element.child("outputValues").and_then(|child| self.cell(child)),
            default: element.child("defaultOutputEntry").and_then(|child| self.cell(child)),
        }
    }

    fn rule(&mut self, element: &Element, place: &str) -> RuleText {
        let mut rule = RuleText { line: element.line, tests: Vec::new(), outputs: Vec::new() };
        for child in &element.children {
            let entries = match child.name.as_str() {
                "inputEntry" => &mut rule.tests,
                "outputEntry" => &mut rule.outputs,
                "annotationEntry" | "description" | "extensionElements" => continue,
                other => {
                    self.problems.add(child.line, place, format!("<{other}> is not supported"));
                    continue;
                }
            };
            let empty = Cell { text: String::new(), line: child.line };
            entries.push(self.cell(child).unwrap_or(empty));
            self.language(child);
        }
        rule
    }

    /// The text of an expression; nothing where it is left empty.
    fn cell(&mut self, element: &Element) -> Option<Cell> {
        self.language(element);
        let text = element.child("text")?;
        let cell = Cell { text: text.text.clone(), line: text.text_line };
        (!cell.text.trim().is_empty()).then_some(cell)
    }

    fn name(&mut self, element: &Element) -> String {
        let name =
            element.attribute("name").unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() {
            self.problems.add(element.line, &element.name, "the name is missing");
        }
        name
    }

    /// Refuses expressions in another language than FEEL.
    fn language(&mut self, element: &Element) {
        let Some(language) = element.attribute("expressionLanguage") else { return };
        if !language.is_empty() && !language.to_ascii_lowercase().contains("feel") {
            let reason = format!("expressions in {language} are not supported, only FEEL");
            self.problems.add(element.line, &element.name, reason);
        }
    }
}

/// How a problem names an element.
fn named(element: &Element) -> String {
    element.attribute("name").unwrap_or(&element.name).to_owned()
}

fn variable_type(element: &Element) -> Option<String> {
    element.child("variable")?.attribute("typeRef").map(str::to_owned)
}

/// The id that a requirement points to.
fn required(element: &Element) -> Option<Cell> {
    let href = element.attribute("href")?;
    Some(Cell { text: href.rsplit('#').next().unwrap_or(href).to_owned(), line: element.line })
}
