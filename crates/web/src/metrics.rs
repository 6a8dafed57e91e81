//! Counts of requests and how long they took, and what else is counted, as Prometheus reads them.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Upper bounds of the duration classes, in milliseconds.
const BOUNDS_MS: [u64; 11] = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 5_000];

/// The figures of this process; clones share them.
#[derive(Clone, Debug, Default)]
pub struct Metrics(Arc<Mutex<Figures>>);

#[derive(Debug, Default)]
struct Figures {
    requests: BTreeMap<Series, Durations>,
    gauges: BTreeMap<&'static str, i64>,
    counters: BTreeMap<&'static str, u64>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Series {
    method: String,
    route: String,
    status: u16,
}

#[derive(Debug, Default)]
struct Durations {
    below: [u64; BOUNDS_MS.len()],
    count: u64,
    total_us: u128,
}

impl Metrics {
    /// Notes one answered request. `route` is the pattern, never the address with its ids.
    pub fn request(&self, method: &str, route: &str, status: u16, took: Duration) {
        let series = Series { method: method.to_owned(), route: route.to_owned(), status };
        let mut figures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let durations = figures.requests.entry(series).or_default();
        durations.count += 1;
        durations.total_us += took.as_micros();
        for (bound, below) in BOUNDS_MS.iter().zip(&mut durations.below) {
            *below += u64::from(took <= Duration::from_millis(*bound));
        }
    }

    /// Sets a figure that goes up and down, for instance the length of a queue.
    pub fn gauge(&self, name: &'static str, value: i64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).gauges.insert(name, value);
    }

    /// Counts things that happened; by 0 says that none have yet.
    pub fn count(&self, name: &'static str, by: u64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).counters.entry(name).or_default() += by;
    }

    /// All figures in Prometheus' text form.
    pub fn text(&self) -> String {
        let figures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::from(
            "# HELP http_request_duration_seconds Time to answer, by route.\n\
             # TYPE http_request_duration_seconds histogram\n",
        );
        for (series, durations) in &figures.requests {
            durations.write(series, &mut text);
        }
        for (name, value) in &figures.gauges {
            let _ = writeln!(text, "# TYPE {name} gauge\n{name} {value}");
        }
        for (name, value) in &figures.counters {
            let _ = writeln!(text, "# TYPE {name} counter\n{name} {value}");
        }
        text
    }
}

impl Durations {
    fn write(&self, series: &Series, text: &mut String) {
        const NAME: &str = "http_request_duration_seconds";
        let Series { method, route, status } = series;
        let labels = format!("method=\"{method}\",route=\"{route}\",status=\"{status}\"");
        for (bound, below) in BOUNDS_MS.iter().zip(&self.below) {
            let seconds = format!("{}.{:03}", bound / 1_000, bound % 1_000);
            let _ = writeln!(text, "{NAME}_bucket{{{labels},le=\"{seconds}\"}} {below}");
        }
        let _ = writeln!(text, "{NAME}_bucket{{{labels},le=\"+Inf\"}} {}", self.count);
        let total = format!("{}.{:06}", self.total_us / 1_000_000, self.total_us % 1_000_000);
        let _ = writeln!(text, "{NAME}_sum{{{labels}}} {total}");
        let _ = writeln!(text, "{NAME}_count{{{labels}}} {}", self.count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_counted_in_every_class_it_fits() {
        let metrics = Metrics::default();
        metrics.request("GET", "/firm", 200, Duration::from_millis(7));
        metrics.gauge("jinqiao_jobs_waiting", 3);
        let text = metrics.text();
        let series = "method=\"GET\",route=\"/firm\",status=\"200\"";
        assert!(text.contains(&format!("_bucket{{{series},le=\"0.005\"}} 0")));
        assert!(text.contains(&format!("_bucket{{{series},le=\"0.010\"}} 1")));
        assert!(text.contains(&format!("_sum{{{series}}} 0.007000")));
        assert!(text.contains("jinqiao_jobs_waiting 3"));
    }

    #[test]
    fn what_happened_is_counted_together() {
        let metrics = Metrics::default();
        metrics.count("jinqiao_batches_total", 0);
        assert!(metrics.text().contains("jinqiao_batches_total 0\n"));
        metrics.count("jinqiao_batches_total", 2);
        metrics.clone().count("jinqiao_batches_total", 3);
        assert!(metrics.text().contains("# TYPE jinqiao_batches_total counter\njinqiao_batches_total 5\n"));
    }
}
