//! What is looked at in a question before it is planned.

use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};

use crate::error::LakeError;

/// Conditions, sums or answers that one question may chain: each lies inside the one before, and the planner goes
/// down all of them on one thread's stack.
const CHAIN_MAX: usize = 250;

/// Refuses a question that would not end well.
pub(crate) fn check(query: &str) -> Result<(), LakeError> {
    // What cannot be cut into words is told by who reads it next.
    let Ok(tokens) = Tokenizer::new(&GenericDialect {}, query).tokenize() else { return Ok(()) };
    if longest_chain(&tokens) > CHAIN_MAX { Err(LakeError::Chain { most: CHAIN_MAX }) } else { Ok(()) }
}

/// How far a chain has got between one pair of brackets.
#[derive(Default)]
struct Chain {
    operators: usize,
    answers: usize,
}

fn longest_chain(tokens: &[Token]) -> usize {
    let mut longest = 0;
    let mut outer = Vec::new();
    let mut chain = Chain::default();
    for token in tokens {
        match token {
            Token::LParen => outer.push(std::mem::take(&mut chain)),
            Token::RParen => chain = outer.pop().unwrap_or_default(),
            Token::Comma => chain.operators = 0,
            Token::Plus | Token::Minus | Token::Mul | Token::Div | Token::Mod | Token::StringConcat => {
                chain.operators += 1;
            }
            Token::Word(word) => match word.keyword {
                Keyword::AND | Keyword::OR => chain.operators += 1,
                Keyword::UNION | Keyword::EXCEPT | Keyword::INTERSECT | Keyword::JOIN => chain.answers += 1,
                Keyword::SELECT
                | Keyword::FROM
                | Keyword::WHERE
                | Keyword::ON
                | Keyword::WHEN
                | Keyword::THEN
                | Keyword::ELSE => chain.operators = 0,
                _ => {}
            },
            _ => {}
        }
        longest = longest.max(chain.operators).max(chain.answers);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(query: &str) -> usize {
        longest_chain(&Tokenizer::new(&GenericDialect {}, query).tokenize().unwrap())
    }

    #[test]
    fn a_chain_is_as_long_as_what_lies_inside_one_another() {
        assert_eq!(chain("select a + b + c, d * e from t where x = 1"), 2);
        assert_eq!(chain("select case when a and b then 1 when a or c then 2 end from t"), 1);
        assert_eq!(chain("select 1 where a in (1, 2, 3, 4) and (b or c or d)"), 2);
        assert_eq!(chain("select 1 union all select 2 union all select a + b"), 2);
        assert_eq!(chain("select ' and and and '"), 0, "what is quoted is no word");
    }
}
