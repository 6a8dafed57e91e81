//! What grows and what is kept: yields, prices, costs and care of each product, per mu or per head.

use crate::place::Place;
use crate::trade::Trade;

/// One product of the fields.
#[derive(Debug)]
pub(crate) struct Crop {
    /// Value of the code list `crop`.
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    /// Insurance product that covers it.
    pub(crate) insurance: &'static str,
    /// Kilogrammes per mu in full bearing, yuan per kilogramme, yuan of cost per mu.
    pub(crate) yield_kg: (f64, f64),
    pub(crate) price: (f64, f64),
    pub(crate) cost: (f64, f64),
    /// Months in which it is sprayed, and the litres or kilogrammes per mu each time.
    pub(crate) sprays: &'static [i32],
    pub(crate) dose: f64,
    /// Sum insured and premium per mu, yuan.
    pub(crate) insured: (f64, f64),
    /// Grain earns the grain subsidy.
    pub(crate) grain: bool,
    /// Bears only after some years.
    pub(crate) perennial: bool,
    /// Month in which insurance begins and produce leaves.
    pub(crate) sown: i32,
    pub(crate) sold: i32,
}

macro_rules! crops {
    ($($code:literal $name:literal $insurance:literal $yield:expr, $price:expr, $cost:expr, $sprays:expr, $dose:literal
       $insured:expr, $grain:literal $perennial:literal $sown:literal $sold:literal;)*) => {
        /// The products of the city's farms.
        pub(crate) const CROPS: &[Crop] = &[$(Crop {
            code: $code, name: $name, insurance: $insurance, yield_kg: $yield, price: $price, cost: $cost,
            sprays: $sprays, dose: $dose, insured: $insured, grain: $grain, perennial: $perennial, sown: $sown,
            sold: $sold,
        }),*];
    };
}

crops! {
    "rice" "水稻" "rice" (450.0, 550.0), (2.6, 2.9), (700.0, 1_000.0), &[5, 6, 8], 0.12 (700.0, 35.0), true false 4 9;
    "maize" "玉米" "maize" (320.0, 450.0), (2.2, 2.7), (450.0, 650.0), &[4, 6], 0.1 (500.0, 28.0), true false 3 8;
    "pepper" "青花椒" "pepper" (350.0, 600.0), (5.0, 10.0), (1_200.0, 1_800.0), &[2, 3, 4, 5, 7, 9], 0.22 (2_000.0, 120.0), false true 3 6;
    "mustard" "青菜头" "mustard" (2_000.0, 2_800.0), (0.8, 1.3), (700.0, 1_000.0), &[9, 10, 11, 12], 0.15 (1_000.0, 50.0), false false 9 2;
    "navel_orange" "脐橙" "citrus" (1_500.0, 2_500.0), (3.0, 7.0), (2_500.0, 4_000.0), &[3, 4, 5, 6, 8, 9], 0.35 (3_000.0, 150.0), false true 3 12;
    "citrus" "柑橘" "citrus" (1_500.0, 2_300.0), (2.5, 4.5), (2_200.0, 3_200.0), &[3, 4, 6, 8, 9], 0.33 (2_500.0, 125.0), false true 3 12;
    "lemon" "柠檬" "citrus" (1_500.0, 2_500.0), (2.5, 6.0), (2_500.0, 3_500.0), &[3, 4, 6, 8, 10], 0.33 (2_500.0, 125.0), false true 3 11;
    "chilli" "辣椒" "income" (1_000.0, 1_500.0), (2.5, 4.0), (1_200.0, 1_800.0), &[4, 5, 6, 7], 0.2 (1_200.0, 72.0), false false 3 9;
    "vegetable" "蔬菜" "price_index" (2_200.0, 3_200.0), (1.2, 2.2), (1_500.0, 2_200.0), &[3, 5, 8, 10], 0.2 (1_500.0, 75.0), false false 2 7;
}

/// The crop with that code; rice when there is none.
pub(crate) fn find(code: &str) -> &'static Crop {
    CROPS.iter().find(|crop| crop.code == code).unwrap_or(&CROPS[0])
}

/// What a trade grows in a district; none for those who only keep animals.
pub(crate) fn of(trade: &Trade, place: &Place) -> Option<&'static Crop> {
    let code = match (trade.class, place.code) {
        ("0313", _) => return None,
        ("0163", _) => "pepper",
        ("0141", "500101" | "500102" | "500230" | "500233") => "mustard",
        ("0141", "500240") => "chilli",
        ("0141", _) => "vegetable",
        ("0153", "500236" | "500235" | "500237") => "navel_orange",
        ("0153", "500152") => "lemon",
        ("0153", _) => "citrus",
        _ => "rice",
    };
    Some(find(code))
}

/// Sprays sold in farm shops: registration number, name, toxicity, unit, yuan per unit.
pub(crate) const PESTICIDES: &[(&str, &str, &str, &str, f64)] = &[
    ("PD20090011", "吡虫啉可湿性粉剂", "low", "kg", 62.0),
    ("PD20101234", "苯醚甲环唑水分散粒剂", "low", "kg", 88.0),
    ("PD20082177", "代森锰锌可湿性粉剂", "slight", "kg", 46.0),
    ("PD20131502", "阿维菌素乳油", "medium", "bottle", 24.0),
    ("PD20150873", "草铵膦水剂", "low", "l", 38.0),
    ("PD20121099", "矿物油乳油", "slight", "l", 21.0),
];
