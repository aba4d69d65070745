//! Documents beside what they are about: every action of the golden histories, in the state in which it was proposed.

use crate::rows::golden;
use greatseal_api::document::{Changed, Claims, Differs, Document, Draft, MAX, NotFilled, scope};
use greatseal_facts as facts;
use greatseal_protocol::{
    action::Action,
    bytes::{AssetHash, DocumentHash, HolderHash, ReferenceHash},
    cells::CellKey,
    council::{Council, SeatId},
    event::{Event, Record},
    evolve::evolve,
    genesis::{NewSeat, Profile},
    key::Key,
    language::{
        council::{self, Reconstitute},
        program,
        proposal::{self, Open, Opened},
    },
    line::{Line, LineTerms, SetLine},
    memory::Memory,
    program::{ChangeProgram, MOST_LINES, MOST_RULES, RuleSet, RulesChange},
    row::RowId,
    scale::Encode,
    state::State,
    table::default_rows,
};
use scale_info::TypeDef;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

const HISTORIES: [&str; 3] = ["records", "succession-records", "micronode-records"];

pub(crate) fn draft() -> Draft {
    let draft = json!({
        "title": "Any proposal",
        "rationale": "it is in the golden history",
        "impact": { "security": "none", "availability": "none", "privacy": "none" },
        "risk": "low",
        "rollback": "another proposal",
        "expiry": { "then": "nothing changes" },
    });
    Draft::parse(draft.to_string().as_bytes()).unwrap()
}

/// Every opening with what the chain knows of it.
pub(crate) fn openings() -> Vec<(Opened, Claims)> {
    let mut found = Vec::new();
    for name in HISTORIES {
        let mut state = Memory::new();
        for record in &golden(name) {
            let opened = match &record.event {
                Event::Proposal(proposal::Event::Opened(opened)) => Some(opened),
                _ => None,
            };
            let values = opened.map(|opened| Changed::all(&opened.action, &state).unwrap());
            evolve(&mut state, record).unwrap();
            if let Some(opened) = opened {
                let cell = state.proposal(opened.id).unwrap();
                let claims = Claims::of_proposal(opened.id, &cell, &opened.action, values).unwrap();
                found.push((Opened::clone(opened), claims));
            }
        }
    }
    found
}

/// `council.rotate`: subject and variant.
pub(crate) fn kind(action: &Action) -> String {
    let facts = facts::action(action).unwrap();
    let (subject, inner) = facts.as_object().unwrap().iter().next().unwrap();
    let variant = match inner {
        Value::Object(inner) => inner.keys().next().unwrap(),
        Value::String(name) => name,
        other => panic!("{other}"),
    };
    format!("{subject}.{variant}")
}

/// Every kind of action that the types have.
fn kinds() -> BTreeSet<String> {
    let (registry, root) = facts::registry::<Action>();
    let variants = |id: u32| match &registry.resolve(id).unwrap().type_def {
        TypeDef::Variant(variants) => variants.variants.clone(),
        other => panic!("{other:?}"),
    };
    let mut kinds = BTreeSet::new();
    for subject in variants(root) {
        let inner = variants(subject.fields[0].ty.id);
        let name = |variant: &str| format!("{}.{}", facts::kebab(&subject.name), facts::kebab(variant));
        kinds.extend(inner.iter().map(|variant| name(&variant.name)));
    }
    kinds
}

/// A document that says something else at one place, and the name of the place.
fn altered(value: &Value, at: &str, found: &mut Vec<(String, Value)>) {
    let mut push = |at: String, value: Value| found.push((at, value));
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                let mut inside = Vec::new();
                let path = format!("{at}.{name}");
                altered(inner, &path, &mut inside);
                let mut without = fields.clone();
                without.remove(name);
                push(path, without.into());
                for (path, inner) in inside {
                    let mut fields = fields.clone();
                    fields.insert(name.clone(), inner);
                    push(path, fields.into());
                }
            }
            let mut more = fields.clone();
            more.insert("zz".into(), true.into());
            push(format!("{at}.zz"), more.into());
        }
        Value::Array(list) => {
            for (index, inner) in list.iter().enumerate() {
                let mut inside = Vec::new();
                altered(inner, &format!("{at}[{index}]"), &mut inside);
                for (path, inner) in inside {
                    let mut list = list.clone();
                    list[index] = inner;
                    push(path, list.into());
                }
            }
            let longer = list.iter().cloned().chain([Value::Bool(true)]).collect();
            push(format!("{at}[{}]", list.len()), longer);
        }
        Value::String(text) => push(at.to_owned(), format!("{text}0").into()),
        Value::Number(number) => push(at.to_owned(), (number.as_u64().unwrap() + 1).into()),
        Value::Bool(value) => push(at.to_owned(), (!value).into()),
        Value::Null => push(at.to_owned(), "0".into()),
    }
}

