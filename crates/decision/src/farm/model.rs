//! From four incomes to a limit: what is left after debts and living, and what loan that carries.

use super::checks::{Check, Checks};
use super::coefficients::{Coefficients, TotalText};
use super::household::{self, HouseholdPlaces};
use super::livestock::{self, AnimalPlaces, Livestock};
use super::planting::{self, CROPS_MAX, CropPlaces, Land, Planting};
use super::{Income, tell};
use crate::flow::text::{FarmText, Repayment};
use crate::flow::{Answer, FlowError, Here, Refusal};
use crate::money::yuan_text;
use crate::trace::Sink;
use crate::vector::Vector;

/// The compiled four-income model (四类收入模型) of one product.
#[derive(Debug, Clone)]
pub(crate) struct FarmModel {
    coefficients: Coefficients,
    product: FarmText,
    crops: Vec<CropPlaces>,
    animals: Vec<AnimalPlaces>,
    household: HouseholdPlaces,
    places: Places,
    too_little: Refusal,
    no_capacity: Refusal,
    low_grade: Refusal,
    visit: Refusal,
}

#[derive(Debug, Clone)]
struct Places {
    own: usize,
    taken_in: usize,
    given_out: usize,
    rent_paid: usize,
    rent_high: usize,
    rent_low: usize,
    own_years: usize,
    in_years: usize,
    division: usize,
    members: usize,
    debt_service: usize,
    deceased: usize,
    grade: usize,
    seasons: usize,
    soon_claims: usize,
    pesticide: usize,
}

/// All that was found out of one household.
struct Found {
    wage: Option<Income>,
    subsidy: Option<Income>,
    planting: Planting,
    livestock: Livestock,
    property: Option<Income>,
}

impl FarmModel {
    pub(crate) fn compile(
        text: &FarmText,
        coefficients: &Coefficients,
        here: &mut Here<'_>,
    ) -> Result<Self, FlowError> {
        if coefficients.crops.len() > CROPS_MAX {
            return Err(here.whole(format!("more than {CROPS_MAX} crops")));
        }
        if text.years == 0 || text.bp_low > text.bp_high {
            return Err(here.whole("a farm loan runs at least one year, the lowest price first".to_owned()));
        }
        let crops: Vec<CropPlaces> =
            coefficients.crops.iter().map(|crop| CropPlaces::new(here.set, &crop.id)).collect();
        let animals: Vec<AnimalPlaces> =
            coefficients.animals.iter().map(|animal| AnimalPlaces::new(here.set, &animal.id)).collect();
        for place in crops.iter().flat_map(CropPlaces::all).chain(animals.iter().flat_map(AnimalPlaces::all))
        {
            here.note(place);
        }
        Ok(Self {
            places: places(here)?,
            household: household_places(here)?,
            crops,
            animals,
            coefficients: coefficients.clone(),
            too_little: here.refusal("too_little", &text.too_little)?,
            no_capacity: here.refusal("no_capacity", &text.no_capacity)?,
            low_grade: here.refusal("low_grade", &text.low_grade)?,
            visit: here.refusal("visit", &text.visit)?,
            product: text.clone(),
        })
    }

    /// Runs the model; `lpr_ppm` is the one-year loan prime rate.
    pub(crate) fn run<S: Sink>(&self, vector: &Vector, lpr_ppm: i64, sink: &mut S) -> Answer {
        let value = |at: usize| vector.values[at];
        let text = &self.coefficients.model.total;
        let factor = grade_factor(text, value(self.places.grade));
        if factor <= 0.0 {
            self.low_grade.tell(sink);
            return Answer::Cannot;
        }
        let mut checks = Checks::new(&self.coefficients.model.check);
        let found = self.find(vector, &mut checks, sink);
        let operating = Income::join(found.planting.income, found.livestock.income);
        let parts = [found.wage, found.subsidy, operating, found.property];
        for (id, part) in ["wage", "subsidy", "operating", "property"].into_iter().zip(parts) {
            tell(sink, id, part);
        }
        let sure = parts.into_iter().flatten().filter(|part| part.confidence >= text.confidence_least);
        let Some(total) = sure.fold(None, |all, part| Income::join(all, Some(part))) else {
            return Answer::NoBasis;
        };
        if found.planting.area < self.product.min_mu && found.livestock.heads < self.product.min_heads {
            self.too_little.tell(sink);
            return Answer::Cannot;
        }
        let limit = self.limit(vector, total, &found, lpr_ppm, sink);
        sink.line("confidence", "overall", None, || format!("{:.2}", total.confidence));
        let seasons = self.seasons(vector);
        sink.line("evidence", "seasons", Some(seasons), String::new);
        if total.confidence < text.confidence_visit || checks.visit || seasons < self.product.min_seasons {
            self.visit.tell(sink);
            return Answer::Visit;
        }
        if let Some(yuan) = limit {
            Answer::Can { yuan: yuan * factor, bp: (self.product.bp_low, self.product.bp_high) }
        } else {
            self.no_capacity.tell(sink);
            Answer::Cannot
        }
    }

