//! A firm agrees to items without some of their fields, of its own accord and in answer to a bank.

use jq_base::permit::Purpose;
use jq_catalog::Catalog;
use jq_consent::{BankReader, Grant, NewRequest, list_grants, list_requests, request};

use super::town::Town;

const SALES: &str = "tax_filing.sales_amount";
const FREE: &str = "tax_filing.tax_free_sales";

async fn given(town: &Town) -> Grant {
    let subject = "91500102MAC8YUW23Y".parse().unwrap();
    list_grants(&town.test.db, &subject, 10).await.unwrap().remove(0)
}

#[tokio::test]
async fn a_firm_leaves_a_field_out_and_reads_it_in_the_text_and_on_the_receipt() {
    let town = Town::new().await;
    let mut firm = town.firm();
    let terms = "/firm/consents/new?bank=bank01&purpose=pre_loan&items=tax_filing,tax_payment&days=20";
    let whole = firm.open(terms).await;
    assert!(
        whole.has("data-test=\"fields-go\"") && whole.has(&format!("value=\"{SALES}\"")),
        "{}",
        whole.text
    );
    assert!(!whole.has("value=\"tax_filing.filing_seq\""), "what tells the record stays");
    assert!(!whole.has("data-test=\"left-out\""));

    let less = firm.open(&format!("{terms}&without={SALES}")).await;
    assert!(less.has("data-test=\"left-out\"") && less.has("纳税申报的应税销售额"), "{}", less.text);
    assert_ne!(less.hidden("text_hash"), whole.hidden("text_hash"));
    let hash = less.hidden("text_hash");
    let mut filled = vec![
        ("bank", "bank01"),
        ("purpose", "pre_loan"),
        ("items", "tax_filing,tax_payment"),
        ("days", "20"),
    ];
    filled.extend([("without", SALES), ("text_hash", &hash)]);
    let receipt = firm.send("/firm/consents/new", &filled).await.to;
    assert!(given(&town).await.left_out.iter().eq([SALES]));
    let page = firm.open(&receipt).await;
    assert!(page.has("data-test=\"left-out\"") && page.has("销售额"), "{}", page.text);
    let shown = firm.open(receipt.trim_end_matches("/receipt")).await;
    assert!(shown.has("data-test=\"left-out\""), "{}", shown.text);
}

#[tokio::test]
async fn a_bank_can_do_without_a_field_and_the_firm_leaves_out_another() {
    let town = Town::new().await;
    let catalog = Catalog::embedded().unwrap();
    let subject = "91500102MAC8YUW23Y".parse().unwrap();
    let new = NewRequest {
        subject,
        subject_name: "某某食品".to_owned(),
        bank_zh: "山城银行".to_owned(),
        bank_en: "Shancheng Bank".to_owned(),
        items: ["tax_filing".to_owned(), "tax_payment".to_owned()].into(),
        left_out: [SALES.to_owned()].into(),
        purpose: Purpose::PreLoan,
        product: None,
        order: None,
        days: None,
        queries_max: None,
        note: String::new(),
    };
    let bank = "bank01".parse().unwrap();
    let reader = BankReader { bank: &bank, reader: "officer@bank01", role: "officer" };
    let mut tx = town.test.db.begin().await.unwrap();
    let now = tx.now();
    let asked = request(&mut tx, &catalog, reader, new, now).await.unwrap();
    tx.commit().await.unwrap();

    let mut firm = town.firm();
    let address = format!("/firm/consents/requests/{}", asked.request_id);
    let page = firm.open(&address).await;
    assert!(page.has("data-test=\"left-out\"") && page.has("银行不需要"), "{}", page.text);
    let narrowed = firm.open(&format!("{address}?asked=1&items=tax_filing&without={FREE}&days=10")).await;
    assert!(narrowed.has("data-test=\"request-less\""), "{}", narrowed.text);
    let (without, hash) = (narrowed.hidden("without"), narrowed.hidden("text_hash"));
    let filled = [("answer", "yes"), ("items", "tax_filing"), ("days", "10"), ("without", without.as_str())];
    let filled: Vec<_> = filled.into_iter().chain([("text_hash", hash.as_str())]).collect();
    let answered = firm.send(&address, &filled).await;
    assert!(answered.to.ends_with("/receipt"), "{} {}", answered.status, answered.text);
    assert!(given(&town).await.left_out.iter().eq([SALES, FREE]));
    let subject = "91500102MAC8YUW23Y".parse().unwrap();
    assert_eq!(
        list_requests(&town.test.db, &subject, 10).await.unwrap()[0].left_out.len(),
        1,
        "as it was asked"
    );
}
