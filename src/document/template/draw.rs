//! Draws a template with the texts of a certificate.

use super::{
    Align, Bars, Content, Coverage, Ladder, PROOF_NAME, QrBox, Role, Strings, Template, TextBox,
    places::replace,
};
use crate::document::{
    Attachment, DrawError, Drawing, Ink,
    drawing::{Entry, Mark, Node, Step, number, rectangle},
    fonts::{Face, POINTS, Run, shape, wrap},
    qr,
};

/// A symbol must be at least this wide to be scanned from paper, millimetres.
const LEAST_QR: f32 = 40.0;
const LEADING: f32 = 1.3;
const TRACK: Ink = Ink(0xdf, 0xe4, 0xee);

struct Sheet<'a> {
    drawing: Drawing,
    template: &'a Template,
    strings: &'a Strings,
    content: &'a Content,
}

/// Draws the certificate.
pub(super) fn draw(
    template: &Template,
    strings: &Strings,
    content: &Content,
    proof: &[u8],
) -> Result<Drawing, DrawError> {
    let [width, height] = template.layout.page;
    let text = |key: &str| text(template, strings, content, key);
    let drawing = Drawing {
        title: text("title")?,
        lang: content.lang.clone(),
        made_at: content.made_at,
        size: (width, height),
        pages: vec![template.background.clone()],
        nodes: Vec::new(),
        leaves: 0,
        outline: Vec::new(),
        attachments: vec![Attachment {
            name: PROOF_NAME.to_owned(),
            media_type: "application/cose".to_owned(),
            description: text("proof")?,
            data: proof.to_vec(),
        }],
    };
    let mut sheet = Sheet { drawing, template, strings, content };
    for text in &template.layout.texts {
        sheet.text_box(text)?;
    }
    for bars in &template.layout.bars {
        if let Some(coverage) = bars.part.checked_sub(1).and_then(|i| content.coverages.get(i)) {
            sheet.bars(bars, coverage)?;
        }
    }
    if let Some(ladder) = &template.layout.ladder {
        sheet.ladder(ladder)?;
    }
    sheet.qr(&template.layout.qr)?;
    Ok(sheet.drawing)
}

/// The text of a key, with what stands in its places.
fn text(
    template: &Template,
    strings: &Strings,
    content: &Content,
    key: &str,
) -> Result<String, DrawError> {
    Ok(replace(strings.pattern(&template.name, key)?, &content.places))
}

