//! Hostile rules and lists: they are refused in few words, or run in time that grows no faster than the text.

use super::folder::{Folder, rule};

const PHRASE: &str = "match: {phrases: {\"zz\": \"yy\"}}";

/// The rule is refused with these words.
#[track_caller]
fn refused(keys: &str, words: &[&str]) {
    Folder::with_rule(keys, "fine\n").check(&["a.txt"]).refused(words);
}

#[test]
fn a_billion_laughs_in_a_rule_are_told_at_their_place() {
    let laughs = "why: &a x\ntags: [*a, *a, *a, *a]\nmatch: {phrases: {zz: yy}}";
    refused(laughs, &["an alias, `*name`, may not stand here", "rule.yml:3:"]);
    refused(&format!("tags: {}", "[".repeat(100_000)), &["recursion limit", "rule.yml:"]);
    refused("match:\n  <<: {phrases: {zz: yy}}", &["rule.yml:"]);
}

#[test]
fn a_rule_of_any_size_is_refused_before_it_is_read() {
    refused(&format!("why: {}\n{PHRASE}", "x".repeat(1 << 20)), &["it is larger than 1 MiB"]);
}

/// Each mistake drew the whole file from a copy of its own: a megabyte of them took a hundred gigabytes.
#[test]
fn a_rule_with_thousands_of_mistakes_is_told_in_twenty() {
    let bad: String = (0..9000).map(|n| format!("    \"{{nolemmazz{n}}} zz\": \"yy\"\n")).collect();
    refused(&format!("match:\n  phrases:\n{bad}"), &["nolemmazz0", "nolemmazz19", "and 8980 more mistakes"]);
}

#[test]
fn mistakes_in_thousands_of_rules_are_told_in_a_hundred() {
    let folder = Folder::with(&[("a.txt", "fine\n")]);
    for n in 0..2000 {
        folder.write(format!("rules/house/r{n}.yml"), "message: [");
    }
    folder.check(&["a.txt"]).refused(&["and 1900 more mistakes"]);
}

#[test]
fn a_pattern_that_is_large_when_compiled_is_refused() {
    for pattern in
        [r"(a{1000}){1000}", r"\\w{5000}", r"((((\\pL{50}){50}){50}){50})zz", r"(?i)\\p{L}{1,900}zz"]
    {
        refused(&format!("match: {{regex: \"{pattern}\"}}"), &["too large when compiled", "rule.yml:2:"]);
    }
}

/// A class of letters takes six kilobytes once it is parsed, before any limit of the compiler holds.
#[test]
fn a_pattern_that_is_large_when_parsed_is_refused() {
    let words = r"\\w".repeat(200_000);
    refused(&format!("match: {{regex: \"zz{words}\"}}"), &["the pattern is longer than 8000 bytes"]);
    let keys = format!("{PHRASE}\nunless: [{{before: \"{words}\"}}]");
    refused(&keys, &["the pattern is longer than 8000 bytes"]);
    let keys = format!("match: {{tokens: [{{text: zz, pos: \"{}\"}}]}}", "N?".repeat(50_000));
    refused(&keys, &["no part of speech matches"]);
}

/// Ten thousand patterns of a megabyte each were compiled and kept.
#[test]
fn many_large_patterns_of_one_rule_are_refused() {
    let phrase = |n| format!("    \"zz{n}\": {{to: yy, unless: [{{before: '\\p{{L}}{{1,60}}{n}'}}]}}\n");
    let phrases: String = (0..2000).map(phrase).collect();
    refused(&format!("match:\n  phrases:\n{phrases}"), &["compile to more than 16 MiB"]);
}

#[test]
fn look_around_and_back_references_are_refused_with_what_to_use() {
    refused("match: {regex: 'zz(?=y)'}", &["look-around is not supported: use `unless` or `when`"]);
    refused(r"match: {regex: '(z)\1'}", &["backreferences are not supported", "compare them with `where`"]);
}

