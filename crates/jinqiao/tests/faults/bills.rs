//! One large batch: power bills of one firm, so many that their data file takes megabytes.

use std::fmt::Write as _;
use std::path::Path;

use jq_base::sm3;
use jq_catalog::Catalog;

const FIRM: &str = "91500102MAC8YUW23Y";
const REGISTERED: &str = "91500102MAC8YUW23Y,涪陵青岚榨菜有限公司,llc,周望舒,\
1111111111111111111111111111111111111111111111111111111111111111,1000000.00,CNY,2021-03-05,,\
重庆市涪陵区江滨路1号,500102,1371,榨菜加工,涪陵区市场监管局,active,,upsert,2026-09-01T08:00:00+08:00\n";

/// Writes the registration of the firm as a drop batch; its folder.
pub(crate) fn register(folder: &Path) -> String {
    write(folder, ("scjg", "ent_registration", 1), 1, REGISTERED)
}

/// Writes a batch of so many bills, each with figures of its own; its folder.
pub(crate) fn power(folder: &Path, seq: u64, rows: u64) -> String {
    let mut text = String::new();
    for row in 0..rows {
        // Digests make figures that cannot be pressed together.
        let digits = u64::from_str_radix(&sm3::hex(&(seq * rows + row).to_le_bytes())[..12], 16).unwrap();
        let (meter, kwh, yuan) = (digits % 1_000_000_007, digits % 99_991, digits % 999_983);
        writeln!(
            text,
            "{FIRM},国网重庆,{seq}-{row}-{meter},2026-08,general_commercial,,{kwh}.5,,{yuan}.50,2026-08-25,\
             2026-08-20,0.00,0,0,upsert,2026-09-05T08:00:00+08:00"
        )
        .unwrap();
    }
    write(folder, ("power", "power_bill", seq), rows, &text)
}

fn write(folder: &Path, (unit, item, seq): (&str, &str, u64), rows: u64, text: &str) -> String {
    let catalog = Catalog::embedded().unwrap();
    let data = format!("{}\n{text}", catalog.item(item).unwrap().header().join(","));
    let batch = folder.join(format!("{item}-{seq}"));
    std::fs::create_dir_all(&batch).unwrap();
    let manifest = serde_json::json!({ "batch_id": format!("{item}-{seq}"), "source_unit": unit, "item_id": item,
        "schema_version": 1, "seq": seq, "rows": rows, "file": "data.csv", "format": "csv",
        "sm3": sm3::hex(data.as_bytes()), "sent_at": "2026-09-10T08:00:00+08:00", "mode": "incremental" });
    std::fs::write(batch.join("data.csv"), data).unwrap();
    std::fs::write(batch.join("manifest.json"), manifest.to_string()).unwrap();
    batch.into_os_string().into_string().unwrap()
}
