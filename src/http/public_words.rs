//! The words of the public page.

/// The words of the public page in one language.
#[derive(Debug)]
pub struct Words {
    pub lang: &'static str,
    pub language: &'static str,
    pub brand: &'static str,
    pub genuine: &'static str,
    pub genuine_more: &'static str,
    pub revoked: &'static str,
    pub revoked_since: &'static str,
    pub reasons: [(&'static str, &'static str); 3],
    pub unknown: &'static str,
    pub unknown_more: &'static str,
    pub misread: &'static str,
    pub misread_more: &'static str,
    pub busy: &'static str,
    pub busy_more: &'static str,
    pub meant: [&'static str; 2],
    pub ask: &'static str,
    pub ask_more: &'static str,
    pub awarded_to: &'static str,
    pub born: &'static str,
    pub level: &'static str,
    pub certification: &'static str,
    pub centre: &'static str,
    pub issued: &'static str,
    pub code: &'static str,
    pub code_label: &'static str,
    pub code_hint: &'static str,
    pub check: &'static str,
    pub compare: &'static str,
    pub another: &'static str,
    pub how: &'static str,
    pub how_1: &'static str,
    pub how_2: &'static str,
}

/// French.
pub const FRENCH: Words = Words {
    lang: "fr",
    language: "Langue",
    brand: "Vérification d’un certificat",
    genuine: "Certificat authentique",
    genuine_more: "Délivré par ce service et valable aujourd’hui.",
    revoked: "Certificat révoqué",
    revoked_since: "Il n’est plus valable depuis le",
    reasons: [
        ("fraud", "Motif\u{a0}: fraude."),
        ("error", "Motif\u{a0}: erreur."),
        ("request", "Motif\u{a0}: demande du titulaire."),
    ],
    unknown: "Aucun certificat n’a ce code",
    unknown_more: "Comparez le code avec celui du document. S’il est le même, ne vous fiez pas au document.",
    misread: "Ce code a été mal recopié",
    busy: "La vérification n’est pas possible en ce moment",
    busy_more: "Cela ne dit rien du certificat. Attendez une minute, puis rechargez la page.",
    misread_more: "Un code compte douze lettres et chiffres\u{a0}; les deux derniers contrôlent les autres.",
    meant: ["Vouliez-vous écrire", "\u{a0}?"],
    ask: "Ce certificat est-il authentique\u{a0}?",
    ask_more: "Scannez le code QR du certificat ou recopiez son code\u{a0}: la réponse est immédiate.",
    awarded_to: "Décerné à",
    born: "Date de naissance\u{a0}:",
    level: "Niveau",
    certification: "Certification",
    centre: "Centre de certification",
    issued: "Délivré le",
    code: "Code",
    code_label: "Code de vérification",
    code_hint: "Douze lettres et chiffres, sous le code QR. Majuscules, espaces et tirets sont sans importance.",
    check: "Vérifier",
    compare: "Le nom, la date de naissance et le niveau doivent être ceux du document que vous avez sous les yeux.",
    another: "Vérifier un autre certificat",
    how: "Comment fonctionne cette vérification\u{a0}?",
    how_1: "La page dit ce que le service a enregistré quand il a délivré le certificat, et si celui-ci a été révoqué depuis. Les codes que vous recherchez ne sont pas conservés.",
    how_2: "Le code QR porte aussi une preuve signée (Ed25519)\u{a0}: la commande «\u{a0}jurat verify\u{a0}» la contrôle sans réseau avec les clés publiques de",
};

/// English.
pub const ENGLISH: Words = Words {
    lang: "en",
    language: "Language",
    brand: "Certificate check",
    genuine: "Genuine certificate",
    genuine_more: "Issued by this service and valid today.",
    revoked: "Revoked certificate",
    revoked_since: "No longer valid since",
    reasons: [
        ("fraud", "Reason: fraud."),
        ("error", "Reason: an error."),
        ("request", "Reason: its holder asked for it."),
    ],
    unknown: "No certificate has this code",
    unknown_more: "Compare the code with the one on the document. If it is the same, do not trust the document.",
    misread: "This code was not copied correctly",
    busy: "This cannot be checked right now",
    busy_more: "That says nothing about the certificate. Wait a minute, then reload the page.",
    misread_more: "A code has twelve letters and digits; the last two check the others.",
    meant: ["Did you mean", "?"],
    ask: "Is this certificate genuine?",
    ask_more: "Scan the certificate’s QR code or copy its code: the answer is immediate.",
    awarded_to: "Awarded to",
    born: "Date of birth:",
    level: "Level",
    certification: "Certification",
    centre: "Certification centre",
    issued: "Issued on",
    code: "Code",
    code_label: "Verification code",
    code_hint: "Twelve letters and digits, below the QR code. Case, spaces and hyphens do not matter.",
    check: "Check",
    compare: "The name, date of birth and level must be those on the document in front of you.",
    another: "Check another certificate",
    how: "How does this check work?",
    how_1: "The page says what the service recorded when it issued the certificate, and whether it has been revoked since. The codes you look up are not kept.",
    how_2: "The QR code also carries a signed proof (Ed25519): the command “jurat verify” checks it offline, with the public keys in",
};

impl Words {
    /// The words for what a browser asks for: a chosen language wins over its list.
    pub fn choose(chosen: Option<&str>, accepted: &str) -> &'static Self {
        let first = accepted.split([',', ';', '-']).map(str::trim);
        match chosen.into_iter().chain(first).find(|lang| ["fr", "en"].contains(lang)) {
            Some("en") => &ENGLISH,
            _ => &FRENCH,
        }
    }

    /// A revocation's class of reasons in words.
    pub fn reason(&self, word: &str) -> &'static str {
        self.reasons.iter().find(|(reason, _)| *reason == word).map_or("", |(_, text)| text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_follows_the_choice_then_the_browser() {
        let lang = |chosen, accepted| Words::choose(chosen, accepted).lang;
        assert_eq!(lang(None, "en-GB,en;q=0.9,fr;q=0.5"), "en");
        assert_eq!(lang(None, "fr-FR,fr;q=0.9,en;q=0.8"), "fr");
        assert_eq!(lang(None, "de-DE,de;q=0.9,en;q=0.5"), "en");
        assert_eq!(lang(Some("fr"), "en"), "fr");
        assert_eq!(lang(None, ""), "fr");
    }
}
