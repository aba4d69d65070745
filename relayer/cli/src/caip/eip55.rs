//! Addresses of Ethereum, with the checksum that EIP-55 puts into their capitals.

use super::NotCaip;
use greatseal_protocol::bytes::to_hex;
use sp_crypto_hashing::keccak_256;

/// Reads an address: `0x` and 40 hexadecimal digits, not all zero.
///
/// An address in lower case has no checksum and is taken. One with a capital claims to have one, and it must be right; one
/// in capitals only claims it as well, because whatever EIP-55 writes in capitals only is among them.
pub(super) fn parse(text: &str) -> Result<[u8; 20], NotCaip> {
    let digits = text.strip_prefix("0x").ok_or(match text.strip_suffix(".eth") {
        Some(_) => NotCaip::Digits,
        None => NotCaip::Prefix,
    })?;
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(NotCaip::Digits);
    }
    let address = greatseal_protocol::bytes::parse_hex(digits).map_err(|_| NotCaip::Length(digits.len()))?;
    if address == [0; 20] {
        return Err(NotCaip::Zero);
    }
    let claims = digits.contains(|letter: char| letter.is_ascii_uppercase());
    if claims && checksummed(&address) != digits {
        return Err(NotCaip::Capitals);
    }
    Ok(address)
}

/// The 40 digits as EIP-55 writes them: a letter is a capital where the digit of the hash at its place is 8 or more.
pub(super) fn checksummed(address: &[u8; 20]) -> String {
    let lower = to_hex(address);
    let hash = to_hex(&keccak_256(lower.as_bytes()));
    let written = |(letter, hash): (char, char)| if hash >= '8' { letter.to_ascii_uppercase() } else { letter };
    lower.chars().zip(hash.chars()).map(written).collect()
}
