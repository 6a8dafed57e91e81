//! The items the city writes, and the columns it writes them in; compared with the catalogue before the first row.

use jq_catalog::Catalog;

use crate::CityError;

pub(crate) const ENT_REGISTRATION: usize = 1;
pub(crate) const ENT_CHANGE: usize = 2;
pub(crate) const ENT_SHAREHOLDER: usize = 3;
pub(crate) const ENT_KEY_PERSON: usize = 4;
pub(crate) const ENT_ANNUAL_REPORT: usize = 5;
pub(crate) const ADMIN_LICENSE: usize = 6;
pub(crate) const ADMIN_PENALTY: usize = 7;
pub(crate) const ABNORMAL_OPERATION: usize = 8;
pub(crate) const SERIOUS_DISHONESTY: usize = 9;
pub(crate) const JUDGMENT_DOC: usize = 10;
pub(crate) const DISHONEST_DEBTOR: usize = 11;
pub(crate) const CONSUMPTION_RESTRICTION: usize = 12;
pub(crate) const TAX_FILING: usize = 13;
pub(crate) const TAX_PAYMENT: usize = 14;
pub(crate) const TAX_CREDIT_RATING: usize = 15;
pub(crate) const TAX_ARREARS: usize = 16;
pub(crate) const TAX_MAJOR_VIOLATION: usize = 17;
pub(crate) const FINANCIAL_STATEMENT: usize = 18;
pub(crate) const SOCIAL_INSURANCE_PAYMENT: usize = 19;
pub(crate) const HOUSING_FUND_PAYMENT: usize = 20;
pub(crate) const WATER_BILL: usize = 21;
pub(crate) const POWER_BILL: usize = 22;
pub(crate) const GAS_BILL: usize = 23;
pub(crate) const REAL_ESTATE_TITLE: usize = 24;
pub(crate) const REAL_ESTATE_MORTGAGE: usize = 25;
pub(crate) const REAL_ESTATE_SEIZURE: usize = 26;
pub(crate) const PATENT: usize = 27;
pub(crate) const TRADEMARK: usize = 28;
pub(crate) const IP_PLEDGE: usize = 29;
pub(crate) const HITECH_CERTIFICATION: usize = 30;
pub(crate) const RD_ACTIVITY: usize = 31;
pub(crate) const CUSTOMS_TRADE: usize = 32;
pub(crate) const CUSTOMS_CREDIT: usize = 33;
pub(crate) const ENV_CREDIT: usize = 34;
pub(crate) const ENV_PERMIT: usize = 35;
pub(crate) const HONOR: usize = 36;
pub(crate) const AGRI_OPERATOR: usize = 37;
pub(crate) const PROJECT_FILING: usize = 38;
pub(crate) const BID_AWARD: usize = 39;
pub(crate) const GOV_PROCUREMENT_CONTRACT: usize = 40;
pub(crate) const JUDGMENT_DEBTOR: usize = 41;
pub(crate) const CASE_FILING: usize = 42;
pub(crate) const GOV_SUBSIDY: usize = 43;
pub(crate) const SME_GRADE: usize = 44;
pub(crate) const SOFTWARE_COPYRIGHT: usize = 45;
pub(crate) const CERTIFICATION: usize = 46;
pub(crate) const CHATTEL_REGISTRATION: usize = 47;
pub(crate) const TRANSPORT_OPERATION: usize = 48;
pub(crate) const WORK_SAFETY: usize = 49;
pub(crate) const AGRI_SUBSIDY: usize = 50;
pub(crate) const PESTICIDE_PURCHASE: usize = 51;
pub(crate) const ANIMAL_QUARANTINE: usize = 52;
pub(crate) const PLANT_QUARANTINE: usize = 53;
pub(crate) const AGRI_INSURANCE: usize = 54;
pub(crate) const LAND_TRANSFER: usize = 55;
pub(crate) const LAND_CONTRACT_RIGHT: usize = 56;

