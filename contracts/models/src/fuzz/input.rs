//! Bytes as a supply of choices: whatever is missing is zero, so that every byte string means something.

use greatseal_protocol::scale::Decode;

/// The bytes that are left.
#[derive(Debug)]
pub struct Input<'a>(pub &'a [u8]);

impl<'a> Input<'a> {
    /// Whether choices are left.
    pub fn more(&self) -> bool {
        !self.0.is_empty()
    }

    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        match self.0.split_first() {
            Some((first, rest)) => {
                self.0 = rest;
                *first
            }
            None => 0,
        }
    }

    /// The next two bytes.
    pub fn short(&mut self) -> u16 {
        u16::from_le_bytes([self.byte(), self.byte()])
    }

    /// A number below `many`.
    pub fn below(&mut self, many: usize) -> usize {
        usize::from(self.byte()).checked_rem(many).unwrap_or(0)
    }

    /// One of these.
    pub fn one<T: Copy>(&mut self, choices: &[T]) -> Option<T> {
        let at = self.below(choices.len());
        choices.get(at).copied()
    }

    /// True once in so many times.
    pub fn rarely(&mut self, once_in: u8) -> bool {
        self.byte() % once_in == once_in - 1
    }

    /// Bytes: the next byte says how many units of them.
    pub fn bytes(&mut self, unit: usize) -> &'a [u8] {
        let length = (usize::from(self.byte()) * unit).min(self.0.len());
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        taken
    }

    /// A value in SCALE, if the bytes are one.
    pub fn value<T: Decode>(&mut self) -> Option<T> {
        T::decode(&mut self.0).ok()
    }
}
