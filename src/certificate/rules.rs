//! What a certificate says and when it may be revoked: values in, values out.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::{
    code::Code,
    facts::{Coverage, DomainCoverage, Facts},
};
use crate::{
    base::{Language, words},
    scheme::{PartScore, Scheme, Score, Text},
};

words! {
    /// Where a certificate stands.
    #[schema(as = CertificateStatus)]
    pub enum Status {
        /// What it will say is stored; it is not signed yet.
        Intended = "intended",
        /// Signed and told.
        Valid = "valid",
        /// Taken back.
        Revoked = "revoked",
    }
}

/// Why a rule said no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is nothing to take back yet.
    #[error("the certificate is not issued yet")]
    NotIssued,
    /// It was taken back before.
    #[error("the certificate is revoked already")]
    AlreadyRevoked,
}

impl Refusal {
    /// The code of the problem.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotIssued => "certificate_not_issued",
            Self::AlreadyRevoked => "certificate_already_revoked",
        }
    }
}

/// Whether a certificate may be taken back.
///
/// # Errors
/// [`Refusal`]: nothing to take back.
pub fn revoke(status: Status) -> Result<Status, Refusal> {
    match status {
        Status::Intended => Err(Refusal::NotIssued),
        Status::Valid => Ok(Status::Revoked),
        Status::Revoked => Err(Refusal::AlreadyRevoked),
    }
}

/// What a certificate is made from, besides its code.
#[derive(Debug)]
pub struct Grounds<'a> {
    /// The language of the session's papers.
    pub language: Language,
    /// The scheme as it was frozen.
    pub scheme: &'a Scheme,
    /// The score of the case.
    pub score: &'a Score,
    /// The level decided.
    pub level: &'a str,
    /// What it means.
    pub meaning: Text,
    /// Family name.
    pub family_name: &'a str,
    /// Given names.
    pub given_names: &'a str,
    /// Date of birth.
    pub birth_date: NaiveDate,
    /// The centre.
    pub centre_name: &'a str,
    /// The zone of the session.
    pub zone: Tz,
    /// When the exam began.
    pub starts_at: DateTime<Utc>,
}

/// Writes down everything the certificate will say. The instant is cut to the second, as the proof
/// says it.
pub fn facts(grounds: &Grounds<'_>, code: Code, public_url: &str, now: DateTime<Utc>) -> Facts {
    let issued_at = DateTime::from_timestamp(now.timestamp(), 0).unwrap_or(now);
    let day = |at: DateTime<Utc>| at.with_timezone(&grounds.zone).date_naive();
    Facts {
        lang: grounds.language.as_str().to_owned(),
        template: grounds.scheme.certificate_template.clone(),
        code,
        address: format!("{public_url}/c/{code}"),
        family_name: grounds.family_name.to_owned(),
        given_names: grounds.given_names.to_owned(),
        birth_date: grounds.birth_date,
        scheme_id: grounds.scheme.id.clone(),
        scheme_version: grounds.scheme.version.clone(),
        scheme_title: grounds.scheme.title.clone(),
        levels: grounds.scheme.levels.clone(),
        level: grounds.level.to_owned(),
        meaning: grounds.meaning.clone(),
        coverage_permille: permille(grounds.score.coverage),
        frameworks: grounds.score.parts.iter().map(|p| coverage(grounds.scheme, p)).collect(),
        competences: grounds.score.parts.last().map(competences).unwrap_or_default(),
        centre_name: grounds.centre_name.to_owned(),
        examined_on: day(grounds.starts_at),
        issued_on: day(issued_at),
        issued_at,
    }
}

fn coverage(scheme: &Scheme, score: &PartScore) -> Coverage {
    let title = scheme.part(score.part).map(|part| part.title.clone());
    let domain = |domain: &crate::scheme::DomainScore| DomainCoverage {
        title: domain.title.clone(),
        permille: permille(domain.coverage),
    };
    Coverage {
        title: title.unwrap_or_else(|| Text::new(&*score.framework, &*score.framework)),
        permille: permille(score.coverage),
        domains: score.domains.iter().map(domain).collect(),
    }
}

/// A share between 0 and 1 in thousandths, rounded.
pub fn permille(share: f64) -> u16 {
    (0..=1000_u16).rfind(|p| f64::from(*p) <= share * 1000.0 + 0.5).unwrap_or(0)
}

/// Competences in eighths, rounded down, four bits each, as hexadecimal digits; sixteen of them.
fn competences(score: &PartScore) -> String {
    let all = score.domains.iter().flat_map(|domain| &domain.competences);
    let digits = all.map(|competence| {
        let eighths = 8 * competence.points / competence.reachable.max(1);
        char::from_digit(u32::try_from(eighths).unwrap_or(0).min(8), 16).unwrap_or('0')
    });
    digits.chain(std::iter::repeat('0')).take(16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_issued_certificate_can_be_revoked_and_only_once() {
        assert_eq!(revoke(Status::Valid), Ok(Status::Revoked));
        assert_eq!(revoke(Status::Intended), Err(Refusal::NotIssued));
        assert_eq!(revoke(Status::Revoked), Err(Refusal::AlreadyRevoked));
    }

    #[test]
    fn share_is_rounded_to_thousandths() {
        let shares = [0.0, 0.784, 0.7846, 1.0, 1.5, -1.0].map(permille);
        assert_eq!(shares, [0, 784, 785, 1000, 1000, 0]);
    }

    #[test]
    fn status_is_read_back_from_its_word() {
        for status in [Status::Intended, Status::Valid, Status::Revoked] {
            assert_eq!(Status::try_from(status.as_str().to_owned()), Ok(status));
        }
        assert!(Status::try_from("lost".to_owned()).is_err());
    }
}
