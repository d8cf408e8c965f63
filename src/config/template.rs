//! What `mtlint init` writes.

/// Every key with its default, commented out.
pub const TEMPLATE: &str = r#"# Settings of mtlint for the texts in this folder and below.
# Every key may be left out; the values shown are the defaults, or examples where there is no default.
# `mtlint config FILE` shows which values hold for a file, and where they come from.

# Begin with another file, relative to this one. Without it, no file above this one is read.
#extend = "../mtlint.toml"

# Language the texts were translated from; leaves out rules for other languages.
#source = "fr"

# Check grammar as well.
#grammar = true

# Show nothing below this severity: info, warning or error.
#min-severity = "info"

# Exit with 1 if a finding has at least this severity.
#fail-on = "warning"

# Findings that this file knows stay quiet; `mtlint baseline create` writes it.
#baseline = ".mtlint-baseline.json"

# Encoding of the files, where it is neither UTF-8 nor told by a byte order mark.
#encoding = "windows-1252"

# Fields of JSON whose texts are read.
#fields = ["title", "body"]

# Between quotation marks: safe fixes wait for --unsafe ("suggest"), are applied as elsewhere ("fix"),
# or none is ever applied ("protect").
#quotes = "suggest"

[rules]
# Rule ids ("typography/doubled-quote"), packs ("typography") or tags ("tag:calque").
#select = []
#ignore = []
# Rules of your own, besides those in .mtlint/rules.
#paths = ["house-rules"]

[rules.severity]
# Another severity, or "off".
#"typography/doubled-quote" = "error"

[words]
# Nothing is found inside these words and names.
#accept = ["Assemblée", "Le Monde"]
# Files with more of them, one a line.
#files = ["house-words.txt"]

[files]
# Left out when a folder is read; written as in .gitignore.
#exclude = ["drafts/"]
#extensions = ["txt", "text", "article", "md", "markdown", "html", "htm", "docx"]

# Other values for some files, written as in .gitignore; the later section wins.
#[[per-file]]
#files = ["news/es/**"]
#source = "es"
#rules.ignore = ["typography"]
"#;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::TEMPLATE;
    use crate::config::{Config, parse};

    #[test]
    fn the_template_is_a_valid_config_that_changes_nothing() {
        let plain = parse(Path::new("mtlint.toml"), TEMPLATE.to_owned()).expect("valid").config;
        assert_eq!(format!("{plain:?}"), format!("{:?}", Config::default()));
        let filled: String = TEMPLATE
            .lines()
            .map(|line| match line.strip_prefix('#') {
                Some(key) if !key.starts_with(' ') => format!("{key}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        let filled = parse(Path::new("mtlint.toml"), filled).expect("every commented key is known").config;
        let schema = crate::config::json_schema();
        for key in schema["properties"].as_object().expect("a table").keys() {
            assert!(TEMPLATE.contains(&format!("{key} =")) || TEMPLATE.contains(&format!("[{key}")), "{key}");
        }
        assert_eq!(filled.per_file.len(), 1);
    }
}
