//! The chart of accounts: under which codes and names the lender's books hold what the engine posts.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use serde::Deserialize;

use crate::law::Says;
use crate::loan::{Account, AccountType};
use crate::refusal::Invalid;

/// The chart of accounts of a lender: one line for each account that the engine posts to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Chart {
    /// Its lines.
    pub lines: Vec<ChartLine>,
}

/// One account of the chart.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChartLine {
    /// What the engine posts there.
    pub books: Account,
    /// The lender's code.
    pub code: u32,
    /// What type of account it is.
    #[serde(rename = "type")]
    pub account_type: AccountType,
    /// What it is called.
    pub says: Says,
}

impl Chart {
    /// The line of an account. A chart that was checked has one for each.
    pub fn line(&self, account: Account) -> Option<&ChartLine> {
        self.lines.iter().find(|line| line.books == account)
    }

    /// Whether every account that is posted to has one line, of its type, with a code of its own.
    pub fn check(&self) -> Result<(), Invalid> {
        let bad = |fix: String| Err(Invalid::new("accounts", fix));
        for account in Account::ALL {
            let mut lines = self.lines.iter().filter(|line| line.books == account);
            let name = account.name();
            match (lines.next(), lines.next()) {
                (None, _) => return bad(format!("`{name}` is posted to and has no line: add one with `books = \"{name}\"`")),
                (Some(_), Some(_)) => return bad(format!("`{name}` has two lines: keep one")),
                (Some(line), None) if line.account_type != account.account_type() => {
                    let kind = account.account_type().name();
                    return bad(format!("`{name}` is of another type: write `type = \"{kind}\"`"));
                }
                (Some(line), None) if self.lines.iter().filter(|other| other.code == line.code).count() > 1 => {
                    return bad(format!("code {} stands twice: give each account its own", line.code));
                }
                (Some(_), None) => {}
            }
        }
        Ok(())
    }
}
