//! From whatever was sent to the two small squares that are kept.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, codecs::webp::WebPEncoder,
    imageops::FilterType, metadata::Orientation,
};
use model::{
    ApiError, ErrorCode,
    profile::{MAX_UPLOAD, PictureSize},
};
use sha2::{Digest, Sha256};

use crate::Error;

/// Longest side that is decoded, in pixels.
const MAX_SIDE: u32 = 8192;
/// Most memory a decoded picture may take, in bytes: 32 million pixels without transparency. The square cut out of it may
/// take as much again for a moment.
const MAX_DECODED: u64 = 96 * 1024 * 1024;
/// Largest file that is kept, in bytes: a photo has about 70 KB. What is larger is kept at three quarters of the side, or
/// (noise) at half, which always fits.
const MAX_KEPT: usize = 128 * 1024;
/// What is judged by its content, whatever it is called.
const FORMATS: [ImageFormat; 4] = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif];

/// A picture as it is kept: lossless WebP, nothing in it but pixels.
#[derive(Debug)]
pub(super) struct Picture {
    /// 32 hexadecimal digits of the large one's SHA-256.
    pub(super) id: String,
    pub(super) large: Vec<u8>,
    pub(super) small: Vec<u8>,
}

/// Decodes, turns upright, cuts out the middle, scales and encodes. Takes up to a second of a processor: never on the
/// async threads.
///
/// # Errors
/// `Invalid` for what is no picture or a broken one; `TooLarge`.
pub(super) fn prepare(bytes: &[u8]) -> Result<Picture, Error> {
    if bytes.len() > MAX_UPLOAD {
        return Err(Error::PictureTooLarge);
    }
    let (square, orientation) = middle(bytes)?;
    let scaled = |size: PictureSize| {
        let mut scaled = square.resize_exact(size.pixels(), size.pixels(), FilterType::Lanczos3);
        // The middle is the middle however it is turned: turning the small one is the same and cheap.
        scaled.apply_orientation(orientation);
        scaled
    };
    let large = encode(&scaled(PictureSize::Large))?;
    let small = encode(&scaled(PictureSize::Small))?;
    let digest = hex::encode(Sha256::digest(&large));
    let id = digest.get(..32).unwrap_or_default().to_owned();
    Ok(Picture { id, large, small })
}

/// The largest square in the middle of the first frame, as it lies in the file, and how it is to be turned.
fn middle(bytes: &[u8]) -> Result<(DynamicImage, Orientation), Error> {
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|_| Error::Broken("memory cannot be read"))?;
    if !reader.format().is_some_and(|format| FORMATS.contains(&format)) {
        return Err(unusable("This is no picture that can be used here. Choose a PNG, JPEG, WebP or GIF file."));
    }
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_DECODED);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(|error| refusal(&error))?;
    // Told by the header: a bomb is refused before anything is unpacked.
    let (width, height) = decoder.dimensions();
    limits.check_dimensions(width, height).map_err(|error| refusal(&error))?;
    limits.reserve(decoder.total_bytes()).map_err(|error| refusal(&error))?;
    // A picture that does not say lies as it should.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let whole = DynamicImage::from_decoder(decoder).map_err(|error| refusal(&error))?;
    let side = width.min(height);
    Ok((whole.crop_imm((width - side) / 2, (height - side) / 2, side, side), orientation))
}

fn encode(image: &DynamicImage) -> Result<Vec<u8>, Error> {
    let file = webp(image)?;
    if file.len() <= MAX_KEPT {
        return Ok(file);
    }
    let scaled = |quarters: u32| {
        let (width, height) = (image.width() * quarters / 4, image.height() * quarters / 4);
        webp(&image.resize_exact(width, height, FilterType::Lanczos3))
    };
    let file = scaled(3)?;
    if file.len() <= MAX_KEPT { Ok(file) } else { scaled(2) }
}

fn webp(image: &DynamicImage) -> Result<Vec<u8>, Error> {
    // Eight bits a channel, and no channel for transparency where nothing is transparent.
    let opaque = !image.color().has_alpha() || image.to_rgba8().pixels().all(|pixel| pixel.0[3] == u8::MAX);
    let image: DynamicImage = if opaque { image.to_rgb8().into() } else { image.to_rgba8().into() };
    let mut file = Vec::new();
    image
        .write_with_encoder(WebPEncoder::new_lossless(&mut file))
        .map_err(|_| Error::Broken("a picture could not be written"))?;
    Ok(file)
}

fn refusal(error: &ImageError) -> Error {
    match error {
        ImageError::Limits(_) => ApiError {
            field: Some("picture".to_owned()),
            ..ApiError::new(
                ErrorCode::TooLarge,
                "This picture has too many pixels: at most 8192 on a side and about 30 million in all are taken. Scale it \
                 down and try again.",
            )
        }
        .into(),
        _ => unusable("This picture is damaged or not complete. Open it in a viewer, save it anew and try again."),
    }
}

fn unusable(why: &str) -> Error {
    ApiError::invalid("picture", why).into()
}
