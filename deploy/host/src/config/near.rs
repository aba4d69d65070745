//! The key that somebody probably meant, and whether a name is one of a secret.

use super::{Key, Kind};

/// Words that name secrets.
const SECRET: [&str; 10] =
    ["pin", "passphrase", "password", "passwd", "secret", "seed", "suri", "mnemonic", "private", "phrase"];

/// Whether a key of this name would hold a secret.
pub(super) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let by_word = name.split(|letter: char| !letter.is_ascii_alphabetic()).any(|word| SECRET.contains(&word));
    // Words that no harmless name contains; `pin` and `seed` are parts of too many.
    by_word
        || ["passphrase", "password", "secret", "mnemonic", "userpin", "privatekey"]
            .iter()
            .any(|word| name.contains(word))
}

/// Whether the name is that of a file with a secret but for a slip: `pin_fil`, not `pin`.
pub(super) fn is_misspelt_file(keys: &[Key], name: &str) -> bool {
    let files = keys.iter().filter(|key| key.kind == Kind::SecretFile);
    files.map(|key| strsim::damerau_levenshtein(name, key.split().1)).any(|distance| distance <= 2)
}

/// The known key next to one that is not.
pub(super) fn nearest(keys: &[Key], section: &str, name: &str) -> Option<&'static str> {
    let near = |written: &str, known: &str| {
        let (written, known) = (written.to_ascii_lowercase().replace('-', "_"), known);
        let distance = strsim::damerau_levenshtein(&written, known);
        let alike = distance <= 1 + known.len() / 4 || !written.is_empty() && known.starts_with(&written);
        alike.then_some(distance)
    };
    let inside = keys.iter().filter(|key| key.split().0 == section);
    let inside = inside.filter_map(|key| Some((near(name, key.split().1)?, key.path)));
    // The right name in the wrong section, or without one.
    let elsewhere = keys.iter().filter(|key| key.split().1 == name || key.switch == Some(&*format!("--{name}")));
    let elsewhere = elsewhere.map(|key| (usize::MAX / 2, key.path));
    // The right name in a section that is misspelt.
    let whole = format!("{section}.{name}");
    let misspelt = keys.iter().filter_map(|key| Some((near(&whole, key.path)?.saturating_add(1), key.path)));
    inside.chain(misspelt).chain(elsewhere).min().map(|(_, path)| path)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: [Key; 5] = [
        Key::new("node.url", Kind::Text).switch("--node"),
        Key::new("listen.address", Kind::Text).switch("--listen"),
        Key::new("listen.header_timeout", Kind::Text),
        Key::new("account.pin_file", Kind::SecretFile),
        Key::new("process.exit_with_parent", Kind::Flag),
    ];

    #[test]
    fn what_is_misspelt_is_found() {
        for (section, name, meant) in [
            ("node", "ulr", Some("node.url")),
            ("node", "URL", Some("node.url")),
            ("nodes", "url", Some("node.url")),
            ("listen", "adress", Some("listen.address")),
            ("listen", "header-timeout", Some("listen.header_timeout")),
            ("listen", "url", Some("node.url")),
            ("", "node", Some("node.url")),
            ("process", "exit_with_parents", Some("process.exit_with_parent")),
            ("node", "colour", None),
            ("metrics", "port", None),
        ] {
            assert_eq!(nearest(&KEYS, section, name), meant, "{section}.{name}");
        }
    }

    #[test]
    fn a_slip_in_the_name_of_a_file_is_no_secret() {
        for (name, slip) in
            [("pin_fil", true), ("pinfile", true), ("pin-file", true), ("pin", false), ("pin_code", false)]
        {
            assert_eq!(is_misspelt_file(&KEYS, name), slip, "{name}");
        }
    }

    #[test]
    fn secrets_are_told_by_their_names() {
        for name in ["pin", "PIN", "user_pin", "pin-code", "passphrase", "dbpassword", "seed", "private_key", "userpin"]
        {
            assert!(is_secret(name), "{name}");
        }
        for name in ["ping", "spinner", "address", "token", "key", "seeds_url", "url"] {
            assert!(!is_secret(name), "{name}");
        }
    }
}
