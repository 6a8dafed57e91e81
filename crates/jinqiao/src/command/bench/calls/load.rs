//! A load of calls, each sent when it is due.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::http::Connection;

/// Connections over which calls are sent.
const CONNECTIONS: usize = 32;

/// One call.
#[derive(Clone, Debug)]
pub(in crate::command::bench) struct Call {
    /// Where.
    pub(in crate::command::bench) path: String,
    /// Who asks: a whole header.
    pub(in crate::command::bench) header: String,
}

impl Call {
    /// A program's, with its token.
    pub(in crate::command::bench) fn of_program(path: String, token: &str) -> Self {
        Self { path, header: format!("Authorization: Bearer {token}") }
    }

    /// A person's, with the session.
    pub(in crate::command::bench) fn of_person(path: String, cookie: &str, token: &str) -> Self {
        Self { path, header: format!("Cookie: {cookie}={token}") }
    }
}

/// What is asked, and how often.
pub(in crate::command::bench) struct Load {
    pub(in crate::command::bench) host: String,
    pub(in crate::command::bench) calls: Vec<Call>,
    pub(in crate::command::bench) rate: u32,
}

/// What came back.
#[derive(Debug, Default)]
pub(in crate::command::bench) struct Answers {
    pub(in crate::command::bench) milliseconds: Vec<f64>,
    pub(in crate::command::bench) bytes: usize,
    pub(in crate::command::bench) errors: usize,
    pub(in crate::command::bench) first_error: Option<String>,
}

impl Load {
    /// Sends so many calls, each at its time, beginning with the one at `first`.
    pub(in crate::command::bench) async fn run(&self, first: u32, count: u32) -> anyhow::Result<Answers> {
        let (first, count) = (usize::try_from(first)?, usize::try_from(count)?);
        let (next, begin) = (Arc::new(AtomicUsize::new(0)), Instant::now() + Duration::from_millis(50));
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..CONNECTIONS.min(count) {
            let (next, host) = (Arc::clone(&next), self.host.clone());
            let (calls, rate) = (self.calls.clone(), self.rate);
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
                    let call = &calls[(first + at) % calls.len()];
                    let asked = connection.get(&call.path, &call.header).await;
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
