//! What can go wrong with orders and loans, ordered by what the caller can do.

use jiff::Timestamp;
use jiff::civil::Date;
use jq_base::clock::date_of;
use jq_base::ids::{BankId, OrderId};
use jq_base::lang::Lang;
use jq_base::money::Money;
use jq_base::rate::Rate;
use jq_consent::ConsentError;
use jq_db::DbError;
use jq_identity::IdentityError;

use crate::order::{NotAllowed, OrderEventKind, OrderState, Who};
use crate::schedule::ScheduleError;

/// Why an act on an order or a loan failed.
#[derive(Debug, thiserror::Error)]
pub enum LendingError {
    /// No such order, or none that the actor may know of.
    #[error("there is no such order")]
    OrderNotFound,
    /// No such loan, or none that the actor may know of.
    #[error("there is no such loan")]
    LoanNotFound,
    /// The order is another firm's, bank's or branch's.
    #[error("the order is somebody else's")]
    NotYours,
    /// Somebody else does this.
    #[error("{event} is not for this role")]
    WrongRole {
        /// What was asked for.
        event: OrderEventKind,
        /// Who may.
        who: &'static [Who],
    },
    /// The order is in a state that does not allow this.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// Somebody else was faster; nothing was changed.
    #[error("the order has moved on and is {state} now")]
    MovedOn {
        /// Where it stands now.
        state: OrderState,
    },
    /// The time in which this can be done is over.
    #[error("this was possible until {until}")]
    TooLate {
        /// Since when.
        until: Timestamp,
    },
    /// Whoever handled the order may not decide on it.
    #[error("whoever handled the order may not decide on it")]
    FourEyes,
    /// A bank's program must say which of the bank's people acted.
    #[error("the request does not say which employee acted")]
    ClerkMissing,
    /// The agent's mandate does not cover this.
    #[error("the mandate does not cover this")]
    MandateMissing,
    /// The bank may not read what the product needs.
    #[error("the bank has no consent for {} of the items it needs", items.len())]
    ConsentMissing {
        /// Whose consent is missing.
        bank: BankId,
        /// Which items are not granted.
        items: Vec<String>,
    },
    /// The firm has an order for this product that is not decided yet.
    #[error("there is an open order for this product: {order_no}")]
    DoubleOpen {
        /// Which.
        order_id: OrderId,
        /// Its number.
        order_no: String,
    },
    /// The product is not offered, or not to this firm.
    #[error("the product is not offered to this firm")]
    ProductClosed,
    /// What was filled in cannot be taken.
    #[error("{} fields cannot be taken", .0.len())]
    Fields(Vec<FieldError>),
    /// The number of the report was used for another report.
    #[error("report {report_no} was given before with other figures")]
    ReportConflict {
        /// The bank's number.
        report_no: String,
    },
    /// The time is not over yet.
    #[error("nothing is due on this order yet")]
    NotDue,
    /// The repayment plan cannot be made.
    #[error("make the repayment plan")]
    Schedule(#[from] ScheduleError),
    /// The firm's consents could not be read.
    #[error("read the firm's consents")]
    Consent(#[from] ConsentError),
    /// The bank's people could not be read.
    #[error("read the bank's people")]
    Identity(#[from] IdentityError),
    /// The store failed.
    #[error("keep orders")]
    Store(#[from] DbError),
}

/// A field that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name.
    pub field: &'static str,
    /// What it does not keep to.
    pub rule: FieldRule,
}

/// What a field must keep to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldRule {
    /// Nothing was given.
    Missing,
    /// The word means nothing here.
    Unknown,
    /// The product does not offer it.
    NotOffered,
    /// The amount is too small.
    AmountBelow(Money),
    /// The amount is too large.
    AmountAbove(Money),
    /// The chain that the product is made for has no more than this left of what all its banks lend together.
    ChainLeft(Money),
    /// Too few months.
    MonthsBelow(u32),
    /// Too many months.
    MonthsAbove(u32),
    /// The rate is too low.
    RateBelow(Rate),
    /// The rate is too high.
    RateAbove(Rate),
    /// The day is too early.
    DayBefore(Date),
    /// The day is too late.
    DayAfter(Date),
    /// The number is too large.
    CountAbove(u32),
    /// Too few characters.
    TooShort {
        /// How many are needed.
        min: usize,
    },
    /// Too many characters.
    TooLong {
        /// How many are allowed.
        max: usize,
    },
    /// It explains nothing.
    SaysNothing,
    /// The order it names cannot be followed by this one.
    CannotFollow,
}

impl FieldError {
    /// A field and what it does not keep to.
    pub fn new(field: &'static str, rule: FieldRule) -> Self {
        Self { field, rule }
    }
}

impl FieldRule {
    /// What to do, in words.
    pub fn text(&self, lang: Lang) -> String {
        let zh = lang == Lang::Zh;
        match self {
            Self::Missing => lang.pick("请填写", "please fill in").to_owned(),
            Self::Unknown => lang.pick("请从列表中选择", "please choose from the list").to_owned(),
            Self::NotOffered => lang.pick("该产品不提供这一项", "the product does not offer this").to_owned(),
            Self::AmountBelow(min) if zh => format!("不低于 {}", min.wan()),
            Self::AmountBelow(min) => format!("at least {} yuan", min.grouped()),
            Self::AmountAbove(max) if zh => format!("不超过 {}", max.wan()),
            Self::AmountAbove(max) => format!("at most {} yuan", max.grouped()),
            Self::ChainLeft(left) if zh => {
                format!("该产业链的贷款总额已接近上限，目前最多还可授信 {}", left.wan())
            }
            Self::ChainLeft(left) => {
                format!(
                    "the industry chain is near the most that is lent to it; {} yuan are left",
                    left.grouped()
                )
            }
            Self::MonthsBelow(min) if zh => format!("不少于 {min} 个月"),
            Self::MonthsBelow(min) => format!("at least {min} months"),
            Self::MonthsAbove(max) if zh => format!("不超过 {max} 个月"),
            Self::MonthsAbove(max) => format!("at most {max} months"),
            Self::RateBelow(min) if zh => format!("年利率不低于 {min}"),
            Self::RateBelow(min) => format!("a yearly rate of at least {min}"),
            Self::RateAbove(max) if zh => format!("年利率不高于 {max}"),
            Self::RateAbove(max) => format!("a yearly rate of at most {max}"),
            Self::DayBefore(day) if zh => format!("不早于 {day}"),
            Self::DayBefore(day) => format!("{day} or later"),
            Self::DayAfter(day) if zh => format!("不晚于 {day}"),
            Self::DayAfter(day) => format!("{day} or earlier"),
            Self::CountAbove(max) if zh => format!("不超过 {max}"),
            Self::CountAbove(max) => format!("at most {max}"),
            Self::TooShort { min } if zh => format!("至少写 {min} 个字"),
            Self::TooShort { min } => format!("at least {min} characters"),
            Self::TooLong { max } if zh => format!("最多 {max} 个字"),
            Self::TooLong { max } => format!("at most {max} characters"),
            Self::SaysNothing if zh => "请写明具体原因，企业据此才知道如何改进".to_owned(),
            Self::SaysNothing => "say the actual reason, so that the firm knows what to change".to_owned(),
            Self::CannotFollow if zh => "只能对还款中、距到期不超过 60 天的贷款提出".to_owned(),
            Self::CannotFollow => "only for a loan that is being repaid and ends within 60 days".to_owned(),
        }
    }
}

impl LendingError {
    /// What is wrong and what can be done, for people; the store's troubles are not told.
    pub fn explain(&self, lang: Lang) -> String {
        let zh = lang == Lang::Zh;
        match self {
            Self::OrderNotFound | Self::NotYours => lang.pick("没有这笔订单。", "There is no such order.").to_owned(),
            Self::LoanNotFound => lang.pick("没有这笔贷款。", "There is no such loan.").to_owned(),
            Self::WrongRole { event, who } => {
                let who: Vec<_> = who.iter().map(|who| who.text(lang)).collect();
                let (event, who) = (event.text(lang), who.join(lang.pick("、", ", ")));
                if zh { format!("“{event}”由{who}办理。") } else { format!("“{event}” is done by: {who}.") }
            }
            Self::NotAllowed(refused) => refused.explain(lang),
            Self::MovedOn { state } => {
                let state = state.text(lang);
                if zh {
                    format!("别人刚刚处理了这笔订单，现在是“{state}”，请查看后再操作。")
                } else {
                    format!("Somebody else has just handled this order. It is “{state}” now; look at it again first.")
                }
            }
            Self::TooLate { until } => {
                let last = date_of(*until).yesterday().unwrap_or_default();
                if zh { format!("只能在 {last} 及以前办理。") } else { format!("This was possible until {last}.") }
            }
            Self::FourEyes => {
                lang.pick("经办人不能审批自己经办的订单，也不能答复对自己决定的申诉，请由另一位审批人办理。", "Whoever handled an order cannot decide on it, nor answer an appeal against the own decision; another approver must.").to_owned()
            }
            Self::ClerkMissing => {
                lang.pick("请注明由本行哪位员工办理。", "Say which of the bank's employees acted.").to_owned()
            }
            Self::MandateMissing => {
                lang.pick("您的授权委托不包含这项操作，请法定代表人办理或重新委托。", "Your mandate does not cover this; the legal representative can do it or extend the mandate.").to_owned()
            }
            Self::ConsentMissing { items, .. } => {
                let count = items.len();
                if zh {
                    format!("还有 {count} 项信息没有授权给该银行查询，请先授权再申请。")
                } else {
                    format!("The bank may not read {count} of the items it needs yet; grant them first.")
                }
            }
            Self::DoubleOpen { order_no, .. } => {
                if zh {
                    format!("该产品已有一笔未办结的订单 {order_no}。")
                } else {
                    format!("There is an undecided order for this product already: {order_no}.")
                }
            }
            Self::ProductClosed => {
                lang.pick("该产品目前不向贵企业提供。", "The product is not offered to this firm at present.").to_owned()
            }
            Self::Fields(_) => {
                lang.pick("有几处需要修改，请看各栏的提示。", "Some fields need a change; see the notes beside them.").to_owned()
            }
            Self::ReportConflict { report_no } => {
                if zh {
                    format!("回报编号 {report_no} 已用于另一笔回报。")
                } else {
                    format!("Report number {report_no} was used for another report.")
                }
            }
            Self::NotDue => lang.pick("还没有到期。", "Nothing is due yet.").to_owned(),
            Self::Schedule(_) | Self::Consent(_) | Self::Identity(_) | Self::Store(_) => {
                lang.pick("暂时无法办理，请稍后再试。", "This cannot be done at the moment; please try again later.").to_owned()
            }
        }
    }
}
