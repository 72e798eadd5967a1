//! Sets of users within a block of the search index, as bits.

use super::postings::Places;

const WORDS: usize = 1 << 10;

/// A set of places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Bits(Vec<u64>);

impl Bits {
    pub(in super::super) fn none() -> Self {
        Self(vec![0; WORDS])
    }

    pub(in super::super) fn of(places: &Places) -> Self {
        let mut bits = Self::none();
        match places {
            Places::List(list) => {
                for place in list {
                    bits.insert(*place);
                }
            }
            Places::Bits(words) => {
                for (word, stored) in bits.0.iter_mut().zip(words) {
                    *word = *stored;
                }
            }
        }
        bits
    }

    pub(in super::super) fn insert(&mut self, place: u16) {
        self.0[usize::from(place >> 6)] |= 1 << (place & 63);
    }

    pub(in super::super) fn remove(&mut self, place: u16) {
        self.0[usize::from(place >> 6)] &= !(1 << (place & 63));
    }

    pub(in super::super) fn contains(&self, place: u16) -> bool {
        self.0[usize::from(place >> 6)] >> (place & 63) & 1 == 1
    }

    pub(in super::super) fn unite(&mut self, other: &Self) {
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word |= other;
        }
    }

    pub(in super::super) fn intersect(&mut self, other: &Self) {
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word &= other;
        }
    }

    /// Keeps what is not in the other.
    pub(in super::super) fn subtract(&mut self, other: &Self) {
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word &= !other;
        }
    }

    pub(in super::super) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    pub(in super::super) fn count(&self) -> u64 {
        self.0.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// Ready to be intersected with stored sets: few places as a list.
    pub(in super::super) fn places(&self, few: u64) -> Places {
        if self.count() <= few {
            Places::List(self.iter().collect())
        } else {
            Places::Bits(self.0.clone())
        }
    }

    /// The places in ascending order.
    pub(in super::super) fn iter(&self) -> impl Iterator<Item = u16> + '_ {
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
