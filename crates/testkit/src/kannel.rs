//! A real Kannel (bearerbox and smsbox) with its own fake SMS centre behind it, from which the messages that a phone
//! would have got are read back.

use std::collections::BTreeMap;
use std::fs::File;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use jq_base::clock::Clock;
use jq_db::fresh_token;

const BEARERBOX: &str = "/usr/sbin/bearerbox";
const SMSBOX: &str = "/usr/sbin/smsbox";
const CENTRE: &str = "/usr/lib/kannel/test/fakesmsc";
/// How often something that is awaited is looked for, and how long between two looks.
const LOOKS: u32 = 200;
const PAUSE: Duration = Duration::from_millis(50);

/// A running Kannel; it ends with the test.
#[derive(Debug)]
pub struct Kannel {
    folder: PathBuf,
    children: Vec<Child>,
    sendsms_port: u16,
}

/// A message as it came to the fake centre, its parts joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// Whose phone.
    pub mobile: String,
    /// The text.
    pub text: String,
    /// In how many parts it came.
    pub parts: u32,
}

impl Kannel {
    /// Who may hand messages over.
    pub const USER: &str = "jinqiao";
    /// The password.
    pub const PASSWORD: &str = "kannel-for-tests";

    /// Starts a Kannel; nothing where the packages `kannel` and `kannel-extras` are not installed, which is put up with
    /// everywhere but in CI.
    #[expect(clippy::disallowed_methods, reason = "the environment says whether this is CI")]
    pub fn start() -> Option<Self> {
        if [BEARERBOX, SMSBOX, CENTRE].iter().any(|program| !Path::new(program).is_file()) {
            assert!(
                std::env::var("CI").is_err(),
                "install kannel and kannel-extras: this test must run where CI is set"
            );
            eprintln!("skipped: kannel and kannel-extras are not installed");
            return None;
        }
        let folder =
            std::env::temp_dir().join(format!("jinqiao-kannel-{}", fresh_token(Clock::System.now())));
        std::fs::create_dir_all(&folder).expect("a folder for Kannel");
        let [admin, smsbox, centre, sendsms] = free_ports();
        let file = folder.join("kannel.conf");
        std::fs::write(&file, configuration(&folder, [admin, smsbox, centre, sendsms])).expect("a file");
        let mut kannel = Self { folder, children: Vec::new(), sendsms_port: sendsms };
        let file = file.to_str().expect("UTF-8").to_owned();
        kannel.run("bearerbox", BEARERBOX, &[&file]);
        await_port(smsbox);
        await_port(centre);
        kannel.run("smsbox", SMSBOX, &[&file]);
        await_port(sendsms);
        let port = centre.to_string();
        kannel.run("centre", CENTRE, &["-H", "127.0.0.1", "-r", &port, "-m", "0", "1 2 text none"]);
        Some(kannel)
    }

    /// Where messages are handed over.
    pub fn sendsms(&self) -> String {
        format!("http://127.0.0.1:{}/cgi-bin/sendsms", self.sendsms_port)
    }

    /// The messages that came, once there are at least so many.
    pub fn arrived(&self, least: usize) -> Vec<Arrived> {
        for _ in 0..LOOKS {
            let arrived = joined(&self.said("centre"));
            if arrived.len() >= least {
                return arrived;
            }
            thread::sleep(PAUSE);
        }
        panic!("fewer than {least} messages came: {}\n{}", self.said("centre"), self.said("smsbox"));
    }

    /// What Kannel noted of the messages that it sent on, with the names by which their senders know them.
    pub fn access_log(&self) -> String {
        std::fs::read_to_string(self.folder.join("access.log")).unwrap_or_default()
    }