    fn find<S: Sink>(&self, vector: &Vector, checks: &mut Checks<'_>, sink: &mut S) -> Found {
        let model = &self.coefficients.model;
        let land = self.land(vector);
        sink.line("land", "mu", land.mu, String::new);
        let wage = household::wage(&model.wage, &self.household, vector, checks, sink);
        let subsidy = household::subsidy(model, &self.household, vector, checks, sink);
        let mut planting = planting::run(&self.coefficients, &self.crops, vector, land, checks, sink);
        let lowered = self.land_checks(vector, land, checks, sink);
        planting.income = planting.income.map(|income| income.lowered(lowered));
        let livestock = livestock::run(&self.coefficients, &self.animals, vector, checks, sink);
        let property = household::property(model, &self.household, vector, checks, sink);
        let some = |at: usize| vector.values[at].is_some_and(|count| count > 0.0);
        checks.hit_if(some(self.places.soon_claims), Check::ClaimAfterPurchase, sink);
        checks.hit_if(some(self.places.deceased), Check::DeceasedMember, sink);
        Found { wage, subsidy, planting, livestock, property }
    }

    fn land(&self, vector: &Vector) -> Land {
        let value = |at: usize| vector.values[at];
        let (own, taken_in) = (value(self.places.own), value(self.places.taken_in));
        let worked = own.or(taken_in).map(|_| {
            let out = value(self.places.given_out).unwrap_or(0.0);
            (own.unwrap_or(0.0) + taken_in.unwrap_or(0.0) - out).max(0.0)
        });
        Land {
            mu: worked,
            rent: value(self.places.rent_paid).unwrap_or(0.0),
            division: value(self.places.division),
        }
    }

    /// Checks of land, rent and pesticide; by how much they lower the confidence of planting.
    fn land_checks<S: Sink>(
        &self,
        vector: &Vector,
        land: Land,
        checks: &mut Checks<'_>,
        sink: &mut S,
    ) -> f64 {
        let value = |at: usize| vector.values[at];
        let model = &self.coefficients.model;
        let spent = value(self.places.pesticide).unwrap_or(0.0);
        let mut lowered = checks.hit_if(spent > 0.0 && land.mu.is_none(), Check::PestWithoutArea, sink);
        let usual = self.coefficients.districts.of(land.division).rent_yuan_mu;
        let odd = value(self.places.rent_high).is_some_and(|rent| rent > usual * model.property.rent_high)
            || value(self.places.rent_low).is_some_and(|rent| rent < usual * model.property.rent_low);
        lowered += checks.hit_if(odd, Check::RentOutlier, sink);
        // Nobody needs more on each mu than the costliest crop takes, several times over.
        let dearest =
            self.coefficients.crops.iter().map(|crop| crop.pesticide_yuan_per_mu).fold(0.0, f64::max);
        let shop = land.mu.is_some_and(|mu| spent > mu * dearest * model.planting.shop_times_land);
        lowered + checks.hit_if(shop, Check::BuyerIsShop, sink)
    }

    /// Years with evidence: subsidies or policies, whichever shows more.
    fn seasons(&self, vector: &Vector) -> f64 {
        let subsidised = self.household.subsidies.iter().filter(|at| vector.values[**at].is_some()).count();
        let insured = vector.values[self.places.seasons].unwrap_or(0.0);
        // At most three.
        insured.max(f64::from(u8::try_from(subsidised).unwrap_or(u8::MAX)))
    }

