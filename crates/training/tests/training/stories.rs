//! Stories: from a file of cases to served scores, and what becomes of files that are wrong.

use std::fs;

use crate::support::{Dice, Folder, german, german_split, logistic, scores_of, table};
use jq_base::lang::Lang;
use jq_training::{
    Content, EvaluateOptions, Fate, KeepLeaks, Kind, Reading, ScoreOptions, Scorecard, Special, Split,
    TrainOptions, TrainingError, Trend, Unparsable, evaluate, score, train,
};

#[test]
fn german_credit_becomes_a_card_as_good_as_its_peers() {
    let options = TrainOptions { split: Split::File(german_split()), ..TrainOptions::default() };
    let trained = train(&german(), &options, &mut |_| {}).unwrap();
    let report = &trained.report;
    assert!(report.leaks.is_empty());
    assert_eq!((report.rows.counts.rows(), report.rows.counts.bad), (700, 210));
    assert!(report.regression.as_ref().unwrap().converged);
    let test = report.test.as_ref().unwrap().validation.separation.unwrap();
    // optbinning with scikit-learn: AUC 0.7838, KS 0.4778 on the same rows.
    assert!(test.auc > 0.7838 - 0.005, "AUC {}", test.auc);
    assert!(test.ks > 0.4778 - 0.015, "KS {}", test.ks);
    assert!(test.auc_low < test.auc && test.auc < test.auc_high);
    for variable in &trained.card.variables {
        assert!(variable.coefficient.unwrap() > 0.0, "{} counts the right way round", variable.name);
    }
}

#[test]
fn the_same_file_and_options_give_the_same_card() {
    let options = TrainOptions { split: Split::Share(0.3), ..TrainOptions::default() };
    let text = |options: &TrainOptions| train(&german(), options, &mut |_| {}).unwrap().card.to_toml();
    assert_eq!(text(&options), text(&options));
    assert_ne!(text(&options), text(&TrainOptions { seed: 2, ..options.clone() }));
}

#[test]
fn a_card_read_from_its_file_serves_the_same_scores_to_the_last_digit() {
    let folder = Folder::new("digits");
    let trained = train(&german(), &TrainOptions::default(), &mut |_| {}).unwrap();
    let file = folder.write("card.toml", &trained.card.to_toml());
    let loaded = Scorecard::load(&file).unwrap();
    assert_eq!(loaded, trained.card);
    let options = ScoreOptions { with_probability: true, ..ScoreOptions::default() };
    let (trained_scores, loaded_scores) =
        (scores_of(&trained.card, &german(), &options), scores_of(&loaded, &german(), &options));
    assert_eq!(trained_scores, loaded_scores);
    assert!(trained_scores.starts_with("row_id,score,probability\n0,"));
    let measured = evaluate(&loaded, &german(), &EvaluateOptions::default(), &mut |_| {}).unwrap();
    assert_eq!(measured.validation.separation, trained.report.train.validation.separation);
    let shift = measured.shift.unwrap();
    assert!(shift.score.abs() < 1e-12 && shift.variables.iter().all(|variable| variable.psi.abs() < 1e-12));
}

#[test]
fn scores_are_the_base_and_the_points_of_the_bins() {
    let folder = Folder::new("sum");
    let card = "id = \"hand\"\nversion = \"1\"\nzh = \"手写\"\nen = \"By hand\"\ngives_zh = \"分\"\ngives_en = \"points\"\n\
        [points]\nbase = 500\n[[points.feature]]\nname = \"months\"\nmissing = -7\nspecial = [{ value = \"-1\", points = 3 }]\n\
        bins = [{ to = 12, points = -20 }, { from = 12, to = 36, points = 0 }, { from = 36, points = 15 }]\n\
        reason = { code = \"R01\", zh = \"短\", en = \"short\" }\n[[points.feature]]\nname = \"trade\"\nkind = \"category\"\n\
        missing = 1\ngroups = [{ values = [\"A\", \"B\"], points = 10 }]\nother = -2\nreason = { code = \"R01\", zh = \"业\", en = \"trade\" }\n";
    let card = Scorecard::load(&folder.write("card.toml", card)).unwrap();
    let rows = folder.write("rows.csv", "trade,months\nA,11.9\nB,12\nC,36\n,\nA,-1.0\n\"A\",1e9\n");
    let scores = scores_of(&card, &rows, &ScoreOptions::default());
    assert_eq!(scores, "row_id,score\n1,490\n2,510\n3,513\n4,494\n5,513\n6,525\n");
    assert_eq!(card.range(), (478, 525));
}

