//! Whole numbers as people write them: one spelling for each.

use std::{fmt, str::FromStr};

/// Why a text is no whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotWhole {
    /// It has something else than the digits 0 to 9, or nothing.
    Digits,
    /// It begins with a zero and goes on.
    LeadingZero,
    /// It does not fit.
    TooLarge,
}

/// Reads digits: no sign, no separators, no blanks, no zero in front. Two spellings of one number would look different to
/// the person who compares them.
///
/// # Errors
///
/// [`NotWhole`].
pub fn whole<T: FromStr>(text: &str) -> Result<T, NotWhole> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NotWhole::Digits);
    }
    if text.len() > 1 && text.starts_with('0') {
        return Err(NotWhole::LeadingZero);
    }
    text.parse().map_err(|_| NotWhole::TooLarge)
}

impl fmt::Display for NotWhole {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Digits => "is no whole number: write the digits 0 to 9 only",
            Self::LeadingZero => "has a zero in front: a number has one spelling",
            Self::TooLarge => "is too large",
        })
    }
}

impl std::error::Error for NotWhole {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_spelling() {
        assert_eq!(whole("0"), Ok(0_u128));
        assert_eq!(whole("1000"), Ok(1000_u128));
        assert_eq!(whole(&u128::MAX.to_string()), Ok(u128::MAX));
        assert_eq!(whole::<u128>("340282366920938463463374607431768211456"), Err(NotWhole::TooLarge));
        for text in ["", "+1000", "-0", "-1", " 1000", "1000 ", "1,000", "1.000", "1'000", "1_000", "1e3", "0x3e8"] {
            assert_eq!(whole::<u128>(text), Err(NotWhole::Digits), "{text}");
        }
        for text in ["1000 EUR", "=1000", "１０００", "١٠٠٠", "\u{200B}1000", "1000\n"] {
            assert_eq!(whole::<u128>(text), Err(NotWhole::Digits), "{text}");
        }
        for text in ["0001000", "00", "01"] {
            assert_eq!(whole::<u128>(text), Err(NotWhole::LeadingZero), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_number_is_read_as_it_is_written(number: u128, before in "[+ 0]{1,3}", after in "[^0-9]{1,3}") {
            let text = number.to_string();
            proptest::prop_assert_eq!(whole(&text), Ok(number));
            for other in [format!("{before}{text}"), format!("{text}{after}")] {
                proptest::prop_assert!(whole::<u128>(&other).is_err(), "{}", other);
            }
        }
    }
}
