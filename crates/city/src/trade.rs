//! What business is done: trades with the ratios that tie sales, people, power, water and tax together.

/// The kind of business, as a lender would group it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    Farm,
    FoodPlant,
    Plant,
    Build,
    Wholesale,
    Retail,
    Catering,
    Travel,
    Transport,
    Tech,
    Service,
}

impl Segment {
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Farm => "farm",
            Self::FoodPlant => "food_processing",
            Self::Plant => "manufacturing",
            Self::Build => "construction",
            Self::Wholesale => "wholesale",
            Self::Retail => "retail",
            Self::Catering => "catering",
            Self::Travel => "tourism",
            Self::Transport => "transport",
            Self::Tech => "technology",
            Self::Service => "services",
        }
    }

    /// Makes things, so that its power use follows its output.
    pub(crate) const fn makes(self) -> bool {
        matches!(self, Self::FoodPlant | Self::Plant)
    }
}

/// How business runs over the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Season {
    /// Steady but for the weeks of the Spring Festival.
    Even,
    /// Holidays in May and October, and the hot summer.
    Tourism,
    /// Green pepper is picked from May to August.
    Pepper,
    /// Mustard stems come in from January to March.
    Mustard,
    /// Oranges are sold from November to May.
    Orange,
    /// Before the Spring Festival people buy.
    Festival,
    /// Building stops in winter.
    Site,
}

/// One trade: a class of GB/T 4754-2017 with its usual figures.
#[derive(Debug)]
pub(crate) struct Trade {
    /// Four-digit class.
    pub(crate) class: &'static str,
    /// The word that stands in company names.
    pub(crate) word: &'static str,
    /// What it sells, for scopes, contracts and products.
    pub(crate) goods: &'static str,
    pub(crate) segment: Segment,
    pub(crate) season: Season,
    /// Weights among enterprises and among individual businesses.
    pub(crate) share: (f64, f64),
    /// Median yearly sales of an enterprise, 10,000 yuan.
    pub(crate) sales_wan: f64,
    /// Yearly sales per head, 10,000 yuan.
    pub(crate) sales_per_head_wan: f64,
    /// Kilowatt-hours and cubic metres of water per 10,000 yuan of sales.
    pub(crate) power: f64,
    pub(crate) water: f64,
    /// Share of subjects with a gas meter of their own.
    pub(crate) gas: f64,
    /// VAT paid by sales, cost by sales.
    pub(crate) vat: f64,
    pub(crate) cost: f64,
}

/// The trade of that class.
pub(crate) fn find(class: &str) -> Option<&'static Trade> {
    TRADES.iter().find(|trade| trade.class == class)
}

/// The trade at `chance` (0..1) among enterprises, or among individual businesses.
pub(crate) fn at(mut chance: f64, individual: bool) -> &'static Trade {
    let weight = |trade: &Trade| if individual { trade.share.1 } else { trade.share.0 };
    chance *= TRADES.iter().map(weight).sum::<f64>();
    for trade in TRADES {
        chance -= weight(trade);
        if chance < 0.0 {
            return trade;
        }
    }
    &TRADES[0]
}

