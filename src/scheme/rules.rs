//! Scores, the level they propose, and what makes a scheme sound. Coverages are compared as exact
//! fractions: 70 % is reached by 112 of 160 points, and by nothing less.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Combine, Fallback, Scheme, Text, Threshold, framework};

/// The most parts that an exam has.
const MOST_PARTS: usize = 6;

/// The scores of all parts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Score {
    /// Mean of the parts, 0 to 1.
    pub coverage: f64,
    /// One for each part of the scheme.
    pub parts: Vec<PartScore>,
}

/// The score of one part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PartScore {
    /// The part.
    pub part: i32,
    /// What it measures.
    pub framework: String,
    /// Points by reachable points, 0 to 1.
    pub coverage: f64,
    /// Points obtained.
    pub points: i32,
    /// Points of a form without a fault.
    pub reachable: i32,
    /// By domain of the framework.
    pub domains: Vec<DomainScore>,
}

/// The score of one domain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DomainScore {
    /// Its number in the framework.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// Points by reachable points, 0 to 1.
    pub coverage: f64,
    /// By competence.
    pub competences: Vec<CompetenceScore>,
}

/// The score of one competence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CompetenceScore {
    /// Its number in the framework.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// Points obtained.
    pub points: i32,
    /// Points reachable in this form.
    pub reachable: i32,
}

/// What the policy proposes, and why, in a sentence for jurors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The level; absent when none is reached.
    pub level: Option<String>,
    /// The reason.
    pub why: Text,
}

/// Points by reachable points; nothing reachable is nothing covered.
pub fn coverage(points: i32, reachable: i32) -> f64 {
    if reachable == 0 { 0.0 } else { f64::from(points) / f64::from(reachable) }
}

impl Score {
    /// The score of an attempt from those of its parts.
    pub fn of(parts: Vec<PartScore>) -> Self {
        let count = f64::from(u32::try_from(parts.len()).unwrap_or(u32::MAX).max(1));
        let coverage = parts.iter().map(|part| part.coverage).sum::<f64>() / count;
        Self { coverage, parts }
    }
}

/// An exact fraction that is not negative.
#[derive(Debug, Clone, Copy)]
struct Share {
    numerator: i128,
    denominator: i128,
}

impl Share {
    fn of(points: i32, reachable: i32) -> Self {
        if reachable <= 0 {
            return Self { numerator: 0, denominator: 1 };
        }
        Self { numerator: points.into(), denominator: reachable.into() }
    }

    fn mean(shares: impl Iterator<Item = Self>) -> Self {
        let (sum, count) = shares.fold((Self { numerator: 0, denominator: 1 }, 0), |(a, n), b| {
            let numerator = a.numerator * b.denominator + b.numerator * a.denominator;
            (Self { numerator, denominator: a.denominator * b.denominator }, n + 1)
        });
        Self { numerator: sum.numerator, denominator: sum.denominator * i128::max(count, 1) }
    }

    fn reaches(self, per_cent: i32) -> bool {
        self.numerator * 100 >= self.denominator * i128::from(per_cent)
    }

    /// In per cent with one decimal, rounded down, so that it never claims a threshold.
    fn shown(self, mark: char) -> String {
        let tenths = self.numerator * 1000 / self.denominator;
        format!("{}{mark}{}", tenths / 10, tenths % 10)
    }
}

/// Proposes the highest level whose conditions the score meets.
///
/// Source: `policy` of the scheme.
pub fn propose(scheme: &Scheme, score: &Score) -> Proposal {
    let none = |why| Proposal { level: None, why };
    for floor in &scheme.policy.floors {
        let of_framework = score.parts.iter().filter(|part| part.framework == floor.framework);
        let reached = Share::mean(of_framework.map(|p| Share::of(p.points, p.reachable)));
        if !reached.reaches(floor.coverage) {
            return none(below_floor(&floor.framework, reached, floor.coverage));
        }
    }
    let mean = Share::mean(score.parts.iter().map(|p| Share::of(p.points, p.reachable)));
    let mut missed: Option<(&Threshold, &DomainScore)> = None;
    for threshold in scheme.policy.thresholds.iter().rev() {
        if !mean.reaches(threshold.coverage) {
            continue;
        }
        match weak_domain(score, threshold.every_domain) {
            None => return reached(scheme, mean, threshold, missed),
            Some(domain) => missed = missed.or(Some((threshold, domain))),
        }
        if scheme.policy.fallback == Fallback::None {
            break;
        }
    }
    none(not_reached(scheme, mean, missed))
}

