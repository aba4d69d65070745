//! What the governance contract believes of its annex, and which half of the text each of them reads.

use crate::world::{REASON, World, label, suspend};
use greatseal_protocol::{
    action::Action,
    annex::{self, ACTIONS, Answer, Applied, ORDERS, Question},
    batch::{Attestation, Seen},
    bytes::{ChainGenesis, ChainHash, ContractAddress, ManifestRoot, TxHash},
    cells::{CellKey, Cells, CellsMut, Head},
    command::Order,
    digest,
    dispute::Resolution,
    evolve::Unfit,
    genesis::Profile,
    key::Software,
    language::{dispute, program},
    memory::Memory,
    outcome::Outcome,
    refusal::Refusal,
    scale::{DecodeAll, Encode},
};
use std::{fs, path::Path};

/// Cells whose annex answers what this function makes of its answer.
struct Believing<F> {
    cells: Memory,
    /// Nothing where it does not answer.
    answers: F,
}

impl<F: Fn(Answer) -> Option<Answer>> Cells for Believing<F> {
    fn load(&self, key: &CellKey) -> Option<Vec<u8>> {
        self.cells.load(key)
    }

    fn annex_length(&self, bytes: &[u8]) -> Option<Option<u32>> {
        (self.answers)(Answer::Malformed).map(|_| annex::length(bytes))
    }

    fn annex_answer(&self, question: &Question) -> Option<Answer> {
        (self.answers)(annex::answer(question, digest::sha256))
    }
}

impl<F: Fn(Answer) -> Option<Answer>> CellsMut for Believing<F> {
    fn store(&mut self, key: &CellKey, bytes: Vec<u8>) {
        self.cells.store(key, bytes);
    }

    fn count(&mut self, before: u32) -> u32 {
        self.cells.count(before)
    }
}

/// A dispute by both doors, where the annex answers so; the cells afterwards.
fn disputed(answers: impl Fn(Answer) -> Option<Answer> + Copy) -> Vec<(Result<Outcome, Unfit>, Memory)> {
    let world = World::new();
    let order = Order::Dispute(dispute::Order::Open { subject: REASON, reason: REASON });
    let command = world.command("A0", order.clone());
    let (envelope, bare) = (world.envelope("A0", order), (crate::fixture::key_named("A0"), command).encode());
    let believing = || Believing { cells: world.cells.clone(), answers };
    let (mut one, mut other) = (believing(), believing());
    let by_envelope = annex::submit(&mut one, &envelope, world.now, &Software).map(|(outcome, _)| outcome);
    let by_account = annex::act(&mut other, &bare, world.now, |_| true).map(|(outcome, _)| outcome);
    vec![(by_envelope, one.cells), (by_account, other.cells)]
}

#[test]
fn an_honest_annex_is_believed() {
    for (outcome, cells) in disputed(Some) {
        assert!(matches!(outcome, Ok(Outcome::Applied { events: 1, .. })), "{outcome:?}");
        assert!(cells.dispute(REASON).unwrap().is_some());
    }
}

/// Nobody's command is lost: it puts nothing on record, and can be sent again.
#[test]
fn no_annex_191_is_no_answer() {
    let silent = |_| None;
    let endless = |answer| match answer {
        Answer::Malformed => Some(answer),
        _ => Some(Answer::Missing(vec![CellKey::Mode])),
    };
    let before = World::new().cells;
    for (outcome, cells) in disputed(silent).into_iter().chain(disputed(endless)) {
        assert_eq!(outcome, Ok(Outcome::Ignored { refusal: Refusal::NoAnnex }));
        assert_eq!(cells, before);
    }
}

#[test]
fn what_no_rule_does_is_not_believed() {
    fn head(applied: &mut Applied, change: fn(&mut Head)) {
        let mut head = Head::decode_all(&mut &*applied.head).unwrap();
        change(&mut head);
        applied.head = head.encode();
    }
    let lies: [fn(&mut Applied); 16] = [
        |applied| head(applied, |head| head.domain.contract = ContractAddress([1; 20])),
        |applied| head(applied, |head| head.domain.chain_id += 1),
        |applied| head(applied, |head| head.chain = ChainGenesis([1; 32])),
        |applied| head(applied, |head| head.seq += 1),
        |applied| head(applied, |head| head.seq -= 1),
        |applied| head(applied, |head| head.profile = Profile::Micronode { until: u64::MAX }),
        |applied| head(applied, |head| head.cells += 1),
        |applied| head(applied, |head| head.stops_until += 1),
        |applied| head(applied, |head| head.successor = Some(ContractAddress([1; 20]))),
        |applied| applied.head.push(0),
        |applied| applied.told.clear(),
        |applied| applied.told.push(applied.told[0].clone()),
        |applied| applied.cells.push((CellKey::Head, applied.head.clone())),
        |applied| applied.cells.push((CellKey::Annex, vec![1; 20])),
        |applied| applied.cells.push((CellKey::Import, vec![])),
        |applied| applied.cells.push((CellKey::Frontier(0), vec![])),
    ];
    for (at, lie) in lies.into_iter().enumerate() {
        let lying = |answer| {
            Some(match answer {
                Answer::Applied(mut applied) => {
                    lie(&mut applied);
                    Answer::Applied(applied)
                }
                other => other,
            })
        };
        for (outcome, _) in disputed(lying) {
            assert_eq!(outcome, Err(Unfit::Missing), "lie {at}: the whole call is undone");
        }
    }
    for (outcome, _) in disputed(|answer| matches!(answer, Answer::Malformed).then_some(answer).or(Some(Answer::Unfit)))
    {
        assert_eq!(outcome, Err(Unfit::Missing));
    }
}

