//! Conversations that nobody would have on purpose: random edits, random requests.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::client::{Client, applied, everything};

/// A replacement of characters `from..to` of the text, by their share of it, several in one notification.
fn edits() -> impl Strategy<Value = Vec<Vec<(f64, f64, String)>>> {
    const PIECES: [&str; 10] = ["the ", "é", "—", "😀", "\n", "\r\n", "\n\n", "", "Word. ", "at the the end"];
    let piece = prop::sample::select(&PIECES[..]).prop_map(str::to_owned);
    let place = || prop_oneof![Just(0.0), Just(1.0), 0.0..1.0];
    prop::collection::vec(prop::collection::vec((place(), place(), piece), 1..4), 1..25)
}

/// Lines end with LF or CR LF here, and a position never stands between CR and LF.
fn position(text: &[char], at: usize) -> (Value, usize) {
    let at = if at > 0 && text.get(at) == Some(&'\n') && text[at - 1] == '\r' { at - 1 } else { at };
    let line = text[..at].iter().filter(|c| **c == '\n').count();
    let start = text[..at].iter().rposition(|c| *c == '\n').map_or(0, |at| at + 1);
    let column: usize = text[start..at].iter().map(|c| c.len_utf16()).sum();
    (json!({"line": line, "character": column}), at)
}

/// The server's text can be told from what it answers: a doubled word at its very end is found only where it is, and
/// its fix gives the client's text without it.
#[test]
fn the_text_stays_the_same_on_both_sides() {
    let mut client = Client::open(&everything(), &[]);
    let mut runner = TestRunner::new(Config { cases: 12, failure_persistence: None, ..Config::default() });
    let mut round = 0;
    let case = |edits: Vec<Vec<(f64, f64, String)>>| {
        round += 1;
        let name = format!("{round}.txt");
        let mut text: Vec<char> = "They met. 😀\r\nThen they left.\n".chars().collect();
        client.open_text(&name, "plaintext", &text.iter().collect::<String>());
        let mut version = 1;
        for of_one in edits {
            version += 1;
            let mut changes = Vec::new();
            for (a, b, piece) in of_one {
                let at = |share: f64| (share * text.len() as f64).round() as usize;
                let ((start, from), (end, to)) =
                    (position(&text, at(a.min(b))), position(&text, at(a.max(b))));
                text.splice(from..to, piece.chars());
                changes.push(json!({"range": {"start": start, "end": end}, "text": piece}));
            }
            client.change(&name, version, json!(changes));
        }
        let (end, _) = position(&text, text.len());
        let mark = "\n\nHere they met at the the summit.";
        client.change(&name, version + 1, json!([{"range": {"start": end, "end": end}, "text": mark}]));
        text.extend(mark.chars());
        let text: String = text.into_iter().collect();
        let found = client.diagnostics(&name, version + 1, |_| true);
        let last = found.last().cloned().unwrap_or_default();
        prop_assert_eq!(&last["data"]["fixes"][0]["title"], "replace with “the”");
        let edit = json!({"changes": {"here": last["data"]["fixes"][0]["edits"]}});
        let fixed = text.strip_suffix("the summit.").map(|text| format!("{text}summit."));
        prop_assert_eq!(applied(&text, &edit, "here"), fixed.unwrap_or_default());
        Ok(())
    };
    let case = std::cell::RefCell::new(case);
    runner.run(&edits(), |edits| (case.borrow_mut())(edits)).unwrap_or_else(|error| panic!("{error}"));
    client.shut_down();
}

/// Parameters that may mean something, and may not.
fn params() -> impl Strategy<Value = Value> {
    let documents =
        ["a.txt", "b.txt", "c.txt"].map(|name| json!({"textDocument": {"uri": format!("file:///{name}")}}));
    let place = (any::<u32>(), 0u32..40)
        .prop_map(|(line, character)| json!({"line": line % 3, "character": character}));
    let document = prop::sample::select(documents.to_vec());
    prop_oneof![
        Just(Value::Null),
        Just(json!([1, 2])),
        document.clone(),
        (document, place).prop_map(|(mut params, place)| {
            params["position"] = place.clone();
            params["range"] = json!({"start": place, "end": place});
            params["context"] = json!({"diagnostics": []});
            params
        }),
        any::<u32>().prop_map(|number| json!({"title": "x", "data": {"uri": "file:///a.txt", "version": number % 3, "deed": "fixAll"}})),
    ]
}

/// A request with its parameters, or a change: of which document, how much, and whether it goes.
type Step = (String, Option<Value>, Option<(usize, u32, bool)>);

#[test]
fn no_request_stays_without_an_answer() {
    const METHODS: [&str; 8] = [
        "textDocument/hover",
        "textDocument/codeAction",
        "textDocument/diagnostic",
        "codeAction/resolve",
        "textDocument/formatting",
        "workspace/symbol",
        "initialize",
        "",
    ];
    let change = (0..3usize, 0..60u32, any::<bool>());
    let step = prop_oneof![
        6 => (prop::sample::select(&METHODS[..]), params()).prop_map(|(method, params)| (method.to_owned(), Some(params), None)),
        3 => change.prop_map(|change| (String::new(), None, Some(change))),
    ];
    let mut runner = TestRunner::new(Config { cases: 8, failure_persistence: None, ..Config::default() });
    let run = |steps: Vec<Step>| {
        let mut client = Client::open(&everything(), &[]);
        let mut asked = Vec::new();
        for (version, (method, params, change)) in steps.into_iter().enumerate() {
            if let Some(params) = params {
                asked.push(client.ask(&method, params));
            }
            let Some((which, at, closes)) = change else { continue };
            let uri = format!("file:///{}.txt", ["a", "b", "c"][which]);
            let text = "They met at the the summit.\n".repeat(at as usize);
            let document = json!({"uri": uri, "languageId": "plaintext", "version": version, "text": text});
            match (closes, at % 2) {
                (true, 0) => client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}})),
                (true, _) => client.notify("$/cancelRequest", json!({"id": asked.last()})),
                (false, 0) => client.notify("textDocument/didOpen", json!({"textDocument": document})),
                (false, _) => {
                    let place = json!({"line": at / 4, "character": at});
                    let changes = json!([{"range": {"start": place, "end": place}, "text": "the the "}]);
                    client.notify(
                        "textDocument/didChange",
                        json!({"textDocument": document, "contentChanges": changes}),
                    );
                }
            }
        }
        let last = client.ask("shutdown", Value::Null);
        asked.push(last);
        for id in asked {
            let answer = client.answer(id);
            prop_assert!(answer.get("result").is_some() != answer.get("error").is_some(), "{}", answer);
        }
        client.notify("exit", Value::Null);
        prop_assert_eq!(client.exit().code(), Some(0));
        Ok(())
    };
    runner.run(&prop::collection::vec(step, 1..60), run).unwrap_or_else(|error| panic!("{error}"));
}