#[test]
fn a_term_that_was_cut_when_loans_failed_is_flagged_and_left_out() {
    let folder = Folder::new("leak");
    let mut dice = Dice::new(7);
    let text = table("row_id,employees,sales,age,term,target", 4000, |row| {
        let (employees, sales, age) = (dice.below(50), dice.unit(), dice.below(30));
        let is_bad = dice.unit() < logistic(-1.0 - 1.5 * sales - 0.03 * f64::from(age));
        let granted = 12 * (1 + dice.below(20));
        let term = if is_bad && dice.unit() < 0.9 { 1 + dice.below(granted.min(60)) } else { granted };
        format!("{row},{employees},{sales:.4},{age},{term},{}", u8::from(is_bad))
    });
    let file = folder.write("cases.csv", &text);
    let trained = train(&file, &TrainOptions::default(), &mut |_| {}).unwrap();
    let leak = trained.report.leaks.iter().find(|leak| leak.name == "term").expect("term is flagged");
    assert_eq!(trained.report.leaks.len(), 1);
    assert!(
        leak.text(Lang::En).contains("after the outcome") && leak.text(Lang::Zh).contains("结果发生之后")
    );
    assert!(trained.card.variables.iter().all(|variable| variable.name != "term"));
    let keep = KeepLeaks::Named(vec!["term".to_owned()]);
    let kept =
        train(&file, &TrainOptions { keep_leaks: keep, ..TrainOptions::default() }, &mut |_| {}).unwrap();
    assert!(kept.card.variables.iter().any(|variable| variable.name == "term"));
    assert!(kept.report.leaks[0].kept);
}

#[test]
fn missing_special_rare_and_unseen_values_have_bins_of_their_own() {
    let folder = Folder::new("bins");
    let mut dice = Dice::new(3);
    let text = table("id,sales,trade,target", 3000, |row| {
        let sales = dice.below(100);
        let trade =
            ["food", "steel", "rare"][if row % 500 == 0 { 2 } else { usize::from(dice.unit() < 0.4) }];
        let shown = match row % 10 {
            0 => String::new(),
            1 => "-999".to_owned(),
            _ => sales.to_string(),
        };
        let odds = 0.5 - f64::from(sales) / 40.0 + if trade == "steel" { 1.0 } else { 0.0 };
        let is_bad = dice.unit() < if row % 10 == 1 { 0.9 } else { logistic(odds) };
        format!("f{row},{shown},{trade},{}", if is_bad { "bad" } else { "good" })
    });
    let file = folder.write("cases.csv", &text);
    let special = vec![Special { column: Some("sales".to_owned()), value: "-999".to_owned() }];
    let options = TrainOptions {
        bad: Some("bad".to_owned()),
        row_id: Some("id".to_owned()),
        reading: Reading { special, ..Reading::default() },
        ..TrainOptions::default()
    };
    let card = train(&file, &options, &mut |_| {}).unwrap().card;
    let sales = card.variables.iter().find(|variable| variable.name == "sales").unwrap();
    assert_eq!((sales.kind, sales.trend), (Kind::Number, Some(Trend::Descending)));
    assert_eq!(sales.bins[0].counts.rows(), 300);
    assert_eq!(sales.bins[1].content, Content::Special { value: "-999".to_owned() });
    assert!(sales.bins[1].points < -30, "nearly all of them are bad");
    let trade = card.variables.iter().find(|variable| variable.name == "trade").unwrap();
    assert_eq!(trade.bins.last().unwrap().counts.rows(), 6, "the rare ones are pooled");
    let rows = folder.write("new.csv", "id,trade,sales\na,rare,50\nb,never seen,50\nc,food,\nd,food,-999\n");
    let mut out = Vec::new();
    let score_options = ScoreOptions { row_id: Some("id".to_owned()), ..ScoreOptions::default() };
    let scored = score(&card, &rows, &mut out, &score_options, &mut |_| {}).unwrap();
    let out = String::from_utf8(out).unwrap();
    let lines: Vec<&str> = out.lines().skip(1).collect();
    assert_eq!(lines[0].trim_start_matches("a,"), lines[1].trim_start_matches("b,"));
    assert_eq!((scored.unlisted["trade"], scored.missing["sales"]), (2, 1));
}

