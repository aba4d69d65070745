//! Documents and drafts by themselves.

// Tests may panic: that is how they fail.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use serde_json::{Value, json};

fn why() -> Value {
    json!({
        "schema": SCHEMA,
        "author": "E0",
        "scope": "route:1",
        "title": "Route 1",
        "rationale": "the rate feed was compromised",
        "impact": { "security": "stops the loss", "availability": "route 1 waits", "privacy": "none" },
        "risk": "low",
        "rollback": "it expires by itself",
        "expiry": { "approve_within": 3_600, "execute_within": 3_600, "then": "nothing changes" },
        "attachments": [{
            "name": "report.pdf",
            "sha256": "ab".repeat(32),
            "size": 4_096,
            "kind": { "ci": { "pipeline": "ci/17", "commit": "cd".repeat(20), "result": "ef".repeat(32) } },
        }],
        "changes": {
            "action": { "emergency": { "pause": { "scope": "route:1", "seconds": 3_600 } } },
            "values": [{ "of": "route:1", "old": { "tx_max": "1" }, "new": { "tx_max": "2" } }],
        },
    })
}

fn parse(value: &Value) -> Result<Document, NoDocument> {
    Document::parse(value.to_string().as_bytes())
}

#[test]
fn a_document_has_one_form() -> Result<(), NoDocument> {
    let document = parse(&why())?;
    let canonical = document.canonical();
    assert_eq!(Document::parse(&canonical)?, document);
    assert_eq!(super::canonical(&canonical)?, canonical);
    let spaced = serde_json::to_vec_pretty(&why()).unwrap_or_default();
    assert_eq!(Document::parse(&spaced)?.canonical(), canonical);
    Ok(())
}

