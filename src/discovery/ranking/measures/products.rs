//! `products`: how many products the prospect buys.
//!
//! **Sees** distinct products of the last 12 and 3 months. **Misleads** where each purchase has a code of its own.

use crate::discovery::ranking::measures::{Direction, Measure};
use crate::discovery::ranking::view::Seen;
use crate::discovery::signals::Pillar;
use crate::discovery::wording::count;
use crate::evidence::Bilingual;

/// See the module.
pub struct Products;

impl Measure for Products {
    fn name(&self) -> &'static str {
        "products"
    }

    fn pillar(&self) -> Pillar {
        Pillar::Breadth
    }

    fn title(&self) -> Bilingual {
        Bilingual::new("Product breadth", "产品广度")
    }

    fn columns(&self) -> &'static [(&'static str, Direction)] {
        &[("products_12", Direction::Free), ("products_3", Direction::Free)]
    }

    fn read(&self, seen: &Seen<'_>, out: &mut Vec<f32>) {
        let has_products = seen.view.ledger.has_products;
        let n = |months| if has_products { (seen.n_products(months) as f32).ln_1p() } else { f32::NAN };
        out.extend([n(12), n(3)]);
    }

    fn text(&self, seen: &Seen<'_>) -> Bilingual {
        let n = seen.n_products(12);
        let text = format!("bought {} in the last 12 months", count(n, "product", "products"));
        Bilingual::new(text, format!("近12个月采购{n}种产品"))
    }
}
