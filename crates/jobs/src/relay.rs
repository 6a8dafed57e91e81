//! Carrying events from the outbox to a consumer of this process.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use jq_db::outbox::{self, Delivery};
use jq_db::{Db, DbError};

use crate::Failure;
use crate::held::{hold, lease_clock, lease_end};
use crate::worker::Ran;

type Handler =
    Arc<dyn Fn(Delivery) -> Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>> + Send + Sync>;

/// Who wants to hear of which kinds of events.
pub(crate) struct Consumer {
    pub(crate) name: String,
    kinds: Vec<String>,
    handler: Handler,
}

impl Consumer {
    pub(crate) fn new<F, R>(name: String, kinds: Vec<String>, handler: F) -> Self
    where
        F: Fn(Delivery) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        Self { name, kinds, handler: Arc::new(move |delivery| Box::pin(handler(delivery))) }
    }

    /// Delivers one event that is due; false when there is none.
    pub(crate) async fn step(&self, db: &Db, ran: &mut Ran) -> Result<bool, DbError> {
        while outbox::spread(db, &self.name, &self.kinds).await? > 0 {}
        let now = lease_clock(db.clock()).now();
        let Some(delivery) = outbox::claim(db, &self.name, now, lease_end(now)).await? else {
            return Ok(false);
        };
        let result = hold((self.handler)(delivery.clone()), || renew(db, &delivery)).await;
        ran.deliveries += 1;
        let mut tx = db.begin().await?;
        match result {
            Ok(()) => {
                outbox::finish(&mut tx, &delivery).await?;
            }
            Err(failure) => {
                ran.failures += 1;
                note(&delivery, &failure);
                if failure.is_lasting() {
                    outbox::give_up(&mut tx, &delivery, &failure.text()).await?;
                } else {
                    outbox::fail(&mut tx, &delivery, &failure.text()).await?;
                }
            }
        }
        tx.commit().await?;
        Ok(true)
    }
}

async fn renew(db: &Db, delivery: &Delivery) {
    let end = lease_end(lease_clock(db.clock()).now());
    let renewed = async {
        let mut tx = db.begin().await?;
        outbox::renew(&mut tx, delivery, end).await?;
        tx.commit().await
    };
    if let Err(error) = renewed.await {
        tracing::warn!(event.id = %delivery.event.event_id, error = %error, "delivery lease could not be renewed");
    }
}

/// A delivery that was given up waits for a person, so it is an error; one that comes again is only a warning.
fn note(delivery: &Delivery, failure: &Failure) {
    let (id, kind, consumer) = (&delivery.event.event_id, &delivery.event.kind, &delivery.consumer);
    let (attempt, error) = (delivery.attempt, failure.text());
    if failure.is_lasting() || delivery.is_last_try() {
        tracing::error!(event.id = %id, event.kind = %kind, consumer, attempt, error, "event was set aside");
    } else {
        tracing::warn!(event.id = %id, event.kind = %kind, consumer, attempt, error, "event could not be delivered");
    }
}
