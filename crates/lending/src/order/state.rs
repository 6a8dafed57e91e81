//! The life of an order: its states, what can happen to it, and the one function that moves it.

use jq_base::lang::Lang;

use super::event::OrderEvent;
use crate::coded::coded;

coded! {
    /// Where an order stands (订单状态).
    OrderState {
        /// The firm is still writing it.
        Draft = "draft", "草稿", "draft";
        /// Handed in, at no bank yet.
        Submitted = "submitted", "已提交", "submitted";
        /// With a bank that has not taken it yet.
        Dispatched = "dispatched", "已派单", "sent to the bank";
        /// A customer manager is responsible.
        Accepted = "accepted", "已接单", "accepted";
        /// The bank looks into the firm.
        Surveying = "surveying", "尽调中", "being surveyed";
        /// The bank waits for papers from the firm.
        AwaitingMaterials = "awaiting_materials", "待补件", "waiting for materials";
        /// A second person of the bank decides.
        Approving = "approving", "审批中", "being decided";
        /// The bank grants a line.
        Approved = "approved", "已授信", "granted";
        /// The bank refuses, with reasons.
        Rejected = "rejected", "已拒绝", "refused";
        /// The firm has taken it back.
        Withdrawn = "withdrawn", "已撤回", "withdrawn";
        /// Nobody went on with it in time.
        Lapsed = "lapsed", "已失效", "lapsed";
        /// The contract is signed.
        Signed = "signed", "已签约", "signed";
        /// Money has been paid out.
        Drawing = "drawing", "已放款", "drawn";
        /// Instalments are being paid.
        Repaying = "repaying", "还款中", "being repaid";
        /// An instalment is unpaid.
        Overdue = "overdue", "已逾期", "overdue";
        /// Everything is paid.
        Settled = "settled", "已结清", "settled";
        /// The bank has given up the rest.
        WrittenOff = "written_off", "已核销", "written off";
    }
}

/// What happened does not fit the state the order is in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{event} is not possible while the order is {state}")]
pub struct NotAllowed {
    /// Where the order stands.
    pub state: OrderState,
    /// What was asked for.
    pub event: OrderEventKind,
    /// What is possible now.
    pub allowed: Vec<OrderEventKind>,
}

coded! {
    /// What can happen to an order, without its details (订单事件).
    OrderEventKind {
        /// The firm hands it in.
        Submit = "submit", "提交申请", "submit";
        /// It goes to a bank, a branch and a customer manager.
        Dispatch = "dispatch", "派单", "send to the bank";
        /// A customer manager takes it.
        Accept = "accept", "接单", "accept";
        /// The bank does not take it.
        Decline = "decline", "退单", "decline";
        /// Nobody took it in time.
        NotAccepted = "not_accepted", "超时未接单", "not accepted in time";
        /// Another customer manager becomes responsible.
        Reassign = "reassign", "改派", "reassign";
        /// The firm has been spoken to.
        Contact = "contact", "联系企业", "contact the firm";
        /// The firm says whether it was spoken to.
        ConfirmContact = "confirm_contact", "确认是否被联系", "say whether the bank called";
        /// The survey begins.
        Survey = "survey", "开始尽调", "start the survey";
        /// Papers are missing.
        RequestMaterials = "request_materials", "要求补件", "ask for materials";
        /// The firm has handed them in.
        Supply = "supply", "提交补件", "supply materials";
        /// The survey is done and a second person shall decide.
        SubmitApproval = "submit_approval", "提交审批", "submit for approval";
        /// The bank grants.
        Grant = "grant", "批准授信", "grant";
        /// The bank refuses.
        Refuse = "refuse", "拒绝", "refuse";
        /// The firm asks a second person of the bank to look at a refusal again.
        Appeal = "appeal", "申诉", "appeal";
        /// The second person finds the refusal right.
        Uphold = "uphold", "维持拒绝", "uphold the refusal";
        /// The second person takes the order up again.
        Reopen = "reopen", "重新办理", "take the order up again";
        /// The firm takes it back.
        Withdraw = "withdraw", "撤回", "withdraw";
        /// Nobody went on with it in time.
        Lapse = "lapse", "失效", "lapse";
        /// The contract is signed.
        Sign = "sign", "签约", "sign";
        /// The firm asks for money under the line.
        AskDraw = "ask_draw", "申请用款", "ask for a drawdown";
        /// The bank has paid money out.
        Draw = "draw", "放款", "pay out";
        /// The first instalment has come.
        StartRepaying = "start_repaying", "进入还款", "start repaying";
        /// The firm has paid.
        Repay = "repay", "还款", "repay";
        /// An instalment was not paid by its day.
        FallOverdue = "fall_overdue", "逾期", "fall overdue";
        /// What was overdue has been paid.
        Cure = "cure", "逾期结清", "cure";
        /// Everything is paid.
        Settle = "settle", "结清", "settle";
        /// The bank gives up the rest.
        WriteOff = "write_off", "核销", "write off";
    }
}

