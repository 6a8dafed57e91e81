//! A running demo city, as `jinqiao up` starts it.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command};

use jq_web::audience::Audience;

use super::Program;
use super::browser::{Browser, Page};

/// A platform that is being served; it ends with the test.
pub(crate) struct Demo {
    pub(crate) program: Program,
    pub(crate) address: String,
    /// Name, mobile number and subject of each demo firm.
    pub(crate) firms: Vec<Firm>,
    child: Child,
}

/// A firm of the demo.
#[derive(Clone, Debug)]
pub(crate) struct Firm {
    pub(crate) name: String,
    pub(crate) mobile: String,
    pub(crate) subject: String,
}

impl Demo {
    /// Starts a city of that size and waits until it is ready.
    pub(crate) fn start(name: &str, subjects: u32) -> Self {
        Self::start_in(Program::new(name), subjects)
    }

    /// Tells the story in a city over a SQLite file and, when a server is named, in one over PostgreSQL.
    pub(crate) fn each(name: &str, subjects: u32, story: impl Fn(&Self)) {
        story(&Self::start(name, subjects));
        if let Some(program) = Program::on_postgres(name) {
            story(&Self::start_in(program, subjects));
        }
    }

    /// Moves the platform's clock to the morning of a later working day.
    pub(crate) fn days_pass(&self, by: &str) -> Page {
        let mut visitor = Browser::new(&self.address);
        visitor.open("/demo/clock");
        visitor.send("/demo/clock", &[("by", by)])
    }

    /// Starts the platform over an existing data folder.
    pub(crate) fn start_in(program: Program, subjects: u32) -> Self {
        let subjects = subjects.to_string();
        let mut child = program.start(&["up", "--port", "0", "--subjects", &subjects, "--json"]);
        let mut said = BufReader::new(child.stdout.take().expect("standard output is a pipe"));
        let mut text = String::new();
        let document: serde_json::Value = loop {
            let mut line = String::new();
            if said.read_line(&mut line).expect("lines of text") == 0 {
                let mut errors = String::new();
                if let Some(mut stderr) = child.stderr.take() {
                    let _ = stderr.read_to_string(&mut errors);
                }
                panic!("the platform ended before it was ready: {text}{errors}");
            }
            text.push_str(&line);
            if let Ok(document) = serde_json::from_str(&text) {
                break document;
            }
        };
        let word = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
        let firms = document["firms"].as_array().expect("a list of firms");
        let firms = firms
            .iter()
            .map(|firm| Firm {
                name: word(&firm["name"]),
                mobile: word(&firm["mobile"]),
                subject: word(&firm["subject"]),
            })
            .collect();
        Self { address: word(&document["address"]), firms, program, child }
    }

    /// Signs a firm in with the code that its phone shows.
    pub(crate) fn sign_in_firm(&self, firm: &Firm) -> Browser {
        let mut browser = Browser::new(&self.address);
        let before = self.codes(&firm.mobile).len();
        browser.open("/firm/sign-in");
        browser.send("/firm/sign-in", &[("mobile", &firm.mobile)]);
        let code = self.code_at_phone(&firm.mobile, before);
        let home = browser.send("/firm/sign-in/code", &[("code", &code)]);
        assert_eq!((home.status, home.path.as_str()), (200, "/firm"), "{}", home.text());
        browser
    }

    /// Signs an employee in at the portal of that audience.
    pub(crate) fn sign_in_staff(&self, audience: Audience, login: &str) -> Browser {
        let portal = match audience {
            Audience::Unit => "/unit",
            Audience::Bank | Audience::BankAdmin => "/bank",
            Audience::Desk => "/desk",
            Audience::Oversight => "/oversight",
            Audience::System => "/system",
            Audience::Security => "/security",
            Audience::Audit => "/audit",
            other => panic!("{other:?} has no sign-in for employees"),
        };
        let mut browser = Browser::new(&self.address);
        let door = format!("{portal}/sign-in");
        browser.open(&door);
        let home = browser.send(&door, &[("account", login), ("password", "jinqiao-demo")]);
        assert_eq!((home.status, home.path.as_str()), (200, portal), "{login}: {}", home.text());
        browser
    }

    /// A program with a token.
    pub(crate) fn client(&self, id: &str) -> Browser {
        let asked = format!("grant_type=client_credentials&client_id={id}&client_secret=jinqiao-demo");
        let mut answer = ureq::post(format!("{}/oauth/token", self.address))
            .header("content-type", "application/x-www-form-urlencoded")
            .send(asked)
            .expect("a token");
        let text = answer.body_mut().read_to_string().expect("text");
        let token: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        Browser::new(&self.address).with_bearer(token["access_token"].as_str().expect("a token"))
    }

    /// The newest code on the demo's phone for a number, once there are more than `before`; a message may take a moment.
    pub(crate) fn code_at_phone(&self, mobile: &str, before: usize) -> String {
        for _ in 0..200 {
            let codes = self.codes(mobile);
            if codes.len() > before {
                return codes[0].clone();
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("no code arrived for {mobile}");
    }

    /// The codes on the phone, the newest first.
    fn codes(&self, mobile: &str) -> Vec<String> {
        let page = Browser::new(&self.address).open(&format!("/demo/phone?mobile={mobile}")).text();
        page.split("<p class=\"code\">")
            .skip(1)
            .filter_map(|rest| Some(rest.split_once('<')?.0.to_owned()))
            .collect()
    }

    /// Asks the platform to end, waits until it has, and hands the data folder back.
    pub(crate) fn end(mut self) -> Program {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status().expect("kill starts");
        assert!(asked.success(), "the platform was running");
        let ended = self.child.wait().expect("the platform ends");
        assert!(ended.success(), "{ended}");
        std::mem::replace(&mut self.program, Program::new("ended"))
    }

    /// Kills the platform and hands the data folder back.
    pub(crate) fn stop(mut self) -> Program {
        let _ = self.child.kill();
        let _ = self.child.wait();
        std::mem::replace(&mut self.program, Program::new("stopped"))
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
