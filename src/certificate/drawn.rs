//! The certificate on paper: what it says, as the texts of its template.

use super::facts::{Coverage, Facts};
use crate::{
    document::{
        DrawError, Drawing, dates,
        template::{self, Content, Rung, Template},
    },
    scheme::{Level, Text},
};

/// Draws the certificate that says `facts` and carries `proof`.
///
/// # Errors
/// [`DrawError`]: no such template, or something that does not fit it.
pub fn draw(facts: &Facts, proof: &[u8]) -> Result<Drawing, DrawError> {
    Template::find(&facts.template)?.draw(&content(facts, proof), proof)
}

/// What a level means, in a sentence of a template.
///
/// # Errors
/// [`DrawError::Template`]: no such template.
pub fn meaning(template: &str, level: &str) -> Result<Text, DrawError> {
    let template = Template::find(template)?;
    Ok(Text::new(template.meaning(level, "fr"), template.meaning(level, "en")))
}

fn content(facts: &Facts, proof: &[u8]) -> Content {
    let lang = facts.lang.as_str();
    let rung = |(i, level): (usize, &Level)| Rung {
        title: level.title.get(lang).to_owned(),
        reached: i < facts.rank(),
        own: level.id == facts.level,
    };
    Content {
        lang: facts.lang.clone(),
        made_at: facts.issued_at,
        places: places(facts),
        address: facts.address.clone(),
        qr: facts.qr_text(proof),
        coverages: facts.frameworks.iter().map(|shown| coverage(shown, lang)).collect(),
        ladder: facts.levels.iter().enumerate().map(rung).collect(),
    }
}

fn coverage(shown: &Coverage, lang: &str) -> template::Coverage {
    let domains = shown.domains.iter();
    template::Coverage {
        title: shown.title.get(lang).to_owned(),
        permille: shown.permille,
        domains: domains.map(|d| (d.title.get(lang).to_owned(), d.permille)).collect(),
    }
}

/// What stands in the places of a template's texts.
fn places(facts: &Facts) -> Vec<(&'static str, String)> {
    let lang = facts.lang.as_str();
    vec![
        ("name", facts.name()),
        ("level", facts.level_title().get(lang).to_owned()),
        ("meaning", facts.meaning.get(lang).to_owned()),
        ("scheme", facts.scheme_title.get(lang).to_owned()),
        ("SCHEME", facts.scheme_title.get(lang).to_uppercase()),
        ("birth_date", dates::day(facts.birth_date, lang)),
        ("examined_on", dates::day(facts.examined_on, lang)),
        ("issued_on", dates::day(facts.issued_on, lang)),
        ("centre", facts.centre_name.clone()),
        ("code", facts.code.to_string()),
        ("address", facts.address.clone()),
        ("rank", facts.rank().to_string()),
        ("ranks", facts.levels.len().to_string()),
    ]
}
