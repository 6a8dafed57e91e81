//! The headings of the page; the sentences come from the document itself.

use crate::said::Said;

pub(crate) const DEMO: Said = Said::fixed(
    "演示环境:企业、人员和数据均为虚构。",
    "Demonstration: firms, people and records are invented.",
);
pub(crate) const SKIP: Said = Said::fixed("跳到正文", "Skip to the content");
pub(crate) const OTHER_LANG: Said = Said::fixed("English", "中文");
pub(crate) const MACHINE_FORM: Said =
    Said::fixed("供程序读取的 OpenAPI 3.1 文件", "The OpenAPI 3.1 document for programs");
pub(crate) const ADDRESSES: Said = Said::fixed("接口一览", "All addresses");
pub(crate) const ADDRESS: Said = Said::fixed("接口", "Address");
pub(crate) const PURPOSE: Said = Said::fixed("用途", "What for");
pub(crate) const TOKEN_NEEDED: Said = Said::fixed("需要访问令牌", "needs a token");
pub(crate) const OPEN: Said = Said::fixed("公开", "open to all");
pub(crate) const PARAMETERS: Said = Said::fixed("参数", "Parameters");
pub(crate) const BODY: Said = Said::fixed("请求内容", "Body");
pub(crate) const ANSWERS: Said = Said::fixed("响应", "Answers");
pub(crate) const STATUS: Said = Said::fixed("状态码", "Status");
pub(crate) const MEANING: Said = Said::fixed("含义", "Meaning");
pub(crate) const CONTENT: Said = Said::fixed("内容", "Content");
pub(crate) const NAME: Said = Said::fixed("名称", "Name");
pub(crate) const KIND: Said = Said::fixed("类型", "Type");
pub(crate) const REQUIRED: Said = Said::fixed("必填", "required");
pub(crate) const EXAMPLE: Said = Said::fixed("示例", "Example");
pub(crate) const DOCUMENTS: Said = Said::fixed("数据结构", "Documents");
pub(crate) const PROBLEMS: Said = Said::fixed("问题代码", "Problem codes");
pub(crate) const ROW_RULES: Said = Said::fixed("数据行规则", "Rules for single rows");
pub(crate) const CODE: Said = Said::fixed("代码", "Code");
pub(crate) const REMEDY: Said = Said::fixed("怎么办", "What to do");
