//! Who is signed in, and the two ways a handler takes them: [`Staff`] of certain roles, and a [`Consumer`]. Whatever a
//! page shows is found through one of these, so a page that forgets to ask does not compile.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use domain::event::Actor;
use domain::id::{PersonId, StaffId};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use store::{Asker, Role};

use super::{Failure, Site, cookies};

/// Where a role begins the day.
pub(crate) fn home(role: Role) -> &'static str {
    match role {
        Role::Manager | Role::Auditor => "/overview",
        Role::Desk => "/queue",
        Role::Field => "/today",
        Role::Compliance => "/complaints",
        Role::Credit => "/credit",
        Role::Data => "/runs",
    }
}

/// Who looks at a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Viewer {
    /// A member of staff.
    Staff {
        /// Who.
        id: StaffId,
        /// As what.
        role: Role,
        /// By which name.
        name: String,
    },
    /// A consumer, by a link of theirs.
    Consumer {
        /// Who.
        person: PersonId,
    },
}

impl Viewer {
    /// Where they begin.
    pub(crate) fn home(&self) -> &'static str {
        match self {
            Viewer::Staff { role, .. } => home(*role),
            Viewer::Consumer { .. } => "/me",
        }
    }
}

/// A set of roles, as a type that stands in a handler's signature.
pub(crate) trait Roles: Send {
    /// Who may.
    const ALLOWED: &'static [Role];
}

macro_rules! roles {
    ($($(#[$doc:meta])* $name:ident = $($role:ident)|+;)*) => {$(
        $(#[$doc])*
        pub(crate) enum $name {}
        impl Roles for $name {
            const ALLOWED: &'static [Role] = &[$(Role::$role),+];
        }
    )*};
}

roles! {
    /// Everybody on the staff.
    Anyone = Manager | Desk | Field | Compliance | Credit | Data | Auditor;
    /// Those who read the book: lists and files. Who may not read names sees none.
    Readers = Manager | Desk | Compliance | Credit | Auditor;
    /// Those who work on files: lists and accounts.
    Workers = Manager | Desk | Compliance;
    /// Those who act on cases from a desk.
    Collectors = Manager | Desk;
    /// Those who post money that came in: programs of the lender's come in as one of them.
    Cashiers = Manager | Desk | Data;
    /// Those who decide on credit.
    Lenders = Manager | Desk | Credit;
    /// Those who go to doors.
    Visitors = Field;
    /// Those who answer complaints.
    Officers = Manager | Compliance;
    /// Those who look at figures, of money and of conduct.
    Watchers = Manager | Compliance | Auditor;
    /// Those who bring data in.
    Engineers = Manager | Data;
    /// Those who look at what the nights and imports did.
    Operators = Manager | Data | Auditor;
}

/// A signed-in member of staff in one of the roles `R`.
pub(crate) struct Staff<R: Roles> {
    /// Who.
    pub(crate) id: StaffId,
    /// As what.
    pub(crate) role: Role,
    roles: PhantomData<R>,
}

impl<R: Roles> Staff<R> {
    /// As the log names them.
    pub(crate) fn actor(&self) -> Actor {
        Actor::Staff(self.id)
    }

    /// On whose behalf the store looks things up.
    pub(crate) fn asker(&self) -> Asker {
        Asker::Staff(self.id, self.role)
    }
}

impl<R: Roles> FromRequestParts<Arc<Site>> for Staff<R> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Site>) -> Result<Staff<R>, Failure> {
        match recognised(parts)? {
            Some(Viewer::Staff { id, role, .. }) if R::ALLOWED.contains(&role) => Ok(Staff { id, role, roles: PhantomData }),
            Some(_) => Err(Failure::Forbidden(R::ALLOWED)),
            None => Err(Failure::SignIn),
        }
    }
}

/// A consumer who came by a link of theirs. They see themselves and nobody else.
pub(crate) struct Consumer {
    /// Who.
    pub(crate) person: PersonId,
}

impl Consumer {
    /// As the log names them.
    pub(crate) fn actor(&self) -> Actor {
        Actor::Consumer(self.person)
    }

