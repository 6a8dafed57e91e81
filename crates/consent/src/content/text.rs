//! The text a firm agrees to: `consent/text.toml`, filled with the terms of one consent.

use std::sync::LazyLock;

use jq_base::lang::Lang;
use jq_base::sm3;
use jq_catalog::Catalog;
use serde::Deserialize;

use super::purposes::{PurposeTerms, purpose_terms};
use crate::ConsentError;
use crate::grant::new::NewGrant;

static EMBEDDED: LazyLock<Result<File, String>> =
    LazyLock::new(|| read(include_str!("../../../../consent/text.toml")));

/// The names that a paragraph may hold.
const NAMES: [&str; 10] =
    ["subject", "bank", "purpose", "use", "items", "count", "days", "queries", "queries_day", "withheld"];

/// What a firm agrees to, in one language (授权书).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentText {
    /// The version of the text.
    pub version: String,
    /// Its heading.
    pub title: String,
    /// Its paragraphs, plain text.
    pub paragraphs: Vec<String>,
    /// The SM3 digest over both languages, so that it does not depend on the one that was read.
    pub hash: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    title_zh: String,
    title_en: String,
    items_joint_zh: String,
    items_joint_en: String,
    nothing_zh: String,
    nothing_en: String,
    paragraph: Vec<Paragraph>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Paragraph {
    zh: String,
    en: String,
}

/// The text of a consent as it would be given with these terms; nothing when no bank can be granted the purpose.
///
/// The term is named in days, not by its end, so that the digest of the text a person read at one moment is that
/// of the text agreed to a little later.
pub fn consent_text(
    lang: Lang,
    catalog: &Catalog,
    subject_name: &str,
    new: &NewGrant,
) -> Option<ConsentText> {
    let filling = Filling {
        file: EMBEDDED.as_ref().ok()?,
        terms: purpose_terms(new.purpose)?,
        catalog,
        subject_name,
        new,
    };
    Some(filling.text(lang))
}

/// The text that belongs to these terms: version, digest and the whole of both languages. A digest that was shown must be
/// the same.
pub(crate) fn agreed(
    catalog: &Catalog,
    subject_name: &str,
    new: &NewGrant,
    terms: &PurposeTerms,
) -> Result<AgreedText, ConsentError> {
    let file = EMBEDDED.as_ref().map_err(|reason| ConsentError::Content(reason.clone()))?;
    let body = Filling { file, terms, catalog, subject_name, new }.whole().to_string();
    let hash = sm3::hex(body.as_bytes());
    match &new.text_hash {
        Some(shown) if *shown != hash => Err(ConsentError::TextChanged),
        _ => Ok(AgreedText { version: file.version.clone(), hash, body }),
    }
}

/// A text as it was agreed to, to be kept.
pub(crate) struct AgreedText {
    pub(crate) version: String,
    pub(crate) hash: String,
    /// What the digest is of: version, both titles, the paragraphs of both languages, as a JSON list.
    pub(crate) body: String,
}

/// Reads a text that was kept; nothing when it is not the one of the digest.
pub(crate) fn kept(body: &str, hash: &str, lang: Lang) -> Option<ConsentText> {
    if sm3::hex(body.as_bytes()) != hash {
        return None;
    }
    let (version, title_zh, title_en, [zh, en]): (String, String, String, [Vec<String>; 2]) =
        serde_json::from_str(body).ok()?;
    let (title, paragraphs) = if lang == Lang::Zh { (title_zh, zh) } else { (title_en, en) };
    Some(ConsentText { version, title, paragraphs, hash: hash.to_owned() })
}

/// What fills the text of one consent.
struct Filling<'a> {
    file: &'a File,
    terms: &'a PurposeTerms,
    catalog: &'a Catalog,
    subject_name: &'a str,
    new: &'a NewGrant,
}

