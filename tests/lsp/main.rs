//! `mtlint lsp`: whole conversations over standard input and output.

mod client;
mod day;
mod noise;

use client::{Client, applied, everything};
use serde_json::{Value, json};

const RULE: &str = "repetition/small-word-doubled";
const TEXT: &str = "They met at the the summit. 😀 And at the the end.\n\nThe the end came soon.\n";

fn titles(actions: &[Value]) -> Vec<&str> {
    actions.iter().map(|action| action["title"].as_str().expect("a title")).collect()
}

fn titled<'a>(actions: &'a [Value], start: &str) -> &'a Value {
    let found =
        actions.iter().find(|action| action["title"].as_str().is_some_and(|title| title.starts_with(start)));
    found.unwrap_or_else(|| panic!("no “{start}” in {:?}", titles(actions)))
}

#[test]
fn a_whole_conversation() {
    let mut client = Client::start(&["--no-grammar", "--stdio"], &[]);
    let result = client.initialize(&everything());
    assert_eq!(result["serverInfo"]["name"], "mtlint");
    let capabilities = &result["capabilities"];
    assert_eq!(capabilities["positionEncoding"], "utf-16");
    assert_eq!(capabilities["textDocumentSync"]["change"], 2);
    assert_eq!(
        capabilities["codeActionProvider"]["codeActionKinds"],
        json!(["quickfix", "source.fixAll.mtlint"])
    );
    assert_eq!(capabilities.get("diagnosticProvider"), None, "this client is told");

    client.open_text("a.md", "markdown", TEXT);
    let found = client.diagnostics("a.md", 1, |_| true);
    let ranges: Vec<&Value> = found.iter().map(|found| &found["range"]).collect();
    let range = |line, start, end| json!({"start": {"line": line, "character": start}, "end": {"line": line, "character": end}});
    assert_eq!(ranges, [&range(0, 12, 19), &range(0, 38, 45), &range(2, 0, 7)]);
    let first = &found[0];
    assert_eq!(
        (&first["code"], &first["source"], &first["severity"]),
        (&json!(RULE), &json!("mtlint"), &json!(1))
    );
    assert_eq!(first["message"], "“the the”: the word is set twice.");
    assert_eq!(first["tags"], json!([1]), "what can be left out is faded");
    let data = json!({"rule": RULE, "fixes": [{
        "title": "replace with “the”", "safety": "safe", "edits": [{"range": range(0, 15, 19), "newText": ""}],
    }]});
    assert_eq!(first["data"], data);

    // One finding, all of its rule, and what is not wanted.
    let actions = client.actions("a.md", 0, 14, &Value::Null);
    let expected = [
        "Replace with “the”".to_owned(),
        format!("Fix all 3 findings of {RULE}"),
        format!("Ignore {RULE} in this line"),
        format!("Ignore {RULE} everywhere (in mtlint.toml)"),
        "Fix all that is safe to fix (mtlint)".to_owned(),
    ];
    assert_eq!(titles(&actions), expected);
    let uri = client.uri("a.md");
    assert_eq!(actions[0]["isPreferred"], true);
    assert_eq!(actions[0]["diagnostics"], json!([first]));
    assert_eq!(applied(TEXT, &actions[0]["edit"], &uri), TEXT.replacen("the the", "the", 1));
    assert_eq!(actions[0]["edit"]["documentChanges"][0]["textDocument"]["version"], 1);
    let clean = "They met at the summit. 😀 And at the end.\n\nThe end came soon.\n";
    for title in ["Fix all 3", "Fix all that is safe"] {
        let action = titled(&actions, title);
        assert_eq!(action.get("edit"), None, "it is made when it is chosen");
        let action = client.request("codeAction/resolve", action.clone())["result"].clone();
        assert_eq!(applied(TEXT, &action["edit"], &uri), clean);
    }
    let comment = format!("<!-- mtlint-disable-next-line {RULE}: say why -->\n");
    let action = titled(&actions, &format!("Ignore {RULE} in"));
    assert_eq!(applied(TEXT, &action["edit"], &uri), format!("{comment}{TEXT}"));

    let at = |character: u32| json!({"textDocument": {"uri": uri}, "position": {"line": 0, "character": character}});
    let hover = client.request("textDocument/hover", at(13))["result"].clone();
    let text = hover["contents"]["value"].as_str().expect("a text");
    assert!(
        text.starts_with(
            "**“the the”: the word is set twice.**\n\n`repetition/small-word-doubled` · error\n\nTwo pieces"
        ),
        "{text}"
    );
    assert!(text.ends_with("- Replace with “the” (safe)"), "{text}");
    assert_eq!(hover["range"], range(0, 12, 19));
    assert_eq!(client.request("textDocument/hover", at(1))["result"], Value::Null);

    // The client applies a fix, and says so.
    client.change("a.md", 2, json!([{"range": range(0, 15, 19), "text": ""}]));
    let left = client.diagnostics("a.md", 2, |_| true);
    assert_eq!(
        left.iter().map(|found| &found["range"]).collect::<Vec<_>>(),
        [&range(0, 34, 41), &range(2, 0, 7)]
    );

    // What was promised for a version that is gone is not done.
    let old = client.request("codeAction/resolve", titled(&actions, "Fix all 3").clone());
    assert_eq!(old["error"]["code"], -32801);

    client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    client.wait(|message| message["params"]["diagnostics"] == json!([]) && message["params"]["uri"] == uri);
    client.shut_down();
}

