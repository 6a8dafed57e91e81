//! What gives a leak away, and what does not.

use super::*;
use crate::fine::Fine;

fn variable(halves: &[(u64, u64)]) -> Variable {
    let cuts = (1..halves.len()).map(length).collect();
    let mut counts = vec![Counts::default()];
    counts.extend(halves.iter().map(|(good, bad)| Counts { good: *good, bad: *bad }));
    Variable { fine: Fine::of_numbers("x", cuts), halves: [counts.clone(), counts], unparsable: 0 }
}

#[test]
fn values_that_only_bad_cases_have_are_seen() {
    // A third of the bad cases has a value that no good one has.
    let recovered = variable(&[(800, 100), (1, 60)]);
    assert!((pure_share(&recovered) - 0.375).abs() < 1e-9);
    // A strong but honest value.
    assert!(pure_share(&variable(&[(780, 100), (20, 60)])).abs() < 1e-12);
    // Too few to say.
    assert!(pure_share(&variable(&[(800, 152), (0, 8)])).abs() < 1e-12);
    // Where most cases are bad, pure values are nothing unusual.
    assert!(pure_share(&variable(&[(100, 100), (1, 60)])).abs() < 1e-12);
}

#[test]
fn the_area_is_judged_on_rows_that_did_not_teach_it() {
    // Each half has its own, opposite, order: what one teaches is wrong for the other.
    let mut odd = variable(&[(50, 10), (10, 50)]);
    odd.halves[1].swap(1, 2);
    assert!(honest_area(&odd) < 0.5);
    let even = variable(&[(50, 10), (10, 50)]);
    assert!((honest_area(&even) - (50.0 * 50.0 + 0.5 * 2.0 * 500.0) / 3600.0).abs() < 1e-9);
    assert!((honest_area(&variable(&[(30, 30)])) - 0.5).abs() < 1e-12);
}
