# 企业的身份、委托、授权、查询记录和消息。
nav-orders-short = 申请
nav-consents = 信息授权
nav-consents-short = 授权
nav-messages = 消息
nav-unread = 条未读
nav-more = 更多
nav-looks = 谁看过
nav-agents = 经办人
nav-choose = 换一家企业
firm-done-verified = 实名认证通过，您可以代表这家企业办理业务了。
firm-done-agent = 委托已生效，您可以作为经办人办理委托书上的事项。
firm-outside-mandate = 您的委托不包括查看信用报告和测额。需要时请法定代表人在委托中增加这一项。
firm-outside-mandate-see = 看我的委托
firm-looked-more = 看全部查询记录
waiting-consent = { $bank }请您授权查询
waiting-mandate = { $firm }请您做经办人
waiting-messages =
    { $n ->
       *[other] { $n } 条未读消息
    }
waiting-answer-by = 请在 { $at } 前答复
choose-verify = 认证另一家企业
kyc-heading = 实名认证
kyc-heading-further = 再认证一家企业
kyc-lead = 由法定代表人（负责人）本人办理，几分钟就好。先找到您的企业。
kyc-steps = 认证步骤
kyc-step-firm = 找到企业
kyc-step-person = 核对本人
kyc-step-done = 完成
kyc-code = 统一社会信用代码
kyc-code-hint = 营业执照右上角的 18 位代码，字母大小写都可以。
kyc-next = 下一步
kyc-found = 找到的企业
kyc-other-firm = 不是这家，重新输入
kyc-person-heading = 您是这家企业的法定代表人吗
kyc-name = 姓名
kyc-name-hint = 与身份证一致
kyc-name-missing = 姓名：请填写，不超过 50 个字。
kyc-id = 身份证号
kyc-id-hint = 18 位，最后一位可能是 X
kyc-id-shape = 身份证号：应为 17 位数字加一位数字或 X。
kyc-id-fifteen = 身份证号：15 位的旧号码已经停用，请填 18 位号码。
kyc-id-birth = 身份证号：第 7 至 14 位不是有效的出生日期，请核对。
kyc-id-check = 身份证号：最后一位与前面对不上，可能输错了一位，请核对。
kyc-send = 提交核对
kyc-tries-left =
    { $n ->
       *[other] 今天还可以再试 { $n } 次。
    }
