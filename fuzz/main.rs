//! Every fuzz target in one program, so that it is linked once; `fuzz/run` builds and starts it.
//!
//! The environment variable `HALLIGAN_TEST_FUZZ` names the target, the arguments are libFuzzer's.

#![no_main]
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a target that meets a surprise has found what it looks for"
)]

mod targets;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

static TARGET: LazyLock<fn(&[u8])> = LazyLock::new(|| {
    let name = std::env::var("HALLIGAN_TEST_FUZZ").unwrap_or_default();
    let found = targets::ALL.iter().find(|(known, _)| *known == name);
    found
        .unwrap_or_else(|| panic!("there is no target {name:?}"))
        .1
});

fuzz_target!(|bytes: &[u8]| TARGET(bytes));
