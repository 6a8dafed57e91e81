//! Questions in SQL: each item is a view of its current records, named by its id.

use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::{DataType, FieldRef, Fields, Float64Type, Schema, SchemaRef};
use datafusion::catalog::TableProvider;
use datafusion::config::TableParquetOptions;
use datafusion::datasource::MemTable;
use datafusion::datasource::empty::EmptyTable;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl};
use datafusion::execution::{SendableRecordBatchStream, SessionState, SessionStateBuilder};
use datafusion::prelude::{DataFrame, SQLOptions, SessionConfig, SessionContext};
use futures::FutureExt;
use jq_base::ids::SubjectKey;

use crate::error::LakeError;
use crate::question;
use crate::read;
use crate::schema::WITHDRAW;
use crate::sealing::{KEYS_OF_LAKE, OpensFiles, has_sealed};
use crate::snapshot::{ActiveFile, Tier};
use crate::table::Table;
use crate::value::{Row, rows};
use crate::{Boxed, Lake};

/// Whose records a session sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Every subject: statistics, feature builds, an operator's questions.
    All,
    /// These subjects only; the same SQL gives the same answers for them.
    Subjects(Vec<SubjectKey>),
}

/// An answer column by column: a text for each row, and the figures beside it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figures {
    /// The first column.
    pub texts: Vec<String>,
    /// The others; what is null or no finite number is `NaN`.
    pub columns: Vec<Vec<f64>>,
}

impl Figures {
    fn take(&mut self, batch: &RecordBatch) -> Result<(), LakeError> {
        let texts = cast(batch.column(0), &DataType::Utf8)?;
        self.texts.extend(texts.as_string::<i32>().iter().map(|text| text.unwrap_or_default().to_owned()));
        self.columns.resize(batch.num_columns() - 1, Vec::new());
        for (column, kept) in batch.columns()[1..].iter().zip(&mut self.columns) {
            let figures = cast(column, &DataType::Float64)?;
            let figures = figures.as_primitive::<Float64Type>();
            kept.extend(
                figures.iter().map(|figure| figure.filter(|figure| figure.is_finite()).unwrap_or(f64::NAN)),
            );
        }
        Ok(())
    }
}

/// A place to ask questions, with the records of one moment: tables are opened at their newest version
/// when a query first names them and stay as they were.
pub struct LakeSession {
    lake: Lake,
    scope: Scope,
    context: SessionContext,
    opening: tokio::sync::Mutex<()>,
}

/// The state every session starts from; what carries plans elsewhere starts from it as well, so that the same SQL
/// means the same there.
pub fn session_state() -> SessionState {
    let config = SessionConfig::new()
        .with_target_partitions(2)
        .with_information_schema(false)
        .set_bool("datafusion.execution.parquet.schema_force_view_types", false)
        .set_bool("datafusion.sql_parser.enable_ident_normalization", true)
        .set_bool("datafusion.sql_parser.map_string_types_to_utf8view", false);
    SessionStateBuilder::new().with_config(config).with_default_features().build()
}

impl Lake {
    /// Opens a session.
    pub fn session(&self, scope: Scope) -> LakeSession {
        self.open_session(session_state(), scope)
    }

    /// Opens a session over the whole city in a state of the caller's, made from [`session_state`]; the plans that it
    /// carries out name nothing but data files, so that other processes which see the same files can carry them out.
    pub fn session_in(&self, state: SessionState) -> LakeSession {
        self.open_session(state, Scope::All)
    }

