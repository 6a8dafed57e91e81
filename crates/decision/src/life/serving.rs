//! The flows that answer now: the shipped ones, with what was put into service in their place.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock};

use jq_base::sign::{Sign, SignatureCheck};
use jq_db::Db;

use super::model::{FlowVersion, LifeError};
use super::package::Package;
use super::store::{self, Service};
use crate::content::{Flows, asked_by};

/// The flows of one process; clones share them.
#[derive(Clone)]
pub(crate) struct Serving {
    shipped: Arc<Flows>,
    signer: Option<Arc<dyn Sign>>,
    loaded: Arc<RwLock<Loaded>>,
}

struct Loaded {
    /// What the store said of them.
    mark: Mark,
    flows: Arc<Flows>,
    faults: Arc<Vec<String>>,
}

/// What the store last said of the flows in service.
#[derive(PartialEq)]
enum Mark {
    /// It was not asked yet.
    Unknown,
    /// This; nothing while only shipped ones serve.
    Said(Option<String>),
}

impl Serving {
    pub(crate) fn new(shipped: Flows) -> Self {
        let shipped = Arc::new(shipped);
        let loaded = Loaded { mark: Mark::Unknown, flows: Arc::clone(&shipped), faults: Arc::default() };
        Self { shipped, signer: None, loaded: Arc::new(RwLock::new(loaded)) }
    }

    pub(crate) fn with_signer(self, signer: Arc<dyn Sign>) -> Self {
        Self { signer: Some(signer), ..self }
    }

    pub(super) fn signer(&self) -> Result<&dyn Sign, LifeError> {
        self.signer.as_deref().ok_or(LifeError::NoSigner)
    }

    pub(crate) fn shipped(&self) -> &Flows {
        &self.shipped
    }

    /// The flows as this process last saw them.
    pub(crate) fn last(&self) -> Arc<Flows> {
        Arc::clone(&self.read().flows)
    }

    /// What in service could not be loaded, a sentence each; what served before serves on.
    pub(crate) fn faults(&self) -> Arc<Vec<String>> {
        Arc::clone(&self.read().faults)
    }