#[test]
fn one_text_has_one_form() {
    let written = |text: &str| canonical(text.as_bytes()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    for text in [
        r#"{}"#,
        r#"{"a":1,"b":[true,null,"ü"]}"#,
        r#"{"a":1.5}"#,
        r#"{"a":1e+21}"#,
        r#"{"a":9007199254740991}"#,
        "{\"\u{1F602}\":1,\"\u{FB33}\":2}",
    ] {
        assert_eq!(written(text).as_deref(), Some(text));
    }
    for (text, form) in [
        (r#" { "b" : 1,"a":2 } "#, r#"{"a":2,"b":1}"#),
        (r#"{"a":1.0,"b":-0,"c":1E3}"#, r#"{"a":1,"b":0,"c":1000}"#),
        (r#"{"a":"\u00fc\/"}"#, r#"{"a":"ü/"}"#),
        ("{\"\u{FB33}\":2,\"\u{1F602}\":1}", "{\"\u{1F602}\":1,\"\u{FB33}\":2}"),
    ] {
        assert_eq!(written(text).as_deref(), Some(form), "{text}");
    }
    for text in [
        "",
        "{",
        "{}{}",
        r#"{"a":1,"a":1}"#,
        r#"{"x":{"a":1,"a":2}}"#,
        r#"{"x":[{"a":1,"\u0061":2}]}"#,
        r#"{"a":9007199254740993}"#,
        r#"{"a":-9007199254740993}"#,
        r#"{"a":18446744073709551615}"#,
        r#"{"a":1e999}"#,
        r#"{"a":"\ud800"}"#,
    ] {
        assert!(written(text).is_none(), "{text}");
    }
    assert!(canonical(b"\xef\xbb\xbf{}").is_err() && canonical(b"{\"a\":\"\xff\"}").is_err());
    assert!(canonical("[".repeat(100_000).as_bytes()).is_err());
}

#[test]
fn what_people_do_not_see_is_refused_in_every_text() {
    for path in [
        "/title",
        "/rationale",
        "/impact/security",
        "/impact/availability",
        "/impact/privacy",
        "/risk",
        "/rollback",
        "/expiry/then",
        "/attachments/0/name",
        "/attachments/0/kind/ci/pipeline",
        "/changes/values/0/of",
    ] {
        for hostile in ["a\u{1b}[2Jb", "a\nneeds 1 approval", "\u{202e}gnp.exe", "\u{200b}", "\u{2800}", "a\u{7f}"] {
            let mut value = why();
            value.pointer_mut(path).into_iter().for_each(|text| *text = hostile.into());
            let refused = parse(&value);
            assert!(matches!(refused, Err(NoDocument::Hidden { .. })), "{path} {hostile:?}: {refused:?}");
            let canonical = canonical(value.to_string().as_bytes()).unwrap_or_default();
            assert!(matches!(visible(&canonical), Err(NoDocument::Hidden { .. })), "{path} {hostile:?}");
        }
        for blank in ["", " ", "\u{3000}\u{a0}"] {
            let mut value = why();
            value.pointer_mut(path).into_iter().for_each(|text| *text = blank.into());
            assert!(matches!(parse(&value), Err(NoDocument::Empty(_))), "{path} {blank:?}");
        }
    }
    assert!(matches!(visible(br#"{"a\u001bb":1}"#), Err(NoDocument::Hidden { .. })));
    assert_eq!(visible(br#"{"a":["b",1,null,{"c":"d"}]}"#), Ok(()));
}

#[test]
fn facts_of_a_document_hold_what_people_see_and_whole_numbers() {
    for path in ["/changes/action/emergency/pause/scope", "/changes/values/0/old/tx_max", "/changes/values/0/new"] {
        let mut value = why();
        *value.pointer_mut(path).unwrap() = "a\u{202e}b".into();
        assert!(matches!(parse(&value), Err(NoDocument::Hidden { .. })), "{path}");
        for wrong in [json!(0.5), json!(-1), json!(9_007_199_254_740_992_u64), json!(1e3)] {
            *value.pointer_mut(path).unwrap() = wrong.clone();
            assert!(matches!(parse(&value), Err(NoDocument::NotWhole(_))), "{path} {wrong}");
        }
        *value.pointer_mut(path).unwrap() = json!(9_007_199_254_740_991_u64);
        assert!(parse(&value).is_ok(), "{path}");
    }
    let mut value = why();
    value["changes"]["action"]["emergency"]["pause"]["a\u{200b}"] = json!(1);
    assert!(matches!(parse(&value), Err(NoDocument::Hidden { .. })));
}

#[test]
fn seats_and_scopes_have_one_spelling() {
    for (field, wrong) in [
        ("author", "E00"),
        ("author", "e0"),
        ("author", "S"),
        ("scope", "route:01"),
        ("scope", "Everything"),
        ("scope", "account:00"),
    ] {
        let mut value = why();
        value[field] = wrong.into();
        assert!(matches!(parse(&value), Err(NoDocument::Unreadable(_))), "{field} {wrong}");
    }
    let mut value = why();
    value["scope"] = format!("account:{}", "AB".repeat(32)).into();
    assert!(parse(&value).is_err());
}

#[test]
fn a_draft_leaves_out_what_the_chain_knows_and_nothing_else() -> Result<(), NoDocument> {
    let whole = parse(&why())?;
    // The schema's name may be left out too, and is then the present one.
    let left = ["author", "scope", "expiry.approve_within", "expiry.execute_within", "changes"];
    let mut value = why();
    value.as_object_mut().unwrap().remove("schema");
    for field in left {
        let (parent, name) = field.split_once('.').map_or(("", field), |(parent, name)| (parent, name));
        let parent = if parent.is_empty() { &mut value } else { &mut value[parent] };
        parent.as_object_mut().unwrap().remove(name).unwrap();
    }
    let draft = Draft::parse(value.to_string().as_bytes())?;
    assert_eq!(draft.left_out(), left);
    assert!(draft.whole().is_err() && parse(&value).is_err());
    for needed in ["title", "rationale", "impact", "risk", "rollback", "expiry"] {
        let mut value = value.clone();
        value.as_object_mut().unwrap().remove(needed);
        assert!(Draft::parse(value.to_string().as_bytes()).is_err(), "{needed}");
    }
    let stated = Draft::parse(&whole.canonical())?;
    assert_eq!((stated.left_out(), stated.whole()?), (Vec::new(), whole.clone()));
    assert_eq!(Draft::from(whole), stated);
    Ok(())
}

#[test]
fn an_attachment_is_named_by_its_whole_hash() {
    for wrong in ["", "deadbeef", &"AB".repeat(32), &"zz".repeat(32), &format!("0x{}", "ab".repeat(31))] {
        for path in ["/attachments/0/sha256", "/attachments/0/kind/ci/result", "/attachments/0/kind/ci/commit"] {
            let mut value = why();
            *value.pointer_mut(path).unwrap() = json!(wrong);
            assert!(matches!(parse(&value), Err(NoDocument::NoHash(_))), "{path} {wrong}");
        }
    }
}

#[test]
fn fields_are_there_once_and_no_others() {
    let text = why().to_string();
    for wrong in [
        text.replacen("\"risk\"", "\"risks\"", 1),
        text.replacen("{", "{\"risk\":\"none\",", 1),
        text.replacen(SCHEMA, "other/1", 1),
        text.replacen(SCHEMA, "greatseal.proposal/1", 1),
        text.replacen(&format!("\"{SCHEMA}\""), "2", 1),
        text.replacen("{", "{\"approved\":true,", 1),
        String::new(),
    ] {
        assert!(Document::parse(wrong.as_bytes()).is_err(), "{wrong}");
    }
    let long = json!("long ".repeat(20_000));
    let mut value = why();
    value["rationale"] = long;
    assert!(matches!(parse(&value), Err(NoDocument::TooLong(_))));
}
