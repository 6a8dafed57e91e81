//! Folders, dice and files that the stories share.

use std::fs;
use std::path::{Path, PathBuf};

use jq_training::{ScoreOptions, Scorecard, score};

/// A folder that is gone when the story ends.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("jq-training-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("the temporary folder can be written");
        Self(folder)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let file = self.0.join(name);
        fs::write(&file, text).expect("the temporary folder can be written");
        file
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn german() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/german_credit.csv")
}

pub(crate) fn german_split() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/german_split.csv")
}

/// Chance that can be repeated.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(self.0 >> 32).expect("half of the bits")
    }

    pub(crate) fn unit(&mut self) -> f64 {
        f64::from(self.next()) / 4_294_967_296.0
    }

    pub(crate) fn below(&mut self, end: u32) -> u32 {
        self.next() % end
    }
}

pub(crate) fn logistic(odds: f64) -> f64 {
    1.0 / (1.0 + (-odds).exp())
}

/// The scores of a file as text.
pub(crate) fn scores_of(card: &Scorecard, file: &Path, options: &ScoreOptions) -> String {
    let mut out = Vec::new();
    score(card, file, &mut out, options, &mut |_| {}).expect("the file can be scored");
    String::from_utf8(out).expect("digits and commas")
}

/// A table of a header and so many rows.
pub(crate) fn table(header: &str, rows: u32, row: impl FnMut(u32) -> String) -> String {
    let lines: Vec<String> = std::iter::once(header.to_owned()).chain((0..rows).map(row)).collect();
    lines.join("\n") + "\n"
}
