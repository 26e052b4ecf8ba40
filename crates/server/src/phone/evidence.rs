//! Evidence: photos, signatures and sound. Named by the hash of what the phone sent, made anew on the way in so that foreign
//! metadata is gone, encrypted, written once, and shown to nobody who may not see the person.

use std::fs;
use std::io::{Cursor, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path as FilePath;
use std::sync::Arc;

use aes_gcm_siv::aead::{Aead, KeyInit, Payload};
use aes_gcm_siv::{Aes256GcmSiv, Nonce};
use anyhow::Context;
use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::event::Event;
use domain::id::{DeviceId, VisitId};
use domain::record::Evidence;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use serde::{Deserialize, Serialize};
use store::{KeptEvidence, Thing};
use utoipa::ToSchema;

use super::sync::sha256;
use super::unreadable;
use crate::web::act::Deed;
use crate::web::session::{Visitors, Workers};
use crate::web::{Failure, Site, Staff};

/// The longest file that is taken.
const LONGEST_BYTES: usize = 12 << 20;
/// The widest and highest picture that is decoded.
const LONGEST_SIDE: u32 = 8_000;
/// Memory that decoding one picture may take.
const MOST_MEMORY: u64 = 256 << 20;
/// JPEG quality at which a photo is written again.
const QUALITY: u8 = 85;

/// Encrypts what is kept of people's doors.
pub(crate) struct Vault(Aes256GcmSiv);

impl Vault {
    /// With the key in this file, made if it is not there. Readable by its owner only.
    pub(crate) fn open(path: &FilePath) -> anyhow::Result<Vault> {
        if !path.exists() {
            let mut secret = [0_u8; 32];
            getrandom::fill(&mut secret)?;
            let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
            file.write_all(&secret)?;
            file.sync_all()?;
        }
        let secret = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let cipher = Aes256GcmSiv::new_from_slice(&secret);
        Ok(Vault(cipher.map_err(|_| anyhow::anyhow!("{} is not a key of 32 bytes", path.display()))?))
    }

    /// Encrypts `plain`, bound to `name`: nonce, then ciphertext.
    pub(crate) fn seal(&self, name: &str, plain: &[u8]) -> anyhow::Result<Vec<u8>> {
        let mut sealed = vec![0_u8; 12];
        getrandom::fill(&mut sealed)?;
        let nonce = Nonce::try_from(&sealed[..]).map_err(|_| anyhow::anyhow!("a nonce has 12 bytes"))?;
        let payload = Payload { msg: plain, aad: name.as_bytes() };
        sealed.extend(self.0.encrypt(&nonce, payload).map_err(|_| anyhow::anyhow!("encrypting failed"))?);
        Ok(sealed)
    }

    /// What was sealed under `name`.
    pub(super) fn open_sealed(&self, name: &str, sealed: &[u8]) -> anyhow::Result<Vec<u8>> {
        let broken = || anyhow::anyhow!("what is kept under {name} is not what was sealed");
        let (nonce, body) = sealed.split_at_checked(12).ok_or_else(broken)?;
        let nonce = Nonce::try_from(nonce).map_err(|_| broken())?;
        self.0.decrypt(&nonce, Payload { msg: body, aad: name.as_bytes() }).map_err(|_| broken())
    }
}

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
        let body = vault.phones.vault.seal(&format!("{visit}/{name}"), &plain)?;
        let evidence = KeptEvidence {
            visit,
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
        "photo" | "signature" => {
            picture(kind, bytes).map_err(|error| Failure::Unreadable(format!("the picture cannot be read: {error}")))
        }
        // What a browser's recorder makes holds sound and nothing about the place or the owner.
        "audio" if bytes.starts_with(&[0x1a, 0x45, 0xdf, 0xa3]) => Ok(("audio/webm", bytes.to_vec())),
        "audio" => Err(unreadable("sound must be WebM")),
        _ => Err(unreadable("`kind` must be photo, signature or audio")),
    }
}

fn picture(kind: &str, bytes: &[u8]) -> anyhow::Result<(&'static str, Vec<u8>)> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    // The way the camera was held is the one thing in the metadata that the picture needs.
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    let mut out = Cursor::new(vec![]);
    if kind == "signature" {
        picture.write_to(&mut out, ImageFormat::Png)?;
        return Ok(("image/png", out.into_inner()));
    }
    picture.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut out, QUALITY))?;
    Ok(("image/jpeg", out.into_inner()))
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
    let plain = site.phones.vault.open_sealed(&format!("{visit}/{sent}"), &body)?;
    let media = HeaderValue::from_str(&kept.media).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    Ok(([(header::CONTENT_TYPE, media)], plain).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A JPEG with a maker's note and a place in it, as a phone's camera writes them.
    fn camera_photo() -> Vec<u8> {
        let mut out = Cursor::new(vec![]);
        let picture = image::RgbImage::from_fn(40, 30, |x, y| image::Rgb([x as u8 * 6, y as u8 * 8, 90]));
        picture.write_with_encoder(JpegEncoder::new_with_quality(&mut out, 90)).unwrap();
        let jpeg = out.into_inner();
        let exif = b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0GPS 31.2304N 121.4737E Secret Phone";
        let mut with = jpeg[..2].to_vec();
        with.extend([0xff, 0xe1]);
        with.extend(((exif.len() + 2) as u16).to_be_bytes());
        with.extend(exif);
        with.extend(&jpeg[2..]);
        with
    }

    #[test]
    fn a_photo_is_made_anew_without_what_the_camera_wrote_into_it() {
        let sent = camera_photo();
        assert!(sent.windows(3).any(|it| it == b"GPS"));
        let (media, kept) = made_anew("photo", &sent).unwrap();
        assert_eq!(media, "image/jpeg");
        assert!(!kept.windows(3).any(|it| it == b"GPS") && !kept.windows(6).any(|it| it == b"Secret"));
        assert_eq!(image::load_from_memory(&kept).unwrap().width(), 40);
    }

    #[test]
    fn what_is_no_picture_or_too_large_a_one_is_not_taken() {
        for bytes in [&b"GIF89a"[..], b"", b"<svg/>", &camera_photo()[..200]] {
            assert!(made_anew("photo", bytes).is_err());
        }
        let wide = image::RgbImage::new(LONGEST_SIDE + 1, 1);
        let mut out = Cursor::new(vec![]);
        wide.write_to(&mut out, ImageFormat::Png).unwrap();
        assert!(made_anew("photo", &out.into_inner()).is_err());
        assert!(made_anew("film", &camera_photo()).is_err());
    }

    #[test]
    fn what_is_sealed_opens_only_under_its_name_and_whole() {
        let vault = Vault(Aes256GcmSiv::new_from_slice(&[7; 32]).unwrap());
        let sealed = vault.seal("visit/photo", b"a door").unwrap();
        assert_eq!(vault.open_sealed("visit/photo", &sealed).unwrap(), b"a door");
        assert!(vault.open_sealed("visit/other", &sealed).is_err());
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert!(vault.open_sealed("visit/photo", &altered).is_err(), "byte {at}");
        }
    }
}