    fn said(&self, program: &str) -> String {
        let bytes = std::fs::read(self.folder.join(format!("{program}.out"))).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn run(&mut self, name: &str, program: &str, arguments: &[&str]) {
        let out = File::create(self.folder.join(format!("{name}.out"))).expect("a file");
        let errors = out.try_clone().expect("the same file");
        let child = Command::new(program)
            .args(arguments)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(errors)
            .spawn()
            .expect("the program starts");
        self.children.push(child);
    }
}

impl Drop for Kannel {
    fn drop(&mut self) {
        for mut child in self.children.drain(..).rev() {
            let _ = child.kill();
            let _ = child.wait();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn configuration(folder: &Path, [admin, smsbox, centre, sendsms]: [u16; 4]) -> String {
    let (user, password, folder) = (Kannel::USER, Kannel::PASSWORD, folder.display());
    format!(
        "group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = {password}
smsbox-port = {smsbox}
smsbox-interface = 127.0.0.1
box-allow-ip = 127.0.0.1
dlr-storage = internal
access-log = \"{folder}/access.log\"

group = smsc
smsc = fake
smsc-id = fake
port = {centre}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {sendsms}
sendsms-interface = 127.0.0.1
global-sender = 10690000

group = sendsms-user
username = {user}
password = {password}
max-messages = 10
concatenation = true
"
    )
}

/// Ports that were free a moment ago.
fn free_ports() -> [u16; 4] {
    let held = [(); 4].map(|()| TcpListener::bind(("127.0.0.1", 0)).expect("a free port"));
    held.map(|listener| listener.local_addr().expect("an address").port())
}

fn await_port(port: u16) {
    for _ in 0..LOOKS {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return;
        }
        thread::sleep(PAUSE);
    }
    panic!("nothing of Kannel listens at {port}");
}

/// The parts of a message that came so far, each with its number.
type Parts = Vec<(u8, Vec<u8>)>;

/// The messages in what the centre said, such as `Got message 1: <from to udh %05… data 0%10…>`.
fn joined(said: &str) -> Vec<Arrived> {
    let mut messages: Vec<Arrived> = Vec::new();
    let mut open: BTreeMap<(String, u8), Parts> = BTreeMap::new();
    for line in said.lines().filter_map(|line| line.split_once("Got message ")?.1.split_once('<')) {
        let Some(line) = line.1.strip_suffix('>') else { continue };
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            [_, to, "udh", header, "data", data] => {
                let header = decoded(header);
                let (reference, count, number) = (header[3], header[4], header[5]);
                let parts = open.entry((to.to_owned(), reference)).or_default();
                parts.push((number, decoded(data)));
                if parts.len() == usize::from(count) {
                    parts.sort();
                    let whole = parts.iter().flat_map(|(_, data)| data.clone()).collect::<Vec<u8>>();
                    messages.push(arrived(to, &whole, count.into()));
                    open.remove(&(to.to_owned(), reference));
                }
            }
            [_, to, "ucs-2", data] => messages.push(arrived(to, &decoded(data), 1)),
            _ => panic!("the centre says something else: {line}"),
        }
    }
    messages
}

fn arrived(to: &str, data: &[u8], parts: u32) -> Arrived {
    let units: Vec<u16> = data.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    let text = String::from_utf16(&units).expect("the text is UTF-16");
    Arrived { mobile: to.to_owned(), text, parts }
}

/// The bytes of a text in which `+` is a space and `%41` an A.
fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&sign, after)) = rest.split_first() {
        rest = after;
        match sign {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits = std::str::from_utf8(&rest[..2]).expect("two digits");
                bytes.push(u8::from_str_radix(digits, 16).expect("hexadecimal digits"));
                rest = &rest[2..];
            }
            sign => bytes.push(sign),
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_centre_says_is_read_and_joined() {
        let said = "DEBUG: Connecting to <127.0.0.1>\n\
            DEBUG: Got message 1: <1069 138 udh %05%00%03%00%02%02 data W%28>\n\
            DEBUG: Got message 2: <1069 138 udh %05%00%03%00%02%01 data 0%10%00+>\n\
            DEBUG: Got message 3: <1069 139 ucs-2 %91%D1he>\n";
        let (first, second) = ("【 在".to_owned(), "金桥".to_owned());
        assert_eq!(
            joined(said),
            [
                Arrived { mobile: "138".to_owned(), text: first, parts: 2 },
                Arrived { mobile: "139".to_owned(), text: second, parts: 1 },
            ]
        );
    }
}
