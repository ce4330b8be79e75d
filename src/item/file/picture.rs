//! A landscape under a low sun, drawn for one attempt: sky, sun, ranges of hills, a lake.

use std::collections::BTreeMap;

use super::super::draw::Draw;

/// Colours of the sky and of each range, of which the seed takes one set: top and bottom of the
/// sky, sun, far and near hills, water.
const MOODS: [[[u8; 3]; 6]; 4] = [
    [
        [38, 70, 118],
        [255, 196, 137],
        [255, 240, 205],
        [122, 118, 152],
        [32, 44, 66],
        [90, 110, 148],
    ],
    [
        [66, 146, 198],
        [222, 240, 247],
        [255, 250, 222],
        [132, 170, 176],
        [28, 74, 62],
        [88, 160, 190],
    ],
    [[74, 42, 92], [250, 148, 116], [255, 224, 170], [150, 92, 122], [44, 24, 52], [128, 84, 120]],
    [
        [112, 166, 176],
        [250, 236, 208],
        [255, 252, 236],
        [150, 172, 158],
        [54, 78, 60],
        [128, 170, 172],
    ],
];
const SKY: usize = 96;
const RANGES: usize = 5;
const WATER: usize = 24;

/// Draws a picture of this size with these text chunks.
pub(super) fn draw(
    width: u32,
    height: u32,
    text: &BTreeMap<String, String>,
    draw: &Draw,
) -> Vec<u8> {
    let pixels = paint(width as usize, height as usize, draw);
    let mut bytes = Vec::new();
    encode(&mut bytes, (width, height), text, draw.one_of(&MOODS), &pixels)
        .expect("writing to memory does not fail");
    bytes
}

fn encode(
    bytes: &mut Vec<u8>,
    (width, height): (u32, u32),
    text: &BTreeMap<String, String>,
    mood: &[[u8; 3]; 6],
    pixels: &[u8],
) -> Result<(), png::EncodingError> {
    let mut encoder = png::Encoder::new(bytes, width, height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    encoder.set_filter(png::Filter::Up);
    encoder.set_palette(palette(mood));
    for (name, value) in text {
        encoder.add_text_chunk(name.clone(), value.clone())?;
    }
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()
}

/// Sky from top to bottom, the sun, ranges from far to near, water from far to near.
fn palette([top, bottom, sun, far, near, water]: &[[u8; 3]; 6]) -> Vec<u8> {
    let sky = (0..SKY).map(|step| blend(*top, *bottom, step, SKY - 1));
    let ranges = (0..RANGES).map(|step| blend(*far, *near, step, RANGES - 1));
    let lake = (0..WATER).map(|step| blend(*bottom, *water, step, WATER - 1));
    sky.chain([*sun]).chain(ranges).chain(lake).flatten().collect()
}

fn blend(from: [u8; 3], to: [u8; 3], step: usize, of: usize) -> [u8; 3] {
    let one = |a: u8, b: u8| {
        let sum = usize::from(a) * (of - step) + usize::from(b) * step;
        u8::try_from(sum / of).unwrap_or(u8::MAX)
    };
    [one(from[0], to[0]), one(from[1], to[1]), one(from[2], to[2])]
}

fn index(value: usize) -> u8 {
    u8::try_from(value).expect("the palette has less than 256 colours")
}

fn paint(width: usize, height: usize, draw: &Draw) -> Vec<u8> {
    let shore = height * (66 + draw.below(10)) / 100;
    let mut pixels = vec![0; width * height];
    for (y, row) in pixels.chunks_exact_mut(width).enumerate() {
        row.fill(if y < shore {
            index(y * (SKY - 1) / shore)
        } else {
            index(SKY + 1 + RANGES + (y - shore) * (WATER - 1) / (height - shore))
        });
    }
    paint_sun(&mut pixels, width, shore, draw);
    for range in 0..RANGES {
        let crest = crest(width, shore, range, draw);
        for (x, top) in crest.into_iter().enumerate() {
            for y in top..shore {
                pixels[y * width + x] = index(SKY + 1 + range);
            }
        }
    }
    pixels
}

/// The sun, and its path of light on the water.
fn paint_sun(pixels: &mut [u8], width: usize, shore: usize, draw: &Draw) {
    let radius = width.min(shore) / (9 + draw.below(5));
    let x = width * (20 + draw.below(60)) / 100;
    let y = shore * (30 + draw.below(25)) / 100;
    for (row_y, row) in pixels.chunks_exact_mut(width).enumerate() {
        let half = if row_y < shore {
            let dy = row_y.abs_diff(y);
            if dy > radius {
                continue;
            }
            (radius * radius - dy * dy).isqrt()
        } else if (row_y - shore) % 14 < 4 {
            radius / 2 + (row_y - shore) / 5 + draw.below(radius.max(1)) / 2
        } else {
            continue;
        };
        row[x.saturating_sub(half)..(x + half).min(width)].fill(index(SKY));
    }
}

/// The top of a range of hills by column: ever finer halves of a broken line, lower when nearer.
fn crest(width: usize, shore: usize, range: usize, draw: &Draw) -> Vec<usize> {
    let base = shore * (46 + range * 11) / 100;
    let mut step = width.next_power_of_two();
    let mut swing = shore * (34 - range * 5) / 100;
    let mut heights = vec![0_usize; step + 1];
    heights[0] = draw.below(swing.max(1));
    heights[step] = draw.below(swing.max(1));
    while step > 1 {
        for left in (0..heights.len() - 1).step_by(step) {
            let middle = usize::midpoint(heights[left], heights[left + step]);
            let moved = (middle + draw.below(swing.max(1))).saturating_sub(swing / 2);
            heights[left + step / 2] = moved;
        }
        step /= 2;
        swing = swing * 45 / 100;
    }
    heights.into_iter().take(width).map(|h| (base + h).min(shore)).collect()
}
