//! Files that are broken, hostile or not what they are said to be: each is answered clearly, and the good batches
//! beside them are taken.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod unit;

use jq_base::sm3;
use jq_ingest::{BatchState, Receipt, Rule};
use unit::file::file;
use unit::workbook::{Cell, archive, workbook};
use unit::{A, Platform, Slip, operator, power_row, write_batch};

fn rows(meters: std::ops::RangeInclusive<usize>) -> Vec<Vec<String>> {
    let row = |meter| power_row(A, &format!("m{meter}"), "2026-08");
    meters.map(|meter| row(meter).split(',').map(str::to_owned).collect()).collect()
}

/// Delivers a bad file between two good ones and returns the bad one's receipt.
async fn beside_good_ones(platform: &Platform, slip: Slip<'_>, data: &[u8]) -> Receipt {
    let header = platform.header("water_bill").join(",");
    let water = |account: &str| {
        format!(
            "{header}\n{A},渝水集团,{account},2026-08,50,30.00,2026-08-05,2026-08-25,,0.00,0.00,\
             upsert,2026-09-05T08:00:00+08:00\n"
        )
    };
    let folder = platform.folder.join("drops").join(slip.id);
    for (seq, name) in [(1, "first"), (2, "second")] {
        let (id, data) = (format!("{}-{name}", slip.id), water(&format!("{}-{name}", slip.id)));
        let seq = seq + platform.ingest.list_batches(Some("water"), 1_000).await.unwrap().len() as u64;
        let good = Slip::of(&id, "water", "water_bill", seq, 1);
        write_batch(&folder.join(name), &good.manifest(&sm3::hex(data.as_bytes())), Some(data.as_bytes()));
    }
    write_batch(&folder.join("bad"), &slip.manifest(&sm3::hex(data)), Some(data));
    let before = platform.count("water_bill").await;
    let mut told = None;
    let deliveries = platform.ingest.find(&[folder]).unwrap();
    assert_eq!(deliveries.len(), 3);
    for delivery in &deliveries {
        let receipt = platform.ingest.take(delivery, &operator()).await.expect("the platform works");
        if receipt.batch_id == slip.id {
            told = Some(receipt);
        } else {
            assert_eq!(receipt.state, BatchState::Committed, "{:?} {:?}", receipt.reason_en, receipt.faults);
        }
    }
    assert_eq!(platform.count("water_bill").await, before + 2, "the good batches are there");
    told.expect("a receipt for the bad one")
}

#[track_caller]
fn is_rejected(receipt: &Receipt, rule: Rule, detail: &str) {
    assert_eq!(receipt.state, BatchState::Rejected, "{receipt:?}");
    assert_eq!(receipt.reason.as_deref(), Some(rule.id()), "{:?}", receipt.reason_en);
    let words = receipt.reason_en.as_deref().unwrap();
    assert!(words.contains(detail), "{words}");
    assert!(receipt.reason_zh.as_deref().unwrap().contains(detail) && receipt.remedy_zh.is_some());
}

#[tokio::test]
async fn a_changed_byte_is_found_before_anything_else_in_every_format() {
    let platform = Platform::with_register().await;
    for format in ["csv", "jsonl", "parquet", "xlsx"] {
        let mut data = file(format, &platform.header("power_bill"), &rows(1..=3));
        let digest = sm3::hex(&data);
        let middle = data.len() / 2;
        data[middle] ^= 0x55;
        let receipt =
            platform.hand_over(format, &Slip::power(format, format, 3).manifest(&digest), Some(&data)).await;
        is_rejected(&receipt, Rule::DigestMismatch, "≠");
        data.truncate(middle);
        let id = format!("{format}-cut");
        let receipt =
            platform.hand_over(&id, &Slip::power(&id, format, 3).manifest(&digest), Some(&data)).await;
        is_rejected(&receipt, Rule::DigestMismatch, "≠");
    }
    assert_eq!(platform.count("power_bill").await, 0);
}

