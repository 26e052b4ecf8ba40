//! Evidence as it is kept: encrypted, and pictures made anew on the way in, so that nothing a camera wrote beside the picture
//! comes along. What phones send of doors and what people hand in with their means go the same way.

use std::fs;
use std::io::{Cursor, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use aes_gcm_siv::aead::{Aead, KeyInit, Payload};
use aes_gcm_siv::{Aes256GcmSiv, Nonce};
use anyhow::Context;
use data_encoding::HEXLOWER;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use sha2::{Digest, Sha256};

/// The widest and highest picture that is decoded.
pub(crate) const LONGEST_SIDE: u32 = 8_000;
/// Memory that decoding one picture may take.
const MOST_MEMORY: u64 = 256 << 20;
/// JPEG quality at which a photo is written again.
const QUALITY: u8 = 85;

/// Why something is not taken as a paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// It is no JPEG, PNG or PDF.
    OtherKind,
    /// It is one, and cannot be read.
    Broken,
}

/// Encrypts what is kept of people's doors and papers.
pub(crate) struct Vault(Aes256GcmSiv);

impl Vault {
    /// With the key in this file, made if it is not there. Readable by its owner only.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Vault> {
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
    pub(crate) fn open_sealed(&self, name: &str, sealed: &[u8]) -> anyhow::Result<Vec<u8>> {
        let broken = || anyhow::anyhow!("what is kept under {name} is not what was sealed");
        let (nonce, body) = sealed.split_at_checked(12).ok_or_else(broken)?;
        let nonce = Nonce::try_from(nonce).map_err(|_| broken())?;
        self.0.decrypt(&nonce, Payload { msg: body, aad: name.as_bytes() }).map_err(|_| broken())
    }
}

/// SHA-256 of these bytes, 64 hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

/// A paper as it is kept, and its media type: pictures made anew, a PDF as it came. What it is, its first bytes say, and not
/// its name or what the browser calls it.
pub(crate) fn paper(bytes: &[u8]) -> Result<(&'static str, Vec<u8>), Unfit> {
    if bytes.starts_with(b"%PDF-") {
        // Kept as it came, what it says of its author included, which the page tells: a bank signs its statements, and one that
        // was written anew would prove nothing. Cut off on the way, it has no end. Nothing of it is run here, and whoever opens it is handed a download.
        let end = &bytes[bytes.len().saturating_sub(2048)..];
        let is_whole = end.windows(5).any(|it| it == b"%%EOF");
        return if is_whole { Ok(("application/pdf", bytes.to_vec())) } else { Err(Unfit::Broken) };
    }
    let lossless = bytes.starts_with(b"\x89PNG\r\n\x1a\n");
    if !lossless && !bytes.starts_with(b"\xff\xd8\xff") {
        return Err(Unfit::OtherKind);
    }
    picture(bytes, lossless).map_err(|_| Unfit::Broken)
}

/// The same picture without what else the file carried, and its media type: PNG where every point counts, else JPEG.
pub(crate) fn picture(bytes: &[u8], lossless: bool) -> anyhow::Result<(&'static str, Vec<u8>)> {
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
    if lossless {
        picture.write_to(&mut out, ImageFormat::Png)?;
        return Ok(("image/png", out.into_inner()));
    }
    picture.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut out, QUALITY))?;
    Ok(("image/jpeg", out.into_inner()))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A JPEG with a maker's note and a place in it, as a phone's camera writes them.
    pub(crate) fn camera_photo() -> Vec<u8> {
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
        let (media, kept) = paper(&sent).unwrap();
        assert_eq!(media, "image/jpeg");
        assert!(!kept.windows(3).any(|it| it == b"GPS") && !kept.windows(6).any(|it| it == b"Secret"));
        assert_eq!(image::load_from_memory(&kept).unwrap().width(), 40);
    }

    #[test]
    fn a_screenshot_keeps_every_point_and_loses_its_comments() {
        let mut sent = Cursor::new(vec![]);
        image::RgbaImage::from_fn(9, 9, |x, _| image::Rgba([x as u8, 7, 9, 0])).write_to(&mut sent, ImageFormat::Png).unwrap();
        let mut sent = sent.into_inner();
        // A comment before the end of the file: length, name, words, and a sum that readers need not check here.
        let end = sent.split_off(sent.len() - 12);
        sent.extend(b"\0\0\0\x0ctEXtAuthor\0Wang ");
        sent.extend(b"\x5c\x1b\x9d\x0b");
        sent.extend(end);
        let (media, kept) = paper(&sent).unwrap();
        assert_eq!(media, "image/png");
        assert!(!kept.windows(4).any(|it| it == b"Wang"));
        assert_eq!(image::load_from_memory(&kept).unwrap().to_rgba8().get_pixel(5, 0).0, [5, 7, 9, 0]);
    }

    #[test]
    fn a_pdf_is_taken_whole_and_as_it_came() {
        let pdf = b"%PDF-1.7\n1 0 obj\nendobj\nstartxref\n9\n%%EOF\n";
        assert_eq!(paper(pdf), Ok(("application/pdf", pdf.to_vec())));
        assert_eq!(paper(&pdf[..20]), Err(Unfit::Broken), "cut off on the way");
    }

    #[test]
    fn what_is_no_paper_is_not_taken_whatever_it_is_called() {
        for bytes in [&b"GIF89a"[..], b"", b"<svg/>", b"PK\x03\x04", b"MZ", b"<html>%PDF-1.7 %%EOF"] {
            assert_eq!(paper(bytes), Err(Unfit::OtherKind));
        }
        assert_eq!(paper(&camera_photo()[..200]), Err(Unfit::Broken));
        let mut wide = Cursor::new(vec![]);
        image::RgbImage::new(LONGEST_SIDE + 1, 1).write_to(&mut wide, ImageFormat::Png).unwrap();
        assert_eq!(paper(&wide.into_inner()), Err(Unfit::Broken));
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