#[test]
fn a_client_that_can_do_little_gets_edits_at_once() {
    let capabilities = json!({"textDocument": {"codeAction": {"codeActionLiteralSupport": {}}}});
    let mut client = Client::open(&capabilities, &[("mtlint.toml", "# mine\n")]);
    client.open_text("a.txt", "plaintext", TEXT);
    let actions = client.actions("a.txt", 0, 14, &Value::Null);
    let uri = client.uri("a.txt");
    assert_eq!(titles(&actions).len(), 4, "no comment is written into plain text");
    let once = TEXT.replace("the the", "the").replace("The the", "The");
    for title in ["Fix all 3", "Fix all that is safe"] {
        let edit = &titled(&actions, title)["edit"];
        assert!(edit["changes"].is_object(), "{edit}");
        assert_eq!(applied(TEXT, edit, &uri), once);
    }
    let config = client.uri("mtlint.toml");
    let edit = &titled(&actions, &format!("Ignore {RULE} everywhere"))["edit"];
    assert_eq!(applied("# mine\n", edit, &config), format!("# mine\n\n[rules]\nignore = [\"{RULE}\"]\n"));
    client.shut_down();
}

#[test]
fn a_rule_is_ignored_in_a_config_that_is_made_for_it() {
    let mut client = Client::open(&everything(), &[]);
    client.open_text("a.txt", "plaintext", TEXT);
    client.diagnostics("a.txt", 1, |found| found.len() == 3);
    let actions = client.actions("a.txt", 0, 14, &json!(["quickfix"]));
    let action = titled(&actions, &format!("Ignore {RULE} everywhere"));
    let action = client.request("codeAction/resolve", action.clone())["result"].clone();
    let config = client.uri("mtlint.toml");
    let create = &action["edit"]["documentChanges"][0];
    assert_eq!((&create["kind"], &create["uri"]), (&json!("create"), &json!(config)));
    let text = applied("", &action["edit"], &config);
    assert_eq!(text, format!("[rules]\nignore = [\"{RULE}\"]\n"));

    // The editor saves it, and says so.
    client.write("mtlint.toml", &text);
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": config, "type": 1}]}));
    client.diagnostics("a.txt", 1, <[Value]>::is_empty);
    client.shut_down();
}

#[test]
fn config_and_rules_are_read_again_when_they_change() {
    let mut client = Client::open(&everything(), &[(".mtlint/rules/house/x.yml", "")]);
    let registered = client.wait_for("client/registerCapability");
    assert_eq!(registered["registrations"][0]["method"], "workspace/didChangeWatchedFiles");
    client.open_text("a.txt", "plaintext", "We say xyzzy here, at the the door.\n");
    let said = client.wait_for("window/showMessage");
    assert!(said["message"].as_str().is_some_and(|text| text.contains("house/x.yml")), "{said}");
    client.diagnostics("a.txt", 1, <[Value]>::is_empty);

    let rule = "message: We do not say that.\nseverity: info\nmatch: {regex: 'xyzzy'}\nexamples:\n  - {bad: say xyzzy}\n  - {ok: say it}\n";
    let path = ".mtlint/rules/house/x.yml";
    client.write(path, rule);
    let changed = |client: &mut Client, name: &str| {
        let uri = client.uri(name);
        client.notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": uri, "type": 2}]}));
    };
    changed(&mut client, path);
    let codes = |found: &[Value]| {
        found.iter().map(|found| found["code"].as_str().unwrap_or("").to_owned()).collect::<Vec<_>>()
    };
    client.diagnostics("a.txt", 1, |found| codes(found) == ["house/x", RULE]);

    client.write("mtlint.toml", "[rules]\nignore = ['house']\n");
    changed(&mut client, "mtlint.toml");
    client.diagnostics("a.txt", 1, |found| codes(found) == [RULE]);

    // A mistake is told with its place, and nothing is shown that may be wrong.
    client.write("mtlint.toml", "[rules]\nignore = ['hose']\n");
    changed(&mut client, "mtlint.toml");
    let said = client.wait_for("window/showMessage");
    let message = said["message"].as_str().expect("a text");
    assert!(message.contains("mtlint.toml:2:11") && message.contains("did you mean `house`?"), "{message}");
    client.diagnostics("a.txt", 1, <[Value]>::is_empty);

    client.write("mtlint.toml", "");
    let settings = json!({"settings": {"mtlint": {"minSeverity": "error"}}});
    client.notify("workspace/didChangeConfiguration", settings);
    client.diagnostics("a.txt", 1, |found| codes(found) == [RULE]);

    // Taken out again, a setting holds no longer.
    client.notify("workspace/didChangeConfiguration", json!({"settings": {"mtlint": {}}}));
    client.diagnostics("a.txt", 1, |found| codes(found) == ["house/x", RULE]);

    client.notify("workspace/didChangeConfiguration", json!({"settings": {"mtlint": {"minSeverity": 3}}}));
    let said = client.wait_for("window/showMessage");
    assert!(said["message"].as_str().is_some_and(|text| text.contains("settings")), "{said}");
    client.shut_down();
}

