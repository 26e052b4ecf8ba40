//! What people read, in their language: the Fluent catalogues and the forms of money, days and numbers.
//!
//! Every sentence stands in `texts/*.ftl` in three languages under one key. Sentences are never joined from pieces,
//! because word order differs; a page asks for a whole message and fills in its variables.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

mod forms;
#[cfg(test)]
mod tests;

pub(crate) use forms::Currency;

/// A language that everything is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lang {
    /// 简体中文
    Hans,
    /// 繁體中文
    Hant,
    /// English
    En,
}

impl Lang {
    /// All of them, in the order of the language switch.
    pub(crate) const ALL: [Lang; 3] = [Lang::Hans, Lang::Hant, Lang::En];

    /// The tag for `lang=` and for cookies (BCP 47).
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Lang::Hans => "zh-Hans",
            Lang::Hant => "zh-Hant",
            Lang::En => "en",
        }
    }

    /// Its own name for itself.
    pub(crate) fn own_name(self) -> &'static str {
        match self {
            Lang::Hans => "简体中文",
            Lang::Hant => "繁體中文",
            Lang::En => "English",
        }
    }

    /// The language of a tag such as `zh-TW`, `zh_CN.UTF-8` or `en-GB`; `None` for one that we do not write.
    pub(crate) fn from_tag(tag: &str) -> Option<Lang> {
        let tag = tag.trim().to_ascii_lowercase().replace('_', "-");
        let mut parts = tag.split(['-', '.']);
        match parts.next() {
            Some("en") => Some(Lang::En),
            Some("zh") => {
                let is_traditional = parts.any(|part| matches!(part, "hant" | "tw" | "hk" | "mo"));
                Some(if is_traditional { Lang::Hant } else { Lang::Hans })
            }
            _ => None,
        }
    }

    /// The first language of an `Accept-Language` header that we write. Weights are taken to fall from left to right,
    /// which is how browsers send them.
    pub(crate) fn from_header(accept: &str) -> Option<Lang> {
        accept.split(',').find_map(|part| Lang::from_tag(part.split(';').next().unwrap_or("")))
    }
}

/// A sentence of a pack or of the house in a language.
pub(crate) fn in_language(lang: Lang, says: &domain::law::Says) -> &str {
    match lang {
        Lang::Hans => &says.zh_hans,
        Lang::Hant => &says.zh_hant,
        Lang::En => &says.en,
    }
}

/// One who reads: the language, and the forms of the book (its currency and its zone).
#[derive(Clone, Debug)]
pub(crate) struct Reader {
    /// What they read.
    pub(crate) lang: Lang,
    /// What amounts are in.
    pub(crate) currency: Currency,
    /// Where clocks are read.
    pub(crate) zone: jiff::tz::TimeZone,
}

impl Reader {
    /// The message `key`.
    pub(crate) fn text(&self, key: &str) -> String {
        self.message(key, None)
    }

    /// The message `key` with its variables filled in. Numbers choose plural forms and are grouped; everything already
    /// formatted is passed as text.
    pub(crate) fn fill<'v>(&self, key: &str, values: impl IntoIterator<Item = (&'static str, FluentValue<'v>)>) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in values {
            args.set(name, value);
        }
        self.message(key, Some(&args))
    }

    // A key that is missing shows itself rather than stopping the page; a test makes sure that none is.
    fn message(&self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let bundle = catalogue(self.lang);
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            tracing::error!(key, lang = self.lang.tag(), "no such text");
            return format!("⟨{key}⟩");
        };
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, args, &mut errors);
        if !errors.is_empty() {
            tracing::error!(key, lang = self.lang.tag(), ?errors, "a text lacks a variable");
        }
        text.into_owned()
    }
}

/// The catalogues of a language, one file an area, read as one.
macro_rules! catalogue_of {
    ($lang:literal) => {
        concat!(
            include_str!(concat!("../../texts/", $lang, ".ftl")),
            include_str!(concat!("../../texts/rules.", $lang, ".ftl")),
            include_str!(concat!("../../texts/law.", $lang, ".ftl")),
            include_str!(concat!("../../texts/commands.", $lang, ".ftl")),
            include_str!(concat!("../../texts/import.", $lang, ".ftl")),
            include_str!(concat!("../../texts/demonstration.", $lang, ".ftl")),
            include_str!(concat!("../../texts/office.", $lang, ".ftl")),
            include_str!(concat!("../../texts/credit.", $lang, ".ftl")),
            include_str!(concat!("../../texts/overview.", $lang, ".ftl")),
            include_str!(concat!("../../texts/complaints.", $lang, ".ftl")),
            include_str!(concat!("../../texts/queue.", $lang, ".ftl")),
            include_str!(concat!("../../texts/people.", $lang, ".ftl")),
            include_str!(concat!("../../texts/field.", $lang, ".ftl")),
            include_str!(concat!("../../texts/portal.", $lang, ".ftl")),
            include_str!(concat!("../../texts/visit.", $lang, ".ftl")),
            include_str!(concat!("../../texts/messages.", $lang, ".ftl")),
            include_str!(concat!("../../texts/payments.", $lang, ".ftl")),
            include_str!(concat!("../../texts/routes.", $lang, ".ftl")),
            include_str!(concat!("../../texts/phone.", $lang, ".ftl")),
            include_str!(concat!("../../texts/means.", $lang, ".ftl")),
            include_str!(concat!("../../texts/documents.", $lang, ".ftl")),
            include_str!(concat!("../../texts/why.", $lang, ".ftl")),
        )
    };
}

const SOURCES: [&str; 3] = [catalogue_of!("zh-Hans"), catalogue_of!("zh-Hant"), catalogue_of!("en")];

fn catalogue(lang: Lang) -> &'static FluentBundle<FluentResource> {
    static CATALOGUES: LazyLock<[FluentBundle<FluentResource>; 3]> = LazyLock::new(|| {
        Lang::ALL.map(|lang| {
            let id: LanguageIdentifier = lang.tag().parse().unwrap_or_default();
            let mut bundle = FluentBundle::new_concurrent(vec![id]);
            // The three languages run left to right; isolation marks would only break searching the page.
            bundle.set_use_isolating(false);
            bundle.set_formatter(Some(|value, _| match value {
                FluentValue::Number(number) => Some(forms::grouped(number.value as i64)),
                _ => None,
            }));
            let resource = match FluentResource::try_new(String::from(SOURCES[lang as usize])) {
                Ok(resource) => resource,
                Err((resource, errors)) => {
                    tracing::error!(lang = lang.tag(), ?errors, "the catalogue has faults");
                    resource
                }
            };
            bundle.add_resource_overriding(resource);
            bundle
        })
    });
    &CATALOGUES[lang as usize]
}

/// A text as the value of a variable.
pub(crate) fn value<'a>(text: impl Into<Cow<'a, str>>) -> FluentValue<'a> {
    FluentValue::String(text.into())
}

/// A number as the value of a variable: it chooses the plural form.
pub(crate) fn number(number: impl TryInto<i64>) -> FluentValue<'static> {
    FluentValue::from(number.try_into().unwrap_or(i64::MAX))
}
