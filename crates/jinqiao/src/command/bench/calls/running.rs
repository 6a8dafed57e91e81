//! The platform in a process of its own, and the token with which it is asked.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, bail};

use super::http::Connection;
use crate::cli::KeyOptions;
use crate::demo::PASSWORD;

/// The platform in a process of its own; it ends with the measurement.
pub(in crate::command::bench) struct Running {
    child: Child,
    /// `127.0.0.1:<port>`.
    pub(in crate::command::bench) address: String,
}

impl Running {
    pub(in crate::command::bench) fn start(data: &Path, keys: &KeyOptions) -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        if let Some(file) = &keys.master_key {
            command.arg("--master-key").arg(std::path::absolute(file)?);
        }
        let mut child = command
            .args(["--lang", "en", "--data"])
            .arg(data)
            .args(["up", "--port", "0", "--lake-care", "0", "--calls-a-minute", "4000000000"])
            .env_remove("JINQIAO_DATABASE")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let said = child.stdout.take().context("what the platform says")?;
        for line in BufReader::new(said).lines() {
            let line = line?;
            if let Some((_, address)) = line.split_once("http://127.0.0.1:") {
                let port: String = address.chars().take_while(char::is_ascii_digit).collect();
                return Ok(Self { child, address: format!("127.0.0.1:{port}") });
            }
        }
        child.wait()?;
        bail!("the platform ended before it was ready; does {} hold a demo city?", data.display())
    }

    pub(in crate::command::bench) fn end(&mut self) {
        // It is a copy; nothing is lost by ending it at once.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

/// A token of a bank's program; it answers as soon as the platform serves.
pub(in crate::command::bench) async fn token(address: &str, bank: &str) -> anyhow::Result<String> {
    let form = format!("grant_type=client_credentials&client_id={bank}&client_secret={PASSWORD}");
    let mut connection = Connection::open(address).await?;
    let (status, body) = connection.post_form("/oauth/token", &form).await?;
    let answer: serde_json::Value = serde_json::from_slice(&body)?;
    let token = answer["access_token"].as_str();
    Ok(token.with_context(|| format!("no token for {bank}: {status} {answer}"))?.to_owned())
}
