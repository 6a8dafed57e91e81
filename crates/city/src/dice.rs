//! Chance that can be repeated: the same seed and the same subject always throw the same dice.

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::{Rng, SeedableRng};

/// A stream of chance for one subject and one purpose.
///
/// Distributions are written here and not taken from a library, because a library may change the values it
/// draws, and then the same seed would give another city.
pub(crate) struct Dice(Pcg64Mcg);

/// Spreads a number over all 64 bits, so that neighbours have nothing in common.
pub(crate) fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Dice {
    /// The dice of subject `index` for the purpose `salt`.
    pub(crate) fn new(seed: u64, salt: u64, index: u64) -> Self {
        let state = mix(mix(mix(seed) ^ salt) ^ index);
        let wide = (u128::from(state) << 64) | u128::from(mix(state)) | 1;
        Self(Pcg64Mcg::from_seed(wide.to_le_bytes()))
    }

    /// Any 64-bit number.
    pub(crate) fn any(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number in 0..1, never 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.any() >> 11) as f64 / 9_007_199_254_740_992.0
    }

    /// Yes in `share` of all throws.
    pub(crate) fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// A whole number from `low` to `high`, both included.
    pub(crate) fn whole(&mut self, low: i64, high: i64) -> i64 {
        if high <= low {
            return low;
        }
        let width = high.abs_diff(low) + 1;
        let step = ((u128::from(self.any()) * u128::from(width)) >> 64) as u64;
        low.saturating_add_unsigned(step)
    }

    /// A whole number below `end`; 0 when `end` is 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        if end == 0 {
            return 0;
        }
        ((u128::from(self.any()) * end as u128) >> 64) as usize
    }

    /// A number from `low` to `high`.
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// One of the choices.
    pub(crate) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    /// One of the choices, each as often as its weight says.
    pub(crate) fn weighted<T: Copy>(&mut self, choices: &[(T, f64)]) -> T {
        let total: f64 = choices.iter().map(|(_, weight)| weight).sum();
        let mut left = self.unit() * total;
        for (choice, weight) in choices {
            left -= weight;
            if left < 0.0 {
                return *choice;
            }
        }
        choices[choices.len() - 1].0
    }

    /// A normally distributed number with mean 0 and deviation 1.
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// A lognormal number with the given median and spread.
    pub(crate) fn lognormal(&mut self, median: f64, spread: f64) -> f64 {
        median * (spread * self.normal()).exp()
    }

    /// How many events happen where `mean` are expected; at most 60.
    pub(crate) fn count(&mut self, mean: f64) -> u32 {
        let limit = (-mean.min(40.0)).exp();
        let (mut product, mut events) = (self.unit(), 0);
        while product > limit && events < 60 {
            product *= self.unit();
            events += 1;
        }
        events
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_subject_throws_the_same_dice() {
        let draw = |index| Dice::new(7, 1, index).any();
        assert_eq!(draw(3), draw(3));
        assert_ne!(draw(3), draw(4));
    }

    #[test]
    fn whole_numbers_stay_in_their_range() {
        let mut dice = Dice::new(1, 2, 3);
        for _ in 0..1_000 {
            assert!((2..=5).contains(&dice.whole(2, 5)));
            assert!(dice.below(3) < 3);
        }
    }

    #[test]
    fn events_come_as_often_as_expected() {
        let mut dice = Dice::new(1, 2, 3);
        let total: u32 = (0..10_000).map(|_| dice.count(0.45)).sum();
        assert!((4_200..4_800).contains(&total), "{total}");
    }
}