/// Sales of a month compared with the yearly mean; months are 1 to 12.
pub(crate) fn season(season: Season, month: i32) -> f64 {
    const EVEN: [f64; 12] = [0.95, 0.72, 1.0, 1.0, 1.02, 1.02, 1.0, 1.0, 1.04, 1.02, 1.08, 1.15];
    const TOURISM: [f64; 12] = [0.7, 0.95, 0.75, 0.95, 1.3, 0.9, 1.4, 1.5, 0.9, 1.5, 0.65, 0.5];
    const PEPPER: [f64; 12] = [0.6, 0.4, 0.5, 0.6, 1.2, 2.2, 2.3, 1.7, 0.9, 0.6, 0.5, 0.5];
    const MUSTARD: [f64; 12] = [1.5, 1.5, 1.8, 1.1, 0.8, 0.8, 0.8, 0.8, 0.7, 0.7, 0.7, 0.8];
    const ORANGE: [f64; 12] = [1.9, 1.3, 1.3, 1.2, 0.8, 0.3, 0.2, 0.2, 0.3, 0.7, 1.5, 2.3];
    const FESTIVAL: [f64; 12] = [1.4, 0.8, 0.9, 0.9, 1.0, 0.95, 0.9, 0.9, 1.05, 1.05, 1.0, 1.15];
    const SITE: [f64; 12] = [0.8, 0.35, 0.9, 1.1, 1.1, 1.1, 1.0, 0.95, 1.1, 1.1, 1.15, 1.35];
    let table = match season {
        Season::Even => &EVEN,
        Season::Tourism => &TOURISM,
        Season::Pepper => &PEPPER,
        Season::Mustard => &MUSTARD,
        Season::Orange => &ORANGE,
        Season::Festival => &FESTIVAL,
        Season::Site => &SITE,
    };
    table[(month - 1).rem_euclid(12) as usize]
}

macro_rules! trades {
    ($($class:literal $word:literal $goods:literal $segment:ident $season:ident ($ent:literal $ind:literal)
       $sales:literal $head:literal $power:literal $water:literal $gas:literal $vat:literal $cost:literal;)*) => {
        /// The trades of the city; shares follow the census communiqués of its districts.
        pub(crate) const TRADES: &[Trade] = &[$(Trade {
            class: $class, word: $word, goods: $goods, segment: Segment::$segment, season: Season::$season,
            share: ($ent, $ind), sales_wan: $sales, sales_per_head_wan: $head, power: $power, water: $water,
            gas: $gas, vat: $vat, cost: $cost,
        }),*];
    };
}

