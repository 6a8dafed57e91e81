//! `GET /api/v1/products` and one of them: what banks offer, for anyone to compare.

use axum::Json;
use axum::extract::State;
use jq_base::ids::{BankId, ProductId};
use jq_base::money::Money;
use jq_lending::product::{Chain, Fee, Product, ProductFilter, Security};
use serde::Serialize;
use utoipa::ToSchema;

use crate::code;
use crate::params::{Name, Params, wrong};
use crate::problem::ApiProblem;
use crate::said::Said;
use crate::state::ApiState;
use crate::words::{
    LoanUseWord, OrderKindWord, RepaymentMethodWord, SecurityWord, Word, codes, find as word_of,
};

/// The largest amount that is asked for, in fen.
const FEN_MAX: i64 = 1_000_000_000_000_000;

/// The products that fit, the cheapest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProductList)]
pub(crate) struct ProductListView {
    /// The products.
    products: Vec<ProductView>,
}

/// A financing product.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Product)]
pub(crate) struct ProductView {
    /// Its id.
    id: String,
    /// The bank.
    bank_id: String,
    /// The bank's name in Chinese.
    bank_zh: String,
    /// The bank's name in English.
    bank_en: String,
    /// Its name in Chinese.
    name_zh: String,
    /// Its name in English.
    name_en: String,
    /// What it is, in Chinese.
    about_zh: String,
    /// What it is, in English.
    about_en: String,
    /// Offered at present.
    open: bool,
    /// For which kinds of orders.
    #[schema(inline)]
    kinds: Vec<OrderKindWord>,
    /// The smallest amount in fen.
    amount_min_fen: i64,
    /// The largest amount in fen.
    amount_max_fen: i64,
    /// The shortest term in months.
    months_min: u32,
    /// The longest term in months.
    months_max: u32,
    /// The lowest yearly rate in parts per million.
    rate_min_ppm: i64,
    /// The highest yearly rate in parts per million.
    rate_max_ppm: i64,
    /// What it costs in a year in parts per million, fees included, at the lowest rate.
    annual_cost_ppm: i64,
    /// How it can be paid back, the usual way first.
    #[schema(inline)]
    methods: Vec<RepaymentMethodWord>,
    /// Against what.
    #[schema(inline)]
    security: SecurityWord,
    /// For what the money may be used; empty for anything that is allowed.
    #[schema(inline)]
    uses: Vec<LoanUseWord>,
    /// The catalogue's items that the bank reads, with consent.
    items: Vec<String>,
    /// For firms of these districts, by the beginning of their code; empty for the whole city.
    districts: Vec<String>,
    /// For firms of these industries, by the beginning of their code; empty for all.
    industries: Vec<String>,
    /// The industry chain it is made for.
    chain: Option<ChainView>,
    /// What is paid once beside the interest.
    fees: Vec<FeeView>,
    /// For natural persons, such as farm households, too.
    persons: bool,
    /// The model that estimates its limit beforehand.
    flow_id: Option<String>,
    /// Papers to bring, in Chinese.
    documents_zh: Vec<String>,
    /// Papers to bring, in English.
    documents_en: Vec<String>,
}

/// An industry chain.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Chain)]
pub(crate) struct ChainView {
    /// Its id.
    id: String,
    /// Its name in Chinese.
    name_zh: String,
    /// Its name in English.
    name_en: String,
}

/// What is paid once.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Fee)]
pub(crate) struct FeeView {
    /// Its name in Chinese.
    name_zh: String,
    /// Its name in English.
    name_en: String,
    /// The share of the amount in parts per million.
    rate_ppm: i64,
}

