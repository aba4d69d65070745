//! PINs: where they come from, and that a wrong one is tried once.

use super::sandbox::{PIN, SPY, story};
use greatseal_signing::{Config, Error, SecretSource};
use std::{
    fs::{self, File},
    process::Stdio,
};

story!(a_wrong_pin_is_tried_once, async |sandbox| {
    let pin = sandbox.secret("wrong", "99999999", 0o600);
    let config = Config { module: SPY.into(), pin, ..sandbox.config() };
    let refused = sandbox.token(config).await.unwrap_err();
    assert!(matches!(refused, Error::PinRefused), "{refused:?}");
    assert!(!format!("{refused} {refused:?}").contains("9999"));
    let calls = fs::read_to_string(sandbox.path("spy")).unwrap();
    assert_eq!(calls.matches("C_Login").count(), 1, "{calls}");
    assert!(calls.contains("CKR_PIN_INCORRECT"), "{calls}");
});

story!(a_pin_file_that_others_may_read_is_refused, async |sandbox| {
    for mode in [0o640, 0o604, 0o660, 0o601] {
        let pin = sandbox.secret("open", PIN, mode);
        let refused = sandbox.token(Config { pin, ..sandbox.config() }).await.unwrap_err();
        assert!(
            matches!(&refused, Error::SecretFileTooOpen { path, mode: found } if *found == mode && *path == sandbox.path("open"))
        );
        assert!(refused.to_string().contains(&format!("{mode:04o}")));
    }
});

story!(a_source_without_a_pin_is_refused, async |sandbox| {
    let sources = [
        SecretSource::File(sandbox.path("none")),
        SecretSource::File(sandbox.path("tokens")),
        SecretSource::Descriptor(-1),
        SecretSource::Descriptor(9_999),
        sandbox.secret("empty", "", 0o600),
        sandbox.secret("newline", "\n", 0o600),
        sandbox.secret("long", "1".repeat(256), 0o600),
        sandbox.secret("longer", "1".repeat(4096), 0o600),
        sandbox.secret("binary", [0xFF, 0xFE], 0o600),
    ];
    fs::set_permissions(sandbox.path("tokens"), std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    for pin in sources {
        let name = format!("{pin:?}");
        let refused = sandbox.token(Config { pin, ..sandbox.config() }).await;
        assert!(matches!(refused, Err(Error::SecretUnreadable { .. })), "{name}: {refused:?}");
    }
});

story!(one_newline_is_not_part_of_the_pin, async |sandbox| {
    for content in [PIN.to_owned(), format!("{PIN}\n")] {
        let pin = sandbox.secret("good", content, 0o400);
        let token = sandbox.token(Config { pin, ..sandbox.config() }).await.unwrap();
        token.close().await.unwrap();
    }
});

story!(
    /// What an editor or a browser adds to a file would go to the token as a part of the PIN, and cost one of its tries.
    what_nobody_types_is_not_sent_as_a_pin,
    async |sandbox| {
        let cases = [
            ("carriage return", format!("{PIN}\r\n"), 9),
            ("byte order mark", format!("\u{FEFF}{PIN}"), 1),
            ("second line", format!("{PIN}\n\n"), 9),
            ("second line", format!("{PIN}\n{PIN}"), 9),
            ("NUL byte", format!("{PIN}\0"), 9),
            ("NUL byte", format!("\0{PIN}\n"), 1),
            ("tab", format!("\t{PIN}"), 1),
            ("white space before", format!(" {PIN}\n"), 1),
            ("white space behind", format!("{PIN} \n"), 9),
            ("white space behind", format!("{PIN}\u{A0}"), 9),
            ("U+001B", format!("{PIN}\u{1B}[A"), 9),
            ("U+007F", format!("{PIN}\u{7F}"), 9),
            ("U+200B", "2718\u{200B}2818".to_owned(), 5),
            ("U+202E", format!("\u{202E}{PIN}"), 1),
        ];
        for (named, content, place) in cases {
            let pin = sandbox.secret("unclean", &content, 0o600);
            let refused = sandbox.token(Config { module: SPY.into(), pin, ..sandbox.config() }).await.unwrap_err();
            let words = refused.to_string();
            assert!(
                matches!(&refused, Error::SecretUnclean { what, at, .. } if what.contains(named) && *at == place),
                "{content:?}: {refused:?}"
            );
            assert!(words.contains(named) && !words.contains("2718"), "{words}");
        }
        let calls = fs::read_to_string(sandbox.path("spy")).unwrap_or_default();
        assert!(!calls.contains("C_Login"), "{calls}");
        // The token has counted nothing.
        let slots = sandbox.run("pkcs11-tool", &["--module", super::sandbox::MODULE, "--list-token-slots"]);
        assert!(slots.contains("PIN initialized") && !slots.contains("user PIN count low"), "{slots}");
        let pin = sandbox.secret("clean", PIN, 0o600);
        sandbox.token(Config { pin, ..sandbox.config() }).await.unwrap().close().await.unwrap();
    }
);

story!(
    /// A token whose user PIN was never set refuses every PIN; that is not the PIN's fault.
    a_token_without_a_user_pin_says_so,
    async |sandbox| {
        let label = ["--init-token", "--slot-index", "1", "--label", "blank", "--so-pin", "31415926"];
        sandbox.run("pkcs11-tool", &[&["--module", super::sandbox::MODULE], label.as_slice()].concat());
        let config = Config { module: SPY.into(), token: "blank".into(), ..sandbox.config() };
        let refused = sandbox.token(config).await.unwrap_err();
        assert!(matches!(refused, Error::PinNotSet), "{refused:?}");
        assert!(refused.to_string().contains("has no user PIN"), "{refused}");
        assert!(refused.help().contains("--init-pin"), "{}", refused.help());
        let calls = fs::read_to_string(sandbox.path("spy")).unwrap();
        assert_eq!(calls.matches("C_Login").count(), 1, "{calls}");
    }
);

story!(a_descriptor_gives_the_pin, async |sandbox| {
    if sandbox.phase() == 0 {
        let file = File::open(sandbox.path("pin")).unwrap();
        let output = sandbox.again(1, file.into());
        assert!(output.status.success(), "{output:?}");
        let mut child = sandbox.start_again(1, Stdio::piped());
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), PIN.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
    } else {
        let config = Config { pin: SecretSource::Descriptor(0), ..sandbox.config() };
        assert_eq!(sandbox.token(config).await.unwrap().keys().await.unwrap(), []);
    }
});
