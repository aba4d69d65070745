//! Who can read what is encrypted, and what a hostile file does.

use crate::Outcome;
use greatseal_content::restricted::{Identity, MAGIC, Readers, RestrictedError, decrypt, encrypt};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

fn encrypted(readers: &Readers, text: &[u8]) -> Result<Vec<u8>, RestrictedError> {
    let mut to = Vec::new();
    encrypt(readers, &mut &*text, &mut to)?;
    Ok(to)
}

fn decrypted(identity: &Identity, bytes: &[u8]) -> Result<Vec<u8>, RestrictedError> {
    let mut to = Vec::new();
    decrypt(identity, &mut &*bytes, &mut to)?;
    Ok(to)
}

#[test]
fn each_reader_can_read_and_nobody_else() -> Outcome {
    let (first, second, stranger) = (Identity::generate(), Identity::generate(), Identity::generate());
    let file = format!("# auditors\n\n{}\n {} \n", first.readers().texts().join(""), second.readers().texts().join(""));
    let readers = Readers::parse(&file)?;
    let text = vec![7; 200_000];
    let bytes = encrypted(&readers, &text)?;
    assert!(bytes.starts_with(MAGIC));
    assert_eq!(decrypted(&first, &bytes)?, text);
    assert_eq!(decrypted(&second, &bytes)?, text);
    assert!(matches!(decrypted(&stranger, &bytes), Err(RestrictedError::NotForUs)));
    Ok(())
}

#[test]
fn a_changed_or_cut_ciphertext_is_told() -> Outcome {
    let identity = Identity::generate();
    let bytes = encrypted(&identity.readers(), &[7; 70_000])?;
    for place in (0..bytes.len()).step_by(977).chain(0..400) {
        let mut changed = bytes.clone();
        if let Some(byte) = changed.get_mut(place) {
            *byte ^= 1;
        }
        assert!(decrypted(&identity, &changed).is_err(), "byte {place}");
        assert!(decrypted(&identity, bytes.get(..place).unwrap_or_default()).is_err(), "cut at {place}");
    }
    assert!(decrypted(&identity, &[&bytes[..], b"x"].concat()).is_err());
    Ok(())
}

/// `age` alone parses the header again with each byte of it: for these files that is hours.
#[test]
fn a_header_without_end_is_refused_at_once() -> Outcome {
    const LONG: usize = 4 << 20;
    let identity = Identity::generate();
    let stanza = |line: &[u8]| [MAGIC, b"-> X25519 junk\n", &line.repeat(LONG / line.len())].concat();
    let line = [&[b'A'; 64][..], b"\n"].concat();
    let many = [MAGIC, &b"-> X\n\n".repeat(LONG / 6), b"--- "].concat();
    let argument = [MAGIC, b"-> ", &[b'A'; LONG][..]].concat();
    // Its last line is no last line: what follows belongs to no header either.
    let on = [MAGIC, b"-> X\nAAAA\n--- \n", &[b'A'; LONG][..]].concat();
    for junk in [stanza(&line), stanza(b"A"), stanza(b"\n"), many, argument, on] {
        let since = Instant::now();
        assert!(matches!(decrypted(&identity, &junk), Err(RestrictedError::Malformed)));
        assert!(matches!(Identity::parse(&junk, || None), Err(RestrictedError::Malformed)));
        assert!(since.elapsed() < Duration::from_secs(5), "{:?}", since.elapsed());
    }
    Ok(())
}

#[test]
fn the_most_readers_fit_into_a_header() -> Outcome {
    let identity = Identity::generate();
    let crowd: String = (0..63).map(|_| format!("{}\n", Identity::generate().readers().texts().join(""))).collect();
    let readers = Readers::parse(&format!("{crowd}{}\n", identity.readers().texts().join("")))?;
    let text = vec![9; 100_000];
    assert_eq!(decrypted(&identity, &encrypted(&readers, &text)?)?, text);
    Ok(())
}

#[test]
fn a_sealed_identity_opens_with_its_passphrase_alone() -> Outcome {
    let identity = Identity::generate();
    let sealed = identity.sealed("correct horse")?;
    let open = |word: Option<&str>| Identity::parse(&sealed, || word.map(|word| Zeroizing::new(word.to_owned())));
    let bytes = encrypted(&identity.readers(), b"hidden")?;
    assert_eq!(decrypted(&open(Some("correct horse"))?, &bytes)?, b"hidden");
    assert!(matches!(open(Some("wrong")), Err(RestrictedError::Passphrase)));
    assert!(matches!(open(None), Err(RestrictedError::Locked)));
    Ok(())
}

#[test]
fn other_files_are_refused() {
    let none = || None;
    for bytes in [&b""[..], b"AGE-SECRET-KEY-1", b"\xff\xfe", b"# nothing\n", b"age1abc"] {
        assert!(matches!(Identity::parse(bytes, none), Err(RestrictedError::NoIdentity)));
    }
    assert!(Identity::parse(&[MAGIC, b"-> X"].concat(), none).is_err());
    for (text, line) in [("age1abc", 1), ("# a\nssh-ed25519 AAAA", 2)] {
        assert!(matches!(Readers::parse(text), Err(RestrictedError::NoRecipient { line: found }) if found == line));
    }
    assert!(matches!(Readers::parse("# nobody\n"), Err(RestrictedError::Count(0))));
    let crowd = Identity::generate().readers().texts().join("");
    assert!(matches!(Readers::parse(&format!("{crowd}\n").repeat(65)), Err(RestrictedError::Count(65))));
}
