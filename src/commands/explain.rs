//! `rules` and `rule`: what is looked for, and why.

use std::path::Path;

use colored::{ColoredString, Colorize};
use unicode_width::UnicodeWidthStr;

use super::settings::{self, Selection};
use super::{Exit, Failure, Stop, Terminal, engine};
use crate::cli::{GlobalArgs, RuleArgs, RulesArgs};
use crate::diagnostic::{Applicability, Severity};
use crate::report::escape::visible;
use crate::report::window::head;
use crate::rule::{Example, Rule, RuleSet};
use crate::session::closest;
use crate::suppress;

/// Columns of the message in the table.
const MESSAGE: usize = 60;

/// `mtlint rules`.
pub(super) fn rules(
    global: &GlobalArgs,
    args: &RulesArgs,
    terminal: &mut Terminal<'_>,
) -> Result<Exit, Stop> {
    let color = terminal.err_color;
    let folder = Path::new(".");
    let loaded = settings::load_config(global, folder, color)?;
    let selection = Selection::new(&args.rules, None, &loaded, color)?;
    let set = engine::load_rules(global, &loaded, folder, &args.rules.rule_paths, color)?;
    // A session refuses selectors that name nothing, and an empty selection.
    engine::session(set.clone(), None, &selection, &loaded, color)?;
    let shown: Vec<&Rule> = set.rules().iter().filter(|rule| selection.settings.runs(rule)).collect();
    let rows: Vec<[String; 5]> = shown
        .iter()
        .map(|rule| {
            let severity = selection.settings.severity_of(rule).unwrap_or(rule.severity);
            let source = if rule.source.is_empty() { "any".to_owned() } else { rule.source.join(",") };
            [
                visible(&rule.id).into_owned(),
                severity.as_str().to_owned(),
                rule.kind().to_owned(),
                safety(rule).to_owned(),
                visible(&source).into_owned(),
            ]
        })
        .collect();
    let titles = ["rule", "severity", "kind", "fix", "from"].map(str::to_owned);
    let width =
        |column: usize| rows.iter().chain([&titles]).map(|row| row[column].width()).max().unwrap_or_default();
    let widths: [usize; 5] = std::array::from_fn(width);
    let line = |row: &[String; 5]| {
        let cells = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell}{}", " ".repeat(width.saturating_sub(cell.width()))));
        cells.collect::<Vec<_>>().join("  ")
    };
    writeln!(terminal.out, "{}", format!("{}  message", line(&titles)).bold())?;
    for (rule, row) in shown.iter().zip(&rows) {
        let (message, cut) = head(rule.message(), MESSAGE);
        let more = if cut { " …" } else { "" };
        writeln!(terminal.out, "{}  {}{more}", line(row), visible(message))?;
    }
    if !global.quiet {
        let fixing = shown.iter().filter(|rule| rule.safety() == Some(Applicability::Safe)).count();
        let all = shown.len();
        let rules = if all == 1 { "rule" } else { "rules" };
        writeln!(terminal.out, "\n{all} {rules}, {fixing} with a safe fix; `mtlint rule ID` explains one")?;
    }
    Ok(Exit::Clean)
}

fn safety(rule: &Rule) -> &'static str {
    rule.safety().map_or("none", Applicability::as_str)
}

/// `mtlint rule ID`.
pub(super) fn rule(global: &GlobalArgs, args: &RuleArgs, terminal: &mut Terminal<'_>) -> Result<Exit, Stop> {
    let color = terminal.err_color;
    let folder = Path::new(".");
    let loaded = settings::load_config(global, folder, color)?;
    let set = engine::load_rules(global, &loaded, folder, &args.rule_paths, color)?;
    match set.get(&args.id) {
        Some(rule) => explain(rule, terminal)?,
        None if about_comments(&args.id, terminal)? => {}
        None => return Err(unknown(&set, &args.id).into()),
    }
    Ok(Exit::Clean)
}

