//! The register of new agricultural operators: co-operatives, family farms, large households, leading firms.

use crate::crop;
use crate::farm::Farm;
use crate::item::AGRI_OPERATOR;
use crate::outbox::Outbox;
use crate::subject::{Kind, Subject};
use crate::time::Day;
use crate::trade::Segment;
use crate::{Case, CityError};

/// A household works so much land before it is called large, mu.
const LARGE_MU: f64 = 50.0;

/// Writes the register's line about one subject, if it has one.
pub(crate) fn write(case: &mut Case<'_>, farm: Option<&Farm>, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    let mu = farm.map(Farm::planted_mu);
    let (kind, share) = match who.kind {
        Kind::Cooperative => ("coop", 0.75),
        Kind::FamilyFarm => ("family_farm", 0.85),
        Kind::Household if mu.is_some_and(|mu| mu > LARGE_MU) => ("large_household", 0.6),
        Kind::Enterprise if who.trade.segment == Segment::FoodPlant => ("leading_enterprise", 0.1),
        Kind::Enterprise if who.trade.segment == Segment::Farm => ("leading_enterprise", 0.15),
        _ => return Ok(()),
    };
    if !(who.role.is_some() || case.dice.chance(share)) {
        return Ok(());
    }
    let day = case.day_since(who.established.plus(200).or_later(Day::ymd(2016, 1, 1)));
    let level = case.dice.weighted(&[("none", 0.5), ("district", 0.33), ("city", 0.14), ("national", 0.03)]);
    let row = out.row();
    row.text(&format!("NY{}{:08}", who.place.code, who.number));
    if who.kind == Kind::Household {
        row.none()
    } else {
        row.text(&who.key)
    };
    row.text(kind).text(level).text(&products(who));
    match mu {
        Some(mu) => row.dec(mu),
        None => row.none(),
    };
    match farm {
        Some(farm) if farm.pigs > 0 => row.int(farm.pigs / 2),
        _ => row.none(),
    };
    if who.kind == Kind::Cooperative {
        row.int(farm.map_or(5, |farm| farm.members))
    } else {
        row.none()
    };
    row.date(day).flag(who.stands(case.city.until));
    out.send(AGRI_OPERATOR, day.plus(15))?;
    Ok(())
}

fn products(who: &Subject) -> String {
    match crop::of(who.trade, who.place) {
        Some(crop) if who.trade.segment == Segment::Farm => {
            format!("{};水稻", crop.name).replace("水稻;水稻", "水稻")
        }
        _ => who.trade.goods.to_owned(),
    }
}