/// Every item with its fields, in catalogue order.
pub(crate) const LAYOUT: [(&str, &str); 56] = [
    (
        "ent_registration",
        "uscc name ent_type legal_rep_name legal_rep_id_hash registered_capital currency \
         established_on term_to registered_address division industry_code business_scope \
         authority status status_date",
    ),
    ("ent_change", "uscc change_item before_text after_text change_date seq"),
    (
        "ent_shareholder",
        "uscc holder_name holder_kind holder_key subscribed_amount subscribed_due paid_amount \
         share_ratio valid_from valid_to",
    ),
    ("ent_key_person", "uscc person_name person_key position is_legal_rep appointed_on valid_to"),
    (
        "ent_annual_report",
        "uscc report_year employees assets_total owner_equity revenue main_revenue profit_total \
         net_profit tax_total liabilities disclosed submitted_on",
    ),
    (
        "admin_license",
        "uscc document_no license_name license_kind content decided_on valid_from valid_to \
         authority authority_code state",
    ),
    (
        "admin_penalty",
        "uscc document_no violation_kind facts basis penalty_kind fine_amount confiscated_amount \
         decided_on authority authority_code severity min_public_until max_public_until \
         repaired_on",
    ),
    ("abnormal_operation", "uscc reason_code listed_on authority removed_on removal_reason"),
    ("serious_dishonesty", "uscc list_code list_name reason authority listed_on planned_removal removed_on"),
    (
        "judgment_doc",
        "case_no uscc party_role cause procedure claim_amount judged_amount result court \
         judged_on",
    ),
    (
        "dishonest_debtor",
        "case_no uscc basis_no duty performance behaviour court filed_on published_on removed_on",
    ),
    ("consumption_restriction", "case_no uscc restricted_person_key court ordered_on lifted_on"),
    (
        "tax_filing",
        "uscc tax_period_from tax_period_to tax_type filing_seq filing_kind sales_amount \
         tax_free_sales tax_payable input_tax tax_exempt tax_paid filing_due filing_date \
         late_days",
    ),
    (
        "tax_payment",
        "uscc voucher_no line_no tax_type tax_period_from tax_period_to amount late_fee due_date \
         paid_on payment_kind",
    ),
    ("tax_credit_rating", "uscc rating_year grade score rated_on dynamic_adjusted_on"),
    ("tax_arrears", "uscc tax_type arrears_balance new_arrears notice_date authority cleared_on"),
    ("tax_major_violation", "uscc document_no case_nature facts amount decided_on published_on removed_on"),
    (
        "financial_statement",
        "uscc period statement_kind assets_total current_assets receivables inventory \
         liabilities_total short_loans equity revenue cost total_profit net_profit",
    ),
    (
        "social_insurance_payment",
        "uscc month insurance_kind headcount new_headcount left_headcount base_total payable paid \
         arrears arrears_months paid_on",
    ),
    ("housing_fund_payment", "uscc account_no month headcount base_total ratio payable paid status paid_on"),
    (
        "water_bill",
        "uscc supplier meter_account month usage_m3 amount bill_date due_date paid_on arrears \
         late_fee",
    ),
    (
        "power_bill",
        "uscc supplier meter_account month tariff_kind contract_capacity_kva usage_kwh peak_kwh \
         amount due_date paid_on arrears power_cut illegal_use",
    ),
    ("gas_bill", "uscc supplier meter_account month usage_m3 amount bill_date due_date paid_on arrears"),
    (
        "real_estate_title",
        "uscc certificate_no unit_no kind use land_right area_m2 building_area_m2 located_at \
         co_ownership registered_on use_until valid",
    ),
    (
        "real_estate_mortgage",
        "uscc mortgage_cert_no certificate_no mortgagee secured_amount from_date to_date rank \
         registered_on cancelled_on",
    ),
    ("real_estate_seizure", "uscc seizure_doc_no certificate_no court kind from_date to_date lifted_on"),
    (
        "patent",
        "uscc patent_no title kind applied_on granted_on legal_state ipc inventor_count \
         annual_fee_paid_to",
    ),
    (
        "trademark",
        "uscc registration_no mark class_no applied_on registered_on valid_to legal_state \
         is_well_known is_geographic",
    ),
    ("ip_pledge", "uscc pledge_no ip_nos pledgee secured_amount from_date to_date cancelled_on"),
    ("hitech_certification", "uscc cert_kind cert_no granted_on valid_to authority revoked_on"),
    (
        "rd_activity",
        "uscc year project_no project_name level grant_amount rd_expense rd_headcount \
         deductible_amount state",
    ),
    (
        "customs_trade",
        "uscc month direction trade_mode declaration_count amount_cny amount_usd top_hs4 \
         top_country duty_paid",
    ),
    ("customs_credit", "uscc customs_code grade effective_from effective_to authority"),
    ("env_credit", "uscc year grade score veto authority published_on"),
    ("env_permit", "uscc document_no kind project_name decided_on valid_to authority"),
    ("honor", "uscc honor_code honor_name level authority granted_on valid_to revoked_on"),
    (
        "agri_operator",
        "operator_id uscc kind level products scale_mu livestock_units members recognised_on \
         valid",
    ),
    (
        "project_filing",
        "uscc project_code project_name kind industry_code total_investment planned_start \
         planned_end decided_on state division",
    ),
    (
        "bid_award",
        "section_code uscc project_name section_name kind tenderer award_amount award_ratio \
         consortium award_date contract_days",
    ),
    (
        "gov_procurement_contract",
        "uscc contract_no project_no buyer buyer_uscc subject amount signed_on deliver_by \
         paid_amount state",
    ),
    ("judgment_debtor", "case_no uscc court filed_on execution_amount unperformed_amount state closed_on"),
    ("case_filing", "case_no uscc party_role cause amount court filed_on hearing_on state"),
    ("gov_subsidy", "uscc fund_code fund_name authority kind amount approved_on paid_on seq"),
    ("sme_grade", "uscc grade batch granted_on valid_to reviewed revoked_on"),
    ("software_copyright", "uscc registration_no name version finished_on registered_on obtained"),
    ("certification", "uscc certificate_no kind scope issuer issued_on valid_to state"),
    (
        "chattel_registration",
        "uscc registration_no kind creditor secured_amount registered_on expires_on cancelled_on",
    ),
    ("transport_operation", "uscc permit_no vehicle_no kind tonnage valid_to annual_check state"),
    ("work_safety", "uscc document_no kind grade occurred_on valid_to authority state"),
    (
        "agri_subsidy",
        "payee_key household_id program_code program_name year basis_area_mu basis_head \
         unit_amount amount paid_on division seq",
    ),
    (
        "pesticide_purchase",
        "buyer_key shop_licence receipt_no line_no product_reg_no product_name toxicity crop \
         quantity unit amount bought_on restricted",
    ),
    (
        "animal_quarantine",
        "owner_key certificate_no species purpose quantity unit from_place to_place issued_on \
         result ear_tag_from",
    ),
    (
        "plant_quarantine",
        "owner_key certificate_no crop item quantity unit from_place to_place issued_on valid_to \
         result",
    ),
    (
        "agri_insurance",
        "insured_key policy_no insured_line insurer product insured_quantity unit sum_insured \
         premium own_premium from_date to_date claim_amount claim_date",
    ),
    (
        "land_transfer",
        "contract_no transferor_key transferee_key mode parcel_code area_mu from_date to_date \
         rent_per_mu_year rent_kind paid_to use filed_on state",
    ),
    (
        "land_contract_right",
        "certificate_no household_key household_members parcel_code parcel_name area_mu \
         land_grade basic_farmland contract_from contract_to registered_on mortgaged state",
    ),
];

/// Refuses a catalogue whose columns are not those the city writes.
pub(crate) fn check(catalog: &Catalog) -> Result<(), CityError> {
    for (id, fields) in LAYOUT {
        let item = catalog.item(id).ok_or(CityError::ItemMissing(id))?;
        let known = item.fields.iter().map(|field| field.name.as_str());
        if !known.eq(fields.split_whitespace()) {
            return Err(CityError::ItemChanged(id));
        }
    }
    Ok(())
}