#[test]
fn a_client_may_ask_for_diagnostics() {
    let mut capabilities = everything();
    capabilities["textDocument"]["diagnostic"] = json!({"dataSupport": true});
    capabilities["workspace"]["diagnostics"] = json!({"refreshSupport": true});
    capabilities["workspace"]["configuration"] = json!(true);
    let mut client = Client::start(&["--no-grammar"], &[]);
    let result = client.initialize(&capabilities);
    assert!(result["capabilities"]["diagnosticProvider"].is_object());
    let asked = client.wait(|message| message["method"] == "workspace/configuration");
    assert_eq!(asked["params"]["items"], json!([{"section": "mtlint"}]));
    client.open_text("a.txt", "plaintext", TEXT);
    let params = json!({"textDocument": {"uri": client.uri("a.txt")}});
    let report = client.request("textDocument/diagnostic", params.clone())["result"].clone();
    assert_eq!((&report["kind"], report["items"].as_array().map(Vec::len)), (&json!("full"), Some(3)));
    // The settings come, and with them other findings.
    client.send(&json!({"jsonrpc": "2.0", "id": asked["id"], "result": [{"ignore": [RULE]}]}));
    client.wait_for("workspace/diagnostic/refresh");
    let report = client.request("textDocument/diagnostic", params)["result"].clone();
    assert_eq!(report["items"], json!([]));
    client.shut_down();
}

#[test]
fn columns_are_what_was_agreed_on() {
    for (encoding, column) in [("utf-8", 5), ("utf-16", 3), ("utf-32", 2)] {
        let mut capabilities = everything();
        capabilities["general"]["positionEncodings"] = json!([encoding, "utf-16"]);
        let mut client = Client::start(&["--no-grammar"], &[]);
        assert_eq!(client.initialize(&capabilities)["capabilities"]["positionEncoding"], encoding);
        client.open_text("a.txt", "plaintext", "😀 the the end\n");
        let found = client.diagnostics("a.txt", 1, |found| !found.is_empty());
        assert_eq!(found[0]["range"]["start"]["character"], column, "{encoding}");
        client.shut_down();
    }
}

#[test]
fn what_is_excluded_or_too_long_is_not_checked() {
    let config = "[files]\nexclude = ['drafts/']\n";
    let mut client = Client::open(&everything(), &[("mtlint.toml", config), ("drafts/a.txt", TEXT)]);
    client.open_text("drafts/a.txt", "plaintext", TEXT);
    client.diagnostics("drafts/a.txt", 1, <[Value]>::is_empty);
    client.open_text("mtlint.toml", "toml", "# at the the end\n");
    client.diagnostics("mtlint.toml", 1, <[Value]>::is_empty);

    client.open_text("long.txt", "plaintext", &"at the the end\n".repeat(600_000));
    let said = client.wait_for("window/showMessage");
    assert!(said["message"].as_str().is_some_and(|text| text.contains("8 MiB")), "{said}");
    client.diagnostics("long.txt", 1, <[Value]>::is_empty);
    client.change("long.txt", 2, json!([{"text": TEXT}]));
    client.diagnostics("long.txt", 2, |found| found.len() == 3);
    client.shut_down();
}

#[test]
fn a_text_without_a_file_is_checked_too() {
    let mut client = Client::open(&everything(), &[("mtlint.toml", "[rules]\nselect = ['repetition']\n")]);
    let document =
        json!({"uri": "untitled:Untitled-1", "languageId": "plaintext", "version": 1, "text": TEXT});
    client.notify("textDocument/didOpen", json!({"textDocument": document}));
    let published = client.wait_for("textDocument/publishDiagnostics");
    assert_eq!(published["diagnostics"].as_array().map(Vec::len), Some(3));
    client.shut_down();
}

