//! Makes a city from the command line: `make SUBJECTS SEED FOLDER [DENSITY]`.

use jq_catalog::Catalog;
use jq_city::{Options, Progress};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip(1);
    let subjects = words.next().ok_or("how many subjects?")?.parse()?;
    let seed = words.next().ok_or("which seed?")?.parse()?;
    let out = words.next().ok_or("which folder?")?;
    let catalog = Catalog::embedded()?;
    let mut options = Options::new(subjects, seed, out.into(), &catalog);
    if let Some(density) = words.next() {
        options.density = density.parse()?;
    }
    let summary = jq_city::make(&options, &mut |progress| {
        if let Progress::Subjects { done, of } = progress
            && done % 50_000 == 0
        {
            eprintln!("{done} of {of}");
        }
    })?;
    print!("{}", jq_city::summary(&summary));
    Ok(())
}
