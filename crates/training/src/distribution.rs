//! The tails of the normal and the chi-square distribution.

use crate::number::figure;

/// Terms of a series at most; each is used until it changes nothing.
const TERMS_MAX: u32 = 10_000;
const SMALLEST: f64 = 1e-300;

/// The chance that a standard normal figure lies above `z`.
pub(crate) fn normal_tail(z: f64) -> f64 {
    let upper = 0.5 * gamma_tail(0.5, z * z / 2.0);
    if z >= 0.0 { upper } else { 1.0 - upper }
}

/// The chance that a chi-square figure with so many degrees of freedom lies above `value`.
pub(crate) fn chi_square_tail(value: f64, degrees: u64) -> f64 {
    gamma_tail(figure(degrees) / 2.0, value.max(0.0) / 2.0)
}

/// The regularised upper incomplete gamma function: a series below the hump, a continued fraction above it.
fn gamma_tail(shape: f64, value: f64) -> f64 {
    if value <= 0.0 {
        return 1.0;
    }
    let scale = (shape * value.ln() - value - ln_gamma(shape)).exp();
    if value < shape + 1.0 { 1.0 - scale * series(shape, value) } else { scale * fraction(shape, value) }
}

fn series(shape: f64, value: f64) -> f64 {
    let mut term = 1.0 / shape;
    let mut sum = term;
    for step in 1..TERMS_MAX {
        term *= value / (shape + f64::from(step));
        sum += term;
        if term < sum * f64::EPSILON {
            break;
        }
    }
    sum
}

/// Lentz's method.
fn fraction(shape: f64, value: f64) -> f64 {
    let mut b = value + 1.0 - shape;
    let mut c = 1.0 / SMALLEST;
    let mut d = 1.0 / b;
    let mut product = d;
    for step in 1..TERMS_MAX {
        let step = f64::from(step);
        let a = -step * (step - shape);
        b += 2.0;
        d = 1.0 / nonzero(a * d + b);
        c = nonzero(b + a / c);
        product *= d * c;
        if (d * c - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    product
}

fn nonzero(value: f64) -> f64 {
    if value.abs() < SMALLEST { SMALLEST } else { value }
}

/// Lanczos' approximation, good to 15 digits.
fn ln_gamma(value: f64) -> f64 {
    const G: f64 = 7.0;
    const FIRST: f64 = 0.999_999_999_999_809_9;
    const REST: [f64; 8] = [
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    let below = value - 1.0;
    let mut sum = FIRST;
    for (factor, step) in REST.iter().zip(1_u32..) {
        sum += factor / (below + f64::from(step));
    }
    let t = below + G + 0.5;
    0.5 * (2.0 * std::f64::consts::PI).ln() + (below + 0.5) * t.ln() - t + sum.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Figures of scipy 1.17 (`scipy.stats.norm.sf`, `scipy.stats.chi2.sf`).
    #[test]
    fn tails_are_those_of_scipy() {
        let check = |ours: f64, theirs: f64| {
            assert!((ours - theirs).abs() <= 1e-12 + 1e-9 * theirs, "{ours} {theirs}");
        };
        check(normal_tail(0.0), 0.5);
        check(normal_tail(1.959_963_984_540_054), 0.025);
        check(normal_tail(-1.0), 0.841_344_746_068_542_9);
        check(normal_tail(5.0), 2.866_515_718_791_939e-7);
        check(chi_square_tail(3.841_458_820_694_124, 1), 0.05);
        check(chi_square_tail(15.507_313_055_865_453, 8), 0.05);
        check(chi_square_tail(2.732_636_793_499_662, 8), 0.95);
        check(chi_square_tail(0.0, 8), 1.0);
    }
}
