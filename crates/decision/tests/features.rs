//! Features over a real lake: every statement runs, and one subject alone gets the very bits it gets in the city.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod town;

use jiff::civil::{Date, date};
use jq_base::ids::SubjectKey;
use jq_catalog::Catalog;
use jq_decision::query::LakeQuery;
use jq_decision::{Asking, FeatureSet, build};
use jq_lake::Scope;
use town::town;

const AS_OF: Date = date(2026, 11, 10);

/// Everything of the whole city, or of these subjects alone.
fn all<'a>(set: &'a FeatureSet, subjects: &'a [SubjectKey], as_of: Date) -> Asking<'a> {
    Asking { set, subjects, only: !subjects.is_empty(), as_of, lake_version: "1", items: None }
}

#[tokio::test]
async fn one_subject_alone_gets_the_bits_it_gets_in_the_city() {
    let town = town("bits").await;
    let set = FeatureSet::embedded().unwrap();
    let query = |scope| LakeQuery::new(&town.lake, scope);
    let city = build(&query(Scope::All), all(&set, &[], AS_OF), |_| true).await.unwrap();
    for subject in &town.subjects {
        let asked = [subject.clone()];
        let own = query(Scope::Subjects(asked.to_vec()));
        let alone = build(&own, all(&set, &asked, AS_OF), |_| true).await.unwrap();
        let bits =
            |values: &[Option<f64>]| -> Vec<_> { values.iter().map(|v| v.map(f64::to_bits)).collect() };
        let (one, all) = (alone.find(subject).unwrap().values, city.find(subject).unwrap().values);
        for ((name, one), all) in set.names().zip(bits(&one)).zip(bits(&all)) {
            assert_eq!(one, all, "{name} of {subject}");
        }
    }
}

#[tokio::test]
async fn every_feature_is_known_of_somebody() {
    let town = town("known").await;
    let set = FeatureSet::embedded().unwrap();
    let query = LakeQuery::new(&town.lake, Scope::All);
    let city = build(&query, all(&set, &[], AS_OF), |_| true).await.unwrap();
    let silent: Vec<&str> = set
        .features()
        .iter()
        .enumerate()
        .filter(|(_, feature)| feature.sources[0] != "declared")
        .filter(|(at, _)| city.iter().all(|vector| vector.values[*at].is_none_or(|value| value == 0.0)))
        .map(|(_, feature)| feature.name.as_str())
        .collect();
    // No parcel of this town stands in two contracts, and none is owed the coincidence.
    assert!(silent.iter().all(|name| *name == "land_double_parcels"), "{silent:?}");
}

#[tokio::test]
async fn what_is_learned_later_is_not_known_before() {
    let town = town("later").await;
    let set = FeatureSet::embedded().unwrap();
    let query = LakeQuery::new(&town.lake, Scope::All);
    let early = build(&query, all(&set, &[], date(2020, 1, 1)), |_| true).await.unwrap();
    for vector in early.iter() {
        assert!(
            vector.values.iter().all(|value| value.is_none_or(|value| value == 0.0)),
            "{}",
            vector.subject
        );
    }
}

#[test]
fn every_source_is_an_item_of_the_catalogue() {
    let catalog = Catalog::embedded().unwrap();
    let set = FeatureSet::embedded().unwrap();
    for feature in set.features() {
        for item in &feature.sources {
            assert!(item == "declared" || catalog.item(item).is_some(), "{item} of {}", feature.name);
        }
    }
}
