//! Cross-checks between sources: each has an id, an effect on the answer and words for the customer manager.

use super::coefficients::{CheckText, Effect, fault};
use crate::flow::FlowError;
use crate::trace::Sink;

/// A cross-check of the farm model (交叉核验).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Check {
    AreaConflict,
    AreaOverLand,
    PestWithoutArea,
    AreaWithoutPest,
    QuarantineOverInsured,
    SubsidyNameMismatch,
    LandDoubleCount,
    RentOutlier,
    ClaimAfterPurchase,
    BuyerIsShop,
    DeceasedMember,
    MonthGap,
}

impl Check {
    const ALL: [Self; 12] = [
        Self::AreaConflict,
        Self::AreaOverLand,
        Self::PestWithoutArea,
        Self::AreaWithoutPest,
        Self::QuarantineOverInsured,
        Self::SubsidyNameMismatch,
        Self::LandDoubleCount,
        Self::RentOutlier,
        Self::ClaimAfterPurchase,
        Self::BuyerIsShop,
        Self::DeceasedMember,
        Self::MonthGap,
    ];

    fn id(self) -> &'static str {
        match self {
            Self::AreaConflict => "AREA_CONFLICT",
            Self::AreaOverLand => "AREA_OVER_LAND",
            Self::PestWithoutArea => "PEST_WITHOUT_AREA",
            Self::AreaWithoutPest => "AREA_WITHOUT_PEST",
            Self::QuarantineOverInsured => "QUARANTINE_OVER_INSURED",
            Self::SubsidyNameMismatch => "SUBSIDY_NAME_MISMATCH",
            Self::LandDoubleCount => "LAND_DOUBLE_COUNT",
            Self::RentOutlier => "RENT_OUTLIER",
            Self::ClaimAfterPurchase => "CLAIM_AFTER_PURCHASE",
            Self::BuyerIsShop => "BUYER_IS_SHOP",
            Self::DeceasedMember => "DECEASED_MEMBER",
            Self::MonthGap => "MONTH_GAP",
        }
    }
}

/// The cross-checks of one household: what each does, and whether one asks for a visit.
#[derive(Debug)]
pub(crate) struct Checks<'a> {
    texts: &'a [CheckText],
    pub(crate) visit: bool,
}

impl<'a> Checks<'a> {
    pub(crate) fn new(texts: &'a [CheckText]) -> Self {
        Self { texts, visit: false }
    }

    /// Notes that a check hit; answers by how much it lowers the confidence of what it is about.
    pub(crate) fn hit<S: Sink>(&mut self, check: Check, sink: &mut S) -> f64 {
        // The files were verified to hold every check, in the order of `Check::ALL`.
        let Some(text) = self.texts.get(check as usize) else { return 0.0 };
        sink.line("check", check.id(), None, || format!("{} / {}", text.zh, text.en));
        match text.effect {
            Effect::Confidence => text.by,
            Effect::Visit => {
                self.visit = true;
                0.0
            }
            Effect::Note => 0.0,
        }
    }

    /// Like [`Checks::hit`], when it is so.
    pub(crate) fn hit_if<S: Sink>(&mut self, so: bool, check: Check, sink: &mut S) -> f64 {
        if so { self.hit(check, sink) } else { 0.0 }
    }
}

/// Every check has its text, in the fixed order.
pub(super) fn verify(texts: &[CheckText]) -> Result<(), FlowError> {
    let file = "farm/model.toml";
    for (at, check) in Check::ALL.into_iter().enumerate() {
        let Some(text) = texts.get(at).filter(|text| text.id == check.id()) else {
            return Err(fault(file, &format!("check {} must stand at place {}", check.id(), at + 1)));
        };
        if text.zh.is_empty() || text.en.is_empty() {
            return Err(fault(file, &format!("check {} has no text in one language", text.id)));
        }
        if text.effect == Effect::Confidence && !(0.0..=1.0).contains(&text.by) {
            return Err(fault(file, &format!("check {} must lower confidence by 0 to 1", text.id)));
        }
    }
    if texts.len() > Check::ALL.len() {
        return Err(fault(file, "there is a check that the model does not know"));
    }
    Ok(())
}