    /// On whose behalf the store looks things up.
    pub(crate) fn asker(&self) -> Asker {
        Asker::Consumer(self.person)
    }
}

impl FromRequestParts<Arc<Site>> for Consumer {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Site>) -> Result<Consumer, Failure> {
        match recognised(parts)? {
            Some(Viewer::Consumer { person }) => Ok(Consumer { person }),
            // A member of staff has no business here, and is not told whose page it would be.
            Some(_) => Err(Failure::NotFound),
            None => Err(Failure::SignIn),
        }
    }
}

/// A session ends after this long without a request, ...
const IDLE: Duration = Duration::from_secs(30 * 60);
/// ... and after this long in any case.
const ABSOLUTE: Duration = Duration::from_secs(12 * 3600);

/// Who is signed in. Only digests of the tokens are kept: what lies here opens nothing.
#[derive(Default)]
pub(crate) struct Sessions {
    by_digest: Mutex<HashMap<[u8; 32], Session>>,
}

struct Session {
    viewer: Viewer,
    /// A digest of the password it was begun with: a new one ends what the old one opened.
    seal: Option<[u8; 32]>,
    began_at: Timestamp,
    seen_at: Timestamp,
}

impl Sessions {
    /// Begins a session and returns its token, 256 random bits, which exists only in the cookie.
    pub(crate) fn begin(&self, viewer: Viewer, seal: Option<[u8; 32]>, now: Timestamp) -> anyhow::Result<String> {
        let token = token()?;
        let mut sessions = self.by_digest.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|_, session| session.lives_at(now));
        sessions.insert(digest(&token), Session { viewer, seal, began_at: now, seen_at: now });
        Ok(token)
    }

    /// Who holds `token`, if its session still lives. Seeing it keeps it alive.
    pub(crate) fn see(&self, token: &str, now: Timestamp) -> Option<(Viewer, Option<[u8; 32]>)> {
        let mut sessions = self.by_digest.lock().unwrap_or_else(PoisonError::into_inner);
        let session = sessions.get_mut(&digest(token)).filter(|session| session.lives_at(now))?;
        session.seen_at = now;
        Some((session.viewer.clone(), session.seal))
    }

    /// Ends the session of `token`, with effect on the next request.
    pub(crate) fn end(&self, token: &str) {
        self.by_digest.lock().unwrap_or_else(PoisonError::into_inner).remove(&digest(token));
    }
}

impl Session {
    fn lives_at(&self, now: Timestamp) -> bool {
        let within = |since: Timestamp, span: Duration| now.duration_since(since).unsigned_abs() < span;
        within(self.began_at, ABSOLUTE) && within(self.seen_at, IDLE)
    }
}

/// 256 random bits, as they stand in a cookie or a link.
pub(crate) fn token() -> anyhow::Result<String> {
    let mut token = [0_u8; 32];
    getrandom::fill(&mut token)?;
    Ok(data_encoding::BASE64URL_NOPAD.encode(&token))
}

/// What is kept of a token.
pub(crate) fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// The cookie's name. The `__Host-` prefix makes browsers insist on https, which plain loopback cannot offer.
fn cookie_name(https: bool) -> &'static str {
    if https { "__Host-forbear" } else { "forbear" }
}

/// Who sends a request, looked up once and kept with it.
#[derive(Clone)]
struct Recognised(Result<Option<Viewer>, Failure>);

/// Finds out who sends the request: by the cookie of a session, or on the API by a bearer token and by nothing else.
pub(crate) async fn recognise(State(site): State<Arc<Site>>, mut request: Request, next: Next) -> Response {
    let seen = if request.uri().path().starts_with("/api/") {
        by_token(&site, request.headers()).await
    } else {
        by_cookie(&site, request.headers()).await
    };
    request.extensions_mut().insert(Recognised(seen));
    next.run(request).await
}

fn recognised(parts: &Parts) -> Result<Option<Viewer>, Failure> {
    parts.extensions.get::<Recognised>().map_or(Ok(None), |recognised| recognised.0.clone())
}

/// Who sends the request, for pages that are for everybody.
pub(crate) fn viewer(parts: &Parts) -> Option<Viewer> {
    recognised(parts).ok().flatten()
}

