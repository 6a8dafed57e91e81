//! A chart of a page: a table of figures that a script may draw.

use jq_credit::view::{ChartKind, ChartView};

/// A chart, ready for the page.
pub struct Chart {
    /// `bar` or `line`, as the drawing script calls them.
    pub kind: &'static str,
    /// Heading.
    pub title: String,
    /// One sentence for those who cannot see it.
    pub summary: String,
    /// Unit on the axis.
    pub unit: String,
    /// What stands on the x axis; stretches of time without it.
    pub axis: Option<String>,
    /// Name of each line or group of bars.
    pub lines: Vec<String>,
    /// One row per point on the x axis.
    pub rows: Vec<ChartRow>,
}

/// The figures of one month, quarter or year.
pub struct ChartRow {
    /// Which month, quarter or year.
    pub label: String,
    /// One figure per line.
    pub cells: Vec<ChartCell>,
}

/// One figure.
pub struct ChartCell {
    /// For the script: digits and a point, empty when nothing is known.
    pub plain: String,
    /// For the reader: thousands apart, a dash when nothing is known.
    pub text: String,
}

impl Chart {
    /// The chart of a report.
    pub fn of(view: &ChartView) -> Self {
        let rows = view.labels.iter().enumerate().map(|(place, label)| {
            let value = |series: &jq_credit::view::Series| series.values.get(place).copied().flatten();
            let cells =
                view.series.iter().map(|series| ChartCell::new(value(series), view.decimals)).collect();
            ChartRow { label: label.clone(), cells }
        });
        Self {
            kind: match view.kind {
                ChartKind::Bars => "bar",
                ChartKind::Line => "line",
            },
            title: view.title.clone(),
            summary: view.alt.clone(),
            unit: view.unit.clone(),
            axis: None,
            lines: view.series.iter().map(|series| series.name.clone()).collect(),
            rows: rows.collect(),
        }
    }
}

impl ChartCell {
    /// A figure kept as a whole number of its last decimal; nothing where nothing is known.
    pub fn new(value: Option<i64>, decimals: u8) -> Self {
        let Some(value) = value else {
            return Self { plain: String::new(), text: "–".to_owned() };
        };
        let scale = 10_i64.pow(u32::from(decimals));
        let (whole, part) = (value.abs() / scale, value.abs() % scale);
        let sign = if value < 0 { "-" } else { "" };
        let fraction = if decimals == 0 {
            String::new()
        } else {
            format!(".{part:0width$}", width = usize::from(decimals))
        };
        Self {
            plain: format!("{sign}{whole}{fraction}"),
            text: format!("{sign}{}{fraction}", jq_web::say::whole(whole)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_keeps_its_decimals_and_a_gap_is_a_gap() {
        let cell = ChartCell::new(Some(1_234_567), 2);
        assert_eq!((cell.plain.as_str(), cell.text.as_str()), ("12345.67", "12,345.67"));
        assert_eq!(ChartCell::new(Some(-5), 1).plain, "-0.5");
        assert_eq!(ChartCell::new(None, 2).plain, "");
    }
}
