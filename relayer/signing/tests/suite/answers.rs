//! What a token answers, as a person hears it.

use super::sandbox::{sign, story};
use greatseal_signing::{Error, Purpose};

story!(rule_21_answers_of_a_token_are_told_in_words, async |sandbox| {
    let keyring = sandbox.token(sandbox.faulty()).await.unwrap();
    keyring.generate("seat", Purpose::Seat).await.unwrap();
    let signer = keyring.signer("seat").await.unwrap();
    let at_work = [
        ("0x30", "reports a fault of its own", "use your other key"),
        ("0x32", "was taken away", "plug the token in"),
        ("0x70", "cannot make keys or signatures", "--list-mechanisms"),
        ("0xE0", "no token in the slot", "plug the token in"),
        ("0xE2", "is write-protected", "take the write protection off"),
        ("0x54", "lacks a function", "in a version that can sign"),
    ];
    for (code, words, help) in at_work {
        sandbox.fault("C_Sign", Some(code));
        let refused = sign(&signer, 1).await.unwrap_err();
        assert!(refused.to_string().contains(words) && refused.help().contains(help), "{code}: {refused}");
        sandbox.fault("C_Sign", None);
    }
    let at_login = [
        ("0xA0", "refused the PIN", "lock after a few wrong ones"),
        ("0xA2", "shorter or longer", "the whole PIN"),
        ("0xA3", "has expired", "set a new user PIN"),
        ("0xA4", "is locked", "security officer"),
        ("0x102", "has no user PIN", "--init-pin"),
        ("0x103", "knows no ordinary user", "for signing"),
        ("0x104", "another user is logged in", "log out"),
        ("0x105", "too many kinds of users", "log out"),
    ];
    for (code, words, help) in at_login {
        sandbox.fault("C_Login", Some(code));
        keyring.close().await.unwrap();
        let refused = sandbox.token(sandbox.faulty()).await.unwrap_err();
        assert!(refused.to_string().contains(words) && refused.help().contains(help), "{code}: {refused}");
        assert!(!matches!(refused, Error::Device(_)), "{code}: it would be tried again");
        sandbox.fault("C_Login", None);
    }
});
