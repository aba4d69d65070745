//! Names of what is kept: paths in a folder, keys in a bucket, files of a bundle.

use greatseal_protocol::{
    bytes::{parse_hex, to_hex},
    content::Address,
};
use std::fmt;

/// What a content is kept under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Name {
    /// A public content.
    Public(Address),
    /// A ciphertext of a restricted one, by the SHA-256 of its own bytes.
    Restricted(Address, [u8; 32]),
}

impl Name {
    /// The address that it is of.
    pub fn address(&self) -> Address {
        match self {
            Self::Public(address) | Self::Restricted(address, _) => *address,
        }
    }

    /// Reads a path; nothing where it is no name in its one form.
    pub fn parse(path: &str) -> Option<Self> {
        let address = |scheme: &str, digits: &str| format!("{scheme}:{digits}").parse::<Address>().ok();
        let parts: Vec<_> = path.split('/').collect();
        let name = match parts.as_slice() {
            ["restricted", scheme, digits, file] => {
                Self::Restricted(address(scheme, digits)?, parse_hex(file.strip_suffix(".age")?).ok()?)
            }
            [scheme, _, digits] => Self::Public(address(scheme, digits)?),
            _ => return None,
        };
        (name.to_string() == path).then_some(name)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public(address) => {
                let digits = to_hex(address.hash());
                write!(out, "{}/{}/{digits}", address.scheme(), digits.get(..2).unwrap_or_default())
            }
            Self::Restricted(address, hash) => {
                write!(out, "restricted/{}/{}/{}.age", address.scheme(), to_hex(address.hash()), to_hex(hash))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_there_and_back_and_nothing_else_is_one() {
        let address = Address::Carried([0xab; 32]);
        for name in [Name::Public(address), Name::Restricted(address, [0xcd; 32])] {
            assert_eq!(Name::parse(&name.to_string()), Some(name));
        }
        let digits = "ab".repeat(32);
        for path in [
            format!("carried/ac/{digits}"),
            format!("carried/ab/{}", "AB".repeat(32)),
            format!("carried/ab/{digits}#1"),
            format!("carried/ab/{digits}/x"),
            format!("../carried/ab/{digits}"),
            format!("other/ab/{digits}"),
            format!("restricted/carried/{digits}/{digits}"),
            format!("restricted/carried/{digits}/{}.age", "CD".repeat(32)),
            String::new(),
        ] {
            assert_eq!(Name::parse(&path), None, "{path}");
        }
    }
}
