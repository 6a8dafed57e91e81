# 贷款产品：列表、详情、还款计划。
nav-products = 贷款产品
word-months = { $n } 个月
word-month-range = { $min } 至 { $max } 个月
word-until = { $day }24:00 前
products-heading = 比一比各银行的贷款
products-lead = 填上想借的金额和期限，符合的排在前面，再按一年的总成本从低到高排列。
products-amount = 想借多少（万元）
products-months = 借几个月
products-text = 产品或银行名称
products-any = 不限
products-search = 找产品
products-all = 显示全部产品
products-found =
    { $n ->
       *[other] 符合的产品 { $n } 个
    }
products-more =
    { $n ->
       *[other] 看其余 { $n } 个
    }
products-none = 没有符合的产品
products-none-next = 去掉一两个条件再试试，也可以先测一测额度。
products-near = 其他条件符合，但金额或期限不在范围内
products-cost-note = 年化综合成本把利息和全部费用都算在内，按内部收益率折成一年，“起”是按最低利率计算。实际利率由银行审批时确定。
product-see = 看详情和费用
product-see-named = 看“{ $name }”的详情和费用
product-back = 全部产品
product-chain = 产业链
product-rate = 年利率
product-cost-from = { $cost } 起
product-security = 担保方式
product-methods = 还款方式
product-uses = 可用于
product-uses-any = 本企业的正当经营用途
product-fees = 其他费用
product-fees-none = 不另收费
product-fee = { $name } { $rate }（一次性）
product-for-whom = 适合谁
product-for-firms = 依法登记的企业、个体工商户和农民专业合作社
product-for-persons = 依法登记的企业、个体工商户和农民专业合作社，以及农户个人
product-for-districts = 登记在{ $names }
product-for-industries = 行业属于：{ $names }
product-for-renewal = 贷款到期前 60 天内可以申请续贷
product-not-amount = 金额不在范围内
product-not-months = 期限不在范围内
product-not-both = 金额和期限都不在范围内
product-outside = 本产品的范围是{ $range }，下面按最接近的数计算。
product-example = 要花多少钱
product-example-lead = 按本产品的最高利率计算，银行批的利率可能更低。改一改金额和期限，看看每期要还多少。
product-reckon = 重新计算
product-reads =
    { $n ->
       *[other] 银行会看您的 { $n } 项信息
    }
product-reads-lead = 只在您申请并同意以后才能看，只用于审查这次申请，随时可以撤回。
product-item-public = （公开信息）
product-apply-heading = 申请
product-apply-text = 三步填完，约 5 分钟。银行须在接单后 10 个工作日内答复，拒绝必须说明理由。
product-apply = 申请这个产品
product-closed = 这个产品暂停受理。
product-documents = 要准备的材料
product-documents-none = 不需要另外准备材料。
product-documents-note = 平台已有的信息不用再带。银行如果还需要别的，会在申请页面上列出来。
plan-cost = 年化综合成本
plan-cost-hint = 含利息和全部费用
plan-interest = 利息合计
plan-at-rate = 按年利率 { $rate } 计算
plan-at-low = 按最低年利率 { $rate } 计算
plan-total = 一共要还
plan-caption = 还款计划（年利率 { $rate }，单位：元）
plan-due = 还款日
plan-sum = 应还
plan-principal = 本金
plan-interest-part = 利息
plan-rest = 剩余本金
plan-more =
    { $n ->
       *[other] 看后面 { $n } 期
    }
method-about-equal-instalments = 每月还的总数一样，好安排。
method-about-equal-principal = 每月还的本金一样，利息越来越少，前几个月还得多一些。
method-about-interest-monthly = 每月只付利息，最后一次还本金；到期前要准备好本金。
method-about-all-at-end = 到期一次还清本金和利息，期间不用还。
method-about-revolving = 用多少算多少天的利息，随时借、随时还；下表按一次全部用满计算。
method-about-interest-quarterly = 每季付一次利息，本金分几次还。
method-about-seasonal = 本金在收获、销售之后还，平时付利息。
reads-why-n01 = 确认企业是谁、做什么、由谁负责。
reads-why-n02 = 看有没有被处罚、列入经营异常或失信名单。
reads-why-n03 = 看有没有没执行完的判决和失信记录。
reads-why-n04 = 从纳税看收入和经营是否稳定，有没有欠税。
reads-why-n05 = 从参保缴费看用工是否稳定。
reads-why-n06 = 从公积金缴存看用工是否稳定。
reads-why-n07 = 从水电气用量看是否正常生产经营。
reads-why-n08 = 核实不动产的权属、抵押和查封。
reads-why-n09 = 核实专利、商标等权利，作为加分或质押依据。
reads-why-n10 = 了解研发投入和科技资质。
reads-why-n11 = 了解进出口规模和海关信用。
reads-why-n12 = 看环保信用和有没有环境处罚。
reads-why-n13 = 表彰和荣誉可以加分。
reads-why-n14 = 确认合作社、家庭农场等身份和经营情况。
reads-why-l1 = 核实在手的项目、中标和合同。
reads-why-l2 = 看正在审理和执行的案件。
reads-why-l3 = 了解补贴、等级和经营资质。
reads-why-a1 = 了解种养规模、投入和保险。
reads-why-a2 = 核实承包和流转的土地。
reads-why-other = 审查这次申请需要。
