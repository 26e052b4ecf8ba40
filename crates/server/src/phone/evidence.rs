//! Evidence: photos, signatures and sound. Named by the hash of what the phone sent, made anew on the way in so that foreign
//! metadata is gone, encrypted, written once, and shown to nobody who may not see the person.

use std::sync::Arc;

use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::event::Event;
use domain::id::{DeviceId, VisitId};
use domain::record::Evidence;
use serde::{Deserialize, Serialize};
use store::{KeptEvidence, Of, Thing, media_of};
use utoipa::ToSchema;

use super::unreadable;
use crate::evidence::{picture, sha256};
use crate::web::act::Deed;
use crate::web::session::{Visitors, Workers};
use crate::web::{Failure, Site, Staff};

/// The longest file that is taken.
const LONGEST_BYTES: usize = 12 << 20;

/// What a phone says of what it sends.
#[derive(Deserialize)]
pub(super) struct Labels {
    visit: String,
    device: String,
    kind: String,
}

/// The server's word that it has a file.
#[derive(Serialize, ToSchema)]
pub(super) struct EvidenceTaken {
    schema: &'static str,
    sha256: String,
    received_at: String,
}

/// Takes one file under the hash of its bytes. Sending it again gives the same answer and changes nothing.
#[utoipa::path(put, path = "/phone/evidence/{sent}", tag = "phone",
    request_body(content_type = "application/octet-stream", description = "The file: JPEG, PNG or WebM, 12 MiB at most"),
    params(
        ("sent" = String, Path, description = "SHA-256 of the bytes, 64 hexadecimal digits"),
        ("visit" = String, Query, description = "The visit's id"),
        ("device" = String, Query, description = "The phone's id"),
        ("kind" = String, Query, description = "photo, signature or audio"),
    ),
    responses((status = 200, body = EvidenceTaken)))]
pub(super) async fn receive(
    State(site): State<Arc<Site>>,
    staff: Staff<Visitors>,
    Path(sent): Path<String>,
    Query(labels): Query<Labels>,
    body: Body,
) -> Result<Json<EvidenceTaken>, Failure> {
    let asker = staff.asker();
    let (Some(visit), Some(device)) = (VisitId::parse(&labels.visit), DeviceId::parse(&labels.device)) else {
        return Err(unreadable("`visit` and `device` must be ids of 13 letters and digits"));
    };
    let own = site.look(move |reader| {
        let device = reader.device(device)?.filter(|device| device.staff == staff.id && device.revoked_at.is_none());
        Ok(reader.owner(asker, Thing::Visit(visit))?.zip(device))
    });
    let (person, _) = own.await?.ok_or(Failure::NotFound)?;
    let bytes = to_bytes(body, LONGEST_BYTES).await.map_err(|_| unreadable("a file may have 12 MiB at most"))?;
    if sha256(&bytes) != sent {
        return Err(unreadable("the bytes are not those that the address names by their SHA-256"));
    }
    let sent_bytes = bytes.len() as u64;
    let (vault, store, kind, name, at) =
        (Arc::clone(&site), Arc::clone(&site.store), labels.kind.clone(), sent.clone(), site.now());
    let kept = tokio::task::spawn_blocking(move || -> Result<KeptEvidence, Failure> {
        let (media, plain) = made_anew(&kind, &bytes)?;
        let body = vault.phones.vault.seal(&Of::Visit(visit).seal_name(&name), &plain)?;
        let evidence = KeptEvidence {
            of: Of::Visit(visit),
            sent: name,
            person,
            kind,
            media: media.to_owned(),
            kept: sha256(&body),
            body: Some(body),
            received_at: at,
        };
        Ok(store.keep_evidence(evidence)?)
    });
    let kept = kept.await.map_err(|error| anyhow::anyhow!("keeping evidence broke off: {error}"))??;
    let evidence = Evidence { sent: sent.clone(), kept: kept.kept, kind: kept.kind, sent_bytes, device };
    let deed = Deed {
        actor: staff.actor(),
        person,
        intent: "evidence.keep",
        key: format!("evidence-{visit}-{sent}"),
        body: sent.clone(),
        notes: vec![],
    };
    site.act(deed, move |_| Ok(vec![Event::EvidenceKept { visit, evidence }])).await?;
    Ok(Json(EvidenceTaken { schema: "forbear.evidence/1", sha256: sent, received_at: kept.received_at.to_string() }))
}

/// The same picture or sound without what else the file carried, and its media type.
fn made_anew(kind: &str, bytes: &[u8]) -> Result<(&'static str, Vec<u8>), Failure> {
    match kind {
        "photo" | "signature" => picture(bytes, kind == "signature")
            .map_err(|error| Failure::Unreadable(format!("the picture cannot be read: {error}"))),
        // What a browser's recorder makes holds sound and nothing about the place or the owner.
        "audio" if bytes.starts_with(&[0x1a, 0x45, 0xdf, 0xa3]) => Ok(("audio/webm", bytes.to_vec())),
        "audio" => Err(unreadable("sound must be WebM")),
        _ => Err(unreadable("`kind` must be photo, signature or audio")),
    }
}

/// Shows a piece of evidence to somebody who may see the person.
pub(super) async fn show(
    State(site): State<Arc<Site>>,
    staff: Staff<Workers>,
    Path((visit, sent)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let visit = VisitId::parse(&visit).ok_or(Failure::NotFound)?;
    let (asker, name) = (staff.asker(), sent.clone());
    let kept = site.look(move |reader| reader.evidence(asker, visit, &name)).await?.ok_or(Failure::NotFound)?;
    let body = kept.body.ok_or(Failure::NotFound)?;
    let plain = site.phones.vault.open_sealed(&Of::Visit(visit).seal_name(&sent), &body)?;
    let media = HeaderValue::from_static(media_of(&kept.kind).unwrap_or("application/octet-stream"));
    Ok(([(header::CONTENT_TYPE, media)], plain).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::tests::camera_photo;

    #[test]
    fn what_is_no_picture_or_sound_is_not_taken() {
        for bytes in [&b"GIF89a"[..], b"", b"<svg/>", &camera_photo()[..200]] {
            assert!(made_anew("photo", bytes).is_err());
        }
        assert_eq!(made_anew("photo", &camera_photo()).unwrap().0, "image/jpeg");
        assert_eq!(made_anew("signature", &camera_photo()).unwrap().0, "image/png");
        assert!(made_anew("audio", &camera_photo()).is_err());
        assert!(made_anew("film", &camera_photo()).is_err());
    }
}