/// The level that counts, from the proposed one and the jury's.
pub fn combine(scheme: &Scheme, proposed: Option<&str>, jury: Option<&str>) -> Option<String> {
    let rank =
        |level: Option<&str>| scheme.levels.iter().position(|l| Some(l.id.as_str()) == level);
    let level = match scheme.policy.combine {
        Combine::JuryDecides => jury,
        Combine::LowerOfBoth => {
            if rank(proposed) < rank(jury) {
                proposed
            } else {
                jury
            }
        }
    };
    level.map(str::to_owned)
}

fn weak_domain(score: &Score, per_cent: i32) -> Option<&DomainScore> {
    score.parts.iter().flat_map(|part| &part.domains).find(|domain| {
        let points = domain.competences.iter().map(|c| c.points).sum();
        let reachable = domain.competences.iter().map(|c| c.reachable).sum();
        reachable > 0 && !Share::of(points, reachable).reaches(per_cent)
    })
}

fn below_floor(framework_id: &str, reached: Share, floor: i32) -> Text {
    let name = framework_id.to_uppercase();
    Text::new(
        format!(
            "La couverture {name} est de {} %, sous le plancher de {floor} % : aucun niveau.",
            reached.shown(',')
        ),
        format!(
            "The {name} coverage is {}%, below the floor of {floor}%: no level.",
            reached.shown('.')
        ),
    )
}

fn title<'a>(scheme: &'a Scheme, level: &'a str) -> (&'a str, &'a str) {
    scheme.level(level).map_or((level, level), |l| (&l.title.fr, &l.title.en))
}

fn missed_text(scheme: &Scheme, missed: Option<(&Threshold, &DomainScore)>) -> Text {
    missed.map_or(Text::new("", ""), |(threshold, domain)| {
        let (fr, en) = title(scheme, &threshold.level);
        let least = threshold.every_domain;
        Text::new(
            format!(
                " {fr} demande {least} % dans chaque domaine, ce que « {} » n’atteint pas.",
                domain.title.fr
            ),
            format!(
                " {en} asks for {least}% in every domain, which “{}” does not reach.",
                domain.title.en
            ),
        )
    })
}

fn reached(
    scheme: &Scheme,
    mean: Share,
    threshold: &Threshold,
    missed: Option<(&Threshold, &DomainScore)>,
) -> Proposal {
    let (fr, en) = title(scheme, &threshold.level);
    let asked = threshold.coverage;
    let more = missed_text(scheme, missed);
    let why = Text::new(
        format!(
            "La couverture moyenne est de {} % : le seuil de {asked} % du niveau {fr} est atteint.{}",
            mean.shown(','),
            more.fr
        ),
        format!(
            "The mean coverage is {}%: the threshold of {asked}% of the level {en} is reached.{}",
            mean.shown('.'),
            more.en
        ),
    );
    Proposal { level: Some(threshold.level.clone()), why }
}

fn not_reached(scheme: &Scheme, mean: Share, missed: Option<(&Threshold, &DomainScore)>) -> Text {
    let least = scheme.policy.thresholds.first().map_or(0, |threshold| threshold.coverage);
    let more = missed_text(scheme, missed);
    Text::new(
        format!(
            "La couverture moyenne est de {} % : aucun niveau (premier seuil : {least} %).{}",
            mean.shown(','),
            more.fr
        ),
        format!(
            "The mean coverage is {}%: no level (first threshold: {least}%).{}",
            mean.shown('.'),
            more.en
        ),
    )
}

/// Says what is wrong with a scheme, in one line.
pub(super) fn check(scheme: &Scheme) -> Result<(), String> {
    let fault = |condition: bool, why: &str| if condition { Err(why.to_owned()) } else { Ok(()) };
    fault(scheme.version.is_empty(), "version is empty")?;
    fault(scheme.break_s < 0, "break_s is negative")?;
    fault(scheme.parts.is_empty(), "there is no part")?;
    fault(scheme.parts.len() > MOST_PARTS, "there are more than six parts")?;
    fault(scheme.levels.is_empty(), "there is no level")?;
    for (number, part) in (1..).zip(&scheme.parts) {
        check_part(number, part)?;
    }
    let policy = &scheme.policy;
    let named = policy.thresholds.iter().map(|t| &t.level);
    let rising = policy.thresholds.is_sorted_by(|a, b| a.coverage < b.coverage);
    let complete = named.eq(scheme.levels.iter().map(|level| &level.id));
    fault(!complete || !rising, "policy.thresholds must name every level, rising")?;
    let mut shares = policy.thresholds.iter().flat_map(|t| [t.coverage, t.every_domain]);
    fault(shares.any(|share| !(0..=100).contains(&share)), "a threshold is not 0 to 100")?;
    for floor in &policy.floors {
        let known = scheme.parts.iter().any(|part| part.framework == floor.framework);
        fault(!known, &format!("a floor names no framework of a part: {}", floor.framework))?;
        fault(!(0..=100).contains(&floor.coverage), "a floor is not 0 to 100")?;
    }
    let jury = &scheme.jury;
    fault(jury.members == 0, "jury.members is 0")?;
    fault(jury.quorum * 2 <= jury.members, "jury.quorum is not more than half of the members")?;
    fault(jury.quorum > jury.members, "jury.quorum is more than the members")
}

