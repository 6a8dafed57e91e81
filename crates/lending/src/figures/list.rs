//! The figures one by one, each with a word, a name and a value that can be shown.

use jq_base::lang::Lang;
use jq_base::money::Money;
use jq_base::rate::Rate;

use super::model::{Days, Figures};
use crate::coded::coded;

coded! {
    /// One of the figures; what exactly it counts is content (`lending/figures.toml`).
    Figure {
        /// Orders handed in.
        Submitted = "submitted", "融资申请笔数", "applications";
        /// What they ask for.
        AmountAsked = "amount_asked", "申请金额", "amount applied for";
        /// Times that an order went to a bank.
        Dispatched = "dispatched", "派单笔数", "orders sent to banks";
        /// Accepted of dispatched.
        AcceptShare = "accept_share", "接单率", "orders accepted";
        /// Accepted in time of dispatched.
        AcceptInTimeShare = "accept_in_time_share", "及时接单率", "orders accepted in time";
        /// Orders granted.
        Approvals = "approvals", "授信笔数", "approvals";
        /// Firms granted.
        ApprovedFirms = "approved_firms", "授信户数", "firms approved";
        /// The lines granted.
        ApprovedAmount = "approved_amount", "授信金额", "amount approved";
        /// Orders refused.
        Refusals = "refusals", "拒绝笔数", "refusals";
        /// Granted of decided.
        ApprovalShare = "approval_share", "授信通过率", "approval rate";
        /// The same without refusals that do not count.
        ApprovalShareCounted = "approval_share_counted", "授信通过率（不计企业放弃）",
            "approval rate without firms that gave up";
        /// The same by firm.
        ApprovalShareFirms = "approval_share_firms", "授信通过率（按户）", "approval rate by firm";
        /// Mean from hand-in to decision.
        HandlingMean = "handling_mean", "平均办理时长（自提交）", "mean handling time from application";
        /// Median from hand-in to decision.
        HandlingMedian = "handling_median", "办理时长中位数（自提交）", "median handling time from application";
        /// Mean from hand-in to decision, in working days.
        HandlingWorking = "handling_working", "平均办理工作日（自提交）", "mean working days from application";
        /// Mean from acceptance to decision.
        DecisionMean = "decision_mean", "平均办理时长（自接单）", "mean handling time from acceptance";
        /// Median from acceptance to decision.
        DecisionMedian = "decision_median", "办理时长中位数（自接单）", "median handling time from acceptance";
        /// Mean from acceptance to decision, in working days.
        DecisionWorking = "decision_working", "平均办理工作日（自接单）", "mean working days from acceptance";
        /// Decided in time.
        InTimeShare = "in_time_share", "按时办结率", "decided in time";
        /// Taken back by firms.
        Withdrawn = "withdrawn", "撤回笔数", "withdrawn";
        /// Nobody went on.
        Lapsed = "lapsed", "失效笔数", "lapsed";
        /// Paid out.
        DrawnAmount = "drawn_amount", "放款金额", "amount paid out";
        /// Firms paid out to.
        DrawnFirms = "drawn_firms", "放款户数", "firms paid out to";
        /// Owed.
        Balance = "balance", "贷款余额", "loan balance";
        /// Without security.
        UnsecuredShare = "unsecured_share", "信用贷款金额占比", "share of unsecured loans";
        /// Firms with a first loan.
        FirstLoanFirms = "first_loan_firms", "首贷户数", "first-time borrowers";
        /// Their loans.
        FirstLoanAmount = "first_loan_amount", "首贷金额", "amount to first-time borrowers";
        /// Weighted rate.
        MeanRate = "mean_rate", "平均利率", "mean rate";
        /// Renewals granted of decided.
        RenewalShare = "renewal_share", "续贷成功率", "renewals granted";
        /// Mean from acceptance to decision of renewals and deferrals.
        RenewalMean = "renewal_mean", "续贷平均办理时长（自接单）", "mean handling time of renewals from acceptance";
        /// Paid back.
        RepaidAmount = "repaid_amount", "收回本金", "principal paid back";
        /// Past its day.
        OverdueAmount = "overdue_amount", "逾期金额", "amount overdue";
        /// Firms that are late.
        OverdueFirms = "overdue_firms", "逾期户数", "firms overdue";
    }
}

/// A figure's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureValue {
    /// How many.
    Count(u64),
    /// How much.
    Amount(Money),
    /// Part of a whole; nothing when there is no whole.
    Share(Option<Rate>),
    /// A yearly rate; nothing when there was no loan.
    Rate(Option<Rate>),
    /// Days; nothing when nothing was decided.
    Days(Option<Days>),
}

