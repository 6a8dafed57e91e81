//! The figures the farm model assumes, per product and district, as content that is checked when loaded.

use serde::Deserialize;

use crate::content::parse;
use crate::flow::FlowError;

/// Everything the model assumes.
#[derive(Debug, Clone)]
pub(crate) struct Coefficients {
    pub(crate) model: ModelText,
    pub(crate) districts: DistrictsText,
    pub(crate) crops: Vec<CropText>,
    pub(crate) animals: Vec<AnimalText>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModelText {
    pub(crate) wage: WageText,
    pub(crate) subsidy: SubsidyText,
    pub(crate) planting: PlantingText,
    pub(crate) livestock: LivestockText,
    pub(crate) property: PropertyText,
    pub(crate) total: TotalText,
    pub(crate) check: Vec<CheckText>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WageText {
    pub(crate) cap_times_average: f64,
    pub(crate) average_wage_month: f64,
    /// Most months first.
    pub(crate) haircuts: Vec<HaircutText>,
    pub(crate) flexible_share: f64,
    pub(crate) flexible_confidence: f64,
    pub(crate) village_share: f64,
    pub(crate) village_confidence: f64,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HaircutText {
    pub(crate) months: f64,
    pub(crate) share: f64,
    pub(crate) confidence: f64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SubsidyText {
    pub(crate) share_latest: f64,
    pub(crate) share_before: f64,
    /// By years known: one, two, three.
    pub(crate) confidence: [f64; 3],
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlantingText {
    pub(crate) conflict_ratio: f64,
    pub(crate) agree_within: f64,
    /// By sources that agree: one, two, three and more.
    pub(crate) quality: [f64; 3],
    pub(crate) confidence: [f64; 3],
    pub(crate) loss_min: f64,
    pub(crate) adjust_min: f64,
    pub(crate) adjust_max: f64,
    pub(crate) unsprayed_mu: f64,
    pub(crate) shop_times_land: f64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LivestockText {
    pub(crate) insured_allowance: f64,
    pub(crate) share: f64,
    pub(crate) confidence_both: f64,
    pub(crate) confidence_one: f64,
    pub(crate) over_insured: f64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PropertyText {
    pub(crate) share: f64,
    pub(crate) confidence: f64,
    pub(crate) rent_low: f64,
    pub(crate) rent_high: f64,
    pub(crate) pledge_share: f64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TotalText {
    pub(crate) confidence_least: f64,
    pub(crate) confidence_visit: f64,
    pub(crate) dscr_share: f64,
    pub(crate) persons_default: f64,
    pub(crate) input_times: f64,
    /// Below B, B, A, AA, AAA.
    pub(crate) grade_factors: [f64; 5],
}

/// A cross-check: its effect and its words for the customer manager.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckText {
    pub(crate) id: String,
    pub(crate) effect: Effect,
    #[serde(default)]
    pub(crate) by: f64,
    pub(crate) zh: String,
    pub(crate) en: String,
}

/// What a cross-check does to the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Effect {
    Confidence,
    Visit,
    Note,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DistrictsText {
    pub(crate) default: DistrictText,
    #[serde(default)]
    pub(crate) district: Vec<DistrictText>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DistrictText {
    #[serde(default)]
    pub(crate) code: u32,
    pub(crate) living_yuan_month: f64,
    pub(crate) rent_yuan_mu: f64,
    pub(crate) cropping_index: f64,
}

impl DistrictsText {
    /// The figures of a district, or the usual ones.
    pub(crate) fn of(&self, code: Option<f64>) -> &DistrictText {
        at(&self.district, code, |one| one.code).unwrap_or(&self.default)
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CropText {
    pub(crate) id: String,
    pub(crate) zh: String,
    pub(crate) en: String,
    pub(crate) perennial: bool,
    pub(crate) sprayed: bool,
    pub(crate) dose_kg_per_mu: f64,
    pub(crate) sprays: f64,
    pub(crate) pesticide_yuan_per_mu: f64,
    pub(crate) seedlings_per_mu: f64,
    pub(crate) cost_yuan_per_mu: f64,
    pub(crate) cap_yuan_per_mu: f64,
    pub(crate) ages: Vec<AgeText>,
    pub(crate) share_after: f64,
    pub(crate) default: YieldText,
    #[serde(default)]
    pub(crate) district: Vec<YieldText>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AgeText {
    pub(crate) year: f64,
    pub(crate) share: f64,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct YieldText {
    #[serde(default)]
    pub(crate) code: u32,
    pub(crate) yield_kg_per_mu: f64,
    pub(crate) price_yuan_per_kg: f64,
}

impl CropText {
    /// Yield and price in a district, or the usual ones.
    pub(crate) fn yields(&self, code: Option<f64>) -> &YieldText {
        at(&self.district, code, |one| one.code).unwrap_or(&self.default)
    }

    /// The share of a full yield by age; plants of unknown age bear fully.
    pub(crate) fn age_share(&self, months: Option<f64>) -> f64 {
        let Some(months) = months.filter(|_| self.perennial) else { return 1.0 };
        // The first twelve months are the first year.
        let year = (months / 12.0).floor() + 1.0;
        self.ages.iter().find(|age| year <= age.year).map_or(self.share_after, |age| age.share)
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnimalText {
    pub(crate) id: String,
    pub(crate) zh: String,
    pub(crate) en: String,
    pub(crate) weight_kg: f64,
    pub(crate) price_yuan_per_kg: f64,
    pub(crate) margin: f64,
    pub(crate) turnover: f64,
    pub(crate) input_yuan_per_head: f64,
    pub(crate) cap_yuan_per_head: f64,
}

fn at<T>(rows: &[T], code: Option<f64>, of: impl Fn(&T) -> u32) -> Option<&T> {
    let code = code?;
    rows.iter().find(|row| f64::from(of(row)).to_bits() == code.to_bits())
}

impl Coefficients {
    /// Reads the files of the farm folder, `(name, text)`.
    pub(crate) fn from_files(files: &[(&str, &str)]) -> Result<Self, FlowError> {
        let find = |name: &str| {
            files
                .iter()
                .find(|(file, _)| *file == name)
                .copied()
                .ok_or_else(|| fault(name, "the file is missing"))
        };
        let (name, text) = find("farm/model.toml")?;
        let model: ModelText = parse(name, text)?;
        let (name, text) = find("farm/districts.toml")?;
        let districts: DistrictsText = parse(name, text)?;
        let (mut crops, mut animals) = (Vec::new(), Vec::new());
        for (name, text) in files {
            if name.starts_with("farm/crop-") {
                crops.push(checked_crop(name, parse(name, text)?)?);
            } else if name.starts_with("farm/animal-") {
                animals.push(checked_animal(name, parse(name, text)?)?);
            }
        }
        super::checks::verify(&model.check)?;
        Ok(Self { model, districts, crops, animals })
    }
}

fn checked_crop(file: &str, crop: CropText) -> Result<CropText, FlowError> {
    let yields = std::iter::once(&crop.default).chain(&crop.district);
    let positive = yields.flat_map(|one| [one.yield_kg_per_mu, one.price_yuan_per_kg]).chain([
        crop.dose_kg_per_mu,
        crop.sprays,
        crop.pesticide_yuan_per_mu,
        crop.cost_yuan_per_mu,
        crop.cap_yuan_per_mu,
    ]);
    if positive.into_iter().any(|figure| !figure.is_finite() || figure <= 0.0) {
        return Err(fault(file, "yield, price, dose, sprays, costs and cap must be above zero"));
    }
    if !crop.ages.windows(2).all(|pair| pair[0].year < pair[1].year) {
        return Err(fault(file, "ages must ascend"));
    }
    if crop.zh.is_empty() || crop.en.is_empty() {
        return Err(fault(file, "the name is missing in one language"));
    }
    Ok(crop)
}

fn checked_animal(file: &str, animal: AnimalText) -> Result<AnimalText, FlowError> {
    let figures = [animal.weight_kg, animal.price_yuan_per_kg, animal.margin, animal.turnover];
    if figures.into_iter().any(|figure| !figure.is_finite() || figure <= 0.0) {
        return Err(fault(file, "weight, price, margin and turnover must be above zero"));
    }
    if animal.zh.is_empty() || animal.en.is_empty() {
        return Err(fault(file, "the name is missing in one language"));
    }
    Ok(animal)
}

/// A fault of a coefficient file as a whole.
pub(super) fn fault(file: &str, problem: &str) -> FlowError {
    FlowError { file: file.to_owned(), line: 1, rule: "coefficients".to_owned(), problem: problem.to_owned() }
}

#[cfg(test)]
mod tests {
    use crate::content::Flows;

    #[test]
    fn pepper_bears_from_the_third_year() {
        let flows = Flows::embedded().unwrap();
        let crops = &flows.content().coefficients().crops;
        let pepper = crops.iter().find(|crop| crop.id == "pepper").unwrap();
        let share = |years: f64| format!("{:.1}", pepper.age_share(Some(years * 12.0 - 1.0)));
        assert_eq!([share(1.0), share(2.0), share(3.0), share(4.0)], ["0.0", "0.0", "0.4", "0.7"]);
        assert_eq!([share(5.0), share(12.0), share(13.0)], ["1.0", "1.0", "0.8"]);
        assert_eq!(format!("{:.1}", pepper.age_share(None)), "1.0");
    }
}
