//! What a bank's program sends with an act on an order.

use jiff::Timestamp;
use jq_lending::order::OrderAct;
use jq_lending::refusal::Refusal;
use utoipa::ToSchema;

use crate::body::Fields;
use crate::words::{ContactChannelWord, Word};

/// Characters of a login or a bank's number at most.
pub(super) const NAME_CHARS_MAX: usize = 64;
/// Characters of a text at most.
pub(super) const TEXT_CHARS_MAX: usize = 500;

/// An act as its handler passes it on.
#[derive(Debug)]
pub(crate) struct Told {
    /// The employee's login.
    pub(crate) clerk: String,
    /// The version that was seen.
    pub(crate) seen: Option<u32>,
    /// The act.
    pub(crate) act: OrderAct,
}

/// Who acted, and on what.
#[derive(Debug, ToSchema)]
#[schema(as = Act)]
pub(crate) struct ByBody {
    /// The login of the bank's employee who acted.
    #[schema(min_length = 1, max_length = 64, example = "officer@bank01")]
    clerk: String,
    /// The order's version that was seen; when the order has moved on since, nothing is done.
    #[schema(required = false)]
    seen_version: Option<u32>,
}

/// Why the bank does not go on with an order.
#[derive(Debug, ToSchema)]
#[schema(as = RefusalAct)]
pub(crate) struct RefusalBody {
    /// The login of the bank's employee who acted.
    #[schema(min_length = 1, max_length = 64, example = "officer@bank01")]
    clerk: String,
    /// The order's version that was seen; when the order has moved on since, nothing is done.
    #[schema(required = false)]
    seen_version: Option<u32>,
    /// The reason's code.
    #[schema(max_length = 16, example = "R08")]
    code: String,
    /// What the bank says about it, for the firm to read: at least 10 characters, 30 with R99.
    #[schema(max_length = 500)]
    text: String,
}

/// The firm was spoken to.
#[derive(Debug, ToSchema)]
#[schema(as = ContactAct)]
pub(crate) struct ContactBody {
    /// The login of the bank's employee who acted.
    #[schema(min_length = 1, max_length = 64, example = "officer@bank01")]
    clerk: String,
    /// The order's version that was seen; when the order has moved on since, nothing is done.
    #[schema(required = false)]
    seen_version: Option<u32>,
    /// How.
    #[schema(inline)]
    channel: ContactChannelWord,
    /// What was said, for the bank's people.
    #[schema(required = false, max_length = 500)]
    note: Option<String>,
    /// When, if it is told later.
    #[schema(required = false)]
    at: Option<Timestamp>,
}

/// Papers that are missing.
#[derive(Debug, ToSchema)]
#[schema(as = MaterialsAct)]
pub(crate) struct MaterialsBody {
    /// The login of the bank's employee who acted.
    #[schema(min_length = 1, max_length = 64, example = "officer@bank01")]
    clerk: String,
    /// The order's version that was seen; when the order has moved on since, nothing is done.
    #[schema(required = false)]
    seen_version: Option<u32>,
    /// Which papers, each of 2 to 60 characters.
    #[schema(min_items = 1, max_items = 10)]
    materials: Vec<String>,
}

/// An act with what must be said about it.
#[derive(Debug, ToSchema)]
#[schema(as = SayAct)]
pub(crate) struct SayBody {
    /// The login of the bank's employee who acted.
    #[schema(min_length = 1, max_length = 64, example = "officer@bank01")]
    clerk: String,
    /// The order's version that was seen; when the order has moved on since, nothing is done.
    #[schema(required = false)]
    seen_version: Option<u32>,
    /// What is said: what the survey found, or for the firm to read why a refusal stands or an order is taken up again.
    #[schema(min_length = 10, max_length = 500)]
    note: String,
}

/// Reads the employee's login.
pub(super) fn clerk(fields: &mut Fields) -> Option<String> {
    fields.text("clerk", NAME_CHARS_MAX)
}

/// Reads the version that was seen.
pub(super) fn seen_version(fields: &mut Fields) -> Option<u32> {
    fields.opt_count("seen_version", 0..=u32::MAX)
}

impl ByBody {
    /// Reads it from what was sent.
    pub(crate) fn read(fields: &mut Fields) -> Option<Self> {
        let (clerk, seen_version) = (clerk(fields), seen_version(fields));
        Some(Self { clerk: clerk?, seen_version })
    }

    /// An act that needs no more than who acted.
    pub(crate) fn told(self, act: OrderAct) -> Told {
        Told { clerk: self.clerk, seen: self.seen_version, act }
    }
}

impl RefusalBody {
    /// Reads it from what was sent.
    pub(crate) fn read(fields: &mut Fields) -> Option<Self> {
        let (clerk, seen_version) = (clerk(fields), seen_version(fields));
        let (code, text) = (fields.text("code", 16), fields.text("text", TEXT_CHARS_MAX));
        Some(Self { clerk: clerk?, seen_version, code: code?, text: text? })
    }

    /// The act that this refusal is for.
    pub(crate) fn told(self, act: fn(Refusal) -> OrderAct) -> Told {
        let act = act(Refusal { code: self.code, text: self.text });
        Told { clerk: self.clerk, seen: self.seen_version, act }
    }
}

impl ContactBody {
    /// Reads it from what was sent.
    pub(crate) fn read(fields: &mut Fields) -> Option<Self> {
        let (clerk, seen_version) = (clerk(fields), seen_version(fields));
        let (channel, note) = (fields.word("channel"), fields.opt_text("note", TEXT_CHARS_MAX));
        let at = fields.opt_instant("at");
        Some(Self { clerk: clerk?, seen_version, channel: Word(channel?), note, at })
    }

    /// The act.
    pub(crate) fn told(self) -> Told {
        let note = self.note.unwrap_or_default();
        let act = OrderAct::Contact { channel: self.channel.0, note, at: self.at };
        Told { clerk: self.clerk, seen: self.seen_version, act }
    }
}

impl MaterialsBody {
    /// Reads it from what was sent.
    pub(crate) fn read(fields: &mut Fields) -> Option<Self> {
        let (clerk, seen_version) = (clerk(fields), seen_version(fields));
        let materials = fields.texts("materials", 1..=10, 60);
        Some(Self { clerk: clerk?, seen_version, materials: materials? })
    }

    /// The act.
    pub(crate) fn told(self) -> Told {
        let act = OrderAct::RequestMaterials { materials: self.materials };
        Told { clerk: self.clerk, seen: self.seen_version, act }
    }
}

impl SayBody {
    /// Reads it from what was sent.
    pub(crate) fn read(fields: &mut Fields) -> Option<Self> {
        let (clerk, seen_version) = (clerk(fields), seen_version(fields));
        let note = fields.text("note", TEXT_CHARS_MAX);
        Some(Self { clerk: clerk?, seen_version, note: note? })
    }

    /// The act that this is said about.
    pub(crate) fn told(self, act: fn(String) -> OrderAct) -> Told {
        Told { clerk: self.clerk, seen: self.seen_version, act: act(self.note) }
    }
}