impl FigureValue {
    /// As people say it: `12.5 万元`, `24.3%`, `6.8 天`, and a dash for nothing.
    pub fn text(self, lang: Lang) -> String {
        let nothing = || "—".to_owned();
        match self {
            Self::Count(count) => grouped(count),
            Self::Amount(amount) => amount_text(amount, lang),
            Self::Share(share) => share.map_or_else(nothing, percent),
            Self::Rate(rate) => rate.map_or_else(nothing, |rate| rate.to_string()),
            Self::Days(days) => {
                days.map_or_else(nothing, |days| format!("{days} {}", lang.pick("天", "days")))
            }
        }
    }
}

impl Figures {
    /// The value of one figure.
    pub fn value(&self, figure: Figure) -> FigureValue {
        use FigureValue::{Amount, Count, Days, Rate, Share};
        match figure {
            Figure::Submitted => Count(self.submitted.count),
            Figure::AmountAsked => Amount(self.submitted.amount),
            Figure::Dispatched => Count(self.dispatched),
            Figure::AcceptShare => Share(self.accept_share()),
            Figure::AcceptInTimeShare => Share(self.accept_in_time_share()),
            Figure::Approvals => Count(self.approved.count),
            Figure::ApprovedFirms => Count(self.approved.firms),
            Figure::ApprovedAmount => Amount(self.approved.amount),
            Figure::Refusals => Count(self.refused),
            Figure::ApprovalShare => Share(self.approval_share()),
            Figure::ApprovalShareCounted => Share(self.approval_share_counted()),
            Figure::ApprovalShareFirms => Share(self.approval_share_firms()),
            Figure::HandlingMean => Days(self.from_submitted.mean),
            Figure::HandlingMedian => Days(self.from_submitted.median),
            Figure::HandlingWorking => Days(self.from_submitted.working_mean),
            Figure::DecisionMean => Days(self.from_accepted.mean),
            Figure::DecisionMedian => Days(self.from_accepted.median),
            Figure::DecisionWorking => Days(self.from_accepted.working_mean),
            Figure::InTimeShare => Share(self.decided_in_time_share()),
            Figure::Withdrawn => Count(self.withdrawn),
            Figure::Lapsed => Count(self.lapsed),
            Figure::DrawnAmount => Amount(self.drawn.amount),
            Figure::DrawnFirms => Count(self.drawn.firms),
            Figure::Balance => Amount(self.balance.amount),
            Figure::UnsecuredShare => Share(self.unsecured_share()),
            Figure::FirstLoanFirms => Count(self.first_loans.firms),
            Figure::FirstLoanAmount => Amount(self.first_loans.amount),
            Figure::MeanRate => Rate(self.mean_rate),
            Figure::RenewalShare => Share(self.renewal_share()),
            Figure::RenewalMean => Days(self.renewals_took.mean),
            Figure::RepaidAmount => Amount(self.repaid),
            Figure::OverdueAmount => Amount(self.overdue.amount),
            Figure::OverdueFirms => Count(self.overdue.firms),
        }
    }

    /// All of them in the order of the list.
    pub fn values(&self) -> impl Iterator<Item = (Figure, FigureValue)> + '_ {
        Figure::ALL.iter().map(|&figure| (figure, self.value(figure)))
    }
}

/// `24.3%`: one decimal, half up, as shares are published.
fn percent(share: Rate) -> String {
    let tenths = (share.ppm() + 500) / 1_000;
    format!("{}.{}%", tenths / 10, tenths % 10)
}

fn amount_text(amount: Money, lang: Lang) -> String {
    let text = match lang {
        Lang::Zh => amount.wan(),
        Lang::En => format!("{} yuan", amount.grouped()),
    };
    if lang == Lang::Zh && text.ends_with('万') { format!("{text}元") } else { text }
}

/// `12,345`.
fn grouped(count: u64) -> String {
    let yuan = i64::try_from(count).ok().and_then(Money::from_yuan);
    yuan.map_or_else(|| count.to_string(), |yuan| yuan.grouped().trim_end_matches(".00").to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_shown_as_people_say_them() {
        let zh = |value: FigureValue| value.text(Lang::Zh);
        assert_eq!(zh(FigureValue::Count(12_345)), "12,345");
        assert_eq!(zh(FigureValue::Amount(Money::from_fen(12_500_000))), "12.5 万元");
        assert_eq!(FigureValue::Amount(Money::from_fen(12_500_050)).text(Lang::En), "125,000.50 yuan");
        assert_eq!(zh(FigureValue::Share(Some(Rate::from_ppm(243_499)))), "24.3%");
        assert_eq!(zh(FigureValue::Share(Some(Rate::from_ppm(1_000_000)))), "100.0%");
        assert_eq!(zh(FigureValue::Rate(Some(Rate::from_ppm(38_500)))), "3.85%");
        assert_eq!(zh(FigureValue::Days(Some(Days::from_tenths(68)))), "6.8 天");
        assert_eq!(zh(FigureValue::Share(None)), "—");
    }
}
