//! Working papers: printpdf, with each font reduced to the glyphs that are used.

use std::collections::BTreeMap;

use printpdf::{
    Codepoint, Color, FontId, Line, LinePoint, Op, PaintMode, ParsedFont, PdfDocument, PdfFont,
    PdfFontHandle, PdfPage, PdfSaveOptions, Point, Polygon, PolygonRing, Pt, Rgb, TextItem,
    WindingOrder,
};
use subsetter::GlyphRemapper;

use super::{
    DrawError,
    drawing::{Drawing, Ink, Mark, Step},
    fonts::{Face, POINTS, Run},
};

/// Writes a drawing as an ordinary PDF.
pub fn write(drawing: &Drawing) -> Result<Vec<u8>, DrawError> {
    let mut document = PdfDocument::new(&drawing.title);
    "Jurat".clone_into(&mut document.metadata.info.creator);
    let remappers = used_glyphs(drawing);
    for (face, remapper) in &remappers {
        let id = font_id(*face);
        document.resources.fonts.map.insert(id, PdfFont::new(reduced(*face, remapper)?));
    }
    let pages = drawing.pages.iter().map(|marks| page(drawing, marks, &remappers)).collect();
    let options = PdfSaveOptions { subset_fonts: false, ..PdfSaveOptions::default() };
    Ok(document.with_pages(pages).save(&options, &mut Vec::new()))
}

fn font_id(face: Face) -> FontId {
    FontId(format!("Noto{}", face.number()))
}

fn used_glyphs(drawing: &Drawing) -> BTreeMap<Face, GlyphRemapper> {
    let mut used = BTreeMap::<Face, GlyphRemapper>::new();
    for mark in drawing.pages.iter().flatten() {
        if let Mark::Text { run, .. } = mark {
            let remapper = used.entry(run.face).or_default();
            for glyph in &run.glyphs {
                remapper.remap(glyph.id);
            }
        }
    }
    used
}

fn reduced(face: Face, remapper: &GlyphRemapper) -> Result<ParsedFont, DrawError> {
    let invalid = |what: &str| DrawError::Invalid(format!("{face:?}: {what}"));
    let bytes = subsetter::subset(face.bytes(), 0, remapper)
        .map_err(|refused| invalid(&refused.to_string()))?;
    let mut font = ParsedFont::from_bytes(&bytes, 0, &mut Vec::new())
        .ok_or_else(|| invalid("not readable after reduction"))?;
    font.font_name = Some(format!("Noto{face:?}"));
    Ok(font)
}

fn page(drawing: &Drawing, marks: &[Mark], fonts: &BTreeMap<Face, GlyphRemapper>) -> PdfPage {
    let height = drawing.size.1;
    let mut ops = Vec::new();
    for mark in marks {
        match mark {
            Mark::Text { x, y, size, ink, run, .. } => {
                text(&mut ops, point(*x, *y, height), *size, *ink, run, &fonts[&run.face]);
            }
            Mark::Shape { path, fill, stroke, .. } => shape(&mut ops, path, *fill, *stroke, height),
            Mark::Link { .. } => {}
        }
    }
    PdfPage::new(printpdf::Mm(drawing.size.0), printpdf::Mm(height), ops)
}

fn point(x: f32, y: f32, height: f32) -> Point {
    Point { x: Pt(x * POINTS), y: Pt((height - y) * POINTS) }
}

fn colour(ink: Ink) -> Color {
    let part = |value: u8| f32::from(value) / 255.0;
    Color::Rgb(Rgb { r: part(ink.0), g: part(ink.1), b: part(ink.2), icc_profile: None })
}

fn text(ops: &mut Vec<Op>, at: Point, size: f32, ink: Ink, run: &Run, remapper: &GlyphRemapper) {
    let glyphs = run.glyphs.iter().map(|glyph| Codepoint {
        gid: remapper.get(glyph.id).unwrap_or(0),
        offset: (run.face.nominal(glyph.id) - glyph.advance) * 1000.0,
        cid: run.text.get(glyph.text.clone()).map(ToOwned::to_owned),
    });
    ops.extend([
        Op::StartTextSection,
        Op::SetFillColor { col: colour(ink) },
        Op::SetFont { font: PdfFontHandle::External(font_id(run.face)), size: Pt(size) },
        Op::SetTextCursor { pos: at },
        Op::ShowText { items: vec![TextItem::GlyphIds(glyphs.collect())] },
        Op::EndTextSection,
    ]);
}

fn shape(
    ops: &mut Vec<Op>,
    path: &[Step],
    fill: Option<Ink>,
    stroke: Option<(Ink, f32)>,
    height: f32,
) {
    let rings = rings(path, height);
    if let Some((ink, width)) = stroke {
        ops.push(Op::SetOutlineColor { col: colour(ink) });
        ops.push(Op::SetOutlineThickness { pt: Pt(width * POINTS) });
        for (points, is_closed) in &rings {
            let line = Line { points: points.clone(), is_closed: *is_closed };
            ops.push(Op::DrawLine { line });
        }
    }
    if let Some(ink) = fill {
        ops.push(Op::SetFillColor { col: colour(ink) });
        let rings = rings.into_iter().map(|(points, _)| PolygonRing { points }).collect();
        let polygon =
            Polygon { rings, mode: PaintMode::Fill, winding_order: WindingOrder::NonZero };
        ops.push(Op::DrawPolygon { polygon });
    }
}

fn rings(path: &[Step], height: f32) -> Vec<(Vec<LinePoint>, bool)> {
    let mut rings: Vec<(Vec<LinePoint>, bool)> = Vec::new();
    let place = |x, y, bezier| LinePoint { p: point(x, y, height), bezier };
    for step in path {
        if let Step::Move(x, y) = *step {
            rings.push((vec![place(x, y, false)], false));
        }
        let Some((points, closed)) = rings.last_mut() else { continue };
        match *step {
            Step::Move(..) => {}
            Step::Line(x, y) => points.push(place(x, y, false)),
            Step::Curve([x1, y1, x2, y2, x, y]) => {
                points.extend([place(x1, y1, true), place(x2, y2, true), place(x, y, false)]);
            }
            Step::Close => *closed = true,
        }
    }
    rings
}
