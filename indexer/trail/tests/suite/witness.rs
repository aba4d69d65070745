//! What a witness answers.

use crate::{
    Outcome,
    keys::{Secret, head, leaf, tree},
};
use greatseal_trail::{
    checkpoint::{Checkpoint, CheckpointError, Log, Signed, SignedError},
    cosignature::{Policy, line, message},
    note::OpenError,
    tree::{Hash, Head, Memory, ProofError, consistency, empty_root},
    witness::{AddCheckpoint, Judgement, Kept, LONGEST_BODY, MOST_HASHES, Malformed, Reason, Status, judge},
};

/// The example of the specification.
const BODY: &str = "old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
";

struct Story {
    secret: Secret,
    log: Log,
    nodes: Memory,
}

impl Story {
    fn new() -> Outcome<Self> {
        let secret = Secret::new("log.example/a", 1)?;
        Ok(Self { log: secret.log()?, secret, nodes: tree(40)? })
    }

    fn head(&mut self, size: u64) -> Outcome<Head> {
        head(&mut self.nodes, size)
    }

    fn request(&mut self, old_size: u64, size: u64) -> Outcome<AddCheckpoint> {
        let proof = consistency(&mut self.nodes, old_size, size)?;
        let head = self.head(size)?;
        Ok(AddCheckpoint { old_size, proof, checkpoint: self.secret.checkpoint(head)? })
    }

    /// What a witness has kept that cosigned this size.
    fn kept(&mut self, size: u64) -> Outcome<Kept> {
        let head = self.head(size)?;
        Ok(Kept::open(self.secret.checkpoint(head)?.note().to_string().as_bytes(), &self.log)?)
    }
}

#[test]
fn the_specifications_body_is_read_and_written() -> Outcome {
    let request = AddCheckpoint::parse(BODY.as_bytes())?;
    assert_eq!(request.to_string(), BODY);
    assert_eq!((request.old_size, request.proof.len()), (20_852_014, 4));
    assert_eq!(request.checkpoint.checkpoint().head().size, 20_852_163);
    Ok(())
}

#[test]
fn a_body_that_is_no_request_is_answered_with_400() -> Outcome {
    let mut story = Story::new()?;
    let note = story.request(0, 5)?.checkpoint.note().to_string();
    let hash = leaf(0).to_base64();
    let hashes = |number| format!("{hash}\n").repeat(number);
    let good = format!("old 0\n{}\n{note}", hashes(MOST_HASHES));
    assert_eq!(AddCheckpoint::parse(good.as_bytes())?.to_string(), good);
    let wrong = [
        (String::new(), Malformed::Lines),
        (format!("old 0\n{note}"), Malformed::Hash),
        (format!("\n\n{note}"), Malformed::OldSize),
        (format!("\n{note}"), Malformed::OldSize),
        (format!("old\n\n{note}"), Malformed::OldSize),
        (format!("old 00\n\n{note}"), Malformed::OldSize),
        (format!("old  0\n\n{note}"), Malformed::OldSize),
        (format!("Old 0\n\n{note}"), Malformed::OldSize),
        (format!("old 18446744073709551616\n\n{note}"), Malformed::OldSize),
        (format!("old 0\r\n\n{note}"), Malformed::OldSize),
        (format!("old 0\n{hash} \n\n{note}"), Malformed::Hash),
        (format!("old 0\n{}\n\n{note}", &hash[..40]), Malformed::Hash),
        (format!("old 0\n{}\n{note}", hashes(MOST_HASHES + 1)), Malformed::TooMany),
        ("old 0\n\n".into(), Malformed::Checkpoint(CheckpointError::Note(greatseal_trail::note::NoteError::Unsigned))),
        (format!("old 0\n\n{}", note.replacen("\n5\n", "\n05\n", 1)), Malformed::Checkpoint(CheckpointError::Size)),
        (" ".repeat(LONGEST_BODY + 1), Malformed::TooLong),
    ];
    for (body, error) in wrong {
        assert_eq!(AddCheckpoint::parse(body.as_bytes()), Err(error), "{body:.200}");
        assert_eq!(error.status().code(), 400);
    }
    assert_eq!(AddCheckpoint::parse(b"old 0\n\xff\n\n"), Err(Malformed::Lines));
    Ok(())
}

