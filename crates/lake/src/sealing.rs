//! Columns that lie sealed: those of level 3 and above, by Parquet's modular encryption. Whoever has the keys reads
//! them with any tool that knows it; whoever has none still reads the other columns.
//!
//! Every data file has a key of its own for each level that it holds. Wrapped under the platform's key of that level it
//! stands in the file, in the form that Parquet's other writers use, so that turning the platform's key touches no file. Subjects stay legible: by them files and
//! pages are found, and a person's is a keyed hash.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::DataFusionError;
use datafusion::config::EncryptionFactoryOptions;
use datafusion::execution::parquet_encryption::EncryptionFactory;
use jq_base::table::TableSpec;
use jq_crypto::{CryptoError, DataKey, Purpose, Sealed, Sealer};
use object_store::path::Path;
use parquet::encryption::decrypt::{FileDecryptionProperties, KeyRetriever};
use parquet::encryption::encrypt::FileEncryptionProperties;
use parquet::errors::ParquetError;
use parquet::file::column_crypto_metadata::ColumnCryptoMetaData;
use parquet::file::metadata::ColumnChunkMetaData;
use serde::{Deserialize, Serialize};

use crate::thrift;

/// From which level on a column is sealed.
const SEALED_FROM: u8 = 3;
/// From which level on it is sealed under a key apart.
const APART_FROM: u8 = 4;
/// Data keys kept in memory at most.
const KEYS_MAX: usize = 40_000;

/// The keys under which a lake is sealed.
#[derive(Clone, Debug)]
pub struct LakeKeys {
    /// Wraps and opens the keys of data files.
    pub sealer: Sealer,
    /// Whether the columns of level 3 and above of new data files are sealed.
    pub seals_new_files: bool,
}

/// The data keys of sealed files: made, and opened once.
pub(crate) struct Sealing {
    sealer: Sealer,
    opened: Mutex<HashMap<Vec<u8>, Arc<DataKey>>>,
}

impl Sealing {
    pub(crate) fn new(sealer: Sealer) -> Self {
        Self { sealer, opened: Mutex::default() }
    }

    /// How a new data file of this table is sealed; nothing where no column of it is to be.
    pub(crate) fn of_new_file(
        &self,
        table: &TableSpec,
    ) -> Result<Option<Arc<FileEncryptionProperties>>, ParquetError> {
        let columns = sealed_columns(table);
        let Some(&(_, lowest)) = columns.iter().min_by_key(|(_, level)| *level) else { return Ok(None) };
        let mut keys: Vec<(Purpose, DataKey, Sealed)> = Vec::new();
        for level in [Purpose::Level3, Purpose::Level4] {
            if columns.iter().any(|(_, other)| *other == level) {
                let (key, wrapped) = self.sealer.data_key(level).map_err(failed)?;
                keys.push((level, key, wrapped));
            }
        }
        let of = |level: Purpose| keys.iter().find(|(other, ..)| *other == level);
        // The footer is not sealed, it is signed; by the key that more may hold.
        let Some((_, key, wrapped)) = of(lowest) else { return Ok(None) };
        let mut properties = FileEncryptionProperties::builder(key.bytes().to_vec())
            .with_footer_key_metadata(KeyMaterial::of(wrapped, true).written())
            .with_plaintext_footer(true);
        for (name, level) in columns {
            if let Some((_, key, wrapped)) = of(level) {
                let (key, material) = (key.bytes().to_vec(), KeyMaterial::of(wrapped, false).written());
                properties = properties.with_column_key_and_metadata(name, key, material);
            }
        }
        properties.build().map(Some)
    }

    /// How files are opened, sealed or not.
    pub(crate) fn opening(self: &Arc<Self>) -> Result<Arc<FileDecryptionProperties>, ParquetError> {
        let keys: Arc<dyn KeyRetriever> = Arc::clone(self) as _;
        FileDecryptionProperties::with_key_retriever(keys).build()
    }

