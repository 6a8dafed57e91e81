//! Reports in words and tables, in both languages.

use jq_base::columns;
use jq_base::lang::Lang;

use super::TrainingReport;
use crate::binning::{Bin, Content};
use crate::card::Scorecard;
use crate::evaluate::Evaluation;
use crate::fate::Fate;
use crate::measure::Validation;

impl TrainingReport {
    /// The report as lines.
    pub fn lines(&self, lang: Lang) -> Vec<String> {
        let mut out = self.opening(lang);
        out.extend(self.leaks.iter().map(|leak| {
            let kept = if leak.kept { lang.pick("（按要求保留）", " (kept as asked)") } else { "" };
            format!("{} {}{kept}", lang.pick("疑似泄漏", "leak:"), leak.text(lang))
        }));
        out.push(String::new());
        out.extend(self.column_lines(lang));
        out.push(String::new());
        out.extend(self.train.lines(lang, lang.pick("训练样本", "training rows")));
        match &self.test {
            Some(test) => {
                out.push(String::new());
                out.extend(test.lines(lang, lang.pick("测试样本", "test rows")));
            }
            None => out.push(
                lang.pick(
                    "没有留出测试样本，以上数字偏乐观",
                    "no rows were kept for a test, so these figures are too good",
                )
                .to_owned(),
            ),
        }
        out
    }

    fn opening(&self, lang: Lang) -> Vec<String> {
        let (counts, kept) = (self.rows.counts, self.rows.kept);
        let (low, high) = self.score_range;
        let mut out = vec![match lang {
            Lang::Zh => format!(
                "{}：{} 行，坏样本 {}（{:.2}%），评分范围 {low} 至 {high}",
                self.id,
                counts.rows(),
                counts.bad,
                counts.bad_share() * 100.0
            ),
            Lang::En => format!(
                "{}: {} rows, {} bad ({:.2}%), scores from {low} to {high}",
                self.id,
                counts.rows(),
                counts.bad,
                counts.bad_share() * 100.0
            ),
        }];
        if kept < counts.rows() {
            out.push(match lang {
                Lang::Zh => format!("分箱按全部行统计；回归用其中随机抽取的 {kept} 行"),
                Lang::En => {
                    format!("bins count all rows; the regression is fitted on {kept} drawn by chance")
                }
            });
        }
        if let Some(fit) = self.regression.as_ref().filter(|fit| !fit.converged) {
            out.push(match lang {
                Lang::Zh => format!("回归在 {} 步内未收敛", fit.steps),
                Lang::En => format!("the regression did not converge in {} steps", fit.steps),
            });
        }
        out
    }

    fn column_lines(&self, lang: Lang) -> Vec<String> {
        let header = [
            lang.pick("变量", "column"),
            "IV",
            "AUC",
            lang.pick("分箱", "bins"),
            lang.pick("结果", "result"),
        ];
        let mut columns: Vec<_> = self.columns.iter().filter(|column| column.fate != Fate::LeftOut).collect();
        columns.sort_by(|left, right| right.iv.unwrap_or(-1.0).total_cmp(&left.iv.unwrap_or(-1.0)));
        let figure = |figure: Option<f64>| figure.map_or(String::new(), |figure| format!("{figure:.3}"));
        let row = |column: &&super::ColumnReport| {
            vec![
                column.name.clone(),
                figure(column.iv),
                figure(column.auc),
                column.bins.iter().filter(|bin| bin.counts.rows() > 0).count().to_string(),
                column.fate.text(lang),
            ]
        };
        columns::lines(&header, &columns.iter().map(row).collect::<Vec<_>>())
    }
}

impl Evaluation {
    /// The figures as lines, under a title.
    pub fn lines(&self, lang: Lang, title: &str) -> Vec<String> {
        let mut out = self.validation.lines(lang, title);
        if let Some(shift) = &self.shift {
            let moved = shift.variables.iter().filter(|variable| variable.psi >= 0.1);
            let moved: Vec<String> =
                moved.map(|variable| format!("{} {:.3}", variable.name, variable.psi)).collect();
            out.push(format!("PSI {:.4}  {}", shift.score, moved.join("  ")).trim_end().to_owned());
        }
        out
    }
}

