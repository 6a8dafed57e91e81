//! Decision tables of the DMN standard: a bank draws its table in the editor of its choice, exports DMN 1.1 to 1.5, and
//! the table is checked, indexed and evaluated here, or made into a decision flow of the platform.
//!
//! - [`Model::load`] reads a file and either understands all of it or refuses it, each reason with file, line and rule.
//!   Nothing is left out in silence: what is not supported is named.
//! - Tables with every hit policy, several outputs and default outputs; decisions that need other decisions; expressions
//!   in the part of FEEL that tables use. Numbers are decimal with 34 digits, so a tenth is a tenth.
//! - A table is indexed when loaded: for each input, one bit per rule and stretch of values. An evaluation takes one mask
//!   per input and puts them together; it asks for no memory where the outputs are constants.
//! - What goes wrong in an evaluation, such as two rules of a unique table that both hold, gives `null` and a
//!   [`Complaint`], never a guess.
//! - [`cases`] checks a model against test cases in the form of the DMN technology compatibility kit; [`flow`] makes a
//!   flow file of a table.
//!
//! It knows no features, banks or firms, reads no files and asks no clock.
//!
//! ```
//! use jq_dmn::{Model, Number, Value};
//!
//! let text = r##"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="rates">
//!   <inputData id="a" name="Sales"><variable name="Sales" typeRef="number"/></inputData>
//!   <decision id="d" name="Rate"><variable name="Rate" typeRef="number"/>
//!     <informationRequirement><requiredInput href="#a"/></informationRequirement>
//!     <decisionTable hitPolicy="FIRST">
//!       <input><inputExpression typeRef="number"><text>Sales</text></inputExpression></input>
//!       <output/>
//!       <rule><inputEntry><text>&gt;= 500000</text></inputEntry><outputEntry><text>3.65</text></outputEntry></rule>
//!       <rule><inputEntry><text>-</text></inputEntry><outputEntry><text>4.10</text></outputEntry></rule>
//!     </decisionTable></decision>
//! </definitions>"##;
//! let model = Model::load("rates.dmn", text).unwrap();
//! let mut run = model.run();
//! model.set(&mut run, model.input("Sales").unwrap(), Value::Number(Number::from(600_000)));
//! let rate = model.decide(&mut run, model.decision("Rate").unwrap());
//! assert_eq!(rate.to_string(), "3.65");
//! ```

pub mod bench;
pub mod cases;
mod document;
mod feel;
pub mod flow;
mod index;
mod kind;
mod load;
mod model;
mod number;
mod problem;
mod table;
mod temporal;
mod value;
mod xml;

pub use kind::Type;
pub use model::{Complaint, Decision, Input, Model, Run};
pub use number::Number;
pub use problem::Problem;
pub use table::{Collect, Hit};
pub use temporal::{Clock, Moment};
pub use value::Value;
