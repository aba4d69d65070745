//! Cosignatures, and how many it takes.

use crate::{
    Outcome,
    keys::{Secret, head, tree},
};
use greatseal_trail::{
    checkpoint::{Checkpoint, Origin, Signed},
    cosignature::{Cosigned, LAST_TIME, Policy, PolicyError, Unwitnessed, Witnessed, line, message},
    note::{OpenError, SignError},
};

const LATE: u64 = 1_800_000_000;

fn story() -> Outcome<(Secret, [Secret; 3], Signed)> {
    let log = Secret::new("log.example/a", 1)?;
    let witnesses = [Secret::new("w.example/1", 11)?, Secret::new("w.example/2", 12)?, Secret::new("w.example/3", 13)?];
    let signed = log.checkpoint(head(&mut tree(7)?, 7)?)?;
    Ok((log, witnesses, signed))
}

#[test]
fn the_bytes_are_those_of_the_specification() -> Outcome {
    let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let wanted = format!("cosignature/v1\ntime 1679315147\n{text}");
    assert_eq!(message(&text.parse()?, 1_679_315_147), wanted.into_bytes());
    // Extension lines are signed too.
    let extended = format!("{text}more\n").parse::<Checkpoint>()?;
    assert!(message(&extended, 1).ends_with(b"\nmore\n"));
    Ok(())
}

#[test]
fn a_cosignature_is_verified_with_its_time() -> Outcome {
    let (log, [one, two, _], mut signed) = story()?;
    one.cosign(&mut signed, LATE)?;
    let known = [two.witness()?, one.witness()?];
    let cosigned = Cosigned { witness: &known[1], time: LATE };
    assert_eq!(signed.cosignatures(&known)?, [cosigned]);
    // The log's own signature still stands, and is no cosignature of anybody.
    signed.verify(&log.log()?)?;
    assert_eq!(signed.cosignatures(&[log.witness()?])?, []);
    let bytes = signed.note().to_string();
    assert_eq!(Signed::parse(bytes.as_bytes())?.cosignatures(&known)?, [cosigned]);

    // A line is what the note has at its end.
    let signature = one.sign(&message(signed.checkpoint(), LATE));
    let written = line(signed.checkpoint(), &one.witness()?, LATE, &signature)?;
    assert!(bytes.ends_with(&format!("\n{written}")));
    Ok(())
}

#[test]
fn another_time_another_checkpoint_and_another_key_are_not_cosigned() -> Outcome {
    let (_, [one, two, _], signed) = story()?;
    let signature = one.sign(&message(signed.checkpoint(), LATE));
    let wrong = |witness: &Secret| Err(SignError::Wrong(witness.name.clone()));
    let checkpoint = signed.checkpoint();
    assert!(line(checkpoint, &one.witness()?, LATE, &signature).is_ok());
    assert_eq!(line(checkpoint, &one.witness()?, LATE + 1, &signature), wrong(&one));
    assert_eq!(line(checkpoint, &two.witness()?, LATE, &signature), wrong(&two));
    // Times that no cosignature has, though they are signed.
    for time in [0, LAST_TIME + 1, u64::MAX] {
        let signature = one.sign(&message(checkpoint, time));
        assert_eq!(line(checkpoint, &one.witness()?, time, &signature), wrong(&one), "{time}");
    }
    // What signs the text alone is no cosignature.
    let text = one.sign(checkpoint.text()?.as_bytes());
    assert_eq!(line(checkpoint, &one.witness()?, LATE, &text), wrong(&one));
    Ok(())
}

#[test]
fn policies_count_each_witness_once() -> Outcome {
    let (_, [one, two, three], mut signed) = story()?;
    let keys = vec![one.witness()?, two.witness()?, three.witness()?];
    let policy = Policy::new(2, keys.clone())?;
    assert_eq!(policy.judge(&signed), Err(Unwitnessed::TooFew { found: 0, needed: 2 }));
    one.cosign(&mut signed, LATE)?;
    one.cosign(&mut signed, LATE + 9)?;
    one.cosign(&mut signed, LATE + 5)?;
    assert_eq!(policy.judge(&signed), Err(Unwitnessed::TooFew { found: 1, needed: 2 }));
    three.cosign(&mut signed, LATE + 2)?;
    let cosigned = vec![Cosigned { witness: &keys[0], time: LATE + 9 }, Cosigned { witness: &keys[2], time: LATE + 2 }];
    assert_eq!(policy.judge(&signed)?, Witnessed { cosigned, newest: LATE + 9, agreed: LATE + 2 });
    // A stranger's does not count, and does no harm.
    Secret::new("w.example/4", 14)?.cosign(&mut signed, LATE + 20)?;
    assert_eq!(policy.judge(&signed)?.newest, LATE + 9);
    let all = Policy::new(3, keys.clone())?;
    assert_eq!(all.judge(&signed), Err(Unwitnessed::TooFew { found: 2, needed: 3 }));
    assert_eq!((all.threshold(), all.witnesses()), (3, keys.as_slice()));
    two.cosign(&mut signed, LATE + 1)?;
    assert_eq!(all.judge(&signed)?.agreed, LATE + 1);
    Ok(())
}

#[test]
fn a_wrong_cosignature_of_a_known_witness_refuses_the_note() -> Outcome {
    let (log, [one, two, three], mut signed) = story()?;
    two.cosign(&mut signed, LATE)?;
    three.cosign(&mut signed, LATE)?;
    let mut elsewhere = log.checkpoint(head(&mut tree(8)?, 8)?)?;
    one.cosign(&mut elsewhere, LATE)?;
    let other = elsewhere.note().to_string();
    let lines = other.lines().last().ok_or("a line")?;
    signed.note_mut().add_lines(format!("{lines}\n").as_bytes())?;
    let policy = Policy::new(2, vec![one.witness()?, two.witness()?, three.witness()?])?;
    assert_eq!(policy.judge(&signed), Err(Unwitnessed::Open(OpenError::Wrong(one.name.clone()))));
    let without = Policy::new(2, vec![two.witness()?, three.witness()?])?;
    assert_eq!(without.judge(&signed)?.cosigned.len(), 2);
    Ok(())
}

#[test]
fn a_policy_makes_sense() -> Outcome {
    let one = Secret::new("a", 1)?.witness()?;
    let renamed = Secret::new("b", 1)?.witness()?;
    for (threshold, keys) in [(0, vec![one.clone()]), (2, vec![one.clone()]), (0, vec![]), (1, vec![])] {
        let witnesses = keys.len();
        assert_eq!(Policy::new(threshold, keys), Err(PolicyError::Threshold { threshold, witnesses }));
    }
    // One key under two names is one witness: what it signs does not name it.
    assert_eq!(Policy::new(1, vec![one.clone(), renamed]), Err(PolicyError::Twice));
    assert_eq!(Policy::new(2, vec![one.clone(), one]), Err(PolicyError::Twice));
    Ok(())
}

#[test]
fn a_checkpoint_of_another_origin_is_another_message() -> Outcome {
    let (_, [one, ..], signed) = story()?;
    let other = Checkpoint::new(Origin::new("log.example/b")?, *signed.checkpoint().head());
    let signature = one.sign(&message(&other, LATE));
    let wrong = Err(SignError::Wrong(one.name.clone()));
    assert_eq!(line(signed.checkpoint(), &one.witness()?, LATE, &signature), wrong);
    Ok(())
}