#[utoipa::path(
    get,
    path = "/api/v1/products",
    operation_id = "list_products",
    tag = "products",
    summary = "List the products",
    description = "The open financing products of all banks that fit the filters, the cheapest first by what they cost \
        in a year with all fees.",
    params(
        ("text" = Option<String>, Query, description = "Name, bank or description contains this."),
        ("bank" = Option<String>, Query, description = "Of this bank.", example = "bank01"),
        ("security" = Option<String>, Query, description = "Against this security.", example = "credit"),
        ("chain" = Option<String>, Query, description = "Made for this industry chain."),
        ("amount_fen" = Option<i64>, Query, description = "This amount can be had.", minimum = 1, example = 50_000_000),
        ("months" = Option<u32>, Query, description = "For this many months.", minimum = 1, maximum = 600),
        ("district" = Option<String>, Query, description = "For firms of this district, six digits."),
        ("industry" = Option<String>, Query, description = "For firms of this industry."),
    ),
    responses((status = 200, description = "The products that fit.", body = ProductListView)),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    params: Params,
) -> Result<Json<ProductListView>, ApiProblem> {
    let text = |name| params.text(name).map(str::to_owned);
    let security = params.text("security").map(|text| {
        let codes = codes::<Security>();
        let words = Said::of(format!("应为以下之一：{codes}"), format!("must be one of {codes}"));
        word_of::<Security>(text).ok_or_else(|| wrong("security", words))
    });
    let bank = params.text("bank").map(|text| {
        BankId::parse(text).map_err(|_| wrong("bank", Said::fixed("不是机构编号", "is no bank's id")))
    });
    let filter = ProductFilter {
        text: text("text").unwrap_or_default(),
        bank: bank.transpose()?,
        security: security.transpose()?,
        chain: text("chain"),
        amount: params.number("amount_fen", &1, &FEN_MAX)?.map(Money::from_fen),
        months: params.number("months", &1, &600)?,
        district: text("district"),
        industry: text("industry"),
    };
    let products = state.lending.products().search(&filter).into_iter().map(ProductView::from).collect();
    Ok(Json(ProductListView { products }))
}

#[utoipa::path(
    get,
    path = "/api/v1/products/{id}",
    operation_id = "get_product",
    tag = "products",
    summary = "Describe a product",
    description = "One product, also one that is not offered at present.",
    params(("id" = String, Path, description = "The product's id.")),
    responses((status = 200, description = "The product.", body = ProductView)),
)]
pub(crate) async fn find(
    State(state): State<ApiState>,
    Name(id): Name,
) -> Result<Json<ProductView>, ApiProblem> {
    let id = ProductId::parse(&id).ok();
    let found = id.and_then(|id| state.lending.products().find(&id).map(ProductView::from));
    found.map(Json).ok_or_else(|| ApiProblem::new(&code::NO_PRODUCT))
}

impl From<&Product> for ProductView {
    fn from(product: &Product) -> Self {
        Self {
            id: product.id.to_string(),
            bank_id: product.bank.to_string(),
            bank_zh: product.bank_zh.clone(),
            bank_en: product.bank_en.clone(),
            name_zh: product.zh.clone(),
            name_en: product.en.clone(),
            about_zh: product.about_zh.clone(),
            about_en: product.about_en.clone(),
            open: product.open,
            kinds: product.kinds.iter().copied().map(Word).collect(),
            amount_min_fen: product.amount_min.fen(),
            amount_max_fen: product.amount_max.fen(),
            months_min: product.months_min,
            months_max: product.months_max,
            rate_min_ppm: product.rate_min.ppm(),
            rate_max_ppm: product.rate_max.ppm(),
            annual_cost_ppm: product.annual_cost().ppm(),
            methods: product.methods.iter().copied().map(Word).collect(),
            security: Word(product.security),
            uses: product.uses.iter().copied().map(Word).collect(),
            items: product.items.clone(),
            districts: product.districts.clone(),
            industries: product.industries.clone(),
            chain: product.chain.as_ref().map(ChainView::from),
            fees: product.fees.iter().map(FeeView::from).collect(),
            persons: product.persons,
            flow_id: product.flow.as_ref().map(ToString::to_string),
            documents_zh: product.documents_zh.clone(),
            documents_en: product.documents_en.clone(),
        }
    }
}

impl From<&Chain> for ChainView {
    fn from(chain: &Chain) -> Self {
        Self { id: chain.id.clone(), name_zh: chain.zh.clone(), name_en: chain.en.clone() }
    }
}

impl From<&Fee> for FeeView {
    fn from(fee: &Fee) -> Self {
        Self { name_zh: fee.zh.clone(), name_en: fee.en.clone(), rate_ppm: fee.rate.ppm() }
    }
}
