//! A scheduler and executors as processes of their own on loopback, ended with the test.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_jinqiao-cluster");
/// Threads of Ballista's own take their stack's size from the environment; unoptimised code needs more of it.
const STACK: (&str, &str) = ("RUST_MIN_STACK", "16777216");
/// The longest wait for a process to come up.
const PATIENCE: Duration = Duration::from_mins(1);
/// A pause between two looks at something that is about to happen.
pub(crate) const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// A running process, killed when it is dropped.
pub(crate) struct Process {
    child: Child,
    /// Kept open, so that the process can go on speaking.
    _says: BufReader<ChildStdout>,
    /// What it said first.
    line: String,
}

impl Process {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(PROGRAM)
            .args(arguments)
            .env(STACK.0, STACK.1)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut says = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        says.read_line(&mut line).unwrap();
        Self { child, _says: says, line: line.trim().to_owned() }
    }

    /// Ends it at once, as a machine does that loses its power.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

pub(crate) struct Executor {
    pub(crate) process: Process,
    work_dir: PathBuf,
}

impl Executor {
    /// The jobs that this executor has made parts of.
    pub(crate) fn jobs(&self) -> BTreeSet<String> {
        let Ok(entries) = std::fs::read_dir(&self.work_dir) else { return BTreeSet::new() };
        entries
            .filter_map(Result::ok)
            .filter(|entry| entry.path().is_dir())
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            // Room for spilling stands beside the jobs.
            .filter(|name| !name.starts_with("datafusion-"))
            .collect()
    }
}

/// A scheduler with its executors.
pub(crate) struct Grid {
    pub(crate) scheduler: Process,
    pub(crate) address: String,
    pub(crate) executors: Vec<Executor>,
}

impl Grid {
    /// A scheduler alone.
    pub(crate) fn scheduler() -> Self {
        let scheduler = Process::start(&["scheduler", "--listen", "127.0.0.1:0", "--executor-timeout", "8"]);
        let address = scheduler.line.rsplit(' ').next().unwrap().to_owned();
        Self { scheduler, address, executors: Vec::new() }
    }

    /// A scheduler and two executors of one core each, which have all spoken to it.
    pub(crate) fn of_two(folder: &Path) -> Self {
        let mut grid = Self::scheduler();
        for name in ["one", "two"] {
            let work_dir = folder.join(format!("work-{name}"));
            let process = Process::start(&[
                "executor",
                "--scheduler",
                &grid.address,
                "--work-dir",
                work_dir.to_str().unwrap(),
                "--cores",
                "1",
            ]);
            let listens = process.line.rsplit(' ').next().unwrap().to_owned();
            until("an executor listens", || std::net::TcpStream::connect(&listens).is_ok());
            grid.executors.push(Executor { process, work_dir });
        }
        grid
    }
}

/// Looks again and again until it is so.
pub(crate) fn until(what: &str, mut so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !so() {
        assert!(began.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        std::thread::sleep(BETWEEN_LOOKS);
    }
}

/// Runs the program to its end.
pub(crate) fn run(arguments: &[&str]) -> Output {
    Command::new(PROGRAM).args(arguments).env("LANG", "C").env(STACK.0, STACK.1).output().unwrap()
}

/// A port on which nobody listens.
pub(crate) fn free_address() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

/// Something that takes connections and is no scheduler; ends with its first visitor.
pub(crate) fn stranger() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        if let Ok((mut stream, _)) = listener.accept() {
            let mut asked = [0; 64];
            let _ = stream.read(&mut asked);
        }
    });
    address
}
