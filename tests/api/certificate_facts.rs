//! A certificate to draw.

use jurat::{
    app::{Signer, key_id},
    base::Chance,
    certificate::{
        self,
        code::Code,
        facts::{Coverage, DomainCoverage, Facts},
        proof::{self, Key},
    },
    document,
    scheme::{Level, Text},
};

/// A drawn certificate and what it was signed with.
pub struct Signed {
    pub pdf: Vec<u8>,
    pub proof: Vec<u8>,
    pub key: Key,
}

/// Signs and draws with a key that is always the same.
pub fn signed(facts: &Facts) -> Signed {
    let signer = Signer::throw_away(&Chance::seeded(11));
    let public = signer.public_key();
    let proof = proof::build(&facts.claims(), signer.key_id(), |bytes| signer.sign(bytes));
    let drawing = certificate::draw(facts, &proof).unwrap();
    let pdf = document::write_archived(&drawing).unwrap();
    Signed { pdf, proof, key: Key { id: key_id(&public), public } }
}

fn coverage(fr: &str, en: &str, permille: u16, domains: &[(&str, u16)]) -> Coverage {
    let domain = |(title, permille): &(&str, u16)| DomainCoverage {
        title: Text::new(*title, *title),
        permille: *permille,
    };
    Coverage { title: Text::new(fr, en), permille, domains: domains.iter().map(domain).collect() }
}

/// What a certificate may say.
pub fn facts() -> Facts {
    let code = Code::of_bits(0x2_1234_5678_9abc);
    let level = |id: &str, fr: &str, en: &str| Level { id: id.into(), title: Text::new(fr, en) };
    Facts {
        lang: "fr".into(),
        template: "pix-edu".into(),
        code,
        address: format!("https://certification.example/c/{code}"),
        family_name: "Lefèvre-Ñuñez".into(),
        given_names: "Éléonore Zoë".into(),
        birth_date: "1988-03-14".parse().unwrap(),
        scheme_id: "pix-edu".into(),
        scheme_version: "2026-1".into(),
        scheme_title: Text::new(
            "Compétences numériques en éducation",
            "Digital competences in education",
        ),
        levels: vec![
            level("initie", "Initié", "Initiated"),
            level("confirme", "Confirmé", "Confirmed"),
            level("avance", "Avancé", "Advanced"),
            level("expert", "Expert", "Expert"),
        ],
        level: "avance".into(),
        meaning: certificate::meaning("pix-edu", "avance").unwrap(),
        coverage_permille: 784,
        frameworks: vec![
            coverage(
                "Compétences numériques",
                "Digital competences",
                812,
                &[
                    ("Informations et données", 900),
                    ("Communication et collaboration", 780),
                    ("Création de contenu", 660),
                    ("Protection et sécurité", 1000),
                    ("Environnement numérique", 720),
                ],
            ),
            coverage(
                "Compétences numériques professionnelles",
                "Professional digital competences",
                756,
                &[
                    ("Environnement professionnel", 810),
                    ("Ressources numériques", 700),
                    ("Enseignement-Apprentissage", 640),
                    ("Diversité et autonomie des apprenants", 880),
                    ("Compétences numériques des apprenants", 750),
                ],
            ),
        ],
        competences: "7865448321776655".into(),
        centre_name: "Lycée Émilie-du-Châtelet, Serris".into(),
        examined_on: "2027-03-01".parse().unwrap(),
        issued_on: "2027-03-12".parse().unwrap(),
        issued_at: "2027-03-12T16:00:00Z".parse().unwrap(),
    }
}