#[tokio::test]
async fn a_file_of_another_format_is_called_broken() {
    let platform = Platform::with_register().await;
    let header = platform.header("power_bill");
    let table = file("csv", &header, &rows(1..=3));
    for (format, data) in [
        ("parquet", table.clone()),
        ("xlsx", table.clone()),
        ("parquet", Vec::new()),
        ("xlsx", Vec::new()),
        ("xlsx", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 an old workbook".to_vec()),
        ("xlsx", archive(&[("readme.txt", "no workbook")])),
        ("parquet", b"PAR1PAR1".to_vec()),
        ("parquet", b"PAR1\0\0\0\0\0\0\0\0PAR1".to_vec()),
    ] {
        let id = format!("{format}-{}", &sm3::hex(&data)[..8]);
        let receipt = beside_good_ones(&platform, Slip::power(&id, format, 3), &data).await;
        is_rejected(&receipt, Rule::FileBroken, "");
    }
    let receipt = platform.send(Slip::power("lines", "jsonl", 4), &table).await;
    assert_eq!(receipt.state, BatchState::Held, "CSV is no JSON, line by line");
    assert_eq!((receipt.counts.quarantined, receipt.counts.told()), (4, 4));
    let workbook = file("xlsx", &header, &rows(1..=3));
    let receipt = platform.send(Slip::power("cells", "csv", 3), &workbook).await;
    assert_eq!(receipt.state, BatchState::Rejected);
}

#[tokio::test]
async fn a_line_that_never_ends_is_given_up() {
    let platform = Platform::with_register().await;
    let header = platform.header("power_bill").join(",");
    let long = 150 << 20;
    let mut cell = format!("{header}\n{A},").into_bytes();
    cell.resize(long, b'x');
    let mut quoted = format!("{header}\n{A},\"").into_bytes();
    quoted.resize(long, b'\n');
    let mut object = b"{\"uscc\":\"".to_vec();
    object.resize(long, b'x');
    for (id, format, data) in [("cell", "csv", cell), ("quoted", "csv", quoted), ("object", "jsonl", object)]
    {
        let receipt = beside_good_ones(&platform, Slip::power(id, format, 1), &data).await;
        is_rejected(&receipt, Rule::FileBroken, "bytes without a row's end");
    }
}

#[tokio::test]
async fn mixed_encodings_in_one_file_are_named_by_their_place() {
    let platform = Platform::with_register().await;
    let header = platform.header("power_bill");
    for format in ["csv", "jsonl"] {
        let text = String::from_utf8(file(format, &header, &rows(1..=50))).unwrap();
        let half = text.char_indices().filter(|(_, sign)| *sign == '\n').nth(25).unwrap().0 + 1;
        let (left, right) = text.split_at(half);
        let gb = |text: &str| encoding_rs::GB18030.encode(text).0.into_owned();
        let id = format!("{format}-utf-8");
        let mixed = [left.as_bytes(), &gb(right)].concat();
        let receipt = beside_good_ones(&platform, Slip::power(&id, format, 50), &mixed).await;
        // The header is row 0 of CSV; JSON has none.
        is_rejected(&receipt, Rule::EncodingWrong, if format == "csv" { "row 26" } else { "row 27" });
        let id = format!("{format}-gb18030");
        let mixed = [&gb(left), right.as_bytes()].concat();
        let slip = Slip { encoding: "gb18030", ..Slip::power(&id, format, 50) };
        let receipt = beside_good_ones(&platform, slip, &mixed).await;
        is_rejected(&receipt, Rule::EncodingWrong, "line 27");
    }
}

#[tokio::test]
async fn merged_cells_are_named_by_their_range() {
    let platform = Platform::with_register().await;
    let header = platform.header("power_bill");
    let text = |cells: &[String]| cells.iter().cloned().map(Cell::Text).collect::<Vec<_>>();
    let names: Vec<String> = header.iter().map(ToString::to_string).collect();
    let mut sheet = vec![text(&names)];
    sheet.extend(rows(1..=5).iter().map(|row| text(row)));
    let data = workbook(&sheet, &["A3:A4", "B2:B6"]);
    let receipt = beside_good_ones(&platform, Slip::power("rows", "xlsx", 5), &data).await;
    is_rejected(&receipt, Rule::CellsMerged, "A3:A4, B2:B6");
    // A title over the header is what people do most.
    sheet.insert(0, vec![Cell::Text("2026年8月电费明细表".to_owned())]);
    let data = workbook(&sheet, &["A1:P1"]);
    let receipt = beside_good_ones(&platform, Slip::power("title", "xlsx", 5), &data).await;
    is_rejected(&receipt, Rule::CellsMerged, "A1:P1");
}

#[tokio::test]
async fn a_workbook_that_unpacks_to_gigabytes_is_cut_off() {
    let platform = Platform::with_register().await;
    let cell = "9".repeat(100 << 20);
    let data = workbook(&[vec![Cell::Text(cell)]], &[]);
    assert!(data.len() < 1 << 20, "it is small enough to be sent");
    let receipt = beside_good_ones(&platform, Slip::power("bomb", "xlsx", 1), &data).await;
    is_rejected(&receipt, Rule::FileBroken, "more than a workbook holds");
}

/// Sets bytes of the footer and says what the platform makes of the file.
async fn with_footer(platform: &Platform, id: &str, change: impl FnOnce(&mut Vec<u8>)) -> Receipt {
    let mut data = file("parquet", &platform.header("power_bill"), &rows(1..=40));
    change(&mut data);
    beside_good_ones(platform, Slip::power(id, "parquet", 40), &data).await
}

#[tokio::test]
async fn a_parquet_file_with_a_lying_footer_is_turned_away() {
    let platform = Platform::with_register().await;
    let receipt = with_footer(&platform, "long", |data| {
        let at = data.len() - 8;
        data[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    })
    .await;
    is_rejected(&receipt, Rule::FileBroken, "a footer of 4294967295 bytes");
    let receipt = with_footer(&platform, "short", |data| {
        let at = data.len() - 8;
        let length = u32::from_le_bytes(data[at..at + 4].try_into().unwrap());
        data[at..at + 4].copy_from_slice(&(length / 2).to_le_bytes());
    })
    .await;
    is_rejected(&receipt, Rule::FileBroken, "");
    let receipt = with_footer(&platform, "pages", |data| {
        // The pages are gone, the footer still tells of them.
        let at = data.len() - 8;
        let length = u32::from_le_bytes(data[at..at + 4].try_into().unwrap()) as usize;
        data.drain(4..at - length);
    })
    .await;
    is_rejected(&receipt, Rule::FileBroken, "");
    let receipt = with_footer(&platform, "zeros", |data| {
        let at = data.len() - 8;
        let length = u32::from_le_bytes(data[at..at + 4].try_into().unwrap()) as usize;
        data[4..at - length].fill(0);
    })
    .await;
    is_rejected(&receipt, Rule::FileBroken, "");
}

#[tokio::test]
async fn columns_are_compared_with_the_catalogues_in_every_format() {
    let platform = Platform::with_register().await;
    let header = platform.header("power_bill");
    for format in ["csv", "jsonl", "parquet", "xlsx"] {
        let mut strange = header.clone();
        strange[8] = "amt";
        let data = file(format, &strange, &rows(1..=3));
        let receipt =
            beside_good_ones(&platform, Slip::power(&format!("{format}-strange"), format, 3), &data).await;
        let difference = if format == "jsonl" { "+amt" } else { "-amount +amt" };
        is_rejected(&receipt, Rule::HeaderWrong, difference);
    }
    // A key that is not there is an empty cell: of JSON each row says so.
    let short: Vec<&str> = header.iter().copied().filter(|name| *name != "amount").collect();
    let without: Vec<Vec<String>> = rows(1..=3)
        .into_iter()
        .map(|mut row| {
            row.remove(8);
            row
        })
        .collect();
    for format in ["csv", "parquet", "xlsx"] {
        let data = file(format, &short, &without);
        let receipt =
            beside_good_ones(&platform, Slip::power(&format!("{format}-short"), format, 3), &data).await;
        is_rejected(&receipt, Rule::HeaderWrong, "-amount");
    }
    let receipt = platform.send(Slip::power("short", "jsonl", 3), &file("jsonl", &short, &without)).await;
    assert_eq!((receipt.state, receipt.faults[0].rule.as_str()), (BatchState::Held, "required_missing"));
    assert_eq!(receipt.faults[0].field.as_deref(), Some("amount"));
}

#[tokio::test]
async fn a_column_of_lists_is_refused_by_name() {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, ListArray, StringArray};
    use arrow::datatypes::Int32Type;

    let platform = Platform::with_register().await;
    let columns = platform.header("power_bill").into_iter().map(|name| {
        let list = ListArray::from_iter_primitive::<Int32Type, _, _>(vec![Some(vec![Some(1), Some(2)])]);
        let column: ArrayRef =
            if name == "amount" { Arc::new(list) } else { Arc::new(StringArray::from(vec!["1"])) };
        (name.to_owned(), column)
    });
    let data = unit::file::parquet_of(columns.collect(), 10);
    let receipt = beside_good_ones(&platform, Slip::power("lists", "parquet", 1), &data).await;
    is_rejected(&receipt, Rule::ColumnType, "amount: List");
}

#[tokio::test]
async fn the_number_of_rows_is_proved_in_every_format() {
    let platform = Platform::with_register().await;
    let header = platform.header("power_bill");
    for format in ["csv", "jsonl", "parquet", "xlsx"] {
        let data = file(format, &header, &rows(1..=30));
        for claimed in [29, 31, usize::MAX >> 1] {
            let id = format!("{format}-{claimed}");
            let receipt = platform.send(Slip::power(&id, format, claimed), &data).await;
            is_rejected(&receipt, Rule::RowCount, &format!("30 ≠ {claimed}"));
        }
    }
    assert_eq!(platform.count("power_bill").await, 0);
}
