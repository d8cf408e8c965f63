//! Compiles messages, fixes and examples, and checks what their templates name.

use serde_saphyr::Spanned;

use super::complaint::Complaints;
use super::limits;
use crate::diagnostic::Applicability;
use crate::rule::parts::{Example, FixPlan, Matcher};
use crate::rule::schema::{ExampleYaml, FixSpec, FixYaml, RuleYaml};
use crate::rule::template::{Slot, Template, TemplateError};

/// The template, if it is no longer than a template may be.
pub(super) fn bounded(text: &str) -> Result<Template, TemplateError> {
    if text.len() > limits::TEXT {
        return Err(TemplateError::Long(limits::TEXT));
    }
    let template = Template::parse(text)?;
    let is_bounded = template.slots().nth(limits::SLOTS).is_none();
    if is_bounded { Ok(template) } else { Err(TemplateError::ManySlots(limits::SLOTS)) }
}

pub(super) fn template(node: &Spanned<String>, complaints: &mut Complaints<'_>) -> Option<Template> {
    if node.value.trim().is_empty() {
        complaints.on(node, "the message is empty", "here", "say in one line what is wrong");
    }
    bounded(&node.value).map_err(|error| complaints.on(node, error.to_string(), "here", "")).ok()
}

/// Names that a template of the rule may use.
pub(super) fn names(matcher: &Matcher) -> Vec<String> {
    match matcher {
        Matcher::Regex(m) => m.names.clone(),
        Matcher::Tokens(p) => {
            p.elements.iter().filter_map(|e| e.name.as_deref().map(str::to_owned)).collect()
        }
        Matcher::Repeat { .. } => vec!["once".to_owned()],
        Matcher::Acronym { .. } => ["acronym", "expansion", "initials"].map(str::to_owned).to_vec(),
        Matcher::LinkBorder => ["left", "right", "parted"].map(str::to_owned).to_vec(),
        Matcher::NameVariant => vec!["usual".to_owned()],
        Matcher::Gender(_) => ["person", "right"].map(str::to_owned).to_vec(),
        Matcher::Phrases(_)
        | Matcher::BrokenParagraph
        | Matcher::Pair { .. }
        | Matcher::Consistent { .. } => Vec::new(),
    }
}

pub(super) fn check_slots<T>(
    node: &Spanned<T>,
    template: &Template,
    matcher: &Matcher,
    names: &[String],
    complaints: &mut Complaints<'_>,
) {
    let groups = match matcher {
        Matcher::Phrases(entries) => entries.iter().map(|e| e.phrase.groups).max().unwrap_or(0),
        Matcher::Regex(m) => m.groups,
        _ => 0,
    };
    for slot in template.slots() {
        let unknown = match slot {
            Slot::Match | Slot::Fix => None,
            Slot::Number(n) => (*n > groups).then(|| n.to_string()),
            Slot::Name(name) => (!names.contains(name)).then(|| name.clone()),
        };
        if let Some(name) = unknown {
            let known = if names.is_empty() {
                "{0} and {fix}".to_owned()
            } else {
                format!("{{0}}, {{fix}}, {{{}}}", names.join("}, {"))
            };
            complaints.on(
                node,
                format!("nothing is captured as {{{name}}}"),
                "in this template",
                format!("there is {known}"),
            );
        }
    }
}

pub(super) fn check_fix(
    node: &Spanned<FixYaml>,
    fixes: &[FixPlan],
    matcher: &Matcher,
    names: &[String],
    complaints: &mut Complaints<'_>,
) {
    for fix in fixes {
        let Some(to) = &fix.to else {
            if !matches!(matcher, Matcher::Phrases(_) | Matcher::Consistent { .. }) {
                complaints.on(node, "the fix has no replacement", "here", "add `to`, or say `fix: none`");
            }
            continue;
        };
        if !matches!(matcher, Matcher::Consistent { .. }) {
            check_slots(node, to, matcher, names, complaints);
            if to.slots().any(|s| *s == Slot::Fix) {
                complaints.on(node, "{fix} cannot stand in a fix", "here", "");
            }
        }
    }
}

pub(super) fn fixes(yaml: &RuleYaml, complaints: &mut Complaints<'_>) -> Vec<FixPlan> {
    let Some(node) = &yaml.fix else { return Vec::new() };
    let specs: &[FixSpec] = match &node.value {
        FixYaml::None => return Vec::new(),
        FixYaml::One(spec) => std::slice::from_ref(spec),
        FixYaml::Choices(specs) => specs,
    };
    if !limits::check(node, specs.len(), limits::CHOICES, "fixes to choose from", complaints) {
        return Vec::new();
    }
    let mut plan = |spec: &FixSpec| {
        let mut parse = |text: &str| {
            bounded(text).map_err(|error| complaints.on(node, error.to_string(), "here", "")).ok()
        };
        FixPlan {
            title: spec.title.as_deref().and_then(&mut parse),
            to: spec.to.as_ref().and_then(|t| parse(&t.value)),
            safety: spec.safety.unwrap_or(Applicability::Unsafe),
            case: spec.case,
            article: spec.article,
            quotes: spec.quotes,
        }
    };
    specs.iter().map(&mut plan).collect()
}

pub(super) fn examples(yaml: &RuleYaml, complaints: &mut Complaints<'_>) -> Vec<Example> {
    let help = "add at least one `bad` (with `good` where there is a fix) and one `ok`, a near miss";
    let Some(nodes) = &yaml.examples else {
        complaints.at(0..0, "the rule has no examples", "", help);
        return Vec::new();
    };
    let mut all = Vec::new();
    for node in &nodes.value {
        let ExampleYaml { bad, good, ok, format, note: _ } = &node.value;
        let format = *format;
        match (bad, good, ok) {
            (Some(bad), good, None) => {
                all.push(Example::Bad { bad: bad.clone(), good: good.clone(), format });
            }
            (None, None, Some(ok)) => all.push(Example::Ok { ok: ok.clone(), format }),
            _ => complaints.on(node, "an example is either `bad` (with `good`) or `ok`", "here", ""),
        }
    }
    let bad = all.iter().any(|e| matches!(e, Example::Bad { .. }));
    let ok = all.iter().any(|e| matches!(e, Example::Ok { .. }));
    if !bad || !ok {
        let what = if bad { "the rule has no `ok` example" } else { "the rule has no `bad` example" };
        complaints.on(nodes, what, "here", help);
    }
    all
}
