//! What a line of a statement of means is for.

use serde::{Deserialize, Serialize};

macro_rules! categories {
    ($($variant:ident = $name:literal),+ $(,)?) => {
        /// What a line is for: everything that any country's form asks. Which of them a form asks, in which order and
        /// under which name, is the form's.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[expect(missing_docs, reason = "the categories speak for themselves; their texts are in the forms")]
        pub enum Category {
            $(#[serde(rename = $name)] $variant,)+
        }

        impl Category {
            /// Every category.
            pub const ALL: &[Category] = &[$(Category::$variant),+];

            /// The name it is stored under and called by in forms.
            pub const fn name(self) -> &'static str {
                match self { $(Category::$variant => $name,)+ }
            }
        }
    };
}

categories! {
    Wages = "wages",
    Pension = "pension",
    Benefits = "benefits",
    OtherIncome = "other_income",
    Rent = "rent",
    Food = "food",
    Utilities = "utilities",
    Transport = "transport",
    Health = "health",
    School = "school",
    Care = "care",
    Other = "other",
    SelfEmployment = "self_employment",
    Support = "support",
    Tax = "tax",
    Insurance = "insurance",
    Communication = "communication",
    Personal = "personal",
    Work = "work",
    Savings = "savings",
    Maintenance = "maintenance",
    Household = "household_goods",
}
