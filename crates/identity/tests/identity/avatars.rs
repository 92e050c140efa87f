//! Pictures: what is taken, what is kept of it, and what goes with whom.

use std::io::Cursor;

use identity::{AccountExport, Error};
use image::{DynamicImage, Frame, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage, codecs::gif::GifEncoder};
use model::{
    ApiError, Caller, ErrorCode, Role, UserId,
    profile::{AvatarId, MAX_UPLOAD, PictureSize, Preferences},
};

use crate::world::*;

const RED: Rgb<u8> = Rgb([200, 30, 30]);
const BLUE: Rgb<u8> = Rgb([30, 30, 200]);

/// Upper half red, lower half blue, wider than high.
fn flag() -> RgbImage {
    RgbImage::from_fn(400, 200, |_, y| if y < 100 { RED } else { BLUE })
}

fn file(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A photo from a phone held upright: EXIF says to turn it (6: a quarter clockwise) and where it was taken.
fn photo() -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x02".to_vec();
    exif.extend(b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0");
    exif.extend(b"\x88\x25\0\x04\0\0\0\x01\0\0\0\x26\0\0\0\0");
    exif.extend(b"\0\x01\0\x01\0\x02\0\0\0\x02N\0\0\0\0\0\0\0GPS-52.5200N-13.4050E");
    let jpeg = file(flag(), ImageFormat::Jpeg);
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
}

/// A PNG whose header promises this many pixels, and which has none.
fn promise(width: u32, height: u32) -> Vec<u8> {
    let mut png = file(RgbaImage::new(1, 1), ImageFormat::Png);
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = png[12..29].iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
    });
    png[29..33].copy_from_slice(&(!sum).to_be_bytes());
    png
}

/// Random enough that nothing makes it smaller.
fn noise() -> RgbaImage {
    let mut state = 1_u32;
    RgbaImage::from_fn(512, 512, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Rgba((state ^ (state >> 15)).to_be_bytes())
    })
}

async fn kept(world: &World, caller: &Caller, id: &AvatarId, size: PictureSize) -> Result<Vec<u8>, Error> {
    world.identity.avatar(caller, caller.user().unwrap(), id, size).await
}

fn opened(file: &[u8]) -> RgbImage {
    image::load_from_memory_with_format(file, ImageFormat::WebP).unwrap().to_rgb8()
}

async fn refused(world: &World, caller: &Caller, bytes: Vec<u8>) -> (ErrorCode, Option<String>) {
    let error = ApiError::from(world.identity.set_avatar(caller, bytes).await.unwrap_err());
    // Tries are counted; this story is about something else.
    world.time.advance(std::time::Duration::from_secs(3601));
    (error.code, error.field)
}

async fn everybody_again(world: &World, name: &str) -> Caller {
    world.caller(&world.sign_in(name).await.tokens).await
}

#[tokio::test]
async fn every_kind_of_picture_becomes_two_small_squares() {
    for world in World::each().await {
        world.owner().await;
        for (name, format) in [
            ("png", ImageFormat::Png),
            ("jpeg", ImageFormat::Jpeg),
            ("webp", ImageFormat::WebP),
            ("gif", ImageFormat::Gif),
        ] {
            let caller = world.caller(&world.someone(name, Role::Viewer).await.tokens).await;
            let id = world.identity.set_avatar(&caller, file(flag(), format)).await.unwrap();
            for size in [PictureSize::Small, PictureSize::Large] {
                let file = kept(&world, &caller, &id, size).await.unwrap();
                let picture = opened(&file);
                assert_eq!(picture.dimensions(), (size.pixels(), size.pixels()), "{name}");
                let near = |x: u32, y: u32, is: Rgb<u8>| {
                    picture.get_pixel(x, y).0.iter().zip(is.0).all(|(a, b)| a.abs_diff(b) < 24)
                };
                let last = size.pixels() - 1;
                assert!(near(0, 0, RED) && near(last, 0, RED) && near(0, last, BLUE), "{name}: the middle, upright");
            }
            assert_eq!(world.identity.me(&caller).await.unwrap().avatar, Some(id));
        }
        world.end().await;
    }
}

#[tokio::test]
async fn a_photo_is_turned_upright_and_forgets_where_it_was_taken() {
    for world in World::each().await {
        let owner = world.owner().await;
        let caller = world.caller(&owner.tokens).await;
        assert!(photo().windows(4).any(|bytes| bytes == b"GPS-"));
        let id = world.identity.set_avatar(&caller, photo()).await.unwrap();
        for size in [PictureSize::Small, PictureSize::Large] {
            let file = kept(&world, &caller, &id, size).await.unwrap();
            for mark in [&b"GPS"[..], b"Exif", b"EXIF", b"XMP", b"ICCP", b"13.4050"] {
                assert!(!file.windows(mark.len()).any(|bytes| bytes == mark), "{mark:?}");
            }
            // What lay on top is at the right after a quarter turn clockwise.
            let (picture, last) = (opened(&file), size.pixels() - 1);
            assert!(picture.get_pixel(last, last).0[0] > 150 && picture.get_pixel(0, last).0[2] > 150);
        }
        world.end().await;
    }
}

