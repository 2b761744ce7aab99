//! Where a post stands at an account: its level, its function and its part in buying.

macro_rules! concept {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal / $zh:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            /// All of them, in their order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The English name, lower case, words joined by `-`; also the end of its IRI.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The Chinese name.
            pub fn name_zh(self) -> &'static str {
                match self { $(Self::$variant => $zh),+ }
            }

            /// The one with this English name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.name() == name)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

concept! {
    /// How high a post stands. Ordered from the top.
    Level {
        /// Decides: board, chief officers, owners.
        Decision = "decision" / "决策层",
        /// Runs a part: directors, heads, managers.
        Management = "management" / "管理层",
        /// Does the work: specialists, buyers, engineers.
        Execution = "execution" / "执行层",
    }
}

concept! {
    /// What a post is about.
    Function {
        /// Runs the whole.
        GeneralManagement = "general-management" / "综合管理",
        /// Money.
        Finance = "finance" / "财务",
        /// Buying.
        Procurement = "procurement" / "采购",
        /// IT, engineering, research.
        Technology = "technology" / "技术",
        /// Making and delivering.
        Operations = "operations" / "运营",
        /// Law and compliance.
        Legal = "legal" / "法务",
        /// Selling.
        SalesAndMarketing = "sales-and-marketing" / "市场销售",
        /// People.
        HumanResources = "human-resources" / "人力资源",
    }
}

concept! {
    /// The part that a person plays when the account buys. Ordered by weight in the decision, the heaviest first.
    BuyingRole {
        /// Signs.
        Approver = "approver" / "审批人",
        /// Decides.
        DecisionMaker = "decision-maker" / "决策人",
        /// Backs it from above.
        Sponsor = "sponsor" / "发起人",
        /// Fights for us inside.
        Champion = "champion" / "支持者",
        /// Negotiates and orders.
        Procurement = "procurement" / "采购人",
        /// Judges the offers.
        Evaluator = "evaluator" / "评估人",
        /// Is listened to.
        Influencer = "influencer" / "影响者",
        /// Lets in or keeps out.
        Gatekeeper = "gatekeeper" / "把关人",
        /// Uses what is bought.
        User = "user" / "使用者",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_concept_is_found_by_its_name() {
        for level in Level::ALL {
            assert_eq!(Level::from_name(level.name()), Some(*level));
        }
        for function in Function::ALL {
            assert_eq!(Function::from_name(function.name()), Some(*function));
        }
        for role in BuyingRole::ALL {
            assert_eq!(BuyingRole::from_name(role.name()), Some(*role));
        }
    }
}
