//! The root of a trie whose keys and values are all known.

use super::nibbles;
use crate::{Hash, blake2_256, extrinsics::StateVersion};
use parity_scale_codec::{Compact, Encode};

/// Shortest value that stands in the trie by its hash, in version 1.
const HASHED_FROM: usize = 33;
/// Shortest node that stands in its parent by its hash.
const NODE_HASHED_FROM: usize = 32;

/// Root of the trie with these keys and values. Keys are short: the trie is as deep as they have nibbles.
pub(crate) fn root<'a>(pairs: impl IntoIterator<Item = (Vec<u8>, &'a [u8])>, version: StateVersion) -> Hash {
    let mut pairs: Vec<_> = pairs.into_iter().map(|(key, value)| (nibbles(&key), value)).collect();
    pairs.sort_unstable();
    pairs.dedup_by(|(one, _), (other, _)| one == other);
    blake2_256(&node(&pairs, 0, version))
}

/// The node of keys that agree in their first `depth` nibbles.
fn node(pairs: &[(Vec<u8>, &[u8])], depth: usize, version: StateVersion) -> Vec<u8> {
    let (Some((first, value)), Some((last, _))) = (pairs.first(), pairs.last()) else { return vec![0] };
    let path = first.get(depth..).unwrap_or_default();
    if pairs.len() == 1 {
        let mut out = header([0b0100_0000, 0b0010_0000], path, value, version);
        out.extend(stored(value, version));
        return out;
    }
    // Keys are sorted: all agree where the first and the last one do.
    let shared = path.iter().zip(last.get(depth..).unwrap_or_default()).take_while(|(one, other)| one == other).count();
    let fork = depth.saturating_add(shared);
    let partial = path.get(..shared).unwrap_or_default();
    let (value, below) = match pairs.split_first() {
        Some(((key, value), below)) if key.len() == fork => (Some(*value), below),
        _ => (None, pairs),
    };
    let groups: Vec<_> = below.chunk_by(|(one, _), (other, _)| one.get(fork) == other.get(fork)).collect();
    let bitmap =
        groups.iter().filter_map(|group| group.first()?.0.get(fork)).fold(0_u16, |bits, nibble| bits | 1 << nibble);
    let mut out = match value {
        Some(value) => header([0b1100_0000, 0b0001_0000], partial, value, version),
        None => head(0b1000_0000, partial),
    };
    bitmap.encode_to(&mut out);
    out.extend(value.map(|value| stored(value, version)).unwrap_or_default());
    for group in groups {
        let child = node(group, fork.saturating_add(1), version);
        match child.len() < NODE_HASHED_FROM {
            true => child.encode_to(&mut out),
            false => blake2_256(&child).to_vec().encode_to(&mut out),
        }
    }
    out
}

/// Head of a node with a value: by its first bits with the value in it, or with the value's hash in it.
fn header([inline, hashed]: [u8; 2], partial: &[u8], value: &[u8], version: StateVersion) -> Vec<u8> {
    head(if is_hashed(value, version) { hashed } else { inline }, partial)
}

/// First bits, the number of nibbles in the bits that are left and, if need be, in more bytes; then the nibbles.
fn head(bits: u8, partial: &[u8]) -> Vec<u8> {
    let mask = (1_u8 << bits.trailing_zeros()).wrapping_sub(1);
    let most = usize::from(mask);
    let mut out = Vec::new();
    match partial.len().checked_sub(most) {
        None => out.push(bits | u8::try_from(partial.len()).unwrap_or(mask)),
        Some(mut more) => {
            out.push(bits | mask);
            while let Some(left) = more.checked_sub(255) {
                out.push(255);
                more = left;
            }
            out.push(u8::try_from(more).unwrap_or_default());
        }
    }
    let (odd, even) = partial.split_at(partial.len() % 2);
    out.extend(odd);
    out.extend(even.chunks(2).map(|pair| pair.iter().fold(0, |byte, nibble| byte << 4 | nibble)));
    out
}

fn stored(value: &[u8], version: StateVersion) -> Vec<u8> {
    if is_hashed(value, version) {
        return blake2_256(value).to_vec();
    }
    let mut out = Compact(u32::try_from(value.len()).unwrap_or(u32::MAX)).encode();
    out.extend_from_slice(value);
    out
}

fn is_hashed(value: &[u8], version: StateVersion) -> bool {
    version == StateVersion::Hashed && value.len() >= HASHED_FROM
}
