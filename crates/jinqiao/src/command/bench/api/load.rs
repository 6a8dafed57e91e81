//! A load of calls, each sent when it is due.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::http::Connection;

/// Connections over which calls are sent.
const CONNECTIONS: usize = 32;

/// What is asked, and how often.
pub(super) struct Load {
    pub(super) host: String,
    pub(super) token: String,
    pub(super) paths: Vec<String>,
    pub(super) rate: u32,
}

/// What came back.
#[derive(Debug, Default)]
pub(super) struct Answers {
    pub(super) milliseconds: Vec<f64>,
    pub(super) bytes: usize,
    pub(super) errors: usize,
    pub(super) first_error: Option<String>,
}

impl Load {
    /// Sends so many calls, each at its time, beginning with the path at `first`.
    pub(super) async fn run(&self, first: u32, count: u32) -> anyhow::Result<Answers> {
        let (first, count) = (usize::try_from(first)?, usize::try_from(count)?);
        let (next, begin) = (Arc::new(AtomicUsize::new(0)), Instant::now() + Duration::from_millis(50));
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..CONNECTIONS.min(count) {
            let (next, host, token) = (Arc::clone(&next), self.host.clone(), self.token.clone());
            let (paths, rate) = (self.paths.clone(), self.rate);
            tasks.spawn(async move {
                let mut answers = Answers::default();
                let mut connection = Connection::open(&host).await?;
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at >= count {
                        return anyhow::Ok(answers);
                    }
                    let due = begin + Duration::from_secs(1) * u32::try_from(at)? / rate;
                    sleep_until(due).await;
                    let asked = connection.get(&paths[(first + at) % paths.len()], &token).await;
                    if asked.is_err() {
                        connection = Connection::open(&host).await?;
                    }
                    answers.add(asked, due);
                }
            });
        }
        let mut all = Answers::default();
        while let Some(ended) = tasks.join_next().await {
            all.join(ended??);
        }
        Ok(all)
    }
}

impl Answers {
    fn add(&mut self, asked: anyhow::Result<(u16, Vec<u8>)>, due: Instant) {
        match asked {
            Ok((200, body)) => {
                self.milliseconds.push(due.elapsed().as_secs_f64() * 1e3);
                self.bytes += body.len();
            }
            Ok((status, body)) => self.fail(format!("{status} {}", String::from_utf8_lossy(&body))),
            Err(error) => self.fail(format!("{error:#}")),
        }
    }

    fn fail(&mut self, error: String) {
        self.errors += 1;
        self.first_error.get_or_insert(error);
    }

    fn join(&mut self, other: Self) {
        self.milliseconds.extend(other.milliseconds);
        self.bytes += other.bytes;
        self.errors += other.errors;
        self.first_error = self.first_error.take().or(other.first_error);
    }
}
