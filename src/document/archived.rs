//! Archive files: krilla under its PDF/A-3a and PDF/UA-1 validator.

use std::{num::NonZeroU16, sync::LazyLock};

use chrono::{Datelike, Timelike};
use krilla::{
    Document, SerializeSettings,
    action::{Action, LinkAction},
    annotation::{Annotation, LinkAnnotation, Target},
    color::rgb,
    configure::{Accessibility, Archival, ConfigurationBuilder},
    destination::XyzDestination,
    embed::{AssociationKind, EmbeddedFile, MimeType},
    geom::{Path, PathBuilder, Point, Rect},
    metadata::{DateTime, Metadata},
    num::NormalizedF32,
    outline::{Outline, OutlineNode},
    page::{Page, PageSettings},
    paint::{Fill, FillRule, Stroke},
    surface::Surface,
    tagging::{
        Artifact, ArtifactType, ContentTag, Identifier, SpanTag, TableHeaderScope, Tag, TagGroup,
        TagTree,
    },
    text::{Font, GlyphId, KrillaGlyph},
};

use super::{
    DrawError,
    drawing::{Attachment, Drawing, Entry, Ink, Mark, Node, Step},
    fonts::{FACES, POINTS, Run},
};
use crate::base::Timestamp;

static FONTS: LazyLock<[Font; 4]> = LazyLock::new(|| {
    FACES.map(|face| Font::new(face.bytes().into(), 0).expect("the fonts in the tree are readable"))
});

/// Writes a drawing as PDF/A-3a and PDF/UA-1.
///
/// # Errors
/// [`DrawError::Invalid`] when the validator refuses.
pub fn write(drawing: &Drawing) -> Result<Vec<u8>, DrawError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A3_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|refused| DrawError::Invalid(format!("{refused:?}")))?;
    let settings = SerializeSettings { configuration, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    let mut leaves: Vec<Vec<Identifier>> = vec![Vec::new(); drawing.leaves];
    for marks in &drawing.pages {
        let (width, height) = (drawing.size.0 * POINTS, drawing.size.1 * POINTS);
        let size = PageSettings::from_wh(width, height)
            .ok_or_else(|| DrawError::Invalid("a page without size".to_owned()))?;
        draw_page(&mut document.start_page_with(size), marks, &mut leaves);
    }
    document.set_tag_tree(tag_tree(drawing, &mut leaves));
    document.set_outline(outline(&drawing.outline));
    document.set_metadata(metadata(drawing));
    for attachment in &drawing.attachments {
        document
            .embed_file(embedded(attachment, drawing.made_at)?)
            .ok_or_else(|| DrawError::Invalid("two attachments of one name".to_owned()))?;
    }
    document.finish().map_err(|refused| DrawError::Invalid(format!("{refused:?}")))
}

fn draw_page(page: &mut Page<'_>, marks: &[Mark], leaves: &mut [Vec<Identifier>]) {
    let mut surface = page.surface();
    for mark in marks {
        match mark {
            Mark::Text { leaf, .. } | Mark::Shape { leaf, .. } => {
                let tag = match (leaf, mark) {
                    (None, _) => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
                    (Some(_), Mark::Text { .. }) => ContentTag::Span(SpanTag::empty()),
                    (Some(_), Mark::Shape { .. } | Mark::Link { .. }) => ContentTag::Other,
                };
                let identifier = surface.start_tagged(tag);
                draw(&mut surface, mark);
                surface.end_tagged();
                if let Some(leaf) = leaf {
                    leaves[*leaf].push(identifier);
                }
            }
            Mark::Link { .. } => {}
        }
    }
    surface.finish();
    for mark in marks {
        if let Mark::Link { area: [x, y, width, height], address, leaf } = mark
            && let Some(area) =
                Rect::from_xywh(x * POINTS, y * POINTS, width * POINTS, height * POINTS)
        {
            let target = Target::Action(Action::Link(LinkAction::new(address.clone())));
            let link =
                Annotation::new_link(LinkAnnotation::new(area, target), Some(address.clone()));
            leaves[*leaf].push(page.add_tagged_annotation(link));
        }
    }
}

fn draw(surface: &mut Surface<'_>, mark: &Mark) {
    match mark {
        Mark::Text { x, y, size, ink, run, .. } => {
            surface.set_stroke(None);
            surface.set_fill(Some(fill(*ink)));
            let font = FONTS[run.face.number()].clone();
            let start = Point::from_xy(x * POINTS, y * POINTS);
            surface.draw_glyphs(start, &glyphs(run), font, &run.text, *size, false);
        }
        Mark::Shape { path, fill: inside, stroke, .. } => {
            let Some(path) = outline_of(path) else { return };
            surface.set_fill(inside.map(fill));
            surface.set_stroke(stroke.map(|(ink, width)| Stroke {
                paint: rgb::Color::new(ink.0, ink.1, ink.2).into(),
                width: width * POINTS,
                ..Stroke::default()
            }));
            surface.draw_path(&path);
        }
        Mark::Link { .. } => {}
    }
}

