//! A warning as lists show it.

use jq_warning::Warning;
use jq_web::{Visit, say};

use super::{level_tone, state_tone};

/// One warning.
pub struct WarningRow {
    /// Its page.
    pub href: String,
    /// What it is called.
    pub name: String,
    /// The borrower.
    pub subject: String,
    /// The order's number.
    pub order_no: String,
    /// Its level.
    pub level: &'static str,
    /// The colour of that word.
    pub level_tone: &'static str,
    /// The icon beside it.
    pub level_icon: &'static str,
    /// Where it stands.
    pub state: &'static str,
    /// The colour of that word.
    pub state_tone: &'static str,
    /// The icon beside it.
    pub state_icon: &'static str,
    /// When it rose.
    pub raised_at: String,
    /// Nobody was pushed.
    pub quiet: bool,
    /// The day on which the loan was late; empty while it has not been.
    pub failed_on: String,
}

impl WarningRow {
    /// The warning.
    pub fn new(v: &Visit, warning: &Warning) -> Self {
        let lang = v.lang();
        let ((level_tone, level_icon), (state_tone, state_icon)) =
            (level_tone(warning.level), state_tone(warning.state));
        Self {
            href: format!("/bank/warnings/{}", warning.warning_id),
            name: warning.told.name.text(lang).to_owned(),
            subject: warning.subject_name.clone(),
            order_no: warning.order_no.clone(),
            level: warning.level.text(lang),
            level_tone,
            level_icon,
            state: warning.state.text(lang),
            state_tone,
            state_icon,
            raised_at: say::moment(warning.raised_at),
            quiet: warning.quiet,
            failed_on: warning.failed_on.map(|day| day.to_string()).unwrap_or_default(),
        }
    }
}