#[test]
fn a_few_negative_numbers_are_codes_and_other_separators_are_known() {
    let folder = Folder::new("codes");
    let mut dice = Dice::new(19);
    let text = table(";months since;sales;target", 3000, |row| {
        let (months, sales) = (dice.below(60), dice.below(100));
        let (shown, odds) = match row % 6 {
            0 => (-9, -3.0),
            1 => (-8, 1.0),
            _ => (i32::try_from(months).unwrap(), 1.5 - f64::from(months) / 20.0),
        };
        format!("{row};{shown};{sales};{}", u8::from(dice.unit() < logistic(odds)))
    });
    let file = folder.write("cases.csv", &text);
    let trained = train(&file, &TrainOptions::default(), &mut |_| {}).unwrap();
    assert_eq!(trained.report.columns[0].name, "column_1");
    assert_eq!(trained.report.columns[0].fate, Fate::Identifier);
    let months = &trained.card.variables[0];
    assert_eq!((months.name.as_str(), months.trend), ("months since", Some(Trend::Descending)));
    let special = |value: &str| Content::Special { value: value.to_owned() };
    assert_eq!((&months.bins[1].content, &months.bins[2].content), (&special("-9"), &special("-8")));
    assert!(months.bins[1].points > 0 && months.bins[2].points < 0);
    let reading = Reading { plain_negatives: true, ..Reading::default() };
    let plain = train(&file, &TrainOptions { reading, ..TrainOptions::default() }, &mut |_| {}).unwrap();
    let ranges = |variable: &jq_training::CardVariable| {
        variable.bins.iter().all(|bin| !matches!(bin.content, Content::Special { .. }))
    };
    assert!(plain.card.variables.iter().all(ranges));
}

#[test]
fn columns_that_are_no_variables_are_told_apart() {
    let folder = Folder::new("fates");
    let mut dice = Dice::new(5);
    let text = table("number,day,code,same,note,sales,twin,noise,target", 1000, |row| {
        let sales = dice.below(100);
        let is_bad = dice.unit() < logistic(1.0 - f64::from(sales) / 25.0);
        let (day, noise) = (1 + row % 28, dice.below(1000));
        format!(
            "{},2026-01-{day:02},0{},x,note {row},{sales},{},{noise},{}",
            5000 + row,
            row % 7,
            sales * 3 + 1,
            u8::from(is_bad)
        )
    });
    let trained = train(&folder.write("cases.csv", &text), &TrainOptions::default(), &mut |_| {}).unwrap();
    let fate =
        |name: &str| trained.report.columns.iter().find(|column| column.name == name).unwrap().fate.clone();
    assert_eq!(fate("number"), Fate::Identifier);
    assert_eq!(fate("note"), Fate::Identifier);
    assert_eq!(fate("day"), Fate::Date);
    assert_eq!(fate("same"), Fate::Constant);
    assert_eq!(fate("sales"), Fate::Used);
    assert_eq!(fate("twin"), Fate::Correlated { with: "sales".to_owned() });
    assert_eq!(fate("target"), Fate::LeftOut);
    let code = trained.report.columns.iter().find(|column| column.name == "code").unwrap();
    assert_eq!(code.kind, Some(Kind::Category), "zeros in front make a code");
}

