//! A platform in a process of its own, and a load of calls upon it. Calls are sent when they are due, whether or not
//! earlier ones were answered, and their time counts from then: a platform that falls behind is seen.

mod http;
mod load;
mod running;

pub(super) use load::{Answers, Call, Load};
pub(super) use running::{Running, token};

use anyhow::bail;

use super::quantile;

/// Seconds of the same load before the clock starts.
pub(super) const WARM_UP_SECONDS: u32 = 3;

/// How long the answers took.
#[derive(Debug)]
pub(super) struct Times {
    pub(super) answered: usize,
    pub(super) p50: f64,
    pub(super) p99: f64,
    pub(super) longest: f64,
}

impl Times {
    /// Of the calls that were answered; none is an error with what was answered instead.
    pub(super) fn of(answers: &Answers) -> anyhow::Result<Self> {
        let mut times = answers.milliseconds.clone();
        if times.is_empty() {
            bail!("no call was answered with 200; the first other answer was {:?}", answers.first_error);
        }
        Ok(Self {
            answered: times.len(),
            p50: quantile(&mut times, 0.5),
            p99: quantile(&mut times, 0.99),
            longest: quantile(&mut times, 1.0),
        })
    }
}
