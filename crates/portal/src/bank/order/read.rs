//! What was typed into an act's form, read as the act; what cannot be read is said beside its field.

use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jq_base::clock::zone;
use jq_base::ids::LoanId;
use jq_base::money::Money;
use jq_base::rate::Rate;
use jq_lending::order::{ContactChannel, GrantTerms, OrderAct};
use jq_lending::product::Security;
use jq_lending::refusal::Refusal;
use jq_lending::schedule::RepaymentMethod;
use jq_lending::{FieldRule, OrderEventKind};
use jq_web::{FieldProblem, Visit};

use super::form::{Values, problem};
use crate::words;

/// The act that a form asks for; nothing for an event that is no act of a bank.
pub fn act(v: &Visit, kind: OrderEventKind, values: &Values) -> Option<Result<OrderAct, Vec<FieldProblem>>> {
    use OrderEventKind as E;
    let mut read = Reader { v, form: kind.code(), values, wrong: Vec::new() };
    let act = match kind {
        E::Accept => OrderAct::Accept,
        E::Decline => OrderAct::Decline(read.refusal()),
        E::Contact => OrderAct::Contact {
            channel: read.word("channel", ContactChannel::Phone),
            note: read.text("note"),
            at: read.moment("at"),
        },
        E::Survey => OrderAct::Survey,
        E::RequestMaterials => OrderAct::RequestMaterials { materials: read.materials() },
        E::SubmitApproval => OrderAct::SubmitApproval { note: read.text("note") },
        E::Grant => OrderAct::Grant(read.terms()),
        E::Refuse => OrderAct::Refuse(read.refusal()),
        E::Uphold => OrderAct::Uphold { note: read.text("note") },
        E::Reopen => OrderAct::Reopen { note: read.text("note") },
        E::Sign => OrderAct::Sign { contract_no: Some(read.text("contract_no")) },
        E::Draw => OrderAct::Draw {
            loan_ref: read.text("loan_ref"),
            amount: read.yuan("amount").unwrap_or_default(),
            drawn_on: read.day("drawn_on"),
            report_no: read.text("report_no"),
        },
        E::Repay => return Some(read.repay()),
        E::Reassign => OrderAct::Reassign { officer: read.text("officer") },
        E::WriteOff => OrderAct::WriteOff,
        _ => return None,
    };
    Some(read.done(act))
}

/// Reads the fields of one form.
struct Reader<'a> {
    v: &'a Visit,
    form: &'static str,
    values: &'a Values,
    wrong: Vec<FieldProblem>,
}

