//! Tokens that stop answering and objects that vanish.

use super::sandbox::{PIN, SPY, TOKEN, command, domain, sign, story};
use greatseal_signing::{Config, Confirmation, Custody, Error, Intent, Purpose};
use std::{
    fs::{self, File},
    io::Read,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

story!(a_closed_session_is_opened_anew, async |sandbox| {
    let (token, signer) = sandbox.signer("seat").await;
    for number in 0..3 {
        token.close().await.unwrap();
        sign(&signer, number).await.unwrap();
    }
});

story!(a_key_that_vanished_is_an_error_and_the_next_call_works, async |sandbox| {
    let (token, signer) = sandbox.signer("seat").await;
    token.generate("other", Purpose::Seat).await.unwrap();
    let other = token.signer("other").await.unwrap();
    sign(&signer, 1).await.unwrap();
    sandbox.pkcs11_tool(&["--delete-object", "--type", "privkey", "--label", "seat"]);
    let refused = sign(&signer, 2).await.unwrap_err();
    assert!(matches!(refused, Error::Device(_) | Error::NoSuchKey { .. }), "{refused:?}");
    sign(&other, 3).await.unwrap();
    assert!(matches!(sign(&signer, 4).await, Err(Error::NoSuchKey { .. })));
});

story!(
    /// The key behind an id is exchanged: what it signs does not verify, so nothing is released.
    rule_22_a_signature_of_another_key_is_not_released,
    async |sandbox| {
        let (token, signer) = sandbox.signer("seat").await;
        let id = match &signer.info().custody {
            Custody::Token(custody) => hex::encode(&custody.id),
            other => panic!("{other:?}"),
        };
        token.close().await.unwrap();
        sandbox.pkcs11_tool(&["--delete-object", "--type", "privkey", "--label", "seat"]);
        let file = sandbox.path("key.pem");
        let file = file.to_str().unwrap();
        sandbox.run("openssl", &["genpkey", "-algorithm", "ed25519", "-out", file]);
        sandbox
            .run("softhsm2-util", &["--import", file, "--token", TOKEN, "--label", "seat", "--id", &id, "--pin", PIN]);
        assert!(matches!(sign(&signer, 1).await, Err(Error::BadSignature)));
        assert!(signer.probe().await.is_err());
    }
);

story!(
    /// The spy writes to a pipe that nobody reads any more: the next C call never returns.
    a_stuck_call_ends_in_time_and_the_token_recovers,
    async |sandbox| {
        let pipe = sandbox.path("spy");
        sandbox.run("mkfifo", &[pipe.to_str().unwrap()]);
        let (gate, open) = mpsc::channel::<()>();
        let (halt, halted) = mpsc::channel::<()>();
        thread::spawn(move || drain(&mut File::open(pipe).unwrap(), &halted, &open));

        let limit = Duration::from_millis(500);
        let config = Config { module: SPY.into(), timeout: limit, ..sandbox.config() };
        let token = sandbox.token(config).await.unwrap();
        token.generate("seat", Purpose::Seat).await.unwrap();
        let signer = token.signer("seat").await.unwrap();

        halt.send(()).unwrap();
        let stuck = loop {
            let began = Instant::now();
            if let Err(error) = sign(&signer, 1).await {
                assert!(began.elapsed() < 2 * limit);
                break error;
            }
        };
        assert!(matches!(stuck, Error::Timeout), "{stuck:?}");
        // Others hear at the same time, or at once, that nothing was asked.
        let began = Instant::now();
        let agreed = Intent::new(domain(), command(2), signer.key()).confirm(Confirmation::Person);
        let calls: Vec<_> = (0..80)
            .map(|_| {
                let (signer, agreed) = (signer.clone(), agreed.clone());
                tokio::spawn(async move { signer.sign(&agreed).await })
            })
            .collect();
        let mut busy = 0;
        for call in calls {
            match call.await.unwrap() {
                Err(Error::Busy | Error::Stuck { .. }) => busy += 1,
                Err(Error::Timeout) => {}
                other => panic!("{other:?}"),
            }
        }
        assert!(busy >= 16, "{busy}");
        assert!(began.elapsed() < 4 * limit);

        gate.send(()).unwrap();
        let mut answer = sign(&signer, 3).await;
        for _ in 0..20 {
            if answer.is_ok() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            answer = sign(&signer, 3).await;
        }
        answer.unwrap();
    }
);

story!(
    /// Loading the spy opens its log; a pipe without a reader blocks it before any token is seen.
    a_module_that_hangs_at_start_is_a_timeout,
    async |sandbox| {
        sandbox.run("mkfifo", &[sandbox.path("spy").to_str().unwrap()]);
        let config = Config { module: SPY.into(), timeout: Duration::from_millis(300), ..sandbox.config() };
        assert!(matches!(sandbox.token(config).await, Err(Error::Timeout)));
        assert!(fs::metadata(sandbox.path("spy")).is_ok());
    }
);

/// Reads until told to halt, then waits until the gate opens, then reads on.
fn drain(pipe: &mut File, halted: &mpsc::Receiver<()>, open: &mpsc::Receiver<()>) {
    let mut bytes = [0; 4096];
    while pipe.read(&mut bytes).is_ok_and(|count| count > 0) {
        if halted.try_recv().is_ok() {
            open.recv().unwrap();
        }
    }
}
