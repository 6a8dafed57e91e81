//! Questions in SQL: each item is a view of its current records, named by its id.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use datafusion::catalog::TableProvider;
use datafusion::datasource::MemTable;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl};
use datafusion::execution::SessionStateBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use jq_base::ids::SubjectKey;

use crate::Lake;
use crate::error::LakeError;
use crate::read;
use crate::table::{ActiveFile, Table, Tier};
use crate::value::{Row, rows};

/// Whose records a session sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Every subject: statistics, feature builds, an operator's questions.
    All,
    /// These subjects only; the same SQL gives the same answers for them.
    Subjects(Vec<SubjectKey>),
}

/// A place to ask questions, with the records of one moment: tables are opened at their newest version
/// when a query first names them and stay as they were.
pub struct LakeSession {
    lake: Lake,
    scope: Scope,
    context: SessionContext,
    opening: tokio::sync::Mutex<()>,
}

impl Lake {
    /// Opens a session.
    pub fn session(&self, scope: Scope) -> LakeSession {
        let config = SessionConfig::new()
            .with_target_partitions(2)
            .with_information_schema(false)
            .set_bool("datafusion.execution.parquet.schema_force_view_types", false)
            .set_bool("datafusion.sql_parser.enable_ident_normalization", true)
            .set_bool("datafusion.sql_parser.map_string_types_to_utf8view", false);
        let state = SessionStateBuilder::new().with_config(config).with_default_features().build();
        let context = SessionContext::new_with_state(state);
        LakeSession { lake: self.clone(), scope, context, opening: tokio::sync::Mutex::default() }
    }

    /// Answers one question over the current records of the whole city.
    pub async fn sql(&self, query: &str) -> Result<Vec<Row>, LakeError> {
        self.session(Scope::All).sql(query).await
    }
}

impl LakeSession {
    /// Runs a query and returns all of its rows.
    pub async fn sql(&self, query: &str) -> Result<Vec<Row>, LakeError> {
        Ok(rows(self.batches(query).await?))
    }

    /// Runs a query; the first entry of the answer names the columns, also when no row came.
    pub async fn table(&self, query: &str) -> Result<(Vec<String>, Vec<Row>), LakeError> {
        self.open_tables(query).await?;
        let frame = self.context.sql(query).await?;
        let names = frame.schema().fields().iter().map(|field| field.name().clone()).collect();
        Ok((names, rows(frame.collect().await?)))
    }

    async fn batches(&self, query: &str) -> Result<Vec<RecordBatch>, LakeError> {
        self.open_tables(query).await?;
        Ok(self.context.sql(query).await?.collect().await?)
    }

    /// Opens the tables that the query names and that are not open yet; questions asked side by side open a
    /// table once.
    async fn open_tables(&self, query: &str) -> Result<(), LakeError> {
        let _alone = self.opening.lock().await;
        let state = self.context.state();
        let dialect = state.config_options().sql_parser.dialect;
        let statement = state.sql_to_statement(query, &dialect)?;
        for reference in state.resolve_table_references(&statement)? {
            let name = reference.table();
            if self.context.table_exist(name)? {
                continue;
            }
            if let Some(item) = name.strip_suffix("_all")
                && let Ok(table) = self.lake.table(item)
            {
                self.open_versions(name, table).await?;
            } else if let Ok(table) = self.lake.table(name) {
                self.open_current(table).await?;
            }
        }
        Ok(())
    }

    async fn open_current(&self, table: &Arc<Table>) -> Result<(), LakeError> {
        match &self.scope {
            Scope::Subjects(subjects) => {
                let mut found = Vec::new();
                for subject in subjects {
                    found.push(self.lake.current_of_subject(&table.spec.name, subject).await?);
                }
                let all = concat_batches(&table.schema, &found)?;
                // A land transfer between two of the subjects is found twice; once is enough.
                let all =
                    if table.spec.also_subjects.is_empty() { all } else { read::newest(table, &[all])? };
                self.register_rows(&table.spec.name, table, all)
            }
            Scope::All => self.open_current_of_all(table).await,
        }
    }

    async fn open_current_of_all(&self, table: &Arc<Table>) -> Result<(), LakeError> {
        let name = &table.spec.name;
        let snapshot = table.snapshot().await?;
        let base: Vec<&ActiveFile> = snapshot.tier(Tier::Current).collect();
        let arrived: Vec<&ActiveFile> = snapshot.tier(Tier::Arrival).collect();
        if base.is_empty() && arrived.is_empty() {
            return self.register_rows(name, table, RecordBatch::new_empty(Arc::clone(&table.schema)));
        }
        let (base_name, arrived_name) = (format!("{name}__base"), format!("{name}__arrived"));
        self.register_files(&base_name, table, &base)?;
        let view = if arrived.is_empty() {
            format!("select * from {base_name} where op <> 'withdraw'")
        } else {
            self.register_files(&arrived_name, table, &arrived)?;
            current_view(table, &base_name, &arrived_name)
        };
        let view = self.context.sql(&view).await?.into_view();
        self.context.register_table(name.as_str(), view)?;
        Ok(())
    }

    async fn open_versions(&self, name: &str, table: &Arc<Table>) -> Result<(), LakeError> {
        let snapshot = table.snapshot().await?;
        let files: Vec<&ActiveFile> = snapshot.files.iter().collect();
        if files.is_empty() {
            return self.register_rows(name, table, RecordBatch::new_empty(Arc::clone(&table.schema)));
        }
        self.register_files(name, table, &files)
    }

    fn register_rows(&self, name: &str, table: &Table, all: RecordBatch) -> Result<(), LakeError> {
        let rows = MemTable::try_new(Arc::clone(&table.schema), vec![vec![all]])?;
        self.register(name, Arc::new(rows))
    }

    fn register_files(&self, name: &str, table: &Table, files: &[&ActiveFile]) -> Result<(), LakeError> {
        if files.is_empty() {
            return self.register_rows(name, table, RecordBatch::new_empty(Arc::clone(&table.schema)));
        }
        let urls = files
            .iter()
            .map(|file| ListingTableUrl::parse(file.path.to_string_lossy()))
            .collect::<Result<Vec<_>, _>>()?;
        let options = ListingOptions::new(Arc::new(ParquetFormat::default())).with_file_extension(".parquet");
        let config = ListingTableConfig::new_with_multi_paths(urls)
            .with_listing_options(options)
            .with_schema(Arc::clone(&table.schema));
        self.register(name, Arc::new(ListingTable::try_new(config)?))
    }

    fn register(&self, name: &str, provider: Arc<dyn TableProvider>) -> Result<(), LakeError> {
        self.context.register_table(name, provider)?;
        Ok(())
    }
}

/// The current records: arrivals supersede the base, the newest version of each wins, withdrawals end it.
fn current_view(table: &Table, base: &str, arrived: &str) -> String {
    let columns: Vec<&str> = table.schema.fields().iter().map(|field| field.name().as_str()).collect();
    let columns = columns.join(", ");
    format!(
        "select {columns} from {base} as known
         left anti join {arrived} as newer on known.natural_key = newer.natural_key
         where known.op <> 'withdraw'
         union all
         select {columns} from (
             select *, row_number() over (partition by natural_key order by version desc) as place
             from {arrived}) as ranked
         where place = 1 and op <> 'withdraw'"
    )
}
