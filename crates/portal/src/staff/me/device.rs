//! The devices at which an employee is signed in.

use axum::extract::{Form, State};
use jq_base::ids::SessionId;
use jq_identity::session::Device;
use jq_identity::staff;
use jq_web::{Visit, say};
use serde::Deserialize;

use super::show::back;
use crate::refused::Answer;
use crate::staff::{Inside, StaffPortal};
use crate::state::PortalState;

/// A device on the page.
pub(super) struct DeviceRow {
    /// What the form sends.
    pub(super) session: String,
    /// Browser and system in words.
    pub(super) name: String,
    pub(super) since: String,
    pub(super) seen: String,
    /// The one that looks at this page.
    pub(super) is_this: bool,
}

impl DeviceRow {
    pub(super) fn new(v: &Visit, device: &Device, own: &SessionId) -> Self {
        let name = name_of(&device.agent);
        Self {
            is_this: device.session == *own,
            session: device.session.to_string(),
            name: if name.is_empty() { v.t("me-device-unknown") } else { name },
            since: say::moment(device.opened_at),
            seen: say::moment(device.seen_at),
        }
    }
}

/// Browser and system out of what a browser calls itself; empty when neither is known. Each browser also claims to be
/// the older ones, so that the order decides.
fn name_of(agent: &str) -> String {
    const BROWSERS: [(&str, &str); 6] = [
        ("MicroMessenger", "WeChat"),
        ("Edg", "Edge"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
        ("curl", "curl"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("HarmonyOS", "HarmonyOS"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let first = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    [first(&BROWSERS), first(&SYSTEMS)].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// The form.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct EndForm {
    /// A session, or `others`.
    session: String,
}

/// `POST /<portal>/me/devices/end`
pub(super) async fn end<P: StaffPortal>(
    State(state): State<PortalState>,
    Inside { user, .. }: Inside<P>,
    Form(form): Form<EndForm>,
) -> Answer {
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    match SessionId::parse(&form.session) {
        _ if form.session == "others" => {
            staff::end_other_sessions(&mut tx, &user, now).await?;
        }
        Ok(session) => staff::end_session(&mut tx, &user, &session, now).await?,
        Err(_) => {}
    }
    tx.commit().await?;
    Ok(back::<P>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_named_by_browser_and_system() {
        let check = |agent, name| assert_eq!(name_of(agent), name);
        check(
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36",
            "Chrome · Linux",
        );
        check("Mozilla/5.0 (Windows NT 10.0) Chrome/142.0 Safari/537.36 Edg/142.0", "Edge · Windows");
        check(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1",
            "Safari · iPhone",
        );
        check("something else", "");
    }
}
