//! Sets of users within a block of the search index, as bits.

use super::super::index::postings::Places;

const WORDS: usize = 1 << 10;

/// A set of places; absent where it cannot be narrowed down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    pub(super) fn none() -> Self {
        Self(vec![0; WORDS])
    }

    pub(super) fn of(places: &Places) -> Self {
        let mut bits = Self::none();
        for place in places.iter() {
            bits.insert(place);
        }
        bits
    }

    pub(super) fn insert(&mut self, place: u16) {
        self.0[usize::from(place >> 6)] |= 1 << (place & 63);
    }

    pub(super) fn unite(&mut self, other: &Self) {
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word |= other;
        }
    }

    pub(super) fn intersect(&mut self, other: &Self) {
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word &= other;
        }
    }

    /// The places in ascending order.
    pub(super) fn iter(&self) -> impl Iterator<Item = u16> + '_ {
        (0_u16..).zip(&self.0).flat_map(|(n, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = u16::try_from(left.trailing_zeros())
                    .ok()
                    .filter(|bit| *bit < 64)?;
                left &= left - 1;
                Some(n * 64 + bit)
            })
        })
    }
}
