//! Paths as other programs want them: with slashes, or as a URI.

use fluent_uri::pct_enc::{EString, Encoder, Table, encoder};

/// What stands in a URI's path as it is: RFC 3986's unreserved characters and the slashes between segments.
/// A colon is encoded too: before the first slash it would end a scheme.
struct Reference;

impl Encoder for Reference {
    const TABLE: &'static Table = &encoder::Data::TABLE.or(&Table::new(b"/"));
}

/// `path` with slashes, and without the `./` that a user may have typed.
pub fn slashed(path: &str) -> String {
    let path = if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() };
    match path.strip_prefix("./") {
        Some(rest) if !rest.is_empty() && !rest.starts_with('/') => rest.to_owned(),
        _ => path,
    }
}

/// A path as a URI reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uri {
    /// The reference, percent-encoded.
    pub text: String,
    /// Whether it counts from the folder that the run was started in.
    pub relative: bool,
}

/// The URI of `path`: relative if the path is, else with the scheme `file`.
pub fn uri(path: &str) -> Uri {
    let path = slashed(path);
    let mut encoded = EString::<Reference>::new();
    encoded.encode_str::<Reference>(&path);
    let encoded = encoded.into_string();
    let drive = matches!(path.as_bytes(), [letter, b':', b'/', ..] if letter.is_ascii_alphabetic());
    match path.as_bytes() {
        [b'/', b'/', ..] if cfg!(windows) => Uri { text: format!("file:{encoded}"), relative: false },
        [b'/', ..] => Uri { text: format!("file://{encoded}"), relative: false },
        _ if drive && cfg!(windows) => {
            Uri { text: format!("file:///{}", encoded.replacen("%3A", ":", 1)), relative: false }
        }
        _ => Uri { text: encoded, relative: true },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fluent_uri::pct_enc::EStr;
    use proptest::prelude::*;

    #[test]
    fn a_uri_is_encoded_and_keeps_its_slashes() {
        let text = |path: &str| uri(path).text;
        assert_eq!(text("./a b/é#?.txt"), "a%20b/%C3%A9%23%3F.txt");
        assert_eq!(text("a:b.txt"), "a%3Ab.txt");
        assert_eq!(text("<stdin>"), "%3Cstdin%3E");
        assert_eq!(uri("/x/100%.txt"), Uri { text: "file:///x/100%25.txt".to_owned(), relative: false });
        assert_eq!((text(".//x"), text("./")), (".//x".to_owned(), "./".to_owned()));
    }

    proptest! {
        #[test]
        fn a_uri_is_ascii_and_leads_back_to_the_path(path in "\\PC{0,40}") {
            let uri = uri(&path);
            let fine = uri.text.bytes().all(|b| b.is_ascii_graphic() && !b"<>\"{}|\\^`".contains(&b));
            prop_assert!(fine, "{}", uri.text);
            let back = uri.text.strip_prefix("file://").unwrap_or(&uri.text);
            let back = EStr::<encoder::Path>::new(back).expect("encoded").decode().to_string().expect("UTF-8");
            prop_assert_eq!(back, slashed(&path));
        }
    }
}
