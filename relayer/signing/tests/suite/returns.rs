//! Tokens that go away and come back, and calls into a module that never do.

use super::{
    payments::payment,
    sandbox::{TOKEN, sign, story},
};
use greatseal_signing::{Config, Error, Keyring, Purpose, Source, Store};
use std::{
    fs,
    process::Stdio,
    time::{Duration, Instant},
};

story!(
    /// SoftHSM looks for its tokens when it is initialised: one that was away stays away until that is done anew.
    rule_21_a_token_that_comes_back_signs_without_a_restart,
    async |sandbox| {
        let (keyring, signer) = sandbox.signer("seat").await;
        keyring.generate("payer", Purpose::Payer).await.unwrap();
        let payer = keyring.payer("payer").await.unwrap();
        for round in 0..3 {
            sign(&signer, round).await.unwrap();
            fs::rename(sandbox.path("tokens"), sandbox.path("away")).unwrap();
            fs::create_dir(sandbox.path("tokens")).unwrap();
            for _ in 0..3 {
                let refused = payer.pay(&payment(1)).await.unwrap_err();
                assert!(
                    matches!(refused, Error::NoSuchToken { .. } | Error::Device(_) | Error::NoSuchKey { .. }),
                    "{refused:?}"
                );
            }
            assert!(payer.probe().await.is_err());
            fs::remove_dir(sandbox.path("tokens")).unwrap();
            fs::rename(sandbox.path("away"), sandbox.path("tokens")).unwrap();
            payer.probe().await.unwrap();
            payer.pay(&payment(1)).await.unwrap();
        }
        sign(&signer, 9).await.unwrap();
        assert_eq!(signer.stuck(), None);
    }
);

story!(
    /// The PIN is sent again after it was accepted, and never after the token has called it wrong.
    a_pin_that_was_changed_meanwhile_is_tried_once,
    async |sandbox| {
        let keyring = sandbox.token(sandbox.faulty()).await.unwrap();
        keyring.generate("seat", Purpose::Seat).await.unwrap();
        let signer = keyring.signer("seat").await.unwrap();
        keyring.close().await.unwrap();
        sign(&signer, 0).await.unwrap();
        keyring.close().await.unwrap();
        sandbox.fault("C_Login", Some("0xA0"));
        assert!(matches!(sign(&signer, 1).await, Err(Error::PinRefused)));
        // Were it sent again, it would be accepted.
        sandbox.fault("C_Login", None);
        for number in 2..5 {
            let refused = sign(&signer, number).await.unwrap_err();
            assert!(matches!(refused, Error::PinRefused), "{refused:?}");
        }
    }
);

story!(rule_21_a_login_that_fails_without_a_verdict_is_not_repeated_before_a_pin_was_accepted, async |sandbox| {
    let config = sandbox.faulty();
    // CKR_GENERAL_ERROR, which some modules answer to a wrong PIN.
    sandbox.fault("C_Login", Some("0x5"));
    assert!(matches!(sandbox.token(config.clone()).await, Err(Error::Login(_))));
    sandbox.fault("C_Login", None);
    let keyring = sandbox.token(config).await.unwrap();
    keyring.generate("seat", Purpose::Seat).await.unwrap();
    let signer = keyring.signer("seat").await.unwrap();
    keyring.close().await.unwrap();
    sandbox.fault("C_Login", Some("0x5"));
    for number in 0..3 {
        assert!(matches!(sign(&signer, number).await, Err(Error::Login(_))));
    }
    sandbox.fault("C_Login", None);
    sign(&signer, 4).await.unwrap();
    // Somebody has typed a wrong PIN meanwhile: ours may have been it.
    keyring.close().await.unwrap();
    sandbox.fault("C_Login", Some("0x5"));
    assert!(matches!(sign(&signer, 5).await, Err(Error::Login(_))));
    sandbox.fault("C_Login", None);
    sandbox.fails(
        "pkcs11-tool",
        &["--module", super::sandbox::MODULE, "--token-label", TOKEN, "--login", "--pin", "1111", "--list-objects"],
    );
    for number in 6..8 {
        assert!(matches!(sign(&signer, number).await, Err(Error::PinRefused)));
    }
});