impl Validation {
    fn lines(&self, lang: Lang, title: &str) -> Vec<String> {
        let mut out = vec![match lang {
            Lang::Zh => format!("{title}：{} 行，坏样本率 {:.2}%", self.rows, self.bad_share * 100.0),
            Lang::En => format!("{title}: {} rows, {:.2}% bad", self.rows, self.bad_share * 100.0),
        }];
        let one_kind =
            lang.pick("只有一类样本，无法衡量区分度", "one kind of case only: nothing to tell apart");
        out.push(self.separation.map_or(one_kind.to_owned(), |one| {
            format!(
                "AUC {:.4} [{:.4}, {:.4}]  KS {:.4} ({})  Gini {:.4}",
                one.auc, one.auc_low, one.auc_high, one.ks, one.ks_score, one.gini
            )
        }));
        if let Some(one) = &self.calibration {
            let names = lang.pick("实际/预期", "observed/expected");
            out.push(format!(
                "Brier {:.4} ({:.4})  {names} {:.3}  Hosmer-Lemeshow {:.2} (p {:.3})",
                one.brier, one.brier_average, one.observed_over_expected, one.hosmer_lemeshow, one.p
            ));
        }
        out.extend(self.band_lines(lang));
        out
    }

    fn band_lines(&self, lang: Lang) -> Vec<String> {
        let header = [
            lang.pick("评分", "score"),
            lang.pick("行数", "rows"),
            lang.pick("坏样本", "bad"),
            lang.pick("坏样本率", "bad rate"),
            lang.pick("预期", "expected"),
            lang.pick("累计捕获", "caught"),
            lang.pick("提升度", "lift"),
        ];
        let rows = self.bands.iter().map(|band| {
            vec![
                format!("{}..{}", band.score_from, band.score_to),
                band.rows.to_string(),
                band.bad.to_string(),
                format!("{:.2}%", band.bad_share * 100.0),
                band.bad_expected.map_or(String::new(), |expected| format!("{expected:.1}")),
                format!("{:.1}%", band.bad_caught * 100.0),
                format!("{:.2}", band.lift),
            ]
        });
        columns::lines(&header, &rows.collect::<Vec<_>>())
    }
}

impl Scorecard {
    /// The card as a table: each bin with its cases, its bad rate and its points.
    pub fn lines(&self, lang: Lang) -> Vec<String> {
        let header = [
            lang.pick("变量", "variable"),
            lang.pick("分箱", "bin"),
            lang.pick("行数", "rows"),
            lang.pick("坏样本率", "bad rate"),
            "WOE",
            lang.pick("分值", "points"),
        ];
        let base = [lang.pick("基础分", "base"), "", "", "", ""].map(str::to_owned);
        let mut rows = vec![[base.to_vec(), vec![self.base.to_string()]].concat()];
        for variable in &self.variables {
            for bin in &variable.bins {
                rows.push(vec![
                    variable.name.clone(),
                    bin.content.text(lang),
                    bin.counts.rows().to_string(),
                    format!("{:.2}%", bin.counts.bad_share() * 100.0),
                    format!("{:+.3}", bin.woe),
                    format!("{:+}", bin.points),
                ]);
            }
        }
        columns::lines(&header, &rows)
    }
}

impl Bin {
    /// What falls into it.
    pub fn text(&self, lang: Lang) -> String {
        self.content.text(lang)
    }
}

impl Content {
    /// What falls into a bin.
    pub fn text(&self, lang: Lang) -> String {
        match self {
            Self::Missing => lang.pick("缺失", "missing").to_owned(),
            Self::Special { value } => format!("{} {value}", lang.pick("特殊值", "special")),
            Self::Range { from: None, to: None } => lang.pick("任意", "any").to_owned(),
            Self::Range { from: None, to: Some(to) } => format!("< {to}"),
            Self::Range { from: Some(from), to: None } => format!(">= {from}"),
            Self::Range { from: Some(from), to: Some(to) } => format!("{from} .. {to}"),
            Self::Values { values } => values.join(", "),
            Self::Other => lang.pick("其他", "others").to_owned(),
        }
    }
}
