//! Signed notes.

use crate::{Outcome, keys::Secret};
use greatseal_trail::note::{
    KeyError, LONGEST, MOST_SIGNATURES, Note, NoteError, OpenError, SignError, Text, VerifierKey,
};
use proptest::prelude::*;

/// The example of the specification, and its key.
const KEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const NOTE: &str = "This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
";
/// Keys and a note of the Go checksum database's tests.
const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const PETERS: &str = "If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
";
/// The specification's first example: an empty line within the text.
const POEM: &str = "Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
";

#[test]
fn notes_of_the_specification_and_of_others_open() -> Outcome {
    for (key, note) in [(KEY, NOTE), (PETER, PETERS)] {
        let key: VerifierKey = key.parse()?;
        let parsed = Note::parse(note.as_bytes())?;
        assert_eq!(parsed.to_string(), note);
        assert_eq!(parsed.open(std::slice::from_ref(&key))?, [&key]);
    }
    let poem = Note::parse(POEM.as_bytes())?;
    assert_eq!(poem.to_string(), POEM);
    assert!(poem.text().as_str().ends_with(":\n\ned è subito sera.\n"));
    let [signature] = poem.signatures() else { return Err("one signature".into()) };
    assert_eq!(
        (signature.name().as_str(), signature.id().to_string()),
        ("quasimodo.example/salvatore", "367ba04b".into())
    );
    Ok(())
}

#[test]
fn a_vkey_has_one_spelling() -> Outcome {
    for key in [KEY, PETER] {
        assert_eq!(key.parse::<VerifierKey>()?.to_string(), key);
    }
    let secret = Secret::new("a", 1)?;
    let (key, cosigner) = (secret.verifier()?.to_string(), secret.witness()?.to_string());
    assert_ne!(secret.verifier()?.id(), secret.witness()?.id());
    let zeroes = "a+00000000+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let wrong = [
        ("", KeyError::Form),
        ("a", KeyError::Form),
        ("a+530d903a", KeyError::Form),
        ("a+530d903a+", KeyError::Form),
        (&cosigner, KeyError::Type { found: 4, wanted: 1 }),
        (&key.replacen("a+", "b+", 1), KeyError::Id),
        (&KEY.replace("530d903a", "530D903A"), KeyError::Id),
        (&KEY.replace("530d903a", "530d903b"), KeyError::Id),
        (&KEY.replace("example.com/foo", ""), KeyError::Name),
        (&KEY.replace("example.com/foo", "example.com/\u{2003}foo"), KeyError::Name),
        (&KEY.replace("U2k", "U2l"), KeyError::Id),
        (&format!("{KEY}="), KeyError::Form),
        (&KEY.replace("U2k", "U2-"), KeyError::Form),
        (&KEY[..KEY.len() - 4], KeyError::Public),
        (zeroes, KeyError::Weak),
        ("a+00000000+AQIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", KeyError::Public),
    ];
    for (text, error) in wrong {
        assert_eq!(text.parse::<VerifierKey>(), Err(error), "{text}");
    }
    Ok(())
}

#[test]
fn what_is_no_note_is_refused() -> Outcome {
    let line = NOTE.lines().last().unwrap_or_default();
    let wrong = [
        (String::new(), NoteError::Unsigned),
        ("text\n".into(), NoteError::Unsigned),
        ("text\n\n".into(), NoteError::Unsigned),
        (format!("text\n{line}\n"), NoteError::Unsigned),
        (format!("text\n\n{line}"), NoteError::Line),
        (format!("text\n\n{line}\n\n"), NoteError::Unsigned),
        (format!("text\r\n\n{line}\n"), NoteError::Control),
        (format!("te\txt\n\n{line}\n"), NoteError::Control),
        (format!("text\n\n{line} \n"), NoteError::Line),
        (format!("text\n\n {line}\n"), NoteError::Line),
        (format!("text\n\nmore\n{line}\n"), NoteError::Line),
        (format!("text\n\n{}\n", line.replace('—', "-")), NoteError::Line),
        (format!("text\n\n{}\n", line.replace("foo ", "foo+a ")), NoteError::Line),
        (format!("text\n\n{}\n", line.replace("foo ", "foo\u{a0} ")), NoteError::Line),
        (format!("text\n\n{}\n", line.replace("example.com/foo", "")), NoteError::Line),
        (format!("text\n\n{}\n", line.trim_end_matches('=')), NoteError::Line),
        (format!("text\n\n{}\n", line.replace("aQM=", "aQN=")), NoteError::Line),
        ("text\n\n— a AAAAAA==\n".into(), NoteError::Line),
        (format!("text\n\n{}", format!("{line}\n").repeat(MOST_SIGNATURES + 1)), NoteError::TooMany),
        (format!("{}\n\n{line}\n", "a".repeat(LONGEST)), NoteError::TooLong),
    ];
    for (text, error) in wrong {
        assert_eq!(Note::parse(text.as_bytes()), Err(error), "{text:.200}");
    }
    assert_eq!(Note::parse(b"\xff\n\n"), Err(NoteError::Utf8));
    assert_eq!(Text::new("text"), Err(NoteError::Newline));
    assert_eq!(Text::new("te\0xt\n"), Err(NoteError::Control));
    assert_eq!(Text::new("a".repeat(LONGEST) + "\n"), Err(NoteError::TooLong));
    let most = format!("text\n\n{}", format!("{line}\n").repeat(MOST_SIGNATURES));
    assert_eq!(Note::parse(most.as_bytes())?.to_string(), most);
    Ok(())
}

