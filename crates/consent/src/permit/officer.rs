//! One person's readings of a day, whatever firms they are of: the limit is the bank's people's, not the firm's.

use jiff::Timestamp;
use jq_base::clock;
use jq_db::{Tx, sql};

use super::bank::BankReader;
use crate::ConsentError;
use crate::content::limits::limits;

/// Counts a reading of this person. False when the readings of the day are used. Programs are not counted. One
/// statement, so that two readings at the same moment cannot both be the last.
pub(super) async fn count(tx: &mut Tx, reader: BankReader<'_>, now: Timestamp) -> Result<bool, ConsentError> {
    if !reader.is_person() {
        return Ok(true);
    }
    let most = limits()?.officer.readings_day_max;
    let query = sql("insert into consent_officer_day (bank_id, reader, day, readings) values ($1, $2, $3, 1)
         on conflict (bank_id, reader) do update set day = excluded.day,
             readings = case when consent_officer_day.day = excluded.day
                 then consent_officer_day.readings + 1 else 1 end
         where consent_officer_day.day <> excluded.day or consent_officer_day.readings < $4
         returning readings");
    let today = clock::date_of(now).to_string();
    let query = query.bind(reader.bank.as_str()).bind(reader.reader).bind(today).bind(most);
    Ok(tx.fetch_optional(query).await?.is_some())
}
