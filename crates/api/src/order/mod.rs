//! `/api/v1/orders` and `/api/v1/loans`: a bank's orders, what can be done with them, and what it reports of money.

mod act;
mod body;
mod clock_view;
mod list;
mod loan_view;
mod money;
mod step_view;
mod terms_body;
mod view;

pub(crate) use act::{
    __path_accept, __path_contact, __path_decline, __path_grant, __path_refuse, __path_reopen,
    __path_request_materials, __path_sign, __path_submit_approval, __path_survey, __path_uphold, accept,
    contact, decline, grant, refuse, reopen, request_materials, sign, submit_approval, survey, uphold,
};
pub(crate) use body::{ByBody, ContactBody, MaterialsBody, RefusalBody, SayBody};
pub(crate) use clock_view::ClockView;
pub(crate) use list::{__path_find, __path_list, find, list};
pub(crate) use loan_view::{InstalmentView, LoanView, RepaymentView};
pub(crate) use money::{__path_draw, __path_repay, DrawnView, RepaidView, draw, repay};
pub(crate) use step_view::StepView;
pub(crate) use terms_body::{DrawBody, GrantBody, RepayBody, SignBody};
pub(crate) use view::{ContactView, OrderDetailView, OrderPageView, OrderView, RefusalView, TermsView};
