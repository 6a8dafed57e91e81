//! Which of a bank's people handle a past order: somebody near the firm, and another who decides.

use super::spec::{Spec, World};
use crate::dice::Dice;
use crate::institution::{Bank, Employee, Post};
use crate::shelf::Product;
use crate::subject::Subject;

/// The people of one order.
pub(super) struct Desk<'a> {
    bank: Option<&'a Bank>,
    officer: Option<&'a Employee>,
    approver: Option<&'a Employee>,
}

impl<'a> Desk<'a> {
    /// An officer of a branch in the firm's district if there is one, now and then of the head office.
    pub(super) fn of(world: &World<'a>, spec: &Spec, who: &Subject, product: &Product) -> Self {
        let dice = &mut spec.dice(world.city, 5);
        let Some(bank) = world.bank(&product.bank) else {
            return Self { bank: None, officer: None, approver: None };
        };
        let near = |branch: &Option<String>| {
            let found = bank.branches.iter().find(|own| Some(&own.id) == branch.as_ref());
            found.is_some_and(|own| own.place == who.place.code)
        };
        let of = |post: Post| bank.staff.iter().filter(move |one| one.post == post);
        let at_head = dice.chance(if matches!(spec.fate, super::spec::Fate::Open(_)) { 0.3 } else { 0.1 });
        let officers: Vec<&Employee> =
            of(Post::Officer).filter(|one| !at_head && near(&one.branch)).collect();
        let officers = match (officers.is_empty(), at_head) {
            (false, _) => officers,
            (true, true) => of(Post::Officer).take(1).collect(),
            (true, false) => of(Post::Officer).collect(),
        };
        let approvers: Vec<&Employee> = of(Post::Approver).collect();
        let first = dice.chance(0.6);
        Self {
            bank: Some(bank),
            officer: officers.get(dice.below(officers.len())).copied(),
            approver: approvers.get(if first { 0 } else { dice.below(approvers.len()) }).copied(),
        }
    }

    /// Another officer gets the order.
    pub(super) fn hand_on(&mut self, dice: &mut Dice) {
        let now = self.officer.map(|one| one.login.as_str());
        let others: Vec<&Employee> = self
            .bank
            .iter()
            .flat_map(|bank| &bank.staff)
            .filter(|one| one.post == Post::Officer && Some(one.login.as_str()) != now)
            .collect();
        if let Some(other) = others.get(dice.below(others.len())) {
            self.officer = Some(*other);
        }
    }

    pub(super) fn officer(&self) -> String {
        self.officer.map(|one| one.login.clone()).unwrap_or_default()
    }

    pub(super) fn approver(&self) -> String {
        self.approver.map(|one| one.login.clone()).unwrap_or_default()
    }

    pub(super) fn branch(&self) -> Option<&str> {
        self.officer.and_then(|one| one.branch.as_deref())
    }
}
