//! Anchors: the newest hash of the chain, written to a file outside the store.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

use jiff::Timestamp;
use jq_base::json::canonical;
use jq_base::sign::{Sign, SignatureCheck};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::chain::Head;
use super::verify::Fault;
use crate::{Db, DbError, sql};

/// One line of the anchor file: the chain as it stood at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// When it was taken.
    pub at: Timestamp,
    /// The newest day.
    pub day: String,
    /// Lines of that day.
    pub line_count: i64,
    /// The hash of its last line.
    pub hash: String,
    /// Lines of all days.
    pub lines_total: u64,
    /// The platform's signature over all of this; anchors of before it signed have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
}

/// Where anchors are, and who knows the platform's signature.
#[derive(Clone, Copy)]
pub struct Anchored<'a> {
    /// The anchor file; one that is not there has no anchors.
    pub path: &'a Path,
    /// Checks the anchors' signatures; without it they are counted as unchecked.
    pub signer: Option<&'a dyn Sign>,
}

impl Anchor {
    /// What is signed: canonical JSON of everything but the signature, with the name of this form.
    pub fn signed_text(&self) -> String {
        let signed = json!({
            "form": "jinqiao.audit-anchor/1",
            "at": self.at.to_string(),
            "day": self.day,
            "line_count": self.line_count,
            "hash": self.hash,
            "lines_total": self.lines_total,
        });
        canonical(&signed).expect("a JSON value has a canonical form")
    }

    /// What its signature is worth.
    fn check(&self, signer: Option<&dyn Sign>) -> Result<SignatureCheck, DbError> {
        match (&self.signature, signer) {
            (None, _) => Ok(SignatureCheck::Unsigned),
            (Some(_), None) => Ok(SignatureCheck::Unchecked),
            (Some(signature), Some(signer)) => {
                signer.check(self.signed_text().as_bytes(), signature).map_err(DbError::Sign)
            }
        }
    }
}

/// Appends the present end of the chain to the file and has it on the disk before coming back. An empty chain,
/// or one that is anchored already, adds nothing. With a signer the anchor carries its signature.
pub async fn anchor(db: &Db, path: &Path, signer: Option<&dyn Sign>) -> Result<Option<Anchor>, DbError> {
    let mut tx = db.read().await?;
    let head = sql("select day, line_count, hash from audit_head order by day desc limit 1");
    let Some(head) = tx.fetch_optional(head).await?.as_ref().map(Head::read).transpose()? else {
        return tx.end().await.map(|()| None);
    };
    let tip = tx.fetch_one(sql("select line_count from commit_tip where tip_id = 1")).await?;
    let mut taken = Anchor {
        at: db.clock().now(),
        day: head.day,
        line_count: head.line_count,
        hash: head.hash,
        lines_total: tip.get("line_count")?,
        signature: None,
    };
    tx.end().await?;
    let known = Anchors::load(path)?;
    if known.count_at(&taken.day, taken.line_count) > 0 {
        return Ok(None);
    }
    if let Some(signer) = signer {
        taken.signature = Some(signer.sign(taken.signed_text().as_bytes()).map_err(DbError::Sign)?);
    }
    append(path, &taken, known.open_end).map_err(|source| failed(path, source))?;
    Ok(Some(taken))
}

/// One write of one line. A line torn by a power cut is closed first, so that it spoils itself only.
fn append(path: &Path, taken: &Anchor, open_end: bool) -> std::io::Result<()> {
    let line = serde_json::to_string(taken)?;
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    let start = if open_end { "\n" } else { "" };
    file.write_all(format!("{start}{line}\n").as_bytes())?;
    file.sync_all()?;
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// What the signatures of an anchor file are worth.
#[derive(Debug, Default)]
pub(super) struct Signatures<'a> {
    pub(super) genuine: u64,
    pub(super) unsigned: u64,
    pub(super) unchecked: u64,
    pub(super) refused: Option<&'a Anchor>,
}

/// The anchors of a file, by place.
#[derive(Debug, Default)]
pub(super) struct Anchors {
    by_place: BTreeMap<(String, i64), Vec<Anchor>>,
    /// In the order of the file.
    in_order: Vec<Anchor>,
    pub(super) unreadable: u64,
    open_end: bool,
}

impl Anchors {
    /// A file that is not there has no anchors.
    pub(super) fn load(path: &Path) -> Result<Self, DbError> {
        let text = match std::fs::read(path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(source) if source.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(source) => return Err(failed(path, source)),
        };
        let mut anchors = Self { open_end: !text.is_empty() && !text.ends_with('\n'), ..Self::default() };
        for line in text.lines().filter(|line| !line.is_empty()) {
            match serde_json::from_str::<Anchor>(line) {
                Ok(anchor) => {
                    let place = (anchor.day.clone(), anchor.line_count);
                    anchors.in_order.push(anchor.clone());
                    anchors.by_place.entry(place).or_default().push(anchor);
                }
                Err(_) => anchors.unreadable += 1,
            }
        }
        Ok(anchors)
    }

    /// How many signatures are the platform's, and the first anchor whose signature is not, or is missing though an
    /// earlier one was signed.
    pub(super) fn check_signatures(&self, signer: Option<&dyn Sign>) -> Result<Signatures<'_>, DbError> {
        let mut found = Signatures::default();
        let mut signs = false;
        for anchor in &self.in_order {
            let check = anchor.check(signer)?;
            match &check {
                SignatureCheck::Genuine { .. } => found.genuine += 1,
                SignatureCheck::Unchecked => found.unchecked += 1,
                SignatureCheck::Unsigned => found.unsigned += 1,
                SignatureCheck::Forged | SignatureCheck::KeyUnknown { .. } => {}
            }
            let is_missing = signs && check == SignatureCheck::Unsigned;
            if check.is_refused() || is_missing {
                found.refused = found.refused.or(Some(anchor));
            }
            signs |= anchor.signature.is_some();
        }
        Ok(found)
    }

    fn at(&self, day: &str, seq: i64) -> &[Anchor] {
        self.by_place.get(&(day.to_owned(), seq)).map_or(&[], Vec::as_slice)
    }

    /// How many anchors stand at a place.
    pub(super) fn count_at(&self, day: &str, seq: i64) -> u64 {
        self.at(day, seq).len() as u64
    }

    /// A line whose hash is not the anchored one is of another chain.
    pub(super) fn fault_at(&self, day: &str, seq: i64, hash: &str) -> Option<Fault> {
        self.at(day, seq).iter().any(|anchor| anchor.hash != hash).then_some(Fault::Rewritten)
    }

    /// The first anchor that stands behind the end of its day.
    pub(super) fn first_beyond(&self, ends: &BTreeMap<String, i64>) -> Option<&Anchor> {
        let met = |anchor: &&Anchor| ends.get(&anchor.day).is_some_and(|end| *end >= anchor.line_count);
        self.by_place.values().flatten().find(|anchor| !met(anchor))
    }
}

fn failed(path: &Path, source: std::io::Error) -> DbError {
    DbError::Anchor { path: path.display().to_string(), source }
}