impl Filling<'_> {
    fn text(&self, lang: Lang) -> ConsentText {
        let file = self.file;
        ConsentText {
            version: file.version.clone(),
            title: lang.pick(&file.title_zh, &file.title_en).to_owned(),
            paragraphs: self.paragraphs(lang),
            hash: sm3::hex(self.whole().to_string().as_bytes()),
        }
    }

    /// Both languages with version and titles: what the digest is of.
    fn whole(&self) -> serde_json::Value {
        let file = self.file;
        let both = [self.paragraphs(Lang::Zh), self.paragraphs(Lang::En)];
        serde_json::json!([file.version, file.title_zh, file.title_en, both])
    }

    fn paragraphs(&self, lang: Lang) -> Vec<String> {
        let fill = |one: &Paragraph| replace(lang.pick(&one.zh, &one.en), |name| self.value(name, lang));
        self.file.paragraph.iter().map(fill).collect()
    }

    fn value(&self, name: &str, lang: Lang) -> String {
        let (new, terms) = (self.new, self.terms);
        match name {
            "subject" => self.subject_name.to_owned(),
            "bank" => lang.pick(&new.bank_zh, &new.bank_en).to_owned(),
            "purpose" => new.purpose.text(lang).to_owned(),
            "use" => terms.use_text(lang).to_owned(),
            "items" => self.items(lang),
            "count" => new.items.len().to_string(),
            "days" => new.days.to_string(),
            "queries" => new.queries_max.unwrap_or(terms.queries_default).to_string(),
            "queries_day" => terms.queries_day_max.to_string(),
            "withheld" => self.withheld(lang),
            _ => String::new(),
        }
    }

    /// The fields that stay closed, by their names; those that the subject left out with the item that they are of.
    fn withheld(&self, lang: Lang) -> String {
        let never = self.terms.withheld_of(&self.new.items);
        let name = |named: &String| {
            let (item, field) = named.split_once('.')?;
            Some(self.catalog.item(item)?.field(field)?.label(lang).to_owned())
        };
        let chosen =
            self.new.left_out.difference(&never).filter_map(|named| field_name(self.catalog, named, lang));
        let names: Vec<String> = never.iter().filter_map(name).chain(chosen).collect();
        if names.is_empty() {
            return lang.pick(&self.file.nothing_zh, &self.file.nothing_en).to_owned();
        }
        names.join(lang.pick(&self.file.items_joint_zh, &self.file.items_joint_en))
    }

    /// The items' names in the catalogue's order.
    fn items(&self, lang: Lang) -> String {
        let granted = self.catalog.items().filter(|item| self.new.items.contains(&item.id));
        let names: Vec<&str> = granted.map(|item| item.name(lang)).collect();
        names.join(lang.pick(&self.file.items_joint_zh, &self.file.items_joint_en))
    }
}

/// What a field that is named as `item.field` is called, with its item.
pub(crate) fn field_name(catalog: &Catalog, named: &str, lang: Lang) -> Option<String> {
    let (item, field) = named.split_once('.')?;
    let item = catalog.item(item)?;
    Some(format!("{}{}{}", item.name(lang), lang.pick("的", ": "), item.field(field)?.label(lang)))
}

/// Replaces each `{name}` once; what a value holds is not looked at again.
fn replace(text: &str, value: impl Fn(&str) -> String) -> String {
    let mut filled = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some((words, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}').unwrap_or((after, ""));
        filled.push_str(words);
        filled.push_str(&value(name));
        rest = tail;
    }
    filled.push_str(rest);
    filled
}

fn read(content: &str) -> Result<File, String> {
    let file: File = toml::from_str(content).map_err(|error| error.to_string())?;
    if file.version.is_empty() || file.paragraph.is_empty() {
        return Err("the version or the paragraphs are missing".to_owned());
    }
    for paragraph in &file.paragraph {
        let mut named = [names(&paragraph.zh)?, names(&paragraph.en)?];
        for names in &mut named {
            names.sort_unstable();
        }
        if named[0] != named[1] {
            return Err(format!("the two languages name other things: {}", paragraph.zh));
        }
    }
    Ok(file)
}

