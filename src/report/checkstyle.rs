//! `checkstyle`: the XML of Checkstyle, which Jenkins and many other programs read.

use std::io::{self, Write};

use super::path::slashed;
use super::{Checked, Reporter, Summary, xml};

/// Writes an element for each file, and in it one for each finding.
#[derive(Debug, Default)]
pub struct Checkstyle {
    open: bool,
}

/// The version of Checkstyle whose form this is; readers ask for one.
const VERSION: &str = "4.3";

impl Checkstyle {
    fn open(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if std::mem::replace(&mut self.open, true) {
            return Ok(());
        }
        xml::open("checkstyle", ("version", VERSION), out)
    }
}

impl Reporter for Checkstyle {
    fn file(&mut self, file: &Checked<'_>, out: &mut dyn Write) -> io::Result<()> {
        self.open(out)?;
        xml::element(out, |xml| {
            let path = slashed(file.path);
            let element = xml.create_element("file").with_attribute(("name", &*xml::text(&path)));
            if file.diagnostics.is_empty() {
                element.write_empty()?;
                return Ok(());
            }
            element.write_inner_content(|xml| {
                for diagnostic in file.diagnostics {
                    let at = file.source.position(diagnostic.span.start);
                    xml.create_element("error")
                        .with_attribute(("line", &*at.line.to_string()))
                        .with_attribute(("column", &*at.column.to_string()))
                        .with_attribute(("severity", diagnostic.severity.as_str()))
                        .with_attribute(("message", &*xml::text(&diagnostic.message)))
                        .with_attribute(("source", &*xml::text(&diagnostic.rule)))
                        .write_empty()?;
                }
                Ok(())
            })?;
            Ok(())
        })
    }

    fn failed(&mut self, path: &str, error: &str, out: &mut dyn Write) -> io::Result<()> {
        self.open(out)?;
        xml::element(out, |xml| {
            let path = slashed(path);
            let element = xml.create_element("file").with_attribute(("name", &*xml::text(&path)));
            element.write_inner_content(|xml| {
                xml.create_element("error")
                    .with_attribute(("severity", "error"))
                    .with_attribute(("message", &*xml::text(error)))
                    .with_attribute(("source", "mtlint/not-checked"))
                    .write_empty()?;
                Ok(())
            })?;
            Ok(())
        })
    }

    fn finish(&mut self, _: &Summary, out: &mut dyn Write) -> io::Result<()> {
        self.open(out)?;
        xml::close("checkstyle", out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{finding, report};

    #[test]
    fn a_finding_is_an_element_whatever_its_message_holds() {
        let text = "one\ntwo";
        let mut diagnostic = finding(text, "two", &[]);
        diagnostic.message = "\"<a>\" & ]]> \u{1b}\u{fffe}\nb".to_owned();
        let mut checkstyle = Checkstyle::default();
        let mut out = report(&mut checkstyle, text, &[diagnostic]).into_bytes();
        checkstyle.finish(&Summary::default(), &mut out).expect("writing to memory");
        let want = r#"<?xml version="1.0" encoding="UTF-8"?>
<checkstyle version="4.3">
<file name="a.txt">
  <error line="2" column="1" severity="warning" message="&quot;&lt;a&gt;&quot; &amp; ]]&gt; \u{1b}\u{fffe}\nb" source="pack/rule"/>
</file>
</checkstyle>
"#;
        assert_eq!(String::from_utf8_lossy(&out), want);
    }
}