#[test]
fn unknown_signatures_are_ignored_and_a_wrong_one_of_a_known_key_refuses_the_note() -> Outcome {
    let (one, two) = (Secret::new("one", 1)?, Secret::new("two", 2)?);
    let mut note = Text::new("text\n")?.sign(&one.verifier()?, &one.sign(b"text\n"))?;
    assert_eq!(note.open(&[two.verifier()?]), Err(OpenError::Unknown));
    assert_eq!(note.open(&[]), Err(OpenError::Unknown));
    note.sign(&two.verifier()?, &two.sign(b"text\n"))?;
    let known = [two.verifier()?, one.verifier()?];
    assert_eq!(note.open(&known)?, [&known[0], &known[1]]);

    // Of the same name and another key: another id.
    let named = Secret::new("one", 3)?;
    assert_eq!(note.open(&[named.verifier()?]), Err(OpenError::Unknown));
    assert_eq!(note.open(&[named.verifier()?, one.verifier()?])?, [&one.verifier()?]);

    // A wrong signature with the name and the id of a known key, in front of the true one and behind it.
    let lines: Vec<_> = note.to_string().lines().map(str::to_owned).collect();
    let altered = Note::parse(note.to_string().replace("text\n", "next\n").as_bytes())?;
    assert_eq!(altered.open(&[one.verifier()?]), Err(OpenError::Wrong(one.name.clone())));
    let true_line = &lines[2];
    let mut wrong_line = true_line.clone();
    let end = wrong_line.len() - 4;
    let other = if wrong_line[end - 1..end] == *"A" { "B" } else { "A" };
    wrong_line.replace_range(end - 1..end, other);
    for lines in [[true_line, &wrong_line], [&wrong_line, true_line]] {
        let note = Note::parse(format!("text\n\n{}\n{}\n", lines[0], lines[1]).as_bytes())?;
        assert_eq!(note.open(&[one.verifier()?]), Err(OpenError::Wrong(one.name.clone())));
        assert_eq!(note.open(&[two.verifier()?]), Err(OpenError::Unknown));
    }
    // Twice the true one.
    let twice = Note::parse(format!("text\n\n{true_line}\n{true_line}\n").as_bytes())?;
    assert_eq!(twice.open(&[one.verifier()?])?.len(), 1);
    Ok(())
}

#[test]
fn nothing_is_written_that_does_not_verify() -> Outcome {
    let (one, two) = (Secret::new("one", 1)?, Secret::new("two", 2)?);
    let wrong = Text::new("text\n")?.sign(&one.verifier()?, &two.sign(b"text\n"));
    assert_eq!(wrong, Err(SignError::Wrong(one.name.clone())));
    let mut note = Text::new("text\n")?.sign(&one.verifier()?, &one.sign(b"text\n"))?;
    let before = note.clone();
    assert_eq!(note.sign(&two.verifier()?, &two.sign(b"text")), Err(SignError::Wrong(two.name.clone())));
    assert_eq!(note, before);
    for _ in 1..MOST_SIGNATURES {
        note.sign(&two.verifier()?, &two.sign(b"text\n"))?;
    }
    let full = note.sign(&two.verifier()?, &two.sign(b"text\n"));
    assert_eq!(full, Err(SignError::Note(NoteError::TooMany)));
    Ok(())
}

#[test]
fn lines_of_others_are_added_as_they_are() -> Outcome {
    let (one, two) = (Secret::new("one", 1)?, Secret::new("two", 2)?);
    let mut note = Text::new("text\n")?.sign(&one.verifier()?, &one.sign(b"text\n"))?;
    let other = Text::new("text\n")?.sign(&two.verifier()?, &two.sign(b"text\n"))?.to_string();
    let line = other.strip_prefix("text\n\n").ok_or("a line")?;
    note.add_lines(line.as_bytes())?;
    assert_eq!(note.open(&[two.verifier()?])?, [&two.verifier()?]);
    assert_eq!(note.only(|signature| signature.name() == &one.name).map(|note| note.signatures().len()), Some(1));
    assert_eq!(note.only(|_| false), None);
    for (wrong, error) in [("", NoteError::Unsigned), (line.trim_end(), NoteError::Line), ("\n", NoteError::Line)] {
        assert_eq!(note.add_lines(wrong.as_bytes()), Err(error), "{wrong:?}");
    }
    Ok(())
}

proptest! {
    #[test]
    fn what_is_read_is_written_again(text in "(\\PC|\n){0,40}", names in proptest::collection::vec("[^\\p{C}\\p{Z}+]{1,9}", 1..4)) {
        let whole = format!("{text}\n\n{}", names.iter().map(|name| format!("— {name} AAAAAAE=\n")).collect::<String>());
        match Note::parse(whole.as_bytes()) {
            Ok(note) => prop_assert_eq!(note.to_string(), whole),
            Err(error) => prop_assert!(false, "{error}: {whole:?}"),
        }
    }

    #[test]
    fn any_bytes_are_judged(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(note) = Note::parse(&bytes) {
            prop_assert_eq!(note.to_string().into_bytes(), bytes);
        }
    }
}
