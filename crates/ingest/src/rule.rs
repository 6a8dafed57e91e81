//! Every reason for which a row or a file is turned away, with words for the unit that must mend it.

use jq_base::lang::Lang;

/// A reason that does not come from the catalogue's own checks. Its id stands in receipts and never
/// changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    // The file as a whole.
    ArchiveBroken,
    ManifestInvalid,
    ItemUnknown,
    UnitMismatch,
    SchemaVersion,
    FileMissing,
    DigestMismatch,
    EncodingWrong,
    HeaderWrong,
    FileBroken,
    ColumnType,
    CellsMerged,
    RowCount,
    SequenceGap,
    SequenceRepeated,
    BatchIdReused,
    TooManyWrong,
    // One row.
    LineInvalid,
    ValueNested,
    FormulaValue,
    ColumnsWrong,
    RequiredMissing,
    TextInvalid,
    TextTooLong,
    UsccFormat,
    UsccCheckDigit,
    IdHashInvalid,
    NumberInvalid,
    BelowMinimum,
    OutOfRange,
    BoolInvalid,
    DateInvalid,
    DateInFuture,
    MonthInvalid,
    PeriodInvalid,
    DivisionInvalid,
    CodeUnknown,
    OpUnknown,
    InstantInvalid,
    DuplicateKey,
    SubjectUnknown,
}

