//! A day of edits: what the server holds does not grow with them.
//!
//! `MTLINT_LSP_EDITS=86400 cargo test --test lsp a_day` makes one edit for each second of a day.

use std::fs;

use serde_json::{Value, json};

use crate::client::{Client, everything};

/// Edits without the variable: enough to see that all of it works.
const FEW: usize = 500;

/// What memory may grow by after the first tenth of a long run, in bytes.
const GROWTH: u64 = 24 << 20;

/// Documents that are open at a time.
const OPEN: usize = 3;

/// So many edits are made before a document is closed and another one opened.
const STAY: usize = 50;

/// The memory of a process that is in use, in bytes; `None` where the system does not tell.
fn resident(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kibibytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes << 10)
}

/// An article of some paragraphs that are like no other's.
fn article(number: usize) -> String {
    let paragraph = |nth: usize| {
        format!(
            "The minister number {number} spoke to {nth} people at the the market, and nobody said a word.\n\n"
        )
    };
    (0..20).map(paragraph).collect()
}

#[test]
fn a_day_of_edits_does_not_make_the_server_grow() {
    let edits = std::env::var("MTLINT_LSP_EDITS").ok().map_or(FEW, |edits| edits.parse().expect("a number"));
    let mut client = Client::open(&everything(), &[]);
    let name = |document: usize| format!("{document}.md");
    let mut versions = [1_i64; OPEN];
    let mut documents: [usize; OPEN] = std::array::from_fn(|slot| slot);
    for document in documents {
        client.open_text(&name(document), "markdown", &article(document));
        client.diagnostics(&name(document), 1, |all| all.len() == 20);
    }
    let mut opened = OPEN;
    let mut memory = Vec::new();
    for edit in 0..edits {
        let slot = edit % OPEN;
        if edit % STAY == STAY - 1 {
            let uri = client.uri(&name(documents[slot]));
            client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
            client.wait(|message| {
                message["params"]["uri"] == uri && message["params"].get("version").is_none_or(Value::is_null)
            });
            (documents[slot], versions[slot]) = (opened, 1);
            client.open_text(&name(opened), "markdown", &article(opened));
            client.diagnostics(&name(opened), 1, |all| all.len() == 20);
            opened += 1;
        }
        // A letter comes and goes, in a word that makes a sentence like no other.
        let (document, version) = (documents[slot], versions[slot] + 1);
        let at = |character: usize| json!({"line": 2 * (edit % 20), "character": character});
        let (range, text) = match edit / OPEN % 2 {
            0 => (json!({"start": at(0), "end": at(0)}), format!("x{edit} ")),
            _ => (json!({"start": at(0), "end": at(1)}), "y".to_owned()),
        };
        client.change(&name(document), version, json!([{"range": range, "text": text}]));
        versions[slot] = version;
        let found = client.diagnostics(&name(document), version, |_| true);
        assert_eq!(found.len(), 20, "each fault is found again");
        if edit % 100 == 7 {
            let actions = client.actions(&name(document), 0, 60, &Value::Null);
            assert!(actions.len() < 100);
            let uri = client.uri(&name(document));
            let place = json!({"textDocument": {"uri": uri}, "position": {"line": 0, "character": 60}});
            client.request("textDocument/hover", place);
        }
        if (edit + 1) % (edits / 10).max(1) == 0 {
            memory.extend(resident(client.process()));
        }
    }
    let mebibytes: Vec<u64> = memory.iter().map(|bytes| bytes >> 20).collect();
    println!("{edits} edits, {opened} documents; MiB in use after each tenth: {mebibytes:?}");
    if let (Some(first), Some(most)) = (memory.first(), memory.iter().max()) {
        assert!(most - first < GROWTH, "{mebibytes:?}");
    }
    client.shut_down();
}

#[test]
fn a_client_that_never_answers_is_owed_nothing() {
    // It says that it can be asked for its settings, and never answers.
    let capabilities = json!({"workspace": {"configuration": true}});
    let mut client = Client::open(&capabilities, &[]);
    for _ in 0..200 {
        client.notify("workspace/didChangeConfiguration", json!({"settings": null}));
    }
    let asked = client.wait(|message| message["method"] == "workspace/configuration");
    assert!(asked["id"].is_number());
    client.shut_down();
}

#[test]
fn ten_thousand_findings_are_listed_in_part() {
    let mut client = Client::open(&everything(), &[]);
    client.open_text("a.md", "markdown", &"He went to the the market.\n\n".repeat(10_000));
    let found = client.diagnostics("a.md", 1, |_| true);
    assert_eq!(found.len(), 2001);
    let last = &found[2000];
    assert_eq!((&last["code"], &last["severity"]), (&json!("mtlint/unlisted"), &json!(2)));
    let message =
        "From here on, 8000 more findings are not listed: repair those before, or run `mtlint check`.";
    assert_eq!(last["message"], message);
    assert_eq!(last["range"]["start"], json!({"line": 4000, "character": 11}));
    // What a client may ask of all of them is as little.
    let everywhere = json!({"start": {"line": 0, "character": 0}, "end": {"line": 20_000, "character": 0}});
    let params = json!({"textDocument": {"uri": client.uri("a.md")}, "range": everywhere, "context": {"diagnostics": []}});
    let actions = client.request("textDocument/codeAction", params);
    assert!(actions["result"].as_array().is_some_and(|actions| actions.len() < 200));
    client.shut_down();
}