#[test]
fn more_of_anything_than_a_rule_may_have_is_refused() {
    let row = |token: &str, n: usize| format!("match: {{tokens: [{}]}}", vec![token; n].join(", "));
    refused(&row("{text: zz}", 65), &["65 tokens; at most 64 are allowed"]);
    refused(&row("{text: zz, skip: 4000000000}", 1), &["4000000000 words to skip; at most 20"]);
    refused(&row("{text: zz, skip: -1}", 1), &["rule.yml:2:"]);
    refused(&row(&format!("{{text: \"{}\"}}", vec!["zz"; 1001].join("|")), 1), &["1001 alternatives"]);
    refused(&format!("{PHRASE}\nbudget: .nan"), &["the budget is no number of findings"]);
    refused(&format!("{PHRASE}\nbudget: -1"), &["the budget is no number of findings"]);
    refused(&format!("{PHRASE}\nbudget: .inf"), &["the budget is no number of findings"]);
    let long = "x".repeat(1001);
    refused(&format!("match: {{phrases: {{zz: \"{long}\"}}}}"), &["the text is longer than 1000 bytes"]);
    refused(&format!("{PHRASE}\nfix: {{to: \"{}\"}}", "{0}".repeat(33)), &["more than 32 places in braces"]);
    let many = vec!["y"; 33].join(", ");
    refused(&format!("match: {{phrases: {{zz: [{many}]}}}}"), &["33 corrections of one phrase"]);
    let conditions = vec!["{before: x}"; 65].join(", ");
    refused(&format!("{PHRASE}\nunless: [{conditions}]"), &["65 conditions under `unless`"]);
    let words = vec!["x"; 1001].join(", ");
    refused(&format!("match: {{repeat: {{of: word, ignore: [{words}]}}}}"), &["1001 words to ignore"]);
    let phrases: String = (0..10_001).map(|n| format!("    zz{n}: yy\n")).collect();
    refused(&format!("match:\n  phrases:\n{phrases}"), &["10001 phrases; at most 10000"]);
    let phrase = format!("match:\n  phrases:\n    ? \"zz {}\"\n    : yy", "x".repeat(2000));
    refused(&phrase, &["the phrase is longer than 2000 bytes"]);
    refused("match: {repeat: {of: word, window: 4000000000}}", &["unknown field `window`"]);
    refused("match: {phrases: {zz: yy}}\nfix: {to: \"{fix}{fix}\"}", &["{fix} cannot stand in a fix"]);
}

/// The code of a language was printed as the rule had it.
#[test]
fn a_language_that_is_no_code_is_refused() {
    refused(&format!("{PHRASE}\nsource: \"\\e[31m\\n::error::x\""), &["is no code of a language"]);
    refused(&format!("{PHRASE}\nsource: [fr, French]"), &["“French” is no code of a language"]);
}

#[test]
fn a_word_list_of_any_size_is_refused() {
    let folder = Folder::with_rule("match: {phrases: {\"{@l} zz\": yy}}", "fine\n");
    let lists = [
        ("word\n".repeat(20_001), "longer than 20000 entries"),
        ("x".repeat(201), "the entry in line 1 is longer than 200 bytes"),
        ("x\n".repeat(600_000), "it is larger than 1 MiB"),
    ];
    for (list, words) in lists {
        folder.write("rules/house/lists/l.txt", list);
        folder.check(&["a.txt"]).refused(&[words]);
    }
}

/// A list of 20,000 entries in each of 10,000 phrases took gigabytes.
#[test]
fn a_long_list_in_very_many_phrases_is_refused() {
    let folder = Folder::with_rule(PHRASE, "fine\n");
    let phrases = |name: &str, n: usize| {
        let phrases: String = (0..n).map(|n| format!("    \"{{@l}} of {n}\": yy\n")).collect();
        folder.write(format!("rules/house/{name}.yml"), rule(&format!("match:\n  phrases:\n{phrases}")));
    };
    folder.write("rules/house/lists/l.txt", (0..20_000).map(|n| format!("zz{n}\n")).collect::<String>());
    phrases("rule", 10);
    assert_eq!(folder.check(&["a.txt", "-q"]).code, Some(0), "that much is allowed");
    phrases("rule", 10_000);
    folder
        .check(&["a.txt"])
        .refused(&["rule.yml:", "the word lists that the rule names have more than 200000 entries"]);
    (0..10).for_each(|n| phrases(&format!("rule{n}"), 10));
    phrases("rule", 10);
    folder.check(&["a.txt"]).refused(&["name have together more than 2000000 entries", "load fewer rules"]);
}

