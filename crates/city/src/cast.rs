//! The demo's cast: the first numbers of every city are given fixed parts, so that each story can be told.

use crate::place::{self, PLACES, Place};
use crate::subject::{Course, Kind, TaxPayer};
use crate::time::Day;
use crate::trade::{self, TRADES, Trade};

/// A part in the demo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    ThrivingMaker,
    ThinService,
    PepperCoop,
    HardwareFirm,
    TechFirm,
    DecliningFirm,
    CourtRecords,
    DormantFirm,
    ZhacaiPlant,
    PepperHousehold,
}

/// What the part asks for.
pub(crate) struct Part {
    pub(crate) kind: Kind,
    pub(crate) place: &'static Place,
    pub(crate) trade: &'static Trade,
    pub(crate) course: Course,
    pub(crate) tax: TaxPayer,
    pub(crate) sales_wan: f64,
    pub(crate) established: Day,
}

const ORGANISATIONS: [Role; 9] = [
    Role::ThrivingMaker,
    Role::ThinService,
    Role::PepperCoop,
    Role::HardwareFirm,
    Role::TechFirm,
    Role::DecliningFirm,
    Role::CourtRecords,
    Role::DormantFirm,
    Role::ZhacaiPlant,
];

/// The part of the organisation with that number.
pub(crate) fn role(number: u64) -> Option<Role> {
    usize::try_from(number).ok().and_then(|number| ORGANISATIONS.get(number)).copied()
}

/// The part of the household with that number among households.
pub(crate) fn household_role(number: u64) -> Option<Role> {
    (number == 0).then_some(Role::PepperHousehold)
}

/// What a part asks for; ages are counted back from the city's last day.
pub(crate) fn part(role: Role, until: Day) -> Part {
    use Course::{Declining, Dying, Growing, Steady};
    use Kind::{Cooperative, Enterprise, Household};
    use TaxPayer::{General, Nothing, Small};
    let (kind, place, class, course, tax, sales_wan, years) = match role {
        Role::ThrivingMaker => (Enterprise, "500120", "3670", Growing, General, 4_200.0, 9.3),
        Role::ThinService => (Enterprise, "500103", "7219", Steady, Small, 62.0, 1.4),
        Role::PepperCoop => (Cooperative, "500116", "0163", Growing, Small, 380.0, 7.2),
        Role::HardwareFirm => (Enterprise, "500111", "3322", Steady, General, 860.0, 11.6),
        Role::TechFirm => (Enterprise, "500107", "6513", Growing, General, 1_350.0, 6.1),
        Role::DecliningFirm => (Enterprise, "500106", "3489", Declining, General, 640.0, 12.4),
        Role::CourtRecords => (Enterprise, "500108", "5165", Dying, General, 900.0, 8.7),
        Role::DormantFirm => (Enterprise, "500112", "5011", Steady, Nothing, 40.0, 5.5),
        Role::ZhacaiPlant => (Enterprise, "500102", "1371", Steady, General, 2_100.0, 13.8),
        Role::PepperHousehold => (Household, "500116", "0163", Steady, Nothing, 6.0, 15.0),
    };
    Part {
        kind,
        place: place::find(place).unwrap_or(&PLACES[0]),
        trade: trade::find(class).unwrap_or(&TRADES[0]),
        course,
        tax,
        sales_wan,
        established: until.plus((years * -365.25) as i32),
    }
}

impl Role {
    /// A stable id, and why the part is worth a look, in Chinese and English.
    pub(crate) const fn story(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::ThrivingMaker => (
                "thriving_manufacturer",
                "汽车零部件制造，销售、用电、参保人数同步增长",
                "car parts maker: sales, power and staff grow together",
            ),
            Self::ThinService => {
                ("thin_file_service", "成立不久的服务企业，记录很少", "young service firm with few records")
            }
            Self::PepperCoop => (
                "pepper_cooperative",
                "江津花椒专业合作社，流转土地、投保、领取补贴",
                "Jiangjin pepper co-operative with rented land, insurance and subsidies",
            ),
            Self::HardwareFirm => {
                ("dazu_hardware", "大足龙水五金企业，经营平稳", "Dazu hardware maker in steady business")
            }
            Self::TechFirm => (
                "jiulongpo_technology",
                "九龙坡科技企业，有发明专利、软件著作权和研发投入",
                "Jiulongpo technology firm with inventions, software and research",
            ),
            Self::DecliningFirm => (
                "declining_firm",
                "机械企业，销售与用电逐年下降",
                "machinery firm whose sales and power use decline",
            ),
            Self::CourtRecords => (
                "penalties_and_court_records",
                "有行政处罚、被执行和失信记录的建材贸易企业",
                "building-material trader with penalties, enforcement and dishonest-debtor records",
            ),
            Self::DormantFirm => {
                ("dormant_without_tax", "休眠企业，无纳税申报", "dormant firm that files no tax")
            }
            Self::ZhacaiPlant => (
                "zhacai_plant",
                "涪陵榨菜加工厂，一至三月为收购季",
                "Fuling zhacai plant whose season is January to March",
            ),
            Self::PepperHousehold => (
                "pepper_household",
                "江津花椒种植农户，四类收入可相互印证",
                "Jiangjin pepper-growing household whose four incomes support each other",
            ),
        }
    }
}
