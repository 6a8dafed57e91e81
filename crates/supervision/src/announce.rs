//! What an event about an order carries, so that people can be told of it.

use jiff::Timestamp;
use jq_base::lang::Lang;
use jq_lending::{Lending, Order};
use serde_json::{Value, json};

/// The order's numbers, names and people, and `more`; nothing of the firm's credit.
pub(crate) fn payload(lending: &Lending, order: &Order, now: Timestamp, more: Value) -> Value {
    let product = lending.products().find(&order.product);
    let name = |lang: Lang| product.map_or("", |product| lang.pick(&product.zh, &product.en));
    let bank = |lang: Lang| product.map_or(order.bank.as_str(), |product| lang.pick(&product.bank_zh, &product.bank_en));
    let mut payload = json!({
        "order_id": order.order_id,
        "order_no": order.order_no,
        "kind": order.kind.code(),
        "order_kind_zh": order.kind.text(Lang::Zh),
        "order_kind_en": order.kind.text(Lang::En),
        "subject": order.subject,
        "subject_name": order.subject_name,
        "bank": order.bank,
        "bank_zh": bank(Lang::Zh),
        "bank_en": bank(Lang::En),
        "branch": order.branch,
        "officer": order.officer,
        "product_zh": name(Lang::Zh),
        "product_en": name(Lang::En),
        "amount_fen": order.amount.fen(),
        "round": order.round,
        "at": now.to_string(),
    });
    if let (Value::Object(payload), Value::Object(more)) = (&mut payload, more) {
        payload.extend(more);
    }
    payload
}
