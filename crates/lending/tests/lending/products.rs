//! What banks offer is there, makes sense, and costs what it says.

use std::collections::BTreeSet;

use jq_base::ids::{ProductId, SubjectKey};
use jq_base::money::Money;
use jq_catalog::Catalog;
use jq_lending::product::{ProductFilter, Products, Security};

#[test]
fn nine_banks_and_more_offer_products_the_four_chains_among_them() {
    let products = Products::embedded().unwrap();
    let banks: BTreeSet<_> = products.list().map(|product| &product.bank).collect();
    assert!(banks.len() >= 9 && products.list().count() >= 24);
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
        assert!(off >= -200, "{}: {} for {}", product.id, product.annual_cost(), product.rate_min);
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
fn a_product_that_makes_no_sense_is_refused_with_its_name() {
    let text = "bank = { id = 'b', zh = '银行', en = 'Bank' }\n[[product]]\nid = 'p'\nzh = '贷'\nen = 'loan'\n\
        about_zh = '贷款'\nabout_en = 'a loan'\namount_min = 5\namount_max = 4\nmonths_min = 1\nmonths_max = 2\n\
        rate_min = '3%'\nrate_max = '4%'\nmethods = ['all_at_end']\nsecurity = 'credit'\nitems = ['tax_filing']\n";
    let read = |text: &str| Products::read([("b.toml".to_owned(), text.to_owned())]);
    let wrong = read(text).unwrap_err().to_string();
    assert!(wrong.contains("b.toml: product p: the amounts are the wrong way round"), "{wrong}");
    let right = text.replace("amount_max = 4", "amount_max = 40");
    assert!(read(&right).unwrap().find(&ProductId::parse("p").unwrap()).is_some());
    assert!(read(&right.replace("3%", "3")).unwrap_err().to_string().contains("a rate is written like"));
    assert!(read(&right.replace("credit", "trust")).is_err());
}
