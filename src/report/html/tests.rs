//! The whole page: what a hostile text cannot do, what is bounded, and what leads where.

use super::*;
use crate::format::{Format, read};
use crate::report::testing::finding;
use crate::rule::RuleSet;
use crate::session::Guess;

/// A page about these texts, each with its findings, repaired to the same text.
fn page(texts: &[(&str, &str, Vec<crate::diagnostic::Diagnostic>)], format: Format) -> String {
    let rules = RuleSet::default();
    let mut page = Page::new(&rules, None, Applicability::Safe);
    for (path, text, diagnostics) in texts {
        let source = Source::from_text(*text).expect("short");
        let guess = Guess { language: "fr".to_owned(), findings: 3 };
        let checked = Checked { path, source: &source, diagnostics, guess: Some(&guess) };
        page.add(&checked, |source| read(source, format), Ok(&source));
    }
    page.render()
}

/// The page without the parts that are the same on every page.
fn body(page: &str) -> &str {
    let start = page.find("<body>").expect("there is a body");
    &page[start..page.rfind("<script>").expect("there is a script")]
}

const HOSTILE: &str = "</p><script>alert(1)</script> </style><!-- --> \"' onload=alert(2) <img src=x onerror=alert(3)> \
                       \u{202e}txt.exe\u{202c} \0 &lt;b&gt; javascript:alert(4) ]]> the the end";

#[test]
fn a_hostile_text_is_text_wherever_it_stands() {
    let mut diagnostic = finding(HOSTILE, "the the", &[(Applicability::Safe, HOSTILE)]);
    diagnostic.rule = format!("x/{HOSTILE}").into();
    diagnostic.message = HOSTILE.to_owned();
    diagnostic.why_url = Some("javascript:alert(5)".into());
    for fault in ["<script>alert(1)</script>", "\u{202e}txt", "\0", "\"'"] {
        let findings =
            vec![finding(HOSTILE, fault, &[(Applicability::Unsafe, "</ins>")]), diagnostic.clone()];
        let page = page(&[(HOSTILE, HOSTILE, findings)], Format::Plain);
        let body = body(&page);
        for tag in ["<script", "<img", "<!--", "</style", "<b>alert", " onerror=\"", "href=\"javascript"] {
            assert!(!body.contains(tag), "{tag} in {body}");
        }
        // Not even with its own words does a text begin an attribute.
        assert!(!page.contains('\0') && !page.contains('\u{202e}'), "what cannot be seen is written out");
        assert_eq!(page.matches("<script>").count(), 1, "only the page's own");
        assert!(body.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{body}");
    }
}

#[test]
fn a_hostile_title_or_path_is_text() {
    let rules = RuleSet::default();
    let mut page = Page::new(&rules, Some("</title><script>".to_owned()), Applicability::Safe);
    page.failed("<b>\u{202e}", "</li>\"");
    let page = page.render();
    assert!(page.contains("<title>&lt;/title&gt;&lt;script&gt; · mtlint report</title>"), "{page}");
    assert!(page.contains("<li><code>&lt;b&gt;\\u{202e}</code>: &lt;/li&gt;&quot;</li>"), "{page}");
}

/// The policy names the style and the script as a browser finds them, and nothing in the page needs more.
#[test]
fn the_policy_allows_the_page_itself_and_nothing_else() {
    let page = page(&[("a.txt", "the the end", vec![finding("the the end", "the the", &[])])], Format::Plain);
    let between = |open: &str, close: &str| {
        let start = page.find(open).expect("it opens") + open.len();
        &page[start..start + page[start..].find(close).expect("it closes")]
    };
    let policy = between("Content-Security-Policy\" content=\"", "\"");
    assert!(
        policy.starts_with("default-src &#39;none&#39;") || policy.starts_with("default-src 'none'"),
        "{policy}"
    );
    for text in [between("<style>", "</style>"), between("<script>", "</script>")] {
        assert!(policy.contains(&hash(text)), "{policy}");
    }
    let body = body(&page);
    let handler = |rest: &str| rest.trim_start_matches(|c: char| c.is_ascii_lowercase()).starts_with('=');
    assert!(!body.contains(" style="), "no inline style: {body}");
    assert!(!body.split(" on").skip(1).any(handler), "no inline handler: {body}");
    for loads in [" src=", "url(", "@import", "<link", "http://", "https://"] {
        assert!(!page.contains(loads), "{loads}");
    }
    assert!(!STYLE.contains('<') && !SCRIPT.contains("</"), "nothing in them ends the element");
}

/// Every link within the page leads somewhere, and no two places have one name.
#[test]
fn links_lead_to_places() {
    let text = "# One\n\nThe the *end* of it.\n\n- an an item\n\n> quoted quoted\n\nThe the end.\n";
    let findings: Vec<_> = ["The the *end*", "*end* of", "an an", "quoted quoted"]
        .map(|fault| finding(text, fault, &[(Applicability::Safe, "x")]))
        .into();
    let other = vec![finding(text, "One", &[])];
    for texts in [&[("a.md", text, findings.clone())][..], &[("a.md", text, findings), ("b.md", text, other)]]
    {
        let page = page(texts, Format::Markdown);
        let attribute = |name: &str| -> Vec<&str> {
            let open = format!(" {name}=\"");
            page.match_indices(&open)
                .map(|(at, _)| {
                    let rest = &page[at + open.len()..];
                    &rest[..rest.find('"').expect("it closes")]
                })
                .collect()
        };
        let mut ids = attribute("id");
        let links = attribute("href");
        assert!(links.len() > 10, "{links:?}");
        for link in links {
            let to = link.strip_prefix('#').expect("a link within the page");
            assert!(ids.contains(&to), "{to} is not there");
        }
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "an id is there twice");
    }
}

