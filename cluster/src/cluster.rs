//! A running cluster as a client sees it: is it ready, and a session whose plans it carries out.

use std::time::Duration;

use anyhow::{Context, bail};
use ballista_core::extension::{SessionConfigExt, SessionStateExt};
use datafusion::execution::SessionStateBuilder;
use jq_lake::{Lake, LakeSession, session_state};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The longest wait for the scheduler to say whether it is ready.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// A scheduler that has answered, with at least one executor behind it.
#[derive(Debug, Clone)]
pub struct Cluster {
    address: String,
    partitions: usize,
}

impl Cluster {
    /// Finds the cluster whose scheduler listens at `address`, `host:port`. Plans are cut into `partitions` parts.
    pub async fn find(address: &str, partitions: usize) -> anyhow::Result<Self> {
        let status = tokio::time::timeout(ANSWER_WITHIN, readiness(address))
            .await
            .with_context(|| format!("the scheduler at {address} takes connections and says nothing"))?
            .with_context(|| {
                format!(
                    "no scheduler answers at {address}; start one with \
                     `jinqiao-cluster scheduler --listen {address}`, or name another with --scheduler"
                )
            })?;
        match status {
            200 => Ok(Self { address: address.to_owned(), partitions }),
            503 => bail!(
                "the scheduler at {address} has no executor; start one on each machine with \
                 `jinqiao-cluster executor --scheduler {address} --work-dir DIR`"
            ),
            _ => bail!("what answers at {address} is no scheduler: it says {status}"),
        }
    }

    /// A session over the whole city whose plans this cluster carries out.
    pub fn session(&self, lake: &Lake) -> anyhow::Result<LakeSession> {
        let state = session_state();
        // Ballista's own choices first, so that what follows is not set back by them.
        let config = state
            .config()
            .clone()
            .upgrade_for_ballista()
            .with_target_partitions(self.partitions)
            // Planned once: the adaptive planner adds stage after stage without end to a join with an item that is empty.
            .with_ballista_adaptive_query_planner(false)
            .with_ballista_job_name("jinqiao");
        let state = SessionStateBuilder::new_from_existing(state).with_config(config).build();
        let state = state.upgrade_for_ballista(format!("http://{}", self.address))?;
        Ok(lake.session_in(state))
    }
}

/// What the scheduler's readiness page says, as an HTTP status.
async fn readiness(address: &str) -> anyhow::Result<u16> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    status(&answer).context("the answer is not HTTP")
}

/// The status in the first line of an HTTP answer.
fn status(answer: &[u8]) -> Option<u16> {
    let line = answer.split(|byte| *byte == b'\r').next()?;
    let mut words = std::str::from_utf8(line).ok()?.split(' ');
    words.next().filter(|version| version.starts_with("HTTP/"))?;
    words.next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_of_an_answer_holds_its_status() {
        assert_eq!(status(b"HTTP/1.1 503 Service Unavailable\r\n\r\n"), Some(503));
        assert_eq!(status(b"SSH-2.0-OpenSSH\r\n"), None);
        assert_eq!(status(b""), None);
    }
}
