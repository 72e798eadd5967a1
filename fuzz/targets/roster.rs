//! Any bytes, read as a roster: the rows come in the order of their lines, and they do not depend
//! on how the bytes arrive.

use std::io::{self, Cursor, Read};

use halligan::roster::Roster;

pub fn run(bytes: &[u8]) {
    let whole = Roster::read(Cursor::new(bytes.to_vec()));
    let dripped = Roster::read(Drip(Cursor::new(bytes.to_vec())));
    let (whole, dripped) = match (whole, dripped) {
        (Ok(whole), Ok(dripped)) => (whole, dripped),
        (whole, dripped) => {
            assert_eq!(whole.err(), dripped.err());
            return;
        }
    };
    assert_eq!(whole.ignored(), dripped.ignored());
    let rows: Vec<_> = whole.collect();
    let mut last = 1;
    for (line, _) in rows.iter().flatten() {
        assert!(*line > last, "line {line} after line {last}");
        last = *line;
    }
    assert_eq!(rows, dripped.collect::<Vec<_>>());
}

/// Gives one byte at a time.
struct Drip(Cursor<Vec<u8>>);

impl Read for Drip {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let one = buffer.len().min(1);
        self.0.read(&mut buffer[..one])
    }
}
