//! The answers of flows for the whole city at once, from the kept vectors.

use jq_base::ids::SubjectKey;
use jq_db::Row;

use crate::error::DecisionError;
use crate::flow::{CompiledFlow, Quick, evaluate_fast};
use crate::service::Decisions;
use crate::store;

/// Vectors that are read at once.
const PAGE: u32 = 20_000;

/// What flows answer for one subject, in the order of the flows.
pub type Answers = (SubjectKey, Vec<Quick>);

impl Decisions {
    /// Asks the flows about every subject that has a kept vector, as of today, and hands the answers out page by page in
    /// the order of the subjects; how many subjects there were. The vectors are made right first. Nothing of it is put
    /// on record as a decision: it is the operator's look at the whole city, which the caller notes.
    pub async fn score_city(
        &self,
        flows: &[&CompiledFlow],
        mut each: impl FnMut(&[Answers]) -> std::io::Result<()>,
    ) -> Result<usize, DecisionError> {
        self.catch_up().await?;
        let (today, version) = (self.db.clock().today(), self.features().version());
        let (mut after, mut count) = (String::new(), 0);
        loop {
            let rows = store::page_vectors(&self.db, &after, today, version, PAGE).await?;
            let Some(last) = rows.last() else { return Ok(count) };
            after = last.text("subject_key")?;
            let answers = tokio::task::block_in_place(|| answers(&rows, flows))?;
            count += answers.len();
            each(&answers).map_err(DecisionError::Writing)?;
        }
    }
}

/// The answers for a page, by all cores.
fn answers(rows: &[Row], flows: &[&CompiledFlow]) -> Result<Vec<Answers>, DecisionError> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let parts = rows.chunks(rows.len().div_ceil(cores).max(1));
    let answer = |part: &[Row]| part.iter().map(|row| of_one(row, flows)).collect::<Result<Vec<_>, _>>();
    std::thread::scope(|scope| {
        let working: Vec<_> = parts.map(|part| scope.spawn(move || answer(part))).collect();
        let mut all = Vec::with_capacity(rows.len());
        for one in working {
            all.extend(one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok(all)
    })
}

fn of_one(row: &Row, flows: &[&CompiledFlow]) -> Result<Answers, DecisionError> {
    let vector = store::open_vector(row)?;
    let answers = flows.iter().map(|flow| evaluate_fast(flow, &vector, vector.as_of)).collect();
    Ok((vector.subject, answers))
}
