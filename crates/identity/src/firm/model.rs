//! People, the subjects they may act for, and who is signed in.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use jq_base::ids::{AccountId, SessionId, SubjectKey};
use jq_base::lang::Lang;
use jq_base::masked::Masked;
use jq_base::mobile::Mobile;

use super::mandate::MandateScope;
use crate::IdentityError;

/// In which capacity a person acts for a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FirmRole {
    /// The legal representative (法定代表人).
    LegalRep,
    /// Somebody the firm has empowered (经办人).
    Agent,
    /// The person itself, such as a farm household (本人).
    OneSelf,
}

impl FirmRole {
    /// The word kept in the table.
    pub fn code(self) -> &'static str {
        match self {
            Self::LegalRep => "legal_rep",
            Self::Agent => "agent",
            Self::OneSelf => "self",
        }
    }

    /// What a person reads.
    pub fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::LegalRep => lang.pick("法定代表人", "legal representative"),
            Self::Agent => lang.pick("经办人", "authorised agent"),
            Self::OneSelf => lang.pick("本人", "in person"),
        }
    }
}

impl fmt::Display for FirmRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for FirmRole {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::LegalRep, Self::Agent, Self::OneSelf].into_iter().find(|role| role.code() == text).ok_or(())
    }
}

/// How far a person's real name has been checked (实名认证).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KycState {
    /// Known by a mobile number only, not checked yet.
    Pending,
    /// Name and identity number agree with the register or with a mandate.
    Verified,
    /// They do not; the person may try again.
    Refused,
}

impl KycState {
    /// The word kept in the table.
    pub fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Verified => "verified",
            Self::Refused => "refused",
        }
    }

    /// The state after a check with this outcome; the only place it changes. A verified person stays verified,
    /// a refused one may be checked again.
    pub fn after_check(self, agrees: bool) -> Result<Self, IdentityError> {
        match (self, agrees) {
            (Self::Pending | Self::Refused, true) => Ok(Self::Verified),
            (Self::Pending | Self::Refused, false) => Ok(Self::Refused),
            (Self::Verified, _) => Err(IdentityError::Kyc(self.code())),
        }
    }
}

impl FromStr for KycState {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Pending, Self::Verified, Self::Refused]
            .into_iter()
            .find(|state| state.code() == text)
            .ok_or(())
    }
}

/// A person who registers.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// Where the codes go.
    pub mobile: Mobile,
    /// The name on the identity card.
    pub person_name: String,
}

/// A subject a person may act for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirmSubject {
    /// Credit code, or the keyed hash of the person's identity number.
    pub subject: SubjectKey,
    /// The firm's name.
    pub name: String,
    /// In which capacity.
    pub role: FirmRole,
}

/// A signed-in person and the subjects to choose from; none before the real name is verified.
#[derive(Clone, Debug)]
pub struct FirmPerson {
    pub(super) account: AccountId,
    pub(super) name: Masked<String>,
    pub(super) mobile: Mobile,
    pub(super) kyc: KycState,
    pub(super) subjects: Vec<FirmSubject>,
}

impl FirmPerson {
    /// The account.
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// The person's name, empty before it is verified; shows itself masked.
    pub fn name(&self) -> &Masked<String> {
        &self.name
    }

    /// Where the codes go; shows itself masked.
    pub fn mobile(&self) -> &Mobile {
        &self.mobile
    }

    /// How far the real name has been checked.
    pub fn kyc(&self) -> KycState {
        self.kyc
    }

    /// The subjects the person may act for now; an agent's are those with a mandate that holds.
    pub fn subjects(&self) -> &[FirmSubject] {
        &self.subjects
    }
}

/// A signed-in person who acts for one subject. Only [`super::authenticate`] makes one.
#[derive(Clone, Debug)]
pub struct FirmUser {
    pub(super) session: SessionId,
    pub(super) person: FirmPerson,
    pub(super) acting_for: FirmSubject,
    pub(super) scopes: BTreeSet<MandateScope>,
}

impl FirmUser {
    /// The session, for forms that must belong to it.
    pub fn session(&self) -> &SessionId {
        &self.session
    }

    /// The account that acts; audit lines name it.
    pub fn account(&self) -> &AccountId {
        &self.person.account
    }

    /// Who acts.
    pub fn person(&self) -> &FirmPerson {
        &self.person
    }

    /// For whom.
    pub fn subject(&self) -> &SubjectKey {
        &self.acting_for.subject
    }

    /// The subject's name.
    pub fn subject_name(&self) -> &str {
        &self.acting_for.name
    }

    /// In which capacity.
    pub fn role(&self) -> FirmRole {
        self.acting_for.role
    }

    /// Whether the person may do this for the subject: the legal representative and whoever acts in person may do
    /// everything, an agent what the mandate says.
    pub fn may(&self, scope: MandateScope) -> bool {
        self.scopes.contains(&scope)
    }

    /// Fails with [`IdentityError::OutsideMandate`] when the person may not.
    pub fn must(&self, scope: MandateScope) -> Result<(), IdentityError> {
        if self.may(scope) { Ok(()) } else { Err(IdentityError::OutsideMandate(scope)) }
    }
}

/// Somebody who may act for a subject, for whoever has to tell the subject something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectPerson {
    /// The account.
    pub account: AccountId,
    /// The person's name; shows itself masked.
    pub name: Masked<String>,
    /// Where messages go; shows itself masked.
    pub mobile: Mobile,
    /// In which capacity.
    pub role: FirmRole,
}

/// What a firm's session stands for.
#[derive(Clone, Debug)]
pub enum FirmSession {
    /// The subject is chosen.
    Acting(FirmUser),
    /// The person has not chosen yet, or may no longer act for the chosen subject.
    Choosing(FirmPerson),
    /// The real name is still to be checked; until then there is nothing to see and nothing to do but that.
    Unverified(FirmPerson),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verified_person_is_not_refused_later() {
        let after = |state: KycState, agrees| state.after_check(agrees).ok();
        assert_eq!(after(KycState::Pending, true), Some(KycState::Verified));
        assert_eq!(after(KycState::Pending, false), Some(KycState::Refused));
        assert_eq!(after(KycState::Refused, true), Some(KycState::Verified));
        assert_eq!(after(KycState::Refused, false), Some(KycState::Refused));
        assert_eq!(after(KycState::Verified, true), None);
        assert_eq!(after(KycState::Verified, false), None);
    }
}