#[test]
fn the_exit_code_says_how_it_ended() {
    let mut client = Client::open(&json!({}), &[]);
    client.notify("exit", Value::Null);
    assert_eq!(client.exit().code(), Some(1), "exit without shutdown");
    let mut client = Client::start(&[], &[]);
    client.notify("exit", Value::Null);
    assert_eq!(client.exit().code(), Some(1), "exit without initialize");
    let mut client = Client::open(&json!({}), &[]);
    assert_eq!(client.exit().code(), Some(1), "the client went away");
    let mut client = Client::open(&json!({}), &[]);
    client.request("shutdown", Value::Null);
    assert_eq!(client.exit().code(), Some(1), "the client went away after shutdown");
}

#[test]
fn requests_out_of_turn_are_refused() {
    let mut client = Client::start(&["--no-grammar"], &[]);
    let code = |answer: &Value| answer["error"]["code"].as_i64();
    assert_eq!(code(&client.request("textDocument/hover", json!({}))), Some(-32002));
    client.initialize(&json!({}));
    assert_eq!(code(&client.request("initialize", json!({}))), Some(-32600));
    assert_eq!(code(&client.request("textDocument/rename", json!({}))), Some(-32601));
    assert_eq!(code(&client.request("$/unknown", json!({}))), Some(-32601));
    assert_eq!(code(&client.request("textDocument/hover", json!({"position": 3}))), Some(-32602));
    client.send_text("{ this is no JSON");
    assert_eq!(
        code(&client.wait(|message| message["id"].is_null() && message.get("error").is_some())),
        Some(-32700)
    );
    client.send_text(r#"{"jsonrpc":"2.0","id":7.5,"method":"shutdown"}"#);
    assert_eq!(code(&client.wait(|message| message["id"] == 7.5)), Some(-32600));
    client.send_bytes(b"Content-Length: nonsense\r\n\r\n");
    client.notify("textDocument/didChange", json!({"textDocument": 1}));
    client.notify("textDocument/didOpen", Value::Null);
    client.request("shutdown", Value::Null);
    assert_eq!(code(&client.request("textDocument/hover", json!({}))), Some(-32600));
    client.notify("exit", Value::Null);
    assert_eq!(client.exit().code(), Some(0));
}

#[test]
fn a_request_that_waits_can_be_cancelled() {
    let mut client = Client::open(&everything(), &[]);
    // So long that the check takes far more time than the messages after it.
    client.open_text("long.txt", "plaintext", &TEXT.repeat(3_000));
    let uri = client.uri("long.txt");
    let params = json!({"textDocument": {"uri": uri}, "position": {"line": 0, "character": 13}});
    let (one, two) =
        (client.ask("textDocument/hover", params.clone()), client.ask("textDocument/hover", params.clone()));
    client.notify("$/cancelRequest", json!({"id": one}));
    client.notify("$/cancelRequest", json!({"id": 12345}));
    assert_eq!(client.answer(one)["error"]["code"], -32800);
    client.change("long.txt", 2, json!([{"text": TEXT}]));
    assert_eq!(client.answer(two)["error"]["code"], -32801, "it was about another text");
    assert!(client.request("textDocument/hover", params)["result"].is_object());
    client.shut_down();
}

#[cfg(feature = "grammar")]
#[test]
fn grammar_is_checked_when_nothing_changes() {
    let mut client = Client::start(&["--idle", "1"], &[]);
    client.initialize(&everything());
    let text = "The report was been published on Monday by the office.\n\nThey met at the the summit.\n";
    let rules = |found: &[Value]| {
        found.iter().map(|found| found["code"].as_str().unwrap_or("").to_owned()).collect::<Vec<_>>()
    };
    let both = ["grammar/GRAMMAR/WAS_BEEN/0", RULE];
    client.open_text("a.txt", "plaintext", text);
    client.diagnostics("a.txt", 1, |found| rules(found) == [RULE]);
    client.diagnostics("a.txt", 1, |found| rules(found) == both);
    // What grammar found stays while it is not checked again, and moves with the text.
    let place = json!({"line": 0, "character": 0});
    client.change("a.txt", 2, json!([{"range": {"start": place, "end": place}, "text": "Well: "}]));
    let found = client.diagnostics("a.txt", 2, |found| rules(found) == both);
    assert_eq!(found[0]["range"]["start"]["character"], 17);
    let actions = client.actions("a.txt", 0, 18, &json!(["quickfix"]));
    let fixed = applied(&format!("Well: {text}"), &actions[0]["edit"], &client.uri("a.txt"));
    assert!(
        fixed.starts_with("Well: The report was published") || fixed.starts_with("Well: The report has been"),
        "{fixed}"
    );
    client.shut_down();
}
