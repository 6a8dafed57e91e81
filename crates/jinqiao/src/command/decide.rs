//! `jinqiao decide`: what the banks' models say of a subject, and why.

use std::process::ExitCode;

use anyhow::{Context, bail};
use jiff::Timestamp;
use jiff::civil::Date;
use jq_base::clock;
use jq_base::ids::SubjectKey;
use jq_base::permit::Purpose;
use jq_decision::flow::Stage;
use jq_decision::{Decision, evaluate};
use jq_lake::Scope;

use crate::app::App;
use crate::cli::Decide;
use crate::command::{DONE, refused};
use crate::output::Output;

pub(crate) async fn run(app: &App, decide: &Decide, output: Output) -> anyhow::Result<ExitCode> {
    let subject = SubjectKey::parse(decide.subject.trim())
        .context("the subject is not a credit code or identity hash")?;
    let decisions = app.decisions()?;
    let flows = decisions.current_flows().await?;
    if let Some(flow) = &decide.flow
        && flows.find(flow).is_none()
    {
        let known: Vec<&str> = flows.list().iter().map(jq_decision::CompiledFlow::id).collect();
        bail!("there is no flow {flow}; there are {}", known.join(", "));
    }
    let items = decisions.items();
    let items: Vec<&str> = items.iter().map(String::as_str).collect();
    let permit = app.operator_permit(&subject, Purpose::Prequal, &items).await?;
    let stage_of = |id: &String| flows.find(id).map(|one| one.about().stage);
    let is_prequal = decide.flow.as_ref().and_then(stage_of).is_none_or(|stage| stage == Stage::PreCredit);
    // What another stage would answer is looked at and not put on record.
    let today = || app.clock.today().to_string();
    let as_of = decide.as_of.clone().or_else(|| (!is_prequal).then(today));
    let answers: Vec<Decision> = match &as_of {
        None => decisions.prequal(&permit).await?.into_iter().map(|stored| stored.decision).collect(),
        Some(text) => {
            // A look back is not a new answer to the firm, so nothing is stored.
            let as_of = moment(text)?;
            let vectors = decisions.vectors(Scope::Subjects(vec![subject.clone()]), as_of).await?;
            let Some(vector) = vectors.find(&subject) else {
                output.say_in("该主体当时没有数据", "there were no data about the subject then");
                return Ok(refused());
            };
            flows.list().iter().map(|flow| evaluate(flow, &vector, as_of)).collect()
        }
    };
    let chosen: Vec<&Decision> =
        answers.iter().filter(|one| decide.flow.as_ref().is_none_or(|flow| one.flow_id == *flow)).collect();
    for one in &chosen {
        tell(one, decide.trace, output)?;
    }
    if decide.trace {
        output.document(&chosen)?;
    } else {
        let documents: Vec<serde_json::Value> = chosen
            .iter()
            .map(|one| {
                let mut document = serde_json::to_value(one)?;
                if let Some(fields) = document.as_object_mut() {
                    fields.remove("trace");
                }
                Ok(document)
            })
            .collect::<Result<_, serde_json::Error>>()?;
        output.document(&documents)?;
    }
    Ok(DONE)
}

fn moment(text: &str) -> anyhow::Result<Date> {
    let instant = text.parse::<Timestamp>().map(clock::date_of);
    instant
        .or_else(|_| text.parse::<Date>())
        .with_context(|| format!("--as-of is RFC 3339 or a date, not {text:?}"))
}

fn tell(decision: &Decision, trace: bool, output: Output) -> anyhow::Result<()> {
    let limit = decision.limit().map_or_else(|| "-".to_owned(), jq_base::money::Money::grouped);
    output.say(format!("{}: {} {limit}", decision.flow_id, decision.outcome.code()));
    for reason in &decision.reasons {
        output.say(format!("  {} {}", reason.code, output.lang.pick(&reason.words.zh, &reason.words.en)));
    }
    if trace && !output.json {
        output.say(serde_json::to_string_pretty(&decision.trace)?);
    }
    Ok(())
}
