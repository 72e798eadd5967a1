//! A set of places within a block: a list of gaps, or a bitmap where that is shorter.

/// First byte of a list; gaps follow as variable-length numbers of 7 bits, low bits first.
const GAPS: u8 = 0;
/// First byte of a bitmap; words of 64 bits follow, little-endian, without the empty ones at the
/// end.
const BITMAP: u8 = 1;
const WORDS: usize = 1 << 10;

/// Places in ascending order, still packed while they grow.
#[derive(Debug, Default)]
pub(in super::super) struct Growing {
    gaps: Vec<u8>,
    next: u32,
    count: u32,
}

impl Growing {
    /// Adds a place behind all others.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "only the low seven bits are taken"
    )]
    pub(in super::super) fn push(&mut self, place: u16) {
        let place = u32::from(place);
        let mut gap = place - self.next;
        while gap >= 0x80 {
            self.gaps.push((gap & 0x7f) as u8 | 0x80);
            gap >>= 7;
        }
        self.gaps.push(gap as u8);
        self.next = place + 1;
        self.count += 1;
    }

    /// The stored form; empty for a set with nothing in it.
    pub(in super::super) fn packed(&self) -> Vec<u8> {
        if self.count == 0 {
            return Vec::new();
        }
        let words = (self.next as usize).div_ceil(64);
        if self.gaps.len() <= words * 8 {
            let mut packed = Vec::with_capacity(1 + self.gaps.len());
            packed.push(GAPS);
            packed.extend_from_slice(&self.gaps);
            return packed;
        }
        let mut bitmap = vec![0_u64; words];
        for place in Gaps::new(&self.gaps) {
            bitmap[usize::from(place >> 6)] |= 1 << (place & 63);
        }
        let mut packed = Vec::with_capacity(1 + words * 8);
        packed.push(BITMAP);
        packed.extend(bitmap.iter().flat_map(|word| word.to_le_bytes()));
        packed
    }
}

/// The stored form of ascending places.
pub(in super::super) fn pack(places: impl IntoIterator<Item = u16>) -> Vec<u8> {
    let mut growing = Growing::default();
    for place in places {
        growing.push(place);
    }
    growing.packed()
}

/// A set in memory, ready to be intersected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Places {
    /// Ascending.
    List(Vec<u16>),
    /// A bit for each place.
    Bits(Vec<u64>),
}

impl Places {
    /// Reads the stored form; anything else is read as an empty set.
    pub(in super::super) fn unpack(packed: &[u8]) -> Self {
        match packed.split_first() {
            Some((&GAPS, gaps)) => Self::List(Gaps::new(gaps).collect()),
            Some((&BITMAP, bits)) => Self::Bits(bit_words(bits).take(WORDS).collect()),
            _ => Self::List(Vec::new()),
        }
    }

    /// Keeps what is in the stored set too.
    pub(in super::super) fn intersect(&mut self, packed: &[u8]) {
        let Some((&form, rest)) = packed.split_first() else {
            *self = Self::List(Vec::new());
            return;
        };
        match self {
            Self::List(list) if form == BITMAP => list.retain(|place| {
                let at = usize::from(place >> 6) * 8 + usize::from((place & 63) >> 3);
                rest.get(at)
                    .is_some_and(|byte| byte >> (place & 7) & 1 == 1)
            }),
            Self::List(list) => {
                let mut others = Gaps::new(rest);
                let mut other = others.at_least(0);
                list.retain(|place| {
                    if other.is_some_and(|other| other < *place) {
                        other = others.at_least(*place);
                    }
                    other == Some(*place)
                });
            }
            Self::Bits(bits) if form == BITMAP => {
                let mut others = bit_words(rest);
                for word in bits {
                    *word &= others.next().unwrap_or_default();
                }
            }
            Self::Bits(bits) => {
                let list = Gaps::new(rest).filter(|place| has_bit(bits, *place));
                *self = Self::List(list.collect());
            }
        }
    }

