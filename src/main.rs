//! The binary: parse, configure, run.

fn main() {}
