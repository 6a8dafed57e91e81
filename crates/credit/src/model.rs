//! A drawn report: its states, and what the public may learn about it.

use jiff::Timestamp;
use jiff::civil::Date;
use jq_base::ids::ReportNo;
use jq_base::lang::Lang;
use jq_base::sign::SignatureCheck;
use serde::Serialize;

/// State of a report (报告状态). It starts valid; time alone makes it expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportState {
    /// May be relied on within its reference period.
    Valid,
    /// A repair, an upheld objection or a serious new record changed what it says (已被替代).
    Superseded,
    /// Withdrawn by the operator (已撤销).
    Revoked,
    /// Older than its reference period (已过期).
    Expired,
}

impl ReportState {
    /// The stable word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Superseded => "superseded",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        }
    }

    /// The word in the reader's language.
    pub fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::Valid => lang.pick("有效", "valid"),
            Self::Superseded => lang.pick("已被替代", "superseded"),
            Self::Revoked => lang.pick("已撤销", "revoked"),
            Self::Expired => lang.pick("已超过参考期", "past its reference period"),
        }
    }

    /// The state on `today` of a report kept as `stored`.
    pub fn on(stored: &str, valid_until: Date, today: Date) -> Self {
        match stored {
            "superseded" => Self::Superseded,
            "revoked" => Self::Revoked,
            _ if today > valid_until => Self::Expired,
            _ => Self::Valid,
        }
    }
}

/// One file of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReportFile {
    /// `zh-CN` or `en`.
    pub lang: String,
    /// SM3 of the content, as printed on the cover.
    pub content_sm3: String,
    /// SM3 of the PDF file.
    pub pdf_sm3: String,
    /// Pages of the PDF.
    pub pages: u32,
    /// The platform's signature (see [`crate::signed_text`]); none on files of before it signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
}

/// What the register of reports knows of one report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReportEntry {
    /// Number.
    pub report_no: ReportNo,
    /// Whose report; for checking rights, not for the public.
    pub subject_key: String,
    /// Code of the edition.
    pub edition: String,
    /// Who drew it.
    pub reader: String,
    /// Name with its middle hidden.
    pub name_masked: String,
    /// When it was generated.
    pub generated_at: Timestamp,
    /// Last day of the reference period.
    pub valid_until: Date,
    /// State today.
    pub state: ReportState,
    /// Files, Chinese first.
    pub files: Vec<ReportFile>,
}

impl ReportEntry {
    /// What the public verification page shows; never anything of the content. `signature` is what the signatures
    /// were found to be.
    pub fn public(&self, signature: SignatureCheck) -> Verification {
        Verification {
            report_no: self.report_no.clone(),
            name_masked: self.name_masked.clone(),
            edition: self.edition.clone(),
            generated_at: self.generated_at,
            valid_until: self.valid_until,
            state: self.state,
            files: self.files.clone(),
            signature,
        }
    }
}

/// The answer of the public verification page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Number.
    pub report_no: ReportNo,
    /// Name with its middle hidden.
    pub name_masked: String,
    /// Code of the edition.
    pub edition: String,
    /// When it was generated.
    pub generated_at: Timestamp,
    /// Last day of the reference period.
    pub valid_until: Date,
    /// State today.
    pub state: ReportState,
    /// Pages and digests by language.
    pub files: Vec<ReportFile>,
    /// Whether the platform signed these digests.
    pub signature: SignatureCheck,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_valid_to_the_end_of_its_last_day() {
        let on = |stored, today: &str| {
            ReportState::on(stored, "2026-12-10".parse().unwrap(), today.parse().unwrap())
        };
        assert_eq!(on("valid", "2026-12-10"), ReportState::Valid);
        assert_eq!(on("valid", "2026-12-11"), ReportState::Expired);
        assert_eq!(on("superseded", "2026-12-11"), ReportState::Superseded);
    }
}
