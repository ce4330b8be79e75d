use proptest::prelude::*;

use super::*;
use crate::{base::Chance, scheme};

fn scheme() -> &'static Scheme {
    scheme::find("pix-edu").unwrap()
}

fn persons(count: usize) -> Vec<PersonId> {
    let chance = Chance::seeded(3);
    let now = "2027-03-01T08:00:00Z".parse().unwrap();
    (0..count).map(|_| chance.id(now)).collect()
}

fn panel() -> Vec<Seat> {
    let persons = persons(4);
    seat(&scheme().jury, persons[3], (persons[0], &persons[1..3]), true, false).unwrap()
}

fn vote(seat: usize, outcome: Outcome, level: Option<&str>) -> Vote {
    let choice = Choice { outcome, level: level.map(str::to_owned) };
    Vote { juror: panel()[seat].person, choice, reason: format!("reason of {seat}") }
}

fn expert(seat: usize) -> Vote {
    vote(seat, Outcome::Validated, Some("expert"))
}

#[test]
fn panel_has_three_different_jurors_from_elsewhere() {
    let all = persons(5);
    let seat = |president, others: &[PersonId], are_jurors, of_the_centre| {
        seat(&scheme().jury, all[4], (president, others), are_jurors, of_the_centre)
    };
    let size = Err(Refusal::WrongSize { expected: 3 });
    assert_eq!(seat(all[0], &all[1..4], true, false), size);
    assert_eq!(seat(all[0], &all[1..2], true, false), size);
    assert_eq!(seat(all[0], &[all[1], all[0]], true, false), Err(Refusal::NamedTwice));
    assert_eq!(seat(all[0], &all[1..3], false, false), Err(Refusal::NotAJuror));
    assert_eq!(seat(all[0], &all[1..3], true, true), Err(Refusal::JurorOfTheCentre));
    assert_eq!(seat(all[0], &all[1..3], true, false).unwrap().len(), 3);
}

#[test]
fn nobody_convenes_a_panel_with_themselves() {
    let all = persons(3);
    for convener in &all {
        let seats = seat(&scheme().jury, *convener, (all[0], &all[1..]), true, false);
        assert_eq!(seats, Err(Refusal::ConvenesOneself));
    }
}

#[test]
fn a_juror_judges_nobody_of_their_own_centre_and_only_while_a_juror() {
    assert_eq!(standing(true, false), Standing::Judges);
    assert_eq!(standing(true, true), Standing::OfTheCentre);
    assert_eq!(standing(false, false), Standing::NoJuror);
    assert_eq!(standing(false, true), Standing::NoJuror);
}

#[test]
fn fewer_than_a_quorum_decide_nothing_however_few_are_left() {
    let rule = &scheme().jury;
    let alone = &panel()[..1];
    assert_eq!(decided(rule, alone, &[expert(0)]), None);
    assert_eq!(settled(rule, alone, &[expert(0)]), None);
}

#[test]
fn two_who_are_left_agree_or_leave_it_to_the_president() {
    let rule = &scheme().jury;
    let left = &panel()[..2];
    let refused = vote(1, Outcome::Refused, None);
    assert_eq!(decided(rule, left, &[expert(0), expert(1)]), Some(expert(0).choice));
    assert_eq!(decided(rule, left, &[expert(0), refused]), Some(expert(0).choice));
}

#[test]
fn two_who_agree_decide_and_one_does_not() {
    let rule = &scheme().jury;
    assert_eq!(decided(rule, &panel(), &[expert(1)]), None);
    let choice = expert(1).choice;
    assert_eq!(decided(rule, &panel(), &[expert(1), expert(2)]), Some(choice));
}

#[test]
fn two_who_disagree_wait_for_the_third_or_the_president() {
    let rule = &scheme().jury;
    let refused = vote(0, Outcome::Refused, None);
    let votes = [refused.clone(), expert(1)];
    assert_eq!(decided(rule, &panel(), &votes), None);
    assert_eq!(decided_by_president(rule, &panel(), &votes), Ok(refused.choice));
    let alone = [expert(0)];
    let few = Err(Refusal::NoQuorum { quorum: 2 });
    assert_eq!(decided_by_president(rule, &panel(), &alone), few);
    let without = [vote(1, Outcome::Refused, None), expert(2)];
    let absent = Err(Refusal::PresidentHasNotVoted);
    assert_eq!(decided_by_president(rule, &panel(), &without), absent);
}

