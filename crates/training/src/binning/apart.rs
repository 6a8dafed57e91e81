//! Whether the bad rates of two bins differ by more than chance.

use crate::counts::Counts;
use crate::distribution::normal_tail;
use crate::number::figure;

/// The deviation that chance exceeds with probability `p`, to both sides.
pub(super) fn z_of(p: f64) -> f64 {
    let (mut low, mut high) = (0.0, 40.0);
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if 2.0 * normal_tail(middle) > p { low = middle } else { high = middle }
    }
    low
}

/// How many standard deviations lie between the bad rates, by the pooled variance of two shares.
pub(super) fn deviation(left: Counts, right: Counts) -> f64 {
    let pooled = (left + right).bad_share();
    let variance = pooled * (1.0 - pooled) * (1.0 / figure(left.rows()) + 1.0 / figure(right.rows()));
    if variance <= 0.0 { 0.0 } else { (left.bad_share() - right.bad_share()).abs() / variance.sqrt() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_shares_are_told_apart_as_in_the_tables() {
        assert!((z_of(0.05) - 1.959_964).abs() < 1e-5);
        assert!(z_of(1.0).abs() < 1e-9);
        // 30 of 100 against 20 of 100.
        let z = deviation(Counts { bad: 30, good: 70 }, Counts { bad: 20, good: 80 });
        assert!((z - 1.632_993).abs() < 1e-6, "{z}");
        assert!(deviation(Counts { bad: 0, good: 9 }, Counts { bad: 0, good: 5 }).abs() < 1e-12);
    }
}
