//! The signing journal: what is on record, what contradicts it, and what becomes of one that is damaged.

use super::sandbox::{Sandbox, both, decision, domain, sign, story};
use greatseal_protocol::{
    bytes::ProposalDigest,
    command::{Command, Order},
    digest::Domain,
    envelope::Envelope,
    language::proposal,
    proposal_id::{Choice, Choices, Decision},
};
use greatseal_signing::{Confirmation, Entry, Error, FileJournal, Intent, Purpose, Report, Result, Signer};
use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    process::Stdio,
};

both!(every_use_is_on_record_before_and_after, async |sandbox| {
    let (_keyring, signer) = sandbox.signer("seat").await;
    let envelope = sign(&signer, 12).await.unwrap();
    let report = report(sandbox);
    let [started, intended, released] = report.lines.as_slice() else { panic!("{report:?}") };
    assert!(matches!(started.entry, Entry::Started { version: 3, continues: None, .. }));
    let Entry::Intended(intended) = &intended.entry else { panic!("{intended:?}") };
    assert_eq!((intended.key.clone(), intended.order.as_str()), (signer.key().to_string(), "cancel"));
    assert_eq!((intended.confirmation.as_str(), &intended.decides), ("person", &vec![]));
    assert!(intended.words.contains(&("proposal".into(), "12.S0.1".into())));
    let intent = Intent::new(domain(), envelope.command.clone(), signer.key());
    assert_eq!(intended.digest, hex::encode(intent.digest()));
    let greatseal_protocol::key::Signature::Ed25519(bytes) = envelope.signature else { panic!() };
    let signature = hex::encode(greatseal_protocol::hash::sha256(&[&bytes]));
    assert_eq!(released.entry, Entry::Released { of: 1, signature });
    assert_eq!((report.unreleased, report.torn), (vec![], 0));
    let mode = fs::metadata(sandbox.path("journal")).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode, 0o600);
});

both!(a_key_speaks_once_for_a_proposal, async |sandbox| {
    let (keyring, signer) = sandbox.signer("seat").await;
    decide(&signer, Decision::Approve, 1, false).await.unwrap();
    // The same again, because the first envelope may have expired.
    decide(&signer, Decision::Approve, 1, false).await.unwrap();
    let refused = decide(&signer, Decision::Reject, 1, false).await.unwrap_err();
    assert!(
        matches!(&refused, Error::OtherDecision { proposal, before, now } if (proposal.as_str(), before.as_str(), now.as_str()) == ("12.S0.1", "approve", "reject")),
        "{refused:?}"
    );
    assert!(matches!(decide(&signer, Decision::Approve, 2, false).await, Err(Error::OtherProposal { .. })));
    assert!(matches!(decide(&signer, Decision::Reject, 2, true).await, Err(Error::OtherProposal { .. })));

    // Another key and another contract have decisions of their own.
    keyring.generate("other", Purpose::Seat).await.unwrap();
    let other = keyring.signer("other").await.unwrap();
    decide(&other, Decision::Reject, 1, false).await.unwrap();
    let elsewhere = Domain { chain_id: 1, ..domain() };
    let intent = Intent::new(elsewhere, decision(Decision::Reject, 1, 1_800_000_000), signer.key());
    signer.sign(&intent.confirm(Confirmation::Person)).await.unwrap();

    // An approval can be taken back, knowingly; a rejection cannot.
    decide(&signer, Decision::Reject, 1, true).await.unwrap();
    let again = sandbox.open().await.signer("seat").await.unwrap();
    for signer in [&signer, &again] {
        let refused = decide(signer, Decision::Approve, 1, true).await;
        assert!(matches!(refused, Err(Error::OtherDecision { .. })), "{refused:?}");
        decide(signer, Decision::Reject, 1, false).await.unwrap();
    }
    assert!(report(sandbox).unreleased.is_empty());
});

both!(a_veto_is_against_as_a_rejection_is, async |sandbox| {
    let (keyring, signer) = sandbox.signer("seat").await;
    decide(&signer, Decision::Approve, 1, false).await.unwrap();
    let refused = order(&signer, veto(1), false).await.unwrap_err();
    assert!(matches!(&refused, Error::OtherDecision { now, .. } if now == "veto"), "{refused:?}");
    assert!(matches!(order(&signer, veto(2), true).await, Err(Error::OtherProposal { .. })));
    order(&signer, veto(1), true).await.unwrap();
    decide(&signer, Decision::Reject, 1, false).await.unwrap();
    order(&signer, veto(1), false).await.unwrap();
    assert!(matches!(decide(&signer, Decision::Approve, 1, true).await, Err(Error::OtherDecision { .. })));

    // The panel's approval is an approval.
    keyring.generate("panel", Purpose::Seat).await.unwrap();
    let panel = keyring.signer("panel").await.unwrap();
    order(&panel, panel_approve(1), false).await.unwrap();
    order(&panel, panel_approve(1), false).await.unwrap();
    assert!(matches!(order(&panel, panel_approve(2), false).await, Err(Error::OtherProposal { .. })));
    assert!(matches!(decide(&panel, Decision::Reject, 1, false).await, Err(Error::OtherDecision { .. })));
});