impl Rule {
    /// The stable id.
    pub fn id(self) -> &'static str {
        self.entry().0
    }

    /// What is wrong.
    pub fn words(self, lang: Lang) -> &'static str {
        let entry = self.entry();
        lang.pick(entry.1, entry.2)
    }

    /// What to do.
    pub fn remedy(self, lang: Lang) -> &'static str {
        let entry = self.entry();
        lang.pick(entry.3, entry.4)
    }

    /// True when a broken rule turns the file as a whole away, false when it concerns one row.
    pub fn is_about_file(self) -> bool {
        matches!(
            self,
            Self::ArchiveBroken
                | Self::ManifestInvalid
                | Self::ItemUnknown
                | Self::UnitMismatch
                | Self::SchemaVersion
                | Self::FileMissing
                | Self::DigestMismatch
                | Self::EncodingWrong
                | Self::HeaderWrong
                | Self::FileBroken
                | Self::ColumnType
                | Self::CellsMerged
                | Self::RowCount
                | Self::SequenceGap
                | Self::SequenceRepeated
                | Self::BatchIdReused
                | Self::TooManyWrong
        )
    }

    /// The rule with this id.
    pub fn find(id: &str) -> Option<Self> {
        ALL.iter().copied().find(|rule| rule.id() == id)
    }

    #[expect(clippy::too_many_lines, reason = "one table of words, a line each")]
    fn entry(self) -> (&'static str, &'static str, &'static str, &'static str, &'static str) {
        match self {
            Self::ArchiveBroken => (
                "archive_broken",
                "压缩包无法解开",
                "the archive cannot be unpacked",
                "重新压缩清单与数据文件后重送；解开后不得超过 8 GiB",
                "pack manifest and data file again and send it; unpacked it may hold 8 GiB at most",
            ),
            Self::ManifestInvalid => (
                "manifest_invalid",
                "批次清单 manifest.json 无法读取",
                "manifest.json cannot be read",
                "按接口规范补齐清单各项后以新批次重送",
                "complete the manifest as the interface describes and send a new batch",
            ),
            Self::ItemUnknown => (
                "item_unknown",
                "目录中没有这个信息事项",
                "the catalogue has no such item",
                "核对 item_id；新事项须先登记到目录",
                "check item_id; a new item must be added to the catalogue first",
            ),
            Self::UnitMismatch => (
                "unit_mismatch",
                "该事项不由本单位提供",
                "this unit does not deliver this item",
                "核对 source_unit 与 item_id",
                "check source_unit and item_id",
            ),
            Self::SchemaVersion => (
                "schema_version",
                "字段版本不受支持",
                "this schema version is not supported",
                "按目录当前版本导出后重送",
                "export in the catalogue's current version and send again",
            ),
            Self::FileMissing => (
                "file_missing",
                "清单所列数据文件不存在",
                "the data file named in the manifest is not there",
                "把数据文件与清单放在同一目录后重送",
                "put the data file beside the manifest and send again",
            ),
            Self::DigestMismatch => (
                "digest_mismatch",
                "数据文件与清单中的 SM3 摘要不符，文件可能被截断或改动",
                "the data file does not match the manifest's SM3 digest; it may be cut off or changed",
                "重新导出并计算摘要后重送：序号不变，批次号可沿用也可更换；不要手工编辑文件",
                "export and digest the file anew and send it again with the same sequence number, under the same or a \
                 new batch id; do not edit it by hand",
            ),
            Self::EncodingWrong => (
                "encoding_wrong",
                "文件内容与清单声明的字符编码不符",
                "the file is not in the character encoding that the manifest states",
                "以 UTF-8 或 GB 18030 导出，并在清单 encoding 中如实填写",
                "export in UTF-8 or GB 18030 and state it truly as encoding in the manifest",
            ),
            Self::HeaderWrong => (
                "header_wrong",
                "表头与目录规定的列不一致",
                "the header differs from the columns that the catalogue prescribes",
                "按目录页列出的列名与顺序导出；用本单位自有列名的，须与来源映射文件一致",
                "export the columns in the names and order that the catalogue page lists, or as your unit's mapping has them",
            ),
            Self::FileBroken => (
                "file_broken",
                "数据文件无法按清单所写的格式读取",
                "the data file cannot be read in the format that the manifest states",
                "重新导出并如实填写 format；CSV 请检查引号与换行，工作簿另存为 .xlsx 且不加密",
                "export again and state format truly; of CSV check quotes and line ends, save workbooks as .xlsx without a password",
            ),
            Self::ColumnType => (
                "column_type",
                "某列的数据类型无法读取",
                "a column has a type that cannot be read",
                "以文本、整数、小数、是否、日期或时间类型导出该列",
                "export the column as text, number, yes/no, date or time",
            ),
            Self::CellsMerged => (
                "cells_merged",
                "工作表含有合并单元格，无法确定各行的取值",
                "the sheet has merged cells, so the values of its rows are not certain",
                "取消合并、逐行补齐取值，去掉标题行后重送",
                "unmerge the cells, fill in every row, take away title rows and send again",
            ),
            Self::RowCount => (
                "row_count",
                "实际行数与清单不符",
                "the number of rows differs from the manifest",
                "确认导出完整，更正清单 rows 后重送",
                "make sure the export is complete, correct rows in the manifest and send again",
            ),
            Self::SequenceGap => (
                "sequence_gap",
                "批次序号不连续，之前的批次尚未收到",
                "the sequence number skips a batch that has not arrived",
                "先补送缺失序号的批次",
                "first send the batch whose number is missing",
            ),
            Self::SequenceRepeated => (
                "sequence_repeated",
                "该序号已有另一批次入库",
                "another batch with this sequence number was accepted already",
                "使用下一个序号",
                "use the next sequence number",
            ),
            Self::BatchIdReused => (
                "batch_id_reused",
                "批次号已用于内容不同的另一批次",
                "this batch id was used for a batch with other content",
                "为新的内容使用新的批次号",
                "use a new batch id for new content",
            ),
            Self::TooManyWrong => (
                "too_many_wrong",
                "错误行超过 5%，整批暂缓入库",
                "more than 5 % of the rows are wrong; the whole batch is held",
                "更正后以新批次号、相同序号重送全部数据",
                "correct and send all rows again with a new batch id and the same sequence number",
            ),
            Self::LineInvalid => (
                "line_invalid",
                "该行不是一个 JSON 对象",
                "the line is not one JSON object",
                "每行写一个完整的 JSON 对象，同一个键只写一次",
                "write one whole JSON object a line, each key once",
            ),
            Self::ValueNested => (
                "value_nested",
                "取值是对象或数组",
                "the value is an object or a list",
                "改为单个文本、数值或是否；多个值以分号连接",
                "write a single text, number or yes/no; join several values by semicolons",
            ),
            Self::FormulaValue => (
                "formula_value",
                "公式没有计算结果，或结果是错误值",
                "the formula has no value, or its value is an error",
                "在表格软件中重新计算并保存，或把公式粘贴为数值",
                "let the spreadsheet program compute and save it, or paste the formula as a value",
            ),
            Self::ColumnsWrong => (
                "columns_wrong",
                "列数与表头不一致",
                "the row has another number of columns than the header",
                "检查该行的分隔符与引号",
                "check separators and quotes of this row",
            ),
            Self::RequiredMissing => (
                "required_missing",
                "必填项为空",
                "a required field is empty",
                "补齐后重送该行",
                "fill it in and send the row again",
            ),
            Self::TextInvalid => (
                "text_invalid",
                "文本含有控制字符或乱码",
                "the text holds control characters or garbled signs",
                "去除不可见字符后重送",
                "remove invisible characters and send the row again",
            ),
            Self::TextTooLong => (
                "text_too_long",
                "文本超出长度上限",
                "the text is longer than allowed",
                "缩短至目录规定的长度",
                "shorten it to the length the catalogue allows",
            ),
            Self::UsccFormat => (
                "uscc_format",
                "统一社会信用代码的位数或字符不合规",
                "the social credit code has a wrong length or character",
                "核对 18 位代码，注意不使用 I、O、S、V、Z",
                "check the 18 characters; I, O, S, V and Z are never used",
            ),
            Self::UsccCheckDigit => (
                "uscc_check_digit",
                "统一社会信用代码校验位不符",
                "the check character of the social credit code is wrong",
                "对照营业执照核对代码",
                "compare the code with the business licence",
            ),
            Self::IdHashInvalid => (
                "idhash_invalid",
                "身份标识不是 64 位小写十六进制摘要",
                "the identity key is not a hash of 64 lower-case hexadecimal digits",
                "按接口规范计算身份号码的带钥摘要，切勿传送号码本身",
                "send the keyed hash the interface describes, never the number itself",
            ),
            Self::NumberInvalid => (
                "number_invalid",
                "不是规定格式的数值",
                "not a number in the prescribed form",
                "只用数字与一个小数点，不带逗号与单位",
                "use digits and one decimal point only, no commas or units",
            ),
            Self::BelowMinimum => (
                "below_minimum",
                "数值低于允许的最小值",
                "the figure is below the least that is allowed",
                "核对数值与正负号",
                "check the figure and its sign",
            ),
            Self::OutOfRange => (
                "out_of_range",
                "比例不在 0 至 1 之间",
                "the ratio is not between 0 and 1",
                "以小数填写，例如 12% 写作 0.12",
                "write a decimal: 12 % is 0.12",
            ),
            Self::BoolInvalid => (
                "bool_invalid",
                "是/否字段只接受 1 或 0",
                "a yes/no field takes 1 or 0 only",
                "改为 1(是)或 0(否)",
                "write 1 for yes or 0 for no",
            ),
            Self::DateInvalid => (
                "date_invalid",
                "不是有效日期",
                "not a valid date",
                "按 2026-05-31 的格式填写真实存在的日期",
                "write a real date like 2026-05-31",
            ),
            Self::DateInFuture => (
                "date_in_future",
                "已发生事项的日期晚于今天",
                "the date of something that has happened lies in the future",
                "核对日期",
                "check the date",
            ),
            Self::MonthInvalid => (
                "month_invalid",
                "不是有效月份",
                "not a valid month",
                "按 2026-05 的格式填写",
                "write a month like 2026-05",
            ),
            Self::PeriodInvalid => (
                "period_invalid",
                "不是有效的年度或季度",
                "not a valid year or quarter",
                "按 2026 或 2026Q2 的格式填写",
                "write 2026 or 2026Q2",
            ),
            Self::DivisionInvalid => (
                "division_invalid",
                "不是行政区划代码",
                "not the code of an administrative division",
                "填写 6 位区划代码",
                "write the six-digit division code",
            ),
            Self::CodeUnknown => (
                "code_unknown",
                "取值不在代码表中",
                "the value is not in the code list",
                "按目录页的代码表填写",
                "use a value of the code list on the catalogue page",
            ),
            Self::OpUnknown => (
                "op_unknown",
                "操作标识只能是 upsert 或 withdraw",
                "op is upsert or withdraw",
                "更正 op 列",
                "correct the op column",
            ),
            Self::InstantInvalid => (
                "instant_invalid",
                "更新时间格式不符",
                "the update time is not in the prescribed form",
                "按 2026-05-31T09:30:00+08:00 的格式填写",
                "write a time like 2026-05-31T09:30:00+08:00",
            ),
            Self::DuplicateKey => (
                "duplicate_key",
                "同一批次内主键重复，已保留先出现的一行",
                "the same key stands twice in the batch; the first row was kept",
                "确认哪一行正确，下一批次只送一行",
                "decide which row is right and send one row in the next batch",
            ),
            Self::SubjectUnknown => (
                "subject_unknown",
                "登记信息中没有这个主体，已转入待匹配队列",
                "the register does not know this subject; the row waits in the unmatched queue",
                "核对代码；若为新设主体，登记数据到达后可重送",
                "check the code; for a new firm send again once its registration has arrived",
            ),
        }
    }
}

