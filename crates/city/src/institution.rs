//! The city's banks with their branches and people: 72 banks, some 1,200 branches, some 3,000 customer managers. Big
//! banks have most of them. All are invented; those that offer products carry the names in the product files.

use jiff::civil::Date;
use jq_base::lang::Lang;
use jq_catalog::Catalog;

use crate::CityError;
use crate::dice::Dice;
use crate::names;
use crate::place::{self, PLACES, Place};
use crate::shelf::Shelf;
use crate::time::Day;

/// Banks of the city.
pub const BANKS: usize = 72;
/// Branches of the first banks, which are those that offer products.
const BRANCHES: [usize; 12] = [156, 98, 124, 66, 112, 42, 18, 54, 60, 6, 72, 34];
/// Branches that the other banks share.
const BRANCHES_OTHER: f64 = 374.0;
/// First person number of the banks' people; subjects stay far below.
const PEOPLE: u64 = 1 << 44;

/// Banks that work all over the city.
const CITY_BANKS: [(&str, &str); 28] = [
    ("云篆银行", "Yunzhuan Bank"),
    ("铜锣银行", "Tongluo Bank"),
    ("黄桷商业银行", "Huangjue Commercial Bank"),
    ("白塔银行", "Baita Bank"),
    ("明月峡银行", "Mingyuexia Bank"),
    ("歌乐商业银行", "Gele Commercial Bank"),
    ("洪崖银行", "Hongya Bank"),
    ("佛图关银行", "Fotuguan Bank"),
    ("南山农商行", "Nanshan Rural Commercial Bank"),
    ("石桥农商行", "Shiqiao Rural Commercial Bank"),
    ("金竹农商行", "Jinzhu Rural Commercial Bank"),
    ("丰收坝农商行", "Fengshouba Rural Commercial Bank"),
    ("桂花银行", "Guihua Bank"),
    ("青杠商业银行", "Qinggang Commercial Bank"),
    ("双凤银行", "Shuangfeng Bank"),
    ("长岭农商行", "Changling Rural Commercial Bank"),
    ("柳荫银行", "Liuyin Bank"),
    ("荷塘商业银行", "Hetang Commercial Bank"),
    ("朝天科技银行", "Chaotian Technology Bank"),
    ("鱼洞溪银行", "Yudongxi Bank"),
    ("渡口农商行", "Dukou Rural Commercial Bank"),
    ("川东岭银行", "Chuandongling Bank"),
    ("望江商业银行", "Wangjiang Commercial Bank"),
    ("平湖渡银行", "Pinghudu Bank"),
    ("北泉银行", "Beiquan Bank"),
    ("大渡商业银行", "Dadu Commercial Bank"),
    ("鹿角农商行", "Lujiao Rural Commercial Bank"),
    ("天生桥银行", "Tianshengqiao Bank"),
];
/// What village banks are called beside their district.
const VILLAGE_BANKS: [(&str, &str); 32] = [
    ("青禾", "Qinghe"),
    ("禾穗", "Hesui"),
    ("润田", "Runtian"),
    ("惠乡", "Huixiang"),
    ("山泉", "Shanquan"),
    ("橙乡", "Chengxiang"),
    ("竹海", "Zhuhai"),
    ("云岭", "Yunling"),
    ("溪谷", "Xigu"),
    ("桃源", "Taoyuan"),
    ("茶山", "Chashan"),
    ("稻香", "Daoxiang"),
    ("松涛", "Songtao"),
    ("兰溪", "Lanxi"),
    ("枫林", "Fenglin"),
    ("梅坪", "Meiping"),
    ("银杏", "Yinxing"),
    ("石榴", "Shiliu"),
    ("杉木", "Shanmu"),
    ("柏林", "Bolin"),
    ("荞麦", "Qiaomai"),
    ("清溪", "Qingxi"),
    ("白鹤", "Baihe"),
    ("红豆", "Hongdou"),
    ("月湖", "Yuehu"),
    ("泉水", "Quanshui"),
    ("古渡", "Gudu"),
    ("桑园", "Sangyuan"),
    ("百果", "Baiguo"),
    ("双河", "Shuanghe"),
    ("碧潭", "Bitan"),
    ("晨曦", "Chenxi"),
];

/// A bank of the city.
#[derive(Clone, Debug)]
pub struct Bank {
    /// `bank01` to `bank72`.
    pub id: String,
    /// Its name in Chinese.
    pub name_zh: String,
    /// Its name in English.
    pub name_en: String,
    /// Where its head office is, as a district code.
    pub district: String,
    /// Its branches, by number.
    pub branches: Vec<Branch>,
    /// Its people: the head office's first, then branch by branch.
    pub staff: Vec<Employee>,
}

/// A branch of a bank.
#[derive(Clone, Debug)]
pub struct Branch {
    /// Such as `bank01-007`.
    pub id: String,
    /// Its name in Chinese.
    pub name_zh: String,
    /// Its name in English.
    pub name_en: String,
    /// The district it is in, by the code in force.
    pub district: String,
    /// The district as firms that were registered earlier carry it.
    pub(crate) place: &'static str,
}

