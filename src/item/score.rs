//! The score of a part: points by competence and domain.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::scheme::{
    CompetenceScore, Domain, DomainScore, PartScore, Scheme, framework, rules::coverage,
};

use super::{Form, Item, find, is_right};

/// Scores a part: a right answer gives its item's difficulty in points, anything else nothing.
/// `answers` are the current ones by item id.
pub fn score_part(
    scheme: &Scheme,
    part: i32,
    form: &Form,
    seed: i64,
    answers: &BTreeMap<String, Value>,
) -> PartScore {
    let name = scheme.part(part).map_or("", |part| &part.framework);
    let mut by_competence: BTreeMap<&str, (i32, i32)> = BTreeMap::new();
    for item in form.iter().filter_map(|entry| find(&entry.id, entry.version)) {
        let sums = by_competence.entry(&item.competence).or_default();
        sums.0 += points(item, seed, answers.get(&item.id));
        sums.1 += item.difficulty;
    }
    let domains: Vec<DomainScore> = framework(name)
        .map_or(&[][..], |framework| &framework.domains)
        .iter()
        .map(|domain| score_domain(domain, &by_competence))
        .collect();
    let points = by_competence.values().map(|sums| sums.0).sum();
    let reachable = by_competence.values().map(|sums| sums.1).sum();
    let coverage = coverage(points, reachable);
    PartScore { part, framework: name.to_owned(), coverage, points, reachable, domains }
}

fn points(item: &Item, seed: i64, answer: Option<&Value>) -> i32 {
    if answer.is_some_and(|answer| is_right(item, seed, answer)) { item.difficulty } else { 0 }
}

fn score_domain(domain: &Domain, sums: &BTreeMap<&str, (i32, i32)>) -> DomainScore {
    let mut competences = Vec::new();
    for competence in &domain.competences {
        let (points, reachable) = sums.get(competence.id.as_str()).copied().unwrap_or((0, 0));
        let (id, title) = (competence.id.clone(), competence.title.clone());
        competences.push(CompetenceScore { id, title, points, reachable });
    }
    let points = competences.iter().map(|competence| competence.points).sum();
    let reachable = competences.iter().map(|competence| competence.reachable).sum();
    DomainScore {
        id: domain.id.clone(),
        title: domain.title.clone(),
        coverage: coverage(points, reachable),
        competences,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        item::{draw_form, right_answer},
        scheme::{self, Score, propose},
    };

    fn pix_edu() -> &'static Scheme {
        scheme::find("pix-edu").unwrap()
    }

    fn right_answers(form: &Form, seed: i64) -> BTreeMap<String, Value> {
        let right = |entry: &crate::item::FormItem| {
            (entry.id.clone(), right_answer(find(&entry.id, entry.version).unwrap(), seed))
        };
        form.iter().map(right).collect()
    }

    #[test]
    fn form_without_a_fault_covers_everything_and_an_empty_one_nothing() {
        let parts = [1, 2].map(|part| {
            let form = draw_form(pix_edu(), part, 42);
            let full = score_part(pix_edu(), part, &form, 42, &right_answers(&form, 42));
            assert_eq!((full.points, full.reachable), (80, 80));
            assert!(full.domains.iter().all(|domain| domain.coverage >= 1.0));
            let empty = score_part(pix_edu(), part, &form, 42, &BTreeMap::new());
            assert_eq!((empty.points, empty.reachable), (0, 80));
            full
        });
        let proposal = propose(pix_edu(), &Score::of(parts.to_vec()));
        assert_eq!(proposal.level.as_deref(), Some("expert"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn points_of_domains_are_the_points_of_the_part(seed: i64, kept in 0_usize..32) {
            let form = draw_form(pix_edu(), 1, seed);
            let mut answers = right_answers(&form, seed);
            for entry in &form[kept..] {
                answers.remove(&entry.id);
            }
            let score = score_part(pix_edu(), 1, &form, seed, &answers);
            let by_domain: i32 = score.domains.iter().flat_map(|d| &d.competences).map(|c| c.points).sum();
            let expected: i32 = form[..kept].iter().map(|e| find(&e.id, e.version).unwrap().difficulty).sum();
            prop_assert_eq!(score.points, by_domain);
            prop_assert_eq!(score.points, expected);
        }
    }
}
