//! What is known of an expression before it is evaluated: its value where it is constant, its type where it is a sum.

use super::evaluate::Scene;
use super::{Expression, Operator};
use crate::kind::Type;
use crate::value::Value;

/// A constant, where nothing in an expression varies.
pub(super) fn fold(expression: Expression) -> Expression {
    let constant = |value: &Expression| matches!(value, Expression::Constant(_));
    let all = match &expression {
        Expression::Negate(value) | Expression::Member(value, _) => constant(value),
        Expression::Two(_, sides) => sides.iter().all(constant),
        Expression::If(parts) | Expression::Between(parts) => parts.iter().all(constant),
        Expression::List(values) | Expression::Call(_, values) => values.iter().all(constant),
        Expression::Constant(_) | Expression::Slot(_) | Expression::Input | Expression::In(..) => false,
    };
    if all {
        Expression::Constant(expression.evaluate(Scene { slots: &[], input: &Value::Null }))
    } else {
        expression
    }
}

/// The type of a sum, difference, product or quotient; nothing where there is none.
pub(super) fn sum_type(operator: Operator, one: &Type, other: &Type) -> Option<Type> {
    use Operator::{Add, Divide, Multiply, Power, Subtract};
    use Type::{Any, Date, Duration, Moment, Months, Number, Text, Time};
    match (operator, one, other) {
        (Power, Any | Number, Any | Number)
        | (_, Number, Number)
        | (Divide, Duration, Duration)
        | (Divide, Months, Months) => Some(Number),
        (Power, ..) => None,
        (_, Any, _) | (_, _, Any) => Some(Any),
        (Add, Text, Text) => Some(Text),
        (Add | Subtract, Duration, Duration)
        | (Subtract, Date, Date)
        | (Subtract, Moment, Moment)
        | (Subtract, Time, Time) => Some(Duration),
        (Add | Subtract, Months, Months) => Some(Months),
        (Multiply | Divide, length @ (Duration | Months), Number)
        | (Multiply, Number, length @ (Duration | Months)) => Some(length.clone()),
        (Add | Subtract, start @ (Date | Moment), Duration | Months)
        | (Add, Duration | Months, start @ (Date | Moment)) => Some(start.clone()),
        (Add | Subtract, Time, Duration) | (Add, Duration, Time) => Some(Time),
        _ => None,
    }
}
