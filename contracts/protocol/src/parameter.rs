//! Parameters that operators tune within a band.

use core::fmt;
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// A parameter that operators tune within a band; the list is closed, and none of them is a clock or a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Parameter {
    /// Requests that the signing service works on at once.
    #[codec(index = 0)]
    Inflight,
    /// Seconds that its cache remembers.
    #[codec(index = 1)]
    CacheTtl,
    /// Entries of its cache.
    #[codec(index = 2)]
    CacheSize,
    /// Capabilities that a tenant mints in a minute.
    #[codec(index = 3)]
    MintRate,
}

impl Parameter {
    /// Every parameter with its name.
    pub const NAMED: [(Self, &'static str); 4] = [
        (Self::Inflight, "inflight"),
        (Self::CacheTtl, "cache-ttl"),
        (Self::CacheSize, "cache-size"),
        (Self::MintRate, "mint-rate"),
    ];
}

impl fmt::Display for Parameter {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(Self::NAMED.iter().find(|(parameter, _)| parameter == self).map_or("", |(_, name)| name))
    }
}

impl core::str::FromStr for Parameter {
    type Err = crate::text::NotAnId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::NAMED.iter().find(|(_, name)| *name == text);
        found.map(|(parameter, _)| *parameter).ok_or(crate::text::NotAnId)
    }
}

/// A parameter that operators tune.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Tuning {
    /// Middle of the band.
    pub baseline: u64,
    /// What holds.
    pub value: u64,
    /// Since when.
    pub at: u64,
}

impl Tuning {
    /// The band is a fifth of the baseline, to either side.
    pub const BAND: u64 = 5;
}
