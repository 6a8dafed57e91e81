//! The problem as it is sent.

use serde::Serialize;
use utoipa::ToSchema;

/// What went wrong (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemView {
    /// Where this kind of problem is described.
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// What happened, in the language of Accept-Language.
    pub(super) title: String,
    /// The HTTP status.
    pub(super) status: u16,
    /// The stable code; programs decide by it.
    pub(super) code: String,
    /// What to do about it.
    pub(super) remedy: String,
    /// What is special about this one case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) detail: Option<String>,
    /// The incident number under which the operator finds the cause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) instance: Option<String>,
    /// Parameters and headers that cannot be taken.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub(super) fields: Vec<FieldView>,
    /// Members of the body that cannot be taken; for a batch its file and rows, 1,000 rows at most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub(super) errors: Vec<ErrorView>,
    /// The batch that was turned away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) batch_id: Option<String>,
    /// What became of that batch, held or rejected; or where the order stands that refused the act.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) state: Option<String>,
    /// What can be done with the order now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<String>, required = false)]
    pub(super) allowed: Option<Vec<&'static str>>,
    /// The items, or fields as item.field, that were asked for and are not granted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub(super) items: Vec<String>,
    /// True when that batch had been turned away before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) repeated: Option<bool>,
}

/// A parameter or header that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = FieldProblem)]
pub(crate) struct FieldView {
    /// Its name.
    pub(super) field: String,
    /// What is wrong and how to mend it.
    pub(super) message: String,
}

/// A member of a body, or a file or row of a batch, that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ErrorProblem)]
pub(crate) struct ErrorView {
    /// The file in the archive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) file: Option<String>,
    /// The data row, counted from 1; none when the file as a whole is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) row: Option<u64>,
    /// The member of the body or the column, where one is to blame.
    pub(super) field: Option<String>,
    /// What stood there, cut to 80 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<String>,
    /// The stable id of the rule that was broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rule: Option<String>,
    /// What is wrong.
    pub(super) message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) remedy: Option<String>,
}
