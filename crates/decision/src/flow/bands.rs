//! Bands: a value falls into one of them, and the band says whether, how much and at which price is lent.

use super::FlowError;
use super::load::Here;
use super::named;
use super::text::BandText;

/// Compiled bands, lowest first; they cover every value once.
#[derive(Debug, Clone)]
pub(crate) struct Bands<T>(Vec<Band<T>>);

/// One band.
#[derive(Debug, Clone)]
pub(crate) struct Band<T> {
    pub(crate) name: String,
    /// Lowest value of the band; none for the first.
    from: Option<T>,
    pub(crate) can: bool,
    pub(crate) multiplier: f64,
    pub(crate) bp: (i64, i64),
}

impl<T: Copy + PartialOrd> Bands<T> {
    pub(crate) fn compile(texts: &[BandText<T>], here: &Here<'_>) -> Result<Self, FlowError> {
        let mut reached = None;
        let mut bands = Vec::with_capacity(texts.len());
        for (index, band) in texts.iter().enumerate() {
            let (name, byte) = named(&band.name);
            let fail = |problem: &str| here.at(byte, name, problem.to_owned());
            let follows = band.from == reached && (index == 0) == band.from.is_none();
            let is_empty = band.from.zip(band.to).is_some_and(|(from, to)| from >= to);
            if !follows || is_empty {
                return Err(fail("bands must follow each other without gap or overlap"));
            }
            if band.can && (band.multiplier <= 0.0 || band.bp_low > band.bp_high) {
                return Err(fail("a band that lends needs a multiplier and a price"));
            }
            reached = band.to;
            bands.push(Band {
                name: name.to_owned(),
                from: band.from,
                can: band.can,
                multiplier: band.multiplier,
                bp: (band.bp_low, band.bp_high),
            });
        }
        if bands.is_empty() || reached.is_some() {
            return Err(here.whole("the last band must be open above".to_owned()));
        }
        Ok(Self(bands))
    }

    /// The band of a value.
    pub(crate) fn of(&self, value: T) -> &Band<T> {
        let at = self.0.partition_point(|band| band.from.is_none_or(|from| from <= value));
        &self.0[at.saturating_sub(1)]
    }
}
