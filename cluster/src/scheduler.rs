//! The scheduler: takes plans, cuts them into stages and hands these to whoever asks for work.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use ballista_core::config::TaskSchedulingPolicy;
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::SchedulerConfig;
use ballista_scheduler::scheduler_process::{create_scheduler, start_grpc_service_with_listener};
use datafusion_proto::protobuf::{LogicalPlanNode, PhysicalPlanNode};
use tokio::net::TcpListener;

/// Results lie with the executors for as long as a slow client may take to fetch them.
const RESULTS_KEPT_SECONDS: u64 = 3_600;

/// How the scheduler is run.
#[derive(Debug, Clone, Copy)]
pub struct Scheduling {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Seconds without a sign of life after which an executor is taken for lost and its work is given to others.
    pub executor_timeout: u64,
}

/// Serves until the process ends; `ready` is told the address once connections are taken.
pub async fn serve(how: Scheduling, ready: impl FnOnce(SocketAddr)) -> anyhow::Result<()> {
    let listener =
        TcpListener::bind(how.listen).await.with_context(|| format!("listen at {}", how.listen))?;
    let address = listener.local_addr()?;
    let config = SchedulerConfig {
        bind_host: address.ip().to_string(),
        bind_port: address.port(),
        external_host: address.ip().to_string(),
        // Executors ask for work, so that they need no port of their own that the scheduler can reach, and each ask
        // is a sign of life.
        scheduling_policy: TaskSchedulingPolicy::PullStaged,
        executor_timeout_seconds: how.executor_timeout,
        expire_dead_executor_interval_seconds: how.executor_timeout.div_ceil(4),
        no_executors_grace_period_seconds: how.executor_timeout,
        finished_job_data_clean_up_interval_seconds: RESULTS_KEPT_SECONDS,
        ..SchedulerConfig::default()
    };
    let cluster = BallistaCluster::new_from_config(&config).await?;
    let scheduler = create_scheduler::<LogicalPlanNode, PhysicalPlanNode>(cluster, Arc::new(config)).await?;
    ready(address);
    start_grpc_service_with_listener(listener, scheduler).await.context("the scheduler ended")
}
