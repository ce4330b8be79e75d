//! Blocks of text laid out on pages.

use super::{
    Block, Paper, Table,
    drawing::{Drawing, Entry, Ink, Mark, Node, Step, number, rectangle},
    fonts::{Face, POINTS, Run, shape_any, wrap},
};

const MARGIN: f32 = 18.0;
const TOP: f32 = 26.0;
const FOOT: f32 = 20.0;
const BODY: f32 = 9.5;
const CELL: f32 = 8.5;
const PAD: f32 = 1.6;

/// The height of a line of a size in points.
fn leading(size: f32) -> f32 {
    size * 1.38 / POINTS
}

/// Where the baseline lies below the top of a line.
fn ascent(size: f32) -> f32 {
    size * 1.05 / POINTS
}

struct Flow {
    drawing: Drawing,
    y: f32,
}

/// Lays out a paper.
pub fn lay_out(paper: &Paper) -> Drawing {
    let size = if paper.landscape { (297.0, 210.0) } else { (210.0, 297.0) };
    let drawing = Drawing {
        title: paper.title.clone(),
        lang: paper.lang.clone(),
        made_at: paper.made_at,
        size,
        pages: vec![Vec::new()],
        nodes: Vec::new(),
        leaves: 0,
        outline: Vec::new(),
        attachments: Vec::new(),
    };
    let mut flow = Flow { drawing, y: 20.0 };
    flow.heading(1, &paper.title, 19.0);
    if !paper.subtitle.is_empty() {
        flow.paragraph(&paper.subtitle, 11.0, Ink::QUIET);
    }
    flow.y += 2.0;
    for block in &paper.blocks {
        flow.block(block);
    }
    flow.finish(paper)
}

impl Flow {
    fn width(&self) -> f32 {
        self.drawing.size.0 - 2.0 * MARGIN
    }

    fn bottom(&self) -> f32 {
        self.drawing.size.1 - FOOT
    }

    fn new_page(&mut self) {
        self.drawing.pages.push(Vec::new());
        self.y = TOP;
    }

    /// Makes sure that `height` is left on this page.
    fn need(&mut self, height: f32) {
        if self.y + height > self.bottom() && self.y > TOP {
            self.new_page();
        }
    }

    fn put(&mut self, mark: Mark) {
        if let Some(page) = self.drawing.pages.last_mut() {
            page.push(mark);
        }
    }

    fn text(&mut self, x: f32, top: f32, size: f32, ink: Ink, run: Run, leaf: Option<usize>) {
        self.put(Mark::Text { x, y: top + ascent(size), size, ink, run, leaf });
    }

