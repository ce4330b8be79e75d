//! The art behind the text, from the template's `background.svg`.
//!
//! What the archive's page cannot show as it is meant (text, pictures, gradients, transparency) is an
//! error, so that a designer learns of it before a certificate does.

use usvg::{
    FillRule, Group, LineCap, LineJoin, Node, Opacity, Options, Paint, PaintOrder, Path, Tree,
    roxmltree,
    tiny_skia_path::{PathSegment, Point},
};

use crate::document::{
    Ink,
    drawing::{Mark, Step},
};

/// With so many points in an inch, a millimetre is a unit of the drawing.
const MILLIMETRES: f32 = 25.4;

/// Reads the paths of a drawing that fills a page of `size` millimetres.
///
/// # Errors
/// Why it cannot be drawn, in one line.
pub fn read(svg: &str, size: [f32; 2]) -> Result<Vec<Mark>, String> {
    let document = roxmltree::Document::parse(svg).map_err(|why| why.to_string())?;
    if document.descendants().any(|node| node.tag_name().name() == "text") {
        return Err("text belongs into template.toml".to_owned());
    }
    let options = Options { dpi: MILLIMETRES, ..Options::default() };
    let tree = Tree::from_xmltree(&document, &options).map_err(|why| why.to_string())?;
    let found = [tree.size().width(), tree.size().height()];
    if found.iter().zip(size).any(|(found, page)| (found - page).abs() > 0.01) {
        return Err(format!("it is {} × {} mm, the page is not", found[0], found[1]));
    }
    let mut marks = Vec::new();
    collect(tree.root(), &mut marks)?;
    Ok(marks)
}

fn collect(group: &Group, marks: &mut Vec<Mark>) -> Result<(), String> {
    if group.should_isolate() {
        return Err(cannot("transparency, clipping, masks or filters", group.id()));
    }
    for node in group.children() {
        match node {
            Node::Group(inner) => collect(inner, marks)?,
            Node::Path(path) => marks.push(mark(path)?),
            Node::Image(_) | Node::Text(_) => return Err(cannot("pictures", node.id())),
        }
    }
    Ok(())
}

fn mark(path: &Path) -> Result<Mark, String> {
    let ink = |paint: &Paint, opacity: Opacity| match paint {
        Paint::Color(colour) if opacity == Opacity::ONE => {
            Ok(Ink(colour.red, colour.green, colour.blue))
        }
        Paint::Color(_) => Err(cannot("transparency", path.id())),
        Paint::LinearGradient(_) | Paint::RadialGradient(_) | Paint::Pattern(_) => {
            Err(cannot("gradients and patterns", path.id()))
        }
    };
    let placed = path.data().clone().transform(path.abs_transform());
    let placed = placed.ok_or_else(|| cannot("this transformation", path.id()))?;
    let (scale_x, scale_y) = path.abs_transform().get_scale();
    if path.paint_order() != PaintOrder::FillAndStroke {
        return Err(cannot("lines under their fill", path.id()));
    }
    let fill = path.fill().map(|fill| match fill.rule() {
        FillRule::NonZero => ink(fill.paint(), fill.opacity()),
        FillRule::EvenOdd => Err(cannot("the even-odd rule", path.id())),
    });
    let stroke = path.stroke().map(|stroke| {
        let is_plain = stroke.dasharray().is_none()
            && stroke.linecap() == LineCap::Butt
            && stroke.linejoin() == LineJoin::Miter;
        if !is_plain {
            return Err(cannot("dashes, round ends or round corners", path.id()));
        }
        let width = stroke.width().get() * (scale_x * scale_y).sqrt();
        Ok((ink(stroke.paint(), stroke.opacity())?, width))
    });
    Ok(Mark::Shape {
        path: steps(placed.segments()),
        fill: fill.transpose()?,
        stroke: stroke.transpose()?,
        leaf: None,
    })
}