#[test]
fn the_blocks_of_a_text_are_what_they_are_and_markup_is_not_shown() {
    let text = "# Title\n\nA **bold** *move* to `code`.\n\n- item\n\n> quote\n";
    let page = page(&[("a.md", text, vec![finding(text, "**bold** *move*", &[])])], Format::Markdown);
    assert!(page.contains(r#"<h3 class="text">Title</h3>"#), "{page}");
    assert!(page.contains(">bold move</mark>"), "{page}");
    assert!(
        page.contains(r#"<p class="text item">item</p>"#)
            && page.contains(r#"<blockquote class="text">quote"#)
    );
    assert!(page.contains("▫"), "code is no prose");
}

#[test]
fn what_has_no_room_is_counted_and_said() {
    let text = "the the end. ".repeat(REMARKS + 20);
    let findings: Vec<_> = (0..REMARKS + 20)
        .map(|i| {
            let mut finding = finding(&text, "the the", &[]);
            finding.span = finding.span.shift(i * 13);
            finding
        })
        .collect();
    let one = page(&[("a.txt", &text, findings.clone())], Format::Plain);
    assert!(one.contains("Only the first 500 remarks are written out; 20 more"), "{one}");
    assert_eq!(one.matches("<li class=\"note").count(), REMARKS);
    assert!(one.contains("520 findings"), "all are counted");

    let rules = RuleSet::default();
    let mut small = Page::new(&rules, None, Applicability::Safe);
    small.room = 1000;
    let source = Source::from_text(text.as_str()).expect("short");
    let checked = Checked { path: "a.txt", source: &source, diagnostics: &findings, guess: None };
    small.add(&checked, |source| read(source, Format::Plain), Ok(&source));
    let small = small.render();
    assert!(small.contains("1 text had no room on this page"), "{small}");
    assert!(!small.contains("<li class=\"note") && small.contains("520 findings"), "counted only");
    assert!(!small.contains("href=\"#a1"), "nothing leads to what is not there");
}

#[test]
fn a_long_text_is_cut_and_that_is_said() {
    let paragraph = format!("{}\n\n", "some words ".repeat(3000));
    let text = paragraph.repeat(12) + "the the end.";
    let page = page(&[("a.txt", &text, vec![finding(&text, "the the", &[])])], Format::Plain);
    assert!(page.contains("The article goes on; its last"), "cut");
    assert!(page.len() < 2 * TEXT + 100_000, "{}", page.len());
    assert!(page.contains("1 more are in the counts above"), "its remark lies in what is not shown");
}

#[test]
fn an_empty_text_and_an_empty_page_are_fine() {
    let empty = page(&[("a.txt", "\n\n", Vec::new())], Format::Plain);
    assert!(empty.contains("There is no prose in this text.") && empty.contains("There is nothing to read."));
    let none = page(&[], Format::Plain);
    assert!(none.contains("0 texts"));
}

#[test]
fn the_same_texts_give_the_same_page() {
    let make =
        || page(&[("a.txt", "the the end", vec![finding("the the end", "the the", &[])])], Format::Plain);
    assert_eq!(make(), make());
}