#[tokio::test]
async fn bombs_fragments_and_what_is_no_picture_are_refused() {
    for world in World::each().await {
        world.owner().await;
        world.someone("bob", Role::Viewer).await;
        let flat = file(flag(), ImageFormat::Png);
        let html = b"<!DOCTYPE html><script>alert(1)</script>".to_vec();
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec();
        let polyglot = [b"GIF89a\x01\0\x01\0\0\0\0".as_slice(), &html].concat();
        for (what, bytes, code) in [
            ("too wide", promise(8193, 1), ErrorCode::TooLarge),
            ("as high as can be said", promise(1, 0x7fff_ffff), ErrorCode::TooLarge),
            ("too many pixels", promise(8192, 8192), ErrorCode::TooLarge),
            ("too many bytes", vec![0; MAX_UPLOAD + 1], ErrorCode::TooLarge),
            ("a promise", promise(64, 64), ErrorCode::Invalid),
            ("cut off", flat[..flat.len() / 2].to_vec(), ErrorCode::Invalid),
            ("a cut photo", photo()[..200].to_vec(), ErrorCode::Invalid),
            ("nothing", Vec::new(), ErrorCode::Invalid),
            ("HTML", html, ErrorCode::Invalid),
            ("SVG", svg, ErrorCode::Invalid),
            ("HTML that calls itself GIF", polyglot, ErrorCode::Invalid),
            ("another format", b"BM\x3a\0\0\0\0\0\0\0\x36\0\0\0".to_vec(), ErrorCode::Invalid),
        ] {
            let caller = everybody_again(&world, "bob").await;
            assert_eq!(refused(&world, &caller, bytes).await, (code, Some("picture".to_owned())), "{what}");
        }
        let caller = everybody_again(&world, "bob").await;
        assert_eq!(world.identity.me(&caller).await.unwrap().avatar, None);
        world.end().await;
    }
}

#[tokio::test]
async fn what_hides_behind_a_picture_does_not_survive_it() {
    for world in World::each().await {
        let owner = world.owner().await;
        let caller = world.caller(&owner.tokens).await;
        let mut bytes = file(flag(), ImageFormat::Png);
        bytes.extend(b"<script>alert(1)</script>");
        let id = world.identity.set_avatar(&caller, bytes).await.unwrap();
        let file = kept(&world, &caller, &id, PictureSize::Large).await.unwrap();
        assert!(!file.windows(7).any(|bytes| bytes == b"<script"));
        world.end().await;
    }
}

#[tokio::test]
async fn of_a_moving_picture_the_first_frame_is_kept_and_noise_stays_within_the_bound() {
    for world in World::each().await {
        let owner = world.owner().await;
        let caller = world.caller(&owner.tokens).await;
        let mut gif = Vec::new();
        let colour =
            |colour: Rgb<u8>| Frame::new(RgbaImage::from_pixel(90, 60, Rgba([colour[0], colour[1], colour[2], 255])));
        GifEncoder::new(&mut gif).encode_frames([colour(RED), colour(BLUE)]).unwrap();
        let id = world.identity.set_avatar(&caller, gif).await.unwrap();
        let picture = opened(&kept(&world, &caller, &id, PictureSize::Large).await.unwrap());
        assert!(picture.get_pixel(128, 128).0[0] > 150, "the first frame");

        let id = world.identity.set_avatar(&caller, file(noise(), ImageFormat::Png)).await.unwrap();
        for size in [PictureSize::Small, PictureSize::Large] {
            let file = kept(&world, &caller, &id, size).await.unwrap();
            assert!(file.len() <= 128 * 1024, "{} bytes", file.len());
        }
        // A strip as thin as can be is no way to a giant.
        let strip = file(RgbImage::from_pixel(8192, 1, BLUE), ImageFormat::Png);
        world.identity.set_avatar(&caller, strip).await.unwrap();
        world.end().await;
    }
}

