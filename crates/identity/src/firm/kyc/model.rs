//! What a person claims, what the register says, and how the two compare.

use jq_base::ids::SubjectKey;
use jq_base::lang::Lang;
use jq_base::resident_id::ResidentId;
use jq_base::uscc::Uscc;

use crate::FirmSubject;

/// What somebody claims who says to be a firm's legal representative. It has no `Debug`: names and numbers do not
/// get into a log.
#[derive(Clone)]
pub struct Claim {
    /// The person's name.
    pub name: String,
    /// The person's identity number.
    pub resident_id: ResidentId,
    /// The firm's credit code.
    pub firm_code: Uscc,
    /// The firm's name.
    pub firm_name: String,
}

/// What the register of enterprises says about the firm (item `ent_registration`). It has no `Debug`.
#[derive(Clone)]
pub struct RegisterExtract {
    /// The firm's credit code.
    pub subject: SubjectKey,
    /// The firm's name.
    pub name: String,
    /// The legal representative's name.
    pub legal_rep_name: String,
    /// The keyed hash of the legal representative's identity number.
    pub legal_rep_id_hash: String,
    /// Whether the firm exists and does business: its registration status is `active`.
    pub active: bool,
}

/// What the head of a farm household claims. It has no `Debug`.
#[derive(Clone)]
pub struct SelfClaim {
    /// The person's name.
    pub name: String,
    /// The person's identity number, whose keyed hash is the household's subject key.
    pub resident_id: ResidentId,
}

/// What the records say about a farm household. It has no `Debug`.
#[derive(Clone)]
pub struct HouseholdExtract {
    /// The keyed hash of the head's identity number.
    pub subject: SubjectKey,
    /// The head's name.
    pub name: String,
}

/// A field that does not agree. What the register holds there is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KycMismatch {
    /// The register knows no firm with this code, or the records no such household.
    NotRegistered,
    /// The firm has been struck off or has ended business.
    Closed,
    /// The firm has another name.
    FirmName,
    /// The person has another name.
    PersonName,
    /// The person has another identity number.
    ResidentId,
    /// The person is younger than 18.
    Age,
    /// This account, or this identity number, was verified for somebody else before.
    OtherPerson,
}

impl KycMismatch {
    /// The field of the form it belongs to.
    pub fn field(self) -> &'static str {
        match self {
            Self::NotRegistered | Self::Closed => "firm_code",
            Self::FirmName => "firm_name",
            Self::PersonName => "name",
            Self::ResidentId | Self::Age | Self::OtherPerson => "resident_id",
        }
    }

    /// The word on audit lines.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotRegistered => "not_registered",
            Self::Closed => "closed",
            Self::FirmName => "firm_name",
            Self::PersonName => "person_name",
            Self::ResidentId => "resident_id",
            Self::Age => "age",
            Self::OtherPerson => "other_person",
        }
    }

    /// What a person reads beside the field.
    pub fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::NotRegistered => lang.pick(
                "登记信息中没有这个统一社会信用代码，请核对营业执照上的 18 位代码。",
                "The register knows no firm with this code. Compare it with the 18 characters on the licence.",
            ),
            Self::Closed => lang.pick(
                "登记信息显示该主体已注销、吊销或停业，不能办理认证。",
                "The register says that this firm has been struck off or has ended business.",
            ),
            Self::FirmName => lang.pick(
                "名称与登记信息不一致，请按营业执照填写全称。",
                "The name differs from the register. Give it in full, as on the licence.",
            ),
            Self::PersonName => lang.pick(
                "姓名与登记信息或委托书不一致，请按身份证填写。",
                "The name differs from the register or the mandate. Give it as on the identity card.",
            ),
            Self::ResidentId => lang.pick(
                "身份证号与登记信息不一致，请核对。",
                "The identity number differs from the register. Please check it.",
            ),
            Self::Age => lang.pick("未满 18 周岁，不能办理。", "Only who is 18 or older can do this."),
            Self::OtherPerson => lang.pick(
                "本账户或该身份证号此前已用于另一人的认证，请联系平台客服。",
                "This account or this number was verified for somebody else before. Please call the service desk.",
            ),
        }
    }
}

/// How a check ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KycOutcome {
    /// The person is who it claims to be and may act for the subject from now on.
    Verified(FirmSubject),
    /// It does not agree.
    Refused {
        /// The fields that disagree, at least one.
        mismatches: Vec<KycMismatch>,
        /// How often it can be tried again today.
        tries_left: u32,
    },
}
