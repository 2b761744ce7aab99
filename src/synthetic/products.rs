//! What we sell: 24 products in 6 categories.
//!
//! In: a product number. Out: key, name, category, price. Constants only.

use crate::synthetic::words::CATEGORIES;

/// How many products there are.
pub const N_PRODUCTS: usize = 24;

const PRICES: [i64; N_PRODUCTS] = [
    14_900, 18_900, 42_000, 23_500, 98_000, 64_000, 121_000, 38_500, 54_000, 87_500, 46_000, 71_000, 120_000, 95_000,
    150_000, 36_000, 110_000, 48_000, 79_000, 135_000, 2_400, 1_950, 3_600, 1_250,
];

/// The key.
pub fn key(number: usize) -> String {
    format!("PR-{:03}", 101 + number)
}

/// The name.
pub fn name(number: usize) -> &'static str {
    CATEGORIES[number / 4].1[number % 4]
}

/// The category.
pub fn category(number: usize) -> &'static str {
    CATEGORIES[number / 4].0
}

/// The price in euro cents.
pub fn price(number: usize) -> i64 {
    PRICES[number]
}
