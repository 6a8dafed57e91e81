//! A person at a browser without scripts: follows links, fills in forms, keeps cookies.

use std::collections::BTreeMap;

use ureq::Agent;

use super::form::Form;

/// One person's browser.
pub(crate) struct Browser {
    agent: Agent,
    base: String,
    cookies: BTreeMap<String, String>,
    /// The token of the last page, as its forms carry it.
    token: String,
    /// The page that is open.
    shown: String,
    /// Where it is.
    at: String,
    /// The token of a program; empty for a person.
    bearer: String,
}

/// A page that came back.
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) kind: String,
    pub(crate) body: Vec<u8>,
    /// Where the browser ended up.
    pub(crate) path: String,
}

impl Page {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Browser {
    pub(crate) fn new(base: &str) -> Self {
        let agent = Agent::config_builder().max_redirects(0).http_status_as_error(false).build().new_agent();
        Self {
            agent,
            base: base.to_owned(),
            cookies: BTreeMap::new(),
            token: String::new(),
            bearer: String::new(),
            shown: String::new(),
            at: String::new(),
        }
    }

    /// Opens a page, following redirects as a browser does.
    pub(crate) fn open(&mut self, path: &str) -> Page {
        self.fetch(path, None, "text/html")
    }

    /// Asks as a program would.
    pub(crate) fn ask(&mut self, path: &str, accept: &str) -> Page {
        self.fetch(path, None, accept)
    }

    /// Presses a button of the page that is open, named by its `data-test`, after changing some of its form's fields.
    pub(crate) fn press(&mut self, button: &str, changes: &[(&str, &str)]) -> Page {
        let form = Form::with_button(&self.shown, button);
        let form = form.unwrap_or_else(|| panic!("no button {button} at {}: {}", self.at, self.shown));
        let action = form.action.clone();
        let fields = form.changed(changes);
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.send(&action, &fields)
    }

    /// Follows the link with this `data-test`.
    pub(crate) fn follow(&mut self, link: &str) -> Page {
        let rest = self.shown.split_once(&format!("data-test=\"{link}\""));
        let (before, after) = rest.unwrap_or_else(|| panic!("no link {link} at {}: {}", self.at, self.shown));
        let tag = format!(
            "{}{}",
            &before[before.rfind('<').unwrap_or(0)..],
            after.split('>').next().unwrap_or_default()
        );
        let href = between(&tag, "href=\"", "\"").unwrap_or_else(|| panic!("{link} leads nowhere: {tag}"));
        self.open(&href.replace("&#38;", "&").replace("&amp;", "&"))
    }

    /// Looks at an address without going where it leads: the status and where it would lead.
    pub(crate) fn look(&self, path: &str) -> (u16, String) {
        let url = format!("{}{path}", self.base);
        let mut request =
            self.agent.get(&url).header("cookie", self.cookie_line()).header("accept", "text/html");
        if !self.bearer.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.bearer));
        }
        let answer = request.call().expect("the platform answers");
        let location = answer.headers().get("location").and_then(|value| value.to_str().ok());
        (answer.status().as_u16(), location.unwrap_or_default().to_owned())
    }

    /// Shows this token with everything it reads, as a program does.
    pub(crate) fn with_bearer(mut self, token: &str) -> Self {
        token.clone_into(&mut self.bearer);
        self
    }

    fn cookie_line(&self) -> String {
        let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    /// Sends a form of the page that is open.
    pub(crate) fn send(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let token = self.token.clone();
        let all: Vec<(&str, &str)> = fields.iter().copied().chain([("_csrf", token.as_str())]).collect();
        let kind = "application/x-www-form-urlencoded".to_owned();
        self.fetch(path, Some(Sent { kind, bytes: form(&all).into_bytes() }), "text/html")
    }

    /// Sends a form with a file, as a browser does.
    pub(crate) fn upload(&mut self, path: &str, fields: &[(&str, &str)], file: (&str, &[u8])) -> Page {
        const BOUNDARY: &str = "----a-boundary-of-a-test";
        let mut bytes = Vec::new();
        let token = self.token.clone();
        for (name, value) in fields.iter().copied().chain([("_csrf", token.as_str())]) {
            let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
            bytes.extend_from_slice(head.as_bytes());
            bytes.extend_from_slice(format!("{value}\r\n").as_bytes());
        }
        let (name, content) = file;
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        );
        bytes.extend_from_slice(head.as_bytes());
        bytes.extend_from_slice(content);
        bytes.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.fetch(path, Some(Sent { kind, bytes }), "text/html")
    }

    fn fetch(&mut self, path: &str, body: Option<Sent>, accept: &str) -> Page {
        let mut path = path.to_owned();
        let mut body = body;
        for _ in 0..8 {
            let page = self.once(&path, body.as_ref(), accept);
            match page {
                Ok(page) => return page,
                Err(to) => {
                    path = to.strip_prefix(&self.base).unwrap_or(&to).to_owned();
                    body = None;
                }
            }
        }
        panic!("{path} redirects for ever");
    }

    /// One request; the error is where it redirects to.
    fn once(&mut self, path: &str, body: Option<&Sent>, accept: &str) -> Result<Page, String> {
        let url = format!("{}{path}", self.base);
        let cookies = self.cookie_line();
        let answer = if let Some(body) = body {
            self.agent
                .post(&url)
                .header("cookie", &cookies)
                .header("accept", accept)
                .header("origin", &self.base)
                .header("content-type", &body.kind)
                .send(&body.bytes)
        } else {
            let mut request = self.agent.get(&url).header("cookie", &cookies).header("accept", accept);
            if !self.bearer.is_empty() {
                request = request.header("authorization", format!("Bearer {}", self.bearer));
            }
            request.call()
        };
        let mut answer = answer.expect("the platform answers");
        for cookie in answer.headers().get_all("set-cookie") {
            self.keep(cookie.to_str().expect("a cookie is text"));
        }
        let header = |name: &str| {
            answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
        };
        let (status, kind, location) = (answer.status().as_u16(), header("content-type"), header("location"));
        let body = answer.body_mut().with_config().limit(64 << 20).read_to_vec().expect("the whole answer");
        if (300..400).contains(&status) && !location.is_empty() {
            return Err(location);
        }
        let page = Page { status, kind, body, path: path.to_owned() };
        if page.kind.starts_with("text/html") {
            self.shown = page.text();
            path.clone_into(&mut self.at);
        }
        if let Some(token) = between(&page.text(), "name=\"_csrf\" value=\"", "\"") {
            self.token = token;
        }
        Ok(page)
    }

    fn keep(&mut self, cookie: &str) {
        let pair = cookie.split(';').next().unwrap_or_default();
        if let Some((name, value)) = pair.split_once('=') {
            if value.is_empty() || cookie.to_lowercase().contains("max-age=0") {
                self.cookies.remove(name.trim());
            } else {
                self.cookies.insert(name.trim().to_owned(), value.to_owned());
            }
        }
    }
}

/// What is sent: its kind and its bytes.
struct Sent {
    kind: String,
    bytes: Vec<u8>,
}

/// The text between two marks, the first time they stand there.
pub(crate) fn between(text: &str, start: &str, end: &str) -> Option<String> {
    let (_, rest) = text.split_once(start)?;
    Some(rest.split_once(end)?.0.to_owned())
}

fn form(fields: &[(&str, &str)]) -> String {
    let encode = |text: &str| {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
                _ => format!("%{byte:02X}"),
            })
            .collect::<String>()
    };
    fields
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect::<Vec<_>>()
        .join("&")
}
