//! Registered capital is read from every shape met in registers, exactly, or refused with a reason.

use jq_base::capital::{CapitalError, Currency, parse_capital_text};
use jq_base::lang::Lang;
use proptest::prelude::*;

/// Hundredths and currency, or the code of the reason.
fn read(text: &str) -> Result<(i64, Currency), &'static str> {
    match parse_capital_text(text) {
        Ok(capital) => Ok((capital.amount.expect("a figure").fen(), capital.currency)),
        Err(reason) => Err(reason.code()),
    }
}

/// The masked shapes, unquoted.
fn shapes() -> impl Iterator<Item = &'static str> {
    include_str!("data/capital_text_templates.csv").lines().skip(1).map(|line| {
        let (shape, _count) = line.rsplit_once(',').expect("two columns");
        shape.trim_matches('"')
    })
}

fn currency_in(shape: &str) -> Currency {
    let named = [
        ("美元", Currency::Usd),
        ("香港元", Currency::Hkd),
        ("欧元", Currency::Eur),
        ("日元", Currency::Jpy),
        ("瑞士法郎", Currency::Chf),
    ];
    named.iter().find(|(word, _)| shape.contains(word)).map_or(Currency::Cny, |(_, currency)| *currency)
}

#[test]
fn every_shape_met_in_registers_is_read() {
    let mut read_shapes = 0;
    for shape in shapes() {
        if matches!(shape, "N/A" | "-") {
            assert_eq!(read(shape), Err("capital/not-stated"), "{shape}");
            continue;
        }
        let (text, yuan) = match (shape.contains("9,9"), shape.contains("9.9")) {
            (true, true) => (shape.replace("9,9.9", "1,234.5678"), 12_345_678),
            (true, false) => (shape.replace("9,9", "1,234"), 12_340_000),
            (false, true) => (shape.replace("9.9", "50.05"), 500_500),
            (false, false) => (shape.replace('9', "100"), 1_000_000),
        };
        assert_eq!(read(&text), Ok((yuan * 100, currency_in(shape))), "{text}");
        read_shapes += 1;
    }
    assert_eq!(read_shapes, 33);
}

#[test]
fn full_width_signs_spaces_and_other_spellings_are_read() {
    let cny = |text: &str| {
        let (fen, currency) = read(text).unwrap_or_else(|reason| panic!("{text}: {reason}"));
        assert_eq!(currency, Currency::Cny, "{text}");
        fen / 100
    };
    assert_eq!(cny("\u{ff11}\u{ff0c}\u{ff10}\u{ff10}\u{ff10}\u{ff08}万元\u{ff09}"), 10_000_000);
    assert_eq!(cny(" 1 000 万 元 整 "), 10_000_000);
    assert_eq!(cny("人民币500万元"), 5_000_000);
    assert_eq!(cny("人民币 1.2 亿元"), 120_000_000);
    assert_eq!(cny("RMB 300,000"), 300_000);
    assert_eq!(cny("\u{ffe5}300000元"), 300_000);
    assert_eq!(cny("CNY 2百万"), 2_000_000);
    assert_eq!(cny("50000元"), 50_000);
    assert_eq!(cny("注册资本:3千万元人民币"), 30_000_000);
    assert_eq!(cny("0万"), 0);
}

#[test]
fn other_currencies_are_named_by_word_sign_or_code() {
    assert_eq!(read("USD 50万"), Ok((50_000_000, Currency::Usd)));
    assert_eq!(read("$500"), Ok((50_000, Currency::Usd)));
    assert_eq!(read("100万港币"), Ok((100_000_000, Currency::Hkd)));
    assert_eq!(read("100(万英镑)"), Ok((100_000_000, Currency::Gbp)));
    assert_eq!(read("100(万新加坡元)"), Ok((100_000_000, Currency::Sgd)));
    assert_eq!(read("100(万澳大利亚元)"), Ok((100_000_000, Currency::Aud)));
    assert_eq!(read("100(万加拿大元)"), Ok((100_000_000, Currency::Cad)));
    assert_eq!(read("100(万韩元)"), Ok((100_000_000, Currency::Krw)));
    assert_eq!(read("100万新台币"), Ok((100_000_000, Currency::Twd)));
    assert_eq!(read("5亿日元"), Ok((50_000_000_000, Currency::Jpy)));
    for &currency in Currency::ALL {
        assert_eq!(read(&format!("7({})", currency.text(Lang::Zh))), Ok((700, currency)));
        assert_eq!(read(&format!("{} 7", currency.code().to_lowercase())), Ok((700, currency)));
    }
}

#[test]
fn a_currency_without_a_figure_has_no_amount() {
    let capital = parse_capital_text("人民币").expect("a currency");
    assert_eq!((capital.amount, capital.currency), (None, Currency::Cny));
}

#[test]
fn what_cannot_be_read_has_a_reason() {
    assert_eq!(read(""), Err("capital/empty"));
    assert_eq!(read(" \u{3000}"), Err("capital/empty"));
    for nothing in ["n/a", "N/A", "—", "--", "无", "/", "(无)"] {
        assert_eq!(read(nothing), Err("capital/not-stated"), "{nothing}");
    }
    assert_eq!(read("万元"), Err("capital/no-figure"));
    assert_eq!(read("1,5万"), Err("capital/figure"));
    assert_eq!(read("1.2.3万"), Err("capital/figure"));
    assert_eq!(read("100万贝壳"), Err("capital/word"));
    assert_eq!(read("100-200万"), Err("capital/word"));
    assert_eq!(read("100万美元(人民币)"), Err("capital/conflicting"));
    assert_eq!(read("100万(万元)"), Err("capital/conflicting"));
    assert_eq!(read("-5万"), Err("capital/negative"));
    assert_eq!(read("0.1234567万"), Err("capital/too-fine"));
    assert_eq!(read("92233720368547758.08元"), Err("capital/too-large"));
    assert_eq!(read("99999999999999999999999999999999999999999亿"), Err("capital/too-large"));
    assert_eq!(CapitalError::NotStated.text(Lang::Zh), "来源未载明注册资本");
}

proptest! {
    #[test]
    fn ten_thousands_with_six_decimals_are_exact(fen in 0_i64..i64::MAX) {
        let text = format!("{}.{:06}(万)", fen / 1_000_000, fen % 1_000_000);
        prop_assert_eq!(read(&text), Ok((fen, Currency::Cny)));
    }

    #[test]
    fn any_text_is_read_or_refused_without_a_fault(text in "[0-9.,万亿元美(()-]{0,20}|.{0,20}") {
        let _ = parse_capital_text(&text);
    }
}
