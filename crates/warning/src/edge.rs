//! When a warning rises: when conditions come to hold, not while they hold. Pure.

/// What was noted of a loan for one model at the last look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// The version of the model that was looked with.
    pub version: String,
    /// Whether its conditions held.
    pub holds: bool,
    /// How many warnings have risen for this loan.
    pub rises: u32,
}

/// What follows from a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing: it is as it was, or not known.
    Same,
    /// It is noted for the first time, or for the first time by this version: what holds now raises nothing.
    Baseline(bool),
    /// It has ceased to hold.
    Ceased,
    /// It has come to hold: a warning rises.
    Rises,
}

/// What follows when the conditions of this version hold now, or do not, or it is not known whether they do.
pub fn step(noted: Option<&Noted>, version: &str, now: Option<bool>) -> Step {
    let Some(now) = now else { return Step::Same };
    match noted.filter(|noted| noted.version == version) {
        None => Step::Baseline(now),
        Some(noted) if noted.holds == now => Step::Same,
        Some(_) if now => Step::Rises,
        Some(_) => Step::Ceased,
    }
}

impl Step {
    /// What is to be noted; nothing when nothing changes.
    pub(crate) fn noting(self, noted: Option<&Noted>, version: &str) -> Option<Noted> {
        let before = noted.map_or(0, |noted| noted.rises);
        let (holds, rises) = match self {
            Self::Same => return None,
            Self::Baseline(holds) => (holds, before),
            Self::Ceased => (false, before),
            Self::Rises => (true, before.saturating_add(1)),
        };
        Some(Noted { version: version.to_owned(), holds, rises })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Which of the looks raise a warning.
    fn rises(looks: &[Option<bool>]) -> Vec<usize> {
        let mut noted: Option<Noted> = None;
        let mut rises = Vec::new();
        for (at, look) in looks.iter().enumerate() {
            let step = step(noted.as_ref(), "1", *look);
            if step == Step::Rises {
                rises.push(at);
            }
            noted = step.noting(noted.as_ref(), "1").or(noted);
        }
        assert_eq!(noted.map_or(0, |noted| noted.rises) as usize, rises.len());
        rises
    }

    #[test]
    fn what_held_at_the_first_look_raises_nothing_until_it_has_ceased() {
        let (yes, no, unknown) = (Some(true), Some(false), None);
        assert_eq!(rises(&[yes, yes, yes]), [] as [usize; 0]);
        assert_eq!(rises(&[yes, no, yes, yes, no, yes]), [2, 5]);
        assert_eq!(rises(&[no, yes, unknown, yes]), [1], "not known is not ceased");
        assert_eq!(rises(&[unknown, yes, yes]), [] as [usize; 0], "the first that is known is the baseline");
    }

    #[test]
    fn another_version_begins_anew_and_counts_on() {
        let noted = Noted { version: "1".to_owned(), holds: false, rises: 2 };
        let step = step(Some(&noted), "2", Some(true));
        assert_eq!(step, Step::Baseline(true));
        let next = step.noting(Some(&noted), "2").unwrap();
        assert_eq!((next.holds, next.rises), (true, 2));
    }

    proptest! {
        #[test]
        fn between_two_rises_it_has_ceased(looks in proptest::collection::vec(any::<Option<bool>>(), 0..60)) {
            let rises = rises(&looks);
            for pair in rises.windows(2) {
                prop_assert!(looks[pair[0]..pair[1]].contains(&Some(false)), "{:?}", looks);
            }
            for at in rises {
                prop_assert_eq!(looks[at], Some(true));
                let known = looks[..at].iter().rev().find_map(|look| *look);
                prop_assert_eq!(known, Some(false), "what it was before is known, and was that it did not hold");
            }
        }
    }
}