/// Every rule.
pub const ALL: [Rule; 41] = [
    Rule::ArchiveBroken,
    Rule::ManifestInvalid,
    Rule::ItemUnknown,
    Rule::UnitMismatch,
    Rule::SchemaVersion,
    Rule::FileMissing,
    Rule::DigestMismatch,
    Rule::EncodingWrong,
    Rule::HeaderWrong,
    Rule::FileBroken,
    Rule::ColumnType,
    Rule::CellsMerged,
    Rule::RowCount,
    Rule::SequenceGap,
    Rule::SequenceRepeated,
    Rule::BatchIdReused,
    Rule::TooManyWrong,
    Rule::LineInvalid,
    Rule::ValueNested,
    Rule::FormulaValue,
    Rule::ColumnsWrong,
    Rule::RequiredMissing,
    Rule::TextInvalid,
    Rule::TextTooLong,
    Rule::UsccFormat,
    Rule::UsccCheckDigit,
    Rule::IdHashInvalid,
    Rule::NumberInvalid,
    Rule::BelowMinimum,
    Rule::OutOfRange,
    Rule::BoolInvalid,
    Rule::DateInvalid,
    Rule::DateInFuture,
    Rule::MonthInvalid,
    Rule::PeriodInvalid,
    Rule::DivisionInvalid,
    Rule::CodeUnknown,
    Rule::OpUnknown,
    Rule::InstantInvalid,
    Rule::DuplicateKey,
    Rule::SubjectUnknown,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_its_own_id_and_words_in_both_languages() {
        let mut ids: Vec<&str> = ALL.iter().map(|rule| rule.id()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), ALL.len());
        for rule in ALL {
            assert_eq!(Rule::find(rule.id()), Some(rule));
            for lang in [Lang::Zh, Lang::En] {
                assert!(!rule.words(lang).is_empty() && !rule.remedy(lang).is_empty());
            }
        }
    }
}
