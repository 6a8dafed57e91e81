//! The one door from a model's figures back to money: yuan as a double become whole fen, half up.

/// Whole fen of an amount in yuan, rounded half away from zero; nothing for a figure that is no amount.
pub fn fen_of_yuan(yuan: f64) -> Option<i64> {
    // Beyond ten trillion yuan a figure is an error of the model, not money; below it doubles hold every fen.
    const YUAN_MAX: f64 = 1e13;
    if !yuan.is_finite() || yuan.abs() > YUAN_MAX {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "the range was checked above")]
    let fen = (yuan * 100.0).round() as i64;
    Some(fen)
}

/// A limit in fen: whole thousands of yuan, rounded down, never below zero; nothing for a figure that is no amount.
pub fn limit_of_yuan(yuan: f64) -> Option<i64> {
    /// One thousand yuan.
    const STEP_FEN: i64 = 100_000;
    let fen = fen_of_yuan(yuan)?.max(0);
    Some(fen / STEP_FEN * STEP_FEN)
}

/// A limit as a model's figure: yuan, exact below ninety trillion.
#[expect(clippy::cast_precision_loss, reason = "limits stay far below 2^53 fen")]
pub(crate) fn yuan_of_fen(fen: i64) -> f64 {
    fen as f64 / 100.0
}

/// A figure in yuan as text with two decimals, for the trace.
pub(crate) fn yuan_text(yuan: f64) -> String {
    match fen_of_yuan(yuan) {
        Some(fen) => {
            let sign = if fen < 0 { "-" } else { "" };
            let fen = fen.unsigned_abs();
            format!("{sign}{}.{:02}", fen / 100, fen % 100)
        }
        None => format!("{yuan}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_becomes_fen_half_up() {
        assert_eq!(fen_of_yuan(17_123.18), Some(1_712_318));
        assert_eq!(fen_of_yuan(0.125), Some(13));
        assert_eq!(fen_of_yuan(-0.125), Some(-13));
        assert_eq!(fen_of_yuan(f64::NAN), None);
        assert_eq!(fen_of_yuan(1e14), None);
    }

    #[test]
    fn a_limit_is_whole_thousands_and_never_rounded_up() {
        assert_eq!(limit_of_yuan(13_626.62), Some(1_300_000));
        assert_eq!(limit_of_yuan(999.99), Some(0));
        assert_eq!(limit_of_yuan(-5.0), Some(0));
    }

    #[test]
    fn amounts_in_a_trace_have_two_decimals() {
        assert_eq!(yuan_text(37_859.4), "37859.40");
        assert_eq!(yuan_text(-0.5), "-0.50");
    }
}
