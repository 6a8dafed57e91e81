//! A damaged file gives an error or another model, never a panic and never an endless walk.

use super::{Ensemble, FIXTURES, Fixture, Format, TreeError};

/// Reads the bytes and, when they are still a model, runs it on known, missing and strange values.
fn use_up(bytes: &[u8], format: Format) -> Result<(), TreeError> {
    let ensemble = Ensemble::parse(bytes, format)?;
    for value in [None, Some(0.0), Some(1.5), Some(-1e300), Some(f64::NAN), Some(f64::INFINITY)] {
        ensemble.run(|_| value);
    }
    Ok(())
}

/// Numbers that look random and are the same on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

/// The length of a file without what stands after the trees, where a cut changes nothing.
fn needed(fixture: &Fixture) -> usize {
    let end = b"end of trees";
    match fixture.format {
        Format::Lightgbm => fixture.model.windows(end.len()).position(|one| one == end).unwrap() + end.len(),
        Format::Xgboost | Format::Onnx => fixture.model.len(),
    }
}

/// Every length for one model of each format; for the others a stride, to be done in a second or two.
#[test]
fn a_file_that_was_cut_off_is_refused() {
    let whole = ["lightgbm_poisson", "xgboost_poisson", "onnx_less"];
    for fixture in FIXTURES {
        let stride = if whole.contains(&fixture.name) { 1 } else { 61 };
        let (_, row) = fixture.rows().next().unwrap();
        let answer = fixture.ensemble().run(|column| row[column]);
        for length in (0..needed(fixture)).step_by(stride) {
            match Ensemble::parse(&fixture.model[..length], fixture.format) {
                Err(_) => {}
                // After the graph of an ONNX model stand only versions, which nothing here depends on.
                Ok(other) if fixture.format == Format::Onnx => {
                    assert_eq!(
                        other.run(|column| row[column]).to_bits(),
                        answer.to_bits(),
                        "{}",
                        fixture.name
                    );
                }
                Ok(_) => panic!("{} was taken though cut to {length} bytes", fixture.name),
            }
        }
    }
}

#[test]
fn a_file_with_flipped_bits_never_panics() {
    let mut dice = Dice(7);
    for fixture in FIXTURES {
        for _ in 0..60 {
            let mut bytes = fixture.model.to_vec();
            for _ in 0..=dice.below(3) {
                let at = dice.below(bytes.len());
                bytes[at] ^= 1 << dice.below(8);
            }
            let _ = use_up(&bytes, fixture.format);
        }
    }
}

#[test]
fn a_file_with_lost_or_doubled_bytes_never_panics() {
    let mut dice = Dice(11);
    for fixture in FIXTURES {
        for _ in 0..60 {
            let mut bytes = fixture.model.to_vec();
            let at = dice.below(bytes.len() - 40);
            let stretch: Vec<u8> = bytes.drain(at..at + dice.below(40)).collect();
            if dice.below(2) == 0 {
                let to = dice.below(bytes.len());
                bytes.splice(to..to, stretch);
            }
            let _ = use_up(&bytes, fixture.format);
        }
    }
}

#[test]
fn a_model_is_read_in_its_own_format_only() {
    for fixture in FIXTURES {
        for other in [Format::Lightgbm, Format::Xgboost, Format::Onnx] {
            assert_eq!(use_up(fixture.model, other).is_ok(), other == fixture.format, "{}", fixture.name);
        }
    }
}
