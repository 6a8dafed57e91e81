//! Whatever text arrives, it is taken or refused with a reason, and nothing breaks.

#[path = "../../../fuzz/entries/base.rs"]
mod entries;
#[path = "../../../fuzz/entries/inputs.rs"]
mod inputs;

/// Memory that reading a text may take at most, in MB, the test program included.
const MEMORY_MAX: u64 = 128;

#[test]
fn no_text_breaks_the_readers_of_codes_amounts_and_numbers() {
    let words = [
        "91500102MAC8YUW23Y",
        "500102000012345",
        "MAC8YUW2-3",
        "11010519491231002X",
        "110105491231002",
        "13800138000",
        "1234567.89",
        "-0.01",
        "3.65%",
        "365ppm",
        "pre_loan",
        "zh-CN",
        "name:云阳面馆",
        "９１５００１０２ＭＡＣ８ＹＵＷ２３Ｙ",
    ];
    inputs::drive(&words, 50_000, MEMORY_MAX, entries::words);
}

#[test]
fn no_text_breaks_the_reader_of_registered_capital() {
    let texts = [
        "1000万元人民币",
        "壹仟万元整",
        "￥5,000,000.00",
        "50万美元",
        "人民币伍佰万元",
        "100.000000万人民币",
        "３００万",
        "RMB 2,000,000",
    ];
    inputs::drive(&texts, 50_000, MEMORY_MAX, entries::capital);
}

#[test]
fn no_file_breaks_the_calendar() {
    inputs::drive(&[include_str!("../../../calendar/workdays.csv")], 1_500, MEMORY_MAX, entries::calendar);
}
