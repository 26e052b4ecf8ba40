//! What the house decided, read in: the files that ship, or those that a book's folder holds instead.

use std::fs;
use std::path::Path;

use anyhow::Context;
use domain::house::House;

/// The files of a house that ship with the program, by name.
const SHIPPED: [(&str, &str); 6] = [
    ("lender.toml", include_str!("../../../house/lender.toml")),
    ("options.toml", include_str!("../../../house/options.toml")),
    ("waivers.toml", include_str!("../../../house/waivers.toml")),
    ("strategy.toml", include_str!("../../../house/strategy.toml")),
    ("accounts.toml", include_str!("../../../house/accounts.toml")),
    ("products.toml", include_str!("../../../house/products.toml")),
];

/// The house of a book under `packs`: a file `house/strategy.toml` and so on in the book's folder takes the place of the one that
/// ships. A house that does not make sense is not loaded, such as a strategy whose own cases do not hold.
pub(crate) fn read(packs: &str, data_dir: Option<&Path>) -> anyhow::Result<House> {
    let mut text = String::new();
    let means = ("means.toml", means_of(packs));
    for (name, shipped) in SHIPPED.into_iter().chain([means]) {
        let own = data_dir.map(|dir| dir.join("house").join(name)).filter(|path| path.is_file());
        match own {
            Some(path) => text += &fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?,
            None => text += shipped,
        }
        text.push('\n');
    }
    let house: House = toml::from_str(&text).context("what the house decided cannot be read: see house/*.toml")?;
    house.check().map_err(|invalid| anyhow::anyhow!("house: {}: {}", invalid.field, invalid.fix))?;
    Ok(house)
}

/// The form of means that goes with the law of the book; the Chinese one where there is none of its own.
fn means_of(packs: &str) -> &'static str {
    let first = packs.split(',').next().unwrap_or("");
    match first {
        "tw" => include_str!("../../../house/means/tw.toml"),
        "uk" => include_str!("../../../house/means/uk.toml"),
        "us-federal" => include_str!("../../../house/means/us.toml"),
        _ => include_str!("../../../house/means/cn.toml"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_house_that_ships_reads_for_every_law() {
        for (packs, form) in [("cn", "cn"), ("tw", "tw"), ("uk", "uk"), ("us-federal", "us"), ("sg", "cn")] {
            assert_eq!(read(packs, None).unwrap().means.id, form, "{packs}");
        }
    }

    #[test]
    fn a_book_may_have_its_own_strategy_and_a_wrong_one_is_named() {
        let dir = std::env::temp_dir().join(format!("forbear-house-{}", std::process::id()));
        fs::create_dir_all(dir.join("house")).unwrap();
        let (_, shipped) = SHIPPED.into_iter().find(|(name, _)| *name == "strategy.toml").unwrap();
        let changed = shipped.replacen("{ late_more_than = 7 }", "{ late_more_than = 9 }", 1);
        fs::write(dir.join("house/strategy.toml"), changed).unwrap();
        let error = read("cn", Some(&dir)).unwrap_err().to_string();
        assert!(error.contains("a week without an answer leads to a call"), "{error}");
        fs::remove_dir_all(&dir).unwrap();
    }

    #[test]
    fn a_book_may_have_its_own_chart_and_products_and_what_they_lack_is_named() {
        let own = |name: &str, changed: &dyn Fn(&str) -> String| {
            let dir = tempfile::tempdir().unwrap();
            fs::create_dir_all(dir.path().join("house")).unwrap();
            let (_, shipped) = SHIPPED.into_iter().find(|(shipped, _)| *shipped == name).unwrap();
            fs::write(dir.path().join("house").join(name), changed(shipped)).unwrap();
            read("cn", Some(dir.path())).map_err(|error| error.to_string())
        };
        let house = own("accounts.toml", &|text| text.replace("code = 1303", "code = 130301")).unwrap();
        assert_eq!(house.accounts.line(domain::loan::Account::LoansReceivable).unwrap().code, 130_301);
        let lacks = own("accounts.toml", &|text| text.replace("books = \"recoveries\"", "books = \"loan_losses\""));
        assert!(lacks.unwrap_err().contains("`loan_losses` has two lines"));
        let house =
            own("products.toml", &|text| text.replacen("order = \"civil-code\"", "order = \"principal-first\"", 1)).unwrap();
        assert_eq!(house.order_of(&house.products[0]).unwrap().id, "principal-first");
        let unknown = own("products.toml", &|text| text.replacen("order = \"civil-code\"", "order = \"mine\"", 1));
        assert!(unknown.unwrap_err().contains("no order is called `mine`"));
    }
}
