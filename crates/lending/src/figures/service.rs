//! Asking for figures: of one moment of the store, whole or split.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jq_base::clock::date_of;
use jq_base::rate::Rate;
use jq_db::{Db, DbError, ReadTx};

use super::handling::{Took, handling};
use super::model::{Cut, Figures, Group};
use super::period::Period;
use super::store::{self, Asked, Keyed, Since, Split, month_key};
use crate::{Lending, LendingError};

/// Sets of figures under the keys of a split.
type Sets = BTreeMap<String, Figures>;

impl Lending {
    /// All figures of a period and a part of the city.
    pub async fn figures(&self, db: &Db, period: Period, cut: &Cut) -> Result<Figures, LendingError> {
        let today = date_of(db.clock().now());
        let asked = Asked { period, cut, split: Split::Whole };
        let mut read = db.read().await?;
        let mut sets = self.compute(&mut read, &asked, today).await?;
        read.end().await?;
        Ok(sets.remove("").unwrap_or_else(|| Figures::none(period, as_of(period, today))))
    }

    /// The figures of a period split by `group`, each under its bank, district, product, kind or industry division, in
    /// the order of these; an empty key is for firms of which it is not known. Where nothing happened there is none.
    pub async fn figures_by(
        &self,
        db: &Db,
        period: Period,
        cut: &Cut,
        group: Group,
    ) -> Result<Vec<(String, Figures)>, LendingError> {
        let today = date_of(db.clock().now());
        let mut read = db.read().await?;
        let asked = Asked { period, cut, split: Split::Group(group) };
        let sets = self.compute(&mut read, &asked, today).await?;
        read.end().await?;
        Ok(sets.into_iter().collect())
    }

    /// The figures of each of the `count` months of which `day`'s is the last, the oldest first, for charts.
    pub async fn figures_by_month(
        &self,
        db: &Db,
        day: Date,
        count: u16,
        cut: &Cut,
    ) -> Result<Vec<Figures>, LendingError> {
        let months = Period::months_to(day, count);
        let (Some(first), Some(last)) = (months.first(), months.last()) else { return Ok(Vec::new()) };
        let Some(period) = Period::new(first.from(), last.to()) else { return Ok(Vec::new()) };
        let today = date_of(db.clock().now());
        let mut read = db.read().await?;
        let asked = Asked { period, cut, split: Split::Months(&months) };
        let mut sets = self.flows(&mut read, &asked, today).await?;
        let mut series = Vec::new();
        for month in &months {
            let none = || Figures::none(*month, as_of(*month, today));
            let mut figures = sets.remove(&month_key(*month)).unwrap_or_else(none);
            (figures.period, figures.as_of) = (*month, as_of(*month, today));
            let asked = Asked { period: *month, cut, split: Split::Whole };
            let mut stocks = Sets::from([(String::new(), figures)]);
            stock(&mut read, &asked, today, &mut stocks).await?;
            series.extend(stocks.into_values());
        }
        read.end().await?;
        Ok(series)
    }

    async fn compute(&self, read: &mut ReadTx, asked: &Asked<'_>, today: Date) -> Result<Sets, DbError> {
        let mut sets = self.flows(read, asked, today).await?;
        stock(read, asked, today, &mut sets).await?;
        Ok(sets)
    }

    /// What happened in the period.
    async fn flows(&self, read: &mut ReadTx, asked: &Asked<'_>, today: Date) -> Result<Sets, DbError> {
        let mut sets = Sets::new();
        let mut put = Put { sets: &mut sets, period: asked.period, as_of: as_of(asked.period, today) };
        put.each(store::submitted(read, asked).await?, |set, tally| set.submitted = tally);
        put.each(store::dispatched(read, asked).await?, |set, [dispatched, accepted, in_time]| {
            set.dispatched += dispatched;
            (set.accepted, set.accepted_in_time) = (accepted, in_time);
        });
        put.each(store::not_taken(read, asked).await?, |set, rounds| set.dispatched += rounds);
        let uncounted: Vec<&str> =
            self.reasons.list().filter(|reason| !reason.counts).map(|reason| reason.code.as_str()).collect();
        put.each(store::decided(read, asked, &uncounted).await?, |set, decided| {
            (set.approved, set.refused) = (decided.approved, decided.refused);
            (set.refused_uncounted, set.firms_decided) = (decided.refused_uncounted, decided.firms);
            (set.decided_in_time, set.decided_judged) = (decided.in_time, decided.judged);
            (set.renewals_decided, set.renewals_approved) = (decided.renewals, decided.renewals_approved);
        });
        put.times(store::took(read, asked, &self.calendar()).await?);
        put.each(store::ended(read, asked).await?, |set, [withdrawn, lapsed]| {
            (set.withdrawn, set.lapsed) = (withdrawn, lapsed);
        });
        put.each(store::drawn(read, asked).await?, |set, drawn| {
            (set.drawn, set.unsecured, set.first_loans) = (drawn.all, drawn.unsecured, drawn.first);
            set.mean_rate = mean_rate(drawn.weighed);
        });
        put.each(store::repaid(read, asked).await?, |set, repaid| set.repaid = repaid);
        Ok(sets)
    }
}

/// What stands at the end of the period.
async fn stock(read: &mut ReadTx, asked: &Asked<'_>, today: Date, sets: &mut Sets) -> Result<(), DbError> {
    let as_of = as_of(asked.period, today);
    let mut put = Put { sets, period: asked.period, as_of };
    // Money that was paid out today is owed today already.
    put.each(store::balance(read, asked, asked.period.to()).await?, |set, stock| set.balance = stock);
    put.each(store::overdue(read, asked, as_of).await?, |set, tally| set.overdue = tally);
    Ok(())
}

/// The day at whose start what is overdue is looked at: the one after the period, but today at the latest, because
/// what is due today is not late yet.
fn as_of(period: Period, today: Date) -> Date {
    period.to().min(today)
}

/// Puts answers into the sets they belong to.
struct Put<'a> {
    sets: &'a mut Sets,
    period: Period,
    as_of: Date,
}

impl Put<'_> {
    fn set(&mut self, key: String) -> &mut Figures {
        let (period, as_of) = (self.period, self.as_of);
        self.sets.entry(key).or_insert_with(|| Figures::none(period, as_of))
    }

    fn each<T>(&mut self, answers: Keyed<T>, put: impl Fn(&mut Figures, T)) {
        for (key, answer) in answers {
            put(self.set(key), answer);
        }
    }

    fn times(&mut self, answers: Keyed<(Since, Took)>) {
        let mut by_key: BTreeMap<(String, Since), Vec<Took>> = BTreeMap::new();
        for (key, (since, took)) in answers {
            by_key.entry((key, since)).or_default().push(took);
        }
        for ((key, since), took) in by_key {
            let set = self.set(key);
            *match since {
                Since::Submitted => &mut set.from_submitted,
                Since::Accepted => &mut set.from_accepted,
                Since::RenewalAccepted => &mut set.renewals_took,
            } = handling(&took);
        }
    }
}

/// Sum of amount times rate by sum of amounts, rounded half up.
fn mean_rate([weighed, weight]: [i64; 2]) -> Option<Rate> {
    let ppm = (i128::from(weighed) + i128::from(weight) / 2).checked_div(i128::from(weight))?;
    i64::try_from(ppm).ok().map(Rate::from_ppm)
}
