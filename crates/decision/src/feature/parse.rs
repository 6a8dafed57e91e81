//! Reads a feature file: header lines that a person can read, then the one statement that computes them.

use thiserror::Error;

/// A feature file that cannot be used, and where.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{file}:{line}: {problem}")]
pub struct HeaderError {
    /// File name below the features folder.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
}

/// What it means that a source has no record of a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Silence {
    /// Nothing is known: the value is null.
    Null,
    /// A connected register that says nothing says "none": the value of an organisation is 0.
    Zero,
}

/// One feature (特征).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feature {
    /// Stable name.
    pub name: String,
    /// What the value is measured in.
    pub unit: String,
    /// Chinese name.
    pub zh: String,
    /// English name.
    pub en: String,
    /// The stretch of time it looks at.
    pub window: String,
    /// What a missing record means.
    pub silence: Silence,
    /// When the value is null, in words.
    pub null_means: String,
    /// Catalogue items it is computed from; all must be authorised.
    pub sources: Vec<String>,
}

/// One SQL statement and the features it computes, in the order of its columns after the subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// File it stands in.
    pub file: String,
    /// Line of its first header.
    pub line: usize,
    /// Position of its first feature in the vector.
    pub first: usize,
    /// Names of its features.
    pub columns: Vec<String>,
    /// Catalogue items it reads.
    pub sources: Vec<String>,
    /// The text with placeholders.
    pub sql: String,
}

/// Adds the features and statements of one file.
pub(super) fn read_file(
    file: &str,
    text: &str,
    features: &mut Vec<Feature>,
    statements: &mut Vec<Statement>,
) -> Result<(), HeaderError> {
    let mut block = Block::default();
    for (index, line) in text.lines().enumerate() {
        let fail = |problem: String| HeaderError { file: file.to_owned(), line: index + 1, problem };
        let trimmed = line.trim();
        if let Some(header) = trimmed.strip_prefix("-- @feature ") {
            let feature = header_line(header).map_err(fail)?;
            if features.iter().chain(&block.features).any(|known| known.name == feature.name) {
                return Err(fail(format!("feature {} stands twice", feature.name)));
            }
            block.line = if block.features.is_empty() { index + 1 } else { block.line };
            block.features.push(feature);
        } else if !trimmed.starts_with("--") && !trimmed.is_empty() {
            if block.features.is_empty() {
                return Err(fail("a statement without @feature lines".to_owned()));
            }
            block.sql.push_str(line);
            block.sql.push('\n');
            if trimmed.ends_with(';') {
                std::mem::take(&mut block).close(file, features, statements).map_err(fail)?;
            }
        }
    }
    if block.sql.is_empty() {
        // Features that are stated, not computed, have no statement.
        features.append(&mut block.features);
        return Ok(());
    }
    Err(HeaderError {
        file: file.to_owned(),
        line: block.line,
        problem: "the statement has no end".to_owned(),
    })
}

#[derive(Default)]
struct Block {
    line: usize,
    features: Vec<Feature>,
    sql: String,
}

impl Block {
    fn close(
        mut self,
        file: &str,
        features: &mut Vec<Feature>,
        statements: &mut Vec<Statement>,
    ) -> Result<(), String> {
        let sql = self.sql.trim_end().trim_end_matches(';').to_owned();
        let columns: Vec<String> = self.features.iter().map(|feature| feature.name.clone()).collect();
        if let Some(absent) = columns.iter().find(|name| !sql.contains(&format!("as {name}"))) {
            return Err(format!("the statement has no column {absent}"));
        }
        let mut sources: Vec<String> = self.features.iter().flat_map(|one| one.sources.clone()).collect();
        sources.sort_unstable();
        sources.dedup();
        statements.push(Statement {
            file: file.to_owned(),
            line: self.line,
            first: features.len(),
            columns,
            sources,
            sql,
        });
        features.append(&mut self.features);
        Ok(())
    }
}

fn header_line(text: &str) -> Result<Feature, String> {
    let parts: Vec<&str> = text.split('|').map(str::trim).collect();
    let [name, unit, zh, en, window, null_means, sources] = parts[..] else {
        return Err(format!("a header has seven parts, this one has {}", parts.len()));
    };
    if parts.iter().any(|part| part.is_empty()) {
        return Err(format!("feature {name} has an empty part in its header"));
    }
    let silence = match null_means.split(';').next() {
        Some("zero") => Silence::Zero,
        Some("null") => Silence::Null,
        _ => return Err(format!("feature {name}: what null means begins with `null;` or `zero;`")),
    };
    Ok(Feature {
        name: name.to_owned(),
        unit: unit.to_owned(),
        zh: zh.to_owned(),
        en: en.to_owned(),
        window: window.to_owned(),
        silence,
        null_means: null_means.to_owned(),
        sources: sources.split(',').map(|item| item.trim().to_owned()).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, problem: &str) {
        let (mut features, mut statements) = (Vec::new(), Vec::new());
        let error = read_file("x.sql", text, &mut features, &mut statements).unwrap_err();
        assert_eq!(error.to_string(), problem);
    }

    #[test]
    fn a_header_error_names_its_line() {
        check("-- @feature a | count | 甲", "x.sql:1: a header has seven parts, this one has 3");
        check(
            "\n-- @feature a | count | 甲 | A | as of | perhaps | t",
            "x.sql:2: feature a: what null means begins with `null;` or `zero;`",
        );
        check(
            "-- @feature a | count | 甲 | A | as of | null; none | t\nselect subject_key, 1 as b from t;",
            "x.sql:2: the statement has no column a",
        );
    }

    #[test]
    fn a_feature_has_one_definition() {
        let line = "-- @feature a | count | 甲 | A | as of | null; none | t";
        check(&format!("{line}\n{line}"), "x.sql:2: feature a stands twice");
    }
}
