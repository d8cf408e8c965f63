//! From the names that clients give files to paths, and back.

use std::path::{Path, PathBuf};

use fluent_uri::Uri as Parsed;
use fluent_uri::component::Scheme;
use fluent_uri::pct_enc::EString;
use fluent_uri::pct_enc::encoder::Path as PathEncoder;
use gen_lsp_types::Uri;

/// The path of a `file:` URI; `None` for other schemes, and for what is no URI.
pub(super) fn to_path(uri: &Uri) -> Option<PathBuf> {
    let parsed = Parsed::parse(uri.as_ref()).ok()?;
    if parsed.scheme() != Scheme::new_or_panic("file") {
        return None;
    }
    let host = parsed.authority().map(|authority| authority.host()).unwrap_or_default();
    let path = parsed.path().decode().to_bytes();
    of_bytes(host, path.as_ref())
}

#[cfg(unix)]
fn of_bytes(host: &str, path: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    let local = host.is_empty() || host.eq_ignore_ascii_case("localhost");
    (local && !path.contains(&0)).then(|| PathBuf::from(std::ffi::OsStr::from_bytes(path)))
}

#[cfg(not(unix))]
fn of_bytes(host: &str, path: &[u8]) -> Option<PathBuf> {
    let path = std::str::from_utf8(path).ok()?.replace('/', "\\");
    match path.strip_prefix('\\') {
        // `/c:/folder` names a drive, whose colon may have come encoded.
        Some(rest) if host.is_empty() && rest.as_bytes().get(1) == Some(&b':') => Some(rest.into()),
        _ if host.is_empty() => Some(path.into()),
        _ => Some(format!("\\\\{host}{path}").into()),
    }
}

/// The `file:` URI of an absolute path; `None` if it is not absolute, or not Unicode.
pub(super) fn from_path(path: &Path) -> Option<Uri> {
    let text = path.is_absolute().then(|| path.to_str()).flatten()?;
    let mut encoded = EString::<PathEncoder>::new();
    if cfg!(windows) {
        encoded.encode_str::<PathEncoder>(&format!("/{}", text.replace('\\', "/")));
    } else {
        encoded.encode_str::<PathEncoder>(text);
    }
    Some(Uri(format!("file://{}", encoded.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_schemes_have_no_path() {
        for uri in ["untitled:Untitled-1", "git:/a", "", "no uri", "file", "vscode-notebook-cell:/a#b"] {
            assert_eq!(to_path(&Uri::from(uri)), None, "{uri}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn paths_go_there_and_back() {
        for path in ["/a/b c/é—%20.txt", "/", "/a:b/#?;.md"] {
            let uri = from_path(Path::new(path)).expect("absolute");
            assert!(uri.as_ref().is_ascii(), "{uri}");
            assert_eq!(to_path(&uri), Some(path.into()), "{uri}");
        }
        assert_eq!(to_path(&"file:///a%20b".into()), Some("/a b".into()));
        assert_eq!(to_path(&"file://localhost/a".into()), Some("/a".into()));
        assert_eq!(to_path(&"file://elsewhere/a".into()), None);
        assert_eq!(to_path(&"file:///a%00b".into()), None);
        assert_eq!(from_path(Path::new("a")), None);
    }
}