#[test]
fn rule_1_a_document_of_every_action_is_its_own_and_an_altered_one_is_refused_by_its_field() {
    let (mut seen, mut longest, mut lies) = (BTreeSet::new(), 0, 0);
    for (opened, claims) in openings() {
        let kind = kind(&opened.action);
        let document = draft().fill(&claims).unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert_eq!(document.compare(&claims), Ok(()), "{kind}");
        let bytes = document.canonical();
        assert_eq!(Document::parse(&bytes).as_ref(), Ok(&document), "{kind}");
        longest = longest.max(bytes.len());
        if !seen.insert(kind.clone()) {
            continue;
        }
        let mut found = Vec::new();
        altered(&document.changes.action, "changes.action", &mut found);
        for (field, action) in found {
            let mut lying = document.clone();
            lying.changes.action = action;
            let differs = lying.compare(&claims).expect_err(&field);
            assert_eq!(differs.field, field, "{kind}");
            lies += 1;
        }
        lies += false_values(&document, &claims);
    }
    assert_eq!(seen, kinds(), "the histories propose every action");
    assert!(lies > 500, "{lies}");
    assert!(longest < MAX / 2, "{longest}");
}

/// How many false values were found out.
fn false_values(document: &Document, claims: &Claims) -> usize {
    let mut lies = 0;
    let mut refused = |lying: Document, field: String| {
        assert_eq!(lying.compare(claims).map_err(|differs| differs.field), Err(field));
        lies += 1;
    };
    for (index, value) in document.changes.values.iter().enumerate() {
        for (name, facts) in [("old", &value.old), ("new", &value.new)] {
            let mut found = Vec::new();
            altered(facts, &format!("changes.values[{index}].{name}"), &mut found);
            for (field, facts) in found {
                let mut lying = document.clone();
                let value = &mut lying.changes.values[index];
                *(if name == "old" { &mut value.old } else { &mut value.new }) = facts;
                refused(lying, field);
            }
        }
        let mut lying = document.clone();
        lying.changes.values[index].of.push('0');
        refused(lying, format!("changes.values[{index}].of"));
    }
    let count = document.changes.values.len();
    let mut lying = document.clone();
    lying.changes.values.push(Changed { of: "route:9".into(), old: Value::Null, new: Value::Null });
    refused(lying, format!("changes.values[{count}].of"));
    if count > 0 {
        let mut lying = document.clone();
        lying.changes.values.pop();
        refused(lying, format!("changes.values[{}].of", count - 1));
    }
    lies
}

/// Documents of every action are valid by the schema, as a validator that others wrote sees it.
#[test]
fn documents_of_every_action_have_their_schema() {
    let documents: Vec<_> = openings().iter().map(|(_, claims)| draft().fill(claims).unwrap()).collect();
    let lines = |values: Vec<Value>| values.iter().map(|value| format!("{value}\n")).collect::<String>();
    let whole: Vec<_> = documents.iter().map(|document| serde_json::to_value(document).unwrap()).collect();
    let count = whole.len();
    let valid = format!("{count} valid, 0 not\n");
    assert_eq!(judged("document.json", &lines(whole.clone())), valid);
    assert_eq!(judged("document-draft.json", &lines(whole.clone())), valid);
    assert_eq!(judged("document-draft.json", &lines(vec![serde_json::to_value(draft()).unwrap()])), "1 valid, 0 not\n");
    // A value of another type than its name says is none.
    let others: Vec<_> = whole
        .into_iter()
        .filter_map(|mut value| {
            let first = value["changes"]["values"].get_mut(0)?;
            first["of"] = if first["of"].as_str()?.starts_with("row:") { "route:1" } else { "row:retire" }.into();
            Some(value)
        })
        .collect();
    let refused = judged("document.json", &lines(others.clone()));
    assert!(others.len() > 10 && refused.ends_with(&format!("\n0 valid, {} not\n", others.len())), "{refused}");
}

