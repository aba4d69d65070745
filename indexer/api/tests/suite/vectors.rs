//! Golden vectors of documents, beside those of the protocol. `docs/protocol/vectors.md` explains
//! them.
//!
//! `GREATSEAL_BLESS=1` writes them; otherwise the committed files must be what this code makes, byte for byte.

use crate::{
    documents::{draft, kind, openings},
    json::{Json, hex, text},
};
use greatseal_api::document::{self, Document, NoDocument};
use greatseal_protocol::digest;
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A file of the golden vectors.
pub(crate) fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../contracts/protocol/vectors").join(name)
}

/// Writes a golden file, or compares it.
pub(crate) fn golden(path: &Path, produced: &str) {
    if std::env::var("GREATSEAL_BLESS").is_ok_and(|value| value == "1") {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, produced).unwrap();
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    let line = committed.lines().zip(produced.lines()).position(|(left, right)| left != right);
    let name = path.file_name().unwrap().to_string_lossy();
    assert!(committed == produced, "{name} differs from line {line:?}: scripts/bless-vectors.sh writes it anew");
}

/// Bytes, and their text where they are one.
fn bytes(given: &[u8]) -> Vec<(&'static str, Json)> {
    let shown = std::str::from_utf8(given).ok().map(|shown| ("text", text(shown)));
    shown.into_iter().chain([("bytes", hex(given))]).collect()
}

fn accepted(why: &str, given: &[u8], canonical: &[u8]) -> Json {
    let hash = digest::document_hash(canonical);
    let found = [("canonical", hex(canonical)), ("document_hash", hex(hash.0))];
    Json::Object([("why", text(why))].into_iter().chain(bytes(given)).chain(found).collect())
}

fn refused(why: &str, given: &[u8]) -> Json {
    Json::Object([("why", text(why))].into_iter().chain(bytes(given)).collect())
}

/// What the indexer does to any document.
fn kept(given: &[u8]) -> Result<Vec<u8>, NoDocument> {
    let canonical = document::canonical(given)?;
    document::visible(&canonical)?;
    Ok(canonical)
}

