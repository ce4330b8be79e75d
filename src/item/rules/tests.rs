use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::item::{Task, bank};

fn item(task: Task) -> Item {
    Item { task, ..bank().items()[0].clone() }
}

fn choices(ids: &[&str]) -> Vec<Choice> {
    ids.iter().map(|id| Choice { id: (*id).into(), text: Text::new(*id, *id) }).collect()
}

fn number_key(value: &str, absolute: &str) -> NumberKey {
    NumberKey {
        value: Decimal::parse(value).unwrap(),
        absolute: Decimal::parse(absolute),
        relative: None,
    }
}

fn number(value: &str, absolute: &str) -> Item {
    let unit = Some(Text::new("Mo", "MB"));
    item(Task::Number { key: number_key(value, absolute), unit })
}

fn multiple(key: &[&str]) -> Item {
    let key = key.iter().map(|id| (*id).to_owned()).collect();
    item(Task::MultipleChoice { choices: choices(&["a", "b", "c", "d"]), key })
}

#[test]
fn every_shipped_item_is_answered_right_by_its_key_and_wrong_by_nothing() {
    for item in bank().items() {
        for seed in [1, -7, i64::MAX] {
            let right = right_answer(item, seed);
            assert_eq!(check_shape(item, &right), Ok(()), "{}", item.id);
            assert!(is_right(item, seed, &right), "{} {right}", item.id);
            assert!(!readable_key(item, seed).en.is_empty(), "{}", item.id);
        }
        for empty in [json!(null), json!(""), json!("  "), json!([]), json!({})] {
            assert!(!is_right(item, 1, &empty), "{} {empty}", item.id);
        }
    }
}

#[test]
fn every_field_of_every_shipped_item_counts() {
    for item in bank().items() {
        if let Value::Object(right) = right_answer(item, 5) {
            for left_out in right.keys() {
                let mut answer = right.clone();
                answer.remove(left_out);
                assert!(!is_right(item, 5, &Value::Object(answer)), "{} {left_out}", item.id);
            }
        }
    }
}

#[test]
fn number_may_have_a_comma_a_space_or_its_unit() {
    let item = number("1250.5", "0");
    for answer in ["1250,5", "1 250.50", "1250,5 Mo", "1250.5MB", " 1\u{202f}250,5\u{a0}mo "] {
        assert!(is_right(&item, 1, &json!(answer)), "{answer}");
    }
    for answer in ["1250", "1250,5 Go", "1251", "mille", "Mo", "1,250.5"] {
        assert!(!is_right(&item, 1, &json!(answer)), "{answer}");
    }
}

#[test]
fn number_at_the_bound_of_its_tolerance_is_right_and_beyond_is_wrong() {
    let item = number("12.5", "0.1");
    assert!(is_right(&item, 1, &json!("12,6")));
    assert!(is_right(&item, 1, &json!("12,4")));
    assert!(!is_right(&item, 1, &json!("12,6000001")));
    let share =
        NumberKey { absolute: None, relative: Decimal::parse("0.01"), ..number_key("200", "") };
    assert!(share.accepts(Decimal::parse("202").unwrap()));
    assert!(!share.accepts(Decimal::parse("202.001").unwrap()));
}

#[test]
fn answer_of_another_shape_is_refused() {
    let multiple = multiple(&["a"]);
    for value in [json!("a"), json!(["x"]), json!(["a", "a"]), json!([1]), json!({}), json!(true)] {
        assert_eq!(check_shape(&multiple, &value), Err(WrongShape), "{value}");
    }
    assert_eq!(check_shape(&multiple, &json!(null)), Ok(()));
    let number = number("1", "0");
    assert_eq!(check_shape(&number, &json!(1)), Err(WrongShape));
    assert_eq!(check_shape(&number, &json!("x".repeat(LONGEST + 1))), Err(WrongShape));
}

#[test]
fn matching_is_right_only_when_complete() {
    let key = BTreeMap::from([("l1".into(), "r2".into()), ("l2".into(), "r1".into())]);
    let item = item(Task::Matching {
        left: choices(&["l1", "l2"]),
        right: choices(&["r1", "r2", "r3"]),
        key,
    });
    assert!(is_right(&item, 1, &json!({"l2": "r1", "l1": "r2"})));
    assert!(!is_right(&item, 1, &json!({"l1": "r2"})));
    assert!(!is_right(&item, 1, &json!({"l1": "r2", "l2": "r3"})));
    assert_eq!(check_shape(&item, &json!({"l1": "l2"})), Err(WrongShape));
}

proptest! {
    #[test]
    fn order_of_ticks_does_not_matter(
        ticked in proptest::sample::subsequence(vec!["a", "b", "c", "d"], 1..=4).prop_shuffle(),
        key in proptest::sample::subsequence(vec!["a", "b", "c", "d"], 1..=4)
    ) {
        let mut sorted = ticked.clone();
        sorted.sort_unstable();
        let item = multiple(&key);
        prop_assert_eq!(is_right(&item, 1, &json!(ticked)), is_right(&item, 1, &json!(sorted)));
        prop_assert_eq!(is_right(&item, 1, &json!(ticked)), sorted == key);
    }

    #[test]
    fn order_of_entries_matters(order in Just(vec!["a", "b", "c", "d"]).prop_shuffle()) {
        let key: Vec<String> = ["c", "a", "d", "b"].map(str::to_owned).to_vec();
        let item = item(Task::Ordering { entries: choices(&["a", "b", "c", "d"]), key: key.clone() });
        prop_assert_eq!(is_right(&item, 1, &json!(order)), order == key);
    }

    #[test]
    fn another_key_never_turns_right_into_wrong(
        answer in "[a-e]{1,8}", key in "[a-e]{1,8}", other in "[a-e]{1,8}", tolerance in 0.0..0.25
    ) {
        let one = TextKey { tolerance, ..TextKey::exact(&key) };
        let few = item(Task::ShortText { keys: vec![one.clone()] });
        let more = item(Task::ShortText { keys: vec![TextKey::exact(&other), one] });
        let answer = json!(answer);
        prop_assert!(!is_right(&few, 1, &answer) || is_right(&more, 1, &answer));
    }

    #[test]
    fn wider_tolerance_never_turns_right_into_wrong(value in 0_i32..2000, low in 0_i32..50, more in 0_i32..50) {
        let answer = json!(value.to_string());
        let (narrow, wide) = (number("1000", &low.to_string()), number("1000", &(low + more).to_string()));
        prop_assert_eq!(is_right(&narrow, 1, &answer), (value - 1000).abs() <= low);
        prop_assert!(!is_right(&narrow, 1, &answer) || is_right(&wide, 1, &answer));
    }

    #[test]
    fn any_answer_at_all_is_judged_without_a_crash(at in 0_usize..128, seed: i64, text in "\\PC{0,30}") {
        let item = &bank().items()[at];
        for value in [json!(text), json!([text]), json!({ text.clone(): text }), json!(3.5)] {
            let _ = is_right(item, seed, &value);
        }
    }
}
