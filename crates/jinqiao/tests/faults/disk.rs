//! A disk without room: what was not taken is not seen, the message says what to do, and doing it helps.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::bills;
use crate::kept;
use crate::program::Program;

/// Bills of a batch, so many that its data file is larger than the limit set here.
const ROWS: u64 = 60_000;
/// Bills of a batch for the small disk.
const ROWS_SMALL: u64 = 6_000;

/// Runs a command whose files may not grow beyond so many blocks of 512 bytes.
fn limited(program: &Program, blocks: u64, arguments: &[&str]) -> Output {
    let inner = program.command(arguments);
    let mut shell = Command::new("sh");
    // Without the trap the system ends a process that writes too much instead of refusing.
    shell.args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\""), "sh"]);
    shell.arg(inner.get_program()).args(inner.get_args());
    for (name, value) in inner.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell.output().unwrap()
}

fn assert_says_what_to_do(program: &Program, output: &Output, case: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{case}: {said}");
    let remedy = format!("free space on the disk of {}", program.data().display());
    assert!(said.contains(&remedy) && said.contains("give the same command again"), "{case}: {said}");
}

/// Versions of bills in the lake.
fn versions(program: &Program) -> u64 {
    program.json(&["lake", "sql", "select count(*) as n from power_bill_all"])[0]["n"].as_u64().unwrap()
}

#[test]
fn a_batch_and_a_compaction_that_find_no_room_are_done_by_the_same_command_once_there_is() {
    const BLOCKS: u64 = 2_048;
    let program = Program::new("faults-limit");
    let folder = &program.folder;
    let (register, first, second) =
        (bills::register(folder), bills::power(folder, 1, ROWS), bills::power(folder, 2, ROWS));
    program.run(&["ingest", &register]);
    for (taken, batch) in [(ROWS, &first), (2 * ROWS, &second)] {
        let refused = limited(&program, BLOCKS, &["ingest", batch]);
        assert_says_what_to_do(&program, &refused, batch);
        assert_eq!(versions(&program), taken - ROWS, "nothing of it is seen");
        kept::assert_no_spare_files(&program);
        program.run(&["ingest", batch]);
        assert_eq!(versions(&program), taken);
    }
    let refused = limited(&program, BLOCKS, &["lake", "compact"]);
    assert_says_what_to_do(&program, &refused, "compaction");
    assert_eq!(versions(&program), 2 * ROWS);
    kept::assert_no_spare_files(&program);
    let chinese = limited(&program, BLOCKS, &["--lang", "zh", "lake", "compact"]);
    assert!(String::from_utf8_lossy(&chinese.stderr).contains("再执行同一命令"), "{chinese:?}");
    program.run(&["lake", "compact"]);
    assert_eq!(versions(&program), 2 * ROWS);
    kept::assert_told_once(&program);
}

/// A small disk of its own under the data folder, which only root can have.
struct SmallDisk<'p>(&'p Path);

impl<'p> SmallDisk<'p> {
    fn at(folder: &'p Path, megabytes: u32) -> Option<Self> {
        std::fs::create_dir_all(folder).unwrap();
        let size = format!("size={megabytes}m");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "none"]).arg(folder).output();
        mounted.is_ok_and(|output| output.status.success()).then_some(Self(folder))
    }

    /// Fills the disk but for so many bytes.
    fn leave(&self, room: u64) {
        let mut filler = std::fs::File::create(self.filler()).unwrap();
        let mut piece = vec![1; 1 << 20];
        while !piece.is_empty() {
            if filler.write_all(&piece).is_err() {
                piece.truncate(piece.len() / 2);
            }
        }
        let length = filler.metadata().unwrap().len();
        filler.set_len(length.saturating_sub(room)).unwrap();
    }

    fn clear(&self) {
        std::fs::remove_file(self.filler()).unwrap();
    }

    fn filler(&self) -> PathBuf {
        self.0.join("filler")
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).output();
    }
}

#[test]
fn a_disk_that_is_full_at_any_step_loses_no_batch() {
    let program = Program::new("faults-full");
    let data = program.data();
    let Some(disk) = SmallDisk::at(&data, 48) else {
        eprintln!("no disk can be mounted here; the limit on files is tried instead");
        return;
    };
    let batch = bills::power(&program.folder, 1, ROWS_SMALL);
    program.run(&["ingest", &bills::register(&program.folder)]);
    let mut refusals = 0;
    // From no room at all to enough: the disk becomes full at one step after the other.
    for room in (0..).step_by(24 << 10) {
        disk.leave(room);
        let output = program.try_run(&["ingest", &batch]);
        disk.clear();
        if output.status.success() {
            break;
        }
        refusals += 1;
        let case = format!("{room} bytes of room");
        assert_says_what_to_do(&program, &output, &case);
        assert!([0, ROWS_SMALL].contains(&versions(&program)), "{case}: a batch is seen whole or not at all");
    }
    assert!(refusals > 3, "{refusals} refusals");
    assert_eq!(versions(&program), ROWS_SMALL);
    assert_eq!(program.json(&["ingest", &batch])[0]["repeated"], Value::Bool(true));
    kept::assert_told_once(&program);
    program.run(&["lake", "vacuum", "--grace", "0"]);
    kept::assert_tidy(&program);
}
