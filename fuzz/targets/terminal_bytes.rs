//! Any bytes from a terminal: the same keys wherever the line tears them apart.

use std::collections::VecDeque;

use crossterm::event::Event;
use halligan::console::terminal::input::Parser;

/// Beyond this every cut would take too long for one input.
const CUT_EVERYWHERE: usize = 256;

pub fn run(bytes: &[u8]) {
    let whole = events(&[bytes]);
    let single: Vec<&[u8]> = bytes.chunks(1).collect();
    assert_eq!(events(&single), whole, "byte by byte");
    for cut in 0..bytes.len().min(CUT_EVERYWHERE) {
        let (before, after) = bytes.split_at(cut);
        assert_eq!(events(&[before, after]), whole, "cut at {cut}");
    }
}

fn events(pieces: &[&[u8]]) -> VecDeque<Event> {
    let mut parser = Parser::default();
    let mut events = VecDeque::new();
    for piece in pieces {
        parser.feed(piece, &mut events);
    }
    parser.give_up(&mut events);
    assert!(!parser.is_unfinished());
    events
}
