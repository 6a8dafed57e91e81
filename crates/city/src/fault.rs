//! Planted faults: rows that a careful receiver must refuse, listed apart so that it can be judged.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use jq_catalog::{Field, FieldKind, Item, Registry, Rule};

use crate::CityError;
use crate::code;
use crate::dice::Dice;
use crate::row::Row;

/// What can be spoiled in the rows of one item: kind, rule that must notice, field and its position.
pub(crate) struct FaultPlan {
    ways: Vec<Way>,
    /// Position of the field that names the subject.
    subject: Option<usize>,
}

struct Way {
    kind: &'static str,
    rule: String,
    field: String,
    position: usize,
    spoil: Spoil,
}

/// How the field is spoiled.
enum Spoil {
    /// Another text.
    Put(&'static str),
    /// A last character that cannot be right.
    CheckDigit,
    /// A valid code that nobody has registered.
    Stranger,
    /// The date of another field, and some days before it.
    Before(usize),
    /// The row comes twice, and this field differs.
    Again,
}

/// A damaged row and what is wrong with it.
pub(crate) struct Damage {
    pub(crate) text: String,
    /// The right row is in the batch as well.
    pub(crate) keep_original: bool,
    kind: &'static str,
    rule: String,
    field: String,
}

impl FaultPlan {
    /// Finds what can be spoiled so that exactly one rule is broken.
    pub(crate) fn of(item: &Item) -> Self {
        let in_key = |name: &str| item.key.iter().any(|part| part.fields.iter().any(|field| field == name));
        let is_subject = |name: &str| item.subject.fields.iter().any(|field| field == name);
        let ruled = |name: &str| item.checks.iter().any(|check| check.rule.fields().contains(&name));
        let free = |field: &Field| !in_key(&field.name) && !is_subject(&field.name) && !ruled(&field.name);
        let mut ways = Vec::new();
        let mut add = |kind: &'static str, found: Option<usize>, spoil: Spoil| {
            if let Some(position) = found {
                let field = item.fields[position].name.clone();
                ways.push(Way { kind, rule: kind.to_owned(), field, position, spoil });
            }
        };
        let place = |wanted: &dyn Fn(&Field) -> bool| item.fields.iter().position(wanted);
        let last = |wanted: &dyn Fn(&Field) -> bool| item.fields.iter().rposition(wanted);
        let figure = |field: &Field| matches!(field.kind, FieldKind::Money | FieldKind::Int | FieldKind::Dec);
        let subject =
            place(&|field| field.kind == FieldKind::Uscc && is_subject(&field.name) && !field.optional);
        add("uscc_check_digit", subject, Spoil::CheckDigit);
        if item.subject.registry == Registry::Enterprise {
            add("subject_unknown", subject, Spoil::Stranger);
        }
        add("code_unknown", place(&|f| f.kind == FieldKind::Enum && free(f)), Spoil::Put("no_such_code"));
        add(
            "date_in_future",
            last(&|f| f.past && f.kind == FieldKind::Date && free(f)),
            Spoil::Put("2031-05-17"),
        );
        add("date_invalid", place(&|f| f.kind == FieldKind::Date && free(f)), Spoil::Put("2026-02-30"));
        add("below_minimum", place(&|f| f.min == Some(0) && free(f)), Spoil::Put("-3"));
        add("number_invalid", last(&|f| figure(f) && free(f)), Spoil::Put("12a4.5"));
        add("required_missing", last(&|f| !f.optional && free(f)), Spoil::Put(""));
        add("duplicate_key", last(&|f| f.kind == FieldKind::Str && free(f)), Spoil::Again);
        for check in &item.checks {
            let Rule::Order { earlier, later } = &check.rule else { continue };
            let (Some(from), Some(to)) = (place(&|f| f.name == *earlier), place(&|f| f.name == *later))
            else {
                continue;
            };
            let others =
                item.checks.iter().filter(|other| other.rule.fields().contains(&later.as_str())).count();
            if others == 1 && item.fields[to].kind == FieldKind::Date {
                let spoil = Spoil::Before(from);
                ways.push(Way {
                    kind: "order",
                    rule: check.id.clone(),
                    field: later.clone(),
                    position: to,
                    spoil,
                });
            }
        }
        Self { ways, subject }
    }
}

/// The list of planted faults, and the codes of those who were never registered.
pub(crate) struct Faults {
    list: BufWriter<File>,
    seed: u64,
    strangers: u64,
    planted: u64,
}

impl Faults {
    /// Begins `faults.csv` in the folder.
    pub(crate) fn create(folder: &Path, seed: u64) -> Result<Self, CityError> {
        std::fs::create_dir_all(folder).map_err(CityError::Write)?;
        let file = File::create(folder.join("faults.csv")).map_err(CityError::Write)?;
        let mut list = BufWriter::new(file);
        writeln!(list, "batch_id,row_no,item,kind,field,expected_rule,note").map_err(CityError::Write)?;
        Ok(Self { list, seed, strangers: 0, planted: 0 })
    }

    /// A code with right check digits that no subject of the city has.
    fn stranger(&mut self) -> String {
        self.strangers += 1;
        code::uscc("91", "500107", 2013, self.seed, 20_000_000 + self.strangers)
    }

    /// Spoils the row in one of the ways its item allows. In the register itself the damaged row is given a
    /// stranger's code, so that no right record loses its subject.
    pub(crate) fn damage(
        &mut self,
        plan: &FaultPlan,
        row: &Row,
        dice: &mut Dice,
        register: bool,
    ) -> Option<Damage> {
        if plan.ways.is_empty() {
            return None;
        }
        let way = &plan.ways[dice.below(plan.ways.len())];
        let current = row.field(way.position);
        let value = match way.spoil {
            Spoil::Put(text) if text == current => return None,
            Spoil::Put(text) => text.to_owned(),
            Spoil::CheckDigit => code::spoiled(current),
            Spoil::Stranger => self.stranger(),
            Spoil::Again => format!("{}二", current.trim_matches('"').replace("\"\"", "\"")),
            Spoil::Before(position) => {
                let day: jiff::civil::Date = row.field(position).parse().ok()?;
                crate::row::date_text(crate::time::Day::of(day).plus(-7))
            }
        };
        let again = matches!(way.spoil, Spoil::Again);
        let mut text = row.with(way.position, &value);
        if let (true, false, Some(0), true) = (register, again, plan.subject, way.position != 0) {
            text.replace_range(..18, &self.stranger());
        }
        let (rule, field) = (way.rule.clone(), way.field.clone());
        Some(Damage { text, keep_original: again, kind: way.kind, rule, field })
    }

    /// Lists a damaged row.
    pub(crate) fn record(
        &mut self,
        batch: &str,
        row: u32,
        item: &str,
        damage: &Damage,
    ) -> Result<(), CityError> {
        self.planted += 1;
        let Damage { kind, field, rule, .. } = damage;
        writeln!(self.list, "{batch},{row},{item},{kind},{field},{rule},").map_err(CityError::Write)
    }

    /// Lists a row that is right in form and disagrees with another source.
    pub(crate) fn disagree(
        &mut self,
        batch: &str,
        row: u32,
        item: &str,
        what: [&str; 3],
    ) -> Result<(), CityError> {
        self.planted += 1;
        let [field, rule, note] = what;
        writeln!(self.list, "{batch},{row},{item},disagreement,{field},{rule},{note}")
            .map_err(CityError::Write)
    }

    /// Writes the list out; returns how many faults there are.
    pub(crate) fn finish(mut self) -> Result<u64, CityError> {
        self.list.flush().map_err(CityError::Write)?;
        Ok(self.planted)
    }
}
