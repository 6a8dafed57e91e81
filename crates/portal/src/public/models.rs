//! The models: what each is for, on which data it works, what it cannot do, and who answers for it.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use jq_base::lang::Lang;
use jq_decision::feature::Feature;
use jq_decision::flow::{Audience, Stage};
use jq_decision::model::Words;
use jq_decision::{Card, CompiledFlow, Decisions, ScoreModel};
use jq_web::{Problem, Visit, page};

use crate::public::Fact;
use crate::refused::Answer;
use crate::state::PortalState;

/// All models, by the stage at which they are asked.
#[derive(Template)]
#[template(path = "public/models.html")]
pub struct ModelsPage {
    v: Visit,
    count: usize,
    groups: Vec<Group>,
}

struct Group {
    id: &'static str,
    name: String,
    models: Vec<Row>,
}

struct Row {
    id: String,
    name: String,
    owner: String,
    kind: String,
    data: usize,
    version: String,
}

/// `GET /models`
pub async fn list(State(state): State<PortalState>, v: Visit) -> Answer {
    let decisions = &state.decisions;
    let serving = decisions.current_flows().await?;
    let stages = Stage::ALL.into_iter().map(|stage| {
        let flows = serving.list().iter().filter(|flow| flow.about().stage == stage);
        let models = flows.map(|flow| Row::of_flow(&v, decisions, flow)).collect();
        Group { id: stage.code(), name: stage.text(v.lang()).to_owned(), models }
    });
    let scores = decisions.content().models().map(|model| Row::of_score(&v, decisions, model)).collect();
    let scores = Group { id: "score", name: v.t("models-score"), models: scores };
    let groups: Vec<Group> =
        stages.chain(std::iter::once(scores)).filter(|group| !group.models.is_empty()).collect();
    let count = groups.iter().map(|group| group.models.len()).sum();
    Ok(page(&ModelsPage { v, count, groups }))
}

impl Row {
    fn of_flow(v: &Visit, decisions: &Decisions, flow: &CompiledFlow) -> Self {
        let about = flow.about();
        Self {
            id: flow.id().to_owned(),
            name: about.product.text(v.lang()).to_owned(),
            owner: about.bank.text(v.lang()).to_owned(),
            kind: v.t(kind_key(flow.kind())),
            data: sources(flow.inputs_in(decisions.features())).len(),
            version: flow.version().to_owned(),
        }
    }

    fn of_score(v: &Visit, decisions: &Decisions, model: &ScoreModel) -> Self {
        let card = decisions.content().card(model.id());
        Self {
            id: model.id().to_owned(),
            name: model.name().text(v.lang()).to_owned(),
            owner: card.map(|card| card.owner.text(v.lang()).to_owned()).unwrap_or_default(),
            kind: v.t(if model.trees().is_some() { "model-kind-trees" } else { "model-kind-points" }),
            data: sources(model.inputs_in(decisions.features())).len(),
            version: model.version().to_owned(),
        }
    }
}

/// One model.
#[derive(Template)]
#[template(path = "public/model.html")]
pub struct ModelPage {
    v: Visit,
    name: String,
    eyebrow: String,
    told: Vec<Told>,
    sources: Vec<Source>,
    cases: Vec<String>,
    facts: Vec<Fact>,
}

/// A paragraph of the card.
struct Told {
    heading: String,
    text: String,
}

/// A source with the figures that the model takes from it.
struct Source {
    item: String,
    name: String,
    /// False for what only the subject can state.
    in_catalogue: bool,
    figures: Vec<Figure>,
}

struct Figure {
    name: String,
    unit: String,
    missing: String,
}

/// `GET /models/{id}`
pub async fn model(State(state): State<PortalState>, Path(id): Path<String>, v: Visit) -> Answer {
    let decisions = &state.decisions;
    let score = || decisions.content().models().find(|model| model.id() == id);
    let serving = decisions.current_flows().await?;
    let found = match serving.find(&id) {
        Some(flow) => Some(ModelPage::of_flow(v.clone(), &state, flow)),
        None => score().map(|model| ModelPage::of_score(v.clone(), &state, model)),
    };
    match found {
        Some(found) => Ok(page(&found)),
        None => Err(Problem::new(404, "model/no-such-model").forward("/models").into()),
    }
}

