//! What documents say: put together from the file in the person's language, and set by the crate `documents`.

pub(crate) mod agreement;
pub(crate) mod letter;
pub(crate) mod receipt;

use documents::Script;

use crate::texts::Lang;

/// The script of a language.
pub(crate) const fn script(lang: Lang) -> Script {
    match lang {
        Lang::Hans => Script::Simplified,
        Lang::Hant => Script::Traditional,
        Lang::En => Script::Latin,
    }
}
