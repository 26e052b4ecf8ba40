//! Licences, bans and sources, by `deny.toml`: the part of `cargo deny` that needs neither its installation nor a network.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use toml::{Table, Value};

use super::graph::Graph;

/// Checks every crate of the build against `deny.toml`.
pub(super) fn check(graph: &Graph, deny: &Path) -> anyhow::Result<String> {
    let text = fs::read_to_string(deny).with_context(|| format!("cannot read {}", deny.display()))?;
    let table: Table = text.parse().with_context(|| format!("{} is not TOML", deny.display()))?;
    let list = |section: &str, key: &str| table.get(section)?.get(key)?.as_array();
    let allowed = list("licenses", "allow").context("deny.toml has no list `licenses.allow`")?;
    let banned = list("bans", "deny").context("deny.toml has no list `bans.deny`")?;
    let allowed: Vec<&str> = allowed.iter().filter_map(Value::as_str).collect();
    let banned: Vec<&str> = banned.iter().filter_map(|ban| ban.get("crate")?.as_str()).collect();
    for it in &graph.crates {
        let who = format!("{} {}", it.name, it.version);
        let licence = it.licence.as_deref().with_context(|| format!("{who} names no licence"))?;
        if !is_allowed(licence, &allowed) {
            bail!("{who} is under `{licence}`, which `licenses.allow` in deny.toml does not allow");
        }
        if banned.contains(&it.name.as_str()) {
            bail!("{who} is in the build, and `bans.deny` in deny.toml bans it");
        }
        if it.source.as_ref().is_some_and(|source| !source.starts_with("registry+") && !source.starts_with("sparse+")) {
            bail!("{who} does not come from the registry");
        }
    }
    Ok(format!("{} crates", graph.crates.len()))
}

/// Whether an SPDX expression can be met with the allowed licences alone. Older manifests write `/` for `OR`.
fn is_allowed(expression: &str, allowed: &[&str]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader { words: &words, allowed };
    reader.any() && reader.words.is_empty()
}

/// Reads an SPDX expression: `OR` binds weakest, then `AND`, then `WITH`.
struct Reader<'a> {
    words: &'a [&'a str],
    allowed: &'a [&'a str],
}

impl<'a> Reader<'a> {
    fn any(&mut self) -> bool {
        let mut met = self.all();
        while self.take("OR") {
            met |= self.all();
        }
        met
    }

    fn all(&mut self) -> bool {
        let mut met = self.one();
        while self.take("AND") {
            met &= self.one();
        }
        met
    }

    fn one(&mut self) -> bool {
        if self.take("(") {
            let met = self.any();
            return self.take(")") && met;
        }
        let licence = self.next();
        if self.take("WITH") {
            let exception = self.next();
            return self.allowed.contains(&format!("{licence} WITH {exception}").as_str());
        }
        self.allowed.contains(&licence)
    }

    fn take(&mut self, word: &str) -> bool {
        let is_next = self.words.first() == Some(&word);
        if is_next {
            self.words = &self.words[1..];
        }
        is_next
    }

    fn next(&mut self) -> &'a str {
        let Some((first, rest)) = self.words.split_first() else { return "" };
        self.words = rest;
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expression: &str, expected: bool) {
        let allowed = ["MIT", "Apache-2.0", "Unicode-3.0", "Apache-2.0 WITH LLVM-exception"];
        assert_eq!(is_allowed(expression, &allowed), expected, "{expression}");
    }

    #[test]
    fn an_expression_is_met_by_allowed_licences_alone() {
        check("MIT", true);
        check("GPL-3.0", false);
        check("MIT OR GPL-3.0", true);
        check("MIT/Apache-2.0", true);
        check("MIT AND GPL-3.0", false);
        check("(MIT OR GPL-3.0) AND Unicode-3.0", true);
        check("GPL-3.0 OR MIT AND Unicode-3.0", true);
        check("GPL-3.0 OR MIT AND OFL-1.1", false);
        check("Apache-2.0 WITH LLVM-exception", true);
        check("MIT WITH LLVM-exception", false);
        check("(MIT", false);
        check("", false);
    }
}