/// What an employee of a bank does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Post {
    /// Customer manager.
    Officer,
    /// Decides on loans.
    Approver,
    /// Watches the bank's or branch's orders.
    Admin,
}

impl Post {
    const fn word(self) -> &'static str {
        match self {
            Self::Officer => "officer",
            Self::Approver => "approver",
            Self::Admin => "admin",
        }
    }
}

/// An employee of a bank.
#[derive(Clone, Debug)]
pub struct Employee {
    /// `officer@bank01` for the first of a post, `officer002@bank01` and so on for the others.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// The branch; none at the head office.
    pub branch: Option<String>,
    /// What the person does.
    pub post: Post,
}

/// All banks of the city of that seed, as they are on `on`.
pub fn banks(seed: u64, catalog: &Catalog, on: Date) -> Result<Vec<Bank>, CityError> {
    let shelf = Shelf::embedded()?;
    Ok((0..BANKS).map(|index| Maker { seed, catalog, on: Day::of(on), index }.bank(&shelf)).collect())
}

/// Makes one bank.
struct Maker<'a> {
    seed: u64,
    catalog: &'a Catalog,
    on: Day,
    index: usize,
}

impl Maker<'_> {
    fn bank(&self, shelf: &Shelf) -> Bank {
        let id = format!("bank{:02}", self.index + 1);
        let home = self.home();
        let (name_zh, name_en) = match shelf.banks.iter().find(|bank| bank.id == id) {
            Some(named) => (named.zh.clone(), named.en.clone()),
            None => self.name(home),
        };
        let branches = self.branches(&id, (&name_zh, &name_en), home);
        let staff = self.staff(&id, &branches);
        let district = home.map_or("500103", |place| place.division(self.on)).to_owned();
        Bank { id, name_zh, name_en, district, branches, staff }
    }

    /// The one district of a village bank.
    fn home(&self) -> Option<&'static Place> {
        match self.index {
            9 => place::find("500111"),
            40.. => PLACES.get((self.index * 7) % PLACES.len()),
            _ => None,
        }
    }

    fn name(&self, home: Option<&Place>) -> (String, String) {
        let city = CITY_BANKS[self.index % CITY_BANKS.len()];
        let Some(home) = home else { return (city.0.to_owned(), city.1.to_owned()) };
        let (zh, en) = VILLAGE_BANKS[self.index % VILLAGE_BANKS.len()];
        (format!("{}{zh}村镇银行", home.short), format!("{} {en} Village Bank", self.place_en(home)))
    }

    /// The district's name in English without its kind.
    fn place_en(&self, place: &Place) -> String {
        let found = self.catalog.districts().get(place.code);
        let name = found.map_or(place.code, |district| district.name(Lang::En));
        name.split(" District").next().unwrap_or(name).split(" County").next().unwrap_or(name).to_owned()
    }

    fn branch_count(&self) -> usize {
        match BRANCHES.get(self.index) {
            Some(count) => *count,
            None => {
                let rank = |index: usize| 1.0 / (index as f64 - 10.0);
                let all: f64 = (BRANCHES.len()..BANKS).map(rank).sum();
                (BRANCHES_OTHER * rank(self.index) / all).round().max(1.0) as usize
            }
        }
    }

    /// Branches spread over the districts as firms are; rural banks also where farms are.
    fn branches(&self, bank: &str, (zh, en): (&str, &str), home: Option<&'static Place>) -> Vec<Branch> {
        let count = self.branch_count();
        let weight = if zh.contains("农商") { rural } else { urban };
        let mut branches: Vec<Branch> = Vec::with_capacity(count);
        for number in 0..count {
            let chance = (number as f64 + 0.5) / count as f64;
            let place = home.unwrap_or_else(|| place::at(chance, weight));
            let before = branches.iter().filter(|branch| branch.place == place.code).count();
            let no = if before == 0 { String::new() } else { format!(" No. {}", before + 1) };
            branches.push(Branch {
                id: format!("{bank}-{:03}", number + 1),
                name_zh: format!("{zh}{}{}支行", place.short, branch_word(place, before)),
                name_en: format!("{en}, {} Branch{no}", self.place_en(place)),
                district: place.division(self.on).to_owned(),
                place: place.code,
            });
        }
        branches
    }

    fn staff(&self, bank: &str, branches: &[Branch]) -> Vec<Employee> {
        let dice = &mut Dice::new(self.seed, 0x8A_0001, self.index as u64);
        let mut team = Team { maker: self, bank, staff: Vec::new(), counts: [0; 3] };
        for post in [Post::Officer, Post::Approver, Post::Admin] {
            team.hire(post, None);
        }
        for _ in 0..(branches.len() / 25).min(5) {
            team.hire(Post::Approver, None);
        }
        for branch in branches {
            let officers = 1 + dice.count(1.42).min(7);
            for _ in 0..officers {
                team.hire(Post::Officer, Some(&branch.id));
            }
            if officers >= 3 {
                team.hire(Post::Approver, Some(&branch.id));
            }
            if officers >= 4 {
                team.hire(Post::Admin, Some(&branch.id));
            }
        }
        team.staff
    }
}

