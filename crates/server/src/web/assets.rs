//! Style, script and mark: compiled in, named by their content, cached for ever.

use std::borrow::Cow;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::Failure;

struct Asset {
    /// `forbear.1a2b3c4d.css`
    name: String,
    kind: &'static str,
    body: Cow<'static, str>,
}

impl Asset {
    fn new(stem: &str, extension: &str, kind: &'static str, body: impl Into<Cow<'static, str>>) -> Asset {
        let body = body.into();
        let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(body.as_bytes())[..4]);
        Asset { name: format!("{stem}.{digest}.{extension}"), kind, body }
    }
}

static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    let style = without_comments(include_str!("../../assets/forbear.css"));
    Asset::new("forbear", "css", "text/css; charset=utf-8", style)
});
static SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("enhance", "js", "text/javascript; charset=utf-8", include_str!("../../assets/enhance.js")));
static MARK: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("mark", "svg", "image/svg+xml", include_str!("../../assets/mark.svg")));

/// A style sheet without what is written in it for us: every page of a phone on a slow line carries it once.
fn without_comments(style: &str) -> String {
    let mut kept = String::with_capacity(style.len());
    let mut rest = style;
    while let Some((before, after)) = rest.split_once("/*") {
        kept.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after.trim_start());
    }
    kept + rest
}

/// The path of the style sheet.
pub(crate) fn style() -> String {
    format!("/assets/{}", STYLE.name)
}

/// The path of the enhancer.
pub(crate) fn script() -> String {
    format!("/assets/{}", SCRIPT.name)
}

/// The path of the mark.
pub(crate) fn mark() -> String {
    format!("/assets/{}", MARK.name)
}

/// One asset by its hashed name.
pub(crate) async fn serve(Path(name): Path<String>) -> Result<Response, Failure> {
    let all = [&*STYLE, &*SCRIPT, &*MARK];
    let asset = all.into_iter().find(|asset| asset.name == name).ok_or(Failure::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(asset.kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
    ];
    Ok((headers, asset.body.as_ref().to_owned()).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_sheet_is_sent_without_its_comments() {
        for (style, sent) in [
            ("a { b: c; }", "a { b: c; }"),
            ("/* one */\na { b: c; }\n/* two */", "a { b: c; }\n"),
            ("a { b: c; } /* never ended", "a { b: c; } "),
        ] {
            assert_eq!(without_comments(style), sent);
        }
    }
}