impl ModelPage {
    fn of_flow(v: Visit, state: &PortalState, flow: &CompiledFlow) -> Self {
        let (about, lang, decisions) = (flow.about(), v.lang(), &state.decisions);
        let mut facts = vec![
            Fact::new(v.t("model-stage"), about.stage.text(lang)),
            Fact::new(v.t("model-bank"), about.bank.text(lang)),
            Fact::new(v.t("model-audience"), v.t(audience_key(about.audience))),
            Fact::new(v.t("model-kind"), v.t(kind_key(flow.kind()))),
        ];
        if let Some(trial) = &about.trial {
            let values: [(&str, &dyn std::fmt::Display); 2] =
                [("of", &trial.of), ("percent", &trial.percent)];
            facts.push(Fact::new(v.t("model-trial"), v.text().with("model-trial-of", &values)));
        }
        let card = decisions.content().card(flow.id());
        facts.extend(card_facts(&v, card));
        facts.push(Fact::code(v.t("model-version"), flow.version()));
        facts.push(Fact::code(v.t("model-id"), flow.id()));
        Self {
            name: format!("{} · {}", about.bank.text(lang), about.product.text(lang)),
            eyebrow: about.stage.text(lang).to_owned(),
            told: told(&v, card),
            sources: named(&v, state, sources(flow.inputs_in(decisions.features()))),
            cases: flow.cases().iter().map(|case| case.name.clone()).collect(),
            facts,
            v,
        }
    }

    fn of_score(v: Visit, state: &PortalState, model: &ScoreModel) -> Self {
        let (lang, decisions) = (v.lang(), &state.decisions);
        let card = decisions.content().card(model.id());
        let kind = match model.trees() {
            Some(trees) => v.n("model-trees", trees),
            None => v.t("model-kind-points"),
        };
        let mut facts =
            vec![Fact::new(v.t("model-kind"), kind), Fact::new(v.t("model-gives"), model.gives().text(lang))];
        facts.extend(card_facts(&v, card));
        facts.push(Fact::code(v.t("model-version"), model.version()));
        facts.push(Fact::code(v.t("model-id"), model.id()));
        Self {
            name: model.name().text(lang).to_owned(),
            eyebrow: v.t("models-score"),
            told: told(&v, card),
            sources: named(&v, state, sources(model.inputs_in(decisions.features()))),
            cases: Vec::new(),
            facts,
            v,
        }
    }
}

fn card_facts(v: &Visit, card: Option<&Card>) -> Vec<Fact> {
    let Some(card) = card else { return Vec::new() };
    vec![
        Fact::new(v.t("model-owner"), card.owner.text(v.lang())),
        Fact::new(v.t("model-reviewed"), card.reviewed_on.to_string()),
    ]
}

fn told(v: &Visit, card: Option<&Card>) -> Vec<Told> {
    let Some(card) = card else { return Vec::new() };
    let parts: [(&str, &Words); 5] = [
        ("model-purpose", &card.purpose),
        ("model-method", &card.method),
        ("model-measured", &card.measured),
        ("model-limits", &card.limits),
        ("model-not-for", &card.not_for),
    ];
    parts.map(|(key, words)| Told { heading: v.t(key), text: words.text(v.lang()).to_owned() }).into()
}

/// The features of a model by the catalogue item that they rest on first.
fn sources<'a>(features: impl Iterator<Item = &'a Feature>) -> BTreeMap<&'a str, Vec<&'a Feature>> {
    let mut sources: BTreeMap<&str, Vec<&Feature>> = BTreeMap::new();
    for feature in features {
        for item in &feature.sources {
            sources.entry(item).or_default().push(feature);
        }
    }
    sources
}

fn named(v: &Visit, state: &PortalState, sources: BTreeMap<&str, Vec<&Feature>>) -> Vec<Source> {
    let lang = v.lang();
    let figure = |feature: &Feature| Figure {
        name: if lang == Lang::Zh { feature.zh.clone() } else { feature.en.clone() },
        unit: feature.unit.clone(),
        missing: feature.null_means.clone(),
    };
    let source = |(item, features): (&str, Vec<&Feature>)| {
        let known = state.catalog.item(item);
        Source {
            item: item.to_owned(),
            name: known.map_or_else(|| v.t("model-stated"), |known| known.name(lang).to_owned()),
            in_catalogue: known.is_some(),
            figures: features.into_iter().map(figure).collect(),
        }
    };
    sources.into_iter().map(source).collect()
}

fn audience_key(audience: Audience) -> &'static str {
    match audience {
        Audience::Firm => "model-audience-firm",
        Audience::Household => "model-audience-household",
        Audience::Any => "model-audience-any",
    }
}

fn kind_key(kind: &str) -> &'static str {
    match kind {
        "rules" => "model-kind-rules",
        "rank" => "model-kind-rank",
        "scorecard" => "model-kind-points",
        "table" => "model-kind-table",
        "farm" => "model-kind-farm",
        _ => "model-kind-grade",
    }
}
