//! How a command speaks: to people in their language, to programs as one JSON document.

use std::fmt::Display;
use std::io::{IsTerminal, Write};

use indicatif::{ProgressBar, ProgressStyle};
use jq_base::columns;
use jq_base::lang::Lang;
use serde::Serialize;

/// Where a command's words go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    pub(crate) json: bool,
    pub(crate) lang: Lang,
}

impl Output {
    /// Says a line to people; programs do not see it.
    pub(crate) fn say(self, line: impl Display) {
        if !self.json {
            print_line(&line);
        }
    }

    /// Says a line in the reader's language.
    pub(crate) fn say_in(self, zh: impl Display, en: impl Display) {
        match self.lang {
            Lang::Zh => self.say(zh),
            Lang::En => self.say(en),
        }
    }

    /// The one document that programs get.
    pub(crate) fn document(self, document: &impl Serialize) -> anyhow::Result<()> {
        if self.json {
            print_line(&serde_json::to_string_pretty(document)?);
        }
        Ok(())
    }

    /// A table for people.
    pub(crate) fn table(self, header: &[&str], rows: &[Vec<String>]) {
        if self.json {
            return;
        }
        for line in columns::lines(header, rows) {
            print_line(&line);
        }
    }

    /// A progress bar on a terminal, nothing elsewhere.
    pub(crate) fn bar(self, length: u64, zh: &'static str, en: &'static str) -> ProgressBar {
        if self.json || !std::io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new(length);
        if let Ok(style) = ProgressStyle::with_template("{msg:12} {bar:40} {pos}/{len} {eta}") {
            bar.set_style(style);
        }
        bar.set_message(self.lang.pick(zh, en));
        bar
    }
}

/// Prints to standard output; a reader that has gone away (`| head`) is not an error.
pub(crate) fn print_line(line: &impl Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