/// Explains what is said about comments; whether `id` is that.
fn about_comments(id: &str, terminal: &mut Terminal<'_>) -> std::io::Result<bool> {
    let Some((id, level, message, why)) = suppress::ABOUT.iter().find(|(known, ..)| *known == id) else {
        return Ok(false);
    };
    writeln!(terminal.out, "{}  {}\n{message}\n\n{why}", id.bold(), severity(*level))?;
    Ok(true)
}

fn unknown(set: &RuleSet, id: &str) -> Failure {
    let failure = Failure::new("", format!("no rule is called `{id}`"));
    if id.starts_with("grammar/") {
        return failure
            .why("it comes from the grammar model, whose rules carry no explanation")
            .help("its findings say what they mean; `--ignore grammar` switches them off");
    }
    let of_pack: Vec<&str> = set.rules().iter().filter(|r| r.pack() == id).map(|r| &*r.id).collect();
    if !of_pack.is_empty() {
        return failure.help(format!("it is a pack; its rules are {}", of_pack.join(", ")));
    }
    // A name without its pack, or one with a slip.
    let named = set.rules().iter().find(|r| r.id.split('/').nth(1) == Some(id)).map(|r| &*r.id);
    match named.or_else(|| closest(id, set.rules().iter().map(|r| &*r.id))) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help("`mtlint rules` lists all rules"),
    }
}

fn explain(rule: &Rule, terminal: &mut Terminal<'_>) -> std::io::Result<()> {
    let out = &mut *terminal.out;
    writeln!(out, "{}  {}", visible(&rule.id).bold(), severity(rule.severity))?;
    writeln!(out, "{}\n", visible(rule.message()))?;
    if let Some(why) = rule.why() {
        for line in why.trim_end().lines() {
            writeln!(out, "{}", visible(line))?;
        }
        writeln!(out)?;
    }
    writeln!(out, "{}", "Examples".bold())?;
    for example in rule.examples() {
        match example {
            Example::Bad { bad, good: Some(good) } => {
                writeln!(out, "  {} {}\n  {} {}", "bad ".red(), visible(bad), "good".green(), visible(good))?;
            }
            Example::Bad { bad, good: None } => writeln!(out, "  {} {}", "bad ".red(), visible(bad))?,
            Example::Ok(text) => writeln!(out, "  {} {}", "ok  ".cyan(), visible(text))?,
        }
    }
    let fix = match rule.safety() {
        None => "none",
        Some(Applicability::Safe) => "safe: `mtlint fix` applies it",
        Some(Applicability::Unsafe) => "unsafe: `mtlint fix --unsafe` applies it; read the result",
        Some(Applicability::Suggest) => "suggested only, never applied",
    };
    writeln!(out, "\n{} {fix}", "fix:   ".dimmed())?;
    let source = if rule.source.is_empty() { "any language".to_owned() } else { rule.source.join(", ") };
    writeln!(out, "{} {}", "from:  ".dimmed(), visible(&source))?;
    if let Some(budget) = rule.own_budget() {
        let budget = format!("{budget} findings per 100,000 words of edited English");
        writeln!(out, "{} {budget}", "budget:".dimmed())?;
    }
    if !rule.tags().is_empty() {
        writeln!(out, "{} {}", "tags:  ".dimmed(), visible(&rule.tags().join(", ")))?;
    }
    if let Some(mqm) = rule.mqm() {
        writeln!(out, "{} {}", "mqm:   ".dimmed(), visible(mqm))?;
    }
    if let Some(url) = rule.url() {
        writeln!(out, "{} {}", "more:  ".dimmed(), visible(url))?;
    }
    writeln!(out, "{} {}", "file:  ".dimmed(), visible(rule.path()))
}

fn severity(severity: Severity) -> ColoredString {
    match severity {
        Severity::Info => "info".cyan(),
        Severity::Warning => "warning".yellow(),
        Severity::Error => "error".red(),
    }
}
