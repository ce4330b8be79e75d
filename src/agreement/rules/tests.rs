use super::*;

const NINE: i64 = 1_800_000_000_000_000;

/// So many seconds after nine.
fn at(seconds: i64) -> Moment {
    Moment::from_micros(NINE + seconds * 1_000_000)
}

fn known() -> Known {
    Known { wall: at(0), by_uptime: None, by_database: None, same_database: false, last: None }
}

#[test]
fn a_server_that_starts_again_in_the_same_boot_goes_on_whatever_the_wall_clock_shows() {
    for wall in [at(3600), at(-3600)] {
        let known = Known { wall, by_uptime: Some(at(7)), last: Some(at(3)), ..known() };
        assert_eq!(begin(&known), at(7));
    }
}

#[test]
fn after_a_reboot_the_wall_clock_counts_but_never_before_the_last_entry() {
    assert_eq!(begin(&Known { last: Some(at(-9)), ..known() }), at(0));
    assert_eq!(begin(&Known { last: Some(at(60)), ..known() }), at(60));
}

#[test]
fn a_server_that_starts_while_others_run_takes_what_they_agreed() {
    let others = Known { by_database: Some(at(-3600)), same_database: true, ..known() };
    assert_eq!(begin(&others), at(-3600));
    assert_eq!(begin(&Known { by_uptime: Some(at(-3599)), ..others }), at(-3600), "drift");
}

#[test]
fn a_step_of_the_database_s_clock_while_no_server_ran_is_found_by_the_uptime() {
    for step in [3600, -3600] {
        let stepped = Known {
            wall: at(step),
            by_uptime: Some(at(7)),
            by_database: Some(at(step)),
            same_database: true,
            last: Some(at(5)),
        };
        assert_eq!(begin(&stepped), at(7));
    }
}

#[test]
fn a_machine_that_stood_still_follows_the_others() {
    let still = Known {
        wall: at(1200),
        by_uptime: Some(at(0)),
        by_database: Some(at(1200)),
        same_database: true,
        last: Some(at(1199)),
    };
    assert_eq!(begin(&still), at(1200));
    assert!(stood_still(at(0), Some(at(1199))) && !stood_still(at(0), Some(at(0))));
}

#[test]
fn when_database_and_server_were_both_booted_the_database_s_clock_counts_as_it_is() {
    let booted = Known { by_database: Some(at(-3600)), last: Some(at(-3700)), ..known() };
    assert_eq!(begin(&booted), at(0));
}

#[test]
fn a_slow_reading_is_neither_a_step_nor_followed() {
    let (fast, slow) = (Duration::milliseconds(1), Duration::milliseconds(700));
    assert_eq!(compare(at(0), Moment::from_micros(NINE + 30_000), fast), Seen::Drift);
    assert_eq!(compare(at(0), Moment::from_micros(NINE + 10_000), fast), Seen::Nothing);
    assert_eq!(compare(at(0), at(1), slow), Seen::Nothing);
    assert_eq!(compare(at(0), at(1), fast), Seen::Step);
    assert_eq!(compare(at(0), at(-3600), slow), Seen::Step);
}

#[test]
fn the_difference_that_was_seen_is_accepted_once() {
    let hour = Duration::milliseconds(3_600_400);
    assert_eq!(accept(hour, 3600, None), Ok(Some(3600)));
    assert_eq!(accept(Duration::milliseconds(400), 3600, Some(3600)), Ok(None), "said twice");
    assert_eq!(accept(Duration::zero(), 0, None), Ok(None));
}

#[test]
fn a_second_step_in_between_is_refused() {
    let again = accept(Duration::seconds(7200), 3600, None);
    assert_eq!(again, Err(Refusal::SteppedAgain { difference_s: 7200 }));
    let same_step_again = accept(Duration::seconds(7200), 3600, Some(3600));
    assert_eq!(same_step_again, Err(Refusal::SteppedAgain { difference_s: 7200 }));
    assert!(accept(Duration::zero(), 3600, None).is_err(), "nobody accepted it, it went away");
}

#[test]
fn what_no_clock_can_differ_by_is_not_what_was_seen() {
    for said in [i64::MAX, i64::MIN, i64::MAX / 1000, i64::MIN / 1000] {
        let refused = accept(Duration::seconds(7200), said, None);
        assert_eq!(refused, Err(Refusal::SteppedAgain { difference_s: 7200 }), "{said}");
    }
}

#[test]
fn differences_are_told_to_the_nearest_second() {
    let told = [1499, 1500, -1499, -1500, 0].map(Duration::milliseconds).map(whole_seconds);
    assert_eq!(told, [1, 2, -1, -2, 0]);
}
