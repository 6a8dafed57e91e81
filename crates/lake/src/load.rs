//! A batch on its way into a table: rows wait as they came, scattered by subject and spilled to disk when memory is
//! short, then are told apart from what is known, sorted and written range by range. Nothing is seen before the commit.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{AsArray, Int32Array, RecordBatch};
use arrow::compute::interleave_record_batch;
use arrow::datatypes::{Int32Type, TimestampMicrosecondType};
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use deltalake_core::kernel::Action;

use crate::Lake;
use crate::append::WriteLock;
use crate::contents::Contents;
use crate::error::LakeError;
use crate::keys::{KeyDigest, key_digest};
use crate::log::CommitNote;
use crate::order::{Cuts, Place, order, places};
use crate::rows::{RowsBuilder, Stamp};
use crate::schema::WITHDRAW;
use crate::side_by_side::{WORKERS, side_by_side};
use crate::snapshot::Tier;
use crate::table::Table;
use crate::write::{CHUNK_ROWS, NewFile, write_delivered};

/// How the folders begin in which a delivery spills rows; other readers of the table pass over them.
pub(crate) const LOADING: &str = ".loading-";

/// A delivered row, to be compared with what is known of its record.
pub struct Incoming<'a> {
    /// The digest of its natural key.
    pub digest: KeyDigest,
    /// Its subject.
    pub subject: &'a str,
    /// Its natural key.
    pub natural_key: &'a str,
    /// Microseconds since 1970 at which the source last changed it.
    pub source_updated_at: i64,
    /// True when its source withdraws the record.
    pub withdraws: bool,
    /// Computes the digest of what it says, to be compared with [`Known::content`](crate::Known::content).
    pub content: &'a dyn Fn() -> u64,
}

/// Decides the version number of a row; nothing for a row that changes nothing.
pub type Decide<'a> = dyn Fn(&Incoming<'_>) -> Option<i32> + Sync + 'a;

/// A batch being loaded.
pub struct Load {
    table: Arc<Table>,
    tier: Tier,
    stamp: Stamp,
    cuts: Cuts,
    ranges: Vec<Range>,
    /// Blocks of rows as they came, which stay where they are: memory that is touched for the first time costs more
    /// than anything that is done with the rows.
    waiting: Vec<Block>,
    waiting_bytes: usize,
    folder: PathBuf,
}

/// Rows as they came, and the places of those that are left out, ascending.
struct Block {
    rows: RecordBatch,
    left_out: Vec<u32>,
}

/// The rows of one range of subjects.
#[derive(Default)]
struct Range {
    /// Those that wait: block and row.
    rows: Vec<Place>,
    spilled: Option<StreamWriter<File>>,
}

/// Blocks whose rows have their versions, 0 for one that changes nothing.
#[derive(Clone)]
struct Decided {
    blocks: Vec<RecordBatch>,
    versions: Vec<Int32Array>,
}

/// Files that hold a batch's rows and wait for the commit.
pub struct Loaded {
    table: Arc<Table>,
    stamp: Stamp,
    files: Vec<NewFile>,
}

impl Lake {
    /// Begins to load a batch. `rows` is about how many there will be and decides into how many files they go;
    /// `sample` gives subjects of the batch where that is more than one.
    pub async fn begin_load(
        &self,
        _lock: &WriteLock,
        table: &str,
        stamp: Stamp,
        rows: u64,
        sample: impl FnOnce() -> Vec<String>,
    ) -> Result<Load, LakeError> {
        let table = Arc::clone(self.table(table)?);
        // The first rows of a table go to the compacted tier at once, later ones arrive beside it.
        let first = table.snapshot().await?.files.is_empty();
        let tier = if first { Tier::Current } else { Tier::Arrival };
        let wanted = usize::try_from(rows).unwrap_or(usize::MAX).div_ceil(table.sizes.file_rows);
        let cuts = if wanted > 1 { Cuts::of_sample(sample(), wanted) } else { Cuts::default() };
        let ranges = (0..cuts.ranges()).map(|_| Range::default()).collect();
        let folder = table.root.join(format!("{LOADING}{}", uuid::Uuid::now_v7().simple()));
        Ok(Load { table, tier, stamp, cuts, ranges, waiting: Vec::new(), waiting_bytes: 0, folder })
    }

