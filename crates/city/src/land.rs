//! Land on paper: who holds which parcel by contract, and who works it for rent.

use crate::farm::{Farm, Lease};
use crate::item::{LAND_CONTRACT_RIGHT, LAND_TRANSFER};
use crate::names;
use crate::outbox::Outbox;
use crate::subject::Kind;
use crate::time::Day;
use crate::{Case, CityError};

/// Writes the land records of one farm.
pub(crate) fn write(case: &mut Case<'_>, farm: &Farm, out: &mut Outbox) -> Result<(), CityError> {
    let who = case.who;
    if who.kind == Kind::Household {
        let certificate = format!("{}{:08}J", who.place.code, who.number);
        for parcel in &farm.own {
            let land = (parcel.code.as_str(), parcel.mu);
            right(case, &certificate, (&who.key.clone(), farm.members), land, out)?;
        }
    }
    for lease in &farm.rented_in {
        if let Some(neighbour) = lease.neighbour {
            let certificate = format!("{}{:08}N{neighbour:03}J", who.place.code, who.number);
            let members = case.dice.whole(2, 6);
            right(case, &certificate, (&lease.partner, members), (&lease.parcel.code, lease.parcel.mu), out)?;
        }
        transfer(case, lease, (&lease.partner, &who.key), out)?;
    }
    for lease in &farm.rented_out {
        transfer(case, lease, (&who.key, &lease.partner), out)?;
    }
    Ok(())
}

fn right(
    case: &mut Case<'_>,
    certificate: &str,
    (key, members): (&str, i64),
    (parcel, mu): (&str, f64),
    out: &mut Outbox,
) -> Result<(), CityError> {
    let name =
        format!("{}{}", names::road(&mut case.dice), case.dice.pick(&["大田", "坡土", "坎上", "河边田"]));
    let registered = Day::ymd(2016, 3 + case.dice.whole(0, 8) as i32, 12);
    let row = out.row();
    row.text(certificate).text(key).int(members).text(parcel).text(&name).dec(mu);
    row.int(case.dice.whole(3, 9)).flag(case.dice.chance(0.7)).date(Day::ymd(1998, 10, 1));
    row.date(Day::ymd(2028, 9, 30)).date(registered).flag(case.dice.chance(0.01)).text("valid");
    out.send(LAND_CONTRACT_RIGHT, registered)?;
    Ok(())
}

fn transfer(
    case: &mut Case<'_>,
    lease: &Lease,
    (from, to): (&str, &str),
    out: &mut Outbox,
) -> Result<(), CityError> {
    let ends = lease.from.plus_months(lease.years * 12).plus(-1);
    let paid_to = Day::ymd(case.city.until.year(), 12, 31).0.min(ends.0).max(lease.from.0);
    let state = case.dice.weighted(&[("active", 0.985), ("disputed", 0.015)]);
    let filed = lease.from.plus(case.dice.whole(3, 40) as i32);
    let row = out.row();
    row.text(&lease.contract).text(from).text(to).text("lease").text(&lease.parcel.code).dec(lease.parcel.mu);
    row.date(lease.from).date(ends).money(lease.rent).text("cash").date(Day(paid_to)).text("cash_crop");
    row.date(filed).text(state);
    out.send(LAND_TRANSFER, filed.plus(2))?;
    Ok(())
}
