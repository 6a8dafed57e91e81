//! Planting: how much land bears each crop, told from several sources, and what it earns after cost.

use super::Income;
use super::checks::{Check, Checks};
use super::coefficients::{Coefficients, CropText, DistrictText, PlantingText};
use crate::feature::FeatureSet;
use crate::model::Absence;
use crate::money::yuan_text;
use crate::trace::Sink;
use crate::vector::Vector;

/// Most crops the model can hold at once; more are refused when loading.
pub(super) const CROPS_MAX: usize = 16;

/// Where a crop's figures stand in the vector; a source that does not know the crop has none.
#[derive(Debug, Clone)]
pub(super) struct CropPlaces {
    subsidised: Option<usize>,
    insured: Option<usize>,
    claims: Option<usize>,
    pesticide_kg: Option<usize>,
    pesticide_yuan: Option<usize>,
    seedlings: Option<usize>,
    seedling_months: Option<usize>,
}

impl CropPlaces {
    pub(super) fn new(set: &FeatureSet, crop: &str) -> Self {
        Self {
            subsidised: set.position(&format!("sub_area_{crop}_mu")),
            insured: set.position(&format!("ins_area_{crop}_mu")),
            claims: set.position(&format!("claim_share_{crop}")),
            pesticide_kg: set.position(&format!("pest_{crop}_kg")),
            pesticide_yuan: set.position(&format!("pest_{crop}_spend")),
            seedlings: set.position(&format!("seed_{crop}_plants")),
            seedling_months: set.position(&format!("seed_{crop}_months")),
        }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = usize> {
        [
            self.subsidised,
            self.insured,
            self.claims,
            self.pesticide_kg,
            self.pesticide_yuan,
            self.seedlings,
            self.seedling_months,
        ]
        .into_iter()
        .flatten()
    }
}

/// What planting gives.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Planting {
    pub(super) income: Option<Income>,
    /// Planted area in mu.
    pub(super) area: f64,
    /// Standard cost of a season in yuan.
    pub(super) inputs: f64,
    /// Highest loan by area in yuan.
    pub(super) cap: f64,
}

/// Land and rent of the household.
#[derive(Debug, Clone, Copy)]
pub(super) struct Land {
    /// Contracted + taken in - given out, in mu; nothing when no land is on record.
    pub(super) mu: Option<f64>,
    /// Rent paid for a year, in yuan.
    pub(super) rent: f64,
    pub(super) division: Option<f64>,
}

/// Areas of one crop as the sources tell them.
#[derive(Debug, Clone, Copy)]
struct Candidates {
    areas: [f64; 5],
    count: usize,
}

impl Candidates {
    fn add(&mut self, area: Option<f64>) {
        if let Some(area) = area.filter(|area| *area > 0.0) {
            self.areas[self.count] = area;
            self.count += 1;
        }
    }

    fn known(&self) -> &[f64] {
        &self.areas[..self.count]
    }

    fn median(&mut self) -> f64 {
        let known = &mut self.areas[..self.count];
        known.sort_by(f64::total_cmp);
        let middle = known.len() / 2;
        if known.len() % 2 == 1 { known[middle] } else { f64::midpoint(known[middle - 1], known[middle]) }
    }
}

/// One crop with its area settled.
#[derive(Debug, Clone, Copy)]
struct Settled {
    crop: usize,
    area: f64,
    agreeing: usize,
    lowered: f64,
}

pub(super) fn run<S: Sink>(
    coefficients: &Coefficients,
    places: &[CropPlaces],
    vector: &Vector,
    land: Land,
    checks: &mut Checks<'_>,
    sink: &mut S,
) -> Planting {
    let district = coefficients.districts.of(land.division);
    let (mut settled, count) = settle(coefficients, places, vector, land, checks, sink);
    let settled = &mut settled[..count];
    scale_to_land(settled, land, district, checks, sink);
    let total: f64 = settled.iter().map(|one| one.area).sum();
    let mut planting = Planting { area: total, ..Planting::default() };
    for one in &*settled {
        let crop = &coefficients.crops[one.crop];
        planting.inputs += one.area * crop.cost_yuan_per_mu;
        planting.cap += one.area * crop.cap_yuan_per_mu;
        let rent = if total > 0.0 { land.rent * (one.area / total) } else { 0.0 };
        let places = &places[one.crop];
        let amount = earned(&coefficients.model.planting, crop, places, vector, one, (land, rent), sink);
        let text = &coefficients.model.planting;
        let sure = text.confidence[one.agreeing.clamp(1, 3) - 1];
        let unsprayed = crop.sprayed
            && one.area > text.unsprayed_mu
            && value(vector, places.pesticide_kg).is_none()
            && vector.absence("pesticide_purchase") == Absence::NoRecord;
        let lowered = one.lowered + checks.hit_if(unsprayed, Check::AreaWithoutPest, sink);
        let income = Income { amount, confidence: sure }.lowered(lowered);
        planting.income = Income::join(planting.income, Some(income));
    }
    planting
}

