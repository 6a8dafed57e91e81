//! Early warnings on the bank's live loans: the list, one warning with what happened and what to do, and its mark.

pub mod list;
pub mod row;
pub mod show;

use jq_identity::BankUser;
use jq_warning::{Level, Seer, WarningState};

/// The employee as somebody who sees warnings: those of the bank, at a branch those of the branch and the own ones.
pub fn seer(user: &BankUser) -> Seer {
    let (bank, branch) = (user.bank().clone(), user.branch().cloned());
    Seer { bank, branch, login: user.staff().login().to_owned() }
}

/// Colour and icon of a level; the word always stands beside them.
pub fn level_tone(level: Level) -> (&'static str, &'static str) {
    match level {
        Level::Red => ("bad", "alert-triangle"),
        Level::Orange => ("soon", "alert-triangle"),
        Level::Yellow => ("info", "info-circle"),
    }
}

/// Colour and icon of a state.
pub fn state_tone(state: WarningState) -> (&'static str, &'static str) {
    match state {
        WarningState::Open => ("soon", "bell"),
        WarningState::Seen => ("info", "eye"),
        WarningState::Right => ("good", "circle-check"),
        WarningState::Wrong | WarningState::Ended => ("", "circle-x"),
    }
}