/// A bank's people being hired.
struct Team<'a> {
    maker: &'a Maker<'a>,
    bank: &'a str,
    staff: Vec<Employee>,
    counts: [usize; 3],
}

impl Team<'_> {
    fn hire(&mut self, post: Post, branch: Option<&str>) {
        let count = &mut self.counts[post as usize];
        *count += 1;
        let number = if *count == 1 { String::new() } else { format!("{:03}", *count) };
        let person = PEOPLE + (self.maker.index as u64) * 4_096 + self.staff.len() as u64;
        self.staff.push(Employee {
            login: format!("{}{number}@{}", post.word(), self.bank),
            name: names::person(self.maker.seed, person),
            branch: branch.map(str::to_owned),
            post,
        });
    }
}

fn urban(place: &Place) -> f64 {
    place.weight + 0.4
}

fn rural(place: &Place) -> f64 {
    place.weight * 0.6 + place.farm_weight * 0.5 + 0.6
}

/// What tells the `at`-th branch of a bank in a district from the first one there.
fn branch_word(place: &Place, at: usize) -> String {
    let Some(at) = at.checked_sub(1) else { return String::new() };
    if let Some(town) = place.towns.get(at) {
        return town.trim_end_matches("街道").trim_end_matches(['镇', '乡']).to_owned();
    }
    let at = at - place.towns.len();
    let (road, round) = (names::road_name(at), at / names::roads());
    if round == 0 { road.to_owned() } else { format!("{road}{}号", round + 1) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn made() -> Vec<Bank> {
        banks(7, &Catalog::embedded().expect("catalogue"), crate::UNTIL).expect("banks")
    }

    #[test]
    fn banks_branches_and_people_are_as_many_as_the_model_has() {
        let banks = made();
        assert_eq!(banks.len(), 72);
        let branches: usize = banks.iter().map(|bank| bank.branches.len()).sum();
        assert!((1_150..=1_300).contains(&branches), "{branches} branches");
        let count = |post| banks.iter().flat_map(|bank| &bank.staff).filter(|one| one.post == post).count();
        let (officers, approvers, admins) = (count(Post::Officer), count(Post::Approver), count(Post::Admin));
        assert!((2_800..=3_300).contains(&officers), "{officers} customer managers");
        assert!(approvers > 200 && admins > 100, "{approvers} approvers, {admins} administrators");
        let largest: usize = banks.iter().map(|bank| bank.branches.len()).take(6).sum();
        assert!(largest * 5 > branches * 2, "big banks have most branches");
    }

    #[test]
    fn nobody_and_nothing_has_the_name_of_another() {
        let banks = made();
        let mut names = BTreeSet::new();
        let mut logins = BTreeSet::new();
        for bank in &banks {
            assert!(names.insert(bank.name_zh.clone()), "{}", bank.name_zh);
            assert!(names.insert(bank.name_en.clone()), "{}", bank.name_en);
            for branch in &bank.branches {
                assert!(names.insert(branch.name_zh.clone()), "{}", branch.name_zh);
                assert!(names.insert(branch.name_en.clone()), "{}", branch.name_en);
            }
            assert!(bank.staff.iter().all(|one| logins.insert(one.login.clone())));
        }
        for bank in &banks {
            for post in ["officer", "approver", "admin"] {
                assert!(logins.contains(&format!("{post}@{}", bank.id)), "{post}@{}", bank.id);
            }
        }
        assert!(logins.contains("officer002@bank01"));
    }

    #[test]
    fn everybody_belongs_to_a_branch_that_exists_in_a_district_that_exists() {
        let catalog = Catalog::embedded().expect("catalogue");
        for bank in made() {
            let ids: BTreeSet<&str> = bank.branches.iter().map(|branch| branch.id.as_str()).collect();
            assert!(bank.staff.iter().all(|one| one.branch.as_deref().is_none_or(|id| ids.contains(id))));
            let valid =
                |code: &str| catalog.districts().get(code).is_some_and(|own| own.exists_on(crate::UNTIL));
            assert!(bank.branches.iter().all(|branch| valid(&branch.district)) && valid(&bank.district));
        }
    }

    #[test]
    fn banks_with_products_carry_the_names_of_their_files() {
        let banks = made();
        assert_eq!((banks[0].name_zh.as_str(), banks[0].name_en.as_str()), ("山城银行", "Shancheng Bank"));
        let shelf = Shelf::embedded().expect("product files");
        for named in &shelf.banks {
            assert!(banks.iter().any(|bank| bank.id == named.id && bank.name_zh == named.zh), "{}", named.id);
        }
    }
}
