//! Problems of banks' programs: consents, subjects, models, orders and loans.

use super::codes;

codes! {
    WRONG_ROLE = 403 "lending/wrong-role",
        "这一步不由该员工办理", "this step is not for that employee",
        "clerk 填写有权办理的员工，见 detail", "name in clerk an employee who may do it; see detail";
    FOUR_EYES = 403 "lending/four-eyes",
        "经办人不能审批自己经办的订单", "whoever handled an order may not decide on it",
        "由另一位审批人决定，并在 clerk 中填写其登录名", "have another approver decide and name that login in clerk";
    NO_SUBJECT = 404 "subject/not-registered",
        "登记信息中没有该主体", "the subject is not in the register",
        "核对统一社会信用代码，可用 GET /api/v1/uscc/{code} 校验",
        "compare the credit code; GET /api/v1/uscc/{code} judges it";
    NO_REQUEST = 404 "consent/not-found",
        "没有这个授权申请", "there is no such request for consent",
        "本行的申请见 GET /api/v1/consent-requests", "your requests are listed by GET /api/v1/consent-requests";
    NO_CONSENT = 404 "consent/no-such-consent",
        "没有这份授权", "there is no such consent",
        "本行获得的授权见 GET /api/v1/consents", "the consents of your bank are listed by GET /api/v1/consents";
    NO_NOTICE = 404 "consent/no-such-notice",
        "没有这份停止查询通知", "there is no such stop notice",
        "本行的通知见 GET /api/v1/stop-notices", "your notices are listed by GET /api/v1/stop-notices";
    NO_PRODUCT = 404 "lending/product-not-found",
        "没有这个产品", "there is no such product",
        "全部产品见 GET /api/v1/products", "all products are listed by GET /api/v1/products";
    NO_FLOW = 404 "decision/no-model",
        "本行在平台上没有模型", "your bank has no model on the platform",
        "联系平台运营部署模型", "ask the operator to deploy one";
    NO_ORDER = 404 "lending/order-not-found",
        "没有这笔订单", "there is no such order",
        "本行的订单见 GET /api/v1/orders", "your orders are listed by GET /api/v1/orders";
    NO_LOAN = 404 "lending/loan-not-found",
        "没有这笔贷款", "there is no such loan",
        "贷款编号见放款回报的响应和 GET /api/v1/orders/{id}",
        "loan ids stand in the answer to the drawdown and in GET /api/v1/orders/{id}";
    NO_WARNING = 404 "warning/not-found",
        "没有这条预警", "there is no such warning",
        "本行的预警见 GET /api/v1/warnings", "your warnings are listed by GET /api/v1/warnings";
    WARNING_NOT_NOW = 409 "warning/not-allowed",
        "这条预警现在不能这样标记", "the warning cannot be marked so now",
        "重新读取后再标记；已标记属实或误报的可以互相更正", "read it again; right and wrong can be corrected to each other";
    NO_BULK = 404 "api/no-such-bulk-reading",
        "没有这个批量查询", "there is no such reading of many subjects",
        "编号见申请时的响应", "its number stands in the answer to the request for it";
    BULK_NOT_DONE = 409 "api/bulk-reading-not-done",
        "批量查询尚未完成", "the reading of many subjects is not done yet",
        "进度见 GET /api/v1/bulk-readings/{id}，在 runs_from 所示时间之后进行",
        "GET /api/v1/bulk-readings/{id} shows how far it is; it goes on from the time in runs_from";
    BULK_FULL = 409 "api/bulk-readings-waiting",
        "本行待办的批量查询过多", "too many readings of your bank wait already",
        "等待其中一些完成后再申请", "ask again when some of them are done";
    NOT_NOW = 409 "lending/state-not-allowed",
        "订单当前状态不能进行这一步", "the order is in a state that does not allow this step",
        "allowed 列出现在可以进行的步骤", "allowed lists the steps that are possible now";
    MOVED_ON = 409 "lending/moved-on",
        "订单刚刚发生了变化，本次操作未执行", "the order has just moved on; nothing was done",
        "重新读取订单后再决定，并在 seen_version 中填写新的版本号",
        "read the order again, decide anew and send its version as seen_version";
    REPORT_CONFLICT = 409 "lending/report-conflict",
        "这个回报编号已用于另一笔不同的回报", "this report number was given before with other figures",
        "核对 report_no；更正请使用新的编号", "compare report_no; a correction has a number of its own";
    NOT_POSSIBLE = 409 "lending/not-possible",
        "现在不能办理", "this is not possible now",
        "原因见 detail", "detail says why";
    ASKED_ALREADY = 409 "consent/asked-already",
        "就同一用途的上一次申请仍待答复", "an earlier request for this purpose waits for an answer",
        "等待答复或其失效后再申请", "wait until it is answered or lapses";
    ASK_AGAIN_LATER = 409 "consent/ask-again-later",
        "该主体不久前未同意，暂不能再次申请", "the subject said no a short time ago; it cannot be asked again yet",
        "在 detail 所述时间之后再申请", "ask again from the time in detail";
    CONSENT_MOVED_ON = 409 "consent/moved-on",
        "授权刚刚被他人变更", "the consent was changed at the same moment",
        "重新读取后再试", "read it again and try anew";
    BULK_ERASED = 410 "api/bulk-reading-erased",
        "批量查询的结果已过保存期并清除", "what was read is past its time and was erased",
        "如仍需要，请重新申请", "ask for it anew if you still need it";
    CLERK = 422 "lending/clerk-unknown",
        "没有注明由本行哪位员工办理，或该登录名不是本行在用的员工账号",
        "the request does not say which employee acted, or that login is not an active one of your bank",
        "clerk 填写本行经办员工的登录名", "name in clerk the login of the employee who acted";
    ORDER_FIELDS = 422 "lending/fields-invalid",
        "内容不符合产品或订单的要求", "what was sent does not fit the product or the order",
        "按 errors 中逐项的说明修改", "change what errors names, one by one";
    CONSENT_TERMS = 422 "consent/terms-invalid",
        "申请超出该用途可以授权的范围", "the request goes beyond what can be granted for this purpose",
        "按 errors 中的说明修改", "change what errors names";
}