impl Reader<'_> {
    fn done(self, act: OrderAct) -> Result<OrderAct, Vec<FieldProblem>> {
        if self.wrong.is_empty() { Ok(act) } else { Err(self.wrong) }
    }

    fn text(&self, name: &str) -> String {
        self.values.typed(name).trim().to_owned()
    }

    fn refuse(&mut self, name: &str, rule: &str) {
        self.wrong.push(problem(self.v, self.form, name, rule));
    }

    fn missing(&mut self, name: &str) {
        self.refuse(name, &FieldRule::Missing.text(self.v.lang()));
    }

    fn refusal(&self) -> Refusal {
        Refusal { code: self.text("code"), text: self.text("text") }
    }

    /// The usual papers that were marked, then one on each line.
    fn materials(&self) -> Vec<String> {
        let more = self.values.typed("more").lines();
        self.values
            .all("materials")
            .chain(more)
            .map(|one| one.trim().to_owned())
            .filter(|one| !one.is_empty())
            .collect()
    }

    fn terms(&mut self) -> GrantTerms {
        GrantTerms {
            amount: self.wan("amount"),
            months: self.months("months"),
            rate: self.rate("rate"),
            method: self.word("method", RepaymentMethod::ALL[0]),
            security: self.word("security", Security::Credit),
            valid_until: self.day("valid_until"),
            note: self.text("note"),
        }
    }

    fn repay(mut self) -> Result<OrderAct, Vec<FieldProblem>> {
        let loan = LoanId::parse(self.values.typed("loan_id")).ok();
        if loan.is_none() {
            self.refuse("loan_id", &FieldRule::Unknown.text(self.v.lang()));
        }
        let amount = self.yuan("amount").unwrap_or_default();
        let (principal, paid_on) = (self.yuan("principal"), self.day("paid_on"));
        let report_no = self.text("report_no");
        match loan {
            Some(loan_id) => self.done(OrderAct::Repay { loan_id, amount, principal, paid_on, report_no }),
            None => Err(self.wrong),
        }
    }

    fn word<T: FromStr>(&mut self, name: &str, default: T) -> T {
        self.text(name).parse().unwrap_or_else(|_| {
            self.refuse(name, &FieldRule::Unknown.text(self.v.lang()));
            default
        })
    }

    /// An amount as people say it: a bare number counts ten thousands of yuan.
    fn wan(&mut self, name: &str) -> Money {
        let typed = self.text(name);
        let read = words::read_amount(&typed);
        if read.is_none() && !typed.is_empty() {
            self.refuse(name, &self.v.t("act-wrong-amount"));
        }
        read.unwrap_or_default()
    }

    /// An amount as a report says it: a bare number counts yuan. Nothing when nothing was typed.
    fn yuan(&mut self, name: &str) -> Option<Money> {
        let typed = self.text(name);
        let read = read_yuan(&typed);
        if read.is_none() && !typed.is_empty() {
            self.refuse(name, &self.v.t("act-wrong-yuan"));
        }
        read
    }

    fn months(&mut self, name: &str) -> u32 {
        let typed = self.text(name);
        typed.parse().unwrap_or_else(|_| {
            if !typed.is_empty() {
                self.refuse(name, &self.v.t("act-wrong-months"));
            }
            0
        })
    }

    fn rate(&mut self, name: &str) -> Rate {
        let typed = self.text(name);
        read_rate(&typed).unwrap_or_else(|| {
            if typed.is_empty() {
                self.missing(name);
            } else {
                self.refuse(name, &self.v.t("act-wrong-rate"));
            }
            Rate::default()
        })
    }

    fn day(&mut self, name: &str) -> Date {
        let typed = self.text(name);
        typed.parse().unwrap_or_else(|_| {
            if typed.is_empty() {
                self.missing(name);
            } else {
                self.refuse(name, &self.v.t("act-wrong-day"));
            }
            Date::default()
        })
    }

    /// A day with a time, in Beijing; nothing when nothing was typed.
    fn moment(&mut self, name: &str) -> Option<Timestamp> {
        let typed = self.text(name);
        let read = typed.parse::<DateTime>().ok().and_then(|at| at.to_zoned(zone()).ok());
        if read.is_none() && !typed.is_empty() {
            self.refuse(name, &self.v.t("act-wrong-moment"));
        }
        read.map(|at| at.timestamp())
    }
}

/// `200000`, `200,000.00`, `200000 元`, `20 万`.
fn read_yuan(typed: &str) -> Option<Money> {
    if typed.contains('万') {
        return words::read_amount(typed);
    }
    let plain: String = typed.to_lowercase().chars().filter(|sign| !",， ".contains(*sign)).collect();
    let plain = plain.trim_end_matches("yuan").trim_end_matches('元');
    Money::parse_yuan(plain).ok().filter(|money| *money >= Money::ZERO)
}

/// `3.65`, `3.65%`, `365BP`.
fn read_rate(typed: &str) -> Option<Rate> {
    typed.parse().ok().or_else(|| format!("{typed}%").parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_counts_yuan_and_never_guesses_ten_thousands() {
        let fen = |fen| Some(Money::from_fen(fen));
        for (typed, expected) in [
            ("385.28", fen(38_528)),
            ("200,000.00", fen(20_000_000)),
            ("200000元", fen(20_000_000)),
            ("20 万", fen(20_000_000)),
            ("20", fen(2_000)),
            ("-1", None),
            ("", None),
            ("1.234", None),
        ] {
            assert_eq!(read_yuan(typed), expected, "{typed}");
        }
    }

    #[test]
    fn a_rate_is_read_with_and_without_its_sign() {
        for typed in ["3.65", "3.65%", "365BP"] {
            assert_eq!(read_rate(typed), Some(Rate::from_ppm(36_500)), "{typed}");
        }
        assert_eq!(read_rate("about four"), None);
    }
}
