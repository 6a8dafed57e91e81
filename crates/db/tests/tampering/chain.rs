//! The record as a forger holds it: all rows, to be changed at will, with the means to compute the hashes anew.

use jq_base::{json, sm3};
use jq_db::{Db, Row, sql};
use serde_json::json;

/// The columns of a line but its hash, in the order of the table.
pub(crate) const COLUMNS: [&str; 14] = [
    "day",
    "seq",
    "at",
    "actor",
    "role",
    "institution",
    "action",
    "subject",
    "items",
    "purpose",
    "permit",
    "detail",
    "result_hash",
    "prev_hash",
];

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    pub(crate) day: String,
    pub(crate) seq: i64,
    pub(crate) at: i64,
    pub(crate) texts: [Option<String>; 11],
    pub(crate) hash: String,
}

/// What a day's head says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Head {
    pub(crate) day: String,
    pub(crate) count: i64,
    pub(crate) hash: String,
}

/// The whole record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Chain {
    pub(crate) lines: Vec<Line>,
    pub(crate) heads: Vec<Head>,
    pub(crate) tip: i64,
}

impl Line {
    fn read(row: &Row) -> Self {
        let text = |column: &str| row.opt_text(column).unwrap();
        Self {
            day: row.text("day").unwrap(),
            seq: row.int("seq").unwrap(),
            at: row.int("at").unwrap(),
            texts: std::array::from_fn(|place| text(COLUMNS[place + 3])),
            hash: row.text("hash").unwrap(),
        }
    }

    pub(crate) fn place(&self) -> (String, i64) {
        (self.day.clone(), self.seq)
    }

    /// The hash of the line before, as the line has it.
    pub(crate) fn set_before(&mut self, hash: &str) {
        self.texts[10] = Some(hash.to_owned());
    }

    /// The hash that fits the line.
    pub(crate) fn computed(&self) -> String {
        let mut all = serde_json::Map::new();
        all.insert("day".to_owned(), json!(self.day));
        all.insert("seq".to_owned(), json!(self.seq));
        all.insert("at".to_owned(), json!(self.at));
        for (column, text) in COLUMNS[3..].iter().zip(&self.texts) {
            all.insert((*column).to_owned(), json!(text));
        }
        hash_of(&serde_json::Value::Object(all))
    }
}

impl Chain {
    pub(crate) async fn read(db: &Db) -> Self {
        let lines = db.fetch_all(sql("select * from audit_line order by day, seq")).await.unwrap();
        let heads = db.fetch_all(sql("select * from audit_head order by day")).await.unwrap();
        let tip = db.fetch_one(sql("select line_count from commit_tip")).await.unwrap();
        let head = |row: &Row| Head {
            day: row.text("day").unwrap(),
            count: row.int("line_count").unwrap(),
            hash: row.text("hash").unwrap(),
        };
        let chain = Self {
            lines: lines.iter().map(Line::read).collect(),
            heads: heads.iter().map(head).collect(),
            tip: tip.int("line_count").unwrap(),
        };
        assert!(chain.lines.iter().all(|line| line.computed() == line.hash), "the forger can compute");
        chain
    }

    /// Puts this record in the place of what is there.
    pub(crate) async fn write(&self, db: &Db) {
        let mut tx = db.begin().await.unwrap();
        tx.execute(sql("delete from audit_line")).await.unwrap();
        tx.execute(sql("delete from audit_head")).await.unwrap();
        for line in &self.lines {
            let mut query =
                sql("insert into audit_line (day, seq, at, actor, role, institution, action, subject,
                    items, purpose, permit, detail, result_hash, prev_hash, hash)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)");
            query = query.bind(&line.day).bind(line.seq).bind(line.at);
            query = query.bind_all(line.texts.iter().map(Option::as_deref));
            tx.execute(query.bind(&line.hash)).await.unwrap();
        }
        for head in &self.heads {
            let query = sql("insert into audit_head (day, line_count, hash) values ($1, $2, $3)");
            tx.execute(query.bind(&head.day).bind(head.count).bind(&head.hash)).await.unwrap();
        }
        tx.execute(sql("update commit_tip set line_count = $1").bind(self.tip)).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The places of a day's lines among all.
    pub(crate) fn of_day(&self, day: &str) -> Vec<usize> {
        (0..self.lines.len()).filter(|at| self.lines[*at].day == day).collect()
    }

    pub(crate) fn head(&mut self, day: &str) -> &mut Head {
        self.heads.iter_mut().find(|head| head.day == day).unwrap()
    }

    /// The day after this one.
    pub(crate) fn day_after(&self, day: &str) -> Option<String> {
        self.heads.iter().map(|head| head.day.clone()).find(|other| other.as_str() > day)
    }

    /// Computes every hash from the line `from` on anew, and the heads with them: a record that fits in itself.
    pub(crate) fn mend(&mut self, from: usize) {
        for at in from..self.lines.len() {
            let day = self.lines[at].day.clone();
            let before = match at.checked_sub(1).filter(|last| self.lines[*last].day == day) {
                Some(last) => self.lines[last].hash.clone(),
                None => self.opening(&day),
            };
            self.lines[at].set_before(&before);
            self.lines[at].hash = self.lines[at].computed();
            let (seq, hash) = (self.lines[at].seq, self.lines[at].hash.clone());
            let head = self.head(&day);
            (head.count, head.hash) = (seq, hash);
        }
    }

    fn opening(&self, day: &str) -> String {
        let before = self.heads.iter().rfind(|head| head.day.as_str() < day);
        hash_of(&json!({
            "day": day,
            "before": before.map(|head| json!({
                "day": head.day, "line_count": head.count, "hash": head.hash,
            })),
        }))
    }
}

fn hash_of(value: &serde_json::Value) -> String {
    sm3::hex(json::canonical(value).unwrap().as_bytes())
}