fn judged(schema: &str, lines: &str) -> String {
    let root = format!("{}/../..", env!("CARGO_MANIFEST_DIR"));
    let file = std::env::temp_dir().join(format!("greatseal-{schema}-{}.jsonl", std::process::id()));
    std::fs::write(&file, lines).unwrap();
    let mut python = Command::new("/usr/bin/python3");
    python.arg("-B").arg(format!("{root}/docs/examples/validate.py"));
    let output = python.arg(format!("{root}/docs/protocol/schemas/{schema}")).arg(&file).output().unwrap();
    std::fs::remove_file(file).unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(!said.is_empty(), "apt-get install python3-jsonschema: {}", String::from_utf8_lossy(&output.stderr));
    said
}

#[test]
fn author_scope_and_windows_are_compared() {
    let (_, claims) = openings().swap_remove(0);
    let document = draft().fill(&claims).unwrap();
    let field = |change: &dyn Fn(&mut Document)| {
        let mut lying = document.clone();
        change(&mut lying);
        lying.compare(&claims).map_err(|differs| differs.field)
    };
    assert_eq!(field(&|lying| lying.author.index += 1), Err("author".into()));
    assert_eq!(field(&|lying| lying.scope = "route:77".parse().unwrap()), Err("scope".into()));
    assert_eq!(field(&|lying| lying.expiry.approve_within += 1), Err("expiry.approve_within".into()));
    assert_eq!(field(&|lying| lying.expiry.execute_within -= 1), Err("expiry.execute_within".into()));
    assert_eq!(field(&|lying| lying.title.push('.')), Ok(()), "what only people know");
    // A draft that states one is compared before anything is filled in.
    let stated = Draft { scope: "route:77".parse().ok(), ..draft() };
    let proposal = claims.scope.to_string();
    let differs = Differs { field: "scope".into(), document: "route:77".into(), proposal };
    assert_eq!(stated.fill(&claims), Err(NotFilled::Differs(differs)));
}

/// What an ended proposal replaced is not there any more: then it is not compared, and not filled in.
#[test]
fn values_that_are_gone_are_not_compared() {
    let (_, claims) =
        openings().into_iter().find(|(_, claims)| claims.values.as_ref().is_some_and(|v| !v.is_empty())).unwrap();
    let past = Claims { values: None, ..claims.clone() };
    let mut document = draft().fill(&claims).unwrap();
    document.changes.values.clear();
    assert!(document.compare(&claims).is_err());
    assert_eq!(document.compare(&past), Ok(()));
    assert_eq!(draft().fill(&past), Err(NotFilled::Past));
    assert_eq!(Draft::from(document.clone()).fill(&past), Ok(document));
}

#[test]
fn a_proposal_is_about_what_it_stops_or_changes() {
    let mut scopes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (opened, claims) in openings() {
        assert_eq!(claims.scope, scope(&opened.action));
        scopes.entry(kind(&opened.action)).or_default().insert(claims.scope.to_string());
    }
    for (kind, expected) in
        [("emergency.pause", "route:1"), ("bridge.set-route", "route:1"), ("council.rotate", "everything")]
    {
        assert!(scopes[kind].contains(expected), "{kind}: {:?}", scopes[kind]);
    }
}

