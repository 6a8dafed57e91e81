//! The city's banks with their branches and people: 72 banks, some 1,200 branches, some 3,000 customer managers. Big
//! banks have most of them. All are invented; those that offer products carry the names in the product files.

mod make;
mod names;

use jiff::civil::Date;
use jq_catalog::Catalog;

use self::make::Maker;
use crate::CityError;
use crate::shelf::Shelf;
use crate::time::Day;

/// Banks of the city.
pub const BANKS: usize = 72;

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
