//! Invented names: of firms, people, places, courts and banks. None is meant to be that of anybody real.

use crate::dice::{Dice, mix};
use crate::place::Place;

const FIRST: &[&str] = &[
    "珞", "澹", "皎", "岫", "霁", "翀", "湜", "垚", "骞", "沄", "砚", "筠", "棹", "旻", "璟", "翯", "檀",
    "泠", "峤", "煜", "葳", "渌", "颀", "琤", "昉", "瀞", "樾", "芩", "晔", "箴", "蘅", "淙", "嶙", "钰",
    "穗", "禾", "黛", "砺", "澍", "屿",
];
const SECOND: &[&str] = &[
    "橹", "坻", "缙", "菼", "楫", "芃", "笏", "蕤", "砦", "圩", "栎", "埠", "舸", "溆", "榉", "碛", "峒",
    "蒲", "簌", "垌", "桡", "笕", "梓", "枋", "畹", "蔚", "汀", "塬", "崟", "篁", "葵", "醴", "臬", "楮",
    "莳", "渚", "麓", "磬", "翮", "泮",
];
const THIRD: &[&str] = &[
    "远", "和", "宜", "信", "沛", "朗", "川", "原", "丰", "瑞", "启", "恒", "越", "成", "佑", "润", "凯",
    "益", "创", "冠", "融", "聚", "立", "泽", "达", "来", "本", "初", "方", "同",
];
const SURNAMES: &[&str] = &[
    "王", "李", "张", "刘", "陈", "杨", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭",
    "马", "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧", "程", "曹", "袁", "邓", "许",
    "傅", "沈", "曾", "彭", "吕", "苏", "卢", "蒋", "蔡", "贾", "丁", "魏", "薛", "叶", "阎", "余", "潘",
    "杜", "戴", "夏", "钟", "汪", "田", "任", "姜", "冉", "秦", "向", "谭", "龚", "邹", "熊", "陶", "石",
    "廖", "万", "牟", "代", "敖", "游", "幸", "晏",
];
const GIVEN_A: &[&str] = &[
    "昌", "世", "德", "明", "光", "正", "克", "兴", "永", "先", "朝", "文", "学", "泽", "安", "启", "应",
    "登", "祥", "显", "素", "淑", "玉", "桂", "秀", "春", "晓", "雪", "思", "雨", "若", "清", "静", "慧",
    "佩", "月", "宗", "仕", "廷", "绍",
];
const GIVEN_B: &[&str] = &[
    "海", "勇", "军", "平", "国", "华", "林", "斌", "波", "涛", "刚", "强", "云", "贵", "全", "友", "伦",
    "川", "洪", "奎", "芳", "兰", "英", "琼", "蓉", "梅", "霞", "碧", "群", "容", "莉", "燕", "娟", "丽",
    "萍", "珍", "琴", "莲", "会", "凤",
];
const BANKS: &[&str] = &[
    "缙渝银行",
    "两江民生银行",
    "嘉陵农村商业银行",
    "乌江商业银行",
    "巴渝村镇银行",
    "长江上游银行",
    "缙岭银行",
    "歌乐银行",
    "三峡库区农村商业银行",
    "金佛山村镇银行",
];
const ROADS: &[&str] = &[
    "缙云", "澄江", "白塔", "石桥", "桂花", "金竹", "兴业", "创新", "滨江", "丰收", "龙井", "青杠", "黄桷",
    "东升", "西坪", "荷塘", "双凤", "长岭", "柳荫", "新桥",
];

/// A brand: two rare characters, in big cities three, different for every subject of a block of numbers.
pub(crate) fn brand(seed: u64, number: u64, long: bool) -> String {
    let (first, second, third) = (FIRST.len() as u64, SECOND.len() as u64, THIRD.len() as u64);
    let all = first * second * third;
    let place = (number * 7_919 + mix(seed ^ 0xB7A2) % all) % all;
    let mut text = String::new();
    text.push_str(FIRST[(place % first) as usize]);
    text.push_str(SECOND[(place / first % second) as usize]);
    if long {
        text.push_str(THIRD[(place / first / second % third) as usize]);
    }
    text
}

/// The name of person `number`; the same number is always the same person.
pub(crate) fn person(seed: u64, number: u64) -> String {
    let chance = mix(mix(seed ^ 0x4E41) ^ number);
    let surname = (chance % 100) * ((chance >> 8) & 0xFF) / 255;
    let mut text = String::with_capacity(9);
    text.push_str(SURNAMES[(surname as usize) % SURNAMES.len()]);
    if !(chance >> 16).is_multiple_of(6) {
        text.push_str(GIVEN_A[(chance >> 24) as usize % GIVEN_A.len()]);
    }
    text.push_str(GIVEN_B[(chance >> 36) as usize % GIVEN_B.len()]);
    text
}

/// A mobile number that no operator has given out: the middle block is zero.
pub(crate) fn mobile(seed: u64, number: u64) -> String {
    let chance = mix(mix(seed ^ 0x4D4F) ^ number);
    format!("1{}{}0000{:04}", 3 + chance % 7, (chance >> 8) % 10, (chance >> 16) % 10_000)
}

/// A street address in the district.
pub(crate) fn address(place: &Place, dice: &mut Dice) -> String {
    let town = dice.pick(place.towns);
    let road = dice.pick(ROADS);
    let number = dice.whole(1, 399);
    if dice.chance(0.6) {
        format!("重庆市{}{town}{road}路{number}号{}-{}", place.name, dice.whole(1, 9), dice.whole(1, 32))
    } else {
        format!("重庆市{}{town}{road}路{number}号", place.name)
    }
}

/// A village of the district.
pub(crate) fn village(place: &Place, dice: &mut Dice) -> String {
    format!("{}{}村", dice.pick(place.towns), dice.pick(ROADS))
}

/// The court of the district, and its place in case numbers.
pub(crate) fn court(place: &Place) -> (String, &'static str) {
    (format!("重庆市{}人民法院", place.name), &place.code[2..])
}

/// A lender; the names are made up.
pub(crate) fn bank(dice: &mut Dice) -> &'static str {
    dice.pick(BANKS)
}

/// A road or field name.
pub(crate) fn road(dice: &mut Dice) -> &'static str {
    dice.pick(ROADS)
}

/// The `at`-th of the roads, round and round.
pub(crate) fn road_name(at: usize) -> &'static str {
    ROADS[at % ROADS.len()]
}

/// How many roads have a name.
pub(crate) fn roads() -> usize {
    ROADS.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn brands_do_not_repeat_within_a_block() {
        let brands: BTreeSet<String> = (0..40_000).map(|n| brand(1, n, true)).collect();
        assert_eq!(brands.len(), 40_000);
    }

    #[test]
    fn a_mobile_number_has_eleven_digits_and_an_empty_block() {
        let number = mobile(1, 2);
        assert_eq!(number.len(), 11);
        assert_eq!(&number[3..7], "0000");
    }
}
