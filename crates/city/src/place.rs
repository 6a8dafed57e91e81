//! Where business is done: the districts, how many subjects each has, and what each is known for.

use crate::time::Day;
use crate::trade::{self, Trade};

/// A district or county as it stood before the change of November 2025, when every older registration was made.
#[derive(Debug)]
pub(crate) struct Place {
    /// Division code of the district.
    pub(crate) code: &'static str,
    /// Code on registrations made before the county was upgraded, and the year of the upgrade.
    pub(crate) legacy: Option<(&'static str, i32)>,
    pub(crate) name: &'static str,
    /// The name without its kind, as it stands in company names.
    pub(crate) short: &'static str,
    /// Share of the city's subjects, in parts that need not sum to anything.
    pub(crate) weight: f64,
    /// Share of farm households.
    pub(crate) farm_weight: f64,
    pub(crate) region: Region,
    /// Trades that are far more common here than elsewhere, as class code and share of local subjects.
    pub(crate) known_for: &'static [(&'static str, f64)],
    pub(crate) towns: &'static [&'static str],
}

/// The city's own grouping of its districts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Region {
    Core,
    NewCity,
    NorthEast,
    SouthEast,
}

impl Region {
    /// Wages compared with the core city.
    pub(crate) fn wage_factor(self) -> f64 {
        match self {
            Self::Core => 1.0,
            Self::NewCity => 0.9,
            Self::SouthEast => 0.88,
            Self::NorthEast => 0.84,
        }
    }
}

/// The last day of Jiangbei and Yubei districts.
const LAST_DAY_BEFORE_LIANGJIANG: Day = Day::ymd(2025, 11, 6);

impl Place {
    /// The division code in force on `day`: Jiangbei and Yubei went up in Liangjiang New Area.
    pub(crate) fn division(&self, day: Day) -> &'static str {
        match (self.code, self.legacy) {
            ("500105" | "500112", _) if day > LAST_DAY_BEFORE_LIANGJIANG => "500157",
            (_, Some((old, year))) if day.year() < year => old,
            (code, _) => code,
        }
    }

    /// The division's name on `day`.
    pub(crate) fn name_on(&self, day: Day) -> &'static str {
        if self.division(day) == "500157" { "两江新区" } else { self.name }
    }

    /// The trade a local speciality leads to, if chance says so; `chance` lies in 0..1.
    pub(crate) fn speciality(&self, mut chance: f64) -> Option<&'static Trade> {
        for (class, share) in self.known_for {
            chance -= share;
            if chance < 0.0 {
                return trade::find(class);
            }
        }
        None
    }
}

/// The place with that division code.
pub(crate) fn find(code: &str) -> Option<&'static Place> {
    PLACES.iter().find(|place| place.code == code)
}

/// The place at `chance` (0..1) when places are weighted by `weight`.
pub(crate) fn at(mut chance: f64, weight: fn(&Place) -> f64) -> &'static Place {
    chance *= PLACES.iter().map(weight).sum::<f64>();
    for place in PLACES {
        chance -= weight(place);
        if chance < 0.0 {
            return place;
        }
    }
    &PLACES[PLACES.len() - 1]
}

macro_rules! places {
    ($($code:literal $legacy:expr, $name:literal $short:literal $region:ident $weight:literal $farm:literal
       [$(($class:literal $share:literal)),*] [$($town:literal)*];)*) => {
        /// Every district and county that registers subjects.
        pub(crate) const PLACES: &[Place] = &[$(Place {
            code: $code, legacy: $legacy, name: $name, short: $short, weight: $weight, farm_weight: $farm,
            region: Region::$region, known_for: &[$(($class, $share)),*], towns: &[$($town),*],
        }),*];
    };
}

