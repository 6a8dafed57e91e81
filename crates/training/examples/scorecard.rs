//! Trains a card and scores a file with it, and says how long both took:
//!
//! `scorecard TRAIN.csv MODEL.toml [--split FILE | --test SHARE] [--without a,b] [--special column=value] [--straight]
//! [--keep-leaks] [--points POINTS.toml] [--score FILE OUT.csv]`

use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;
use std::time::Instant;

use jq_base::lang::Lang;
use jq_training::{KeepLeaks, Progress, ScoreOptions, Special, Split, TrainOptions, Trend, score, train};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip(1);
    let mut next = || words.next().ok_or("an argument is missing");
    let (file, model) = (PathBuf::from(next()?), PathBuf::from(next()?));
    let mut options = TrainOptions::default();
    let (mut to_score, mut points) = (None, None);
    while let Ok(word) = next() {
        match word.as_str() {
            "--split" => options.split = Split::File(next()?.into()),
            "--test" => options.split = Split::Share(next()?.parse()?),
            "--without" => options.without = next()?.split(',').map(str::to_owned).collect(),
            "--keep-leaks" => options.keep_leaks = KeepLeaks::All,
            "--straight" => options.binning.trend = Trend::Straight,
            "--special" => {
                let word = next()?;
                let (column, value) = word.split_once('=').ok_or("--special takes column=value")?;
                let special = Special { column: Some(column.to_owned()), value: value.to_owned() };
                options.reading.special.push(special);
            }
            "--points" => points = Some(PathBuf::from(next()?)),
            "--score" => to_score = Some((PathBuf::from(next()?), PathBuf::from(next()?))),
            other => return Err(format!("unknown argument {other}").into()),
        }
    }
    let started = Instant::now();
    let mut step = None;
    let mut listener = |progress: Progress| {
        if step.replace(progress.step) != Some(progress.step) {
            eprintln!("{:8.3} s  {}", started.elapsed().as_secs_f64(), progress.step.text(Lang::En));
        }
    };
    let trained = train(&file, &options, &mut listener).map_err(|error| error.text(Lang::En))?;
    let seconds = started.elapsed().as_secs_f64();
    std::fs::write(&model, trained.card.to_toml())?;
    if let Some(points) = points {
        std::fs::write(points, trained.card.to_points_toml().map_err(|error| error.text(Lang::En))?)?;
    }
    for line in trained.report.lines(Lang::En) {
        println!("{line}");
    }
    println!("trained in {seconds:.3} s");
    if let Some((file, out)) = to_score {
        let started = Instant::now();
        let mut out = BufWriter::new(File::create(out)?);
        let scored = score(&trained.card, &file, &mut out, &ScoreOptions::default(), &mut |_| {})
            .map_err(|error| error.text(Lang::En))?;
        println!("scored {} rows in {:.3} s", scored.rows, started.elapsed().as_secs_f64());
    }
    Ok(())
}
