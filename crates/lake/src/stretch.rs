//! Where a rewriting cuts the city's subjects: into stretches whose files are replaced together, and these into pieces
//! that fit into memory and make files of even size.

use crate::bounds::page_starts;
use crate::error::LakeError;
use crate::footers::Footers;
use crate::snapshot::{ActiveFile, Snapshot, Tier};

/// Neighbouring files of the current tier that are replaced together. A stretch holds the subjects from its first up
/// to the next stretch's first.
#[derive(Debug)]
pub(crate) struct Stretch<'s> {
    pub(crate) files: Vec<&'s ActiveFile>,
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
}

/// A part of a stretch, rewritten by itself.
#[derive(Debug)]
pub(crate) struct Piece<'s> {
    pub(crate) files: Vec<&'s ActiveFile>,
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
    /// True when it is all of its stretch.
    pub(crate) is_whole: bool,
    /// True for one piece of each stretch.
    pub(crate) is_first: bool,
}

/// The current tier cut into stretches: a small file goes with its neighbour, large files stand alone. Their bounds
/// meet, so that every arrival belongs to exactly one.
pub(crate) fn stretches(snapshot: &Snapshot, file_rows: usize) -> Vec<Stretch<'_>> {
    let is_small = |rows: u64| rows * 2 < file_rows as u64;
    let mut stretches: Vec<Stretch<'_>> = Vec::new();
    let mut rows = 0;
    for file in snapshot.tier(Tier::Current) {
        let fits = rows + file.rows <= file_rows as u64;
        match stretches.last_mut() {
            Some(last) if fits || is_small(rows) || is_small(file.rows) => {
                last.files.push(file);
                rows += file.rows;
            }
            _ => {
                stretches.push(Stretch { files: vec![file], from: file.subject_min.clone(), to: None });
                rows = file.rows;
            }
        }
    }
    if stretches.is_empty() {
        stretches.push(Stretch { files: Vec::new(), from: None, to: None });
    }
    let ends: Vec<Option<String>> = stretches.iter().skip(1).map(|next| next.from.clone()).collect();
    for (stretch, end) in stretches.iter_mut().zip(ends) {
        stretch.to = end;
    }
    stretches[0].from = None;
    stretches
}

impl<'s> Stretch<'s> {
    /// The stretch in as many pieces as its rows need and those that arrived for it, whose pages begin at `arrived`.
    pub(crate) fn pieces(
        self,
        footers: &Footers,
        arrived: &[(String, usize)],
        file_rows: usize,
    ) -> Result<Vec<Piece<'s>>, LakeError> {
        let mut starts: Vec<(String, usize)> =
            arrived.iter().filter(|(start, _)| self.holds(start)).cloned().collect();
        for file in &self.files {
            starts.extend(page_starts(footers, file)?);
        }
        let mut bounds = vec![self.from];
        bounds.extend(cuts(starts, file_rows).into_iter().map(Some));
        bounds.push(self.to);
        let is_whole = bounds.len() == 2;
        let pieces = bounds.windows(2).enumerate().map(|(number, bounds)| Piece {
            files: self.files.clone(),
            from: bounds[0].clone(),
            to: bounds[1].clone(),
            is_whole,
            is_first: number == 0,
        });
        Ok(pieces.collect())
    }

    fn holds(&self, subject: &str) -> bool {
        self.from.as_deref().is_none_or(|from| from <= subject)
            && self.to.as_deref().is_none_or(|to| subject < to)
    }
}

/// Subjects that cut rows into parts of about `part_rows`; no part is left with less than half. `starts` are first
/// subjects of runs of rows, each with the length of its run.
fn cuts(mut starts: Vec<(String, usize)>, part_rows: usize) -> Vec<String> {
    let rows: usize = starts.iter().map(|(_, rows)| rows).sum();
    let parts = (rows + part_rows / 2) / part_rows;
    if parts < 2 {
        return Vec::new();
    }
    starts.sort_unstable();
    let first = starts[0].0.clone();
    let mut cuts: Vec<String> = Vec::with_capacity(parts - 1);
    let mut before = 0;
    for (start, run) in starts {
        let is_due = before >= rows * (cuts.len() + 1) / parts;
        if cuts.len() + 1 < parts && is_due && *cuts.last().unwrap_or(&first) < start {
            cuts.push(start);
        }
        before += run;
    }
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(subjects: &[&str], rows: usize) -> Vec<(String, usize)> {
        subjects.iter().map(|subject| ((*subject).to_owned(), rows)).collect()
    }

    #[test]
    fn what_fits_into_one_file_is_not_cut() {
        assert!(cuts(runs(&["a", "b", "c"], 10), 30).is_empty());
        assert!(cuts(runs(&["a", "b", "c", "d"], 10), 30).is_empty());
        assert!(cuts(Vec::new(), 30).is_empty());
    }

    #[test]
    fn more_is_cut_into_even_parts() {
        let starts = runs(&["a", "b", "c", "d", "e", "f", "g", "h"], 10);
        assert_eq!(cuts(starts.clone(), 40), ["e"]);
        assert_eq!(cuts(starts, 20), ["c", "e", "g"]);
    }

    #[test]
    fn runs_that_lie_over_one_another_count_together() {
        let over = [runs(&["a", "b", "c", "d"], 10), runs(&["a", "c"], 20)].concat();
        assert_eq!(cuts(over, 40), ["c"]);
    }

    #[test]
    fn one_subject_is_never_cut() {
        assert!(cuts(runs(&["a", "a", "a", "a"], 10), 10).is_empty());
    }
}