/// What a document says that shall hold is what holds once the proposal was executed.
#[test]
fn new_values_are_those_that_hold_after_the_execution() {
    let mut compared = BTreeSet::new();
    for name in HISTORIES {
        let (mut state, mut open) = (Memory::new(), BTreeMap::new());
        let mut done: Option<(Record, Action, Vec<Changed>)> = None;
        for record in golden(name) {
            // All events of the command that executed it.
            if let Some((last, action, promised)) = done.take() {
                if (last.at, last.actor, last.door) == (record.at, record.actor, record.door) {
                    done = Some((last, action, promised));
                } else {
                    kept(&action, &promised, &state, &mut compared);
                }
            }
            match &record.event {
                Event::Proposal(proposal::Event::Opened(opened)) => {
                    let values = Changed::all(&opened.action, &state).unwrap();
                    open.insert(opened.id.encode(), (opened.action.clone(), values));
                }
                Event::Proposal(proposal::Event::Executed { id, .. }) => {
                    let (action, promised) = open.remove(&id.encode()).unwrap();
                    // Nothing that a proposal replaces has changed while it was open: the contract sees to it.
                    let now = Changed::all(&action, &state).unwrap();
                    assert_eq!(now, promised, "{}", kind(&action));
                    done = Some((record.clone(), action, promised));
                }
                _ => {}
            }
            evolve(&mut state, &record).unwrap();
        }
    }
    let expected = ["compliance", "council", "entry", "line", "program", "release", "route", "row", "rules", "seat"];
    assert_eq!(compared.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}

fn kept(action: &Action, promised: &[Changed], state: &Memory, compared: &mut BTreeSet<String>) {
    let kind = kind(action);
    // These say themselves what they replace.
    if ["dispute.extend", "operation.set-baseline", "phase.set-phase", "registry.revoke"].contains(&&*kind) {
        return;
    }
    let after = Changed::all(action, state).unwrap();
    for (promised, after) in promised.iter().zip(&after) {
        if promised.new.is_null() {
            continue;
        }
        assert_eq!((&promised.of, &promised.new), (&after.of, &after.old), "{kind}");
        compared.insert(promised.of.split(':').next().unwrap().to_owned());
    }
}

/// The largest actions that the rules let through, over a state as large.
#[test]
fn no_action_is_too_large_to_be_explained() {
    let seat = |index: u8| NewSeat {
        key: Key::P256([index; 33]),
        holder: HolderHash([index; 32]),
        organisation: "o".repeat(32).parse().unwrap(),
        role: "r".repeat(32).parse().unwrap(),
        valid_until: u64::MAX,
    };
    let most = u8::try_from(Council::MAX_SEATS).unwrap();
    let rows = default_rows(Profile::Standard);
    let council = Council::Program(u32::MAX);
    let added = (0..most).map(seat).collect();
    let reconstitute =
        council::Action::Reconstitute(Reconstitute { council, epoch: u32::MAX, size: most, added, rows: rows.clone() });
    let mut state = Memory::new();
    state.extend(rows.iter().map(|row| (CellKey::Row(row.id), row.encode())));
    let program = u32::MAX;
    let terms = LineTerms {
        until: u64::MAX,
        limit: u128::MAX,
        credit_max: u128::MAX,
        small_one: u128::MAX,
        small_all: u128::MAX,
    };
    let set = |line| SetLine { line, previous: u32::MAX, asset: AssetHash([9; 32]), from: u64::MAX, terms };
    let lines: Vec<_> = (0..).map(|number| u32::MAX - number).take(MOST_LINES).map(set).collect();
    state.extend(lines.iter().map(|line| (CellKey::Line(program, line.line), Line::new(line).encode())));
    let rules = |version| RulesChange::Begin {
        version,
        rules: RuleSet { hash: ReferenceHash([8; 32]), effective_from: u64::MAX, effective_until: Some(u64::MAX) },
    };
    let rules = (0..).map(|number| u32::MAX - number).take(MOST_RULES).map(rules).collect();
    let change = program::Action::Change(ChangeProgram { program, terms: None, rules, lines });
    for action in [Action::Council(reconstitute), Action::Program(change)] {
        let opening = Open {
            row: RowId::POLICY_TABLE,
            action: action.clone(),
            document: DocumentHash([1; 32]),
            approve_within: u32::MAX,
            execute_within: u32::MAX,
            nonce: 1,
            approve: false,
        };
        let author = SeatId { council, index: 31 };
        let claims = Claims::of_opening(author, &opening, Changed::all(&action, &state).unwrap()).unwrap();
        let length = draft().fill(&claims).map(|document| document.canonical().len());
        // Half of it is for people.
        assert!(length.as_ref().is_ok_and(|length| *length < MAX / 2), "{length:?}");
    }
}