kyc-used-up = 今天的核对次数已用完，请明天再试；如果着急，请打平台客服电话。
kyc-trouble = 核对不通过怎么办
kyc-trouble-changed = 法定代表人刚变更过：登记机关的变更一般次日送达平台，请明天再试。
kyc-trouble-agent = 您不是法定代表人：请法定代表人登录后在“经办人”里委托您，您会收到短信。
kyc-trouble-call = 都不是？请打平台客服电话
kyc-data = 身份证号只用来与登记信息核对，平台不保存号码本身。
kyc-demo = 演示环境里可以认证的企业
kyc-demo-person = 演示环境：这家企业虚构的法定代表人是
kyc-household = 我是农户
kyc-household-text = 没有营业执照的农户，用身份证号和土地承包经营权证认证。
kyc-household-go = 农户认证
kyc-household-heading = 核对农户身份
kyc-household-lead = 请农户代表（承包合同上的户主）本人填写。
kyc-certificate = 土地承包经营权证编号
kyc-certificate-hint = 证书首页的编号，任意一块承包地的证书都可以。
kyc-certificate-missing = 土地承包经营权证编号：请填写。
kyc-household-unknown = 没有找到与这个身份证号和证书编号都相符的承包记录，请核对两个号码。仍不行请打平台客服电话。
kyc-agent = 我是经办人
kyc-agent-text = 不是法定代表人也能办：请法定代表人在“经办人”里委托您的手机号，委托会出现在这一页。
kyc-offers = 有企业请您做经办人
kyc-offer-see = 看一看
agents-lead = 法定代表人可以委托别人代办，委托什么、到哪天为止都由您定，随时可以撤销。
agents-given = { $firm }委托的经办人
agents-given-none = 还没有委托过经办人。
agents-new = 委托经办人
agents-until = 到 { $day }为止
agents-answer-by = 经办人须在 { $at } 前确认
agents-revoke = 撤销委托
agents-you = 您是{ $firm }的经办人，可以办理
agents-more-from-rep = 需要办理其他事项，请法定代表人重新委托。
agents-held = 别人委托我的
agents-held-none = 没有企业委托您。
agents-verify = 认证我自己的企业
agents-done-offered = 委托已发出，经办人会收到短信，确认后生效。
agents-done-revoked = 委托已撤销，经办人马上不能再代办。
agents-done-declined = 已经告诉对方。
agents-new-heading = 委托一位经办人
agents-new-lead = 经办人可以代表{ $firm }办理下面勾选的事，没有勾选的办不了。
agents-name = 经办人姓名
agents-mobile = 经办人手机号
agents-mobile-hint = 11 位数字，确认委托的短信会发到这里
agents-scopes = 委托事项
agents-about-report = 看企业的信用报告，用各银行的模型测额。
agents-about-consent = 代表企业同意或拒绝银行查询信息，撤回授权。
agents-about-apply = 提交贷款申请、补材料、撤回申请。
agents-about-sign = 代表企业确认合同条件并签约。
agents-about-drawdown = 在已签的合同下申请放款。
agents-last-day = 委托截止日
agents-last-day-hint = 当天 24:00 截止，最长到 { $day }。
agents-until-wrong = 委托截止日：请选择一个日期。
agents-offer = 发出委托
agents-offer-note = 经办人要在 7 天内用这个手机号登录、核对身份证后确认，委托才生效。
agents-mandate-of = 委托方
agents-since = 发出时间
agents-answer-until = 确认截止
agents-acts-already = 您已经可以代表这家企业，不需要再接受这份委托。
agents-accept-heading = 接受委托
agents-accept-lead = 请填写您本人的姓名和身份证号，姓名要与委托书一致。
agents-accept = 接受委托
agents-decline = 不接受
agents-lay-down = 不再做经办人
agents-lay-down-text = 放弃以后马上不能再代办，已经办好的事不受影响。需要时请对方重新委托。
agents-revoke-heading = 要撤销这份委托吗
agents-revoke-now = 马上生效，经办人不能再代表企业。
agents-revoke-done = 经办人已经办好的事仍然有效。
agents-revoke-again = 以后可以重新委托。
agents-revoke-not = 不撤销
looks-lead = 每一次查询都记在这里，包括被拒绝的。
looks-with-own = 也看本企业自己的查询
looks-only-others = 只看别人的查询
looks-none = 还没有人看过您的信息
looks-none-text = 银行查询以后，会在这里看到是谁、为什么、看了什么。
looks-granted = 已查询
looks-refused = 已拒绝
looks-and-more =
    { $n ->
       *[other] 等，另有 { $n } 项
    }
looks-consent = 看这份授权
looks-for-check = 核对身份
looks-by-own = 本企业
looks-by-platform = 平台工作人员
looks-by-program = 接口程序
looks-by-check = 办理实名认证的人
looks-by-firm = 平台上的其他用户
looks-by-anyone = 公众
looks-by-bank-program = 银行系统
looks-refused-no-consent = 您没有就此用途授权
looks-refused-withdrawn = 您已撤回授权
looks-refused-expired = 您的授权已到期
looks-refused-item-not-granted = 要查的内容超出您的授权
looks-refused-field-not-granted = 您没有同意提供这些字段
looks-refused-other-purpose = 您授权的是别的用途
looks-refused-other-order = 您授权的是另一笔申请
looks-refused-other-reader = 您的授权不是给这位查询者的
looks-refused-superseded = 您已用新的授权取代了它
looks-refused-quota-used = 授权的查询次数已用完
looks-refused-day-quota-used = 当天的查询次数已用完
looks-refused-subject-closed = 本主体已注销
consents-lead = 非公开信息，只有您同意后银行才能看，随时可以撤回。
consents-outside-mandate = 您的委托不包括办理信息授权，可以查看，不能同意或撤回。请法定代表人办理，或在委托中增加这一项。
consents-asked = 银行的申请，等您答复
consents-answer = 看清楚再答复
consents-active = 有效的授权
consents-active-none = 现在没有银行可以查看您的非公开信息。
consents-new = 主动授权一家银行
consents-over =
    { $n ->
       *[other] 已结束的授权 { $n } 份
    }
consents-answered =
    { $n ->
       *[other] 已处理的申请 { $n } 份
    }
consent-done-refused = 已答复“不同意”，银行不能查询。
consent-items =
    { $n ->
       *[other] { $n } 项信息
    }
consent-items-heading =
    { $n ->
       *[other] 可以查看的 { $n } 项信息
    }
consent-days =
    { $n ->
       *[other] { $n } 天
    }
consent-days-label = 授权几天
consent-days-wrong =
    { $n ->
       *[other] 授权几天：请填 1 至 { $n } 之间的整数。
    }
