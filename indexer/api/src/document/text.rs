//! Values of the protocol that are written as text.

use serde::{Deserialize, Deserializer, Serializer, de::Error as _};
use std::{borrow::Cow, fmt::Display, str::FromStr};

pub(super) fn serialize<T: Display, S: Serializer>(value: &T, out: S) -> Result<S::Ok, S::Error> {
    out.collect_str(value)
}

pub(super) fn deserialize<'de, T, D>(input: D) -> Result<T, D::Error>
where
    T: FromStr<Err: Display> + Display,
    D: Deserializer<'de>,
{
    let text = Cow::<str>::deserialize(input)?;
    let value: T = text.parse().map_err(D::Error::custom)?;
    // Of two spellings one would be shown and the other one hashed.
    if value.to_string() == text {
        Ok(value)
    } else {
        Err(D::Error::custom(format_args!("`{text}` is not its one spelling")))
    }
}

/// Texts that may be left out.
pub(super) mod option {
    use super::{Cow, Deserialize, Deserializer, Display, FromStr, Serializer};
    use serde::de::IntoDeserializer as _;

    pub(crate) fn serialize<T: Display, S: Serializer>(value: &Option<T>, out: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => out.collect_str(value),
            None => out.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, T, D>(input: D) -> Result<Option<T>, D::Error>
    where
        T: FromStr<Err: Display> + Display,
        D: Deserializer<'de>,
    {
        let text = Option::<Cow<'_, str>>::deserialize(input)?;
        text.map(|text| super::deserialize(text.into_owned().into_deserializer())).transpose()
    }
}
