//! The posts that a company of some size has: titles in English and Chinese, level, function, part in buying, superior.
//!
//! In: a chart size. Out: templates. Constants only.

use crate::model::{BuyingRole, Function, Level};
use crate::synthetic::plan::ChartSize;

/// A post as companies have it.
#[derive(Debug)]
pub struct PostTemplate {
    /// End of the post's key.
    pub code: &'static str,
    /// English titles; a company uses one of them.
    pub titles: &'static [&'static str],
    /// Chinese title.
    pub title_zh: &'static str,
    /// Level.
    pub level: Level,
    /// Function.
    pub function: Function,
    /// Part in buying.
    pub buying_role: BuyingRole,
    /// 1 is the highest.
    pub rank: u8,
    /// Codes of the superior, the first that the company has counts.
    pub superiors: &'static [&'static str],
    /// The smallest chart that has it.
    pub from: ChartSize,
}

macro_rules! post {
    ($code:literal $titles:expr, $zh:literal, $level:ident $function:ident $role:ident $rank:literal $above:expr, $from:ident) => {
        PostTemplate {
            code: $code,
            titles: &$titles,
            title_zh: $zh,
            level: Level::$level,
            function: Function::$function,
            buying_role: BuyingRole::$role,
            rank: $rank,
            superiors: &$above,
            from: ChartSize::$from,
        }
    };
}

/// All posts, superiors first.
pub const POSTS: &[PostTemplate] = &[
    post!("GM" ["Chief Executive Officer", "Managing Director", "CEO"], "总经理",
        Decision GeneralManagement DecisionMaker 1 [], Head),
    post!("FD" ["Chief Financial Officer", "Finance Director", "CFO"], "财务总监",
        Decision Finance Approver 2 ["GM"], Holding),
    post!("TD" ["Chief Technology Officer", "Technical Director", "CTO"], "技术总监",
        Decision Technology Sponsor 2 ["GM"], Large),
    post!("OD" ["Chief Operating Officer", "Operations Director", "COO"], "运营总监",
        Decision Operations Influencer 2 ["GM"], Large),
    post!("PH" ["Head of Procurement", "Procurement Manager", "Purchasing Manager"], "采购部经理",
        Management Procurement Procurement 3 ["FD", "GM"], Small),
    post!("IT" ["IT Manager", "Head of IT", "Information Systems Manager"], "信息部经理",
        Management Technology Evaluator 3 ["TD", "GM"], Medium),
    post!("PM" ["Plant Manager", "Production Manager", "Operations Manager"], "生产部经理",
        Management Operations User 3 ["OD", "GM"], Medium),
    post!("LC" ["Legal Counsel", "Compliance Manager"], "法务部经理",
        Management Legal Gatekeeper 3 ["GM"], Large),
    post!("BU" ["Senior Buyer", "Purchasing Officer", "Buyer"], "采购专员",
        Execution Procurement Procurement 4 ["PH"], Small),
    post!("EN" ["Process Engineer", "Automation Engineer"], "工艺工程师",
        Execution Technology User 4 ["IT"], Large),
];

/// The post that comes new where one is planted.
pub const NEW_POST: PostTemplate = post!("DD" ["Chief Digital Officer"], "数字化总监",
    Decision Technology Sponsor 2 ["GM"], Large);

/// The posts of a chart of this size, superiors first. A small company has no finance head.
pub fn posts_of(size: ChartSize) -> impl Iterator<Item = &'static PostTemplate> {
    let holding = size == ChartSize::Holding;
    let small = size == ChartSize::Small;
    POSTS.iter().filter(move |post| post.from <= size && !(small && post.code == "FD") && (!holding || post.rank <= 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_post_but_the_head_has_a_superior_in_every_chart() {
        for size in [ChartSize::Head, ChartSize::Holding, ChartSize::Small, ChartSize::Medium, ChartSize::Large] {
            let codes: Vec<_> = posts_of(size).map(|post| post.code).collect();
            for post in posts_of(size).filter(|post| post.rank > 1) {
                assert!(post.superiors.iter().any(|it| codes.contains(it)), "{} of {size:?}", post.code);
            }
        }
    }

    #[test]
    fn charts_have_one_two_three_six_and_ten_posts() {
        let sizes = [ChartSize::Head, ChartSize::Holding, ChartSize::Small, ChartSize::Medium, ChartSize::Large];
        assert_eq!(sizes.map(|size| posts_of(size).count()), [1, 2, 3, 6, 10]);
    }
}
