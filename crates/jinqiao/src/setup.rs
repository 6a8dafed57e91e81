//! How the platform was started, as the system administrator reads it: every setting in force, and what sets it. No secret
//! is among them.

use jq_api::Limits;
use jq_portal::{Setting, Setup};

use crate::app::App;
use crate::cli::{ApiDoor, LakeCare};

/// One mebibyte.
const MIB: usize = 1024 * 1024;

/// What a platform at this address was started with; last come the largest upload and
/// the carrier of text messages.
pub(crate) fn setup(
    app: &App,
    address: &str,
    demo: bool,
    care: LakeCare,
    door: &ApiDoor,
    (upload_max, carrier): (usize, &str),
) -> Setup {
    let limits = Limits::default();
    let mut settings = stores(app, address);
    settings.extend(lake(app, care));
    settings.extend([
        words("second-factor", if demo { FACTORS_DEMO } else { FACTORS }, ""),
        Setting::plain("calls", door.calls_a_minute.to_string(), "--calls-a-minute · JINQIAO_CALLS_A_MINUTE"),
        proxies(door),
        Setting::plain("bulk-hours", door.bulk_hours.to_string(), "--bulk-hours · JINQIAO_BULK_HOURS"),
        Setting::plain("bulk-subjects", limits.bulk_subjects.to_string(), ""),
        Setting::plain("bulks", limits.bulks_at_once.to_string(), ""),
        Setting::plain("upload", format!("{} MiB", upload_max / MIB), ""),
        watch(app),
        Setting::plain("sms", carrier, "notify/carrier.toml"),
        sms_limits(app),
    ]);
    Setup { version: env!("CARGO_PKG_VERSION").to_owned(), settings }
}

const FACTORS: (&str, &str) = ("每人必须登记", "everybody must have one");
const FACTORS_DEMO: (&str, &str) =
    ("演示：登记过的才要出示", "a demonstration: shown by whoever enrolled one");

fn words(key: &'static str, (zh, en): (&str, &str), option: &'static str) -> Setting {
    Setting { key, value_zh: zh.to_owned(), value_en: en.to_owned(), option }
}

/// Where things are.
fn stores(app: &App, address: &str) -> Vec<Setting> {
    let master = match app.keys.own_master_file() {
        Some(file) => Setting::plain("master-key", file.display().to_string(), MASTER_KEY),
        None => words("master-key", ("由环境变量给出", "given by the environment"), "JINQIAO_MASTER_KEY"),
    };
    vec![
        Setting::plain("address", address, "--port"),
        Setting::plain("data", app.folder.display().to_string(), "--data"),
        Setting::plain("database", app.db.address(), "--database · JINQIAO_DATABASE"),
        Setting::plain("lake", app.folder.join("lake").display().to_string(), "--data"),
        Setting::plain("suite", app.keys.suite().to_string(), "--suite · JINQIAO_SUITE"),
        master,
    ]
}

const MASTER_KEY: &str = "--master-key · JINQIAO_MASTER_KEY_FILE";

/// How the lake is kept.
fn lake(app: &App, care: LakeCare) -> Vec<Setting> {
    let sealed = if app.keys.seals_lake() { ("是", "yes") } else { ("否", "no") };
    let care_option = "--lake-care · JINQIAO_LAKE_CARE";
    let minutes = care.minutes;
    let every = if minutes == 0 {
        words("lake-care", ("从不", "never"), care_option)
    } else {
        let (zh, en) = (format!("每 {minutes} 分钟"), format!("every {minutes} minutes"));
        words("lake-care", (zh.as_str(), en.as_str()), care_option)
    };
    let (zh, en) = (format!("{} 小时", care.grace_hours), format!("{} hours", care.grace_hours));
    vec![
        words("lake-sealed", sealed, "--lake-in-clear · JINQIAO_LAKE_IN_CLEAR"),
        every,
        words("lake-grace", (zh.as_str(), en.as_str()), "--lake-grace · JINQIAO_LAKE_GRACE"),
    ]
}

fn proxies(door: &ApiDoor) -> Setting {
    let option = "--trusted-proxy · JINQIAO_TRUSTED_PROXY";
    if door.trusted_proxy.is_empty() {
        return words("proxies", ("没有", "none"), option);
    }
    let named: Vec<String> = door.trusted_proxy.iter().map(ToString::to_string).collect();
    Setting::plain("proxies", named.join(", "), option)
}

/// Where the rules of unusual reading come from.
fn watch(app: &App) -> Setting {
    own_or_shipped(app, "watch", "consent/watch.toml")
}

/// Where the rules of text messages come from.
fn sms_limits(app: &App) -> Setting {
    own_or_shipped(app, "sms-limits", "notify/limits.toml")
}

/// A file of the data folder, or else what is shipped.
fn own_or_shipped(app: &App, key: &'static str, file: &'static str) -> Setting {
    let own = app.folder.join(file);
    if own.is_file() {
        return Setting::plain(key, own.display().to_string(), file);
    }
    words(key, ("随平台提供", "shipped with the platform"), file)
}

#[cfg(test)]
mod tests {
    use jq_base::lang::Lang;
    use jq_web::Text;

    use super::*;
    use crate::cli::KeyOptions;

    #[tokio::test]
    async fn every_setting_has_words_in_both_languages_and_none_is_a_secret() {
        let folder = std::env::temp_dir().join(jq_db::fresh_token(jiff::Timestamp::UNIX_EPOCH));
        let app = App::open(&folder, None, KeyOptions::default()).await.unwrap();
        let (care, door) = (LakeCare { minutes: 0, grace_hours: 24 }, ApiDoor::default());
        let setup = setup(&app, "http://127.0.0.1:8080", true, care, &door, (512 * MIB, "demo"));
        let names: std::collections::BTreeSet<_> = setup.settings.iter().map(|one| one.key).collect();
        assert_eq!(names.len(), setup.settings.len(), "each once");
        for one in &setup.settings {
            let key = format!("setup-{}", one.key);
            assert!([Lang::Zh, Lang::En].iter().all(|&lang| Text::of(lang).has(&key)), "{key}");
            assert!(!one.value_zh.is_empty() && !one.value_en.is_empty(), "{key}");
        }
        let told = |key: &str| setup.settings.iter().find(|one| one.key == key).unwrap();
        assert_eq!(told("calls").value_en, "18000");
        assert_eq!(
            (told("lake-care").value_en.as_str(), told("bulk-hours").value_zh.as_str()),
            ("never", "22-6")
        );
        assert!(told("master-key").value_en.ends_with("keys/master.key"), "where it lies, not what it is");
        std::fs::remove_dir_all(folder).unwrap();
    }
}
