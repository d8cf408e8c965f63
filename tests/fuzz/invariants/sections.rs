//! Several files in one input, each after a line `%%% NAME`.

use mtlint::rule::RuleFiles;

/// The names and texts of an input; what stands before the first name is called `house/a.yml`.
pub(crate) fn sections(data: &[u8]) -> Option<Vec<(&str, &str)>> {
    let mut rest = std::str::from_utf8(data).ok()?;
    let mut name = "house/a.yml";
    let mut all = Vec::new();
    while let Some((text, after)) = rest.split_once("%%% ") {
        all.push((name, text));
        (name, rest) = after.split_once('\n').unwrap_or((after, ""));
    }
    all.push((name, rest));
    Some(all)
}

/// The rule files among them, and the section `text`.
pub(crate) fn rules_and_text(data: &[u8]) -> Option<(RuleFiles, String)> {
    let (mut files, mut text) = (RuleFiles::new(), String::new());
    for (name, part) in sections(data)? {
        match name {
            "text" => text.push_str(part),
            _ => files.add(name, name, part.to_owned()),
        }
    }
    Some((files, text))
}
