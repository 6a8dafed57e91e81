//! What the demo's firms have behind them: three with a loan, one refused, so that their pages have something to show.
//! The first firm of the cast has nothing, because the visitor's own story begins with it.

use super::spec::{Fate, Spec, World};
use super::times::Moment;
use crate::dice::Dice;
use crate::subject::Subject;
use crate::time::Day;

/// One order of one of the cast.
struct Past {
    /// The number in the cast.
    subject: u64,
    product: &'static str,
    fate: Fate,
    /// Days before the present.
    decided: i32,
    /// Days it took.
    took: i32,
    months: i32,
}

const PAST: [Past; 5] = [
    // The hardware maker's loan ends in six weeks: it can be renewed.
    Past {
        subject: 3,
        product: "dazu_hardware_loan",
        fate: Fate::Granted,
        decided: 325,
        took: 24,
        months: 12,
    },
    // The technology firm pays interest every month and has a year and a half to go.
    Past {
        subject: 4,
        product: "jiulongpo_innovation_loan",
        fate: Fate::Granted,
        decided: 168,
        took: 12,
        months: 24,
    },
    // The zhacai plant drew in the buying season and has paid all of it back.
    Past {
        subject: 8,
        product: "fuling_zhacai_loan",
        fate: Fate::Granted,
        decided: 300,
        took: 21,
        months: 9,
    },
    // The machinery firm was refused.
    Past { subject: 5, product: "shancheng_tax_loan", fate: Fate::Refused, decided: 40, took: 8, months: 12 },
    // The trader with court records too.
    Past {
        subject: 6,
        product: "sanxia_relief_loan",
        fate: Fate::Refused,
        decided: 96,
        took: 13,
        months: 12,
    },
];

/// The past orders of the cast; in a city too small for the cast there are none.
pub(super) fn orders(world: &World<'_>) -> Vec<Spec> {
    PAST.iter().filter_map(|past| order(world, past)).collect()
}

fn order(world: &World<'_>, past: &Past) -> Option<Spec> {
    let product = world.shelf.find(past.product)?;
    let who: Subject = world.subject(past.subject);
    if who.role.is_none() || !world.fits(&who, &world.shelf.products[product]) {
        return None;
    }
    let (times, dice) = (world.times, &mut Dice::new(world.city.seed, 0x0A_0300, past.subject));
    let day: Day = times.workday(times.now.day().plus(-past.decided), 0);
    let decided = times.in_office(day, dice);
    let submitted = Moment::at(day.plus(-past.took), dice.whole(9 * 3_600, 20 * 3_600));
    let mut spec = Spec::new(past.subject, product, past.fate, submitted, decided);
    (spec.months, spec.merit, spec.pays_well) = (Some(past.months), 1.2, true);
    if past.fate == Fate::Granted {
        spec.signed = Some(times.in_office(times.workday(day, 1), dice));
        spec.drawn = Some(times.in_office(times.workday(day, 2), dice));
    }
    Some(spec)
}
