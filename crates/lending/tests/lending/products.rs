//! What banks offer is there, makes sense, and costs what it says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use jq_base::ids::{ProductId, SubjectKey};
use jq_base::money::Money;
use jq_catalog::Catalog;
use jq_lending::product::{ProductError, ProductFilter, Products, Security};

#[test]
fn twelve_banks_offer_products_the_four_chains_among_them() {
    let products = Products::embedded().unwrap();
    let banks: BTreeSet<_> = products.list().map(|product| &product.bank).collect();
    assert!(banks.len() >= 12 && products.list().count() >= 24);
    let chains: Vec<_> = products.chains().iter().map(|chain| chain.id.as_str()).collect();
    assert_eq!(chains.len(), 4, "{chains:?}");
    for name in ["花椒贷", "榨菜贷", "大足五金贷", "九龙坡融合创新贷"] {
        assert!(products.list().any(|product| product.zh == name && product.chain.is_some()), "{name}");
    }
}

#[test]
fn a_bank_reads_items_that_the_catalogue_has() {
    let catalog = Catalog::embedded().unwrap();
    let known: BTreeSet<_> = catalog.items().map(|item| item.id.clone()).collect();
    for product in Products::embedded().unwrap().list() {
        for item in &product.items {
            assert!(known.contains(item), "{} reads {item}", product.id);
        }
    }
}

#[test]
fn a_cost_is_never_below_the_rate_and_counts_the_fees() {
    for product in Products::embedded().unwrap().list() {
        let off = product.annual_cost().ppm() - product.rate_min.ppm();
        assert!(off >= 0, "{}: {} for {}", product.id, product.annual_cost(), product.rate_min);
        if !product.fees.is_empty() {
            assert!(off > product.fees[0].rate.ppm() / 4, "{}", product.id);
        }
    }
}

#[test]
fn a_search_narrows_by_everything_that_is_asked() {
    let products = Products::embedded().unwrap();
    let all = products.search(&ProductFilter::default());
    assert!(all.windows(2).all(|pair| pair[0].annual_cost() <= pair[1].annual_cost()));
    let asked = ProductFilter {
        security: Some(Security::Credit),
        amount: Money::from_yuan(5_000_000),
        months: Some(24),
        ..ProductFilter::default()
    };
    let found = products.search(&asked);
    assert!(!found.is_empty() && found.len() < all.len());
    assert!(found.iter().all(|product| product.security == Security::Credit && product.months_max >= 24));
    let pepper = ProductFilter { text: "花椒".to_owned(), ..ProductFilter::default() };
    assert!(products.search(&pepper).iter().any(|product| product.zh == "花椒贷"));
    let nothing = ProductFilter { text: "没有这种产品".to_owned(), ..ProductFilter::default() };
    assert!(products.search(&nothing).is_empty());
}

#[test]
fn a_chain_product_is_for_its_district_and_industry() {
    let products = Products::embedded().unwrap();
    let product = products.list().find(|product| product.zh == "大足五金贷").unwrap();
    let firm = SubjectKey::parse("91500102MAC8YUW23Y").unwrap();
    assert!(product.is_for(&firm, Some("500111"), Some("C33")));
    assert!(!product.is_for(&firm, Some("500107"), Some("C33")));
    assert!(!product.is_for(&firm, Some("500111"), Some("A01")));
    assert!(product.is_for(&firm, None, None), "what is not known keeps nobody out");
    let person = SubjectKey::parse(&"0a".repeat(32)).unwrap();
    assert!(!product.is_for(&person, Some("500111"), None));
}

#[test]
fn a_model_estimates_the_product_that_the_shelf_shows() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../decisions/flows");
    let mut flows = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let flow: toml::Table = toml::from_str(&fs::read_to_string(entry.unwrap().path()).unwrap()).unwrap();
        flows.insert(flow["id"].as_str().unwrap().to_owned(), flow);
    }
    // Other stages have no product of their own.
    flows.retain(|_, flow: &mut toml::Table| {
        flow.get("stage").is_none_or(|stage| stage.as_str() == Some("pre_credit"))
    });
    let products = Products::embedded().unwrap();
    for product in products.list().filter(|product| product.flow.is_some()) {
        let flow = flows.remove(product.flow.as_ref().unwrap().as_str()).unwrap();
        let (own, limit, bank) = (&flow["product"], &flow["limit"], &flow["bank"]);
        assert_eq!(own["id"].as_str(), Some(product.id.as_str()));
        assert_eq!((own["zh"].as_str(), own["en"].as_str()), (Some(&*product.zh), Some(&*product.en)));
        assert_eq!(
            (bank["zh"].as_str(), bank["en"].as_str()),
            (Some(&*product.bank_zh), Some(&*product.bank_en))
        );
        assert_eq!(bank["id"].as_str(), Some(product.bank.as_str()));
        let months = (own["months_min"].as_integer().unwrap(), own["months_max"].as_integer().unwrap());
        assert_eq!(months, (i64::from(product.months_min), i64::from(product.months_max)), "{}", product.id);
        let yuan = |name: &str| Money::from_yuan(limit[name].as_integer().unwrap()).unwrap();
        assert_eq!((yuan("floor_yuan"), yuan("cap_yuan")), (product.amount_min, product.amount_max));
    }
    assert!(flows.is_empty(), "models without a product: {:?}", flows.keys());
}

