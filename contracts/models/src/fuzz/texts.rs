//! Texts to start from: one of every kind that people type.

/// Ids, scopes, names, keys.
pub const EXAMPLES: [&str; 17] = [
    "S0",
    "Pr:7-2",
    "12.S0.1",
    "4294967295.Pr:4294967295-15.3",
    "everything",
    "upgrades",
    "route:1",
    "program:42",
    "account:0101010101010101010101010101010101010101010101010101010101010101",
    "money",
    "read-only",
    "cache-ttl",
    "component:relayer",
    "custody:root-key:tenant-1",
    "policy-table",
    "ed25519:d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "p256:020100000000000000000000000000000000000000000000000000000000000001",
];