/// The names in braces, or what is wrong with them.
fn names(text: &str) -> Result<Vec<&str>, String> {
    let mut found = Vec::new();
    for piece in text.split('{').skip(1) {
        match piece.split_once('}') {
            Some((name, _)) if NAMES.contains(&name) => found.push(name),
            _ => return Err(format!("no such name in {text}")),
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use jq_base::ids::BankId;
    use jq_base::permit::Purpose;

    use super::*;

    fn new_grant(days: u32) -> NewGrant {
        NewGrant {
            bank: BankId::parse("bank01").unwrap(),
            bank_zh: "山城银行".to_owned(),
            bank_en: "Mountain City Bank".to_owned(),
            items: ["tax_payment".to_owned(), "ent_registration".to_owned()].into(),
            left_out: std::collections::BTreeSet::new(),
            purpose: Purpose::PreLoan,
            product: None,
            order: None,
            days,
            queries_max: None,
            text_hash: None,
            evidence: crate::Evidence::default(),
        }
    }

    fn text(lang: Lang, new: &NewGrant) -> ConsentText {
        let catalog = Catalog::embedded().unwrap();
        consent_text(lang, &catalog, "某某食品{bank}", new).unwrap()
    }

    #[test]
    fn the_text_names_who_what_why_and_how_long() {
        let zh = text(Lang::Zh, &new_grant(30));
        assert!(zh.paragraphs[0].starts_with("某某食品{bank}授权山城银行"), "{}", zh.paragraphs[0]);
        let catalog = Catalog::embedded().unwrap();
        let name = |item: &str| catalog.item(item).unwrap().name_zh.clone();
        let items = format!("共 2 项：{}、{}。", name("ent_registration"), name("tax_payment"));
        assert!(zh.paragraphs[0].ends_with(&items), "{}", zh.paragraphs[0]);
        assert!(zh.paragraphs[2].contains("30 日") && zh.paragraphs[2].contains("60 次"));
        assert!(zh.paragraphs[3].ends_with("下列字段不提供：法定代表人身份标识。"), "{}", zh.paragraphs[3]);
        let en = text(Lang::En, &new_grant(30));
        assert!(en.paragraphs[1].starts_with("Purpose: before a loan."));
        assert_eq!(zh.paragraphs.len(), en.paragraphs.len());
        assert!(!zh.paragraphs.concat().replace("食品{bank}", "").contains('{'));
    }

    #[test]
    fn the_digest_is_that_of_the_terms_not_of_the_language() {
        assert_eq!(text(Lang::Zh, &new_grant(30)).hash, text(Lang::En, &new_grant(30)).hash);
        assert_ne!(text(Lang::Zh, &new_grant(30)).hash, text(Lang::Zh, &new_grant(31)).hash);
    }

    #[test]
    fn what_was_left_out_is_named_with_its_item_and_is_part_of_the_digest() {
        let without = NewGrant { left_out: ["tax_payment.late_fee".to_owned()].into(), ..new_grant(30) };
        let (zh, en) = (text(Lang::Zh, &without), text(Lang::En, &without));
        let catalog = Catalog::embedded().unwrap();
        let item = catalog.item("tax_payment").unwrap();
        let field = item.field("late_fee").unwrap();
        let named = format!("法定代表人身份标识、{}的{}。", item.name_zh, field.label_zh);
        assert!(zh.paragraphs[3].ends_with(&named), "{}", zh.paragraphs[3]);
        assert!(en.paragraphs[3].ends_with(&format!("{}: {}.", item.name_en, field.label_en)), "{en:?}");
        assert_ne!(zh.hash, text(Lang::Zh, &new_grant(30)).hash);
    }

    #[test]
    fn a_text_that_was_kept_reads_back_and_a_changed_one_does_not() {
        let (catalog, new) = (Catalog::embedded().unwrap(), new_grant(30));
        let terms = purpose_terms(new.purpose).unwrap();
        let agreed = agreed(&catalog, "某某食品{bank}", &new, terms).unwrap();
        assert_eq!(kept(&agreed.body, &agreed.hash, Lang::En), Some(text(Lang::En, &new)));
        let changed = agreed.body.replace("30 日", "60 日");
        assert_eq!(kept(&changed, &agreed.hash, Lang::Zh), None);
    }

    #[test]
    fn a_damaged_text_is_refused() {
        let shipped = include_str!("../../../../consent/text.toml");
        assert!(read(shipped).is_ok());
        assert!(read(&shipped.replace("{days}", "{day}")).is_err());
        assert!(read(&shipped.replacen("{count}", "", 1)).is_err(), "one language only");
        assert!(read(&shipped.replace("{items}", "{items")).is_err());
    }
}