#[test]
fn a_log_that_grows_is_cosigned_at_every_step() -> Outcome {
    let mut story = Story::new()?;
    let witness = Secret::new("w.example/1", 11)?;
    let mut kept: Option<Kept> = None;
    for size in [0, 1, 1, 2, 7, 8, 8, 31, 40] {
        let old = kept.as_ref().map_or(0, |kept| kept.head().size);
        let request = AddCheckpoint::parse(story.request(old, size)?.to_string().as_bytes())?;
        let judgement = judge(kept.as_ref(), &request, &story.log);
        assert_eq!((judgement.status(), judgement.body()), (Status::Success, None));
        let Judgement::Cosign(next) = judgement else { return Err(format!("{size} is not cosigned").into()) };
        assert_eq!(*next.head(), story.head(size)?);
        // What was written down is read again.
        let stored = next.signed().note().to_string();
        let next = Kept::open(stored.as_bytes(), &story.log)?;
        // The witness answers with a line, and the log adds it to its checkpoint.
        let checkpoint = next.signed().checkpoint();
        let answer = line(checkpoint, &witness.witness()?, 7, &witness.sign(&message(checkpoint, 7)))?;
        let mut signed = request.checkpoint;
        signed.note_mut().add_lines(answer.as_bytes())?;
        Policy::new(1, vec![witness.witness()?])?.judge(&signed)?;
        kept = Some(next);
    }
    Ok(())
}

#[test]
fn an_old_size_that_is_not_the_kept_one_is_a_conflict() -> Outcome {
    let mut story = Story::new()?;
    let kept = story.kept(7)?;
    for (kept, old, size) in
        [(Some(&kept), 0, 9), (Some(&kept), 6, 9), (Some(&kept), 8, 9), (Some(&kept), 3, 5), (None, 1, 9)]
    {
        let judgement = judge(kept, &story.request(old, size)?, &story.log);
        let size = if kept.is_some() { 7 } else { 0 };
        assert_eq!(judgement, Judgement::Conflict { kept: size });
        assert_eq!((judgement.status().code(), judgement.body()), (409, Some(format!("{size}\n"))));
    }
    Ok(())
}

#[test]
fn who_may_not_ask_is_told_so() -> Outcome {
    let mut story = Story::new()?;
    let other = Secret::new("log.example/b", 2)?;
    let refused = |request: &AddCheckpoint, log: &Log, reason: Reason, code| {
        let judgement = judge(None, request, log);
        assert_eq!(judgement, Judgement::Refused(reason));
        assert_eq!((judgement.status().code(), judgement.body()), (code, None));
    };
    let request = story.request(0, 5)?;
    refused(&request, &other.log()?, Reason::UnknownOrigin, 404);
    // The origin of the log, signed by somebody else.
    let foreign = Log { keys: vec![other.verifier()?], ..story.log.clone() };
    refused(&request, &foreign, Reason::NotSigned(SignedError::Open(OpenError::Unknown)), 403);
    // A signature that names the log's key and is of another text.
    let altered = request.to_string().replacen("\n5\n", "\n6\n", 1);
    let wrong = SignedError::Open(OpenError::Wrong(story.secret.name.clone()));
    refused(&AddCheckpoint::parse(altered.as_bytes())?, &story.log, Reason::NotSigned(wrong), 403);
    // Signatures come before sizes.
    let altered = AddCheckpoint { old_size: 99, ..request.clone() };
    refused(&altered, &foreign, Reason::NotSigned(SignedError::Open(OpenError::Unknown)), 403);
    refused(&altered, &story.log, Reason::OldSize { old: 99, new: 5 }, 400);
    Ok(())
}

