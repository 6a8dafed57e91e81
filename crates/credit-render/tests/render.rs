//! What a rendered report promises: both languages, the same bytes each time, any length of table.

use jq_credit_render::{Pdf, Renderer};
use serde_json::Value;

const TEMPLATE: &str = include_str!("../../../reports/self.typ");
const ZH: &str = include_str!("sample.zh.json");
const EN: &str = include_str!("sample.en.json");

fn render(view: &str) -> Pdf {
    Renderer::new().render(view, TEMPLATE).expect("the sample renders")
}

#[test]
fn a_report_is_a_pdf_in_both_languages() {
    for view in [ZH, EN] {
        let pdf = render(view);
        assert!(pdf.bytes.starts_with(b"%PDF-"));
        assert!((10..=20).contains(&pdf.pages), "{} pages", pdf.pages);
    }
}

#[test]
fn the_same_report_gives_the_same_bytes_in_another_renderer() {
    assert_eq!(render(ZH), render(ZH));
}

#[test]
fn a_long_table_and_an_unbreakable_code_run_over_pages() {
    let mut view: Value = serde_json::from_str(ZH).unwrap();
    let tax =
        view["sections"].as_array_mut().unwrap().iter_mut().find(|section| section["id"] == "tax").unwrap();
    let filings =
        tax["items"].as_array_mut().unwrap().iter_mut().find(|item| item["item_id"] == "tax_filing").unwrap();
    let rows = filings["rows"].as_array_mut().unwrap();
    rows[0]["cells"][0] = "X".repeat(400).into();
    let row = rows[1].clone();
    rows.extend((0..400).map(|_| row.clone()));
    filings["columns"][0]["kind"] = "text".into();
    filings["columns"][0]["weight"] = 60.into();
    let long = render(&view.to_string());
    assert!(long.pages > render(ZH).pages + 5, "{} pages", long.pages);
}

#[test]
fn a_report_without_any_record_renders() {
    let mut view: Value = serde_json::from_str(EN).unwrap();
    for section in view["sections"].as_array_mut().unwrap() {
        section["charts"] = Value::Array(Vec::new());
        for item in section["items"].as_array_mut().unwrap() {
            item["rows"] = Value::Array(Vec::new());
        }
    }
    view["risks"]["hints"] = Value::Array(Vec::new());
    view["queries"]["rows"] = Value::Array(Vec::new());
    assert!(render(&view.to_string()).pages >= 5);
}
