//! A running demo city, as `jinqiao up` starts it.

use std::io::{BufRead, BufReader, Read};
use std::process::Child;

use super::Program;

/// A platform that is being served; it ends with the test.
pub(crate) struct Demo {
    pub(crate) program: Program,
    pub(crate) address: String,
    /// Name, mobile number and subject of each demo firm.
    pub(crate) firms: Vec<Firm>,
    child: Child,
}

/// A firm of the demo.
#[derive(Clone, Debug)]
pub(crate) struct Firm {
    pub(crate) name: String,
    pub(crate) mobile: String,
    pub(crate) subject: String,
}

impl Demo {
    /// Starts a city of that size and waits until it is ready.
    pub(crate) fn start(name: &str, subjects: u32) -> Self {
        Self::start_in(Program::new(name), subjects)
    }

    /// Starts the platform over an existing data folder.
    pub(crate) fn start_in(program: Program, subjects: u32) -> Self {
        let subjects = subjects.to_string();
        let mut child = program.start(&["up", "--port", "0", "--subjects", &subjects, "--json"]);
        let mut said = BufReader::new(child.stdout.take().expect("standard output is a pipe"));
        let mut text = String::new();
        let document: serde_json::Value = loop {
            let mut line = String::new();
            if said.read_line(&mut line).expect("lines of text") == 0 {
                let mut errors = String::new();
                if let Some(mut stderr) = child.stderr.take() {
                    let _ = stderr.read_to_string(&mut errors);
                }
                panic!("the platform ended before it was ready: {text}{errors}");
            }
            text.push_str(&line);
            if let Ok(document) = serde_json::from_str(&text) {
                break document;
            }
        };
        let word = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
        let firms = document["firms"].as_array().expect("a list of firms");
        let firms = firms
            .iter()
            .map(|firm| Firm {
                name: word(&firm["name"]),
                mobile: word(&firm["mobile"]),
                subject: word(&firm["subject"]),
            })
            .collect();
        Self { address: word(&document["address"]), firms, program, child }
    }

    /// Kills the platform and hands the data folder back.
    pub(crate) fn stop(mut self) -> Program {
        let _ = self.child.kill();
        let _ = self.child.wait();
        std::mem::replace(&mut self.program, Program::new("stopped"))
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
