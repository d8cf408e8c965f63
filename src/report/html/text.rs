//! Text of an article in a page: escaped, with everything that cannot be seen written out.

use maud::{Markup, PreEscaped, html};

use crate::document::PLACEHOLDER;
use crate::report::escape::is_hidden;

/// `text` as a reader sees it. A control character, a mark that turns the direction of writing or a character without
/// width is shown by its number; blanks, line ends and what joins letters or emoji stay.
pub(super) fn prose(text: &str) -> Markup {
    let odd = |c: char| {
        (is_hidden(c) && !matches!(c, '\n' | '\r' | '\t' | '\u{200c}' | '\u{200d}')) || c == PLACEHOLDER
    };
    if !text.contains(odd) {
        return html! { (text) };
    }
    let mut shown = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some((at, c)) = rest.char_indices().find(|&(_, c)| odd(c)) {
        let code = format!("U+{:04X}", u32::from(c));
        let piece = html! {
            (rest[..at])
            @if c == PLACEHOLDER {
                span.object title="code, an address or an image: not prose" { "▫" }
            } @else {
                span.hidden-char title="a character that cannot be seen" { (code) }
            }
        };
        shown.push_str(&piece.0);
        rest = &rest[at + c.len_utf8()..];
    }
    shown.push_str(&html! { (rest) }.0);
    PreEscaped(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup_or_unseen() {
        assert_eq!(prose("a <b>&\"c\"\n").0, "a &lt;b&gt;&amp;&quot;c&quot;\n");
        let shown = prose("x\u{202e}y\0<\u{fffc}").0;
        assert!(
            shown.contains(">U+202E</span>y<span") && shown.contains(">U+0000</span>&lt;<span"),
            "{shown}"
        );
        assert!(shown.ends_with("\">▫</span>"), "{shown}");
        assert_eq!(prose("👩\u{200d}🚀").0, "👩\u{200d}🚀");
    }
}