    /// The loan that income carries, bounded by land, livestock and inputs; nothing when none is carried.
    fn limit<S: Sink>(
        &self,
        vector: &Vector,
        total: Income,
        found: &Found,
        lpr_ppm: i64,
        sink: &mut S,
    ) -> Option<f64> {
        let text = &self.coefficients.model.total;
        let value = |at: usize| vector.values[at];
        let district = self.coefficients.districts.of(value(self.places.division));
        let persons = value(self.places.members).unwrap_or(text.persons_default);
        let living = persons * 12.0 * district.living_yuan_month;
        let debts = value(self.places.debt_service);
        let capacity = (total.amount - debts.unwrap_or(0.0) - living) * text.dscr_share;
        sink.line("income", "total", None, || yuan_text(total.amount));
        sink.line("total", "debt_service", debts, String::new);
        sink.line("total", "living", Some(persons), || yuan_text(living));
        sink.line("total", "capacity", None, || yuan_text(capacity));
        self.pledge(vector, district.rent_yuan_mu, sink);
        if capacity <= 0.0 {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "a rate in ppm is far below 2^53")]
        let rate = (lpr_ppm + self.product.bp_high * 100) as f64 / 1e6;
        let years = f64::from(self.product.years);
        let bullet = capacity / (1.0 + rate);
        let parts = capacity * years / (1.0 + rate * (years + 1.0) / 2.0);
        sink.line("loan", "bullet", Some(rate), || yuan_text(bullet));
        sink.line("loan", "equal_principal", Some(years), || yuan_text(parts));
        let carried = match self.product.repayment {
            Repayment::Bullet => bullet,
            Repayment::EqualPrincipal => parts,
        };
        let by_size = found.planting.cap + found.livestock.cap;
        let by_inputs = text.input_times * (found.planting.inputs + found.livestock.inputs);
        sink.line("loan", "by_size", None, || yuan_text(by_size));
        sink.line("loan", "by_inputs", None, || yuan_text(by_inputs));
        Some(carried.min(by_size).min(by_inputs))
    }

    /// What rights to land are worth as a pledge: not income, shown to the bank beside it.
    fn pledge<S: Sink>(&self, vector: &Vector, rent: f64, sink: &mut S) {
        let years = [self.places.own_years, self.places.in_years].map(|at| vector.values[at]);
        if years.iter().all(Option::is_none) {
            return;
        }
        let share = self.coefficients.model.property.pledge_share;
        let worth = years.into_iter().flatten().sum::<f64>() * rent * share;
        sink.line("pledge", "land_rights", None, || yuan_text(worth));
    }
}

fn grade_factor(text: &TotalText, grade: Option<f64>) -> f64 {
    /// A: what a household without a grade counts as.
    const NO_GRADE: usize = 2;
    let at = (1u8..=5).find(|known| grade.is_some_and(|grade| grade < f64::from(*known) + 0.5));
    match (grade, at) {
        (None, _) => text.grade_factors[NO_GRADE],
        (Some(_), Some(at)) => text.grade_factors[usize::from(at) - 1],
        (Some(_), None) => text.grade_factors[4],
    }
}

fn place(here: &mut Here<'_>, name: &str) -> Result<usize, FlowError> {
    let at = here.set.position(name);
    let at = at.ok_or_else(|| here.whole(format!("the farm model needs the feature {name}")))?;
    here.note(at);
    Ok(at)
}

fn places(here: &mut Here<'_>) -> Result<Places, FlowError> {
    Ok(Places {
        own: place(here, "land_own_mu")?,
        taken_in: place(here, "land_in_mu")?,
        given_out: place(here, "land_out_mu")?,
        rent_paid: place(here, "rent_paid_12m")?,
        rent_high: place(here, "rent_in_high")?,
        rent_low: place(here, "rent_in_low")?,
        own_years: place(here, "land_own_mu_years")?,
        in_years: place(here, "land_in_mu_years")?,
        division: place(here, "farm_division")?,
        members: place(here, "household_members")?,
        debt_service: place(here, "debt_service_12m")?,
        deceased: place(here, "deceased_members")?,
        grade: place(here, "agri_grade")?,
        seasons: place(here, "ins_seasons_36m")?,
        soon_claims: place(here, "claims_soon_count")?,
        pesticide: place(here, "pest_spend_12m")?,
    })
}

fn household_places(here: &mut Here<'_>) -> Result<HouseholdPlaces, FlowError> {
    Ok(HouseholdPlaces {
        wage_base: place(here, "wage_base_month")?,
        wage_months: place(here, "wage_months_12m")?,
        flexible_base: place(here, "wage_flexible_base_month")?,
        flexible_months: place(here, "wage_flexible_months_12m")?,
        village_wage: place(here, "wage_village_12m")?,
        subsidies: [
            place(here, "subsidy_recurring_y0")?,
            place(here, "subsidy_recurring_y1")?,
            place(here, "subsidy_recurring_y2")?,
        ],
        subsidy_households: place(here, "subsidy_households")?,
        rent_received: place(here, "rent_received_12m")?,
        dividend: place(here, "collective_dividend_12m")?,
        double_parcels: place(here, "land_double_parcels")?,
    })
}
