//! `jinqiao model train`, `score` and `eval`: scorecards from cases whose end is known.

use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, anyhow, bail};
use indicatif::ProgressBar;
use jq_training::{
    EvaluateOptions, KeepLeaks, Progress, ScoreOptions, Scorecard, Scored, Special, Split, TrainOptions,
    TrainingError, Trend, Unparsable,
};

use crate::cli::Train;
use crate::command::DONE;
use crate::output::Output;

pub(super) fn train(command: &Train, output: Output) -> anyhow::Result<ExitCode> {
    let options = options(command)?;
    let bar = bar(output);
    let trained = jq_training::train(&command.file, &options, &mut |progress| show(&bar, progress, output));
    bar.finish_and_clear();
    let trained = trained.map_err(|error| told(&error, output))?;
    write(&command.out, &trained.card.to_toml())?;
    if let Some(points) = &command.points {
        write(points, &trained.card.to_points_toml().map_err(|error| told(&error, output))?)?;
    }
    for line in trained.card.lines(output.lang).into_iter().chain(trained.report.lines(output.lang)) {
        output.say(line);
    }
    output.say_in(
        format!("评分卡已写入 {}", command.out.display()),
        format!("the card is written to {}", command.out.display()),
    );
    output.document(&trained.report)?;
    Ok(DONE)
}

pub(super) fn score(
    card: &Path,
    file: &Path,
    out: Option<&Path>,
    options: &ScoreOptions,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let card = Scorecard::load(card).map_err(|error| told(&error, output))?;
    let bar = bar(output);
    let mut listener = |progress| show(&bar, progress, output);
    let scored = match out {
        Some(path) => {
            let file_out = File::create(path).with_context(|| path.display().to_string())?;
            let mut to = BufWriter::new(file_out);
            let scored = jq_training::score(&card, file, &mut to, options, &mut listener);
            to.flush().with_context(|| path.display().to_string())?;
            scored
        }
        // What is written is the answer itself, for programs as for people.
        None => jq_training::score(&card, file, &mut std::io::stdout().lock(), options, &mut listener),
    };
    bar.finish_and_clear();
    let scored = scored.map_err(|error| told(&error, output))?;
    if out.is_some() {
        say_scored(&scored, output);
        output.document(&scored)?;
    }
    Ok(DONE)
}

pub(super) fn eval(
    card: &Path,
    file: &Path,
    options: &EvaluateOptions,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let card = Scorecard::load(card).map_err(|error| told(&error, output))?;
    let bar = bar(output);
    let evaluation =
        jq_training::evaluate(&card, file, options, &mut |progress| show(&bar, progress, output));
    bar.finish_and_clear();
    let evaluation = evaluation.map_err(|error| told(&error, output))?;
    for line in evaluation.lines(output.lang, &file.display().to_string()) {
        output.say(line);
    }
    output.document(&evaluation)?;
    Ok(DONE)
}

fn say_scored(scored: &Scored, output: Output) {
    let (rows, lowest, highest) =
        (scored.rows, scored.score_min.unwrap_or_default(), scored.score_max.unwrap_or_default());
    output.say_in(
        format!("{rows} 行，分数 {lowest} 至 {highest}"),
        format!("{rows} rows, scores from {lowest} to {highest}"),
    );
    let told = [
        (&scored.missing, "缺失", "missing"),
        (&scored.unlisted, "训练时没有的类别，归入其他", "categories unknown to the card, counted as others"),
        (&scored.not_numbers, "不是数字，按缺失处理", "no numbers, counted as missing"),
    ];
    for (columns, zh, en) in told {
        for (column, count) in columns.iter().filter(|(_, count)| **count > 0) {
            output.say_in(format!("{column}：{count} 个{zh}"), format!("{column}: {count} {en}"));
        }
    }
}

pub(super) fn unparsable(lenient: bool) -> Unparsable {
    if lenient { Unparsable::Missing } else { Unparsable::Refuse }
}

