//! Damaged texts and files: real ones, changed at random, the same in every run.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// The longest input.
const BYTES_MAX: usize = 1 << 15;
/// Changes made to one input at most.
const CHANGES_MAX: u64 = 4;
/// Signs and words at which readers of texts, tables, JSON, TOML and SQL turn.
const WORDS: [&str; 38] = [
    "\0",
    "\n",
    "\r\n",
    "\t",
    ",",
    ",,",
    "\"",
    "\"\"",
    "'",
    "|",
    "=",
    "-",
    ".",
    "..",
    "/",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ";",
    "\u{feff}",
    "\u{3000}",
    "亿",
    "万",
    "零",
    "〇",
    "２",
    "null",
    "true",
    "nan",
    "inf",
    "1e999",
    "-0",
    "99999999999999999999",
    "9999-12-31",
    "\u{10FFFF}",
];

/// Hands the samples, and many damaged variants of them, to `entry`, which must come back from each;
/// `JINQIAO_TEST_ROUNDS` times as many. The process may use so many MB of memory in all.
pub(crate) fn drive(samples: &[impl AsRef<[u8]>], variants: u64, megabytes: u64, entry: impl Fn(&[u8])) {
    let samples: Vec<&[u8]> = samples.iter().map(AsRef::as_ref).collect();
    for sample in &samples {
        entry(sample);
    }
    for number in 0..variants * rounds() {
        let input = damaged(&samples, &mut Dice(number));
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| entry(&input))) {
            eprintln!("input {number}: {:?}", String::from_utf8_lossy(&input));
            resume_unwind(panic);
        }
    }
    let used = peak_megabytes();
    assert!(used <= megabytes, "{used} MB of memory were used");
}

#[expect(clippy::disallowed_methods, reason = "whoever runs the tests says how often by the environment")]
fn rounds() -> u64 {
    std::env::var("JINQIAO_TEST_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(1)
}

/// The most memory that this process has held, where the system tells.
fn peak_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = peak.and_then(|peak| peak.trim().trim_end_matches("kB").trim().parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1_024
}

/// Random numbers from a seed (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 when there is none.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % (end.max(1) as u64)).unwrap_or(0)
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }
}

fn damaged(samples: &[&[u8]], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = samples[dice.below(samples.len())].to_vec();
    for _ in 0..=dice.next() % CHANGES_MAX {
        change(&mut bytes, samples, dice);
        bytes.truncate(BYTES_MAX);
    }
    bytes
}

fn change(bytes: &mut Vec<u8>, samples: &[&[u8]], dice: &mut Dice) {
    let at = dice.below(bytes.len() + 1);
    let length = dice.below(bytes.len() - at + 1);
    let end = at + if dice.byte() < 200 { length.min(12) } else { length };
    match dice.below(9) {
        0 => bytes.truncate(at),
        1 => drop(bytes.drain(at..end)),
        2 => insert(bytes, at, &[dice.byte()]),
        3 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << dice.below(8);
            }
        }
        4 => insert(bytes, at, WORDS[dice.below(WORDS.len())].as_bytes()),
        5 => {
            drop(bytes.drain(at..end));
            insert(bytes, at, WORDS[dice.below(WORDS.len())].as_bytes());
        }
        6 => {
            let again = bytes[at..end].repeat(1 + dice.below(40));
            insert(bytes, at, &again);
        }
        7 => {
            let other = samples[dice.below(samples.len())];
            let from = dice.below(other.len() + 1);
            insert(bytes, at, &other[from..]);
        }
        _ => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = dice.byte();
            }
        }
    }
}

fn insert(bytes: &mut Vec<u8>, at: usize, piece: &[u8]) {
    let piece = &piece[..piece.len().min(BYTES_MAX)];
    bytes.splice(at..at, piece.iter().copied());
}
