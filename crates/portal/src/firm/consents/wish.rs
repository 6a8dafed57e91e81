//! What a consent that is being put together shall say, as addresses and forms carry it from question to question.

use std::collections::BTreeSet;

use jq_base::ids::{BankId, ProductId};
use jq_base::permit::Purpose;
use jq_catalog::Catalog;
use jq_consent::can_be_left_out;
use url::form_urlencoded;

use crate::staff::is_page_of;

/// Fields that are read from an address at most: who leaves out more leaves out the item.
const FIELDS_MAX: usize = 200;
/// Items that are read from an address at most; the catalogue has fewer.
const ITEMS_MAX: usize = 500;

/// What was chosen so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// Which bank.
    pub bank: Option<BankId>,
    /// Words by which a bank is looked for.
    pub text: String,
    /// What for.
    pub purpose: Option<Purpose>,
    /// Which items.
    pub items: BTreeSet<String>,
    /// Fields that are left out, each as `item.field`.
    pub without: BTreeSet<String>,
    /// Categories of which every item is meant.
    pub groups: BTreeSet<String>,
    /// For how many days, as typed.
    pub days: String,
    /// For which product.
    pub product: Option<ProductId>,
    /// The page to lead back to, one of the firms' portal.
    pub back: Option<String>,
    /// The items were asked for and answered.
    pub asked: bool,
    /// The items shall be looked at again although they are chosen.
    pub again: bool,
}

impl Wish {
    /// Reads a query; what cannot be read is left out and asked for.
    pub fn read(query: Option<&str>) -> Self {
        let mut wish = Self::default();
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            match &*name {
                "bank" => wish.bank = BankId::parse(&value).ok(),
                "q" => wish.text = value.trim().chars().take(40).collect(),
                "purpose" => wish.purpose = value.parse().ok(),
                "items" => wish.items.extend(items(&value)),
                "without" => wish.without.extend(fields(&value)),
                "groups" => wish.groups.extend(items(&value)),
                "days" => wish.days = value.trim().chars().take(8).collect(),
                "product" => wish.product = ProductId::parse(&value).ok(),
                "return" => wish.back = back(&value),
                "asked" => wish.asked = true,
                "again" => wish.again = true,
                _ => {}
            }
        }
        wish
    }

    /// What is carried on beside the question at hand, as hidden fields and as the rest of an address.
    pub fn kept(&self) -> Vec<(&'static str, String)> {
        let own = |name, value: Option<String>| value.map(|value| (name, value));
        let items: Vec<&str> = self.items.iter().map(String::as_str).collect();
        let without: Vec<&str> = self.without.iter().map(String::as_str).collect();
        let some = |text: String| (!text.is_empty()).then_some(text);
        let kept = [
            own("bank", self.bank.as_ref().map(ToString::to_string)),
            own("purpose", self.purpose.map(|purpose| purpose.code().to_owned())),
            own("items", some(items.join(","))),
            own("without", some(without.join(","))),
            own("days", some(self.days.clone())),
            own("product", self.product.as_ref().map(ToString::to_string)),
            own("return", self.back.clone()),
        ];
        kept.into_iter().flatten().collect()
    }

    /// The address of the next question.
    pub fn address(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.kept());
        format!("/firm/consents/new?{}", query.finish())
    }

    /// The address at which the items are chosen again.
    pub fn items_address(&self) -> String {
        format!("{}&again=1", self.address())
    }
}

/// Items as one field carries them.
pub fn items(list: &str) -> BTreeSet<String> {
    list.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .take(ITEMS_MAX)
        .map(str::to_owned)
        .collect()
}

/// Fields as one field of a form carries them.
pub fn fields(list: &str) -> BTreeSet<String> {
    list.split(',')
        .map(str::trim)
        .filter(|field| field.contains('.'))
        .take(FIELDS_MAX)
        .map(str::to_owned)
        .collect()
}

/// Those of the fields that may be left out of one of these items; anything else is nobody's choice.
pub fn left_out_of(
    catalog: &Catalog,
    items: &BTreeSet<String>,
    fields: &BTreeSet<String>,
) -> BTreeSet<String> {
    let may = |named: &&String| {
        named.split_once('.').is_some_and(|(item, field)| {
            items.contains(item) && catalog.item(item).is_some_and(|item| can_be_left_out(item, field))
        })
    };
    fields.iter().filter(may).cloned().collect()
}

/// A number of days as typed.
pub fn days(typed: &str) -> Option<u32> {
    typed.trim().parse().ok()
}

/// A page of the firms' portal to lead back to.
pub fn back(asked: &str) -> Option<String> {
    is_page_of(asked, "/firm").then(|| asked.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_goes_from_question_to_question_unchanged() {
        let asked = "bank=bank01&product=p-1&purpose=pre_loan&items=tax_payment,power_bill&days=30\
                     &without=tax_payment.late_fee&return=/firm/apply/p-1/check";
        let wish = Wish::read(Some(asked));
        assert_eq!(wish.purpose, Some(Purpose::PreLoan));
        assert_eq!(wish.items, items("power_bill,tax_payment"));
        assert_eq!(wish.back.as_deref(), Some("/firm/apply/p-1/check"));
        let query = wish.address().split_once('?').unwrap().1.to_owned();
        assert_eq!(Wish::read(Some(&query)), wish);
    }

    #[test]
    fn items_come_ticked_one_by_one_or_in_one_field() {
        let wish = Wish::read(Some("items=a&items=b%2Cc&groups=N04&asked=1"));
        assert_eq!((wish.items, wish.groups), (items("a,b,c"), items("N04")));
        assert!(wish.asked && !wish.again);
    }

    #[test]
    fn only_what_can_be_left_out_of_a_chosen_item_is_left_out() {
        let catalog = Catalog::embedded().unwrap();
        let asked = fields("tax_payment.late_fee,tax_payment.voucher_no,power_bill.amount,nothing");
        let left_out = left_out_of(&catalog, &items("tax_payment"), &asked);
        assert_eq!(left_out, fields("tax_payment.late_fee"));
    }

    #[test]
    fn nobody_is_led_to_another_place() {
        for tricky in ["https://evil.example", "//evil.example", "/bank", "/firm/../bank", "/firm/sign-out"] {
            assert_eq!(back(tricky), None, "{tricky}");
        }
        assert_eq!(Wish::read(Some("purpose=perhaps&bank=&days=soon")).bank, None);
    }
}