const CANONICAL: [(&str, &str); 14] = [
    ("an empty object", "{}"),
    ("white space goes", " { \"b\" : [ 1 , 2 ] ,\n\t\"a\" : { } } "),
    ("names are in order, at every depth", r#"{"b":1,"a":{"d":1,"c":2}}"#),
    ("names are ordered by UTF-16: U+1F602 before U+FB33", "{\"\u{FB33}\":2,\"\u{1F602}\":1}"),
    ("a name that begins as another follows it", r#"{"aa":1,"a":2,"":3,"A":4}"#),
    ("escapes are written as characters", r#"{"a":"\u00fc\/\u20AC\uD83D\uDE02"}"#),
    ("a quotation mark and a backslash are escaped", r#"{"a":"\u0022 \u005c"}"#),
    ("a number has no fraction where it is whole", r#"{"a":1.0,"b":-0,"c":1E3,"d":10e-1}"#),
    ("numbers as ECMAScript writes them", r#"[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001]"#),
    ("small and large numbers with an exponent", r#"[0.000001,0.0000001,1e20,1e21,-1e-7]"#),
    ("the largest whole number: 2^53", r#"{"a":9007199254740992,"b":-9007199254740992}"#),
    ("literals", r#"[null,true,false]"#),
    ("what is no object", r#""text""#),
    ("names that stand in different objects", r#"{"a":{"a":1},"b":[{"a":1},{"a":1}]}"#),
];

const REFUSED: [(&str, &[u8]); 27] = [
    ("there is no value", b""),
    ("the value does not end", b"{"),
    ("a second value follows", b"{}{}"),
    ("a comma too many", br#"{"a":1,}"#),
    ("a comment", b"{} // none"),
    ("quotation marks of another language", b"{'a':1}"),
    ("a number that JSON does not have", br#"{"a":NaN}"#),
    ("a number begins with 0", br#"{"a":01}"#),
    ("a byte order mark", b"\xef\xbb\xbf{}"),
    ("the bytes are not UTF-8", b"{\"a\":\"\xff\"}"),
    ("a lone surrogate", br#"{"a":"\ud800"}"#),
    ("a name stands twice", br#"{"a":1,"a":1}"#),
    ("a name stands twice, deeper", br#"{"x":{"a":1,"a":2}}"#),
    ("a name stands twice, once with an escape", br#"{"x":[{"a":1,"\u0061":2}]}"#),
    ("a whole number above 2^53", br#"{"a":9007199254740993}"#),
    ("a whole number below -2^53", br#"{"a":-9007199254740993}"#),
    ("a number above every double", br#"{"a":1e999}"#),
    ("a control character in its own form", b"{\"a\":\"\x1b\"}"),
    ("a control character, escaped", br#"{"a":"b\u001bc"}"#),
    ("a control character in a name", br#"{"b\u001bc":1}"#),
    ("a line break", br#"{"a":"b\nc"}"#),
    ("delete, U+007F", br#"{"a":"\u007f"}"#),
    ("a bidirectional control, U+202E", br#"{"a":"\u202egnp.exe"}"#),
    ("an invisible character, U+200B", br#"{"a":"b\u200bc"}"#),
    ("an empty braille pattern, U+2800", br#"{"a":"\u2800"}"#),
    ("a private character, U+E000", br#"{"a":"\ue000"}"#),
    ("an unassigned code point, U+0378", br#"{"a":"\u0378"}"#),
];

/// A proposal's document with every field: another economy for a route.
fn whole() -> Value {
    let mut openings = openings().into_iter();
    let (_, claims) = openings
        .find(|(opened, claims)| {
            kind(&opened.action) == "bridge.set-route"
                && claims.values.as_ref().is_some_and(|values| values.iter().all(|value| !value.old.is_null()))
        })
        .unwrap();
    let mut document = serde_json::to_value(draft().fill(&claims).unwrap()).unwrap();
    document["title"] = "Narrower limits of route 1".into();
    document["attachments"] = json!([
        { "name": "report.pdf", "sha256": "ab".repeat(32), "size": 4_096 },
        {
            "name": "tests.xml",
            "sha256": "cd".repeat(32),
            "size": 9_007_199_254_740_991_u64,
            "kind": { "ci": { "pipeline": "limits/17", "commit": "0f".repeat(20), "result": "cd".repeat(32) } },
        },
    ]);
    document
}

/// With the value at a pointer changed, or taken away.
fn altered(at: &str, value: Option<Value>) -> Value {
    let mut document = whole();
    let (parent, name) = at.rsplit_once('/').unwrap();
    let parent = document.pointer_mut(parent).unwrap();
    match (parent, value) {
        (Value::Object(fields), Some(value)) => drop(fields.insert(name.into(), value)),
        (Value::Object(fields), None) => assert!(fields.remove(name).is_some(), "{at}"),
        (parent, _) => panic!("{parent}"),
    }
    document
}

fn proposals() -> [(&'static str, Value); 3] {
    [
        ("every field", whole()),
        ("letters of other scripts", altered("/title", Some(json!("Уряд – حكومة – 政府 – ü")))),
        ("no attachment", altered("/attachments", Some(json!([])))),
    ]
}

fn no_proposals() -> Vec<(&'static str, Value)> {
    let attachment = |sha256: String| Some(json!([{ "name": "report.pdf", "sha256": sha256, "size": 1 }]));
    let size = |size: Value| Some(json!([{ "name": "report.pdf", "sha256": "ab".repeat(32), "size": size }]));
    let evidence = |commit: String| {
        let run = json!({ "pipeline": "limits/17", "commit": commit, "result": "cd".repeat(32) });
        Some(json!([{ "name": "a", "sha256": "ab".repeat(32), "size": 1, "kind": { "ci": run } }]))
    };
    vec![
        ("another schema", altered("/schema", Some(json!("greatseal.proposal/1")))),
        ("the schema is missing", altered("/schema", None)),
        ("a field is missing", altered("/risk", None)),
        ("the author is missing", altered("/author", None)),
        ("the change set is missing", altered("/changes", None)),
        ("the action is missing", altered("/changes/action", None)),
        ("a field of impact is missing", altered("/impact/privacy", None)),
        ("what happens where it expires is missing", altered("/expiry/then", None)),
        ("a field that is not known", altered("/approved", Some(json!(true)))),
        ("a field of impact that is not known", altered("/impact/cost", Some(json!("none")))),
        ("a field of the change set that is not known", altered("/changes/also", Some(json!({})))),
        ("a field is empty", altered("/title", Some(json!("")))),
        ("a field has nothing but space", altered("/title", Some(json!(" ")))),
        ("a field is no text", altered("/title", Some(json!(1)))),
        ("two lines", altered("/rationale", Some(json!("one\nneeds 1 approval")))),
        ("a seat in another spelling", altered("/author", Some(json!("S00")))),
        ("a scope in another spelling", altered("/scope", Some(json!("route:01")))),
        ("a window that is no whole number", altered("/expiry/approve_within", Some(json!(0.5)))),
        ("a window beyond 32 bits", altered("/expiry/execute_within", Some(json!(4_294_967_296_u64)))),
        ("the hash of an attachment has capitals", altered("/attachments", attachment("AB".repeat(32)))),
        ("the hash of an attachment is short", altered("/attachments", attachment("ab".repeat(31)))),
        (
            "the hash of an attachment has a prefix",
            altered("/attachments", attachment(format!("0x{}", "ab".repeat(32)))),
        ),
        ("an attachment without its size", altered("/attachments", size(Value::Null))),
        ("a size of 2^53", altered("/attachments", size(json!(9_007_199_254_740_992_u64)))),
        ("a size as text", altered("/attachments", size(json!("1")))),
        ("a commit by a part of its hash", altered("/attachments", evidence("0f".repeat(4)))),
        (
            "evidence of another kind",
            altered(
                "/attachments",
                Some(json!([{ "name": "a", "sha256": "ab".repeat(32), "size": 1, "kind": "good" }])),
            ),
        ),
    ]
}

fn canonical_json() -> Json {
    let canonical = CANONICAL.iter().map(|(why, given)| {
        let canonical = kept(given.as_bytes()).unwrap_or_else(|error| panic!("{why}: {error}"));
        assert_eq!(kept(&canonical).as_ref(), Ok(&canonical), "{why}");
        accepted(why, given.as_bytes(), &canonical)
    });
    let not = REFUSED.iter().map(|(why, given)| {
        assert!(kept(given).is_err(), "{why}");
        refused(why, given)
    });
    let documents = proposals();
    let documents = documents.iter().map(|(why, given)| {
        let given = given.to_string();
        let canonical = Document::parse(given.as_bytes()).unwrap_or_else(|error| panic!("{why}: {error}")).canonical();
        accepted(why, given.as_bytes(), &canonical)
    });
    let others = no_proposals();
    let others = others.iter().map(|(why, given)| {
        let given = given.to_string();
        assert!(Document::parse(given.as_bytes()).is_err(), "{why}");
        refused(why, given.as_bytes())
    });
    Json::Object(vec![
        ("canonical", Json::List(canonical.collect())),
        ("refused", Json::List(not.collect())),
        ("proposals", Json::List(documents.collect())),
        ("no_proposals", Json::List(others.collect())),
    ])
}

#[test]
fn vectors_of_documents_are_the_committed_bytes() {
    golden(&path("canonical-json.json"), &canonical_json().to_file());
}