/// Each group of alternatives that can take the same letters doubled the ways through a phrase.
#[test]
fn a_phrase_of_many_alternatives_does_not_take_all_ways_through_a_text() {
    let groups = "{a|aa|aaa}".repeat(31);
    for phrase in [format!("{groups}zz"), format!("zz{groups}"), format!("zz {}", "{a |a a |}".repeat(30))] {
        let article = format!("{a}zz{a} zz {b}b\n", a = "a".repeat(500), b = "a ".repeat(500)).repeat(20);
        let folder = Folder::with_rule(&format!("match: {{phrases: {{\"{phrase}\": yy}}}}"), &article);
        let ended = folder.check(&["a.txt", "-q"]);
        assert_eq!(ended.err, "", "{phrase}");
    }
}

/// Each token that may be missing or skipped multiplied the ways through a sentence.
#[test]
fn a_row_of_optional_tokens_does_not_take_all_ways_through_a_sentence() {
    let optional = vec!["{text: a, optional: true, skip: 20}"; 40].join(", ");
    let words = "a ".repeat(3000);
    for row in [format!("{optional}, {{text: zz}}"), format!("{{text: zz}}, {optional}, {{text: yy}}")] {
        let folder =
            Folder::with_rule(&format!("match: {{tokens: [{row}]}}"), &format!("{words}zz {words}zz.\n"));
        let ended = folder.check(&["a.txt", "-q"]);
        assert_eq!(ended.err, "", "{row}");
    }
}

#[test]
fn a_nested_quantifier_runs_in_linear_time() {
    let article = format!("{}!\n", "a".repeat(200_000));
    for pattern in
        ["(a+)+b", "(a|a)*b", "(a*)*(a*)*(a*)*zz", "^(([a-z])+.)+[A-Z]([a-z])+$", "(.*)(.*)(.*)(.*)zz"]
    {
        let folder = Folder::with_rule(&format!("match: {{regex: '{pattern}'}}"), &article);
        assert_eq!(folder.check(&["a.txt", "-q"]).code, Some(0), "{pattern}");
    }
}

/// Entries with the same first word were compared one by one, at each such word of a text.
#[test]
fn a_list_of_entries_with_the_same_beginning_is_searched_and_not_gone_through() {
    let folder =
        Folder::with_rule("match: {tokens: [{list: l}, {text: zz}]}", &"the end the zz. ".repeat(2000));
    let list: String =
        (0..19_999).map(|n| format!("the w{n}\n")).chain(["the end the\n".to_owned()]).collect();
    folder.write("rules/house/lists/l.txt", list);
    let ended = folder.check(&["a.txt", "--output-format", "concise", "-q"]);
    assert_eq!(ended.out().lines().count(), 2000, "{}", ended.err);
}

/// A correction of a thousand letters for one, ten times over, would have filled any disk.
#[test]
fn a_fix_that_multiplies_the_text_leaves_it_as_it_was() {
    let article = "a ".repeat(5000);
    let keys = format!("match: {{phrases: {{\"aa\": \"aa {}\"}}}}\nfix: {{safety: safe}}", "aa ".repeat(300));
    let article = article.replace('a', "aa");
    let folder = Folder::with_rule(&keys, &article);
    let own = ["fix", "--no-grammar", "--rules", "rules", "--select", "house", "a.txt", "-q"];
    folder.run(own).refused(&["the fixes of `house/rule`", "a.txt"]);
    assert_eq!(folder.read("a.txt"), article);
}

#[test]
fn two_files_of_one_rule_do_not_hide_each_other() {
    let folder =
        Folder::with(&[("a.txt", "zz\n"), ("rules/house/x.yml", &rule(PHRASE)), ("rules/house/x.yaml", "")]);
    folder.check(&["a.txt"]).refused(&["is the same rule as rules/house/x.yaml"]);
}

#[cfg(unix)]
mod on_disk {
    use super::*;
    use crate::folder::named;

