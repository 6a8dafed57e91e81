//! An executor: asks the scheduler for work, reads the lake's files, keeps what it made until others have fetched it.

use std::fs::{File, TryLockError};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use ballista_core::config::TaskSchedulingPolicy;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use tokio::net::{TcpListener, TcpStream};

/// What is left of a job whose client has gone is removed after this time.
const LEFT_OVERS_KEPT_SECONDS: u64 = 86_400;
const LOOK_FOR_LEFT_OVERS_SECONDS: u64 = 3_600;

/// How an executor is run.
#[derive(Debug, Clone)]
pub struct Execution {
    /// The scheduler's `host:port`.
    pub scheduler: String,
    /// Where others fetch results from; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Folder for results between stages, on a fast disk.
    pub work_dir: PathBuf,
    /// Parts worked on at a time; 0 is as many as the machine has cores.
    pub cores: usize,
    /// Bytes of memory that all parts may take together before they spill; most of the machine's when absent.
    pub memory: Option<u64>,
}

/// Works until the process is told to end; `ready` is told the address at which it is about to listen.
pub async fn serve(how: Execution, ready: impl FnOnce(SocketAddr)) -> anyhow::Result<()> {
    let (host, port) = host_and_port(&how.scheduler)?;
    TcpStream::connect(&how.scheduler).await.with_context(|| {
        format!(
            "no scheduler answers at {0}; start it first with `jinqiao-cluster scheduler --listen {0}`",
            how.scheduler
        )
    })?;
    std::fs::create_dir_all(&how.work_dir)
        .with_context(|| format!("make the work folder {}", how.work_dir.display()))?;
    let _alone = alone_in(&how.work_dir)?;
    let work_dir = how.work_dir.canonicalize()?;
    let address = free_address(how.listen).await?;
    let config = ExecutorProcessConfig {
        bind_host: address.ip().to_string(),
        port: address.port(),
        scheduler_host: host,
        scheduler_port: port,
        vcores: how.cores,
        task_scheduling_policy: TaskSchedulingPolicy::PullStaged,
        work_dir: Some(work_dir.to_str().context("the work folder's name is not UTF-8")?.to_owned()),
        memory_pool_size: how.memory,
        job_data_ttl_seconds: LEFT_OVERS_KEPT_SECONDS,
        job_data_clean_up_interval_seconds: LOOK_FOR_LEFT_OVERS_SECONDS,
        ..ExecutorProcessConfig::default()
    };
    ready(address);
    start_executor_process(Arc::new(config)).await.context("the executor ended")
}

/// The folder's lock, held for as long as the file is open. Ballista takes what lies in its folder for its own, so that
/// two executors in one would read each other's half-written results.
fn alone_in(folder: &Path) -> anyhow::Result<File> {
    let file = File::create(folder.join(".executor-lock"))
        .with_context(|| format!("write to the work folder {}", folder.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            bail!("another executor works in {}; give each its own --work-dir", folder.display())
        }
        Err(TryLockError::Error(error)) => Err(error).context("lock the work folder"),
    }
}

fn host_and_port(address: &str) -> anyhow::Result<(String, u16)> {
    if let Some((host, port)) = address.rsplit_once(':')
        && let Ok(port) = port.parse()
    {
        return Ok((host.to_owned(), port));
    }
    bail!("{address} is not HOST:PORT");
}

/// The address with a port that is free now; Ballista wants to know it before it listens.
async fn free_address(wanted: SocketAddr) -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind(wanted).await.with_context(|| format!("listen at {wanted}"))?;
    Ok(listener.local_addr()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_port() {
        assert_eq!(host_and_port("node-1:50050").unwrap(), ("node-1".to_owned(), 50_050));
        assert!(host_and_port("node-1").is_err());
    }

    #[test]
    fn a_work_folder_is_for_one_executor() {
        let folder = std::env::temp_dir().join(format!("jinqiao-work-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let first = alone_in(&folder).unwrap();
        assert!(alone_in(&folder).is_err_and(|error| error.to_string().contains("--work-dir")));
        drop(first);
        assert!(alone_in(&folder).is_ok());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
