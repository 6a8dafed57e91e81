//! Whether two counts differ by more than chance: for drift, for a jump, for how often a bank decides otherwise.

/// Beyond which normal deviation a difference is no chance: once in a thousand.
const Z: f64 = 3.090_232_306_167_8;

/// The population stability index (PSI) of counts against a reference in the same cells, and how large it may be by chance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stability {
    /// The index; 0 for equal shares.
    pub(super) psi: f64,
    /// What is exceeded once in a thousand samples of these sizes when nothing has changed.
    pub(super) by_chance: f64,
}

/// The stability of `now` against `before`; nothing where one of them is empty.
///
/// A cell without a count gets half of one, so that the index stays finite. Where nothing has changed the index is
/// distributed as (1/n + 1/m) times a chi-square with one degree of freedom less than there are cells (Yurdakul and
/// Naranjo 2020).
pub(super) fn stability(before: &[u32], now: &[u32]) -> Option<Stability> {
    let (n, m) = (total(before), total(now));
    let cells = before.iter().zip(now).filter(|(before, now)| **before + **now > 0);
    let count = cells.clone().count();
    if n == 0.0 || m == 0.0 || count < 2 {
        return None;
    }
    let share = |count: u32, all: f64| f64::from(count).max(0.5) / all;
    let psi = cells.map(|(before, now)| {
        let (p, q) = (share(*before, n), share(*now, m));
        (q - p) * (q / p).ln()
    });
    let freedom = f64::from(u32::try_from(count - 1).unwrap_or(u32::MAX));
    Some(Stability { psi: psi.sum(), by_chance: chi_square_critical(freedom) * (1.0 / n + 1.0 / m) })
}

/// How far two shares lie apart, in standard deviations of their difference; nothing where one has no sample.
pub(super) fn deviation((can_before, n): (u32, u32), (can_now, m): (u32, u32)) -> Option<f64> {
    if n == 0 || m == 0 {
        return None;
    }
    let (n, m, before, now) = (f64::from(n), f64::from(m), f64::from(can_before), f64::from(can_now));
    let share = (before + now) / (n + m);
    let spread = (share * (1.0 - share) * (1.0 / n + 1.0 / m)).sqrt();
    if spread == 0.0 { Some(0.0) } else { Some((now / m - before / n) / spread) }
}

/// True when a deviation is no chance.
pub(super) fn is_no_chance(deviation: f64) -> bool {
    deviation.abs() > Z
}

/// Below which share the true one lies once in a thousand samples (Wilson's bound); 0 without a sample.
pub(super) fn share_at_least(count: u32, of: u32) -> f64 {
    if of == 0 {
        return 0.0;
    }
    let (n, share) = (f64::from(of), f64::from(count) / f64::from(of));
    let z2 = Z * Z;
    let middle = share + z2 / (2.0 * n);
    let spread = Z * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    ((middle - spread) / (1.0 + z2 / n)).max(0.0)
}

/// What a chi-square exceeds once in a thousand, by Wilson and Hilferty's approximation (within 1 % from 2 degrees on,
/// 4 % at one).
fn chi_square_critical(freedom: f64) -> f64 {
    let part = 2.0 / (9.0 * freedom);
    freedom * (1.0 - part + Z * part.sqrt()).powi(3)
}

fn total(counts: &[u32]) -> f64 {
    counts.iter().copied().map(f64::from).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_critical_values_are_those_of_the_tables() {
        for (freedom, table) in [(1.0, 10.828), (2.0, 13.816), (4.0, 18.467), (7.0, 24.322), (9.0, 27.877)] {
            let got = chi_square_critical(freedom);
            assert!((got / table - 1.0).abs() < 0.04, "{freedom}: {got} for {table}");
        }
    }

    #[test]
    fn equal_shares_are_stable_and_a_shift_is_seen_only_with_enough_answers() {
        let same = stability(&[100, 200, 300], &[10, 20, 30]).unwrap();
        assert!(same.psi.abs() < 1e-12);
        let few = stability(&[500, 500], &[6, 14]).unwrap();
        assert!(few.psi > 0.1 && few.psi < few.by_chance, "{few:?}");
        let many = stability(&[500, 500], &[300, 700]).unwrap();
        assert!(many.psi > many.by_chance, "{many:?}");
        assert_eq!(stability(&[], &[1]), None);
        assert_eq!(stability(&[5, 0], &[3, 0]), None, "one cell says nothing");
    }

    #[test]
    fn the_index_of_a_known_shift_is_the_known_one() {
        // (0.3 - 0.5) ln(0.3 / 0.5) + (0.7 - 0.5) ln(0.7 / 0.5)
        let psi = stability(&[500, 500], &[300, 700]).unwrap().psi;
        assert!((psi - 0.169_459_572_077_440_6).abs() < 1e-12, "{psi}");
    }

    #[test]
    fn a_share_of_a_small_sample_bounds_little() {
        assert!(share_at_least(3, 4) < 0.25);
        assert!(share_at_least(300, 400) > 0.65);
        assert!(share_at_least(0, 0).abs() < f64::EPSILON);
        assert!(is_no_chance(deviation((500, 1000), (700, 1000)).unwrap()));
        assert!(!is_no_chance(deviation((50, 100), (57, 100)).unwrap()));
        assert_eq!(deviation((0, 5), (0, 7)), Some(0.0));
    }
}