    /// Commits what was loaded, all or none, and only once for each batch id.
    pub async fn commit_load(&self, _lock: &WriteLock, loaded: Loaded) -> Result<Appended, LakeError> {
        let table = loaded.table;
        table.create_if_missing().await?;
        let batch_id = loaded.stamp.batch_id;
        if table.has_batch(&batch_id).await? {
            return Ok(Appended::AlreadyThere);
        }
        let actions = loaded.files.into_iter().map(|file| Action::Add(file.into_add())).collect();
        match table.commit(actions, CommitNote::Batch(&batch_id)).await {
            Ok(version) => Ok(Appended::Committed { version }),
            // The commit may have been made although the answer says otherwise; the log knows.
            Err(error) => match table.has_batch(&batch_id).await {
                Ok(true) => {
                    let version = table.snapshot().await?.version;
                    table.sync_entry(version)?;
                    Ok(Appended::Committed { version })
                }
                _ => Err(error),
            },
        }
    }
}

/// What came of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appended {
    /// The rows are in the lake, at this version of the table.
    Committed { version: u64 },
    /// The batch was there already; nothing was written.
    AlreadyThere,
}

impl Load {
    /// True when the table holds no record yet, so that every row is a first version.
    pub fn is_first(&self) -> bool {
        self.tier == Tier::Current
    }

    /// Takes rows, without those whose place stands in `left_out` (ascending).
    pub fn push(&mut self, rows: RowsBuilder, left_out: Vec<u32>) -> Result<(), LakeError> {
        let rows = rows.finish()?;
        if rows.num_rows() == 0 {
            return Ok(());
        }
        self.assign(&rows, &left_out);
        self.waiting_bytes += rows.get_array_memory_size();
        self.waiting.push(Block { rows, left_out });
        if self.waiting_bytes > self.table.sizes.waiting_bytes { self.spill() } else { Ok(()) }
    }

    /// Notes for each row of a block to which range it goes.
    fn assign(&mut self, rows: &RecordBatch, left_out: &[u32]) {
        let Some(subjects) = rows.column_by_name("subject_key").map(AsArray::as_string::<i32>) else {
            return;
        };
        let block = self.waiting.len();
        let mut left_out = left_out.iter().copied().peekable();
        let mut last = ("", 0);
        for row in 0..rows.num_rows() {
            if left_out.next_if(|left_out| *left_out as usize == row).is_some() {
                continue;
            }
            let subject = subjects.value(row);
            if last.0 != subject {
                last = (subject, self.cuts.range_of(subject));
            }
            self.ranges[last.1].rows.push((block, row));
        }
    }

    /// Moves all rows that wait to the disk, each range to a file of its own.
    fn spill(&mut self) -> Result<(), LakeError> {
        let table = &self.table;
        std::fs::create_dir_all(&self.folder).map_err(|error| table.disk_error(error))?;
        let blocks: Vec<&RecordBatch> = self.waiting.iter().map(|block| &block.rows).collect();
        for (number, range) in self.ranges.iter_mut().enumerate() {
            for rows in range.rows.chunks(CHUNK_ROWS) {
                let piece = interleave_record_batch(&blocks, rows)?;
                if range.spilled.is_none() {
                    let file = File::create(self.folder.join(number.to_string()))
                        .map_err(|error| table.disk_error(error))?;
                    range.spilled = Some(StreamWriter::try_new(file, &piece.schema())?);
                }
                if let Some(writer) = &mut range.spilled {
                    writer.write(&piece)?;
                }
            }
            range.rows.clear();
        }
        self.waiting.clear();
        self.waiting_bytes = 0;
        Ok(())
    }

