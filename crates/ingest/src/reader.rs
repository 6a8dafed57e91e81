//! Reading a batch's data file row by row: digest and character set are proved on the way.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use jq_base::sm3::Hasher;

use crate::fault::FileFault;
use crate::manifest::{Charset, Manifest};
use crate::rule::Rule;

/// Checks the file against the manifest's digest. Nothing is parsed before the digest is right, so a
/// file cut off in the middle never reaches the lake.
pub(crate) fn prove_digest(path: &Path, manifest: &Manifest) -> Result<(), FileFault> {
    let mut file = File::open(path).map_err(|error| missing(manifest, &error))?;
    let mut hasher = Hasher::new();
    let mut chunk = vec![0; 1 << 18];
    loop {
        let length = file.read(&mut chunk).map_err(|error| missing(manifest, &error))?;
        if length == 0 {
            break;
        }
        hasher.update(&chunk[..length]);
    }
    let found = hasher.finish_hex();
    if found.eq_ignore_ascii_case(&manifest.sm3) {
        return Ok(());
    }
    Err(FileFault::new(Rule::DigestMismatch, format!("{} ≠ {}", short(&found), short(&manifest.sm3))))
}

fn missing(manifest: &Manifest, error: &std::io::Error) -> FileFault {
    FileFault::new(Rule::FileMissing, format!("{}: {error}", manifest.file))
}

fn short(digest: &str) -> String {
    digest.chars().take(12).chain("…".chars()).collect()
}

/// The data rows of a file, decoded to UTF-8.
pub(crate) struct Rows {
    csv: csv::Reader<Box<dyn Read + Send>>,
    pub(crate) header: Vec<String>,
}

impl Rows {
    pub(crate) fn open(path: &Path, manifest: &Manifest) -> Result<Self, FileFault> {
        let file = File::open(path).map_err(|error| missing(manifest, &error))?;
        let decoded: Box<dyn Read + Send> = match manifest.encoding {
            Charset::Utf8 => Box::new(BufReader::with_capacity(1 << 18, file)),
            Charset::Gb18030 => Box::new(Gb18030Reader::new(file)),
        };
        let mut csv = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(1 << 18)
            .from_reader(decoded);
        let mut first = csv::ByteRecord::new();
        csv.read_byte_record(&mut first).map_err(|error| broken(&error))?;
        let header = first
            .iter()
            .enumerate()
            .map(|(place, name)| {
                let name = if place == 0 { name.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(name) } else { name };
                String::from_utf8(name.to_vec())
                    .map(|name| name.trim().to_owned())
                    .map_err(|_| FileFault::new(Rule::EncodingWrong, "header"))
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self { csv, header })
    }

    /// Reads the next row into `record`; false at the end of the file.
    pub(crate) fn next_row(&mut self, record: &mut csv::ByteRecord) -> Result<bool, FileFault> {
        self.csv.read_byte_record(record).map_err(|error| broken(&error))
    }
}

/// The cells of a row as text; the error is the place of the first that is not UTF-8.
pub(crate) fn texts(record: &csv::ByteRecord) -> Result<Vec<&str>, usize> {
    record.iter().enumerate().map(|(place, cell)| std::str::from_utf8(cell).map_err(|_| place)).collect()
}

fn broken(error: &csv::Error) -> FileFault {
    match error.kind() {
        csv::ErrorKind::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            FileFault::new(Rule::EncodingWrong, error.to_string())
        }
        _ => FileFault::new(Rule::FileBroken, error.to_string()),
    }
}

/// Turns GB 18030 into UTF-8 as it is read; malformed bytes are an error, never a guess.
struct Gb18030Reader {
    file: File,
    decoder: encoding_rs::Decoder,
    raw: Vec<u8>,
    filled: usize,
    out: Vec<u8>,
    given: usize,
    ended: bool,
}

impl Gb18030Reader {
    fn new(file: File) -> Self {
        Self {
            file,
            decoder: encoding_rs::GB18030.new_decoder_without_bom_handling(),
            raw: vec![0; 1 << 17],
            filled: 0,
            out: Vec::new(),
            given: 0,
            ended: false,
        }
    }

    fn refill(&mut self) -> std::io::Result<()> {
        let length = self.file.read(&mut self.raw[self.filled..])?;
        self.filled += length;
        let last = length == 0;
        let room = self
            .decoder
            .max_utf8_buffer_length_without_replacement(self.filled)
            .unwrap_or(self.filled * 3 + 16);
        self.out.resize(room, 0);
        let (result, read, written) =
            self.decoder.decode_to_utf8_without_replacement(&self.raw[..self.filled], &mut self.out, last);
        if let encoding_rs::DecoderResult::Malformed(..) = result {
            return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, "bytes that are not GB 18030"));
        }
        self.raw.copy_within(read..self.filled, 0);
        self.filled -= read;
        self.out.truncate(written);
        self.given = 0;
        self.ended = last;
        Ok(())
    }
}

impl Read for Gb18030Reader {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.given == self.out.len() {
            if self.ended {
                return Ok(0);
            }
            self.refill()?;
        }
        let length = buffer.len().min(self.out.len() - self.given);
        buffer[..length].copy_from_slice(&self.out[self.given..self.given + length]);
        self.given += length;
        Ok(length)
    }
}