fn check_part(number: i32, part: &super::Part) -> Result<(), String> {
    if part.part != number {
        return Err(format!("part {} stands where part {number} is expected", part.part));
    }
    let Some(framework) = framework(&part.framework) else {
        return Err(format!("part {number} names no known framework: {}", part.framework));
    };
    if part.duration_s <= 0 {
        return Err(format!("part {number} has no duration"));
    }
    let draws = &part.blueprint.draws;
    let competences = framework.competences().count();
    if draws.is_empty() || competences % draws.len() != 0 {
        return Err(format!(
            "part {number}: {competences} competences cannot be shared by {} draws",
            draws.len()
        ));
    }
    if draws.iter().any(|draw| draw.is_empty() || draw.iter().any(|d| !(1..=4).contains(d))) {
        return Err(format!("part {number}: a draw holds difficulties from 1 to 4"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scheme() -> &'static Scheme {
        super::super::find("pix-edu").unwrap()
    }

    fn part(number: i32, framework: &str, points: i32) -> PartScore {
        let title = Text::new("Domaine", "Domain");
        let competence =
            CompetenceScore { id: "1.1".into(), title: title.clone(), points, reachable: 80 };
        let domain = DomainScore {
            id: "1".into(),
            title,
            coverage: coverage(points, 80),
            competences: vec![competence],
        };
        PartScore {
            part: number,
            framework: framework.into(),
            coverage: coverage(points, 80),
            points,
            reachable: 80,
            domains: vec![domain],
        }
    }

    fn score(first: i32, second: i32) -> Score {
        Score::of(vec![part(1, "crcn", first), part(2, "crcn-edu", second)])
    }

    fn level(first: i32, second: i32) -> Option<String> {
        propose(scheme(), &score(first, second)).level
    }

    #[test]
    fn threshold_is_reached_exactly_and_by_nothing_less() {
        assert_eq!(level(56, 56).as_deref(), Some("avance"));
        assert_eq!(level(55, 56).as_deref(), Some("confirme"));
        assert_eq!(level(68, 68).as_deref(), Some("expert"));
        assert_eq!(level(24, 40).as_deref(), Some("initie"));
        assert_eq!(level(23, 40), None);
    }

    #[test]
    fn below_the_floor_there_is_no_level_whatever_the_other_part() {
        let proposal = propose(scheme(), &score(80, 39));
        assert_eq!(proposal.level, None);
        let fr = "La couverture CRCN-EDU est de 48,7 %, sous le plancher de 50 % : aucun niveau.";
        assert_eq!(proposal.why.fr, fr);
        assert_eq!(level(80, 40).as_deref(), Some("avance"));
    }

    #[test]
    fn weak_domain_falls_back_to_the_next_lower_level() {
        let mut weak = score(76, 76);
        let mut domain = weak.parts[0].domains[0].clone();
        domain.competences[0].points = 4;
        domain.competences[0].reachable = 10;
        weak.parts[0].domains.push(domain);
        let proposal = propose(scheme(), &weak);
        assert_eq!(proposal.level.as_deref(), Some("avance"));
        assert!(proposal.why.en.contains("Expert asks for 50% in every domain"));
    }

    #[test]
    fn attempt_without_its_second_part_has_no_level() {
        let only = Score::of(vec![part(1, "crcn", 80)]);
        assert_eq!(propose(scheme(), &only).level, None);
    }

    #[test]
    fn lower_of_both_levels_counts_where_the_policy_says_so() {
        let mut strict = scheme().clone();
        assert_eq!(combine(&strict, Some("initie"), Some("expert")).as_deref(), Some("expert"));
        strict.policy.combine = Combine::LowerOfBoth;
        assert_eq!(combine(&strict, Some("initie"), Some("expert")).as_deref(), Some("initie"));
        assert_eq!(combine(&strict, None, Some("expert")), None);
        assert_eq!(combine(&strict, Some("expert"), Some("avance")).as_deref(), Some("avance"));
    }

    proptest! {
        #[test]
        fn one_more_point_never_lowers_the_level(first in 0..80, second in 0..80) {
            let rank = |l: Option<String>| scheme().levels.iter().position(|x| Some(&x.id) == l.as_ref());
            prop_assert!(rank(level(first, second)) <= rank(level(first + 1, second)));
            prop_assert!(rank(level(first, second)) <= rank(level(first, second + 1)));
        }
    }
}