fn cannot(what: &str, id: &str) -> String {
    let whose = if id.is_empty() { "an element" } else { id };
    format!("{whose} has {what}, which are not drawn")
}

fn steps(segments: impl Iterator<Item = PathSegment>) -> Vec<Step> {
    let mut at = Point::zero();
    let step = |segment| {
        let (step, end) = match segment {
            PathSegment::MoveTo(to) => (Step::Move(to.x, to.y), to),
            PathSegment::LineTo(to) => (Step::Line(to.x, to.y), to),
            PathSegment::QuadTo(handle, to) => {
                (curve(third(at, handle), third(to, handle), to), to)
            }
            PathSegment::CubicTo(first, second, to) => (curve(first, second, to), to),
            PathSegment::Close => (Step::Close, at),
        };
        at = end;
        step
    };
    segments.map(step).collect()
}

fn curve(first: Point, second: Point, to: Point) -> Step {
    Step::Curve([first.x, first.y, second.x, second.y, to.x, to.y])
}

/// Two thirds of the way from an end of a quadratic curve to its handle: a handle of the cubic that
/// is the same.
fn third(end: Point, handle: Point) -> Point {
    Point::from_xy(end.x + (handle.x - end.x) / 1.5, end.y + (handle.y - end.y) / 1.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawing(inside: &str) -> Result<Vec<Mark>, String> {
        let page = r#"<svg xmlns="http://www.w3.org/2000/svg" width="30mm" height="20mm" viewBox="0 0 30 20">"#;
        read(&format!("{page}{inside}</svg>"), [30.0, 20.0])
    }

    #[test]
    fn shapes_are_placed_in_millimetres() {
        let marks = drawing(
            r##"<g transform="translate(10 5) scale(2)">
              <path d="M0 0h1q1 0 1 1z" fill="none" stroke="#16294d" stroke-width=".25"/></g>"##,
        );
        let [Mark::Shape { path, fill, stroke, leaf: None }] = &marks.unwrap()[..] else {
            panic!()
        };
        assert_eq!((fill, stroke), (&None, &Some((Ink(0x16, 0x29, 0x4d), 0.5))));
        assert_eq!(path[..2], [Step::Move(10.0, 5.0), Step::Line(12.0, 5.0)]);
        let Step::Curve([x1, .., x, y]) = path[2] else { panic!() };
        assert!((x1 - 13.333).abs() < 0.001);
        assert_eq!((x, y, path[3]), (14.0, 7.0, Step::Close));
    }

    #[test]
    fn what_cannot_be_drawn_as_it_is_meant_is_refused() {
        let rect =
            |attributes: &str| format!(r#"<rect id="it" width="9" height="9" {attributes}/>"#);
        let gradient = r##"<linearGradient id="g"><stop stop-color="#fff"/><stop offset="1"/>
            </linearGradient>"##;
        let picture = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E";
        let cases = [
            ("<text>Certificate</text>".to_owned(), "text"),
            (format!(r#"<image width="9" height="9" href="{picture}"/>"#), "pictures"),
            (format!("{gradient}{}", rect("fill='url(#g)'")), "it has gradients"),
            (rect("fill-opacity='.5'"), "it has transparency"),
            (format!("<g opacity='.5'>{}</g>", rect("")), "transparency"),
            (rect("stroke='#000' stroke-dasharray='1'"), "it has dashes"),
            (rect("fill-rule='evenodd'"), "it has the even-odd rule"),
            ("<rect".to_owned(), "expected"),
        ];
        for (inside, words) in cases {
            let why = drawing(&inside).unwrap_err();
            assert!(why.contains(words), "{words}: {why}");
        }
    }

    #[test]
    fn drawing_that_does_not_fill_the_page_is_refused() {
        let a4 = r#"<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm"/>"#;
        assert!(read(a4, [297.0, 210.0]).unwrap_err().contains("210 × 297 mm"));
    }
}
