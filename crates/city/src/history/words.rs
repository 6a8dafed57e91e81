//! What people write on orders: uses, notes, papers, and why banks refuse.

use crate::dice::Dice;
use crate::subject::{Course, Subject, TaxPayer};
use crate::trade::Segment;

/// A coded reason with texts that a bank might write under it.
type Reason = (&'static str, &'static [&'static str]);

const ADMISSION: Reason = (
    "R01",
    &[
        "企业成立时间未满产品要求的两年，建议经营满两年后再申请",
        "所属行业目前不在本产品支持范围内，可咨询本行其他产品",
        "经营规模低于本产品的准入标准，建议先申请小额信用产品",
    ],
);
const LISTED: Reason = (
    "R02",
    &[
        "企业因年报未报被列入经营异常名录，请移出后再申请",
        "登记住所无法联系的异常记录尚未移出，请先办理住所变更和移出手续",
    ],
);
const CREDIT: Reason = (
    "R03",
    &[
        "法定代表人名下信用卡近两年有多次逾期记录，请结清并保持正常还款",
        "企业在他行有一笔贷款目前处于逾期状态，请先归还逾期本息",
        "法定代表人为他人担保的贷款已形成逾期，担保责任尚未解除",
    ],
);
const COURT: Reason = (
    "R04",
    &[
        "企业有未履行完毕的被执行案件，请履行后更新司法记录再申请",
        "存在标的较大的未决买卖合同诉讼，可能影响还款，建议结案后再申请",
    ],
);
const TAX: Reason = (
    "R05",
    &[
        "近十二个月有四次以上零申报，纳税记录不足以核定额度",
        "纳税信用等级为D级，需待下一年度重新评级后再申请",
        "纳税申报的销售收入与银行流水差异较大，请先核对更正申报",
    ],
);
const DUES: Reason = (
    "R06",
    &["近半年有两个月社保欠缴，请补缴并正常缴纳三个月后再申请", "电费存在两期欠费记录，请缴清后再申请"],
);
const DEBT: Reason = (
    "R07",
    &[
        "现有银行贷款余额已超过上年销售收入的六成，负债水平偏高",
        "企业已在四家银行有未结清授信，建议归还部分贷款后再申请",
        "申请金额加上现有负债后，资产负债率超过七成",
    ],
);
const CASH: Reason = (
    "R08",
    &[
        "近一年经营性现金流不足以覆盖新增贷款的本息",
        "近六个月销售收入同比下降超过三成，还款来源不稳定",
        "主要客户回款周期较长，账户日均余额偏低，建议降低申请金额",
        "上年度净利润为负，短期内还款能力不足，建议扭亏后再申请",
    ],
);
const PAPERS: Reason =
    ("R09", &["多次提醒后仍未提供近六个月的账户流水", "购销合同和发票未能提供，无法核实贷款用途"]);
const UNTRUE: Reason = (
    "R10",
    &[
        "提供的租赁合同与实地走访的经营场所不一致，无法核实",
        "提供的购销合同对方单位反映无此笔交易，请核对材料",
    ],
);
const PURPOSE: Reason = (
    "R11",
    &["拟将贷款用于归还民间借款，不属于经营用途", "贷款用途涉及购买理财产品，不符合信贷资金用途规定"],
);
const SECURITY: Reason = (
    "R12",
    &[
        "抵押物评估价值低于申请金额的要求，建议追加担保或降低金额",
        "保证人收入不足以承担保证责任，可考虑政府性融资担保产品",
    ],
);
const GONE: Reason = (
    "R13",
    &[
        "连续三个工作日多次拨打预留电话均无人接听，无法联系企业",
        "企业表示已通过其他渠道解决资金需求，主动放弃本次申请",
    ],
);
const GROUP: Reason = (
    "R14",
    &["企业与同一实际控制人名下其他公司合计授信已达集团限额", "关联企业授信集中度已达上限，暂不能新增授信"],
);
const QUOTA: Reason = (
    "R15",
    &[
        "本季度该产品信贷规模已用完，建议下季度或向其他银行申请",
        "经营地不在本行服务区域内，建议向当地银行申请",
    ],
);
const OTHER: Reason = (
    "R99",
    &["企业经营场所位于征收范围内，预计年内搬迁，搬迁后的经营安排尚未确定，请在新场所稳定经营后再申请"],
);

/// Why a bank refuses this firm: what fits it, and now and then anything.
pub(super) fn refusal(
    who: &Subject,
    young: bool,
    secured: bool,
    dice: &mut Dice,
) -> (&'static str, &'static str) {
    let weights = [
        (ADMISSION, if young { 9.0 } else { 1.2 }),
        (LISTED, 0.6),
        (CREDIT, if who.course == Course::Dying { 6.0 } else { 1.0 }),
        (COURT, if who.course == Course::Dying { 6.0 } else { 0.4 }),
        (TAX, if who.tax == TaxPayer::Nothing { 5.0 } else { 0.9 }),
        (DUES, 0.6),
        (DEBT, 2.2),
        (CASH, if who.course == Course::Declining { 8.0 } else { 2.6 }),
        (PAPERS, 1.3),
        (UNTRUE, 0.4),
        (PURPOSE, 0.5),
        (SECURITY, if secured { 5.0 } else { 0.4 }),
        (GONE, 0.9),
        (GROUP, 0.2),
        (QUOTA, 0.7),
        (OTHER, 0.2),
    ];
    let (code, texts) = dice.weighted(&weights);
    (code, dice.pick(texts))
}

/// Why a bank does not take an order at all.
pub(super) fn declined(dice: &mut Dice) -> (&'static str, &'static str) {
    let (code, texts) = dice.weighted(&[(QUOTA, 3.0), (ADMISSION, 1.0), (GROUP, 0.3)]);
    (code, dice.pick(texts))
}

/// What the money is for: a code the product allows, and the firm's own words.
pub(super) fn purpose(who: &Subject, allowed: &[String], dice: &mut Dice) -> (String, String) {
    let usual: &[(&str, f64)] = match who.trade.segment {
        Segment::Farm => &[("farming", 6.0), ("purchase", 1.0)],
        Segment::Plant | Segment::FoodPlant => &[("purchase", 6.0), ("equipment", 3.0), ("wages", 1.0)],
        Segment::Tech => &[("research", 4.0), ("wages", 2.0), ("purchase", 1.0)],
        Segment::Catering | Segment::Travel => &[("premises", 3.0), ("purchase", 3.0), ("wages", 1.0)],
        _ => &[("purchase", 6.0), ("wages", 1.5), ("premises", 1.0)],
    };
    let fits = |code: &str| allowed.is_empty() || allowed.iter().any(|own| own == code);
    let choices: Vec<(&str, f64)> = usual.iter().copied().filter(|(code, _)| fits(code)).collect();
    let code = if choices.is_empty() {
        allowed.first().map_or("purchase", String::as_str)
    } else {
        dice.weighted(&choices)
    };
    let goods = who.trade.goods;
    let words = match code {
        "farming" => format!("购买种苗、肥料和农资，用于{goods}生产"),
        "equipment" => format!("更新{goods}生产设备"),
        "wages" => "发放员工工资和缴纳社保".to_owned(),
        "research" => format!("{goods}新产品研发投入"),
        "premises" => "支付经营场所租金和装修费用".to_owned(),
        "purchase" => format!("采购{goods}及原材料，补充流动资金"),
        _ => "补充日常经营周转资金".to_owned(),
    };
    (code.to_owned(), words)
}

/// What the officer notes after the first contact.
pub(super) fn contact(dice: &mut Dice) -> (&'static str, &'static str) {
    dice.pick(&[
        ("phone", "已电话联系法定代表人，核实用途并约定上门时间"),
        ("phone", "已与企业联系，说明所需材料和办理流程"),
        ("visit", "上门走访，初步了解经营场所和人员情况"),
        ("office", "企业负责人到网点面谈，现场收取部分材料"),
        ("message", "已发送材料清单，企业确认收到"),
    ])
}

/// What the survey found.
pub(super) fn conclusion(good: bool, dice: &mut Dice) -> &'static str {
    if good {
        dice.pick(&[
            "已实地走访，经营正常，账户流水与申报收入基本相符，建议授信",
            "主要客户稳定，纳税和社保缴纳正常，还款来源有保障，建议批准",
            "订单充足，设备开工正常，负责人从业多年，风险可控，建议给予授信",
        ])
    } else {
        dice.pick(&[
            "经营波动较大，现金流偏紧，请审批人重点关注还款来源",
            "已完成走访，材料齐全，部分数据与流水有差异，提请审批决定",
            "现有负债较高，建议审慎核定或不予授信",
        ])
    }
}

/// Papers that a bank asks for later.
pub(super) fn materials(dice: &mut Dice) -> Vec<&'static str> {
    const PAPERS: [&str; 7] = [
        "近六个月对公账户流水",
        "近一期财务报表",
        "主要购销合同",
        "经营场所租赁合同",
        "上年度增值税申报表",
        "股东会同意借款决议",
        "法定代表人征信查询授权书",
    ];
    let first = dice.below(PAPERS.len());
    (0..=dice.below(3)).map(|more| PAPERS[(first + more * 2) % PAPERS.len()]).collect()
}

/// What the firm says when it hands them in.
pub(super) fn supplied(dice: &mut Dice) -> &'static str {
    dice.pick(&["已按清单补充上传", "材料已补齐，原件可到网点核验", "已补充盖章扫描件"])
}

/// Why the firm takes its order back.
pub(super) fn withdrawn(dice: &mut Dice) -> &'static str {
    dice.pick(&[
        "资金已由股东借款解决，暂不需要",
        "客户提前回款，暂不需要贷款",
        "已在其他银行办理",
        "计划调整，以后再申请",
    ])
}