/// Longer than any rule allows, and as long as an envelope may be: refused by the rule, like everywhere.
#[test]
fn a_list_that_is_too_long_is_refused_by_its_rule() {
    let mut world = World::new();
    let seen = (0..200_u8).map(|number| Seen { tx: TxHash([number; 32]), logs: Vec::new() }).collect();
    let (manifest, chain) = (ManifestRoot([9; 32]), ChainHash([9; 32]));
    let order =
        Order::Program(program::Order::AttestSettlement(Attestation { manifest, from: 0, amount: 1, chain, seen }));
    world.refused("A0", order, 812);
}

/// Three proposals of the author wait, and of each council that decided about them a seat is set aside since: whether
/// they stand is to be counted again, from every seat. No more questions are asked for it than `annexed` allows.
#[test]
fn an_author_with_disturbed_proposals_opens_another_one() {
    let mut world = World::new();
    for seat in ["T0", "C0", "I0"] {
        let action = world.rotation(seat, &format!("{seat} anew"));
        world.carry("S0", &action);
    }
    for seat in ["S2", "T1", "C1", "I1"] {
        world.enact("E0", &suspend(seat));
    }
    world.wait(1);
    world.applied("A0", Order::Dispute(dispute::Order::Open { subject: REASON, reason: REASON }));
    world.open(
        "S0",
        &Action::Dispute(dispute::Action::Resolve {
            subject: REASON,
            outcome: Resolution::Dismissed,
            statement: REASON,
            party: label("none"),
        }),
    );
    let slots = (0..4).filter(|slot| world.cells.load(&CellKey::Proposal("S0".parse().unwrap(), *slot)).is_some());
    assert_eq!(slots.count(), 4);
}

/// Tags of an enum's variants whose codec is left out where there is no `feature`.
fn left_out_without(file: &str, name: &str, feature: &str) -> Vec<(u8, String)> {
    let text = fs::read_to_string(Path::new(crate::audience::PROTOCOL).join("src").join(file)).unwrap();
    let (_, body) = text.split_once(&format!("pub enum {name} {{")).unwrap();
    let (body, _) = body.split_once("\n}\n").unwrap();
    let attribute = format!("#[cfg_attr(not(feature = \"{feature}\"), codec(skip))]");
    body.split("#[codec(index = ")
        .skip(1)
        .filter(|variant| variant.lines().nth(1).is_some_and(|line| line.trim() == attribute))
        .map(|variant| {
            let tag = variant.split_once(')').unwrap().0.parse().unwrap();
            let name = variant.lines().nth(2).unwrap().trim();
            (tag, name.chars().take_while(|letter| letter.is_alphanumeric()).collect())
        })
        .collect()
}

/// Whatever one of the two does not read is the other's.
#[test]
fn each_command_is_read_by_one_of_the_two() {
    for (file, name, ours, common) in
        [("command.rs", "Order", &ORDERS[..], &[0_u8, 4][..]), ("action.rs", "Action", &ACTIONS, &[])]
    {
        let tags = |feature| left_out_without(file, name, feature).into_iter().map(|(tag, _)| tag).collect::<Vec<_>>();
        assert_eq!(tags("annex"), ours, "{name}");
        let main = tags("main");
        assert!(main.iter().all(|tag| !ours.contains(tag) && !common.contains(tag)), "{name}");
        let text = fs::read_to_string(Path::new(crate::audience::PROTOCOL).join("src").join(file)).unwrap();
        let body = text.split_once(&format!("pub enum {name} {{")).unwrap().1.split_once("\n}\n").unwrap().0.to_owned();
        assert_eq!(body.matches("codec(index").count(), main.len() + ours.len() + common.len(), "{name}");
    }
}

/// The governance contract emits what the annex tells with the annex's topics, and has those of its own.
#[test]
fn the_topics_of_the_annex_are_its_own() {
    let shell = Path::new(crate::audience::PROTOCOL).join("../governance/src/events.rs");
    let text = fs::read_to_string(shell).unwrap();
    let (_, annexed) = text.split_once("ANNEXED_TOPICS:").unwrap();
    for (_, kind) in left_out_without("event.rs", "Event", "annex") {
        assert!(annexed.contains(&format!("    {kind} \"")), "{kind}");
    }
    for (_, kind) in left_out_without("event.rs", "Event", "main") {
        assert!(!annexed.contains(&format!("    {kind} \"")), "{kind}");
    }
}