/// The area of each crop there is any sign of.
fn settle<S: Sink>(
    coefficients: &Coefficients,
    places: &[CropPlaces],
    vector: &Vector,
    land: Land,
    checks: &mut Checks<'_>,
    sink: &mut S,
) -> ([Settled; CROPS_MAX], usize) {
    let mut all = [Candidates { areas: [0.0; 5], count: 0 }; CROPS_MAX];
    let mut grown = 0;
    for ((crop, places), found) in coefficients.crops.iter().zip(places).zip(&mut all) {
        found.add(value(vector, places.subsidised));
        found.add(value(vector, places.insured));
        found.add(value(vector, places.pesticide_kg).map(|kg| kg / (crop.dose_kg_per_mu * crop.sprays)));
        // Seedlings tell the area of a crop that is planted anew each year.
        let seedlings =
            value(vector, places.seedlings).filter(|_| !crop.perennial && crop.seedlings_per_mu > 0.0);
        found.add(seedlings.map(|plants| plants / crop.seedlings_per_mu));
        grown += usize::from(found.count > 0);
    }
    let mut settled = [Settled { crop: 0, area: 0.0, agreeing: 0, lowered: 0.0 }; CROPS_MAX];
    let mut count = 0;
    for (at, found) in all.iter_mut().enumerate().filter(|(_, found)| found.count > 0) {
        // All the land may bear the crop only when it is the only one.
        found.add(land.mu.filter(|_| grown == 1));
        settled[count] = settle_one(&coefficients.model.planting, at, found, land, checks, sink);
        let crop = &coefficients.crops[at];
        sink.line("area", &crop.id, None, || {
            format!("{:.4} mu from {} sources", settled[count].area, found.count)
        });
        count += 1;
    }
    (settled, count)
}

fn settle_one<S: Sink>(
    text: &PlantingText,
    crop: usize,
    found: &mut Candidates,
    land: Land,
    checks: &mut Checks<'_>,
    sink: &mut S,
) -> Settled {
    let median = found.median();
    // `median` has sorted them.
    let (smallest, largest) = (found.known()[0], found.known()[found.count - 1]);
    let mut lowered = 0.0;
    let mut area = median;
    if largest > text.conflict_ratio * smallest {
        lowered += checks.hit(Check::AreaConflict, sink);
        area = smallest;
    }
    if let Some(land) = land.mu.filter(|land| *land > 0.0) {
        area = area.min(land);
    }
    let near = |candidate: &&f64| (**candidate - area).abs() <= text.agree_within * area;
    Settled { crop, area, agreeing: found.known().iter().filter(near).count(), lowered }
}

/// All crops together fit onto the land as often as it bears in a year.
fn scale_to_land<S: Sink>(
    settled: &mut [Settled],
    land: Land,
    district: &DistrictText,
    checks: &mut Checks<'_>,
    sink: &mut S,
) {
    let total: f64 = settled.iter().map(|one| one.area).sum();
    let Some(room) =
        land.mu.map(|mu| mu * district.cropping_index).filter(|room| *room > 0.0 && total > *room)
    else {
        return;
    };
    let lowered = checks.hit(Check::AreaOverLand, sink);
    for one in settled {
        one.area *= room / total;
        one.lowered += lowered;
    }
}

/// What a crop earns after cost, in yuan.
fn earned<S: Sink>(
    text: &PlantingText,
    crop: &CropText,
    places: &CropPlaces,
    vector: &Vector,
    one: &Settled,
    (land, rent): (Land, f64),
    sink: &mut S,
) -> f64 {
    let yields = crop.yields(land.division);
    let loss = value(vector, places.claims).unwrap_or(0.0).clamp(text.loss_min, 1.0);
    let age = crop.age_share(value(vector, places.seedling_months));
    let gross = one.area * yields.yield_kg_per_mu * age * yields.price_yuan_per_kg * (1.0 - loss);
    let expected = one.area * crop.pesticide_yuan_per_mu;
    let adjust = value(vector, places.pesticide_yuan)
        .filter(|_| expected > 0.0)
        .map_or(1.0, |spent| (spent / expected).clamp(text.adjust_min, text.adjust_max));
    let cost = one.area * crop.cost_yuan_per_mu * adjust + rent;
    let quality = text.quality[one.agreeing.clamp(1, 3) - 1];
    let earned = (gross - cost).max(0.0) * quality;
    sink.line("gross", &crop.id, None, || yuan_text(gross));
    sink.line("cost", &crop.id, None, || yuan_text(cost));
    sink.line("quality", &crop.id, None, || format!("{quality:.2}"));
    sink.line("operating", &crop.id, None, || yuan_text(earned));
    earned
}

fn value(vector: &Vector, place: Option<usize>) -> Option<f64> {
    vector.values[place?]
}
