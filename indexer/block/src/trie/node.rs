//! One node: its header, partial key, value and children.

use crate::{Hash, Malformed, bytes::Reader};

/// A node of at most so many bytes stands in its parent; a longer one is named there by its hash.
const MAX_INLINE: usize = 31;

/// A node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node<'a> {
    /// The trie without keys.
    Empty,
    Leaf {
        partial: Partial<'a>,
        value: Value<'a>,
    },
    /// Children by their nibbles.
    Branch {
        partial: Partial<'a>,
        value: Option<Value<'a>>,
        children: Vec<(u8, Child<'a>)>,
    },
}

/// A value, or its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    Inline(&'a [u8]),
    Hashed(Hash),
}

/// A child, or its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Child<'a> {
    Inline(&'a [u8]),
    Hashed(Hash),
}

/// A part of a key: two nibbles in each byte, and where their number is odd, one in the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Partial<'a> {
    bytes: &'a [u8],
    odd: bool,
}

impl Partial<'_> {
    /// What of a path, in nibbles, follows this part; `None` where the path does not begin with it.
    pub(crate) fn strip<'p>(&self, path: &'p [u8]) -> Option<&'p [u8]> {
        let own = self.bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).skip(usize::from(self.odd));
        own.into_iter().try_fold(path, |path, nibble| {
            path.split_first().and_then(|(first, rest)| (*first == nibble).then_some(rest))
        })
    }
}

/// What the first bits of a node say.
#[derive(Clone, Copy)]
enum Kind {
    Leaf,
    HashedLeaf,
    Branch,
    BranchWithValue,
    BranchWithHashed,
}

impl<'a> Node<'a> {
    /// Reads all of the bytes as a node.
    pub(crate) fn decode(bytes: &'a [u8]) -> Result<Self, Malformed> {
        if bytes == [0] {
            return Ok(Self::Empty);
        }
        crate::bytes::exactly(bytes, Self::read)
    }

    fn read(reader: &mut Reader<'a>) -> Result<Self, Malformed> {
        let (kind, count) = header(reader)?;
        let partial = partial(reader, count)?;
        if matches!(kind, Kind::Leaf | Kind::HashedLeaf) {
            let value = value(reader, kind)?.ok_or(Malformed::Form("a leaf without a value"))?;
            return Ok(Self::Leaf { partial, value });
        }
        let bitmap = u16::from_le_bytes(reader.array()?);
        if bitmap == 0 {
            return Err(Malformed::Form("a branch has no child"));
        }
        let value = value(reader, kind)?;
        let present = (0..16).filter(|nibble| bitmap >> nibble & 1 == 1);
        let children = present.map(|nibble| Ok((nibble, read_child(reader)?))).collect::<Result<_, _>>()?;
        Ok(Self::Branch { partial, value, children })
    }
}

/// The kind of a node, and the number of nibbles of its partial key.
fn header(reader: &mut Reader<'_>) -> Result<(Kind, usize), Malformed> {
    let first = reader.byte()?;
    let (kind, mask) = match first {
        0b1100_0000.. => (Kind::BranchWithValue, 0b0011_1111),
        0b1000_0000.. => (Kind::Branch, 0b0011_1111),
        0b0100_0000.. => (Kind::Leaf, 0b0011_1111),
        0b0010_0000.. => (Kind::HashedLeaf, 0b0001_1111),
        0b0001_0000.. => (Kind::BranchWithHashed, 0b0000_1111),
        _ => return Err(Malformed::Form("no node of a trie begins like this")),
    };
    let mut count = usize::from(first & mask);
    if count == usize::from(mask) {
        // All bits set: more follows. Bytes of 255 add to the number until a smaller one ends it.
        loop {
            let more = reader.byte()?;
            count = count.saturating_add(more.into());
            if more < u8::MAX {
                break;
            }
        }
    }
    Ok((kind, count))
}

fn partial<'a>(reader: &mut Reader<'a>, count: usize) -> Result<Partial<'a>, Malformed> {
    let odd = count % 2 == 1;
    let bytes = reader.take(count.div_ceil(2))?;
    match bytes.first() {
        Some(first) if odd && first >> 4 != 0 => Err(Malformed::Form("the unused half of a partial key is not zero")),
        _ => Ok(Partial { bytes, odd }),
    }
}

fn value<'a>(reader: &mut Reader<'a>, kind: Kind) -> Result<Option<Value<'a>>, Malformed> {
    Ok(match kind {
        Kind::Branch => None,
        Kind::Leaf | Kind::BranchWithValue => Some(Value::Inline(reader.prefixed()?)),
        Kind::HashedLeaf | Kind::BranchWithHashed => Some(Value::Hashed(reader.array()?)),
    })
}

fn read_child<'a>(reader: &mut Reader<'a>) -> Result<Child<'a>, Malformed> {
    let bytes = reader.prefixed()?;
    match <Hash>::try_from(bytes) {
        Ok(hash) => Ok(Child::Hashed(hash)),
        Err(_) if bytes.len() <= MAX_INLINE => Ok(Child::Inline(bytes)),
        Err(_) => Err(Malformed::Form("a long node stands in its parent")),
    }
}