// Each of several decisions binds as it would alone, and stands on record like it.
both!(decisions_that_are_signed_together_bind_one_by_one, async |sandbox| {
    let (_keyring, signer) = sandbox.signer("seat").await;
    let both = |first, second| {
        let choice = |id: &str, decision| Choice { id: id.parse().unwrap(), digest: ProposalDigest([1; 32]), decision };
        let choices = Choices::new(vec![choice("12.S0.1", first), choice("13.S0.2", second)]);
        Order::Proposal(proposal::Order::DecideTogether(choices.unwrap()))
    };
    order(&signer, both(Decision::Approve, Decision::Reject), false).await.unwrap();
    let report = report(sandbox);
    let decides: Vec<_> = report
        .lines
        .iter()
        .filter_map(|line| match &line.entry {
            Entry::Intended(intended) => Some(&intended.decides),
            _ => None,
        })
        .flatten()
        .map(|it| (it.proposal.as_str(), it.decision.as_str()))
        .collect();
    assert_eq!(decides, [("12.S0.1", "approve"), ("13.S0.2", "reject")]);
    assert!(matches!(decide(&signer, Decision::Reject, 1, false).await, Err(Error::OtherDecision { .. })));
    let second = order(&signer, both(Decision::Approve, Decision::Approve), false).await;
    assert!(
        matches!(&second, Err(Error::OtherDecision { proposal, .. }) if proposal == "13.S0.2"),
        "the second of them too: {second:?}"
    );
    order(&signer, both(Decision::Approve, Decision::Reject), false).await.unwrap();
});

both!(without_its_journal_a_key_signs_nothing, async |sandbox| {
    let (keyring, signer) = sandbox.signer("seat").await;
    let path = sandbox.path("journal");
    sign(&signer, 1).await.unwrap();
    fs::remove_file(&path).unwrap();
    for _ in 0..2 {
        assert!(matches!(sign(&signer, 2).await, Err(Error::JournalMissing { .. })));
    }
    assert!(matches!(keyring.generate("other", Purpose::Seat).await, Err(Error::JournalMissing { .. })));
    assert_eq!(keyring.keys().await.unwrap().len(), 1);
    FileJournal::start(&path).unwrap();
    sign(&signer, 3).await.unwrap();
    assert!(matches!(FileJournal::start(&path), Err(Error::JournalExists { .. })));
    assert_eq!(report(sandbox).lines.len(), 3);
});

both!(a_damaged_journal_signs_nothing, async |sandbox| {
    let (_keyring, signer) = sandbox.signer("seat").await;
    let path = sandbox.path("journal");
    for number in 0..2 {
        sign(&signer, number).await.unwrap();
    }
    let whole = fs::read(&path).unwrap();
    let lines: Vec<_> = whole.split_inclusive(|byte| *byte == b'\n').collect();
    let [started, first, second, third, fourth] = lines.as_slice() else { panic!("{lines:?}") };
    let altered = String::from_utf8(whole.clone()).unwrap().replacen("\"cancel\"", "\"reject\"", 1).into_bytes();
    let damages = [
        altered,
        [*first, second, third, fourth].concat(),
        [*started, second, third, fourth].concat(),
        [*started, first, third, fourth].concat(),
        [*started, first, second, fourth, third].concat(),
        [*started, first, second, third, fourth, fourth].concat(),
        [*started, started, first, second, third, fourth].concat(),
        [b"\n", whole.as_slice()].concat(),
        vec![b'\n'],
        [whole.as_slice(), &vec![b' '; 40_000]].concat(),
    ];
    for damage in damages {
        fs::write(&path, &damage).unwrap();
        // Opened anew: who has read the journal believes what it has read.
        let refused = sign(&sandbox.open().await.signer("seat").await.unwrap(), 3).await;
        assert!(matches!(refused, Err(Error::JournalBroken { .. })), "{refused:?}");
        assert_eq!(fs::read(&path).unwrap(), damage, "evidence stays as it is");
    }
    fs::write(&path, &whole).unwrap();
    sign(&signer, 3).await.unwrap();
});

story!(sealed no_byte_of_a_journal_can_be_altered, async |sandbox| {
    let (_keyring, signer) = sandbox.signer("seat").await;
    sign(&signer, 1).await.unwrap();
    let whole = fs::read(sandbox.path("journal")).unwrap();
    // The last newline is spared: without it the last line counts as torn.
    for place in 0..whole.len() - 1 {
        let mut altered = whole.clone();
        altered[place] ^= 1;
        fs::write(sandbox.path("altered"), &altered).unwrap();
        fs::set_permissions(sandbox.path("altered"), Permissions::from_mode(0o600)).unwrap();
        let refused = FileJournal::read(&sandbox.path("altered"));
        assert!(matches!(refused, Err(Error::JournalBroken { .. })), "byte {place}: {refused:?}");
    }
});

