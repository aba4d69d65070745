//! How numbers and bytes are spelled in every JSON that leaves our programs (ADR 40).
//!
//! Integers of 64 bits and more are decimal strings: a reader that counts in floating point would lose digits of a number.
//! Hashes, keys and addresses are lower-case hexadecimal without `0x`. Input is read generously: a number where it is
//! exact, and digits with the prefix.

use serde::{Deserialize, Deserializer, Serializer, de};
use std::fmt;

/// `#[serde(with = "decimal")]` for `u64`.
pub mod decimal {
    use super::{Deserializer, Number, Serializer};

    /// Writes a decimal string.
    ///
    /// # Errors
    ///
    /// The serializer's.
    pub fn serialize<S: Serializer>(value: &u64, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(value)
    }

    /// Reads a decimal string or a number.
    ///
    /// # Errors
    ///
    /// Where it is neither.
    pub fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<u64, D::Error> {
        input.deserialize_any(Number)
    }
}

/// `#[serde(with = "maybe_decimal")]` for `Option<u64>`.
pub mod maybe_decimal {
    use super::{Deserialize, Deserializer, Read, Serializer};

    /// Writes a decimal string or null.
    ///
    /// # Errors
    ///
    /// The serializer's.
    pub fn serialize<S: Serializer>(value: &Option<u64>, out: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => out.collect_str(value),
            None => out.serialize_none(),
        }
    }

    /// Reads a decimal string, a number or null.
    ///
    /// # Errors
    ///
    /// Where it is none of them.
    pub fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Option<u64>, D::Error> {
        Ok(Option::<Read>::deserialize(input)?.map(|Read(value)| value))
    }
}

/// `#[serde(with = "hex")]` for arrays of bytes.
pub mod hex {
    use super::{Deserialize, Deserializer, Serializer, de};

    /// Writes lower-case hexadecimal without a prefix.
    ///
    /// # Errors
    ///
    /// The serializer's.
    pub fn serialize<S: Serializer, const SIZE: usize>(bytes: &[u8; SIZE], out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&::hex::encode(bytes))
    }

    /// Reads hexadecimal digits, with or without `0x`.
    ///
    /// # Errors
    ///
    /// Where they are other than digits, or another number of bytes.
    pub fn deserialize<'de, D: Deserializer<'de>, const SIZE: usize>(input: D) -> Result<[u8; SIZE], D::Error> {
        let text = String::deserialize(input)?;
        let mut bytes = [0; SIZE];
        match ::hex::decode_to_slice(text.strip_prefix("0x").unwrap_or(&text), &mut bytes) {
            Ok(()) => Ok(bytes),
            Err(_) => Err(de::Error::custom(format_args!("not {SIZE} bytes in hexadecimal digits"))),
        }
    }
}

struct Read(u64);

impl<'de> Deserialize<'de> for Read {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        decimal::deserialize(input).map(Self)
    }
}

struct Number;

impl de::Visitor<'_> for Number {
    type Value = u64;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a whole number below 2^64 in decimal digits")
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<u64, E> {
        Ok(value)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<u64, E> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
        let value = if digits { text.parse().ok() } else { None };
        value.ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    #[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
    struct Example {
        #[serde(with = "super::decimal")]
        number: u64,
        #[serde(with = "super::maybe_decimal", default)]
        maybe: Option<u64>,
        #[serde(with = "super::hex")]
        hash: [u8; 2],
    }

    #[test]
    fn rule_32_no_digit_of_a_number_is_lost_and_bytes_have_one_spelling() -> Result<(), serde_json::Error> {
        let example = Example { number: u64::MAX, maybe: Some(1), hash: [0xab, 1] };
        let text = serde_json::to_string(&example)?;
        assert_eq!(text, r#"{"number":"18446744073709551615","maybe":"1","hash":"ab01"}"#);
        assert_eq!(serde_json::from_str::<Example>(&text)?, example);
        Ok(())
    }

    #[test]
    fn what_earlier_versions_wrote_is_read() -> Result<(), serde_json::Error> {
        let read: Example = serde_json::from_str(r#"{"number":7,"maybe":null,"hash":"0xAB01"}"#)?;
        assert_eq!(read, Example { number: 7, maybe: None, hash: [0xab, 1] });
        for wrong in [r#"-1"#, r#"1.5"#, r#""""#, r#""+1""#, r#""01""#, r#""1e3""#, r#""18446744073709551616""#, "true"]
        {
            let text = format!(r#"{{"number":{wrong},"hash":"ab01"}}"#);
            assert!(serde_json::from_str::<Example>(&text).is_err(), "{wrong}");
        }
        Ok(())
    }
}
