//! What the API works with: the services behind it and the limits of what comes from outside.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jq_base::workdays::Calendar;
use jq_catalog::Catalog;
use jq_credit::Credit;
use jq_db::Db;
use jq_decision::Decisions;
use jq_ingest::Ingest;
use jq_lending::Lending;
use jq_web::metrics::Metrics;

use crate::bulk::BulkHours;
use crate::gate::Gate;
use crate::guard::{Rates, announce};

/// How much the API takes from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest batch archive, in bytes.
    pub batch_bytes_max: u64,
    /// How long an upload may pause.
    pub pause_max: Duration,
    /// Batches that may be on their way in at once.
    pub uploads_at_once: usize,
    /// Secrets that may be compared at once; each comparison costs memory and time on purpose.
    pub tokens_at_once: usize,
    /// Reports that may be drawn at once; setting one takes all of a core for a moment.
    pub reports_at_once: usize,
    /// Calls that an institution may make in a minute, unless it has a number of its own.
    pub calls_a_minute: u32,
    /// Subjects of one bulk reading.
    pub bulk_subjects: usize,
    /// Bulk readings of one bank that may wait at once.
    pub bulks_at_once: u32,
    /// When bulk readings are done.
    pub bulk_hours: BulkHours,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            batch_bytes_max: 512 * 1024 * 1024,
            pause_max: Duration::from_secs(30),
            uploads_at_once: 4,
            tokens_at_once: 4,
            reports_at_once: 2,
            calls_a_minute: 18_000,
            bulk_subjects: 500,
            bulks_at_once: 20,
            bulk_hours: BulkHours::default(),
        }
    }
}

/// Everything the API needs; clones share it. The time is the business store's clock.
#[derive(Clone)]
pub struct ApiState {
    pub(crate) db: Db,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) ingest: Ingest,
    pub(crate) credit: Credit,
    pub(crate) lending: Lending,
    pub(crate) decisions: Decisions,
    pub(crate) address: Arc<str>,
    pub(crate) uploads: PathBuf,
    pub(crate) limits: Limits,
    pub(crate) upload_gate: Gate,
    pub(crate) token_gate: Gate,
    pub(crate) report_gate: Gate,
    pub(crate) rates: Rates,
    pub(crate) proxies: Arc<[IpAddr]>,
    pub(crate) metrics: Metrics,
}

impl ApiState {
    /// An API over these services, with the calendar of orders and the usual limits. Archives wait in the folder
    /// `uploads` until they are taken.
    pub fn new(
        db: Db,
        catalog: Arc<Catalog>,
        ingest: Ingest,
        credit: Credit,
        lending: Lending,
        decisions: Decisions,
        uploads: PathBuf,
    ) -> Self {
        let limits = Limits::default();
        Self {
            db,
            catalog,
            ingest,
            credit,
            lending,
            decisions,
            address: Arc::from("http://127.0.0.1:8080"),
            uploads,
            limits,
            upload_gate: Gate::of(limits.uploads_at_once),
            token_gate: Gate::of(limits.tokens_at_once),
            report_gate: Gate::of(limits.reports_at_once),
            rates: Rates::default(),
            proxies: Arc::default(),
            metrics: Metrics::default(),
        }
    }

    /// The same with other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self.upload_gate = Gate::of(limits.uploads_at_once);
        self.token_gate = Gate::of(limits.tokens_at_once);
        self.report_gate = Gate::of(limits.reports_at_once);
        self
    }

    /// The same, reached at this address, which the discovery document names.
    #[must_use]
    pub fn with_address(mut self, address: &str) -> Self {
        self.address = Arc::from(address.trim_end_matches('/'));
        self
    }

    /// The same behind these proxies, whose word on a caller's certificate is believed.
    #[must_use]
    pub fn behind(mut self, proxies: &[IpAddr]) -> Self {
        self.proxies = proxies.iter().map(IpAddr::to_canonical).collect();
        self
    }

    /// The same, counting refused calls here.
    #[must_use]
    pub fn counting(mut self, metrics: &Metrics) -> Self {
        announce(metrics);
        self.metrics = metrics.clone();
        self
    }

    /// The working days in force.
    pub(crate) fn calendar(&self) -> Arc<Calendar> {
        self.lending.calendar()
    }
}