both!(a_torn_last_line_is_taken_away_and_said, async |sandbox| {
    let (_keyring, signer) = sandbox.signer("seat").await;
    let path = sandbox.path("journal");
    sign(&signer, 1).await.unwrap();
    let whole = fs::read(&path).unwrap();
    for (torn, number) in [(1, 2), (30, 3), (65, 4)] {
        let mut file = fs::read(&path).unwrap();
        file.extend(whole.iter().take(torn).filter(|byte| **byte != b'\n'));
        let bytes = u64::try_from(file.len() - fs::read(&path).unwrap().len()).unwrap();
        fs::write(&path, file).unwrap();
        assert_eq!(report(sandbox).torn, bytes, "seen, not changed");
        sign(&signer, number).await.unwrap();
        let report = report(sandbox);
        assert_eq!((report.torn, report.unreleased.as_slice()), (0, [].as_slice()));
        let said =
            report.lines.iter().filter(|line| matches!(line.entry, Entry::Torn { bytes: it, .. } if it == bytes));
        assert_eq!(said.count(), 1);
    }
});

both!(a_journal_that_is_no_file_of_our_own_is_refused, async |sandbox| {
    let (_keyring, signer) = sandbox.signer("seat").await;
    let path = sandbox.path("journal");
    for mode in [0o660, 0o602] {
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        assert!(
            matches!(sign(&sandbox.open().await.signer("seat").await.unwrap(), 1).await, Err(Error::JournalTooOpen { mode: found, .. }) if found == mode)
        );
    }
    fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink("/dev/full", &path).unwrap();
    assert!(matches!(sign(&signer, 1).await, Err(Error::JournalUnreadable { .. })));
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert!(matches!(sign(&signer, 1).await, Err(Error::JournalUnreadable { .. })));
});

both!(processes_take_turns, async |sandbox| {
    const EACH: u32 = 5;
    if sandbox.phase() == 0 {
        let (keyring, _) = sandbox.signer("seat").await;
        keyring.close().await.unwrap();
        let started: Vec<_> = (1..=6).map(|phase| sandbox.start_again(phase, Stdio::null())).collect();
        for child in started {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "{output:?}");
        }
        let report = report(sandbox);
        assert!(report.unreleased.is_empty(), "{:?}", report.unreleased);
        let decided = report.lines.iter().filter_map(|line| match &line.entry {
            Entry::Intended(intended) => intended.decides.first().map(|it| it.decision.clone()),
            _ => None,
        });
        let decided = decided.collect::<Vec<_>>();
        assert!(!decided.is_empty() && decided.iter().all(|it| *it == decided[0]), "one decision only: {decided:?}");
        let others = report.lines.len() - 1 - 2 * decided.len();
        assert_eq!(others, 2 * 6 * usize::try_from(EACH).unwrap());
    } else {
        let signer = sandbox.open().await.signer("seat").await.unwrap();
        let word = if sandbox.phase() % 2 == 0 { Decision::Approve } else { Decision::Reject };
        match decide(&signer, word, 1, false).await {
            Ok(_) | Err(Error::OtherDecision { .. }) => {}
            other => panic!("{other:?}"),
        }
        for number in 0..EACH {
            sign(&signer, number).await.unwrap();
        }
    }
});

async fn decide(signer: &Signer, word: Decision, digest: u8, withdraws: bool) -> Result<Envelope> {
    let intent = Intent::new(domain(), decision(word, digest, 1_800_000_000), signer.key());
    let authorized = intent.confirm(Confirmation::Person);
    signer.sign(&if withdraws { authorized.withdrawing() } else { authorized }).await
}

async fn order(signer: &Signer, order: Order, withdraws: bool) -> Result<Envelope> {
    let said = Command { order, ..decision(Decision::Approve, 1, 1_800_000_000) };
    let authorized = Intent::new(domain(), said, signer.key()).confirm(Confirmation::Person);
    signer.sign(&if withdraws { authorized.withdrawing() } else { authorized }).await
}

fn veto(digest: u8) -> Order {
    Order::Proposal(proposal::Order::Veto { id: "12.S0.1".parse().unwrap(), digest: ProposalDigest([digest; 32]) })
}

fn panel_approve(digest: u8) -> Order {
    Order::Proposal(proposal::Order::PanelApprove {
        id: "12.S0.1".parse().unwrap(),
        digest: ProposalDigest([digest; 32]),
    })
}

fn report(sandbox: &Sandbox) -> Report {
    FileJournal::read(&sandbox.path("journal")).unwrap()
}
