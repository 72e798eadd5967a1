//! Any bytes, read as a roster: the rows come in the order of their lines, and they do not depend
//! on how the bytes arrive.

use std::io::{self, Cursor, Read};

use halligan::roster::{Reading, Roster};

pub fn run(bytes: &[u8]) {
    let whole = Roster::read(Cursor::new(bytes.to_vec()), &Reading::default());
    let dripped = Roster::read(Drip(Cursor::new(bytes.to_vec())), &Reading::default());
    let (whole, dripped) = match (whole, dripped) {
        (Ok(whole), Ok(dripped)) => (whole, dripped),
        (whole, dripped) => {
            assert_eq!(whole.err(), dripped.err());
            return;
        }
    };
    assert_eq!(whole.ignored(), dripped.ignored());
    let all = |roster: &Roster| -> Vec<_> { roster.rows().expect("it could be read").collect() };
    let rows = all(&whole);
    let mut last = 0;
    for row in rows.iter().flatten() {
        assert!(row.line > last, "line {} after line {last}", row.line);
        last = row.line;
    }
    assert_eq!(rows, all(&dripped));
}

/// Gives one byte at a time.
struct Drip(Cursor<Vec<u8>>);

impl Read for Drip {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let one = buffer.len().min(1);
        self.0.read(&mut buffer[..one])
    }
}
