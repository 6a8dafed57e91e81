//! Processes killed at random moments of ingest, compaction, retention and vacuum.

use std::time::{Duration, Instant};

use crate::drops::{ITEMS, daily};
use crate::kept;
use crate::program::Program;

/// Times the story is told; more of them find what few do not.
const ROUNDS: &str = "JINQIAO_TEST_ROUNDS";
/// Kills of one command at most, before it is left to come to its end.
const KILLS_MAX: u32 = 3;
/// Batches that are taken with one command.
const WAVE: usize = 7;

#[expect(clippy::disallowed_methods, reason = "whoever runs the tests says how often by the environment")]
fn rounds() -> u64 {
    std::env::var(ROUNDS).ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(1)
}

/// Random numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    /// A moment of a stretch of time.
    fn moment(&mut self, of: Duration) -> Duration {
        // The generator is SplitMix64.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        of.mul_f64(f64::from(u32::try_from(mixed >> 32).unwrap()) / f64::from(u32::MAX))
    }
}

/// What is done with the batches, wave by wave.
fn script(batches: &[String]) -> Vec<Vec<&str>> {
    let mut script = Vec::new();
    for wave in batches.chunks(WAVE) {
        let wave = wave.iter().map(String::as_str);
        script.push(["ingest"].into_iter().chain(wave).collect());
        script.push(vec!["lake", "compact"]);
        script.push(vec!["lake", "retain"]);
        script.push(vec!["lake", "vacuum", "--grace", "0"]);
    }
    script
}

#[test]
fn whatever_is_killed_and_when_the_same_commands_lead_to_the_same_records() {
    let undisturbed = Program::new("faults-undisturbed");
    let batches = daily(&undisturbed, 40, 4);
    let script = script(&batches);
    let mut took = Vec::new();
    for command in &script {
        let begun = Instant::now();
        undisturbed.run(command);
        took.push(begun.elapsed());
    }
    let wanted = kept::all(&undisturbed, &ITEMS);
    kept::assert_told_once(&undisturbed);
    for round in 0..rounds() {
        let killed = Program::new(&format!("faults-killed-{round}"));
        let mut dice = Dice(round);
        let mut kills = 0;
        for (command, took) in script.iter().zip(&took) {
            for _ in 0..KILLS_MAX {
                if !killed.killed_after(command, dice.moment(*took)) {
                    break;
                }
                kills += 1;
            }
            killed.run(command);
        }
        let case = format!("round {round}, {kills} kills");
        assert!(kills > script.len() / 2, "{case}: too few hit a running process");
        kept::assert_same(&kept::all(&killed, &ITEMS), &wanted, &case);
        kept::assert_told_once(&killed);
        kept::assert_tidy(&killed);
    }
}