    /// The data key that stands wrapped in a file.
    fn key(&self, wrapped: &[u8]) -> Result<Arc<DataKey>, CryptoError> {
        if let Some(key) = self.opened.lock().expect("no panic holds this lock").get(wrapped) {
            return Ok(Arc::clone(key));
        }
        let key = Arc::new(self.sealer.open_data_key(&KeyMaterial::read(wrapped)?)?);
        let mut opened = self.opened.lock().expect("no panic holds this lock");
        if opened.len() >= KEYS_MAX {
            opened.clear();
        }
        opened.insert(wrapped.to_vec(), Arc::clone(&key));
        Ok(key)
    }
}

impl fmt::Debug for Sealing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealing").field("sealer", &self.sealer).finish_non_exhaustive()
    }
}

impl KeyRetriever for Sealing {
    fn retrieve_key(&self, wrapped: &[u8]) -> Result<Vec<u8>, ParquetError> {
        Ok(self.key(wrapped).map_err(failed)?.bytes().to_vec())
    }
}

/// Whether a table has columns that are sealed.
pub(crate) fn has_sealed(table: &TableSpec) -> bool {
    !sealed_columns(table).is_empty()
}

/// The columns that are sealed, and under which level's key.
fn sealed_columns(table: &TableSpec) -> Vec<(&str, Purpose)> {
    let natural_key = std::iter::once(("natural_key", table.key_level));
    let own = table.columns.iter().map(|column| (column.name.as_str(), column.level));
    let sealed = natural_key.chain(own).filter(|(_, level)| *level >= SEALED_FROM);
    sealed
        .map(|(name, level)| (name, if level >= APART_FROM { Purpose::Level4 } else { Purpose::Level3 }))
        .collect()
}

/// A wrapped data key as Parquet's key tools write it into a file, so that other programs find in it whom to ask.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeyMaterial {
    #[serde(rename = "keyMaterialType")]
    form: String,
    internal_storage: bool,
    is_footer_key: bool,
    #[serde(rename = "kmsInstanceID", skip_serializing_if = "Option::is_none")]
    kms_instance_id: Option<String>,
    #[serde(rename = "kmsInstanceURL", skip_serializing_if = "Option::is_none")]
    kms_instance_url: Option<String>,
    #[serde(rename = "masterKeyID")]
    master_key_id: String,
    #[serde(rename = "wrappedDEK")]
    wrapped_dek: String,
    double_wrapping: bool,
}

impl KeyMaterial {
    fn of(wrapped: &Sealed, is_footer_key: bool) -> Self {
        let of_footer = |text: &str| is_footer_key.then(|| text.to_owned());
        Self {
            form: "PKMT1".to_owned(),
            internal_storage: true,
            is_footer_key,
            kms_instance_id: of_footer("jinqiao"),
            kms_instance_url: of_footer("DEFAULT"),
            master_key_id: wrapped.key.to_string(),
            wrapped_dek: wrapped.to_string(),
            double_wrapping: false,
        }
    }

    fn written(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    fn read(bytes: &[u8]) -> Result<Sealed, CryptoError> {
        let material: Self =
            serde_json::from_slice(bytes).map_err(|_| CryptoError::Form("a wrapped data key"))?;
        material.wrapped_dek.parse()
    }
}

fn failed(error: CryptoError) -> ParquetError {
    ParquetError::External(Box::new(error))
}

/// Opens sealed files for questions in SQL.
#[derive(Debug)]
pub(crate) struct OpensFiles(pub(crate) Arc<Sealing>);

/// The name under which questions in SQL ask for keys.
pub(crate) const KEYS_OF_LAKE: &str = "jinqiao-lake";

#[async_trait]
impl EncryptionFactory for OpensFiles {
    async fn get_file_encryption_properties(
        &self,
        _: &EncryptionFactoryOptions,
        _: &SchemaRef,
        _: &Path,
    ) -> Result<Option<Arc<FileEncryptionProperties>>, DataFusionError> {
        Err(DataFusionError::NotImplemented("questions write no files".to_owned()))
    }