    /// Sorts and writes everything; `decide` gives the version of each row that has none yet, and without it all
    /// are first versions. The files are on disk afterwards, and not yet part of the table.
    pub fn finish(mut self, decide: Option<&Decide<'_>>) -> Result<Loaded, LakeError> {
        let (ranges, blocks) = (std::mem::take(&mut self.ranges), std::mem::take(&mut self.waiting));
        let this = &self;
        let versions =
            side_by_side(WORKERS, blocks.iter().enumerate(), |(number, block), all: &mut Vec<_>| {
                all.push((number, this.versions(&block.rows, &block.left_out, decide)));
                Ok(())
            })?;
        let mut versions: Vec<(usize, Int32Array)> = versions.into_iter().flatten().collect();
        versions.sort_by_key(|(number, _)| *number);
        let waiting = Decided {
            blocks: blocks.into_iter().map(|block| block.rows).collect(),
            versions: versions.into_iter().map(|(_, versions)| versions).collect(),
        };
        let ranges = ranges.into_iter().enumerate();
        let files = side_by_side(WORKERS, ranges, |(number, range), files: &mut Vec<NewFile>| {
            files.extend(this.finish_range(number, range, &waiting, decide)?);
            Ok(())
        })?;
        let mut files: Vec<NewFile> = files.into_iter().flatten().collect();
        files.sort_by(|left, right| left.stats().cmp(&right.stats()));
        Ok(Loaded { table: Arc::clone(&self.table), stamp: self.stamp.clone(), files })
    }

    fn finish_range(
        &self,
        number: usize,
        range: Range,
        waiting: &Decided,
        decide: Option<&Decide<'_>>,
    ) -> Result<Option<NewFile>, LakeError> {
        let Decided { mut blocks, mut versions } = waiting.clone();
        if let Some(mut writer) = range.spilled {
            writer.finish()?;
            drop(writer);
            let path = self.folder.join(number.to_string());
            let file = File::open(&path).map_err(|error| self.table.disk_error(error))?;
            for rows in StreamReader::try_new_buffered(file, None)? {
                let rows = rows?;
                versions.push(self.versions(&rows, &[], decide));
                blocks.push(rows);
            }
            std::fs::remove_file(&path).map_err(|error| self.table.disk_error(error))?;
        }
        let spilled = places(&blocks[waiting.blocks.len()..]);
        let spilled = spilled.map(|(block, row)| (block + waiting.blocks.len(), row));
        let kept = spilled.chain(range.rows).filter(|(block, row)| versions[*block].value(*row) > 0);
        let order = order(&blocks, kept);
        if order.is_empty() {
            return Ok(None);
        }
        write_delivered(&self.table, self.tier, &blocks, &order, Some(&versions), &self.stamp).map(Some)
    }

    /// The version of each row, 0 for one that changes nothing or is left out.
    fn versions(&self, rows: &RecordBatch, left_out: &[u32], decide: Option<&Decide<'_>>) -> Int32Array {
        let text = |name: &str| rows.column_by_name(name).map(AsArray::as_string::<i32>);
        let whole = |name: &str| rows.column_by_name(name).map(AsArray::as_primitive::<Int32Type>);
        let given = whole("version").map(|all| all.values().to_vec()).unwrap_or_default();
        let Some(decide) = decide else {
            return given.into_iter().map(|version| version.max(1)).collect();
        };
        let updated =
            rows.column_by_name("source_updated_at").map(AsArray::as_primitive::<TimestampMicrosecondType>);
        let (Some(subjects), Some(keys), Some(ops), Some(updated)) =
            (text("subject_key"), text("natural_key"), text("op"), updated)
        else {
            return given.into();
        };
        let contents = Contents::of(rows, &self.table.own);
        let mut left_out = left_out.iter().copied().peekable();
        let decided = given.into_iter().enumerate().map(|(row, version)| {
            if left_out.next_if(|left_out| *left_out as usize == row).is_some() {
                return 0;
            }
            if version > 0 {
                return version;
            }
            let natural_key = keys.value(row);
            let incoming = Incoming {
                digest: key_digest(natural_key),
                subject: subjects.value(row),
                natural_key,
                source_updated_at: updated.value(row),
                withdraws: ops.value(row) == WITHDRAW,
                content: &|| contents.digest(row),
            };
            decide(&incoming).unwrap_or(0)
        });
        decided.collect()
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        // What was spilled is of no use to anybody once the load has ended; usually nothing was.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Loaded {
    /// Adds further rows whose versions are decided, such as withdrawals that the batch implies.
    pub fn add(&mut self, rows: RowsBuilder) -> Result<(), LakeError> {
        let rows = rows.finish()?;
        if rows.num_rows() == 0 {
            return Ok(());
        }
        let rows = [rows];
        let order = order(&rows, places(&rows));
        self.files.push(write_delivered(&self.table, Tier::Arrival, &rows, &order, None, &self.stamp)?);
        Ok(())
    }
}