#[test]
fn wrong_files_are_refused_with_their_place() {
    let folder = Folder::new("wrong");
    let rows = |of: &dyn Fn(usize) -> String| (0..200).map(of).collect::<String>();
    let good = rows(&|row| format!("{},{}\n", row % 20, row % 2));
    let check = |name: &str, text: &str, expected: &str| {
        let file = folder.write(name, text);
        let error = train(&file, &TrainOptions::default(), &mut |_| {}).expect_err(name);
        let text = error.text(Lang::En);
        assert!(text.contains(expected), "{name}: {text}");
        assert!(text.contains(name), "{text} names the file");
        assert_ne!(error.text(Lang::Zh), text);
    };
    check("empty.csv", "", "the file is empty");
    check("header.csv", "a,target\n", "no row to learn from");
    check("twice.csv", "a,a,target\n1,2,0\n", "names a twice");
    check("untargeted.csv", "a,b\n1,2\n", "there is no column target; the file has a, b");
    check(
        "constant.csv",
        &("a,target\n".to_owned() + &rows(&|row| format!("{row},1\n"))),
        "every row has the target 1",
    );
    check(
        "three.csv",
        &("a,target\n".to_owned() + &good + "1,2\n"),
        "line 202 column target: the target must have two",
    );
    check(
        "unended.csv",
        &("a,target\n".to_owned() + &good + "1,\n"),
        "line 202 column target: the target is empty",
    );
    check("words.csv", "a,target\n1,yes\n2,no\n", "say which value of the target is the bad one: yes or no");
    check(
        "ragged.csv",
        &("a,target\n".to_owned() + &good + "1\n"),
        "line 202: 1 cells where the header has 2",
    );
    check("few.csv", "a,target\n1,0\n2,0\n3,1\n", "at least 10 of each");
    check(
        "nothing.csv",
        &("a,target\n".to_owned() + &rows(&|row| format!("{},{}\n", row % 2, row / 2 % 2))),
        "no column says anything",
    );
    let mixed =
        "a,target\n".to_owned() + &rows(&|row| format!("{}.5,{}\n", row * 7 % 199, row % 2)) + "many,1\n";
    check("mixed.csv", &mixed, "line 202 column a: \"many\" is not a number, and 200 other cells are");
    check(
        "open.csv",
        &("a,target\n".to_owned() + &good + "\"1,0\n" + &"2,1\n".repeat(5 << 20)),
        "line 202: a row of more than",
    );
    let missing = folder.0.join("absent.csv");
    let error = train(&missing, &TrainOptions::default(), &mut |_| {}).unwrap_err();
    assert!(matches!(error, TrainingError::Read { .. }));
    fs::write(folder.0.join("bytes.csv"), b"a,target\n\xC3\x28,1\nb,0\n").unwrap();
    let error = train(&folder.0.join("bytes.csv"), &TrainOptions::default(), &mut |_| {}).unwrap_err();
    assert!(error.to_string().contains("line 2 column a: not UTF-8"), "{error}");
}

#[test]
fn a_word_among_numbers_is_refused_or_counted() {
    let folder = Folder::new("unparsable");
    let trained = train(&german(), &TrainOptions::default(), &mut |_| {}).unwrap();
    let text = fs::read_to_string(german()).unwrap();
    let damaged = text.replacen(",6,critical", ",six,critical", 1);
    let file = folder.write("damaged.csv", &damaged);
    let mut out = Vec::new();
    let refuse = score(&trained.card, &file, &mut out, &ScoreOptions::default(), &mut |_| {}).unwrap_err();
    assert!(
        refuse.to_string().ends_with("line 2 column duration_in_month: \"six\" is not a number"),
        "{refuse}"
    );
    let options = ScoreOptions { unparsable: Unparsable::Missing, ..ScoreOptions::default() };
    let scored = score(&trained.card, &file, &mut out, &options, &mut |_| {}).unwrap();
    assert_eq!(scored.not_numbers["duration_in_month"], 1);
    let narrow = folder.write("narrow.csv", "row_id,age_in_years\n1,40\n");
    let error = score(&trained.card, &narrow, &mut out, &ScoreOptions::default(), &mut |_| {}).unwrap_err();
    assert!(error.to_string().contains("there is no column"), "{error}");
}

#[test]
fn damaged_model_files_are_refused() {
    let folder = Folder::new("model");
    let whole = train(&german(), &TrainOptions::default(), &mut |_| {}).unwrap().card.to_toml();
    let check = |damage: &dyn Fn(&str) -> String| {
        let file = folder.write("card.toml", &damage(&whole));
        let error = Scorecard::load(&file).expect_err("it is damaged");
        assert!(error.to_string().contains("card.toml"), "{error}");
    };
    check(&|text| text.replacen("from = ", "from = -", 1));
    check(&|text| text.replacen("points = ", "points = 9", 1).replacen("other = ", "others = ", 1));
    check(&|text| text[..text.len() / 2].to_owned());
    check(&|text| text.replacen("woe = [", "woe = [0.0, ", 1));
    check(&|text| text.replacen("pdo = 50.0", "pdo = 0.0", 1));
    check(&|text| text.replacen("kind = \"category\"", "kind = \"number\"", 1));
}

#[test]
fn a_test_out_of_time_takes_the_later_rows() {
    let folder = Folder::new("time");
    let mut dice = Dice::new(11);
    let text = table("year,sales,target", 2000, |row| {
        let (year, sales) = (2020 + row % 5, dice.below(100));
        let is_bad = dice.unit() < logistic(0.5 - f64::from(sales) / 30.0);
        format!("{year},{sales},{}", u8::from(is_bad))
    });
    let split = Split::From { column: "year".to_owned(), value: 2024.0 };
    let options = TrainOptions { split, ..TrainOptions::default() };
    let report = train(&folder.write("cases.csv", &text), &options, &mut |_| {}).unwrap().report;
    assert_eq!(report.train.validation.rows, 1600);
    let later = report.test.unwrap();
    assert_eq!(later.validation.rows, 400);
    assert!(later.shift.unwrap().score < 0.1);
}

