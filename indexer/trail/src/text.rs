//! One spelling of numbers and bytes in lines of text.

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// Base 64 of RFC 4648, section 4, with padding.
pub(crate) fn to_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Reads base 64. `None` where it is anything else, lacks padding, or has bits that no byte uses.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// Reads decimal digits without leading zeroes. `None` where they are anything else, or exceed 64 bits.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let canonical = digits && (text == "0" || !text.starts_with('0'));
    if canonical { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::{decimal, from_base64, to_base64};

    #[test]
    fn numbers_have_one_spelling() {
        assert_eq!(decimal("0"), Some(0));
        assert_eq!(decimal("18446744073709551615"), Some(u64::MAX));
        for wrong in ["", "00", "01", "+1", "-1", " 1", "1 ", "1e3", "0x1", "٣", "18446744073709551616"] {
            assert_eq!(decimal(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn bytes_have_one_spelling() {
        assert_eq!(from_base64(&to_base64(&[0, 255])), Some(vec![0, 255]));
        for wrong in ["AA", "AA=", "AB==", "AA==\n", "AA==AA==", "A-==", "A"] {
            assert_eq!(from_base64(wrong), None, "{wrong}");
        }
    }
}
