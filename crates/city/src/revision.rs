//! Second deliveries: units send old rows again, correct them, take them back, or send yesterday's state by mistake.

use jq_catalog::{FieldKind, Item};

use crate::dice::Dice;

/// What a unit does with a row it has sent before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Revision {
    /// The same row, byte for byte.
    Repeated,
    /// A new version with a newer time.
    Corrected,
    /// Taken back.
    Withdrawn,
    /// An older version than the one already known.
    Outdated,
}

impl Revision {
    /// Draws the fate of an old row; most rows are never touched again.
    pub(crate) fn draw(dice: &mut Dice, removable: bool) -> Option<Self> {
        let chance = dice.unit();
        if chance < 0.003 {
            Some(Self::Repeated)
        } else if chance < 0.005 {
            Some(Self::Corrected)
        } else if chance < 0.0055 {
            Some(Self::Outdated)
        } else if chance < 0.006 && removable {
            Some(Self::Withdrawn)
        } else {
            None
        }
    }
}

/// The field that a correction changes: a text that is no key, no subject and under no rule.
pub(crate) fn changing_field(item: &Item) -> Option<usize> {
    let bound = |name: &str| {
        item.key.iter().any(|part| part.fields.iter().any(|field| field == name))
            || item.subject.fields.iter().any(|field| field == name)
            || item.checks.iter().any(|check| check.rule.fields().contains(&name))
    };
    let free = |kind: FieldKind| {
        item.fields.iter().rposition(|field| field.kind == kind && !bound(&field.name) && !field.optional)
    };
    free(FieldKind::Str).or_else(|| free(FieldKind::Money)).or_else(|| free(FieldKind::Dec))
}

/// The corrected content of a field: a figure one in a hundred higher, a text with a note.
pub(crate) fn change(value: &str) -> String {
    let plain = value.trim_matches('"').replace("\"\"", "\"");
    match plain.parse::<f64>() {
        Ok(figure) if plain.contains('.') => format!("{:.2}", figure * 1.01 + 1.0),
        _ => format!("{plain}(更正)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correction_changes_figures_and_texts() {
        assert_eq!(change("100.00"), "102.00");
        assert_eq!(change("\"甲,乙\""), "甲,乙(更正)");
    }
}