/// A bank's file with one product.
const FILE: &str = "bank = { id = 'b', zh = '银行', en = 'Bank' }\n[[product]]\nid = 'p'\nzh = '贷'\nen = 'loan'\n\
    about_zh = '贷款'\nabout_en = 'a loan'\namount_min = 4\namount_max = 40\nmonths_min = 1\nmonths_max = 2\n\
    rate_min = '3%'\nrate_max = '4%'\nmethods = ['all_at_end']\nsecurity = 'credit'\nitems = ['tax_filing']\n";

fn read(files: &[&str]) -> Result<Products, ProductError> {
    Products::read(files.iter().zip(0..).map(|(text, no)| (format!("b{no}.toml"), (*text).to_owned())))
}

#[test]
fn a_product_that_makes_no_sense_is_refused_with_its_name() {
    assert!(read(&[FILE]).unwrap().find(&ProductId::parse("p").unwrap()).is_some());
    for (right, wrong, reason) in [
        ("amount_max = 40", "amount_max = 3", "the amounts are the wrong way round"),
        ("months_max = 2", "months_max = 361", "it runs for more than thirty years"),
        ("months_min = 1", "months_min = 3", "the months are the wrong way round"),
        ("'3%'", "'5%'", "the rates are the wrong way round"),
        ("'3%'", "'3'", "a rate is written like"),
        ("'4%'", "'100%'", "the rate is a hundred percent or more"),
        ("'a loan'", "' '", "a text is missing"),
        ("['tax_filing']", "[]", "the bank reads nothing"),
        ("['tax_filing']", "['tax_filing', 'tax_filing']", "something is listed twice"),
        ("['all_at_end']", "[]", "it cannot be paid back in any way"),
        ("items =", "documents_zh = ['证']\nitems =", "the papers differ between the languages"),
        ("items =", "districts = ['江津']\nitems =", "a district is up to six digits"),
        ("items =", "industries = ['01']\nitems =", "an industry is a letter and up to four digits"),
        ("items =", "fees = [{ zh = '费', en = 'fee', rate = '0%' }]\nitems =", "a fee is between nothing"),
        ("items =", "chain = { id = 'c', zh = '链', en = '' }\nitems =", "a text is missing"),
    ] {
        let said = read(&[&FILE.replacen(right, wrong, 1)]).unwrap_err().to_string();
        assert!(said.contains("b0.toml: product p: ") && said.contains(reason), "{wrong}: {said}");
    }
    assert!(read(&[&FILE.replace("credit", "trust")]).is_err(), "an unknown security");
    assert!(read(&[&FILE.replace("all_at_end", "never")]).is_err(), "an unknown method");
    assert!(read(&[&format!("{FILE}colour = 'red'\n")]).is_err(), "an unknown column");
}

#[test]
fn names_are_the_same_in_all_files() {
    let second = FILE.replace("id = 'p'", "id = 'q'");
    assert_eq!(read(&[FILE, &second]).unwrap().list().count(), 2);
    assert!(read(&[FILE, FILE]).unwrap_err().to_string().contains("product p is listed twice"));
    let renamed = read(&[FILE, &second.replace("'Bank'", "'Banque'")]).unwrap_err().to_string();
    assert!(renamed.contains("b has another name elsewhere"), "{renamed}");
    let chain = "chain = { id = 'c', zh = '链', en = 'chain' }\n";
    let other = chain.replace("'chain'", "'string'");
    let differ = read(&[&format!("{FILE}{chain}"), &format!("{second}{other}")]).unwrap_err().to_string();
    assert!(differ.contains("the chain c has another name or cap elsewhere"), "{differ}");
}

#[test]
fn a_data_folder_replaces_files_and_adds_others() {
    let folder = std::env::temp_dir().join(format!("jq-lending-products-{}", std::process::id()));
    let shelf = folder.join("lending/products");
    fs::create_dir_all(&shelf).unwrap();
    fs::write(shelf.join("mine.toml"), FILE).unwrap();
    fs::write(shelf.join("notes.txt"), "not a product").unwrap();
    let bank01 = FILE.replace("id = 'b'", "id = 'bank01'").replace("id = 'p'", "id = 'q'");
    fs::write(shelf.join("bank01.toml"), bank01).unwrap();
    let loaded = Products::load(&[&folder, &folder.join("not-there")]);
    fs::remove_dir_all(&folder).unwrap();
    let loaded = loaded.unwrap();
    let of_bank01: Vec<_> =
        loaded.list().filter(|one| one.bank.as_str() == "bank01").map(|one| one.id.as_str()).collect();
    assert_eq!(of_bank01, ["q"], "the shipped file is replaced");
    assert!(loaded.find(&ProductId::parse("p").unwrap()).is_some(), "a further file is added");
    assert!(loaded.find(&ProductId::parse("jiangjin_pepper_loan").unwrap()).is_some(), "the others stay");
}
