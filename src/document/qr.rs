//! QR symbols, level M, as modules.

use std::fmt::Write;

use qrcode::{EcLevel, QrCode};

use super::{
    DrawError,
    drawing::{Step, number, rectangle},
};

/// The quiet zone around a symbol, in modules.
pub const QUIET: usize = 4;

/// A QR symbol: dark and light modules, without the quiet zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Modules {
    /// Modules on a side.
    pub side: usize,
    /// Row by row; dark is true.
    pub dark: Vec<bool>,
}

/// The symbol of a text, error correction level M.
///
/// # Errors
/// [`DrawError::QrTooLong`] for more than 2,331 bytes.
pub fn qr(text: &str) -> Result<Modules, DrawError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M)
        .map_err(|_| DrawError::QrTooLong(text.len()))?;
    let dark = code.to_colors().into_iter().map(|c| c == qrcode::Color::Dark).collect();
    Ok(Modules { side: code.width(), dark })
}

impl Modules {
    /// One path of all dark modules, in a square of `side_mm` whose quiet zone lies outside.
    /// Neighbours in a row become one rectangle, so that no hairline shows between them.
    pub fn path(&self, x: f32, y: f32, side_mm: f32) -> Vec<Step> {
        let module = side_mm / number(self.side);
        let mut path = Vec::new();
        for (row, line) in self.dark.chunks(self.side).enumerate() {
            let mut column = 0;
            while column < self.side {
                let length = line[column..].iter().take_while(|dark| **dark).count();
                if length > 0 {
                    let left = x + number(column) * module;
                    let top = y + number(row) * module;
                    path.extend(rectangle(left, top, number(length) * module, module));
                }
                column += length.max(1);
            }
        }
        path
    }

    /// The symbol with its quiet zone as an SVG picture.
    pub fn svg(&self) -> String {
        let side = self.side + 2 * QUIET;
        let mut path = String::new();
        for (i, _) in self.dark.iter().enumerate().filter(|(_, dark)| **dark) {
            let (x, y) = (i % self.side + QUIET, i / self.side + QUIET);
            let _ = write!(path, "M{x} {y}h1v1h-1z");
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" \
             shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/>\
             <path d=\"{path}\"/></svg>"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_with_a_proof_is_a_symbol_of_57_modules() {
        let text = format!("https://jurat.example/c/7K2M-QXRT-9AWE#{}", "1".repeat(409));
        assert_eq!(qr(&text).unwrap().side, 57);
    }

    #[test]
    fn text_that_is_too_long_is_refused() {
        assert!(matches!(qr(&"a".repeat(3000)), Err(DrawError::QrTooLong(3000))));
    }
}
