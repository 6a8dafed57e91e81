//! Whatever a table holds, training ends with a card that reads back as itself, or with words on why not.

use crate::support::Folder;
use jq_base::lang::Lang;
use jq_training::{Fate, ScoreOptions, Scorecard, Split, TrainOptions, score, train};
use proptest::prelude::*;

/// Cells of every kind, the awkward ones among them.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (-3_i32..30).prop_map(|number| number.to_string()),
        2 => (-1e9..1e9_f64).prop_map(|number| number.to_string()),
        2 => "[a-c]",
        1 => Just(String::new()),
        1 => prop::sample::select(vec!["NA", "007", "1e308", "-1e308", "5e-324", "inf", "\"a,b\"", "\"x\"\"y\"", "企业", "-0"])
            .prop_map(str::to_owned),
    ]
}

fn table() -> impl Strategy<Value = String> {
    (1_usize..5, 1_usize..120)
        .prop_flat_map(|(columns, rows)| {
            let column = prop_oneof![
                prop::collection::vec(cell(), rows),
                prop::collection::vec((0_i32..40).prop_map(|number| number.to_string()), rows),
                prop::collection::vec("[a-f]", rows),
            ];
            (prop::collection::vec(column, columns), prop::collection::vec(0_u8..2, rows))
        })
        .prop_map(|(columns, target)| {
            let names: Vec<String> = (0..columns.len()).map(|at| format!("c{at}")).collect();
            let rows = target.iter().enumerate().map(|(row, target)| {
                let cells: Vec<&str> = columns.iter().map(|column| column[row].as_str()).collect();
                format!("{},{target}\n", cells.join(","))
            });
            format!("{},target\n{}", names.join(","), rows.collect::<String>())
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn training_ends_with_a_card_or_with_words(text in table(), is_split: bool) {
        let folder = Folder::new("any");
        let file = folder.write("any.csv", &text);
        let split = if is_split { Split::Share(0.3) } else { Split::None };
        let options = TrainOptions { split, ..TrainOptions::default() };
        match train(&file, &options, &mut |_| {}) {
            Err(error) => prop_assert!(!error.text(Lang::Zh).is_empty() && error.to_string().contains("any.csv")),
            Ok(trained) => {
                let toml = trained.card.to_toml();
                prop_assert_eq!(&Scorecard::parse(&file, &toml).unwrap(), &trained.card);
                for column in trained.report.columns.iter().filter(|column| column.kind.is_some()) {
                    let rows: u64 = column.bins.iter().map(|bin| bin.counts.rows()).sum();
                    prop_assert_eq!(rows, trained.report.rows.counts.rows());
                    let iv: f64 = column.bins.iter().map(|bin| bin.iv).sum();
                    prop_assert!((iv - column.iv.unwrap()).abs() < 1e-9 && iv.is_finite());
                }
                let used = trained.report.columns.iter().filter(|column| column.fate == Fate::Used).count();
                prop_assert_eq!(used, trained.card.variables.len());
                let (low, high) = trained.card.range();
                let mut out = Vec::new();
                let scored = score(&trained.card, &file, &mut out, &ScoreOptions::default(), &mut |_| {});
                let scored = scored.map_err(|error| error.to_string());
                if let Ok(scored) = scored {
                    prop_assert!(scored.score_min >= Some(low) && scored.score_max <= Some(high));
                } else {
                    // A word among the numbers of the rows that were kept for the test.
                    prop_assert!(is_split, "{scored:?}");
                }
                if let Ok(points) = trained.card.to_points_toml() {
                    prop_assert!(Scorecard::parse(&file, &points).is_ok());
                }
            }
        }
    }

    #[test]
    fn a_damaged_model_file_is_read_or_refused(at in 0_usize..4000, byte in 32_u8..127) {
        let card = "id = \"a\"\nversion = \"1\"\nzh = \"卡\"\nen = \"card\"\ngives_zh = \"分\"\ngives_en = \"points\"\n[points]\nbase = 5\n\
            [[points.feature]]\nname = \"x\"\nmissing = 1\nspecial = [{ value = \"0\", points = 2 }]\n\
            bins = [{ to = 1.5, points = -3 }, { from = 1.5, points = 4 }]\nreason = { code = \"R01\", zh = \"短\", en = \"short\" }\n";
        let mut bytes = card.as_bytes().to_vec();
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(text) = String::from_utf8(bytes) {
            let _ = Scorecard::parse(std::path::Path::new("card.toml"), &text);
        }
    }
}
