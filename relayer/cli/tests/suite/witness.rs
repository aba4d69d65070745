//! The witness over HTTP, answer by answer as <https://c2sp.org/tlog-witness> has them.

use greatseal_cli::witness::{Alarms, Evidence, Witness, router};
use greatseal_host::{
    client::{Address, Method},
    config::Listen,
    serve::{Opening, listen, serve},
};
use greatseal_signing::{AuditKey, Growth, HeadFile, Keyring, Purpose, Sealed, SecretSource, Store, Work};
use greatseal_trail::{
    checkpoint::{Checkpoint, Log, Origin, Signed},
    cosignature::WitnessKey,
    note::{KeyName, VerifierKey},
    tree::{Hash, Head, Memory, consistency, leaf_hash, root},
    witness::{AddCheckpoint, LONGEST_BODY},
};
use std::{fs, path::PathBuf};
use tempfile::TempDir;

const NOW: u64 = 1_803_662_461;

struct Case {
    home: TempDir,
    address: Address,
    log: Log,
    vkey: WitnessKey,
}

fn origin(last: &str) -> Origin {
    Origin::new(format!("greatseal/{last}")).unwrap()
}

async fn keyring(home: &TempDir) -> Keyring {
    let passphrase = super::private(home.path(), "passphrase", b"the cat sat on a seal\n");
    let sealed = Sealed { work: Work::LEAST, ..Sealed::new(home.path().join("keys"), SecretSource::File(passphrase)) };
    Keyring::open_without_journal(Store::Sealed(sealed)).await.unwrap()
}

impl Case {
    async fn start() -> Self {
        let home = tempfile::tempdir().unwrap();
        let keyring = keyring(&home).await;
        for (label, purpose) in [("log", Purpose::Audit), ("stranger", Purpose::Audit), ("eye", Purpose::Witness)] {
            keyring.generate(label, purpose).await.unwrap();
        }
        let state = home.path().join("state.json");
        let name = KeyName::new("audit.example/w").unwrap();
        let key = keyring.witness_key("eye", name, HeadFile::open(&state).unwrap()).await.unwrap();
        let vkey = key.vkey().clone();
        let address = Address::parse("http://127.0.0.1:1", None).unwrap();
        let mut case = Self { home, address, log: Log { origin: origin("aa"), keys: Vec::new() }, vkey };
        let log: VerifierKey = case.signer("log", "aa", "first").await.vkey().clone();
        case.log.keys.push(log);
        let witness = Witness::new(key, vec![case.log.clone()], Alarms::beside(&state), || NOW);
        let (listener, url) = listen(&Opening::local("127.0.0.1:0".parse().unwrap())).await.unwrap();
        let limits = Listen::<0>::default().limits();
        tokio::spawn(serve(listener, router(witness), limits, std::future::pending()));
        case.address = Address::parse(&url, None).unwrap();
        case
    }

    /// A key of the folder, with a memory of its own.
    async fn signer(&self, label: &str, log: &str, memory: &str) -> AuditKey {
        let heads = HeadFile::open(&self.home.path().join(format!("{memory}.heads"))).unwrap();
        keyring(&self.home).await.audit_key(label, origin(log), heads).await.unwrap()
    }

    /// A checkpoint of `size` leaves of a history, signed without regard to any other.
    async fn signed(&self, label: &str, log: &str, size: u64, history: &str) -> Signed {
        let key = self.signer(label, log, &format!("{label}-{log}-{size}-{history}")).await;
        let checkpoint =
            Checkpoint::new(origin(log), Head { size, root: root(&mut tree(size, history), size).unwrap() });
        key.sign(&Growth::judge(&origin(log), key.last(), checkpoint, &[]).unwrap()).await.unwrap()
    }

    /// Asks for a cosignature of the history "a" at this size, from an older one on.
    async fn grow(&self, old: u64, size: u64) -> (u16, String) {
        let checkpoint = self.signed("log", "aa", size, "a").await;
        let proof = consistency(&mut tree(size, "a"), old, size).unwrap();
        self.ask(&AddCheckpoint { old_size: old, proof, checkpoint }).await
    }

    async fn ask(&self, request: &AddCheckpoint) -> (u16, String) {
        self.post(request.to_string().into_bytes()).await
    }

    async fn post(&self, body: Vec<u8>) -> (u16, String) {
        let answer = self.address.send(Method::POST, "/add-checkpoint", Some(("text/plain", body))).await.unwrap();
        (answer.0.as_u16(), String::from_utf8(answer.1).unwrap())
    }

    async fn health(&self) -> serde_json::Value {
        let (status, body) = self.address.send(Method::GET, "/health", None).await.unwrap();
        assert_eq!(status, 200);
        serde_json::from_slice(&body).unwrap()
    }

    fn file(&self, suffix: &str) -> PathBuf {
        self.home.path().join(format!("state.json.aa.{suffix}"))
    }
}

/// Leaves of a history; histories agree in the first two.
fn tree(size: u64, history: &str) -> Memory {
    let mut tree = Memory::new();
    for leaf in 0..size {
        let text = if leaf < 2 { leaf.to_string() } else { format!("{history} {leaf}") };
        tree.push(leaf_hash(text.as_bytes())).unwrap();
    }
    tree
}