impl OrderState {
    /// The state after `event`; the only place where an order changes its state.
    pub fn after(self, event: &OrderEvent) -> Result<Self, NotAllowed> {
        self.next(event).ok_or_else(|| self.refuses(event.kind()))
    }

    #[expect(clippy::match_same_arms, reason = "a table, a line for each thing that can follow")]
    fn next(self, event: &OrderEvent) -> Option<Self> {
        use OrderEvent as E;
        use OrderState as S;
        match (self, event) {
            (S::Draft, E::Submit) => Some(S::Submitted),
            (S::Submitted, E::Dispatch { .. }) => Some(S::Dispatched),
            (S::Dispatched, E::Accept { .. }) => Some(S::Accepted),
            (S::Dispatched, E::Decline { another_bank: true, .. } | E::NotAccepted) => Some(S::Submitted),
            (S::Dispatched, E::Decline { another_bank: false, .. }) => Some(S::Rejected),
            (state, E::Reassign { .. }) if state.is_at_a_bank() => Some(state),
            (state, E::Contact { .. }) if state.is_taken() => Some(state),
            (state, E::ConfirmContact { .. }) if state.is_taken() => Some(state),
            (S::Accepted, E::Survey) => Some(S::Surveying),
            (S::Surveying | S::Approving, E::RequestMaterials { .. }) => Some(S::AwaitingMaterials),
            (S::AwaitingMaterials, E::Supply { back_to }) => Some(back_to.state()),
            (S::Surveying, E::SubmitApproval) => Some(S::Approving),
            (S::Approving, E::Grant(_)) => Some(S::Approved),
            (S::Accepted | S::Surveying | S::Approving, E::Refuse(_)) => Some(S::Rejected),
            (S::Rejected, E::Appeal | E::Uphold) => Some(S::Rejected),
            (S::Rejected, E::Reopen) => Some(S::Surveying),
            (state, E::Withdraw) if state.is_before_decision() => Some(S::Withdrawn),
            (S::AwaitingMaterials | S::Approved, E::Lapse) => Some(S::Lapsed),
            (S::Approved, E::Sign { .. }) => Some(S::Signed),
            (state @ (S::Signed | S::Drawing | S::Repaying), E::AskDraw { .. }) => Some(state),
            (S::Signed | S::Drawing, E::Draw(_)) => Some(S::Drawing),
            (S::Repaying, E::Draw(_)) => Some(S::Repaying),
            (S::Drawing, E::StartRepaying) => Some(S::Repaying),
            (S::Drawing, E::Repay(_)) => Some(S::Repaying),
            (state @ (S::Repaying | S::Overdue), E::Repay(_)) => Some(state),
            (S::Repaying, E::FallOverdue { .. }) => Some(S::Overdue),
            (S::Overdue, E::Cure) => Some(S::Repaying),
            (S::Repaying | S::Overdue, E::Settle) => Some(S::Settled),
            (S::Overdue, E::WriteOff { .. }) => Some(S::WrittenOff),
            _ => None,
        }
    }

    /// What can happen now.
    pub fn allowed(self) -> Vec<OrderEventKind> {
        let fits = |event: &OrderEvent| self.next(event).is_some();
        let mut allowed: Vec<_> =
            OrderEvent::samples().iter().filter(|event| fits(event)).map(OrderEvent::kind).collect();
        allowed.dedup();
        allowed
    }