impl Sheet<'_> {
    fn text(&self, key: &str) -> Result<String, DrawError> {
        text(self.template, self.strings, self.content, key)
    }

    fn put(&mut self, mark: Mark) {
        self.drawing.pages[0].push(mark);
    }

    fn fill(&mut self, path: Vec<Step>, ink: Ink, leaf: Option<usize>) {
        self.put(Mark::Shape { path, fill: Some(ink), stroke: None, leaf });
    }

    fn text_box(&mut self, place: &TextBox) -> Result<(), DrawError> {
        let text = self.text(&place.text)?;
        let (size, runs) = fit(place, &text)?;
        let [left, top, width, height] = place.area;
        let line = size * LEADING / POINTS;
        let block = line * number(runs.len());
        let mut y = if place.bottom { top + height - block } else { top };
        let leaf = self.role(place, &text);
        for run in runs {
            let room = width - run.width_mm(size);
            let x = match place.align {
                Align::Left => left,
                Align::Center => left + room / 2.0,
                Align::Right => left + room,
            };
            if let (Role::Link, Some(leaf)) = (place.role, leaf) {
                let area = [x, y, run.width_mm(size), line];
                let address = self.content.address.clone();
                self.put(Mark::Link { area, address, leaf });
            }
            let baseline = y + size / POINTS;
            self.put(Mark::Text { x, y: baseline, size, ink: place.ink, run, leaf });
            y += line;
        }
        Ok(())
    }

    /// Makes the place in the reading order that a role asks for.
    fn role(&mut self, place: &TextBox, text: &str) -> Option<usize> {
        let level = match place.role {
            Role::Artifact => return None,
            Role::H1 => 1,
            Role::H2 => 2,
            Role::P | Role::Link => 0,
        };
        let leaf = self.drawing.leaf();
        self.drawing.nodes.push(match place.role {
            Role::H1 | Role::H2 => {
                self.drawing.outline.push(Entry(text.to_owned(), 0, place.area[1]));
                Node::Heading { level, title: text.to_owned(), leaf }
            }
            Role::Link => Node::Link(leaf, text.to_owned()),
            Role::P | Role::Artifact => Node::Paragraph(leaf),
        });
        Some(leaf)
    }

    fn paragraph(&mut self) -> usize {
        let leaf = self.drawing.leaf();
        self.drawing.nodes.push(Node::Paragraph(leaf));
        leaf
    }

    fn percent(&self, permille: u16) -> String {
        let pattern = self.strings.texts.get("coverage").map_or("{coverage}", String::as_str);
        let rounded = (u32::from(permille) + 5) / 10;
        replace(pattern, &[("coverage", rounded.to_string())])
    }

    /// Title and number, then a bar for each domain.
    fn bars(&mut self, place: &Bars, coverage: &Coverage) -> Result<(), DrawError> {
        let [left, top, width, height] = place.area;
        let leaf = self.paragraph();
        let ink = place.ink;
        let amount = shape(Face::DisplayBold, &self.percent(coverage.permille))?;
        let amount_at = left + width - amount.width_mm(17.0);
        let lines = broken(&coverage.title, Face::Bold, 9.0, amount_at - left - 4.0, 2)?;
        let mut y = top + if lines.len() == 1 { 6.3 } else { 2.9 };
        for run in lines {
            self.put(Mark::Text { x: left, y, size: 9.0, ink: Ink::TEXT, run, leaf: Some(leaf) });
            y += 4.1;
        }
        let (x, y) = (amount_at, top + 6.6);
        self.put(Mark::Text { x, y, size: 17.0, ink, run: amount, leaf: Some(leaf) });
        self.fill(rectangle(left, top + 9.0, width, 0.25), Ink(0x16, 0x29, 0x4d), None);
        let step = (height - 11.5) / number(coverage.domains.len().max(1));
        for (i, (title, permille)) in coverage.domains.iter().enumerate() {
            let leaf = self.paragraph();
            let y = top + 11.5 + number(i) * step;
            let amount = shape(Face::Bold, &self.percent(*permille))?;
            let amount_at = left + width - amount.width_mm(7.5);
            let room = amount_at - left - 3.0;
            let (size, title) = shrunk(title, Face::Regular, 7.5, 6.0, room)?;
            let ink_of = [(left, size, title, Ink::TEXT), (amount_at, 7.5, amount, Ink::TEXT)];
            for (x, size, run, ink) in ink_of {
                self.put(Mark::Text { x, y: y + 2.9, size, ink, run, leaf: Some(leaf) });
            }
            self.fill(rectangle(left, y + 4.3, width, 1.5), TRACK, None);
            let filled = width * f32::from(*permille) / 1000.0;
            if filled > 0.0 {
                self.fill(rectangle(left, y + 4.3, filled, 1.5), ink, None);
            }
        }
        Ok(())
    }

    /// All levels side by side; those reached are filled.
    fn ladder(&mut self, place: &Ladder) -> Result<(), DrawError> {
        let [left, top, width, _] = place.area;
        let leaf = self.drawing.leaf();
        let alt = self.text("ladder_alt")?;
        self.drawing.nodes.push(Node::Figure(leaf, alt));
        let gap = 1.2;
        let step = (width + gap) / number(self.content.ladder.len().max(1));
        for (i, level) in self.content.ladder.iter().enumerate() {
            let x = left + number(i) * step;
            let ink = if level.reached { place.ink } else { TRACK };
            self.fill(rectangle(x, top, step - gap, 1.6), ink, Some(leaf));
            let face = if level.own { Face::Bold } else { Face::Regular };
            let (size, run) = shrunk(&level.title, face, 7.0, 5.0, step - gap)?;
            let x = x + (step - gap - run.width_mm(size)) / 2.0;
            let ink = if level.own { place.ink } else { Ink::QUIET };
            self.put(Mark::Text { x, y: top + 5.2, size, ink, run, leaf: Some(leaf) });
        }
        Ok(())
    }

    fn qr(&mut self, place: &QrBox) -> Result<(), DrawError> {
        let [left, top, side] = place.area;
        if side < LEAST_QR {
            let why = format!("a QR symbol of {side} mm is too small to scan");
            return Err(DrawError::Template(self.template.name.clone(), why));
        }
        let modules = qr(&self.content.qr)?;
        let quiet = 4.0 * side / number(modules.side);
        let around = side + 2.0 * quiet;
        self.fill(rectangle(left - quiet, top - quiet, around, around), Ink(255, 255, 255), None);
        let leaf = self.drawing.leaf();
        let alt = self.text("qr_alt")?;
        self.drawing.nodes.push(Node::Figure(leaf, alt));
        self.fill(modules.path(left, top, side), place.ink, Some(leaf));
        Ok(())
    }
}

/// The size and lines with which a text fits its box.
pub(super) fn fit(place: &TextBox, text: &str) -> Result<(f32, Vec<Run>), DrawError> {
    let face = Face::from(place.face);
    let [_, _, width, height] = place.area;
    let least = place.min_size.unwrap_or(place.size);
    let mut size = place.size;
    while size >= least {
        let run = shape(face, text)?.spaced(place.spaced);
        if run.width_mm(size) <= width {
            return Ok((size, vec![run]));
        }
        size -= 0.5;
    }
    let floor = place.last_size.unwrap_or(least);
    let mut size = least;
    loop {
        let runs = wrap(face, text, size, width);
        let high = number(runs.len()) * size * LEADING / POINTS;
        if runs.len() <= place.lines && high <= height + 0.2 {
            return Ok((size, runs));
        }
        if size - 0.5 < floor {
            return Err(DrawError::Overflow(text.to_owned(), place.text.clone()));
        }
        size -= 0.5;
    }
}

fn broken(
    text: &str,
    face: Face,
    size: f32,
    width: f32,
    lines: usize,
) -> Result<Vec<Run>, DrawError> {
    shape(face, text)?;
    let runs = wrap(face, text, size, width);
    if runs.len() > lines {
        return Err(DrawError::Overflow(text.to_owned(), format!("{width:.0} mm")));
    }
    Ok(runs)
}

fn shrunk(
    text: &str,
    face: Face,
    size: f32,
    least: f32,
    width: f32,
) -> Result<(f32, Run), DrawError> {
    let run = shape(face, text)?;
    let size = size.min(width * POINTS / run.width.max(0.01));
    if size < least {
        return Err(DrawError::Overflow(text.to_owned(), format!("{width:.0} mm")));
    }
    Ok((size, run))
}
