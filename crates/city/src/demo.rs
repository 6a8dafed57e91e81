//! The demo's cast list: who is worth a visit, why, and with which mobile number and identity
//! number they sign in and are verified.

use std::path::Path;

use serde::Serialize;

use crate::CityError;
use crate::city::City;
use crate::code;
use crate::names;
use crate::subject::Subject;

/// One subject to be shown.
#[derive(Debug, Serialize)]
struct DemoSubject {
    role: &'static str,
    subject_key: String,
    name: String,
    kind: &'static str,
    district: &'static str,
    district_name: &'static str,
    industry: &'static str,
    person: String,
    resident_id: String,
    mobile: String,
    why_zh: &'static str,
    why_en: &'static str,
}

/// The list being gathered.
#[derive(Debug, Default)]
pub(crate) struct Demo(Vec<DemoSubject>);

impl Demo {
    /// Lists the subject if it plays a part.
    pub(crate) fn consider(&mut self, city: &City, who: &Subject) {
        let Some(role) = who.role else { return };
        let (id, why_zh, why_en) = role.story();
        self.0.push(DemoSubject {
            role: id,
            subject_key: who.key.clone(),
            name: who.name.clone(),
            kind: who.kind.id(),
            district: who.place.code,
            district_name: who.place.name,
            industry: who.trade.class,
            person: names::person(city.seed, who.owner),
            resident_id: code::identity_number(city.seed, who.owner),
            mobile: names::mobile(city.seed, who.number),
            why_zh,
            why_en,
        });
    }

    /// Writes `demo_firms.json` into the folder.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), CityError> {
        let mut text = serde_json::to_string_pretty(&self.0).map_err(CityError::Describe)?;
        text.push('\n');
        std::fs::write(folder.join("demo_firms.json"), text).map_err(CityError::Write)
    }
}
