//! What a limit costs while more and more addresses are counted: a flat line is right.

use std::{
    hint::black_box,
    net::{IpAddr, Ipv4Addr},
    time::Instant,
};

use jurat::{
    app::{Address, Limits, limits::PUBLIC_CHECK_ADDRESS},
    base::Timestamp,
};

/// Tries that are measured.
const TRIES: u32 = 200_000;

fn main() {
    println!("| addresses that owe | look, ns | wrong try, ns |\n| ---: | ---: | ---: |");
    for addresses in [1, 1_000, 20_000, 100_000, 1_000_000] {
        let limits = Limits::default();
        let key = |number: u32| Address::of(IpAddr::V4(Ipv4Addr::from_bits(number % addresses)));
        let count = |number| {
            let _ = black_box(limits.count(&PUBLIC_CHECK_ADDRESS, key(number), now()));
        };
        (0..addresses).for_each(count);
        let look = |number| {
            let _ = black_box(limits.look(&PUBLIC_CHECK_ADDRESS, key(number), now()));
        };
        let (looked, counted) = (each(look), each(count));
        println!("| {addresses} | {looked} | {counted} |");
    }
}

fn now() -> Timestamp {
    Timestamp::UNIX_EPOCH
}

/// Nanoseconds for one.
fn each(work: impl Fn(u32)) -> u128 {
    let begun = Instant::now();
    (0..TRIES).map(|number| number.wrapping_mul(7_919)).for_each(work);
    begun.elapsed().as_nanos() / u128::from(TRIES)
}
