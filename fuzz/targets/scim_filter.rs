//! Any text, read as a filter and as the path of a PATCH: what was understood reads back the same,
//! and what the tables allow can be asked of a user.

use std::sync::LazyLock;

use halligan::scim::{
    Filter, Object,
    filter::{MAX_LENGTH, PatchPath},
};

static USER: LazyLock<Object> = LazyLock::new(super::user);

pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(filter) = text.parse() {
        reads_back(&filter);
        if filter.typed().is_ok() {
            filter
                .holds(&USER)
                .expect("a filter that is typed can be asked");
        }
    }
    if let Ok(PatchPath {
        filter: Some(filter),
        ..
    }) = text.parse()
    {
        reads_back(&filter);
    }
}

fn reads_back(filter: &Filter) {
    let printed = filter.to_string();
    // A filter near the longest may print longer than it was written: `1e9` is `1000000000.0`.
    if printed.len() <= MAX_LENGTH {
        assert_eq!(printed.parse::<Filter>().as_ref(), Ok(filter), "{printed}");
    }
}
