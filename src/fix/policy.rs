//! What becomes of fixes between quotation marks, where somebody speaks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What becomes of fixes between quotation marks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum QuotePolicy {
    /// In a quotation of four words or more a safe fix becomes unsafe, unless it is typographic or its rule says
    /// that quotations are fixed too.
    #[default]
    Suggest,
    /// Fixes are as safe as outside.
    Fix,
    /// No fix between quotation marks is ever applied: all are suggestions.
    Protect,
}

impl QuotePolicy {
    /// The lower-case name, as it stands in the config and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Suggest => "suggest",
            Self::Fix => "fix",
            Self::Protect => "protect",
        }
    }
}