    async fn get_file_decryption_properties(
        &self,
        _: &EncryptionFactoryOptions,
        _: &Path,
    ) -> Result<Option<Arc<FileDecryptionProperties>>, DataFusionError> {
        Ok(Some(self.0.opening()?))
    }
}

/// What opens the pages of one sealed column chunk.
///
/// Each page lies as two modules, head and contents: four bytes of length, nonce, ciphertext and tag. Bound to each are
/// the file's own bytes, what kind of module it is, and the places of row group, column and page, so that no page
/// passes for another (Parquet modular encryption, sections 4.4 and 5.1).
pub(crate) struct SealedChunk {
    key: Arc<DataKey>,
    file: Arc<[u8]>,
    group: i16,
    column: i16,
}

impl SealedChunk {
    /// What opens a chunk; nothing where it is not sealed.
    pub(crate) fn of(
        sealing: Option<&Arc<Sealing>>,
        file: Option<&Arc<[u8]>>,
        chunk: &ColumnChunkMetaData,
        group: usize,
        column: usize,
    ) -> Result<Option<Self>, ParquetError> {
        let wrapped = match chunk.crypto_metadata() {
            None => return Ok(None),
            Some(ColumnCryptoMetaData::ENCRYPTION_WITH_COLUMN_KEY(column)) => column.key_metadata.as_deref(),
            Some(ColumnCryptoMetaData::ENCRYPTION_WITH_FOOTER_KEY) => None,
        };
        let (Some(sealing), Some(file), Some(wrapped)) = (sealing, file, wrapped) else {
            return Err(ParquetError::General("a sealed column without its key".to_owned()));
        };
        let place = |number: usize| i16::try_from(number).map_err(too_many);
        let key = sealing.key(wrapped).map_err(failed)?;
        Ok(Some(Self { key, file: Arc::clone(file), group: place(group)?, column: place(column)? }))
    }

    /// A page as it lay before it was sealed, head and contents; `number` is none for a dictionary.
    pub(crate) fn open(&self, sealed: &[u8], number: Option<usize>) -> Result<Bytes, ParquetError> {
        const DATA_PAGE: u8 = 2;
        const DICTIONARY: u8 = 3;
        const DATA_PAGE_HEAD: u8 = 4;
        const DICTIONARY_HEAD: u8 = 5;
        let (head, contents) = match number {
            Some(_) => (DATA_PAGE_HEAD, DATA_PAGE),
            None => (DICTIONARY_HEAD, DICTIONARY),
        };
        let (first, rest) = module(sealed).ok_or_else(cut_off)?;
        let (second, _) = module(rest).ok_or_else(cut_off)?;
        let mut page = self.open_module(first, head, number)?;
        page.extend(self.open_module(second, contents, number)?);
        Ok(page.into())
    }

    fn open_module(&self, module: &[u8], kind: u8, page: Option<usize>) -> Result<Vec<u8>, ParquetError> {
        let mut bound = Vec::with_capacity(self.file.len() + 7);
        bound.extend_from_slice(&self.file);
        bound.push(kind);
        bound.extend(self.group.to_le_bytes());
        bound.extend(self.column.to_le_bytes());
        if let Some(page) = page {
            let page = i16::try_from(page).map_err(too_many)?;
            bound.extend(page.to_le_bytes());
        }
        let (nonce, body) = module.split_first_chunk().ok_or_else(cut_off)?;
        self.key.open(nonce, &bound, body).map_err(failed)
    }
}

/// Nonce, ciphertext and tag of the first module, and what comes after it.
fn module(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)
}

fn cut_off() -> ParquetError {
    ParquetError::EOF("a sealed page is cut off".to_owned())
}

fn too_many(error: std::num::TryFromIntError) -> ParquetError {
    ParquetError::General(format!("a sealed file has too many parts: {error}"))
}

/// What is bound to every module of a file, by its footer; nothing where the footer does not say.
pub(crate) fn bound_to_file(footer: &[u8]) -> Option<Arc<[u8]>> {
    thrift::sealing_of_footer(footer).map(Into::into)
}
