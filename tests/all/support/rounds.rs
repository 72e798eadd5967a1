//! How often what comes at any moment is tried: a few times in a run of the tests, hundreds of times
//! by hand (`HALLIGAN_TEST_KILLS=300 HALLIGAN_TEST_DROPS=100 tests/run -E 'test(/any_moment/)'`).

use std::{env, time::Duration};

fn number(name: &str, otherwise: u32) -> u32 {
    env::var(name).map_or(otherwise, |text| {
        text.parse()
            .unwrap_or_else(|_| panic!("{name} is a number"))
    })
}

/// So many times a process is killed.
pub fn kills() -> u32 {
    number("HALLIGAN_TEST_KILLS", 40)
}

/// So many times a line drops, each a little later than the one before.
pub fn drops(longest: Duration) -> impl Iterator<Item = Duration> {
    let count = number("HALLIGAN_TEST_DROPS", 20);
    (0..count).map(move |nth| longest * nth / count.max(2).saturating_sub(1))
}