#[tokio::test]
async fn a_picture_is_replaced_removed_and_counted() {
    for world in World::each().await {
        let owner = world.owner().await;
        let alice = world.caller(&owner.tokens).await;
        let first = world.identity.set_avatar(&alice, file(flag(), ImageFormat::Png)).await.unwrap();
        let second = world.identity.set_avatar(&alice, photo()).await.unwrap();
        assert_ne!(first, second, "another picture has another address");
        assert!(kept(&world, &alice, &first, PictureSize::Large).await.is_err());
        let again = world.identity.set_avatar(&alice, photo()).await.unwrap();
        assert_eq!(second, again);
        let people = world.identity.people(&alice).await.unwrap();
        assert_eq!(people[0].avatar, Some(again.clone()));
        for _ in 0..2 {
            world.identity.remove_avatar(&alice).await.unwrap();
        }
        assert!(kept(&world, &alice, &again, PictureSize::Small).await.is_err());
        assert_eq!(world.identity.me(&alice).await.unwrap().avatar, None);
        let noted = world.actions().await;
        assert_eq!(noted.iter().filter(|action| *action == "avatar.set done").count(), 3);
        assert_eq!(
            noted.iter().filter(|action| *action == "avatar.remove done").count(),
            1,
            "nothing was there to remove"
        );
        for _ in 0..2 {
            world.identity.set_avatar(&alice, photo()).await.unwrap();
        }
        assert!(
            matches!(world.identity.set_avatar(&alice, photo()).await, Err(Error::TooSoon(_))),
            "the sixth in an hour"
        );
        // Of nobody's sign-in a word: other doors count by themselves.
        world.sign_in("alice").await;
        assert!(world.identity.people(&alice).await.unwrap().iter().all(|person| !person.slowed));
        world.end().await;
    }
}

#[tokio::test]
async fn admins_remove_pictures_and_set_none_and_keys_touch_nothing() {
    for world in World::each().await {
        let owner = world.owner().await;
        let alice = world.caller(&owner.tokens).await;
        let bob = world.caller(&world.someone("bob", Role::Developer).await.tokens).await;
        let (a, b): (UserId, UserId) = (alice.user().unwrap(), bob.user().unwrap());
        world.identity.set_avatar(&alice, photo()).await.unwrap();
        let id = world.identity.set_avatar(&bob, photo()).await.unwrap();
        assert!(world.identity.remove_avatar_of(&bob, a).await.is_err());
        assert!(world.identity.avatar(&alice, b, &id, PictureSize::Small).await.is_ok(), "everybody signed in sees it");
        assert!(world.identity.avatar(&system(), b, &id, PictureSize::Small).await.is_err());
        world.identity.remove_avatar_of(&alice, b).await.unwrap();
        assert_eq!(world.identity.me(&bob).await.unwrap().avatar, None);
        assert!(world.identity.me(&alice).await.unwrap().avatar.is_some());
        assert!(world.identity.set_avatar(&system(), photo()).await.is_err());
        assert!(world.identity.remove_avatar(&system()).await.is_err());
        world.end().await;
    }
}

#[tokio::test]
async fn a_profile_is_taken_along_and_goes_with_the_account() {
    for world in World::each().await {
        world.owner().await;
        let bob = world.caller(&world.someone("bob", Role::Developer).await.tokens).await;
        let id = world.identity.set_avatar(&bob, photo()).await.unwrap();
        let wished = Preferences::parse("pacific/auckland", "de-CH").unwrap();
        world.identity.set_preferences(&bob, &wished).await.unwrap();
        assert_eq!(world.identity.me(&bob).await.unwrap().preferences, wished);
        let AccountExport { documents, picture } = world.identity.export_account(&bob).await.unwrap();
        assert_eq!(picture, Some(kept(&world, &bob, &id, PictureSize::Large).await.unwrap()));
        let profile = documents.iter().find(|(name, _)| *name == "profile").unwrap().1.to_string();
        assert!(profile.contains("Pacific/Auckland") && profile.contains("de-CH"), "{profile}");

        world.identity.delete_own_account(&bob).await.unwrap();
        let db = world.fresh.open().await;
        let pictures: i64 =
            store::sqlx::query_scalar("SELECT COUNT(*) FROM avatars").fetch_one(db.read()).await.unwrap();
        let left: i64 = store::sqlx::query_scalar(
            "SELECT COUNT(*) FROM users WHERE avatar IS NOT NULL OR time_zone IS NOT NULL OR locale IS NOT NULL",
        )
        .fetch_one(db.read())
        .await
        .unwrap();
        assert_eq!((pictures, left), (0, 0));
        db.close().await;
        // A request that was still on its way brings nothing back.
        assert!(world.identity.set_avatar(&bob, photo()).await.is_err());
        world.end().await;
    }
}

#[tokio::test]
async fn times_are_written_as_wished_or_as_the_browser_says() {
    for world in World::each().await {
        let owner = world.owner().await;
        let alice = world.caller(&owner.tokens).await;
        for (zone, locale) in [("Europe/Berlin", ""), ("", "en-GB"), ("", "")] {
            let wished = Preferences::parse(zone, locale).unwrap();
            world.identity.set_preferences(&alice, &wished).await.unwrap();
            let now = world.identity.me(&alice).await.unwrap().preferences;
            assert_eq!((now.time_zone.is_some(), now.locale.is_some()), (!zone.is_empty(), !locale.is_empty()));
        }
        assert!(world.identity.set_preferences(&system(), &Preferences::default()).await.is_err());
        assert!(world.actions().await.contains(&"account.preferences done".to_owned()));
        world.end().await;
    }
}
