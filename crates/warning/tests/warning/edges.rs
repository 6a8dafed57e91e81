//! What raises a warning and what does not, and for whom.

use jq_testkit::each_database;
use jq_warning::WarningState;

use super::people::Town;
use super::watch::Watch;

const NONE: (&str, f64) = ("open_execution_count", 0.0);
const ONE: (&str, f64) = ("open_execution_count", 1.0);

#[tokio::test]
async fn what_ceased_and_comes_again_warns_again() {
    each_database(async |test| {
        let watch = Watch::new(Town::new(test).await);
        let (_, loan) = watch.lend().await;
        watch.allow(&["new_enforcement"]).await;
        for (figures, raised) in [(ONE, 0), (ONE, 0), (NONE, 0), (ONE, 1), (ONE, 0), (NONE, 0), (ONE, 1)] {
            assert_eq!(watch.look(&loan, &[figures]).await.raised, raised);
        }
        assert_eq!(watch.look(&loan, &[]).await.raised, 0, "not known is not ceased");
        assert_eq!(watch.look(&loan, &[ONE]).await.raised, 0);
        let rises: Vec<u32> = watch.ledger().await.iter().map(|warning| warning.rise).collect();
        assert_eq!(rises.len(), 2);
        assert!(rises.contains(&1) && rises.contains(&2));
    })
    .await;
}

#[tokio::test]
async fn without_a_consent_nothing_is_raised_and_nothing_noted() {
    each_database(async |test| {
        let watch = Watch::new(Town::new(test).await);
        let (_, loan) = watch.lend().await;
        for figures in [NONE, ONE, NONE] {
            assert_eq!(watch.look(&loan, &[figures]).await.raised, 0);
        }
        assert!(watch.town.events("consent.read_refused").await.is_empty());
        let narrow = watch.allow(&["legal_rep_changed"]).await;
        assert_eq!(watch.look(&loan, &[NONE]).await.raised, 0);
        assert_eq!(watch.look(&loan, &[ONE]).await.raised, 0, "courts are not in this consent");
        watch.withdraw(&narrow).await;
        watch.allow(&["new_enforcement"]).await;
        assert_eq!(
            watch.look(&loan, &[ONE]).await.raised,
            0,
            "the first look that is allowed is the baseline"
        );
        watch.look(&loan, &[NONE]).await;
        assert_eq!(watch.look(&loan, &[ONE]).await.raised, 1);
    })
    .await;
}

#[tokio::test]
async fn two_looks_at_once_warn_once() {
    each_database(async |test| {
        let watch = Watch::new(Town::new(test).await);
        let (_, loan) = watch.lend().await;
        watch.allow(&["new_enforcement"]).await;
        watch.look(&loan, &[NONE]).await;
        let (one, other) = tokio::join!(watch.look(&loan, &[ONE]), watch.look(&loan, &[ONE]));
        assert_eq!(one.raised + other.raised, 1);
        assert_eq!(watch.town.events("warning.raised").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_consent_whose_time_is_up_ends_what_stands_at_the_next_look() {
    each_database(async |test| {
        let watch = Watch::new(Town::new(test).await);
        let (_, loan) = watch.lend().await;
        let grant = watch.allow(&["new_enforcement"]).await;
        watch.look(&loan, &[NONE]).await;
        watch.look(&loan, &[ONE]).await;
        test.advance(jiff::SignedDuration::from_hours(24 * 366));
        assert!(!grant.is_active(test.clock.now()));
        assert_eq!(watch.look(&loan, &[ONE]).await.ended, 1, "its time is up");
        assert_eq!(watch.ledger().await[0].state, WarningState::Ended);
        assert_eq!(watch.look(&loan, &[ONE]).await.raised, 0);
        watch.allow(&["new_enforcement"]).await;
        assert_eq!(
            watch.look(&loan, &[ONE]).await.raised,
            1,
            "what still holds is told under the new consent"
        );
    })
    .await;
}
