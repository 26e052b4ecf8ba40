//! The few cookies we set.

use axum::http::{HeaderMap, HeaderValue, header};

/// The value of the cookie `name`.
pub(crate) fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// A `Set-Cookie` that no script can read. `SameSite=Lax` and not `Strict`, so that a link in a message signs its
/// reader in; writes are guarded by the origin check besides. `None` as value removes the cookie.
pub(crate) fn set(name: &str, value: Option<&str>, max_age_s: u32, https: bool) -> HeaderValue {
    let secure = if https { "; Secure" } else { "" };
    let (value, max_age_s) = value.map_or(("", 0), |value| (value, max_age_s));
    let line = format!("{name}={value}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::try_from(line).unwrap_or_else(|_| HeaderValue::from_static("forbear-invalid=; Max-Age=0"))
}
