//! Audit lines of their own, without another change: those that wait at the same moment are written in one transaction,
//! so that many readers wait for few commits.

use std::sync::{Mutex, PoisonError};

use tokio::sync::oneshot;

use super::AuditLine;
use crate::{Db, DbError};

/// Lines that wait to be written, each with whom to tell.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    lines: Mutex<Vec<(AuditLine, oneshot::Sender<()>)>>,
    /// Held by whoever writes.
    turn: tokio::sync::Mutex<()>,
}

impl Db {
    /// Puts one line on record by itself; it is on the disk when this returns.
    pub async fn record(&self, line: AuditLine) -> Result<(), DbError> {
        let (tell, written) = oneshot::channel();
        self.waiting().push(line.clone(), tell);
        let db = self.clone();
        // A caller that stops waiting must not take the lines of others with it.
        tokio::spawn(async move {
            let _turn = db.waiting().turn.lock().await;
            db.write_waiting().await
        });
        if written.await.is_ok() {
            return Ok(());
        }
        // Nothing of a joint write that failed is there; each tries again for itself and learns of its own fault.
        let mut tx = self.begin().await?;
        tx.audit(line);
        tx.commit().await
    }

    async fn write_waiting(&self) -> Result<(), DbError> {
        let lines = self.waiting().take();
        if lines.is_empty() {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        let mut told = Vec::with_capacity(lines.len());
        for (line, tell) in lines {
            tx.audit(line);
            told.push(tell);
        }
        tx.commit().await?;
        for tell in told {
            // Who does not wait any more need not be told.
            let _ = tell.send(());
        }
        Ok(())
    }
}

impl Waiting {
    fn push(&self, line: AuditLine, tell: oneshot::Sender<()>) {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).push((line, tell));
    }

    fn take(&self) -> Vec<(AuditLine, oneshot::Sender<()>)> {
        std::mem::take(&mut *self.lines.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