    fn line(&mut self, y: f32, from: f32, to: f32, ink: Ink) {
        let path = vec![Step::Move(from, y), Step::Line(to, y)];
        self.put(Mark::Shape { path, fill: None, stroke: Some((ink, 0.2)), leaf: None });
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading(title) => {
                self.need(24.0);
                self.y += 4.0;
                self.heading(2, title, 12.5);
                self.y += 1.0;
            }
            Block::Paragraph(text) => {
                self.paragraph(text, BODY, Ink::TEXT);
                self.y += 2.0;
            }
            Block::Facts(facts) => self.facts(facts),
            Block::Table(table) => self.table(table),
            Block::Large(label, word) => self.large(label, word),
            Block::Signatures(names) => self.signatures(names),
            Block::NewPage => self.new_page(),
        }
    }

    fn heading(&mut self, level: u16, title: &str, size: f32) {
        let leaf = self.drawing.leaf();
        let page = self.drawing.pages.len() - 1;
        self.drawing.outline.push(Entry(title.to_owned(), page, self.y));
        self.drawing.nodes.push(Node::Heading { level, title: title.to_owned(), leaf });
        for run in wrap(Face::Bold, title, size, self.width()) {
            self.text(MARGIN, self.y, size, Ink::ACCENT, run, Some(leaf));
            self.y += leading(size);
        }
    }

    fn paragraph(&mut self, text: &str, size: f32, ink: Ink) {
        if text.trim().is_empty() {
            return;
        }
        let leaf = self.drawing.leaf();
        self.drawing.nodes.push(Node::Paragraph(leaf));
        for run in wrap(Face::Regular, text, size, self.width()) {
            self.need(leading(size));
            self.text(MARGIN, self.y, size, ink, run, Some(leaf));
            self.y += leading(size);
        }
    }

    fn facts(&mut self, facts: &[(String, String)]) {
        let label_width = self.width() * 0.32;
        for (label, fact) in facts.iter().filter(|(_, fact)| !fact.trim().is_empty()) {
            let labels = wrap(Face::Regular, label, BODY, label_width - 4.0);
            let texts = wrap(Face::Regular, fact, BODY, self.width() - label_width);
            let leaf = self.drawing.leaf();
            self.drawing.nodes.push(Node::Paragraph(leaf));
            let lines = labels.len().max(texts.len());
            let (mut labels, mut texts) = (labels.into_iter(), texts.into_iter());
            for _ in 0..lines {
                self.need(leading(BODY));
                if let Some(run) = labels.next() {
                    let spaced = shape_any(Face::Regular, &format!("{} ", run.text));
                    self.text(MARGIN, self.y, BODY, Ink::QUIET, spaced, Some(leaf));
                }
                if let Some(run) = texts.next() {
                    self.text(MARGIN + label_width, self.y, BODY, Ink::TEXT, run, Some(leaf));
                }
                self.y += leading(BODY);
            }
            self.y += 0.6;
        }
        self.y += 2.0;
    }

    fn large(&mut self, label: &str, word: &str) {
        self.need(24.0);
        let leaf = self.drawing.leaf();
        self.drawing.nodes.push(Node::Paragraph(leaf));
        let (x, y, width) = (MARGIN, self.y, self.width());
        self.put(Mark::Shape {
            path: rectangle(x, y, width, 20.0),
            fill: Some(Ink::TINT),
            stroke: None,
            leaf: None,
        });
        let label = shape_any(Face::Regular, &format!("{label} "));
        self.text(x + 5.0, y + 2.5, 9.0, Ink::QUIET, label, Some(leaf));
        let word = shape_any(Face::Bold, word).spaced(0.06);
        self.text(x + 5.0, y + 7.0, 24.0, Ink::TEXT, word, Some(leaf));
        self.y += 24.0;
    }

    fn signatures(&mut self, names: &[String]) {
        let columns = names.len().clamp(1, 3);
        let gap = 8.0;
        let width = (self.width() + gap) / number(columns) - gap;
        for row in names.chunks(columns) {
            self.need(36.0);
            self.y += 4.0;
            for (i, name) in row.iter().enumerate() {
                let x = MARGIN + number(i) * (width + gap);
                let leaf = self.drawing.leaf();
                self.drawing.nodes.push(Node::Paragraph(leaf));
                let mut y = self.y;
                for run in wrap(Face::Regular, name, 8.5, width) {
                    self.text(x, y, 8.5, Ink::QUIET, run, Some(leaf));
                    y += leading(8.5);
                }
                self.line(self.y + 26.0, x, x + width, Ink::QUIET);
            }
            self.y += 30.0;
        }
    }

    fn table(&mut self, table: &Table) {
        let total: f32 = table.columns.iter().map(|c| c.share).sum();
        let widths: Vec<f32> =
            table.columns.iter().map(|c| c.share / total * self.width()).collect();
        let titles: Vec<String> = table.columns.iter().map(|c| c.title.clone()).collect();
        let header = cells(&titles, &widths, Face::Bold);
        let header_leaves: Vec<usize> = titles.iter().map(|_| self.drawing.leaf()).collect();
        self.need(height_of(&header) + table.row_height_mm.max(8.0));
        self.header(table, &header, &widths, Some(&header_leaves));
        let mut rows = Vec::new();
        for row in &table.rows {
            let leaves: Vec<usize> = titles.iter().map(|_| self.drawing.leaf()).collect();
            let content = cells(row, &widths, Face::Regular);
            for part in self.parts(content) {
                let height = height_of(&part).max(table.row_height_mm);
                if self.y + height > self.bottom() {
                    self.new_page();
                    self.header(table, &header, &widths, None);
                }
                let above = (height - height_of(&part)) / 2.0;
                self.y += above;
                self.row(table, part, &widths, Some(&leaves), Ink::TEXT);
                self.y += height - above;
                self.line(self.y, MARGIN, MARGIN + self.width(), Ink::LINE);
            }
            rows.push(leaves);
        }
        self.drawing.nodes.push(Node::Table(header_leaves, rows));
        self.y += 4.0;
    }

    /// A row that is higher than a page is cut between lines.
    fn parts(&self, content: Vec<Vec<Run>>) -> Vec<Vec<Vec<Run>>> {
        let page = self.bottom() - TOP - 20.0;
        let mut lines = 1;
        while number(lines + 1) * leading(CELL) + 2.0 * PAD < page {
            lines += 1;
        }
        let mut rest = content;
        let mut parts = Vec::new();
        while rest.iter().any(|cell| cell.len() > lines) {
            let below = rest.iter_mut().map(|cell| cell.split_off(lines.min(cell.len()))).collect();
            parts.push(std::mem::replace(&mut rest, below));
        }
        parts.push(rest);
        parts
    }

    fn header(
        &mut self,
        table: &Table,
        header: &[Vec<Run>],
        widths: &[f32],
        leaves: Option<&[usize]>,
    ) {
        let height = height_of(header);
        let path = rectangle(MARGIN, self.y, self.width(), height);
        self.put(Mark::Shape { path, fill: Some(Ink::TINT), stroke: None, leaf: None });
        self.row(table, header.to_vec(), widths, leaves, Ink::ACCENT);
        self.y += height;
        self.line(self.y, MARGIN, MARGIN + self.width(), Ink::QUIET);
    }

    fn row(
        &mut self,
        table: &Table,
        row: Vec<Vec<Run>>,
        widths: &[f32],
        leaves: Option<&[usize]>,
        ink: Ink,
    ) {
        let mut x = MARGIN;
        for (i, cell) in row.into_iter().enumerate() {
            let mut y = self.y + PAD;
            for run in cell {
                let room = widths[i] - 2.0 * PAD;
                let shift = if table.columns[i].right { room - run.width_mm(CELL) } else { 0.0 };
                self.text(x + PAD + shift, y, CELL, ink, run, leaves.map(|leaves| leaves[i]));
                y += leading(CELL);
            }
            x += widths[i];
        }
    }

    /// Headers and footers, now that the number of pages is known.
    fn finish(mut self, paper: &Paper) -> Drawing {
        let (width, height) = self.drawing.size;
        let pages = self.drawing.pages.len();
        for (i, page) in self.drawing.pages.iter_mut().enumerate() {
            let mut quiet = |text: &str, right: bool, y: f32| {
                let run = shape_any(Face::Regular, text);
                let wide = run.width_mm(8.0);
                let x = if right { width - MARGIN - wide } else { MARGIN };
                page.push(Mark::Text { x, y, size: 8.0, ink: Ink::QUIET, run, leaf: None });
                wide
            };
            if i > 0 {
                let left = quiet(&paper.title, false, 15.0);
                let room = width - 2.0 * MARGIN - left - 8.0;
                quiet(&first_line(&paper.subtitle, room), true, 15.0);
            }
            quiet(&first_line(&paper.footer, width - 2.0 * MARGIN - 20.0), false, height - 11.0);
            quiet(&format!("{} / {pages}", i + 1), true, height - 11.0);
            let mut lines = vec![height - 15.5];
            lines.extend((i > 0).then_some(18.0));
            for y in lines {
                let path = vec![Step::Move(MARGIN, y), Step::Line(width - MARGIN, y)];
                let stroke = Some((Ink::LINE, 0.2));
                page.push(Mark::Shape { path, fill: None, stroke, leaf: None });
            }
        }
        self.drawing
    }
}

/// Running lines repeat what stands in full elsewhere, so they may be short.
fn first_line(text: &str, width: f32) -> String {
    let lines = wrap(Face::Regular, text, 8.0, width);
    let more = if lines.len() > 1 { "…" } else { "" };
    lines.first().map(|line| format!("{}{more}", line.text.trim_end())).unwrap_or_default()
}

fn cells(texts: &[String], widths: &[f32], face: Face) -> Vec<Vec<Run>> {
    widths
        .iter()
        .enumerate()
        .map(|(i, width)| {
            wrap(face, texts.get(i).map_or("", String::as_str), CELL, width - 2.0 * PAD)
        })
        .collect()
}

fn height_of(row: &[Vec<Run>]) -> f32 {
    let lines = row.iter().map(Vec::len).max().unwrap_or(0);
    number(lines) * leading(CELL) + 2.0 * PAD
}