    /// A mistake in a rule is drawn with its line, and so showed a line of any file that a link named.
    #[test]
    fn a_link_out_of_the_rules_shows_no_line_of_somebodys_file() {
        let secret = "match: [\nmachine example.org password hunter2 {\n";
        let folder =
            Folder::with(&[("a.txt", "zz\n"), ("home/.netrc", secret), ("rules/house/x.yml", &rule(PHRASE))]);
        folder.link("rules/house/key.yml", "../../home/.netrc");
        let ended = folder.check(&["a.txt"]);
        ended.refused(&["rules/house/key.yml", "is a link that leads out of the folder of rules"]);
        assert!(!ended.err.contains("hunter2"), "{}", ended.err);
        std::fs::remove_file(folder.path().join("rules/house/key.yml")).expect("removed");
        for (link, target) in [("rules/house/lists/l.txt", "/etc/passwd"), ("rules/other", "../home")] {
            folder.write("home/y.yml", rule(PHRASE));
            folder.link(link, target);
            folder.check(&["a.txt"]).refused(&["is a link that leads out of the folder of rules"]);
            std::fs::remove_file(folder.path().join(link)).expect("removed");
        }
        // A link inside of the folder, and a folder that is a link itself, are what somebody wants.
        folder.link("rules/house/same.yml", "x.yml");
        folder.link("linked", "rules");
        let own = ["check", "--no-grammar", "--rules", "linked", "--select", "house", "a.txt"];
        assert_eq!(folder.run(own).code, Some(1));
        folder.link("one.yml", "rules/house/x.yml");
        let own = ["check", "--no-grammar", "--rules", "one.yml", "a.txt"];
        assert!(folder.run(own).err.contains("one.yml") || folder.run(own).code.is_some());
    }

    #[test]
    fn a_list_is_looked_for_in_its_pack_and_nowhere_else() {
        for name in ["../../home/l", "/etc/passwd", "..", "a/../../l"] {
            let folder =
                Folder::with_rule(&format!("match: {{phrases: {{\"{{@{name}}} zz\": yy}}}}"), "zz\n");
            folder.write("home/l.txt", "x\n");
            folder.check(&["a.txt"]).refused(&["there is no word list"]);
        }
    }

    #[test]
    fn a_pipe_or_a_device_among_rules_is_refused_at_once() {
        let folder = Folder::with_rule(PHRASE, "zz\n");
        folder.pipe("rules/house/pipe.yml");
        folder.check(&["a.txt"]).refused(&["rules/house/pipe.yml", "it is not a regular file"]);
        folder.run(["check", "--rules", "rules/house/pipe.yml", "a.txt"]).refused(&["pipe.yml"]);
        std::fs::remove_file(folder.path().join("rules/house/pipe.yml")).expect("removed");
        folder.link("rules/house/lists/zero.txt", "/dev/zero");
        folder.check(&["a.txt"]).refused(&["rules/house/lists/zero.txt"]);
        std::fs::remove_file(folder.path().join("rules/house/lists/zero.txt")).expect("removed");
        let sparse = std::fs::File::create(folder.path().join("rules/house/big.yml")).expect("made");
        sparse.set_len(10 << 30).expect("made longer");
        folder.check(&["a.txt"]).refused(&["rules/house/big.yml", "it is larger than 1 MiB"]);
    }

    #[test]
    fn odd_names_among_rules_are_told_and_not_obeyed() {
        for name in
            [&b"rules/house/a\n::error::x.yml"[..], b"rules/house/\xff.yml", b"rules/house/\x1b[31m.yml"]
        {
            let folder = Folder::with_rule(PHRASE, "zz\n");
            folder.write(named(name), rule(PHRASE));
            folder.check(&["a.txt"]).refused(&["is not a place for a rule"]);
        }
        let folder = Folder::with_rule(PHRASE, "zz\n");
        folder.write("rules/house/RULE.yml", rule(PHRASE));
        folder.check(&["a.txt"]).refused(&["“house/RULE.yml” is not a place for a rule"]);
        let folder = Folder::with_rule(PHRASE, "zz\n");
        folder.write("rules/house/folder.yml/x.txt", "");
        assert_eq!(folder.check(&["a.txt"]).code, Some(1));
    }
}