fn options(command: &Train) -> anyhow::Result<TrainOptions> {
    let mut options = TrainOptions {
        id: command.id.clone(),
        version: command.card_version.clone(),
        name_zh: command.zh.clone(),
        name_en: command.en.clone(),
        target: command.target.clone(),
        bad: command.bad.clone(),
        row_id: Some(command.row_id.clone()),
        without: command.without.clone(),
        split: split(command)?,
        seed: command.seed,
        keep_leaks: match (command.keep_leaks, command.keep.is_empty()) {
            (true, _) => KeepLeaks::All,
            (false, true) => KeepLeaks::None,
            (false, false) => KeepLeaks::Named(command.keep.clone()),
        },
        ..TrainOptions::default()
    };
    let reading = &mut options.reading;
    reading.missing.clone_from(&command.missing);
    reading.numbers.clone_from(&command.numbers);
    reading.categories.clone_from(&command.categories);
    reading.unparsable = unparsable(command.lenient);
    reading.special = command.special.iter().map(|text| special(text)).collect();
    for text in &command.trend {
        match text.split_once('=') {
            Some((column, trend)) => options.binning.trends.push((column.to_owned(), parse_trend(trend)?)),
            None => options.binning.trend = parse_trend(text)?,
        }
    }
    options.binning.bins_max = command.bins_max.unwrap_or(options.binning.bins_max);
    options.selection.variables_max = command.variables_max.unwrap_or(options.selection.variables_max);
    options.selection.iv_min = command.iv_min.unwrap_or(options.selection.iv_min);
    let scale = &mut options.scale;
    scale.base_score = command.base_score.unwrap_or(scale.base_score);
    scale.base_odds = command.base_odds.unwrap_or(scale.base_odds);
    scale.pdo = command.pdo.unwrap_or(scale.pdo);
    Ok(options)
}

fn split(command: &Train) -> anyhow::Result<Split> {
    if let Some(file) = &command.split {
        return Ok(Split::File(file.clone()));
    }
    if let Some(share) = command.test_share {
        return Ok(Split::Share(share));
    }
    if let Some(column) = &command.test_column {
        return Ok(Split::Column(column.clone()));
    }
    let Some(from) = &command.test_from else { return Ok(Split::None) };
    let (column, value) =
        from.split_once('=').ok_or_else(|| anyhow!("--test-from takes COLUMN=VALUE, not {from}"))?;
    let value = value.parse().with_context(|| format!("--test-from {from}: {value} is no number"))?;
    Ok(Split::From { column: column.to_owned(), value })
}

fn special(text: &str) -> Special {
    match text.split_once('=') {
        Some((column, value)) => Special { column: Some(column.to_owned()), value: value.to_owned() },
        None => Special { column: None, value: text.to_owned() },
    }
}

fn parse_trend(text: &str) -> anyhow::Result<Trend> {
    Ok(match text {
        "auto" => Trend::Auto,
        "straight" => Trend::Straight,
        "ascending" => Trend::Ascending,
        "descending" => Trend::Descending,
        "peak" => Trend::Peak,
        "valley" => Trend::Valley,
        _ => bail!("--trend takes auto, straight, ascending, descending, peak or valley, not {text}"),
    })
}

/// A sign of life on a terminal, nothing elsewhere.
fn bar(output: Output) -> ProgressBar {
    let shown = !output.json && std::io::stderr().is_terminal();
    if shown { ProgressBar::new_spinner() } else { ProgressBar::hidden() }
}

fn show(bar: &ProgressBar, progress: Progress, output: Output) {
    bar.set_message(format!("{} {}", progress.step.text(output.lang), progress.rows));
    bar.tick();
}

fn told(error: &TrainingError, output: Output) -> anyhow::Error {
    anyhow!(error.text(output.lang))
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    std::fs::write(path, text).with_context(|| path.display().to_string())
}
