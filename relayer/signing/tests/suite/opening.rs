//! Modules and tokens that are not what was asked for.

use super::sandbox::{PIN, TOKEN, sign, story};
use greatseal_signing::{Config, Error, Purpose};
use std::process::Stdio;

story!(a_missing_module_is_named, async |sandbox| {
    let config = Config { module: sandbox.path("none.so"), ..sandbox.config() };
    let refused = sandbox.token(config).await.unwrap_err();
    assert!(matches!(&refused, Error::ModuleNotFound { path } if *path == sandbox.path("none.so")));
    assert!(refused.help().contains("PKCS#11 library"));
});

story!(a_file_that_is_no_module_is_named, async |sandbox| {
    let config = Config { module: sandbox.path("pin"), ..sandbox.config() };
    let refused = sandbox.token(config).await.unwrap_err();
    assert!(matches!(&refused, Error::ModuleUnusable { path, .. } if *path == sandbox.path("pin")));
    assert!(!format!("{refused} {refused:?}").contains(PIN));
});

story!(a_missing_token_is_answered_with_those_that_are_there, async |sandbox| {
    let config = Config { token: "other".into(), ..sandbox.config() };
    let refused = sandbox.token(config).await.unwrap_err();
    assert!(matches!(refused, Error::NoSuchToken { label, available } if label == "other" && available == [TOKEN]));
});

story!(two_tokens_with_one_label_are_refused, async |sandbox| {
    sandbox.init_token(TOKEN);
    let refused = sandbox.token(sandbox.config()).await.unwrap_err();
    assert!(matches!(refused, Error::SeveralTokens { label } if label == TOKEN));
});

story!(two_tokens_are_open_in_one_process, async |sandbox| {
    sandbox.init_token("other");
    let (_seal, signer) = sandbox.signer("seat").await;
    let other = sandbox.token(Config { token: "other".into(), ..sandbox.config() }).await.unwrap();
    other.generate("seat", Purpose::Seat).await.unwrap();
    let second = other.signer("seat").await.unwrap();
    assert_ne!(signer.key(), second.key());
    let (one, two) = tokio::join!(sign(&signer, 1), sign(&second, 1));
    assert_ne!(one.unwrap().signature, two.unwrap().signature);
});

story!(
    /// Without taking turns most of them find no token, and SoftHSM refuses a right PIN now and then.
    processes_that_start_together_all_open,
    async |sandbox| {
        if sandbox.phase() == 0 {
            let (token, _) = sandbox.signer("seat").await;
            token.close().await.unwrap();
            let started: Vec<_> = (0..24).map(|_| sandbox.start_again(1, Stdio::null())).collect();
            for child in started {
                let output = child.wait_with_output().unwrap();
                assert!(output.status.success(), "{output:?}");
            }
        } else {
            let token = sandbox.open().await;
            sign(&token.signer("seat").await.unwrap(), 1).await.unwrap();
            token.close().await.unwrap();
        }
    }
);