#[test]
fn what_is_not_proved_is_answered_with_422() -> Outcome {
    let mut story = Story::new()?;
    let kept = story.kept(7)?;
    let refused = |kept: Option<&Kept>, request: &AddCheckpoint, log: &Log, reason: Reason| {
        let judgement = judge(kept, request, log);
        assert_eq!((judgement.status().code(), judgement.body()), (422, None));
        assert_eq!(judgement, Judgement::Refused(reason));
    };
    let request = story.request(7, 9)?;
    let log = story.log.clone();
    let without = AddCheckpoint { proof: Vec::new(), ..request.clone() };
    refused(Some(&kept), &without, &log, Reason::Proof(ProofError::Length { length: 0 }));
    let longer = AddCheckpoint { proof: [&request.proof[..], &[leaf(0)]].concat(), ..request.clone() };
    let length = longer.proof.len();
    refused(Some(&kept), &longer, &log, Reason::Proof(ProofError::Length { length }));
    let mut proof = request.proof.clone();
    proof.reverse();
    refused(Some(&kept), &AddCheckpoint { proof, ..request }, &log, Reason::Proof(ProofError::Root));
    // From nothing, no proof is needed, and none may be sent.
    let first = AddCheckpoint { proof: vec![leaf(0)], ..story.request(0, 5)? };
    refused(None, &first, &log, Reason::Proof(ProofError::Length { length: 1 }));
    let same = AddCheckpoint { proof: vec![leaf(0)], ..story.request(7, 7)? };
    refused(Some(&kept), &same, &log, Reason::Proof(ProofError::Length { length: 1 }));
    // An empty tree has one root.
    let checkpoint = story.secret.checkpoint(Head { size: 0, root: leaf(0) })?;
    refused(None, &AddCheckpoint { old_size: 0, proof: Vec::new(), checkpoint }, &log, Reason::EmptyRoot);
    // Another history of which the kept one is no beginning.
    let forked = forked(9)?;
    let request = AddCheckpoint { checkpoint: story.secret.checkpoint(forked)?, ..story.request(7, 9)? };
    refused(Some(&kept), &request, &log, Reason::Proof(ProofError::Root));
    Ok(())
}

/// The head of another history.
fn forked(size: u64) -> Outcome<Head> {
    let mut nodes = Memory::new();
    (0..size).try_for_each(|number| nodes.push(leaf(number + 1_000)))?;
    head(&mut nodes, size)
}

#[test]
fn two_trees_of_one_size_are_evidence() -> Outcome {
    let mut story = Story::new()?;
    let kept = story.kept(7)?;
    let submitted = story.secret.checkpoint(forked(7)?)?;
    // A stranger's signature beside it is not kept.
    let mut crowded = submitted.clone();
    Secret::new("w.example/1", 11)?.cosign(&mut crowded, 5)?;
    for (old_size, conflict, code) in [(7, None, 422), (3, Some(7), 409)] {
        let request = AddCheckpoint { old_size, proof: Vec::new(), checkpoint: crowded.clone() };
        let judgement = judge(Some(&kept), &request, &story.log);
        assert_eq!(judgement.status().code(), code);
        assert_eq!(judgement.body(), conflict.map(|kept: u64| format!("{kept}\n")));
        let Judgement::SplitView { evidence, conflict: said } = judgement else { return Err("no evidence".into()) };
        assert_eq!(said, conflict);
        assert_eq!((&evidence.kept, &evidence.submitted), (kept.signed(), &submitted));
        // Anybody can check it: both are signed by the log, of one size, and differ.
        for one in [&evidence.kept, &evidence.submitted] {
            let read = Signed::open(one.note().to_string().as_bytes(), &story.log)?;
            assert_eq!(read.checkpoint().head().size, 7);
        }
        assert_ne!(evidence.kept.checkpoint().head().root, evidence.submitted.checkpoint().head().root);
    }
    Ok(())
}

#[test]
fn only_the_logs_signatures_are_kept() -> Outcome {
    let mut story = Story::new()?;
    let mut request = story.request(0, 5)?;
    let plain = request.checkpoint.clone();
    Secret::new("somebody", 9)?.cosign(&mut request.checkpoint, 5)?;
    let Judgement::Cosign(kept) = judge(None, &request, &story.log) else { return Err("not cosigned".into()) };
    assert_eq!(kept.signed(), &plain);
    // What was written down is read with the log's key only.
    let other = Secret::new("log.example/a", 5)?.log()?;
    assert_eq!(Kept::open(plain.note().to_string().as_bytes(), &other), Err(SignedError::Open(OpenError::Unknown)));
    Ok(())
}

#[test]
fn extension_lines_are_signed_and_not_judged() -> Outcome {
    let mut story = Story::new()?;
    let checkpoint = Checkpoint::new(story.log.origin.clone(), story.head(5)?).extended("more")?;
    let signature = story.secret.sign(checkpoint.text()?.as_bytes());
    let checkpoint = checkpoint.sign(&story.secret.verifier()?, &signature)?;
    let request = AddCheckpoint { old_size: 0, proof: Vec::<Hash>::new(), checkpoint };
    let Judgement::Cosign(kept) = judge(None, &request, &story.log) else { return Err("not cosigned".into()) };
    assert_eq!(kept.signed().checkpoint().extensions(), ["more"]);
    assert_ne!(kept.head().root, empty_root());
    Ok(())
}
