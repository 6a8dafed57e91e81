//! What expressions and tests give, and which are refused.

use std::sync::Arc;

use super::evaluate::Scene;
use super::function::Function;
use super::parse::Scope;
use crate::kind::Type;
use crate::number::Number;
use crate::value::Value;

fn scope() -> Scope {
    let mut scope = Scope::default();
    scope.add("Age", 0, Type::Number);
    scope.add("Risk Category", 1, Type::Text);
    scope.add("Risk", 2, Type::Number);
    scope.add("Firm", 3, Type::Context(Arc::from([(Arc::from("net sales"), Type::Number)])));
    scope.add("Approved/Declined", 4, Type::Boolean);
    scope.add("成立日期", 5, Type::Date);
    scope
}

fn values() -> Vec<Value> {
    let number = |text: &str| Value::Number(Number::parse(text).unwrap());
    let date = |text: &str| Function::Date.call(&[Value::text(text)]);
    vec![
        number("20"),
        Value::text("High"),
        number("0.5"),
        Value::Context(Arc::from([(Arc::from("net sales"), number("1000"))])),
        Value::Boolean(true),
        date("2024-02-29"),
    ]
}

fn shows(text: &str, expected: &str) {
    let (expression, _) = scope().expression(text).unwrap_or_else(|fault| panic!("{text}: {fault:?}"));
    let value = expression.evaluate(Scene { slots: &values(), input: &Value::Null });
    assert_eq!(value.to_string(), expected, "{text}");
}

fn passes(text: &str, input: &Type, yes: &[Value], no: &[Value]) {
    let tests = scope().tests(text, input).unwrap_or_else(|fault| panic!("{text}: {fault:?}"));
    for value in yes {
        assert!(tests.hold(value, &values()), "{text}: {value}");
    }
    for value in no {
        assert!(!tests.hold(value, &values()), "{text}: {value}");
    }
}

fn number(text: &str) -> Value {
    Value::Number(Number::parse(text).unwrap())
}

#[test]
fn expressions_give_what_dmn_says() {
    for (text, expected) in [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("0.1 + 0.2", "0.3"),
        ("-2 ** 2", "4"),
        ("10 - 2 - 3", "5"),
        ("1 / 0", "null"),
        ("Age - 1", "19"),
        ("Age-1", "19"),
        ("Risk Category + \"!\"", "\"High!\""),
        ("Risk  Category", "\"High\""),
        ("Risk + 1", "1.5"),
        ("Firm.net sales / 4", "250"),
        ("Approved/Declined", "true"),
        ("成立日期 + duration(\"P1Y\")", "2025-02-28"),
        ("成立日期.month", "2"),
        ("date(\"2024-03-01\") - 成立日期", "P1D"),
        ("if Age >= 18 then \"adult\" else \"minor\"", "\"adult\""),
        ("if null then 1 else 2", "2"),
        ("Age between 18 and 65 and Risk < 1", "true"),
        ("Age in (< 10, [20..30])", "true"),
        ("Age in [1..20)", "false"),
        ("null = null", "true"),
        ("Age = null", "false"),
        ("null < 1", "null"),
        ("null and false", "false"),
        ("null or true", "true"),
        ("not(null)", "null"),
        ("max(1, Age, 3)", "20"),
        ("round half up(2.345, 2)", "2.35"),
        ("substring(\"金桥平台\", 3)", "\"平台\""),
        ("date and time(\"2026-01-01T10:00:00\") > date and time(\"2026-01-01T09:59:59\")", "true"),
        ("1 + /* two */ 2 // three", "3"),
        ("\"a\\u4e2d\\n\"", "\"a中\\n\""),
    ] {
        shows(text, expected);
    }
}

#[test]
fn tests_of_a_cell_are_those_of_dmn() {
    let (five, ten, null) = (number("5"), number("10"), Value::Null);
    passes("-", &Type::Number, &[five.clone(), null.clone()], &[]);
    passes("< 10", &Type::Number, std::slice::from_ref(&five), &[ten.clone(), null.clone()]);
    passes("[5..10)", &Type::Number, std::slice::from_ref(&five), &[ten.clone(), null.clone()]);
    passes("]5..10]", &Type::Number, std::slice::from_ref(&ten), std::slice::from_ref(&five));
    passes("5, > 9", &Type::Number, &[five.clone(), ten.clone()], &[number("9"), null.clone()]);
    passes("not(5, > 9)", &Type::Number, &[number("9")], &[five.clone(), ten.clone(), null.clone()]);
    passes("not(5)", &Type::Number, &[ten.clone(), null.clone()], std::slice::from_ref(&five));
    passes("null", &Type::Number, std::slice::from_ref(&null), std::slice::from_ref(&five));
    passes("not(null)", &Type::Number, std::slice::from_ref(&five), std::slice::from_ref(&null));
    passes("? > 4 and ? < Age", &Type::Number, &[five.clone(), ten.clone()], &[number("4"), number("20")]);
    passes("Age", &Type::Number, &[number("20.0")], std::slice::from_ref(&five));
    passes("[\"A\", \"B\"]", &Type::Text, &[Value::text("A")], &[Value::text("C"), null.clone()]);
    passes("not(true)", &Type::Boolean, &[Value::Boolean(false)], &[Value::Boolean(true)]);
    passes("-5", &Type::Number, &[number("-5")], std::slice::from_ref(&five));
    passes("\"-\"", &Type::Text, &[Value::text("-")], &[Value::text("a")]);
}

#[test]
fn what_is_not_supported_is_refused_by_name() {
    let refused = |text: &str, reason: &str| {
        let fault = scope().expression(text).unwrap_err();
        assert!(fault.reason.contains(reason), "{text}: {}", fault.reason);
    };
    refused("for i in [1] return i", "`for` is not supported");
    refused("some x in [1] satisfies x", "`some` is not supported");
    refused("{a: 1}", "contexts");
    refused("[1, 2][1]", "filters");
    refused("sort([1])", "the function sort() is not supported");
    refused("Sales + 1", "called Sales");
    refused("Firm.profit", "no value of this name");
    refused("1 +", "missing");
    refused("1 < \"a\"", "cannot be compared");
    refused("1 + \"a\"", "cannot be reckoned");
    refused("true < false", "has no order");
    refused("date(\"2026-13-01\")", "no value that is supported");
    refused("time(\"10:00:00@Asia/Shanghai\")", "no value that is supported");
    refused("? > 1", "only in an input entry");
    refused("2 ** 0.5", "broken exponent");
    refused("\"abc", "no end");
    refused(&"(".repeat(500), "nested too deeply");
    refused(&"-".repeat(500), "nested too deeply");
}

#[test]
fn a_test_that_never_holds_is_refused() {
    let refused = |text: &str, input: &Type, reason: &str| {
        let fault = scope().tests(text, input).unwrap_err();
        assert!(fault.reason.contains(reason), "{text}: {}", fault.reason);
    };
    refused("\"High\"", &Type::Number, "never equal");
    refused("< 5", &Type::Text, "cannot be compared");
    refused("[10..5]", &Type::Number, "ends before it begins");
    refused("5,", &Type::Number, "missing");
    refused("5 6", &Type::Number, "not understood");
    refused("not(\"a\")", &Type::Number, "never equal");
}