#[test]
fn without_a_majority_the_vote_of_the_president_counts() {
    let all =
        [vote(1, Outcome::Refused, None), vote(0, Outcome::Changed, Some("avance")), expert(2)];
    assert_eq!(decided(&scheme().jury, &panel(), &all), Some(all[1].choice.clone()));
    assert_eq!(reason(&panel(), &all, &all[1].choice), "reason of 0");
}

#[test]
fn vote_names_a_level_where_it_needs_one_and_a_reason_unless_it_validates() {
    use Outcome::{Cancelled, Changed, Refused, Validated};
    let check = |proposed, outcome, level, reason| {
        check_vote(scheme(), proposed, outcome, level, reason).map(|(choice, _)| choice.level)
    };
    let some = |level: &str| Ok(Some(level.to_owned()));
    assert_eq!(check(Some("avance"), Validated, None, ""), some("avance"));
    assert_eq!(check(None, Validated, None, ""), Err(Refusal::NothingProposed));
    assert_eq!(
        check(Some("avance"), Validated, Some("expert"), ""),
        Err(Refusal::LevelNotPossible)
    );
    assert_eq!(check(Some("avance"), Changed, Some("expert"), "why"), some("expert"));
    assert_eq!(check(Some("avance"), Changed, Some("avance"), "why"), Err(Refusal::LevelNeeded));
    assert_eq!(check(None, Changed, Some("guru"), "why"), Err(Refusal::LevelNotPossible));
    assert_eq!(check(None, Refused, None, " "), Err(Refusal::ReasonRequired));
    assert_eq!(check(None, Cancelled, None, "power cut"), Ok(None));
    assert_eq!(check(None, Refused, Some("initie"), "no"), Err(Refusal::LevelNotPossible));
    let long = "x".repeat(LONGEST_REASON + 1);
    assert_eq!(check(None, Refused, None, &long), Err(Refusal::ReasonTooLong));
}

fn any_votes() -> impl Strategy<Value = Vec<Vote>> {
    let one = |seat: usize| {
        (0..4_usize).prop_map(move |kind| match kind {
            0 => expert(seat),
            1 => vote(seat, Outcome::Refused, None),
            _ => vote(seat, Outcome::Changed, Some("avance")),
        })
    };
    (one(0), one(1), one(2), 0..=3_usize, any::<prop::sample::Index>()).prop_map(
        |(a, b, c, count, start)| {
            let mut all = vec![a, b, c];
            all.rotate_left(start.index(3));
            all.truncate(count);
            all
        },
    )
}

proptest! {
    #[test]
    fn order_of_votes_does_not_matter(votes in any_votes()) {
        let mut back = votes.clone();
        back.reverse();
        let rule = &scheme().jury;
        prop_assert_eq!(decided(rule, &panel(), &votes), decided(rule, &panel(), &back));
    }

    #[test]
    fn full_panel_always_decides_and_only_what_somebody_voted(votes in any_votes()) {
        let choice = decided(&scheme().jury, &panel(), &votes);
        prop_assert!(votes.len() < 3 || choice.is_some());
        if let Some(choice) = choice {
            prop_assert!(votes.iter().any(|vote| vote.choice == choice));
            let reason = reason(&panel(), &votes, &choice);
            prop_assert!(votes.iter().any(|v| v.choice == choice && v.reason == reason));
        }
    }

    #[test]
    fn decision_of_two_would_have_been_that_of_three(votes in any_votes()) {
        let rule = &scheme().jury;
        if votes.len() == 3 && let Some(early) = decided(rule, &panel(), &votes[..2]) {
            prop_assert_eq!(decided(rule, &panel(), &votes), Some(early));
        }
    }
}