    /// The places in ascending order.
    pub(in super::super) fn iter(&self) -> Box<dyn Iterator<Item = u16> + '_> {
        match self {
            Self::List(list) => Box::new(list.iter().copied()),
            Self::Bits(bits) => Box::new((0..).zip(bits).flat_map(|(n, word)| {
                let mut left = *word;
                std::iter::from_fn(move || {
                    if left == 0 {
                        return None;
                    }
                    let bit = left.trailing_zeros();
                    left &= left - 1;
                    Some((n << 6) | u16::try_from(bit).unwrap_or_default())
                })
            })),
        }
    }

    /// Not more than `few` places? Bitmaps count as many.
    pub(in super::super) fn is_at_most(&self, few: usize) -> bool {
        matches!(self, Self::List(list) if list.len() <= few)
    }
}

fn has_bit(bits: &[u64], place: u16) -> bool {
    bits.get(usize::from(place >> 6))
        .is_some_and(|word| word >> (place & 63) & 1 == 1)
}

fn bit_words(bytes: &[u8]) -> impl Iterator<Item = u64> {
    bytes.chunks(8).map(|chunk| {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        u64::from_le_bytes(word)
    })
}

struct Gaps<'a> {
    bytes: &'a [u8],
    next: u32,
}

impl<'a> Gaps<'a> {
    const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, next: 0 }
    }

    /// The next place that is not below `least`. Nearly every gap is one byte, so the inner loop
    /// is what an intersection costs.
    fn at_least(&mut self, least: u16) -> Option<u16> {
        let least = u32::from(least);
        let (mut left, mut next) = (self.bytes.iter(), self.next);
        let found = loop {
            let byte = *left.next()?;
            let gap = if byte & 0x80 == 0 {
                u32::from(byte)
            } else {
                long_gap(byte, &mut left)?
            };
            let place = next + gap;
            next = place + 1;
            if place >= least {
                break place;
            }
        };
        (self.bytes, self.next) = (left.as_slice(), next);
        u16::try_from(found).ok()
    }
}

/// A gap of more than one byte. Three hold any within a block; a longer run can only be damage.
fn long_gap(first: u8, left: &mut std::slice::Iter<'_, u8>) -> Option<u32> {
    let mut gap = u32::from(first & 0x7f);
    for shift in [7, 14] {
        let byte = *left.next()?;
        gap |= u32::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            break;
        }
    }
    Some(gap)
}

impl Iterator for Gaps<'_> {
    type Item = u16;

    fn next(&mut self) -> Option<u16> {
        self.at_least(0)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn sets() -> impl Strategy<Value = BTreeSet<u16>> {
        prop_oneof![
            proptest::collection::btree_set(any::<u16>(), 0..300),
            proptest::collection::btree_set(0_u16..4000, 0..3000),
            Just((0..=u16::MAX).collect()),
            Just((0..=u16::MAX).step_by(3).collect()),
        ]
    }

    proptest! {
        #[test]
        fn what_was_packed_is_unpacked(set in sets()) {
            let packed = pack(set.iter().copied());
            prop_assert!(packed.len() <= 1 + 8192);
            prop_assert!(Places::unpack(&packed).iter().eq(set.iter().copied()));
        }

        #[test]
        fn intersections_of_any_two_forms_hold_what_both_hold(one in sets(), other in sets()) {
            let mut both = Places::unpack(&pack(one.iter().copied()));
            both.intersect(&pack(other.iter().copied()));
            prop_assert!(both.iter().eq(one.intersection(&other).copied()));
        }

        #[test]
        fn damaged_bytes_never_panic(bytes: Vec<u8>, set in sets()) {
            let _ = Places::unpack(&bytes).iter().count();
            let mut places = Places::unpack(&pack(set.iter().copied()));
            places.intersect(&bytes);
            prop_assert!(places.iter().all(|place| set.contains(&place)));
        }
    }
}
