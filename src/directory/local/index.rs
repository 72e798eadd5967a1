//! The search index: who has which gram, as sets of row numbers.
//!
//! A gram is a piece of a user's folded text together with where it stands: anywhere, at the start
//! of a word, of a name or of a field. For each gram the rows that have it are kept in blocks of
//! 65,536 as a list of gaps or as a bitmap, whichever is shorter ([`postings`]). To search is to
//! intersect a few of these sets, block by block and in the order of rows, so that nothing is
//! sorted and counting can stop early.
//!
//! A change is first written to a table of its own (`unmerged`), and many are folded into the sets
//! at once: a single user has about 130 grams, each in another place of the file.

pub(super) mod bits;
pub(super) mod bulk;
pub(super) mod change;
pub(super) mod check;
mod compare;
pub(super) mod facets;
pub(super) mod gram;
pub(super) mod key;
pub(super) mod postings;

/// Handle of a user in the store.
pub(super) type Row = i64;

const BLOCK_BITS: u32 = 16;

/// The block of a row.
pub(super) const fn block_of(row: Row) -> i64 {
    row >> BLOCK_BITS
}

/// The place of a row within its block.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the low sixteen bits are what is wanted"
)]
pub(super) const fn place_of(row: Row) -> u16 {
    row as u16
}

/// The row at a place of a block.
pub(super) fn row_at(block: i64, place: u16) -> Row {
    (block << BLOCK_BITS) | i64::from(place)
}