    /// The flows that serve now, read again when others serve than this process last saw.
    pub(crate) async fn current(&self, db: &Db) -> Result<Arc<Flows>, LifeError> {
        // The mark is read first: what changes while the versions are read is seen at the next question.
        let mark = Mark::Said(store::mark(db).await?);
        {
            let loaded = self.read();
            if loaded.mark == mark {
                return Ok(Arc::clone(&loaded.flows));
            }
        }
        let services = store::list_services(db).await?;
        let (flows, faults) = self.compile(&services);
        for fault in &faults {
            tracing::error!(fault, "a version in service cannot be loaded; what served before serves on");
        }
        keep_texts(db, &flows).await?;
        let flows = Arc::new(flows);
        let loaded = Loaded { mark, flows: Arc::clone(&flows), faults: Arc::new(faults) };
        *self.loaded.write().unwrap_or_else(PoisonError::into_inner) = loaded;
        Ok(flows)
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Loaded> {
        self.loaded.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The shipped flows with these in their place. What is wrong is left as it was before and told.
    fn compile(&self, services: &[Service]) -> (Flows, Vec<String>) {
        let retired: BTreeSet<String> =
            services.iter().filter(|one| one.retired).map(|one| one.flow_id.clone()).collect();
        let mut faults = Vec::new();
        let mut texts: Vec<(&str, String)> = Vec::new();
        for service in services {
            let Some(version) = &service.version else { continue };
            match self.genuine(version) {
                Ok(()) => texts.push((&service.flow_id, version.text.clone())),
                Err(error) => {
                    faults.push(format!("{}: {error}", version.flow_id));
                    texts.extend(self.running(&service.flow_id).map(|text| (service.flow_id.as_str(), text)));
                }
            }
        }
        if let Ok(flows) = self.shipped.with(&borrowed(&texts), &retired) {
            return (flows, faults);
        }
        self.compile_singly(&texts, &retired, faults)
    }

    /// Takes one text after another, each that compiles with those before it.
    fn compile_singly(
        &self,
        texts: &[(&str, String)],
        retired: &BTreeSet<String>,
        mut faults: Vec<String>,
    ) -> (Flows, Vec<String>) {
        let mut good: Vec<(&str, String)> = Vec::new();
        let mut best = self.shipped.with(&[], retired).unwrap_or_else(|error| {
            faults.push(format!("{error}; no flow is retired"));
            self.shipped.as_ref().clone()
        });
        for (flow, text) in texts {
            let one_more = |text: &str| {
                let mut tried = borrowed(&good);
                tried.push((flow, text));
                self.shipped.with(&tried, retired)
            };
            match one_more(text) {
                Ok(flows) => {
                    good.push((flow, text.clone()));
                    best = flows;
                }
                Err(error) => {
                    faults.push(error.to_string());
                    let before = self.running(flow);
                    if let Some((flows, before)) =
                        before.and_then(|before| Some((one_more(&before).ok()?, before)))
                    {
                        good.push((flow, before));
                        best = flows;
                    }
                }
            }
        }
        (best, faults)
    }

    /// The text with which a flow answers in this process, when it is not the shipped one.
    fn running(&self, flow: &str) -> Option<String> {
        let flows = self.last();
        let text = flows.text(flow)?;
        (self.shipped.text(flow) != Some(text)).then(|| text.to_owned())
    }

    fn genuine(&self, version: &FlowVersion) -> Result<(), LifeError> {
        let package = Package::of(version).ok_or_else(|| LifeError::Forged(version.version.clone()))?;
        match package.check(self.signer()?).map_err(LifeError::Sign)? {
            SignatureCheck::Genuine { .. } => Ok(()),
            _ => Err(LifeError::Forged(version.version.clone())),
        }
    }
}

fn borrowed<'a>(texts: &'a [(&'a str, String)]) -> Vec<(&'a str, &'a str)> {
    texts.iter().map(|(flow, text)| (*flow, text.as_str())).collect()
}

/// Combinations of former texts that are tried at most to find a former version.
const FORMER_MAX: usize = 64;

/// The flows as they were with a former version of one of them: its text, and of the flows that it asks the texts with which
/// it has that version. Nothing when they are not known or do not check any more.
pub(crate) async fn former(
    db: &Db,
    flows: &Flows,
    flow_id: &str,
    version: &str,
) -> Result<Option<Flows>, LifeError> {
    let Some(text) = store::find_text(db, flow_id, version).await? else { return Ok(None) };
    let mut tries: Vec<Vec<(String, String)>> = vec![vec![(flow_id.to_owned(), text.clone())]];
    for asked in asked_by(&text) {
        let texts = store::list_texts(db, &asked).await?;
        let with = |tried: &Vec<(String, String)>| {
            let more = texts.iter().map(|text| (asked.clone(), text.clone()));
            more.map(|one| tried.iter().cloned().chain([one]).collect()).collect::<Vec<_>>()
        };
        let longer: Vec<_> = tries.iter().flat_map(with).take(FORMER_MAX).collect();
        if !longer.is_empty() {
            tries = longer;
        }
    }
    let compiled = tries.iter().filter_map(|texts| {
        let texts: Vec<(&str, &str)> =
            texts.iter().map(|(flow, text)| (flow.as_str(), text.as_str())).collect();
        flows.with(&texts, &BTreeSet::new()).ok()
    });
    let has_it = |flows: &Flows| flows.find(flow_id).is_some_and(|flow| flow.version() == version);
    Ok(compiled.into_iter().find(has_it))
}

/// Keeps the texts of the flows that answer from now on.
async fn keep_texts(db: &Db, flows: &Flows) -> Result<(), LifeError> {
    let kept: BTreeSet<(String, String)> = store::list_kept_texts(db).await?.into_iter().collect();
    let new = flows
        .list()
        .iter()
        .filter(|flow| !kept.contains(&(flow.id().to_owned(), flow.version().to_owned())))
        .filter_map(|flow| Some((flow, flows.text(flow.id())?)));
    let new: Vec<_> = new.collect();
    if new.is_empty() {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    for (flow, text) in new {
        store::keep_text(&mut tx, flow.id(), flow.version(), text).await?;
    }
    Ok(tx.commit().await?)
}
