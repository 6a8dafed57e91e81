//! The real program in a data folder of its own, driven as a person at the command line would.

#![allow(dead_code, reason = "each test file uses some of it")]

pub(crate) mod browser;
pub(crate) mod contents;
pub(crate) mod demo;
pub(crate) mod form;
pub(crate) mod warned;

use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

/// The environment variable that names a PostgreSQL server for tests.
const SERVER: &str = "JINQIAO_TEST_PG_URL";

/// A data folder that is removed after the test, and the program that works in it.
pub(crate) struct Program {
    pub(crate) folder: PathBuf,
    /// The server that keeps the business records, if it is not a file in the folder.
    database: Option<String>,
    /// Whether data files are left unsealed, for readers without keys.
    in_clear: bool,
    /// What else the environment says.
    variables: Vec<(&'static str, String)>,
}

impl Program {
    pub(crate) fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("jinqiao-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder for the test");
        Self { folder, database: None, in_clear: false, variables: Vec::new() }
    }

    /// The same with a lake that lies in the clear.
    pub(crate) fn in_clear(mut self) -> Self {
        self.in_clear = true;
        self
    }

    /// The same with a variable of the environment.
    pub(crate) fn with_variable(mut self, name: &'static str, value: &str) -> Self {
        self.variables.push((name, value.to_owned()));
        self
    }

    /// The same with its business records in a schema of its own on the server for tests; nothing when none is named.
    #[expect(clippy::disallowed_methods, reason = "tests are told by the environment which server to use")]
    pub(crate) fn on_postgres(name: &str) -> Option<Self> {
        let server = std::env::var(SERVER).ok().filter(|url| !url.is_empty());
        assert!(
            server.is_some() || std::env::var("CI").is_err(),
            "in CI the stories run on PostgreSQL too: set {SERVER}"
        );
        let server = server?;
        let schema = format!("story_{}_{}", name.replace('-', "_"), std::process::id());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let db =
                jq_db::Db::open(&server, jq_base::clock::Clock::System).await.expect("the server answers");
            let mut tx = db.begin().await.expect("a transaction");
            for text in [format!("drop schema if exists {schema} cascade"), format!("create schema {schema}")]
            {
                tx.execute(jq_db::sql_built(text)).await.expect("a schema");
            }
            tx.commit().await.expect("a commit");
            db.close().await;
        });
        let joint = if server.contains('?') { '&' } else { '?' };
        let mut program = Self::new(&format!("{name}-pg"));
        program.database = Some(format!("{server}{joint}options=-c%20search_path%3D{schema}"));
        Some(program)
    }

    /// Where the business records are, for whoever looks into them beside the program.
    pub(crate) fn store(&self) -> String {
        self.database.clone().unwrap_or_else(|| self.data().join("jinqiao.db").display().to_string())
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jinqiao"));
        command
            .arg("--data")
            .arg(self.data())
            .args(arguments)
            .env_remove("JINQIAO_DATABASE")
            .env("LANG", "en_US.UTF-8")
            .stdin(Stdio::null());
        if let Some(database) = &self.database {
            command.env("JINQIAO_DATABASE", database);
        }
        if self.in_clear {
            command.env("JINQIAO_LAKE_IN_CLEAR", "1");
        }
        command.envs(self.variables.iter().map(|(name, value)| (*name, value)));
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