    fn refuses(self, event: OrderEventKind) -> NotAllowed {
        NotAllowed { state: self, event, allowed: self.allowed() }
    }

    /// Handed in and not decided yet.
    pub fn is_before_decision(self) -> bool {
        self == Self::Draft || self == Self::Submitted || self.is_at_a_bank()
    }

    /// With a bank and not decided yet.
    pub fn is_at_a_bank(self) -> bool {
        self == Self::Dispatched || self.is_taken()
    }

    /// The states of an order that is with a bank and not decided yet.
    pub fn at_a_bank() -> Vec<Self> {
        Self::ALL.iter().copied().filter(|state| state.is_at_a_bank()).collect()
    }

    /// Taken by a customer manager and not decided yet.
    pub fn is_taken(self) -> bool {
        matches!(self, Self::Accepted | Self::Surveying | Self::AwaitingMaterials | Self::Approving)
    }

    /// Handed in and neither signed nor ended: a second one for the same product is not taken.
    pub fn is_pending(self) -> bool {
        self == Self::Submitted || self.is_at_a_bank() || self == Self::Approved
    }

    /// Money is owed.
    pub fn has_loan(self) -> bool {
        matches!(self, Self::Drawing | Self::Repaying | Self::Overdue)
    }

    /// Nothing can happen any more, but that a refusal is looked at again.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Rejected | Self::Withdrawn | Self::Lapsed | Self::Settled | Self::WrittenOff)
    }
}

impl NotAllowed {
    /// What is wrong, and what is possible now and by whom, in words.
    pub fn explain(&self, lang: Lang) -> String {
        let (state, event) = (self.state.text(lang), self.event.text(lang));
        if self.allowed.is_empty() {
            return match lang {
                Lang::Zh => format!("订单{state}，不能再“{event}”，也不再有其他操作。"),
                Lang::En => format!("The order is {state}: “{event}” is not possible, and nothing else is."),
            };
        }
        let name = |kind: &OrderEventKind| {
            let who: Vec<_> = kind.who().iter().map(|who| who.text(lang)).collect();
            match lang {
                Lang::Zh => format!("{}（{}）", kind.text(lang), who.join("、")),
                Lang::En => format!("{} ({})", kind.text(lang), who.join(", ")),
            }
        };
        let list: Vec<_> = self.allowed.iter().map(name).collect();
        match lang {
            Lang::Zh => format!("订单{state}，不能“{event}”。现在可以：{}。", list.join("；")),
            Lang::En => {
                format!("The order is {state}: “{event}” is not possible. Possible now: {}.", list.join("; "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    #[test]
    fn the_whole_matrix_of_states_and_events() {
        let mut matrix = String::new();
        for &state in OrderState::ALL {
            for event in OrderEvent::samples() {
                if let Ok(next) = state.after(&event) {
                    let detail = match &event {
                        OrderEvent::Decline { another_bank: true, .. } => " (another bank)",
                        OrderEvent::Supply { back_to } => match back_to {
                            super::super::event::Stage::Surveying => " (asked in the survey)",
                            super::super::event::Stage::Approving => " (asked in the decision)",
                        },
                        _ => "",
                    };
                    let _written = writeln!(matrix, "{state} + {}{detail} = {next}", event.kind());
                }
            }
        }
        insta::assert_snapshot!(matrix);
    }

    #[test]
    fn nothing_follows_a_final_state() {
        for &state in OrderState::ALL {
            let on_appeal = [OrderEventKind::Appeal, OrderEventKind::Uphold, OrderEventKind::Reopen];
            let ends = state.allowed().iter().all(|event| on_appeal.contains(event));
            assert_eq!(state.is_final(), ends, "{state}");
        }
    }

    #[test]
    fn a_refused_act_says_what_is_possible_and_by_whom() {
        let refused = OrderState::Dispatched.refuses(OrderEventKind::Grant);
        let text = refused.explain(Lang::Zh);
        assert!(text.starts_with("订单已派单，不能“批准授信”。现在可以：接单（客户经理）"), "{text}");
        assert!(
            OrderState::Settled
                .refuses(OrderEventKind::Accept)
                .explain(Lang::En)
                .ends_with("nothing else is.")
        );
    }
}