#[test]
fn of_very_many_rows_a_sample_is_fitted_and_all_are_counted() {
    let folder = Folder::new("many");
    let mut dice = Dice::new(13);
    let text = table("sales,target", 20_000, |_| {
        let sales = dice.unit();
        format!("{sales:.6},{}", u8::from(dice.unit() < logistic(-3.0 * sales)))
    });
    let file = folder.write("cases.csv", &text);
    let few = TrainOptions { rows_kept_max: 2000, ..TrainOptions::default() };
    let report = train(&file, &few, &mut |_| {}).unwrap().report;
    assert_eq!((report.rows.counts.rows(), report.rows.kept), (20_000, 2000));
    let all = train(&file, &TrainOptions::default(), &mut |_| {}).unwrap().report;
    let auc = |report: &jq_training::TrainingReport| report.train.validation.separation.unwrap().auc;
    assert!((auc(&report) - auc(&all)).abs() < 0.002);
    assert!(report.lines(Lang::En).iter().any(|line| line.contains("fitted on 2000 drawn by chance")));
}

#[test]
fn a_card_of_numbers_can_be_written_as_points_of_the_decision_engine() {
    let folder = Folder::new("points");
    let mut dice = Dice::new(17);
    let text = table("tax_sales,months,target", 3000, |_| {
        let (sales, months) = (dice.below(100), dice.below(60));
        let shown = if dice.unit() < 0.1 { 0 } else { sales };
        let is_bad =
            dice.unit() < if shown == 0 { 0.8 } else { logistic(1.0 - f64::from(sales + months) / 40.0) };
        format!("{shown},{months},{}", u8::from(is_bad))
    });
    let file = folder.write("cases.csv", &text);
    let special = vec![Special { column: Some("tax_sales".to_owned()), value: "0".to_owned() }];
    let reading = Reading { special, ..Reading::default() };
    let card = train(&file, &TrainOptions { reading, ..TrainOptions::default() }, &mut |_| {}).unwrap().card;
    let points = card.to_points_toml().unwrap();
    assert!(!points.contains("special") && !points.contains("training"));
    let plain = Scorecard::load(&folder.write("points.toml", &points)).unwrap();
    let options = ScoreOptions::default();
    assert_eq!(scores_of(&plain, &file, &options), scores_of(&card, &file, &options));
    let words = train(&german(), &TrainOptions::default(), &mut |_| {}).unwrap().card;
    assert!(words.to_points_toml().unwrap_err().to_string().contains("hold words"));
}

#[test]
fn a_compressed_file_with_a_mark_in_front_reads_the_same() {
    use std::io::Write;
    let folder = Folder::new("gz");
    let text = format!("\u{feff}{}", fs::read_to_string(german()).unwrap());
    let file = folder.0.join("german.csv.gz");
    let mut writer =
        flate2::write::GzEncoder::new(fs::File::create(&file).unwrap(), flate2::Compression::fast());
    writer.write_all(text.as_bytes()).unwrap();
    writer.finish().unwrap();
    let card = |path| train(path, &TrainOptions::default(), &mut |_| {}).unwrap().card;
    assert_eq!(card(&file), card(&german()));
    let broken = fs::read(&file).unwrap();
    fs::write(&file, &broken[..broken.len() / 2]).unwrap();
    assert!(train(&file, &TrainOptions::default(), &mut |_| {}).is_err());
}

#[test]
fn reports_speak_both_languages_and_json() {
    let options = TrainOptions { split: Split::Share(0.3), ..TrainOptions::default() };
    let trained = train(&german(), &options, &mut |_| {}).unwrap();
    let (zh, en) = (trained.report.lines(Lang::Zh).join("\n"), trained.report.lines(Lang::En).join("\n"));
    assert!(zh.contains("测试样本") && en.contains("test rows") && en.contains("Hosmer-Lemeshow"));
    assert!(trained.card.lines(Lang::Zh).join("\n").contains("基础分"));
    let json = serde_json::to_value(&trained.report).unwrap();
    assert!(json["test"]["validation"]["separation"]["auc"].as_f64().unwrap() > 0.7);
    assert_eq!(json["columns"][0]["fate"], "left_out");
    assert!(serde_json::to_value(&trained.card).unwrap()["base"].is_i64());
}