places! {
    "500101" None, "万州区" "万州" NorthEast 3.6 3.0 [("1371" 0.04), ("0153" 0.03)] ["甘宁镇" "龙沙镇" "分水镇" "太安镇"];
    "500102" None, "涪陵区" "涪陵" NewCity 3.4 8.0 [("1371" 0.12), ("0141" 0.04)] ["百胜镇" "珍溪镇" "南沱镇" "江北街道"];
    "500103" None, "渝中区" "渝中" Core 6.0 0.0 [("7241" 0.03)] ["解放碑街道" "大坪街道" "上清寺街道"];
    "500104" None, "大渡口区" "大渡口" Core 2.4 0.1 [] ["跃进村街道" "八桥镇" "建胜镇"];
    "500105" None, "江北区" "江北" Core 5.6 0.1 [("6513" 0.03)] ["观音桥街道" "鱼嘴镇" "五宝镇"];
    "500106" None, "沙坪坝区" "沙坪坝" Core 6.4 0.2 [] ["土主镇" "歌乐山街道" "青木关镇"];
    "500107" None, "九龙坡区" "九龙坡" Core 11.0 0.3 [("6513" 0.10), ("3989" 0.03), ("6531" 0.03)] ["杨家坪街道" "二郎街道" "白市驿镇" "西彭镇"];
    "500108" None, "南岸区" "南岸" Core 5.6 0.2 [] ["南坪街道" "迎龙镇" "长生桥镇"];
    "500109" None, "北碚区" "北碚" Core 3.0 0.6 [("3989" 0.02)] ["蔡家岗街道" "静观镇" "柳荫镇"];
    "500110" Some(("500222", 2011)), "綦江区" "綦江" NewCity 2.2 1.6 [] ["古南街道" "永城镇" "郭扶镇"];
    "500111" Some(("500225", 2011)), "大足区" "大足" NewCity 2.4 1.4 [("3322" 0.10), ("3321" 0.06), ("5174" 0.05)] ["龙水镇" "珠溪镇" "宝顶镇"];
    "500112" None, "渝北区" "渝北" Core 9.0 0.8 [("6513" 0.04), ("3670" 0.03), ("3989" 0.02)] ["龙溪街道" "双龙湖街道" "统景镇" "大湾镇"];
    "500113" None, "巴南区" "巴南" Core 3.8 0.9 [] ["鱼洞街道" "东温泉镇" "石滩镇"];
    "500114" None, "黔江区" "黔江" SouthEast 1.2 1.4 [] ["城东街道" "石会镇" "黑溪镇"];
    "500115" None, "长寿区" "长寿" NewCity 2.0 1.4 [("0153" 0.02)] ["晏家街道" "云台镇" "长寿湖镇"];
    "500116" None, "江津区" "江津" NewCity 4.2 12.0 [("0163" 0.06), ("1469" 0.03), ("5123" 0.02)] ["先锋镇" "吴滩镇" "慈云镇" "德感街道"];
    "500117" None, "合川区" "合川" NewCity 2.8 2.4 [("0313" 0.02)] ["钱塘镇" "三庙镇" "双槐镇"];
    "500118" None, "永川区" "永川" NewCity 2.8 1.6 [("6513" 0.02)] ["朱沱镇" "板桥镇" "五间镇"];
    "500119" None, "南川区" "南川" NewCity 1.5 1.2 [("7291" 0.02), ("6130" 0.03)] ["大观镇" "金山镇" "鸣玉镇"];
    "500120" Some(("500227", 2014)), "璧山区" "璧山" NewCity 2.5 2.6 [("0163" 0.03), ("3670" 0.05)] ["璧城街道" "七塘镇" "八塘镇"];
    "500151" Some(("500224", 2014)), "铜梁区" "铜梁" NewCity 1.8 1.4 [] ["巴川街道" "安居镇" "蒲吕街道"];
    "500152" Some(("500223", 2015)), "潼南区" "潼南" NewCity 1.5 2.6 [("0153" 0.06)] ["柏梓镇" "太安镇" "崇龛镇"];
    "500153" Some(("500226", 2015)), "荣昌区" "荣昌" NewCity 1.8 2.6 [("0313" 0.06)] ["昌元街道" "清江镇" "吴家镇"];
    "500154" Some(("500234", 2016)), "开州区" "开州" NorthEast 2.2 2.4 [("0153" 0.03)] ["汉丰街道" "长沙镇" "临江镇"];
    "500155" Some(("500228", 2016)), "梁平区" "梁平" NorthEast 1.3 1.6 [] ["屏锦镇" "礼让镇" "合兴街道"];
    "500156" Some(("500232", 2016)), "武隆区" "武隆" SouthEast 1.0 1.0 [("6130" 0.08), ("7869" 0.03), ("6110" 0.02)] ["仙女山街道" "火炉镇" "江口镇"];
    "500229" None, "城口县" "城口" NorthEast 0.6 0.7 [("1353" 0.06)] ["葛城街道" "修齐镇" "高观镇"];
    "500230" None, "丰都县" "丰都" NorthEast 1.2 3.4 [("1371" 0.06), ("0141" 0.03)] ["三合街道" "社坛镇" "高家镇"];
    "500231" None, "垫江县" "垫江" NorthEast 1.2 1.4 [] ["桂溪街道" "澄溪镇" "高安镇"];
    "500233" None, "忠县" "忠县" NorthEast 1.2 1.6 [("0153" 0.06)] ["忠州街道" "新立镇" "拔山镇"];
    "500235" None, "云阳县" "云阳" NorthEast 1.5 2.8 [("0153" 0.05)] ["双江街道" "江口镇" "南溪镇"];
    "500236" None, "奉节县" "奉节" NorthEast 1.3 6.0 [("0153" 0.12), ("5123" 0.03)] ["夔门街道" "草堂镇" "安坪镇"];
    "500237" None, "巫山县" "巫山" NorthEast 1.0 2.2 [("0153" 0.04), ("7869" 0.02)] ["高唐街道" "曲尺乡" "大昌镇"];
    "500238" None, "巫溪县" "巫溪" NorthEast 0.8 1.0 [] ["柏杨街道" "文峰镇" "尖山镇"];
    "500240" None, "石柱土家族自治县" "石柱" SouthEast 1.0 2.4 [("0141" 0.06), ("6130" 0.03)] ["万安街道" "三河镇" "龙沙镇"];
    "500241" None, "秀山土家族苗族自治县" "秀山" SouthEast 1.1 1.0 [("5292" 0.03)] ["中和街道" "清溪场镇" "隘口镇"];
    "500242" None, "酉阳土家族苗族自治县" "酉阳" SouthEast 1.1 2.6 [("0163" 0.04)] ["钟多街道" "龙潭镇" "麻旺镇"];
    "500243" None, "彭水苗族土家族自治县" "彭水" SouthEast 1.1 1.2 [] ["汉葭街道" "保家镇" "郁山镇"];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jiangbei_registers_in_liangjiang_from_november_2025() {
        let jiangbei = find("500105").expect("listed");
        assert_eq!(jiangbei.division(Day::ymd(2025, 11, 6)), "500105");
        assert_eq!(jiangbei.division(Day::ymd(2025, 11, 7)), "500157");
        assert_eq!(jiangbei.name_on(Day::ymd(2026, 1, 1)), "两江新区");
        assert_eq!(find("500154").expect("listed").division(Day::ymd(2010, 1, 1)), "500234");
    }

    #[test]
    fn every_speciality_is_a_trade() {
        for place in PLACES {
            for (class, _) in place.known_for {
                assert!(trade::find(class).is_some(), "{class}");
            }
        }
    }
}
