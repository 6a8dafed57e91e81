//! For whom every address is: a route cannot be added without saying so, and a test walks all of them as everybody.

use axum::Router;
use axum::routing::MethodRouter;

/// Whom an address answers (访问对象). Everybody else is sent to sign in or refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Audience {
    /// Anybody, signed in or not.
    Everyone,
    /// A person who has signed in by mobile, also before the real name is verified.
    Person,
    /// A person who acts for a firm.
    Firm,
    /// An employee of a source unit.
    Unit,
    /// An employee of a bank.
    Bank,
    /// A bank's administrator.
    BankAdmin,
    /// The platform's service.
    Desk,
    /// A supervisor or regulator.
    Oversight,
    /// The platform's system administrator.
    System,
    /// The platform's security administrator.
    Security,
    /// The platform's audit administrator.
    Audit,
    /// A program of a source unit.
    UnitClient,
    /// A program of a bank.
    BankClient,
    /// A carrier of text messages that tells how one went.
    Carrier,
}

impl Audience {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Everyone,
        Self::Person,
        Self::Firm,
        Self::Unit,
        Self::Bank,
        Self::BankAdmin,
        Self::Desk,
        Self::Oversight,
        Self::System,
        Self::Security,
        Self::Audit,
        Self::UnitClient,
        Self::BankClient,
        Self::Carrier,
    ];

    /// Whether somebody of this kind may enter an address that is for `self`.
    pub fn lets_in(self, visitor: Self) -> bool {
        let wider = matches!((self, visitor), (Self::Person, Self::Firm) | (Self::Bank, Self::BankAdmin));
        self == Self::Everyone || self == visitor || wider
    }
}

/// An address and for whom it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The address, with names in braces for its parts.
    pub path: String,
    /// For whom.
    pub audience: Audience,
}

/// Routes that each say for whom they are.
pub struct Pages<S> {
    router: Router<S>,
    placed: Vec<Placed>,
}

impl<S: Clone + Send + Sync + 'static> Default for Pages<S> {
    fn default() -> Self {
        Self { router: Router::new(), placed: Vec::new() }
    }
}

impl<S: Clone + Send + Sync + 'static> Pages<S> {
    /// Adds an address.
    #[must_use]
    pub fn at(mut self, audience: Audience, path: &str, methods: MethodRouter<S>) -> Self {
        self.placed.push(Placed { path: path.to_owned(), audience });
        Self { router: self.router.route(path, methods), ..self }
    }

    /// Adds the addresses of others.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        self.placed.extend(other.placed);
        Self { router: self.router.merge(other.router), ..self }
    }

    /// Puts something around all addresses that are here, such as what everybody with a token goes through.
    #[must_use]
    pub fn around(self, put: impl FnOnce(Router<S>) -> Router<S>) -> Self {
        Self { router: put(self.router), ..self }
    }

    /// Every address and for whom it is.
    pub fn placed(&self) -> &[Placed] {
        &self.placed
    }

    /// The routes.
    pub fn into_router(self) -> Router<S> {
        self.router
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;

    use super::*;

    #[test]
    fn every_address_keeps_its_audience() {
        let page = || get(async || "");
        let firm = Pages::<()>::default().at(Audience::Firm, "/firm", page());
        let all = Pages::default().at(Audience::Everyone, "/", page()).with(firm);
        let said: Vec<_> =
            all.placed().iter().map(|placed| (placed.path.as_str(), placed.audience)).collect();
        assert_eq!(said, [("/", Audience::Everyone), ("/firm", Audience::Firm)]);
    }

    #[test]
    fn a_firm_may_go_where_any_person_may_and_nobody_else_may() {
        assert!(Audience::Person.lets_in(Audience::Firm));
        assert!(!Audience::Firm.lets_in(Audience::Person));
        for visitor in Audience::ALL {
            assert!(Audience::Everyone.lets_in(visitor));
            assert_eq!(Audience::Desk.lets_in(visitor), visitor == Audience::Desk);
        }
    }
}