    fn open_session(&self, state: SessionState, scope: Scope) -> LakeSession {
        let context = SessionContext::new_with_state(state);
        if let Some(sealing) = self.footers().sealing() {
            let opens = Arc::new(OpensFiles(Arc::clone(sealing)));
            context.runtime_env().register_parquet_encryption_factory(KEYS_OF_LAKE, opens);
        }
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
    pub fn table<'a>(&'a self, query: &'a str) -> Boxed<'a, (Vec<String>, Vec<Row>)> {
        async move {
            let frame = self.ask(query).await?;
            let names = frame.schema().fields().iter().map(|field| field.name().clone()).collect();
            Ok((names, rows(frame.collect().await?)))
        }
        .boxed()
    }

    /// Runs a query whose first column is a text and whose others are figures, and returns them column by column.
    pub async fn figures(&self, query: &str) -> Result<Figures, LakeError> {
        let mut figures = Figures::default();
        for batch in self.batches(query).await? {
            figures.take(&batch)?;
        }
        Ok(figures)
    }

    fn batches<'a>(&'a self, query: &'a str) -> Boxed<'a, Vec<RecordBatch>> {
        async move { Ok(self.ask(query).await?.collect().await?) }.boxed()
    }

    /// Runs a query and hands out its rows as they come.
    pub(crate) async fn stream(&self, query: &str) -> Result<SendableRecordBatchStream, LakeError> {
        Ok(self.ask(query).await?.execute_stream().await?)
    }

    /// The answer to a question, not yet computed. What is no question, such as making a table or writing a file, is
    /// refused.
    fn ask<'a>(&'a self, query: &'a str) -> Boxed<'a, DataFrame> {
        async move {
            question::check(query)?;
            self.open_tables(query).await?;
            let questions =
                SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
            Ok(self.context.sql_with_options(query, questions).await?)
        }
        .boxed()
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
                let all = if table.spec.also_subjects.is_empty() {
                    all
                } else {
                    read::newest(&table.schema, &[all])?
                };
                self.register_rows(&table.spec.name, table, all)
            }
            Scope::All => self.open_current_of_all(table).await,
        }
    }

    async fn open_current_of_all(&self, table: &Arc<Table>) -> Result<(), LakeError> {
        let name = &table.spec.name;
        let snapshot = table.snapshot().await?;
        let known: Vec<&ActiveFile> =
            snapshot.files.iter().filter(|file| file.tier != Tier::History).collect();
        if known.is_empty() {
            return self.register_nothing(name, table);
        }
        let later: Vec<&ActiveFile> =
            snapshot.tier(Tier::Arrival).filter(|file| !file.only_first_versions).collect();
        let (known_name, later_name) = (format!("{name}__known"), format!("{name}__later"));
        self.register_files(&known_name, table, &known)?;
        let view = if later.is_empty() && known.iter().all(|file| file.withdraws_nothing) {
            format!("select * from {known_name}")
        } else if later.is_empty() {
            format!("select * from {known_name} where op <> '{WITHDRAW}'")
        } else {
            self.register_files(&later_name, table, &later)?;
            current_view(table, &known_name, &later_name)
        };
        let view = self.context.sql(&view).await?.into_view();
        self.context.register_table(name.as_str(), view)?;
        Ok(())
    }

    async fn open_versions(&self, name: &str, table: &Arc<Table>) -> Result<(), LakeError> {
        let snapshot = table.snapshot().await?;
        let files: Vec<&ActiveFile> = snapshot.files.iter().collect();
        self.register_files(name, table, &files)
    }

    fn register_nothing(&self, name: &str, table: &Table) -> Result<(), LakeError> {
        self.register(name, Arc::new(EmptyTable::new(Arc::clone(&table.schema))))
    }

    fn register_rows(&self, name: &str, table: &Table, all: RecordBatch) -> Result<(), LakeError> {
        let rows = MemTable::try_new(Arc::clone(&table.schema), vec![vec![all]])?;
        self.register(name, Arc::new(rows))
    }

    fn register_files(&self, name: &str, table: &Table, files: &[&ActiveFile]) -> Result<(), LakeError> {
        if files.is_empty() {
            return self.register_nothing(name, table);
        }
        let footers = self.lake.footers();
        if footers.sealing().is_none() && has_sealed(&table.spec) {
            for file in files {
                if footers.of(file)?.is_shut() {
                    return Err(LakeError::Sealed { table: table.spec.name.clone() });
                }
            }
        }
        let urls = files
            .iter()
            .map(|file| ListingTableUrl::parse(file.path.to_string_lossy()))
            .collect::<Result<Vec<_>, _>>()?;
        let mut format = ParquetFormat::default();
        if self.lake.footers().sealing().is_some() && has_sealed(&table.spec) {
            let mut options = TableParquetOptions::default();
            options.crypto.factory_id = Some(KEYS_OF_LAKE.to_owned());
            format = format.with_options(options);
        }
        let options = ListingOptions::new(Arc::new(format)).with_file_extension(".parquet");
        let config = ListingTableConfig::new_with_multi_paths(urls)
            .with_listing_options(options)
            .with_schema(with_views(&table.schema));
        self.register(name, Arc::new(ListingTable::try_new(config)?))
    }

    fn register(&self, name: &str, provider: Arc<dyn TableProvider>) -> Result<(), LakeError> {
        self.context.register_table(name, provider)?;
        Ok(())
    }
}

/// The columns with texts as views: where many rows share few texts, which is what a file's dictionaries are for, none
/// is copied row by row.
fn with_views(schema: &Schema) -> SchemaRef {
    let viewed = |field: &FieldRef| match field.data_type() {
        DataType::Utf8 => Arc::new(field.as_ref().clone().with_data_type(DataType::Utf8View)),
        _ => Arc::clone(field),
    };
    Arc::new(Schema::new(schema.fields().iter().map(viewed).collect::<Fields>()))
}

/// The current records: of each the newest version, unless it is a withdrawal. Only later versions among the
/// arrivals supersede anything, so that few rows are held in memory while all are passed by them.
fn current_view(table: &Table, known: &str, later: &str) -> String {
    let columns: Vec<String> =
        table.schema.fields().iter().map(|field| format!("known.{}", field.name())).collect();
    let columns = columns.join(", ");
    format!(
        "select {columns}
         from (select natural_key, version from {later} where version > 1) as newer
         right anti join {known} as known
             on newer.natural_key = known.natural_key and newer.version > known.version
         where known.op <> '{WITHDRAW}'"
    )
}
