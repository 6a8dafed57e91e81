//! `jinqiao catalog`: the information items, one by one.

use std::process::ExitCode;

use jq_base::lang::Lang;
use jq_catalog::{Access, Catalog as Loaded, Item, Mapping};

use crate::cli::Catalog;
use crate::command::{DONE, refused};
use crate::output::Output;

pub(crate) fn run(catalog: &Loaded, command: &Catalog, output: Output) -> anyhow::Result<ExitCode> {
    match command {
        Catalog::List => list(catalog, output),
        Catalog::Show { item } => show(catalog, item, output),
        Catalog::Check => {
            let (items, mappings) = (catalog.items().len(), catalog.mappings().len());
            output.say_in(
                format!("目录无误：{items} 个事项，{mappings} 个来源映射"),
                format!("the catalogue is sound: {items} items, {mappings} mappings"),
            );
            let document =
                serde_json::json!({ "items": items, "mappings": mappings, "version": catalog.version() });
            output.document(&document)?;
            Ok(DONE)
        }
    }
}

fn unit_name(catalog: &Loaded, item: &Item, lang: Lang) -> String {
    catalog
        .unit(&item.source_unit)
        .map_or_else(|| item.source_unit.clone(), |unit| unit.name(lang).to_owned())
}

fn access_name(access: Access, lang: Lang) -> &'static str {
    match access {
        Access::Public => lang.pick("公开", "public"),
        Access::Authorised => lang.pick("需授权", "authorised"),
    }
}

fn list(catalog: &Loaded, output: Output) -> anyhow::Result<ExitCode> {
    let lang = output.lang;
    let rows: Vec<Vec<String>> = catalog
        .items()
        .map(|item| {
            vec![
                item.no.to_string(),
                item.id.clone(),
                item.name(lang).to_owned(),
                unit_name(catalog, item, lang),
                access_name(item.access, lang).to_owned(),
                item.level.to_string(),
                item.key_text(),
            ]
        })
        .collect();
    let header = match lang {
        Lang::Zh => ["序号", "标识", "名称", "来源单位", "公开属性", "级别", "主键"],
        Lang::En => ["no", "id", "name", "source unit", "access", "level", "key"],
    };
    output.table(&header, &rows);
    let documents: Vec<serde_json::Value> = catalog.items().map(|item| document(catalog, item)).collect();
    output.document(&documents)?;
    Ok(DONE)
}

fn show(catalog: &Loaded, id: &str, output: Output) -> anyhow::Result<ExitCode> {
    let lang = output.lang;
    let Some(item) = catalog.item(id) else {
        output.say_in(format!("目录中没有 {id}"), format!("the catalogue has no {id}"));
        return Ok(refused());
    };
    output.document(&document(catalog, item))?;
    output.say(format!("{} {} ({})", item.no, item.name(lang), item.id));
    output.say(format!("{} · {}", unit_name(catalog, item, lang), access_name(item.access, lang)));
    output.say_in(format!("主键 {}", item.key_text()), format!("key {}", item.key_text()));
    fields(catalog, item, output);
    if let Some(mapping) = catalog.mapping(&item.source_unit, &item.id) {
        mapped(mapping, output);
    }
    for check in &item.checks {
        output.say(format!("· {} [{}]", check.words(lang), check.id));
    }
    Ok(DONE)
}

fn fields(catalog: &Loaded, item: &Item, output: Output) {
    let lang = output.lang;
    let rows: Vec<Vec<String>> = item
        .fields
        .iter()
        .map(|field| {
            let codes = catalog.field_codes(field).map(|list| list.id.clone()).unwrap_or_default();
            let optional = if item.may_be_empty(field) { "?" } else { "" };
            vec![
                format!("{}{optional}", field.name),
                field.label(lang).to_owned(),
                field.column_name(),
                codes,
            ]
        })
        .collect();
    let header = match lang {
        Lang::Zh => ["字段", "名称", "入湖列", "代码表"],
        Lang::En => ["field", "label", "lake column", "codes"],
    };
    output.table(&header, &rows);
}

/// The unit's own columns beside the catalogue's.
fn mapped(mapping: &Mapping, output: Output) {
    let own = mapping.columns.iter().map(|(column, own)| vec![column.clone(), own.clone()]);
    let constants =
        mapping.constants.iter().map(|(column, value)| vec![column.clone(), format!("= {value}")]);
    let header = match output.lang {
        Lang::Zh => ["字段", "本单位列名"],
        Lang::En => ["field", "the unit's own column"],
    };
    output.table(&header, &own.chain(constants).collect::<Vec<_>>());
}

fn document(catalog: &Loaded, item: &Item) -> serde_json::Value {
    let fields: Vec<serde_json::Value> = item
        .fields
        .iter()
        .map(|field| {
            let codes = catalog
                .field_codes(field)
                .map(|list| list.codes.iter().map(|code| code.value.clone()).collect::<Vec<_>>());
            serde_json::json!({ "name": field.name, "label_zh": field.label_zh, "label_en": field.label_en,
                "optional": item.may_be_empty(field), "lake_column": field.column_name(), "codes": codes })
        })
        .collect();
    let own = catalog.mapping(&item.source_unit, &item.id).map(|mapping| &mapping.columns);
    serde_json::json!({ "no": item.no, "id": item.id, "name_zh": item.name_zh, "name_en": item.name_en,
        "category": item.category, "source_unit": item.source_unit,
        "access": access_name(item.access, Lang::En), "level": item.level, "key": item.key_text(),
        "retention": item.retention, "columns": item.header(), "own_columns": own,
        "fields": fields })
}