story!(rule_21_lost_sessions_are_opened_anew, async |sandbox| {
    let keyring = sandbox.token(sandbox.faulty()).await.unwrap();
    keyring.generate("seat", Purpose::Seat).await.unwrap();
    let signer = keyring.signer("seat").await.unwrap();
    // Session closed; session handle invalid; user not logged in; token removed; token not present.
    for (number, code) in (0..).zip(["0xB0", "0xB3", "0x101", "0x32", "0xE0"]) {
        sandbox.fault("C_Sign", Some(code));
        let refused = sign(&signer, number).await.unwrap_err();
        assert!(matches!(refused, Error::Device(_)), "{code}: {refused:?}");
        sandbox.fault("C_Sign", None);
        sign(&signer, number).await.unwrap();
    }
    // No session is left, then there is one again.
    keyring.close().await.unwrap();
    sandbox.fault("C_OpenSession", Some("0xB1"));
    let refused = sign(&signer, 9).await.unwrap_err();
    assert!(refused.to_string().contains("no session left"), "{refused}");
    sandbox.fault("C_OpenSession", None);
    sign(&signer, 9).await.unwrap();
});

story!(
    /// A call that hangs cannot be taken back: it is known, nothing is queued behind it, and it may come back after all.
    rule_21_a_call_that_hangs_makes_the_token_stuck,
    async |sandbox| {
        let limit = Duration::from_millis(400);
        let keyring = sandbox.token(Config { timeout: limit, ..sandbox.faulty() }).await.unwrap();
        keyring.generate("seat", Purpose::Seat).await.unwrap();
        let signer = keyring.signer("seat").await.unwrap();
        assert_eq!(keyring.stuck(), None);
        sandbox.fault("C_Sign", Some("hang"));
        assert!(matches!(sign(&signer, 1).await, Err(Error::Timeout)));
        tokio::time::sleep(limit).await;
        assert!(signer.stuck().is_some_and(|elapsed| elapsed >= limit));
        let began = Instant::now();
        for number in 2..6 {
            let refused = sign(&signer, number).await.unwrap_err();
            assert!(matches!(refused, Error::Stuck { .. }), "{refused:?}");
            assert!(refused.help().contains("start it again"));
        }
        assert!(began.elapsed() < limit, "nothing waits for a token that is stuck");
        sandbox.fault("C_Sign", None);
        while keyring.stuck().is_some() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        sign(&signer, 7).await.unwrap();
    }
);

story!(
    /// A supervisor starts a process again that has ended; so it has to end, with a call still inside the module.
    rule_21_a_process_with_a_call_that_hangs_ends,
    async |sandbox| {
        if sandbox.phase() == 0 {
            let keyring = sandbox.token(sandbox.faulty()).await.unwrap();
            keyring.generate("seat", Purpose::Seat).await.unwrap();
            keyring.close().await.unwrap();
            let mut child = sandbox.start_again(1, Stdio::null());
            let began = Instant::now();
            while child.try_wait().unwrap().is_none() {
                assert!(began.elapsed() < Duration::from_secs(20), "it does not end: {:?}", child.kill());
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            assert!(child.wait().unwrap().success());
            sandbox.fault("C_Sign", None);
        } else {
            let config = Config { timeout: Duration::from_millis(500), ..sandbox.faulty() };
            let source = Source { store: Store::Token(config), journal: sandbox.path("journal") };
            let signer = Keyring::open(source).await.unwrap().signer("seat").await.unwrap();
            sandbox.fault("C_Sign", Some("hang"));
            assert!(matches!(sign(&signer, 1).await, Err(Error::Timeout)));
        }
    }
);
