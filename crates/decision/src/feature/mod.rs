//! Features: what is computed of a subject from its records, each defined once as SQL with a readable header.

mod parse;
mod window;

use include_dir::{Dir, include_dir};
use jiff::civil::Date;
use jq_base::sm3::Hasher;

pub use parse::{Feature, HeaderError, Silence, Statement};

/// The feature files as built into the program.
static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../decisions/features");

/// The item name of features that nobody delivers: the subject or the bank states them.
pub const DECLARED: &str = "declared";

/// All features in a fixed order; a vector is positional under one version of this set (特征集).
#[derive(Debug, Clone)]
pub struct FeatureSet {
    features: Vec<Feature>,
    statements: Vec<Statement>,
    version: String,
}

impl FeatureSet {
    /// The features built into the program.
    pub fn embedded() -> Result<Self, HeaderError> {
        let mut files: Vec<(&str, &str)> = FILES
            .files()
            .filter(|file| file.path().extension().is_some_and(|ending| ending == "sql"))
            .filter_map(|file| Some((file.path().file_name()?.to_str()?, file.contents_utf8()?)))
            .collect();
        files.sort_unstable();
        Self::from_files(&files)
    }

    /// The features of these files, `(name, text)`, in this order.
    pub fn from_files(files: &[(&str, &str)]) -> Result<Self, HeaderError> {
        let mut digest = Hasher::new();
        let mut set = Self { features: Vec::new(), statements: Vec::new(), version: String::new() };
        for (file, text) in files {
            digest.update(file.as_bytes());
            digest.update(&[0]);
            digest.update(text.as_bytes());
            digest.update(&[0]);
            parse::read_file(file, text, &mut set.features, &mut set.statements)?;
        }
        set.version = digest.finish_hex();
        Ok(set)
    }

    /// Digest (SM3) of all texts: vectors of different versions are never compared.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The features in the order of a vector's values.
    pub fn features(&self) -> &[Feature] {
        &self.features
    }

    /// The names, in order.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.features.iter().map(|feature| feature.name.as_str())
    }

    /// Where in a vector the feature stands.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.features.iter().position(|feature| feature.name == name)
    }

    /// How many features there are.
    pub fn len(&self) -> usize {
        self.features.len()
    }

    /// True when there is no feature at all.
    pub fn is_empty(&self) -> bool {
        self.features.is_empty()
    }

    /// The statements that compute the features.
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// The SQL of a statement for one day: every placeholder replaced, the features in their order.
    pub fn sql(&self, statement: &Statement, as_of: Date) -> Result<String, HeaderError> {
        let columns = statement.columns.join(", ");
        let sql = format!("select subject_key, {columns} from (\n{}\n) as computed", statement.sql);
        window::fill(&sql, as_of).map_err(|placeholder| HeaderError {
            file: statement.file.clone(),
            line: statement.line,
            problem: format!("unknown placeholder {{{placeholder}}}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_features_banks_commonly_ask_for_are_all_there() {
        let set = FeatureSet::embedded().unwrap();
        let asked = "months_in_business tax_sales_12m tax_sales_yoy tax_zero_months_12m tax_late_count_24m \
            tax_grade_latest vat_paid_12m si_headcount_latest si_headcount_yoy si_arrears_months_12m \
            hf_headcount_latest power_kwh_12m power_yoy_3m utility_late_count_12m licence_count_valid \
            penalty_count_3y penalty_amount_3y open_execution_amount is_dishonest_debtor \
            lawsuit_defendant_count_2y patent_valid_count invention_count won_bid_amount_24m \
            proc_contract_amount_24m export_usd_12m subsidy_amount_24m legal_rep_changes_24m \
            address_changes_24m shareholder_changes_24m pledge_active_count is_active on_abnormal_list \
            is_seriously_dishonest consumption_restricted tax_arrears_balance land_own_mu land_in_mu \
            land_out_mu rent_paid_12m rent_received_12m";
        for name in asked.split_whitespace() {
            assert!(set.position(name).is_some(), "{name}");
        }
        assert!(set.len() >= 36);
    }

    #[test]
    fn the_version_changes_with_any_text() {
        let one =
            "-- @feature a | count | 甲 | A | as of | null; none | t\nselect subject_key, 1 as a from t;\n";
        let set = FeatureSet::from_files(&[("x.sql", one)]).unwrap();
        let other = FeatureSet::from_files(&[("x.sql", &one.replace("1 as a", "2 as a"))]).unwrap();
        assert_ne!(set.version(), other.version());
        assert_eq!(set.version().len(), 64);
    }

    #[test]
    fn every_statement_fills_its_placeholders() {
        let set = FeatureSet::embedded().unwrap();
        for statement in set.statements() {
            let sql = set.sql(statement, jiff::civil::date(2026, 11, 10)).unwrap();
            assert!(!sql.contains('{') && !sql.contains('}'), "{sql}");
        }
    }
}
