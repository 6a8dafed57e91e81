//! An industry chain has a cap: what all banks together lend to its firms, so that one bad harvest or one lost market
//! does not fall on more than the city has decided to bear.

use jq_base::money::Money;
use jq_db::{Query, Tx, sql, sql_built};

use super::model::Order;
use crate::product::Chain;
use crate::{FieldError, FieldRule, Lending, LendingError};

impl Lending {
    /// What the chain's firms owe or may draw already, of all banks.
    pub async fn lent_to_chain(&self, tx: &mut Tx, chain: &Chain) -> Result<Money, LendingError> {
        let in_chain =
            |one: &&crate::product::Product| one.chain.as_ref().is_some_and(|own| own.id == chain.id);
        let products: Vec<&str> = self.products.list().filter(in_chain).map(|one| one.id.as_str()).collect();
        if products.is_empty() {
            return Ok(Money::ZERO);
        }
        let places = Query::next_places(1, products.len());
        // What is granted and not drawn yet may still be drawn; of what was drawn the rest is owed.
        let text = format!(
            "select cast(coalesce(sum(case
                 when o.state in ('approved', 'signed', 'drawing') then o.granted_fen
                 else coalesce((select sum(l.outstanding_fen) from lending_loan l
                     where l.order_id = o.order_id and l.written_off_on is null), 0) end), 0) as bigint) as lent
             from lending_order o
             where o.state in ('approved', 'signed', 'drawing', 'repaying', 'overdue')
               and o.product_id in ({places})"
        );
        let row = tx.fetch_one(sql_built(text).bind_all(products)).await?;
        Ok(Money::from_fen(row.int("lent")?))
    }

    /// Refuses a grant that would take the product's chain above its cap. Grants for one chain wait for each other, so
    /// that two at the same moment cannot both take what is left.
    pub(super) async fn check_chain(
        &self,
        tx: &mut Tx,
        order: &Order,
        amount: Money,
    ) -> Result<(), LendingError> {
        let Some(product) = self.products.find(&order.product) else { return Ok(()) };
        let Some(chain) = &product.chain else { return Ok(()) };
        let Some(cap) = chain.cap() else { return Ok(()) };
        tx.execute(
            sql("insert into lending_chain (chain_id, grants) values ($1, 1)
                 on conflict (chain_id) do update set grants = lending_chain.grants + 1")
            .bind(chain.id.as_str()),
        )
        .await?;
        let lent = self.lent_to_chain(tx, chain).await?;
        let room = Money::from_fen((cap.fen() - lent.fen()).max(0));
        if amount > room {
            let fault = FieldError { field: "amount", rule: FieldRule::ChainLeft(room) };
            return Err(LendingError::Fields(vec![fault]));
        }
        Ok(())
    }
}
