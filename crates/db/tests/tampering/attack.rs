//! What a forger can do to the record, and which place the verification has to name then.

use super::chain::{Chain, Line};

/// How many kinds of attack there are.
pub(crate) const KINDS: usize = 12;

/// One forged record.
pub(crate) struct Attack {
    pub(crate) what: &'static str,
    pub(crate) chain: Chain,
    /// Whether the anchors are at hand.
    pub(crate) with_anchors: bool,
    /// Day and place of the first line that does not fit.
    pub(crate) expected: (String, i64),
}

/// A source of chance that always falls the same way (`SplitMix64`).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).unwrap()
    }
}

impl Attack {
    /// An attack at random on a whole record with anchors at `anchored`.
    pub(crate) fn draw(dice: &mut Dice, whole: &Chain, anchored: &[(String, i64)]) -> Self {
        let mut chain = whole.clone();
        let kind = dice.below(KINDS);
        // The newest lines are what a forger is most likely to want away.
        let newest = dice.below(3) == 0;
        let at = if newest { whole.lines.len() - 1 - dice.below(4) } else { dice.below(whole.lines.len()) };
        let (day, seq) = whole.lines[at].place();
        let places = whole.of_day(&day);
        let count = i64::try_from(places.len()).unwrap();
        let is_anchored = anchored.contains(&(day.clone(), seq));
        let here = (day.clone(), seq);
        let (what, expected) = match kind {
            0 => {
                change(dice, &mut chain.lines[at]);
                ("a line is changed", here)
            }
            1 => {
                let hash = chain.lines[at].hash.replace(|sign: char| sign.is_ascii_digit(), "f");
                chain.lines[at].hash = format!("{}0", &hash[1..]);
                ("the hash of a line is changed", here)
            }
            2 => {
                change(dice, &mut chain.lines[at]);
                chain.lines[at].hash = chain.lines[at].computed();
                // The line fits in itself now; what shows is the one that hangs on it, or the head, or an anchor.
                let shows = if seq == count || is_anchored { seq } else { seq + 1 };
                ("a line is changed and its hash computed anew", (day, shows))
            }
            3 => {
                change(dice, &mut chain.lines[at]);
                chain.mend(at);
                let first = anchored.iter().filter(|place| **place >= here).min().unwrap().clone();
                ("a line is changed and everything after it computed anew", first)
            }
            4 => {
                chain.lines.remove(at);
                ("a line is taken out", here)
            }
            5 if seq < count => {
                chain.lines.remove(at);
                for line in chain.lines.iter_mut().filter(|line| line.day == day && line.seq > seq) {
                    line.seq -= 1;
                }
                chain.head(&day).count -= 1;
                ("a line is taken out and the rest numbered anew", here)
            }
            // At the end of a day there is nothing to number anew.
            5 | 6 => cut_off(dice, &mut chain, anchored),
            7 => put_in(dice, &mut chain, &day, count),
            8 => {
                let other = places[dice.below(places.len())];
                let other = if other == at { places[usize::from(at == places[0])] } else { other };
                let first = chain.lines[at.min(other)].place();
                exchange(&mut chain, at, other);
                ("two lines are exchanged", first)
            }
            9 => match dice.below(3) {
                0 => {
                    chain.head(&day).hash.replace_range(0..4, "zzzz");
                    ("a head is changed", (day, count))
                }
                1 => {
                    chain.head(&day).count += 1;
                    ("a head is changed", (day, count + 1))
                }
                _ => {
                    chain.head(&day).count -= 1;
                    ("a head is changed", (day, count))
                }
            },
            10 => {
                let first_day = whole.heads[dice.below(whole.heads.len() - 1)].day.clone();
                let next = whole.day_after(&first_day).unwrap();
                let gone = i64::try_from(whole.of_day(&first_day).len()).unwrap();
                chain.lines.retain(|line| line.day != first_day);
                chain.heads.retain(|head| head.day != first_day);
                chain.tip -= gone;
                ("a whole day is taken out and the counts mended", (next, 1))
            }
            _ => {
                let last = whole.heads.last().unwrap().clone();
                let cut = 1 + dice.below(3);
                chain.lines.truncate(chain.lines.len() - cut);
                let end = chain.lines.last().unwrap().clone();
                let head = chain.head(&last.day);
                (head.count, head.hash) = (end.seq, end.hash.clone());
                let what = "the newest lines are cut off with their head, and the anchors are gone";
                return Self { what, chain, with_anchors: false, expected: end.place() };
            }
        };
        assert_ne!(&chain, whole, "{what}");
        Self { what, chain, with_anchors: true, expected }
    }
}

/// Changes something that is not the hash.
fn change(dice: &mut Dice, line: &mut Line) {
    // Everything that a line says but its link to the one before.
    match dice.below(11) {
        10 => line.at += 1_000_000,
        place => {
            let text = &mut line.texts[place];
            *text = match text.take() {
                Some(mut text) if dice.below(2) == 0 => {
                    text.push('x');
                    Some(text)
                }
                Some(text) => Some(format!("x{text}")),
                None => Some("x".to_owned()),
            };
        }
    }
}

/// Cuts the newest lines off: alone, with the head mended, or with head and count mended.
fn cut_off(dice: &mut Dice, chain: &mut Chain, anchored: &[(String, i64)]) -> (&'static str, (String, i64)) {
    let day = chain.heads.last().unwrap().day.clone();
    let lines = chain.of_day(&day).len();
    let cut = 1 + dice.below(lines);
    let left = i64::try_from(lines - cut).unwrap();
    chain.lines.truncate(chain.lines.len() - cut);
    let mends = dice.below(3);
    if mends == 0 {
        return ("the newest lines are cut off", (day, left + 1));
    }
    if left == 0 {
        chain.heads.pop();
    } else {
        let hash = chain.lines.last().unwrap().hash.clone();
        let head = chain.head(&day);
        (head.count, head.hash) = (left, hash);
    }
    if mends == 2 {
        chain.tip -= i64::try_from(cut).unwrap();
    }
    // All of it fits in itself but for the count; the first anchor that is not met any more shows it in any case.
    let first = anchored.iter().filter(|(at, seq)| *at == day && *seq > left).min().unwrap().clone();
    ("the newest lines are cut off", first)
}

/// Puts a copy of some line in, or at the end of, a day.
fn put_in(dice: &mut Dice, chain: &mut Chain, day: &str, count: i64) -> (&'static str, (String, i64)) {
    let places = chain.of_day(day);
    let offset = dice.below(places.len() + 1);
    let seq = i64::try_from(offset).unwrap() + 1;
    let copied = dice.below(chain.lines.len());
    let mut copy = chain.lines[copied].clone();
    let is_itself = copy.place() == (day.to_owned(), seq);
    (copy.day, copy.seq) = (day.to_owned(), seq);
    let first = places[0];
    for line in &mut chain.lines[first + offset..first + places.len()] {
        line.seq += 1;
    }
    chain.lines.insert(first + offset, copy);
    if dice.below(2) == 0 {
        chain.head(day).count = count + 1;
    }
    // A copy in its own place is the line itself; then the original, one further, is what does not fit.
    ("a line is put in", (day.to_owned(), if is_itself { seq + 1 } else { seq }))
}

/// Exchanges what two lines of a day say.
fn exchange(chain: &mut Chain, one: usize, other: usize) {
    let (mut a, mut b) = (chain.lines[one].clone(), chain.lines[other].clone());
    std::mem::swap(&mut a.seq, &mut b.seq);
    chain.lines[one] = b;
    chain.lines[other] = a;
}