trades! {
    "0111" "农业" "稻谷" Farm Even (0.4 0.5) 60.0 18.0 60.0 20.0 0.0 0.002 0.82;
    "0141" "蔬菜种植" "鲜菜" Farm Mustard (0.5 0.5) 70.0 18.0 90.0 30.0 0.0 0.002 0.8;
    "0153" "果业" "柑橘" Farm Orange (0.6 0.6) 90.0 20.0 80.0 25.0 0.0 0.002 0.78;
    "0163" "花椒" "青花椒" Farm Pepper (0.4 0.4) 90.0 20.0 120.0 20.0 0.0 0.002 0.78;
    "0313" "畜牧" "生猪" Farm Even (0.5 0.5) 150.0 40.0 110.0 60.0 0.02 0.001 0.86;
    "1353" "食品" "腌腊肉制品" FoodPlant Festival (0.5 0.6) 300.0 55.0 260.0 20.0 0.4 0.026 0.8;
    "1371" "榨菜食品" "榨菜" FoodPlant Mustard (0.4 0.5) 400.0 60.0 240.0 45.0 0.3 0.027 0.76;
    "1431" "粮油食品" "米面制品" FoodPlant Even (0.6 1.0) 260.0 60.0 280.0 12.0 0.3 0.02 0.84;
    "1469" "调味品" "花椒调味品" FoodPlant Pepper (0.4 0.3) 350.0 65.0 250.0 15.0 0.35 0.028 0.75;
    "1530" "茶业" "绿茶" FoodPlant Even (0.2 0.2) 180.0 45.0 300.0 6.0 0.1 0.025 0.7;
    "2110" "家具" "木制家具" Plant Even (0.6 0.6) 260.0 50.0 170.0 2.0 0.03 0.03 0.78;
    "2319" "印务" "包装印刷品" Plant Even (0.6 0.1) 320.0 55.0 260.0 2.0 0.02 0.032 0.77;
    "2926" "塑料制品" "塑料容器" Plant Even (1.0 0.1) 420.0 65.0 480.0 3.0 0.02 0.03 0.8;
    "3021" "建材" "水泥制品" Plant Site (0.8 0.3) 600.0 85.0 200.0 8.0 0.02 0.035 0.82;
    "3311" "金属结构" "钢结构件" Plant Site (1.2 0.3) 520.0 75.0 210.0 2.0 0.05 0.03 0.83;
    "3321" "刀具" "刀具刃具" Plant Even (0.25 0.25) 300.0 48.0 300.0 3.0 0.12 0.031 0.78;
    "3322" "五金制造" "手工具" Plant Even (0.4 0.4) 320.0 50.0 310.0 3.0 0.12 0.031 0.79;
    "3489" "机械" "通用零部件" Plant Even (1.8 0.3) 480.0 60.0 330.0 3.0 0.05 0.032 0.79;
    "3525" "模具" "精密模具" Plant Even (0.9 0.1) 420.0 55.0 290.0 2.0 0.02 0.034 0.75;
    "3670" "汽车零部件" "汽车零部件" Plant Even (1.8 0.05) 1100.0 80.0 260.0 3.0 0.06 0.03 0.82;
    "3752" "摩托车配件" "摩托车零部件" Plant Even (0.9 0.1) 700.0 70.0 270.0 3.0 0.05 0.03 0.82;
    "3841" "新能源" "锂电池组" Plant Even (0.15 0.0) 2500.0 110.0 330.0 4.0 0.04 0.028 0.82;
    "3989" "电子科技" "电子元件" Plant Even (0.8 0.0) 900.0 75.0 240.0 3.0 0.02 0.03 0.8;
    "4710" "建筑工程" "房屋建筑施工" Build Site (2.2 0.2) 800.0 60.0 28.0 2.0 0.01 0.025 0.88;
    "4910" "机电安装" "机电安装工程" Build Site (1.4 0.2) 350.0 50.0 18.0 1.0 0.01 0.025 0.85;
    "5011" "装饰工程" "装饰装修工程" Build Site (2.2 0.6) 240.0 50.0 15.0 1.0 0.0 0.025 0.84;
    "5123" "农产品" "果品蔬菜" Wholesale Festival (2.2 3.0) 300.0 160.0 14.0 1.0 0.0 0.004 0.92;
    "5165" "建材贸易" "建筑材料" Wholesale Site (6.0 2.0) 420.0 190.0 3.0 0.2 0.0 0.011 0.93;
    "5174" "五金贸易" "五金产品" Wholesale Even (2.5 1.2) 320.0 150.0 3.0 0.2 0.0 0.011 0.91;
    "5176" "信息技术" "计算机及辅助设备" Wholesale Even (3.5 0.5) 350.0 160.0 3.0 0.2 0.0 0.011 0.91;
    "5127" "酒业" "酒水饮料" Wholesale Festival (2.5 1.5) 320.0 150.0 4.0 0.2 0.0 0.012 0.89;
    "5211" "百货" "日用百货" Retail Festival (4.5 9.0) 110.0 70.0 60.0 2.0 0.0 0.01 0.87;
    "5213" "便利店" "食品饮料" Retail Festival (1.5 16.0) 60.0 50.0 150.0 3.0 0.0 0.01 0.85;
    "5223" "生鲜" "果品蔬菜" Retail Festival (1.5 10.0) 60.0 45.0 110.0 6.0 0.0 0.003 0.86;
    "5232" "服饰" "服装鞋帽" Retail Even (2.0 8.0) 70.0 45.0 70.0 2.0 0.0 0.01 0.75;
    "5281" "五金" "五金灯具" Retail Even (1.2 4.0) 70.0 55.0 40.0 1.0 0.0 0.01 0.82;
    "5251" "大药房" "药品" Retail Even (0.8 1.5) 130.0 60.0 70.0 1.0 0.0 0.012 0.76;
    "5292" "电子商务" "网络商品" Retail Festival (5.5 3.0) 160.0 70.0 12.0 0.3 0.0 0.012 0.85;
    "5431" "物流" "道路货运" Transport Even (2.6 4.5) 260.0 55.0 8.0 1.0 0.0 0.025 0.86;
    "5930" "冷链仓储" "低温仓储" Transport Festival (0.5 0.1) 350.0 60.0 560.0 6.0 0.0 0.028 0.8;
    "6020" "快递" "快递服务" Transport Festival (0.4 0.5) 260.0 28.0 20.0 1.0 0.0 0.02 0.86;
    "6110" "酒店管理" "住宿餐饮" Travel Tourism (0.5 0.3) 350.0 22.0 420.0 60.0 0.5 0.022 0.7;
    "6130" "民宿" "民宿服务" Travel Tourism (0.2 1.2) 60.0 18.0 480.0 60.0 0.2 0.01 0.6;
    "7291" "旅行社" "旅行服务" Travel Tourism (0.5 0.0) 300.0 60.0 6.0 0.5 0.0 0.012 0.9;
    "7869" "景区管理" "景区游览" Travel Tourism (0.2 0.0) 500.0 25.0 180.0 40.0 0.1 0.02 0.65;
    "6210" "餐饮" "餐饮服务" Catering Festival (2.2 11.0) 110.0 22.0 520.0 90.0 0.7 0.014 0.62;
    "6291" "小吃" "特色小吃" Catering Even (0.4 9.5) 40.0 16.0 600.0 80.0 0.5 0.006 0.6;
    "6513" "软件" "应用软件" Tech Even (3.8 0.0) 260.0 38.0 20.0 1.0 0.0 0.032 0.6;
    "6531" "信息系统" "信息系统集成" Tech Even (2.0 0.0) 380.0 55.0 14.0 0.8 0.0 0.03 0.7;
    "7484" "工程设计" "工程设计" Service Even (1.8 0.0) 260.0 35.0 12.0 1.0 0.0 0.03 0.65;
    "7519" "科技推广" "技术推广服务" Tech Even (3.6 0.0) 160.0 40.0 14.0 1.0 0.0 0.026 0.66;
    "7020" "物业管理" "物业服务" Service Even (1.2 0.1) 260.0 12.0 60.0 20.0 0.02 0.03 0.8;
    "7241" "财税咨询" "会计税务服务" Service Even (1.0 0.2) 90.0 22.0 12.0 1.0 0.0 0.024 0.6;
    "7259" "广告传媒" "广告服务" Service Even (2.6 0.5) 120.0 38.0 14.0 1.0 0.0 0.024 0.72;
    "7269" "人力资源" "人力资源服务" Service Even (2.4 0.0) 300.0 14.0 6.0 0.5 0.0 0.02 0.9;
    "7219" "企业管理" "企业管理服务" Service Even (4.6 0.3) 120.0 40.0 12.0 1.0 0.0 0.024 0.7;
    "7452" "检测技术" "检测服务" Tech Even (0.6 0.0) 320.0 34.0 70.0 4.0 0.02 0.034 0.6;
    "8040" "美容美发" "美容美发服务" Service Festival (0.8 8.0) 40.0 14.0 260.0 60.0 0.05 0.006 0.55;
    "8111" "汽车服务" "汽车维修" Service Even (1.0 4.0) 90.0 24.0 120.0 12.0 0.0 0.014 0.68;
    "8010" "家政服务" "家庭服务" Service Festival (0.8 1.6) 60.0 12.0 12.0 1.0 0.0 0.008 0.8;
    "8391" "职业培训" "职业技能培训" Service Even (0.9 0.1) 120.0 24.0 40.0 4.0 0.0 0.02 0.65;
    "7215" "集体经济" "集体资产经营" Farm Even (0.0 0.0) 30.0 15.0 20.0 2.0 0.0 0.004 0.7;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_season_averages_to_a_plain_year() {
        for kind in
            [Season::Even, Season::Tourism, Season::Pepper, Season::Mustard, Season::Orange, Season::Site]
        {
            let year: f64 = (1..=12).map(|month| season(kind, month)).sum();
            assert!((year - 12.0).abs() < 0.35, "{kind:?} {year}");
        }
    }
}
