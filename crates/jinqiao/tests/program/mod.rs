//! The real program in a data folder of its own, driven as a person at the command line would.

#![allow(dead_code, reason = "each test file uses some of it")]

pub(crate) mod browser;
pub(crate) mod demo;

use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

/// A data folder that is removed after the test, and the program that works in it.
pub(crate) struct Program {
    pub(crate) folder: PathBuf,
}

impl Program {
    pub(crate) fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("jinqiao-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder for the test");
        Self { folder }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jinqiao"));
        command
            .arg("--data")
            .arg(self.data())
            .args(arguments)
            .env("LANG", "en_US.UTF-8")
            .stdin(Stdio::null());
        command
    }

    /// Runs a command to its end, whatever it says.
    pub(crate) fn try_run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the program starts")
    }

    /// Runs a command that must succeed and returns what it printed.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let output = self.try_run(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "{arguments:?}: {said}\n{}",
            String::from_utf8_lossy(&output.stdout)
        );
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// Runs a command that must succeed and returns its document.
    pub(crate) fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let text = self.run(&[arguments, &["--json"]].concat());
        serde_json::from_str(&text).expect("one JSON document")
    }

    /// Makes a city and returns the folder of its drop batches.
    pub(crate) fn city(&self, subjects: u32) -> String {
        let city = self.folder.join("city");
        let city = city.to_str().expect("UTF-8").to_owned();
        self.run(&["city", "make", "--subjects", &subjects.to_string(), "--seed", "7", "--out", &city]);
        format!("{city}/drops")
    }

    /// Starts a command and kills it after the pause; false when it had ended before.
    pub(crate) fn killed_after(&self, arguments: &[&str], pause: Duration) -> bool {
        let mut child = self.start(arguments);
        std::thread::sleep(pause);
        if child.try_wait().expect("the process can be asked").is_some() {
            return false;
        }
        child.kill().expect("the process can be killed");
        child.wait().expect("the process ends");
        true
    }

    /// Starts a command in the background.
    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // A folder that stays behind is only a little space in the temp folder.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
