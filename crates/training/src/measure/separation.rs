//! Area under the curve with its variance, and the greatest distance, from groups of cases in the order of their
//! scores, worst first.

use crate::counts::Counts;
use crate::number::figure;

/// The chance that a good case stands behind a bad one, ties counted half; nothing when one kind is missing.
pub(crate) fn auc(groups: &[Counts]) -> Option<f64> {
    let total: Counts = groups.iter().copied().sum();
    if !total.has_both() {
        return None;
    }
    let (mut bad_before, mut won) = (0.0, 0.0);
    for group in groups {
        let (good, bad) = (figure(group.good), figure(group.bad));
        won += good * (bad_before + bad / 2.0);
        bad_before += bad;
    }
    Some(won / (figure(total.good) * figure(total.bad)))
}

/// Variance of the area, by `DeLong` and others (1988).
pub(super) fn variance(groups: &[Counts], auc: f64) -> f64 {
    let total: Counts = groups.iter().copied().sum();
    let (goods, bads) = (figure(total.good), figure(total.bad));
    let (mut good_before, mut bad_before) = (0.0, 0.0);
    let (mut of_good, mut of_bad) = (0.0, 0.0);
    for group in groups {
        let (good, bad) = (figure(group.good), figure(group.bad));
        let wins_of_good = (bad_before + bad / 2.0) / bads;
        let wins_of_bad = (goods - good_before - good / 2.0) / goods;
        of_good += good * (wins_of_good - auc).powi(2);
        of_bad += bad * (wins_of_bad - auc).powi(2);
        good_before += good;
        bad_before += bad;
    }
    let spread = |sum: f64, count: f64| if count > 1.0 { sum / (count - 1.0) / count } else { 0.0 };
    spread(of_good, goods) + spread(of_bad, bads)
}

/// Greatest distance of the two distributions (Kolmogorov and Smirnov), and after which group it is reached.
pub(super) fn ks(groups: &[Counts]) -> Option<(f64, usize)> {
    let total: Counts = groups.iter().copied().sum();
    if !total.has_both() {
        return None;
    }
    let mut sum = Counts::default();
    let mut best = (0.0, 0);
    for (at, group) in groups.iter().enumerate() {
        sum += *group;
        let distance = (figure(sum.bad) / figure(total.bad) - figure(sum.good) / figure(total.good)).abs();
        if distance > best.0 {
            best = (distance, at);
        }
    }
    Some(best)
}
