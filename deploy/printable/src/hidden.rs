//! Which characters a person cannot see, or a terminal obeys.

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{DefaultIgnorableCodePoint, GeneralCategory, PrependedConcatenationMark},
};
use std::fmt;

/// A character that people do not see, in a text that they are to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// The character.
    pub character: char,
    /// Its place in the text, counted in characters from 1.
    pub place: usize,
}

impl fmt::Display for Hidden {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { character, place } = *self;
        let code = u32::from(character);
        match name(character) {
            Some(name) => write!(out, "the character {place} is U+{code:04X} ({name})"),
            None => write!(out, "the character {place} is U+{code:04X}, which nobody can see"),
        }
    }
}

/// The first character of a text that people do not see: a control character, a line break, a bidirectional control, an
/// invisible or unassigned code point (Unicode Standard, general categories Cc, Cf, Zl, Zp, Co and Cn, Default_Ignorable_Code_Point,
/// and the blank Braille pattern). Blanks that are seen as blanks, such as the no-break space, are not among them.
pub fn hidden(text: &str) -> Option<Hidden> {
    let mut before = None;
    for (index, character) in text.chars().enumerate() {
        if is_hidden(character, before) {
            return Some(Hidden { character, place: index.saturating_add(1) });
        }
        before = Some(character);
    }
    None
}

/// Whether a character is hidden where it follows `before`.
pub(crate) fn is_hidden(character: char, before: Option<char>) -> bool {
    if character.is_ascii() {
        return character.is_ascii_control();
    }
    // Joiners are a matter of spelling after a letter of a script that joins its letters (RFC 5892, appendix A).
    if matches!(character, '\u{200c}' | '\u{200d}') {
        return !before.is_some_and(joins);
    }
    let category = CodePointMapData::<GeneralCategory>::new().get(character);
    match category {
        GeneralCategory::Control
        | GeneralCategory::LineSeparator
        | GeneralCategory::ParagraphSeparator
        | GeneralCategory::PrivateUse
        | GeneralCategory::Surrogate
        | GeneralCategory::Unassigned => true,
        // Signs that stand before numbers in Arabic and other scripts are of this category, and are seen.
        GeneralCategory::Format => !CodePointSetData::new::<PrependedConcatenationMark>().contains(character),
        _ => character == '\u{2800}' || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character),
    }
}

/// Arabic to Sinhala, Myanmar, Khmer, and the presentation forms of Arabic.
fn joins(before: char) -> bool {
    matches!(before, '\u{620}'..='\u{dff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

fn name(character: char) -> Option<&'static str> {
    Some(match character {
        '\0' => "NUL",
        '\t' => "tab",
        '\n' => "line break",
        '\r' => "carriage return",
        '\u{1b}' => "escape",
        '\u{7f}' => "delete",
        '\u{ad}' => "soft hyphen",
        '\u{200b}' => "zero width space",
        '\u{200c}' => "zero width non-joiner",
        '\u{200d}' => "zero width joiner",
        '\u{200e}' => "left-to-right mark",
        '\u{200f}' => "right-to-left mark",
        '\u{202a}' => "left-to-right embedding",
        '\u{202b}' => "right-to-left embedding",
        '\u{202c}' => "pop directional formatting",
        '\u{202d}' => "left-to-right override",
        '\u{202e}' => "right-to-left override",
        '\u{2060}' => "word joiner",
        '\u{2066}' => "left-to-right isolate",
        '\u{2067}' => "right-to-left isolate",
        '\u{2068}' => "first strong isolate",
        '\u{2069}' => "pop directional isolate",
        '\u{2800}' => "blank Braille pattern",
        '\u{3164}' => "Hangul filler",
        '\u{fe00}'..='\u{fe0f}' => "variation selector",
        '\u{feff}' => "byte order mark",
        control if control.is_control() => "control character",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_one_is_named_with_its_place() {
        assert_eq!(hidden("as it is"), None);
        let found = hidden("ab\u{202e}c\n").map(|found| found.to_string());
        assert_eq!(found.as_deref(), Some("the character 3 is U+202E (right-to-left override)"));
        let found = hidden("\u{e000}").map(|found| found.to_string());
        assert_eq!(found.as_deref(), Some("the character 1 is U+E000, which nobody can see"));
    }

    #[test]
    fn every_code_point_is_judged_and_visible_ones_pass() {
        let (mut seen, mut hides) = (0_u32, 0_u32);
        for character in (0..=0x10_ffff).filter_map(char::from_u32) {
            match is_hidden(character, None) {
                true => hides += 1,
                false => seen += 1,
            }
            if character.is_control() {
                assert!(is_hidden(character, Some('ی')), "{character:?}");
            }
            if character.is_alphanumeric() && !matches!(character, '\u{115f}'..='\u{1160}' | '\u{3164}' | '\u{ffa0}') {
                assert!(!is_hidden(character, None), "{character:?}");
            }
        }
        assert!(seen > 140_000 && hides > 900_000, "{seen} seen, {hides} hidden");
    }
}
