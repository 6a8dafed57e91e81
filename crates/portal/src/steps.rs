//! The steps of a short journey, shown by name above its pages.

use jq_web::Visit;

/// One step.
pub struct Step {
    /// Its name.
    pub name: String,
    /// `done`, `now` or `next`.
    pub state: &'static str,
}

/// The steps of the sign-in, the visitor being at `at`.
pub fn sign_in(v: &Visit, at: usize) -> Vec<Step> {
    named(v, &["signin-step-mobile", "signin-step-code", "signin-step-done"], at)
}

/// Steps by the keys of their names, the visitor being at `at`.
pub fn named(v: &Visit, keys: &[&str], at: usize) -> Vec<Step> {
    let state = |place: usize| match place.cmp(&at) {
        std::cmp::Ordering::Less => "done",
        std::cmp::Ordering::Equal => "now",
        std::cmp::Ordering::Greater => "next",
    };
    keys.iter().enumerate().map(|(place, key)| Step { name: v.t(key), state: state(place) }).collect()
}
