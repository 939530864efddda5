//! Text that others are shown as a name, and that is what it looks like.
//!
//! It has no character that nobody sees or that changes how others are read: no controls, formats
//! (directions and their overrides), line ends, private use, and nothing that Unicode says is ignored
//! where it is not known (fillers, tags, selectors). A few of these stay where they do what one sees:
//!
//! | | where | for |
//! | --- | --- | --- |
//! | zero width joiner | between pictographs | families, professions |
//! | both joiners | after a virama | the Indic scripts |
//! | zero width non-joiner | between letters that would join | Persian |
//! | emoji selectors | after a pictograph, a digit, `#` or `*` | hearts, keycaps |
//!
//! Anywhere else they make two names that look alike. The three flags that are made of tags are not
//! worth the hidden text that tags can spell.

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{
        CanonicalCombiningClass, DefaultIgnorableCodePoint, ExtendedPictographic, GeneralCategory,
        GeneralCategoryGroup, JoiningType,
    },
};

use super::InvalidText;

const NON_JOINER: char = '\u{200c}';
const JOINER: char = '\u{200d}';
const TEXT_STYLE: char = '\u{fe0e}';
const EMOJI_STYLE: char = '\u{fe0f}';

/// Blank, and a symbol to Unicode.
const BLANK_BRAILLE: char = '\u{2800}';

/// The text composed (NFC), so that one name has one spelling.
pub(super) fn displayed(text: &str) -> Result<String, InvalidText> {
    let text = ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned();
    let (mut before, mut rest) = (None, text.chars().peekable());
    while let Some(character) = rest.next() {
        if is_hidden(character) && !has_an_effect(before, character, rest.peek().copied()) {
            return Err(InvalidText::Hidden(character));
        }
        before = Some(character);
    }
    if text.chars().any(is_ink) { Ok(text) } else { Err(InvalidText::Empty) }
}

fn category(character: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(character)
}

fn is_hidden(character: char) -> bool {
    let category = category(character);
    let unassigned = category == GeneralCategory::Unassigned;
    // What is not assigned yet may be next year's emoji.
    GeneralCategoryGroup::Other.contains(category) && !unassigned
        || matches!(category, GeneralCategory::LineSeparator | GeneralCategory::ParagraphSeparator)
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character)
}

fn is_ink(character: char) -> bool {
    let blank = GeneralCategoryGroup::Mark.union(GeneralCategoryGroup::Separator);
    !is_hidden(character) && !blank.contains(category(character)) && character != BLANK_BRAILLE
}

/// Whether a hidden character changes what one sees of its neighbours.
fn has_an_effect(before: Option<char>, character: char, after: Option<char>) -> bool {
    let Some(before) = before else { return false };
    match character {
        JOINER if after.is_some_and(is_pictograph) && ends_a_pictograph(before) => true,
        JOINER | NON_JOINER if is_virama(before) => true,
        NON_JOINER => joins_what_follows(before) && after.is_some_and(joins_what_precedes),
        TEXT_STYLE | EMOJI_STYLE => {
            is_pictograph(before) || before.is_ascii_digit() || matches!(before, '#' | '*')
        }
        _ => false,
    }
}

fn is_pictograph(character: char) -> bool {
    CodePointSetData::new::<ExtendedPictographic>().contains(character)
}

/// With its style or its tone of skin.
fn ends_a_pictograph(character: char) -> bool {
    is_pictograph(character) || matches!(character, EMOJI_STYLE | '\u{1f3fb}'..='\u{1f3ff}')
}

fn is_virama(character: char) -> bool {
    let class = CodePointMapData::<CanonicalCombiningClass>::new().get(character);
    class == CanonicalCombiningClass::Virama
}

fn joins_what_follows(letter: char) -> bool {
    matches!(joining(letter), JoiningType::DualJoining | JoiningType::LeftJoining)
}

fn joins_what_precedes(letter: char) -> bool {
    matches!(joining(letter), JoiningType::DualJoining | JoiningType::RightJoining)
}

fn joining(letter: char) -> JoiningType {
    CodePointMapData::<JoiningType>::new().get(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_or_turns_others_around_is_refused() {
        for hidden in [
            '\0',
            '\n',
            '\u{7f}',
            '\u{85}',
            '\u{ad}',
            '\u{34f}',
            '\u{61c}',
            '\u{115f}',
            '\u{180e}',
            '\u{200b}',
            '\u{200c}',
            '\u{200d}',
            '\u{200e}',
            '\u{200f}',
            '\u{2028}',
            '\u{2029}',
            '\u{202a}',
            '\u{202e}',
            '\u{2060}',
            '\u{2066}',
            '\u{2069}',
            '\u{3164}',
            '\u{e000}',
            '\u{f8ff}',
            '\u{fe00}',
            '\u{fe0f}',
            '\u{feff}',
            '\u{ffa0}',
            '\u{fff9}',
            '\u{e0041}',
            '\u{e0100}',
            '\u{10fffd}',
        ] {
            for text in [format!("a{hidden}b"), format!("{hidden}b"), format!("관리{hidden}자")]
            {
                assert_eq!(displayed(&text), Err(InvalidText::Hidden(hidden)), "{text:?}");
            }
        }
    }

    #[test]
    fn joiners_and_selectors_stay_where_one_sees_what_they_do() {
        for name in [
            "👩\u{200d}🚀",
            "👩🏽\u{200d}🚀",
            "👨\u{200d}👩\u{200d}👧",
            "🏳\u{fe0f}\u{200d}🌈",
            "❤\u{fe0f} Ada",
            "1\u{fe0f}\u{20e3}",
            "🇰🇷",
            "می\u{200c}خواهم",
            "ශ\u{dca}\u{200d}රී",
            "क\u{94d}\u{200c}ष",
            "שלום",
            "محمد",
        ] {
            assert_eq!(displayed(name).as_deref(), Ok(name));
        }
        for lookalike in ["a\u{200d}🚀", "🚀\u{200d}a", "🚀\u{200d}", "م\u{200c}a", "a\u{fe0f}"]
        {
            let refused = displayed(lookalike);
            assert!(matches!(refused, Err(InvalidText::Hidden(_))), "{lookalike:?}");
        }
    }

    #[test]
    fn something_can_be_seen() {
        for blank in ["", " ", "\u{a0}\u{3000}", "\u{2800}", "\u{301}", " \u{20dd}"] {
            assert_eq!(displayed(blank), Err(InvalidText::Empty), "{blank:?}");
        }
    }

    #[test]
    fn one_name_has_one_spelling() {
        for (spelled, composed) in
            [("e\u{301}", "é"), ("\u{1112}\u{1161}\u{11ab}", "한"), ("\u{212b}", "Å")]
        {
            assert_eq!(displayed(spelled).as_deref(), Ok(composed));
        }
    }
}