/// Staff are looked up at every request: who left, changed their password or works as something else now is treated so at
/// once.
async fn by_cookie(site: &Arc<Site>, headers: &HeaderMap) -> Result<Option<Viewer>, Failure> {
    let Some(token) = cookies::read(headers, cookie_name(site.https)) else { return Ok(None) };
    let Some((viewer, seal)) = site.sessions.see(token, Timestamp::now()) else { return Ok(None) };
    let Viewer::Staff { id, .. } = viewer else { return Ok(Some(viewer)) };
    let staff = site.look(move |reader| reader.staff(id)).await?;
    let staff = staff.filter(|staff| staff.left_on.is_none() && staff.password.as_deref().map(digest) == seal);
    if staff.is_none() {
        site.sessions.end(token);
    }
    Ok(staff.map(|staff| Viewer::Staff { id, role: staff.role, name: staff.name }))
}

/// What the links are kept for by which programs come in on behalf of a member of staff.
pub(crate) const API: &str = "api";

async fn by_token(site: &Arc<Site>, headers: &HeaderMap) -> Result<Option<Viewer>, Failure> {
    let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some(token) = sent.and_then(|sent| sent.strip_prefix("Bearer ")) else { return Ok(None) };
    let (digest, now) = (digest(token.trim()), Timestamp::now());
    site.look(move |reader| match reader.link(digest, API, now)? {
        Some(Asker::Staff(id, role)) => Ok(reader.staff(id)?.map(|staff| Viewer::Staff { id, role, name: staff.name })),
        Some(Asker::Consumer(_) | Asker::Night) | None => Ok(None),
    })
    .await
}

/// Signs a consumer in: the cookie to set. A session that the browser already had ends.
pub(crate) fn sign_in(site: &Site, headers: &HeaderMap, viewer: Viewer) -> anyhow::Result<HeaderValue> {
    begin(site, headers, viewer, None)
}

/// Signs a member of staff in: the cookie to set. A session that the browser already had ends.
pub(crate) fn sign_in_staff(site: &Site, headers: &HeaderMap, staff: &store::Staff) -> anyhow::Result<HeaderValue> {
    let viewer = Viewer::Staff { id: staff.id, role: staff.role, name: staff.name.clone() };
    begin(site, headers, viewer, staff.password.as_deref().map(digest))
}

fn begin(site: &Site, headers: &HeaderMap, viewer: Viewer, seal: Option<[u8; 32]>) -> anyhow::Result<HeaderValue> {
    sign_out(site, headers);
    let token = site.sessions.begin(viewer, seal, Timestamp::now())?;
    Ok(cookies::set(cookie_name(site.https), Some(&token), ABSOLUTE.as_secs() as u32, site.https))
}

/// Signs out: the cookie to set.
pub(crate) fn sign_out(site: &Site, headers: &HeaderMap) -> HeaderValue {
    let name = cookie_name(site.https);
    if let Some(token) = cookies::read(headers, name) {
        site.sessions.end(token);
    }
    cookies::set(name, None, 0, site.https)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + seconds).unwrap()
    }

    #[test]
    fn a_session_ends_when_idle_and_after_its_longest_time() {
        let sessions = Sessions::default();
        let viewer = Viewer::Consumer { person: PersonId(7) };
        let token = sessions.begin(viewer.clone(), None, at(0)).unwrap();
        for minute in (29..12 * 60).step_by(29) {
            assert_eq!(sessions.see(&token, at(minute * 60)), Some((viewer.clone(), None)), "minute {minute}");
        }
        assert_eq!(sessions.see(&token, at(12 * 3600)), None);

        let token = sessions.begin(viewer, None, at(0)).unwrap();
        assert_eq!(sessions.see(&token, at(30 * 60)), None);
    }

    #[test]
    fn an_ended_session_opens_nothing() {
        let sessions = Sessions::default();
        let token = sessions.begin(Viewer::Consumer { person: PersonId(7) }, None, at(0)).unwrap();
        sessions.end(&token);
        assert_eq!(sessions.see(&token, at(1)), None);
        assert_eq!(sessions.see("", at(1)), None);
    }
}
