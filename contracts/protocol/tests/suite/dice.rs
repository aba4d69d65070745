//! Random choices: the same on every machine, others at each run with `GREATSEAL_LONG=1`.

use std::time::{SystemTime, UNIX_EPOCH};

/// A sequence of choices. Or always the largest one: see [`crate::arbitrary`].
#[derive(Clone, Debug)]
pub(crate) enum Dice {
    Random(u64),
    Largest,
}

/// Whether this is the long run.
pub(crate) fn long() -> bool {
    std::env::var("GREATSEAL_LONG").is_ok_and(|value| value == "1")
}

/// So many cases, twenty times as many in the long run.
pub(crate) fn cases(ordinary: u64) -> u64 {
    if long() { ordinary * 20 } else { ordinary }
}

/// The first seed of a run.
pub(crate) fn first_seed() -> u64 {
    match long() {
        true => u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() >> 20).unwrap() << 20,
        false => 0,
    }
}

/// Runs a test with so many different dice; a failure names its seed.
pub(crate) fn throw(ordinary: u64, test: impl Fn(&mut Dice)) {
    for seed in first_seed()..first_seed() + cases(ordinary) {
        let guard = Seed(seed);
        test(&mut Dice::seeded(seed));
        drop(guard);
    }
}

struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("with seed {}", self.0);
        }
    }
}

impl Dice {
    pub(crate) fn seeded(seed: u64) -> Self {
        let mut dice = Self::Random(seed);
        dice.word();
        dice
    }

    /// SplitMix64 (Steele, Lea, Flood 2014).
    pub(crate) fn word(&mut self) -> u64 {
        let Self::Random(state) = self else { return u64::MAX };
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = *state;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^ (word >> 31)
    }

    /// Below `n`.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        match self {
            Self::Random(_) => self.word() % n,
            Self::Largest => n - 1,
        }
    }

    pub(crate) fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(u64::try_from(length).unwrap())).unwrap()
    }

    pub(crate) fn chance(&mut self, per_cent: u64) -> bool {
        self.below(100) < per_cent
    }

    pub(crate) fn one<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.index(all.len())]
    }

    pub(crate) fn maybe<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        (!all.is_empty()).then(|| self.one(all))
    }

    /// Each by its weight.
    pub(crate) fn weighted<T: Copy>(&mut self, all: &[(u64, T)]) -> T {
        let mut at = self.below(all.iter().map(|(weight, _)| weight).sum());
        for (weight, what) in all {
            match at.checked_sub(*weight) {
                Some(rest) => at = rest,
                None => return *what,
            }
        }
        all[all.len() - 1].1
    }

    pub(crate) fn bytes<const SIZE: usize>(&mut self) -> [u8; SIZE] {
        let mut bytes = [0; SIZE];
        for chunk in bytes.chunks_mut(8) {
            let word = self.word().to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        bytes
    }
}