fn fill(ink: Ink) -> Fill {
    Fill {
        paint: rgb::Color::new(ink.0, ink.1, ink.2).into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::NonZero,
    }
}

fn outline_of(steps: &[Step]) -> Option<Path> {
    let mut path = PathBuilder::new();
    for step in steps {
        match *step {
            Step::Move(x, y) => path.move_to(x * POINTS, y * POINTS),
            Step::Line(x, y) => path.line_to(x * POINTS, y * POINTS),
            Step::Curve(points) => {
                let [x1, y1, x2, y2, x, y] = points.map(|length| length * POINTS);
                path.cubic_to(x1, y1, x2, y2, x, y);
            }
            Step::Close => path.close(),
        }
    }
    path.finish()
}

fn glyphs(run: &Run) -> Vec<KrillaGlyph> {
    run.glyphs
        .iter()
        .map(|glyph| {
            KrillaGlyph::new(
                GlyphId::new(u32::from(glyph.id)),
                glyph.advance,
                glyph.offset.0,
                glyph.offset.1,
                0.0,
                glyph.text.clone(),
                None,
            )
        })
        .collect()
}

fn tag_tree(drawing: &Drawing, leaves: &mut [Vec<Identifier>]) -> TagTree {
    let mut tree = TagTree::new().with_lang(Some(drawing.lang.clone()));
    let mut group = |tag: krilla::tagging::TagKind, leaf: usize| {
        let mut group = TagGroup::new(tag);
        for identifier in std::mem::take(&mut leaves[leaf]) {
            group.push(identifier);
        }
        group
    };
    for node in &drawing.nodes {
        match node {
            Node::Heading { level, title, leaf } => {
                let level = NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN);
                tree.push(group(Tag::Hn(level, Some(title.clone())).into(), *leaf));
            }
            Node::Paragraph(leaf) => tree.push(group(Tag::P.into(), *leaf)),
            Node::Link(leaf, alt) => {
                let link = Tag::Link.with_alt_text(Some(alt.clone()));
                tree.push(TagGroup::with_children(Tag::P, vec![group(link.into(), *leaf).into()]));
            }
            Node::Figure(leaf, alt) => {
                tree.push(group(Tag::Figure(Some(alt.clone())).into(), *leaf));
            }
            Node::Table(header, rows) => {
                let mut line = |cells: &[usize], head: bool| {
                    let mut line = TagGroup::new(Tag::TR);
                    for cell in cells {
                        let text = group(Tag::P.into(), *cell);
                        let tag = if head {
                            TagGroup::new(Tag::TH(TableHeaderScope::Column))
                        } else {
                            TagGroup::new(Tag::TD)
                        };
                        line.push(with_child(tag, text));
                    }
                    line
                };
                let head = with_child(TagGroup::new(Tag::THead), line(header, true));
                let mut body = TagGroup::new(Tag::TBody);
                for row in rows {
                    body.push(line(row, false));
                }
                tree.push(with_child(with_child(TagGroup::new(Tag::Table), head), body));
            }
        }
    }
    tree
}

fn with_child(mut parent: TagGroup, child: TagGroup) -> TagGroup {
    parent.push(child);
    parent
}

fn outline(entries: &[Entry]) -> Outline {
    let mut outline = Outline::new();
    for Entry(title, page, top) in entries {
        let place = XyzDestination::new(*page, Point::from_xy(0.0, top * POINTS));
        outline.push_child(OutlineNode::new(title.clone(), place));
    }
    outline
}

fn metadata(drawing: &Drawing) -> Metadata {
    Metadata::new()
        .title(drawing.title.clone())
        .language(drawing.lang.clone())
        .creator("Jurat".to_owned())
        .creation_date(date_of(drawing.made_at))
}

fn date_of(at: Timestamp) -> DateTime {
    let small = |n: u32| u8::try_from(n).unwrap_or(0);
    DateTime::new(u16::try_from(at.year()).unwrap_or(1970))
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

fn embedded(attachment: &Attachment, at: Timestamp) -> Result<EmbeddedFile, DrawError> {
    let mime_type = MimeType::new(&attachment.media_type)
        .ok_or_else(|| DrawError::Invalid(format!("media type {}", attachment.media_type)))?;
    Ok(EmbeddedFile {
        path: attachment.name.clone(),
        mime_type: Some(mime_type),
        description: Some(attachment.description.clone()),
        association_kind: AssociationKind::Data,
        data: attachment.data.clone().into(),
        modification_date: Some(date_of(at)),
        compress: Some(false),
        location: None,
    })
}