#[tokio::test]
async fn every_request_has_its_status() {
    let case = Case::start().await;
    let honest = case.signed("log", "aa", 5, "a").await;
    let request = |old_size, proof: &[Hash], checkpoint: &Signed| AddCheckpoint {
        old_size,
        proof: proof.to_vec(),
        checkpoint: checkpoint.clone(),
    };
    // What is no request.
    let text = request(0, &[], &honest).to_string();
    for body in ["", "old 0\n", "old -1\n\n", &text.replacen("old 0", "old 00", 1), &text[..text.len() - 5]] {
        assert_eq!(case.post(body.into()).await.0, 400, "{body}");
    }
    assert_eq!(case.post(vec![b'a'; LONGEST_BODY + 1]).await.0, 400);
    assert_eq!(case.post(vec![b'a'; LONGEST_BODY + 2]).await.0, 413);
    // Whose it is.
    let other = case.signed("log", "bb", 5, "a").await;
    assert_eq!(case.ask(&request(0, &[], &other)).await.0, 404);
    let stranger = case.signed("stranger", "aa", 5, "a").await;
    assert_eq!(case.ask(&request(0, &[], &stranger)).await.0, 403);
    // From where.
    assert_eq!(case.ask(&request(6, &[], &honest)).await.0, 400);
    assert_eq!(case.ask(&request(2, &[], &honest)).await, (409, "0\n".into()));
    assert_eq!(case.health().await["logs"][0]["size"], "0", "nothing was kept");

    let (status, line) = case.ask(&request(0, &[], &honest)).await;
    let mut cosigned = honest.clone();
    cosigned.note_mut().add_lines(line.as_bytes()).unwrap();
    let known = [case.vkey.clone()];
    assert_eq!(
        (status, cosigned.cosignatures(&known).unwrap().iter().map(|one| one.time).collect::<Vec<_>>()),
        (200, vec![NOW])
    );
    assert_eq!(case.ask(&request(0, &[], &honest)).await, (409, "5\n".into()));
    assert_eq!(case.ask(&request(5, &[], &honest)).await.0, 200, "the same again, with a new time");
    assert_eq!(case.grow(5, 9).await.0, 200);
    assert_eq!(case.grow(5, 9).await, (409, "9\n".into()));
    assert_eq!(case.health().await["logs"][0]["size"], "9");

    let (status, body) = case.address.send(Method::GET, "/anything", None).await.unwrap();
    assert!(status == 404 && String::from_utf8_lossy(&body).contains("not_found"));
    let (_, metrics) = case.address.send(Method::GET, "/metrics", None).await.unwrap();
    let metrics = String::from_utf8(metrics).unwrap();
    for (answer, count) in [("cosigned", 3), ("conflict", 3), ("refused", 2), ("unproved", 0)] {
        let line = format!("greatseal_witness_answers_total{{log=\"greatseal/aa\",answer=\"{answer}\"}} {count}");
        assert!(metrics.lines().any(|one| one == line), "{line} is not in\n{metrics}");
    }
}

/// A proof is anybody's: a wrong one proves nothing against the log, and stops nobody else's.
#[tokio::test]
async fn a_wrong_proof_is_kept_and_raises_no_alarm() {
    let case = Case::start().await;
    assert_eq!(case.grow(0, 5).await.0, 200);
    let honest = case.signed("log", "aa", 9, "a").await;
    let forged = case.signed("log", "aa", 9, "b").await;
    let proof = consistency(&mut tree(9, "b"), 5, 9).unwrap();
    for (checkpoint, proof) in [(&honest, vec![Hash::new([1; 32])]), (&honest, Vec::new()), (&forged, proof)] {
        let request = AddCheckpoint { old_size: 5, proof, checkpoint: checkpoint.clone() };
        assert_eq!(case.ask(&request).await.0, 422);
        let kept: serde_json::Value = serde_json::from_slice(&fs::read(case.file("refused")).unwrap()).unwrap();
        assert_eq!(kept["submitted"], checkpoint.note().to_string());
        assert!(!case.file("alarm").exists() && case.health().await["status"] == "ok");
    }
    assert_eq!(case.grow(5, 9).await.0, 200);
}

#[tokio::test]
async fn rule_27_two_trees_of_one_size_stop_the_log_until_a_person_has_looked() {
    let case = Case::start().await;
    assert_eq!(case.grow(0, 5).await.0, 200);
    let forged = case.signed("log", "aa", 5, "b").await;
    // Also where the request is careless otherwise: then it is a conflict, and the evidence is kept.
    let careless = AddCheckpoint { old_size: 2, proof: Vec::new(), checkpoint: forged.clone() };
    assert_eq!(case.ask(&careless).await, (409, "5\n".into()));
    let written = fs::read(case.file("alarm")).unwrap();
    let evidence: Evidence = serde_json::from_slice(&written).unwrap();
    let notes = [&evidence.kept, &evidence.submitted].map(|note| Signed::open(note.as_bytes(), &case.log).unwrap());
    let heads = notes.map(|signed| *signed.checkpoint().head());
    assert!(heads[0].size == heads[1].size && heads[0].root != heads[1].root && evidence.at == NOW, "{evidence:?}");
    let health = case.health().await;
    assert_eq!((&health["status"], &health["logs"][0]["size"]), (&"alarm".into(), &"5".into()), "{health}");

    for answer in [case.grow(5, 9).await, case.ask(&AddCheckpoint { old_size: 5, ..careless }).await] {
        assert!(answer.0 == 403 && answer.1.contains("alarm"), "{answer:?}");
    }
    assert_eq!(fs::read(case.file("alarm")).unwrap(), written, "the first evidence stays");
    fs::remove_file(case.file("alarm")).unwrap();
    assert_eq!(case.grow(5, 9).await.0, 200);
}
