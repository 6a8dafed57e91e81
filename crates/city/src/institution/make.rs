//! How a bank comes to its branches and people: places by where firms and farms are, posts by the size of the branch.

use jq_base::lang::Lang;
use jq_catalog::Catalog;

use super::names::{CITY_BANKS, VILLAGE_BANKS};
use super::{BANKS, Bank, Branch, Employee, Post};
use crate::dice::Dice;
use crate::names;
use crate::place::{self, PLACES, Place};
use crate::shelf::Shelf;
use crate::time::Day;

/// Branches of the first banks, which are those that offer products.
const BRANCHES: [usize; 12] = [156, 98, 124, 66, 112, 42, 18, 54, 60, 6, 72, 34];
/// Branches that the other banks share.
const BRANCHES_OTHER: f64 = 374.0;
/// First person number of the banks' people; subjects stay far below.
const PEOPLE: u64 = 1 << 44;

/// Makes one bank.
pub(super) struct Maker<'a> {
    pub(super) seed: u64,
    pub(super) catalog: &'a Catalog,
    pub(super) on: Day,
    pub(super) index: usize,
}

impl Maker<'_> {
    pub(super) fn bank(&self, products: &Shelf) -> Bank {
        let id = format!("bank{:02}", self.index + 1);
        let home = self.home();
        let (name_zh, name_en) = match products.banks.iter().find(|bank| bank.id == id) {
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
        if let Some(count) = BRANCHES.get(self.index) {
            return *count;
        }
        let rank = |index: usize| 1.0 / (index as f64 - 10.0);
        let all: f64 = (BRANCHES.len()..BANKS).map(rank).sum();
        (BRANCHES_OTHER * rank(self.index) / all).round().max(1.0) as usize
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
