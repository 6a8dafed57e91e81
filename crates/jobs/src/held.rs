//! Running a handler while its lease is renewed, so that a living worker keeps what it works on.

use std::future::Future;
use std::time::Duration;

use jiff::Timestamp;
use jq_base::clock::Clock;
use tokio::task::JoinSet;

use crate::Failure;

/// How long a claim holds without being renewed.
pub(crate) const LEASE: Duration = Duration::from_secs(30);
const RENEW_EVERY: Duration = Duration::from_secs(10);

/// The clock for leases. A lease is about living processes, not about business time, so that moving the demo clock
/// on by a day does not take running work away from its worker; a test's fixed clock counts as it stands.
pub(crate) fn lease_clock(clock: &Clock) -> Clock {
    match clock {
        Clock::Shifted(_) => Clock::System,
        Clock::System | Clock::Fixed(_) => clock.clone(),
    }
}

/// When a lease that starts now ends.
pub(crate) fn lease_end(now: Timestamp) -> Timestamp {
    now.checked_add(LEASE).unwrap_or(Timestamp::MAX)
}

/// Runs `work` in a task of its own, so that a panic is a failure like others, and calls `renew` now and then.
/// The work ends when the caller is dropped.
pub(crate) async fn hold<R>(
    work: impl Future<Output = Result<(), Failure>> + Send + 'static,
    renew: impl Fn() -> R,
) -> Result<(), Failure>
where
    R: Future<Output = ()>,
{
    let mut tasks = JoinSet::new();
    tasks.spawn(work);
    loop {
        tokio::select! {
            ended = tasks.join_next() => {
                return match ended {
                    Some(Ok(result)) => result,
                    Some(Err(error)) if error.is_panic() => Err(Failure::passing(panic_text(error))),
                    Some(Err(error)) => Err(Failure::passing(error)),
                    None => Err(Failure::passing("the work was not started")),
                };
            }
            () = tokio::time::sleep(RENEW_EVERY) => renew().await,
        }
    }
}

fn panic_text(error: tokio::task::JoinError) -> String {
    let panic = error.into_panic();
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref().copied());
    format!("panicked: {}", text.unwrap_or("without a message"))
}
