//! Any text, read as a filter and as a path of a PATCH: no panic, and what was understood reads
//! back the same.
//!
//! `cargo +nightly fuzz run scim_filter -- -max_total_time=60`

#![no_main]

use halligan::scim::{Filter, filter::PatchPath};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(filter) = text.parse::<Filter>() {
        let printed = filter.to_string();
        let again = printed.parse::<Filter>();
        // A filter at the bounds may print longer than it was written.
        if let Ok(again) = again {
            assert_eq!(again, filter, "{printed}");
        } else {
            assert!(printed.len() > text.len(), "{printed}");
        }
        // Types are checked or refused, never a panic.
        let _ = filter.typed();
    }
    let _ = text.parse::<PatchPath>();
});