consent-items-missing = 请至少选一项信息。
consent-items-outside = 这种用途不需要这些信息：{ $items }。已经去掉，请再看一遍。
consent-who = 谁可以看
consent-for = 用来做什么
consent-until = 有效期
consent-until-about = 现在同意，到 { $at } 为止
consent-until-at = 到 { $at } 为止
consent-readings = 查询次数
consent-readings-max = 最多 { $n } 次，每天最多 { $day } 次
consent-readings-day =
    { $n ->
       *[other] 每天最多 { $n } 次
    }
consent-used = 已查询 { $used } 次，最多 { $max } 次
consent-since = 同意时间
consent-withdrawn-at = 撤回时间
consent-number = 授权编号
consent-subject = 授权人
consent-version = 授权书版本 { $version }
consent-see = 看详情
consent-looks = 凭这份授权的查询
consent-looks-none = 还没有查询过。
consent-yes = 同意
consent-no = 不同意
consent-no-means = 不同意不影响您的信用，银行看不到这些信息，也不能因此收费。同意以后随时可以撤回。
consent-text-changed = 授权书的内容刚刚有变化，请重新读一遍再决定。
consent-reason-long = 撤回原因：请写在 500 字以内。
consent-withdraw = 撤回授权
consent-withdraw-text = 撤回马上生效，银行的下一次查询就会被拒绝。
consent-withdraw-heading = 要撤回这份授权吗
consent-withdraw-now = 马上生效，银行的下一次查询就会被拒绝。
consent-withdraw-before = 撤回以前已经依法进行的查询仍然有效，记录一直可以看到。
consent-withdraw-again = 以后可以重新授权，不影响信用。
consent-withdraw-orders = 这家银行正在办理您的下列申请。撤回以后它查不到所需的信息，可能无法继续：
consent-withdraw-why = 为什么撤回（可以不填）
consent-withdraw-not = 不撤回
consent-change-mind = 改主意了？
consent-again-heading = 还需要吗？
consent-again-text = 按同样的内容重新授权，先看授权书再决定。
consent-again = 重新授权
consent-receipt = 授权回执
consent-slip-given = 已授权{ $bank }查询
consent-slip-given-text = 每次查询都会记录，您可以随时撤回。
consent-slip-withdrawn = 对{ $bank }的授权已撤回
consent-slip-withdrawn-text = 已经生效，银行的下一次查询会被拒绝，平台已通知银行停止使用。
consent-slip-keep = 这份回执随时可以在授权详情里再打开，也可以打印或截图保存。
consent-slip-again = 撤错了？重新授权
request-heading = { $bank }请您授权查询
request-lead = { $at } 提出，请在 { $until } 前答复；不答复等于不同意。
request-note = 银行的说明
request-less = 只同意一部分
request-less-shown = 下面是您缩小后的内容。
request-all-again = 恢复银行申请的全部内容
fields-leave-out = 不提供其中的某些字段
fields-hint = 勾选不想提供的字段。能说明是哪条记录、何时有效的字段，以及不利信息，不能单独去掉；可以不授权整个事项。
fields-leave = 按我选的重新看授权书
fields-out =
    { $n ->
       *[other] 去掉 { $n } 个
    }
fields-fixed = 银行不需要
fields-left-out = 不提供的字段
fields-left-out-means = 银行看不到这些字段，银行的模型也不会用到这些事项。
request-days-max =
    { $n ->
       *[other] 1 至 { $n } 天
    }
request-narrow = 按我选的重新看授权书
request-consent = 看这份授权
new-bank = 授权哪家银行
new-bank-lead = 一般不用主动授权：申请贷款时会一并询问，银行也可以向您申请。
new-bank-search = 银行名称
new-bank-none = 没有找到这家银行。
new-bank-all = 显示全部银行
new-other-bank = 换一家银行
new-purpose = 用来做什么
new-purpose-days =
    { $n ->
       *[other] 最长 { $n } 天
    }
new-other-purpose = 换一种用途
new-items = 让它看哪些信息
new-items-lead = 勾选一整类，或者逐项选择。没有勾选的，银行看不到。
new-one-by-one =
    { $n ->
       *[other] 逐项选择（共 { $n } 项）
    }
new-read = 下一步：读授权书
read-heading = 同意{ $bank }查询吗
read-lead = 请读完再决定，同意和不同意都由您。
read-change = 改一改内容或天数
read-back = 决定以后会回到刚才的页面。
messages-read-all = 全部标为已读
messages-none = 还没有消息
messages-none-text = 申请的每一步、银行的每一次请求，都会在这里告诉您。
messages-new = 未读
messages-open = 去看看
messages-mark = 标为已读
