//! A consent that is to be given.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jq_base::ids::{AccountId, BankId, OrderId, ProductId, SubjectKey};
use jq_base::permit::Purpose;
use jq_identity::FirmRole;

use super::evidence::Evidence;
use super::model::Grant;
use super::service::days_after;
use crate::content::purposes::PurposeTerms;
use crate::content::text::AgreedText;

/// A consent that is to be given, as the form says. The subject is that of whoever is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewGrant {
    /// Which bank may read.
    pub bank: BankId,
    /// Its name.
    pub bank_zh: String,
    /// Its English name.
    pub bank_en: String,
    /// Which items; each is named, there is no "all".
    pub items: BTreeSet<String>,
    /// Fields of these items that the subject leaves out, each as `item.field`.
    pub left_out: BTreeSet<String>,
    /// What for.
    pub purpose: Purpose,
    /// For which product.
    pub product: Option<ProductId>,
    /// For which order.
    pub order: Option<OrderId>,
    /// For how many days of 24 hours.
    pub days: u32,
    /// How often the bank may read; nothing stands for the proposed number.
    pub queries_max: Option<u32>,
    /// The digest of the text that was shown. When given, only that text is agreed to.
    pub text_hash: Option<String>,
    /// From where the yes comes, as far as the caller knows.
    pub evidence: Evidence,
}

/// By whom a consent is given, for whom, and when.
pub(super) struct Given<'a> {
    pub(super) subject: &'a SubjectKey,
    pub(super) subject_name: &'a str,
    pub(super) grantor: &'a AccountId,
    pub(super) role: FirmRole,
    pub(super) evidence: Evidence,
    pub(super) at: Timestamp,
}

impl NewGrant {
    /// The consent that comes of it, by terms it was checked against and the text that was agreed to.
    pub(super) fn given(self, by: Given<'_>, terms: &PurposeTerms, agreed: AgreedText) -> Grant {
        let withheld = terms.withheld_of(&self.items).union(&self.left_out).cloned().collect();
        Grant {
            consent_id: jq_db::fresh_id(by.at),
            subject: by.subject.clone(),
            subject_name: by.subject_name.to_owned(),
            grantor: by.grantor.clone(),
            grantor_role: by.role,
            bank: self.bank,
            bank_zh: self.bank_zh,
            bank_en: self.bank_en,
            items: self.items,
            purpose: self.purpose,
            product: self.product,
            order: self.order,
            valid_from: by.at,
            valid_to: days_after(by.at, self.days),
            queries_max: self.queries_max.unwrap_or(terms.queries_default),
            queries_used: 0,
            queries_day_max: terms.queries_day_max,
            text_version: agreed.version,
            text_hash: agreed.hash,
            evidence: by.evidence,
            withheld,
            left_out: self.left_out,
            suspended: None,
            confirmed_by: None,
            confirmed_at: None,
            withdrawn_at: None,
            withdraw_reason: None,
            superseded_at: None,
            day: String::new(),
            day_used: 0,
        }
    }
}
