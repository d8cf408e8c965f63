//! What a rule file may say: serde types and nothing else.
//!
//! The types mirror `rules/README.md`; their doc comments are the text of the JSON Schema.
//! No `flatten` and no `untagged`: both lose the positions that error messages are drawn at.

use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_saphyr::Spanned;

use crate::diagnostic::{Applicability, Severity};

/// A rule: one fault, how to find it, how to mend it, and examples that prove both.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleYaml {
    /// One line for the reader. `{0}` the match, `{name}` a capture, `{fix}` the replacement.
    #[schemars(with = "String")]
    pub(crate) message: Spanned<String>,
    /// A paragraph for `mtlint rule ID`.
    pub(crate) why: Option<String>,
    /// A page that explains more: an address that begins with `https://` or `http://`.
    #[schemars(with = "Option<String>")]
    pub(crate) url: Option<Spanned<String>>,
    /// How bad the fault is.
    pub(crate) severity: Option<Severity>,
    /// Language the text was translated from; omitted: any.
    pub(crate) source: Option<OneOrMany>,
    /// Category of the MQM typology, such as `accuracy/mistranslation`.
    pub(crate) mqm: Option<String>,
    /// Free words to select by; `typography` lets the rule fix inside quotations.
    pub(crate) tags: Option<Vec<String>>,
    /// What to look for; exactly one kind.
    #[serde(rename = "match")]
    #[schemars(with = "MatchYaml")]
    pub(crate) matching: Spanned<MatchYaml>,
    /// Conditions that must all hold.
    #[serde(default)]
    pub(crate) when: Vec<ConditionYaml>,
    /// Conditions of which none may hold.
    #[serde(default)]
    pub(crate) unless: Vec<ConditionYaml>,
    /// How to mend the fault.
    #[schemars(with = "Option<FixYaml>")]
    pub(crate) fix: Option<Spanned<FixYaml>>,
    /// Of two competing fixes the smaller goes first.
    #[serde(default)]
    pub(crate) priority: i32,
    /// At least one `bad` and one `ok`; without them the rule does not load.
    #[schemars(with = "Vec<ExampleYaml>")]
    pub(crate) examples: Option<Spanned<Vec<Spanned<ExampleYaml>>>>,
    /// Findings allowed per 100,000 words of edited English.
    #[schemars(with = "Option<f64>")]
    pub(crate) budget: Option<Spanned<f64>>,
}

/// A pack: what its rules have in common.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PackYaml {
    /// Name of the pack for people.
    pub(crate) title: Option<String>,
    /// What the pack is for.
    pub(crate) description: Option<String>,
    /// Values for rules of the pack that do not say otherwise.
    #[serde(default)]
    pub(crate) defaults: PackDefaults,
}

/// Values for rules of a pack that do not say otherwise.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PackDefaults {
    /// As in a rule.
    pub(crate) severity: Option<Severity>,
    /// As in a rule.
    pub(crate) source: Option<OneOrMany>,
    /// As in a rule.
    pub(crate) mqm: Option<String>,
    /// Added to the tags of each rule.
    #[serde(default)]
    pub(crate) tags: Vec<String>,
}

/// What to look for; exactly one kind, and perhaps `case` or `where` beside it.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MatchYaml {
    /// Wrong phrases and their corrections.
    pub(crate) phrases: Option<PhrasesYaml>,
    /// A pattern of the `regex` crate on the text as it stands.
    #[schemars(with = "Option<String>")]
    pub(crate) regex: Option<Spanned<String>>,
    /// A comparison of two captures of `regex`: `x == y` or `x != y`.
    #[serde(rename = "where")]
    #[schemars(with = "Option<String>")]
    pub(crate) where_: Option<Spanned<String>>,
    /// A sequence of tokens with lemma and part of speech.
    #[schemars(with = "Option<Vec<TokenYaml>>")]
    pub(crate) tokens: Option<Spanned<Vec<Spanned<TokenYaml>>>>,
    /// Something said twice.
    pub(crate) repeat: Option<RepeatYaml>,
    /// Marks that open and close.
    pub(crate) pair: Option<PairYaml>,
    /// Groups of names of which a document should use one form.
    #[schemars(with = "Option<Vec<Vec<String>>>")]
    pub(crate) consistent: Option<Spanned<Vec<Vec<String>>>>,
    /// An acronym in brackets against the initials before it.
    pub(crate) acronym: Option<AcronymYaml>,
    /// A paragraph that breaks off in mid-sentence and goes on in the next.
    #[serde(rename = "broken-paragraph")]
    pub(crate) broken_paragraph: Option<NothingYaml>,
    /// A place where markup begins or ends between two letters, so that words may have been glued.
    pub(crate) border: Option<BorderYaml>,
    /// Names that stand once and are one letter away from a name that the document uses more often.
    #[serde(rename = "name-variant")]
    pub(crate) name_variant: Option<NothingYaml>,
    /// Pronouns against the gender that the document settles for their person.
    pub(crate) gender: Option<GenderYaml>,
    /// Whether capitals matter; `fold` by default.
    pub(crate) case: Option<CaseYaml>,
}

/// Whether capitals matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum CaseYaml {
    /// Capitals and small letters are the same.
    Fold,
    /// As written.
    Exact,
}

/// One token of a `tokens` match; every key must hold.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenYaml {
    /// The word, or alternatives: `his|her`.
    pub(crate) text: Option<String>,
    /// A lemma, or alternatives, of any reading of the word.
    pub(crate) lemma: Option<String>,
    /// A pattern on the predicted Penn tag, matched whole.
    pub(crate) pos: Option<String>,
    /// A pattern that some reading in the lexicon matches.
    pub(crate) may: Option<String>,
    /// A pattern that no reading in the lexicon may match.
    pub(crate) never: Option<String>,
    /// The name of a word list.
    pub(crate) list: Option<String>,
    /// A pattern on the word, matched whole.
    pub(crate) regex: Option<String>,
    /// How the word is written.
    pub(crate) shape: Option<ShapeYaml>,
    /// Whether the lexicon has the word.
    pub(crate) known: Option<bool>,
    /// What must not hold.
    pub(crate) not: Option<Box<TokenYaml>>,
    /// Whether the token may be missing.
    #[serde(default)]
    pub(crate) optional: bool,
    /// How many other words may stand before the token.
    #[serde(default)]
    pub(crate) skip: usize,
    /// Where in the sentence the token stands.
    pub(crate) at: Option<PlaceYaml>,
    /// Whether there is a blank before the token.
    pub(crate) space: Option<bool>,
    /// Name of the capture.
    #[serde(rename = "as")]
    pub(crate) name: Option<String>,
    /// Whether finding and fix cover this token instead of the whole match.
    #[serde(default)]
    pub(crate) mark: bool,
}

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ShapeYaml {
    /// All letters small.
    Lower,
    /// First letter a capital, the rest small.
    First,
    /// All letters capitals, at least two.
    Upper,
    /// Capitals inside.
    Mixed,
    /// Begins with a digit.
    Number,
    /// No letter and no digit.
    Punct,
    /// Has a letter.
    Word,
}

/// Where in the sentence a token or match stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::enum_variant_names, reason = "the variants are the words of the rule format")]
pub(crate) enum PlaceYaml {
    /// First word of a sentence.
    SentenceStart,
    /// First word of a sentence, or after a comma, semicolon, colon, dash, bracket or quotation mark.
    ClauseStart,
    /// Anywhere but at the start of a sentence.
    NotSentenceStart,
}

/// Something said twice in a row (words, phrases) or in a document (sentences, paragraphs).
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RepeatYaml {
    /// The unit.
    pub(crate) of: RepeatUnit,
    /// Words that may stand twice.
    #[serde(default)]
    pub(crate) ignore: Vec<String>,
}

/// The unit of a repetition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RepeatUnit {
    /// One word, twice in a row.
    Word,
    /// Two to six words, twice in a row.
    Phrase,
    /// A sentence of at least five words, anywhere in the document.
    Sentence,
    /// A paragraph of at least eight words, anywhere in the document.
    Paragraph,
}

/// Marks that open and close.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PairYaml {
    /// The opening mark, one character.
    #[schemars(with = "String")]
    pub(crate) open: Spanned<String>,
    /// The closing mark, one character other than `open`.
    #[schemars(with = "String")]
    pub(crate) close: Spanned<String>,
}

/// An acronym in brackets against the initials of the words before it.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AcronymYaml {
    /// Acronyms that are right although their letters are not the initials.
    #[serde(default)]
    pub(crate) ignore: Vec<String>,
}

/// A kind of match with nothing to set: `{}`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NothingYaml {}

/// A place where markup begins or ends.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BorderYaml {
    /// Of what.
    #[expect(dead_code, reason = "there is one kind so far; it is read so that a wrong one is an error")]
    pub(crate) of: BorderOf,
}

/// What begins or ends at a border.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum BorderOf {
    /// A link of HTML or Markdown.
    Link,
}

/// Pronouns against a person's gender.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GenderYaml {
    /// The name of a word list of women's given names.
    #[schemars(with = "String")]
    pub(crate) female: Spanned<String>,
    /// The name of a word list of men's given names.
    #[schemars(with = "String")]
    pub(crate) male: Spanned<String>,
}

/// A condition on the surroundings of a match; every key must hold.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConditionYaml {
    /// A pattern in the 200 characters before the match.
    #[schemars(with = "Option<String>")]
    pub(crate) before: Option<Spanned<String>>,
    /// A pattern in the 200 characters after the match.
    #[schemars(with = "Option<String>")]
    pub(crate) after: Option<Spanned<String>>,
    /// A pattern inside the matched text.
    #[serde(rename = "match")]
    #[schemars(with = "Option<String>")]
    pub(crate) matched: Option<Spanned<String>>,
    /// A pattern in the sentence of the match.
    #[schemars(with = "Option<String>")]
    pub(crate) sentence: Option<Spanned<String>>,
    /// A pattern anywhere in the document.
    #[schemars(with = "Option<String>")]
    pub(crate) document: Option<Spanned<String>>,
    /// `true`: other findings show that the document is machine translated from the rule's language, or the
    /// user says so.
    #[schemars(with = "Option<bool>")]
    pub(crate) translated: Option<Spanned<bool>>,
    /// What the match stands inside of.
    pub(crate) inside: Option<InsideYaml>,
    /// Where in the sentence the match begins.
    pub(crate) at: Option<PlaceYaml>,
    /// A lemma, or alternatives, of the word before the match.
    #[serde(rename = "lemma-before")]
    pub(crate) lemma_before: Option<String>,
    /// A lemma, or alternatives, of the word after the match.
    #[serde(rename = "lemma-after")]
    pub(crate) lemma_after: Option<String>,
    /// A pattern on the predicted tag of the word before the match.
    #[serde(rename = "pos-before")]
    #[schemars(with = "Option<String>")]
    pub(crate) pos_before: Option<Spanned<String>>,
    /// A pattern on the predicted tag of the word after the match.
    #[serde(rename = "pos-after")]
    #[schemars(with = "Option<String>")]
    pub(crate) pos_after: Option<Spanned<String>>,
}

/// What a match may stand inside of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum InsideYaml {
    /// A quotation of any length.
    Quote,
    /// A heading, or a byline or credit, which is set like one.
    Heading,
    /// The standfirst below a headline.
    Deck,
    /// The name of the author.
    Byline,
    /// A question of an interview.
    Question,
    /// An answer in an interview.
    Answer,
    /// A quotation that is set as a block.
    PullQuote,
    /// A note of the editors or the translator, a credit, a pointer to other articles.
    Note,
    /// Round brackets.
    Brackets,
}

/// An example: `bad` (with `good` where there is a fix), or `ok`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExampleYaml {
    /// A text in which the rule fires.
    pub(crate) bad: Option<String>,
    /// The text after the fix.
    pub(crate) good: Option<String>,
    /// A near miss, in which the rule is silent.
    pub(crate) ok: Option<String>,
    /// How the texts are marked up; `plain` by default.
    #[serde(default)]
    pub(crate) format: ExampleFormat,
    /// Why the example is there; for readers of the file.
    #[expect(dead_code, reason = "a note is for people; it is read so that a wrong type is an error")]
    pub(crate) note: Option<String>,
}

/// How an example is marked up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExampleFormat {
    /// Not at all.
    #[default]
    Plain,
    /// Markdown.
    Markdown,
    /// HTML.
    Html,
}

/// `none`, one fix, or a list of choices.
#[derive(Debug, Clone)]
pub(crate) enum FixYaml {
    /// No fix.
    None,
    /// One fix.
    One(Box<FixSpec>),
    /// Alternatives for a person to choose from.
    Choices(Vec<FixSpec>),
}

/// A replacement and how far it can be trusted.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FixSpec {
    /// What the choice does, for a person.
    pub(crate) title: Option<String>,
    /// The replacement: a template.
    #[schemars(with = "Option<String>")]
    pub(crate) to: Option<Spanned<String>>,
    /// How far it can be trusted; `unsafe` by default.
    pub(crate) safety: Option<Applicability>,
    /// `preserve` (default) or `exact`.
    #[serde(default)]
    pub(crate) case: FixCase,
    /// `adjust` (default) re-agrees a preceding *a* or *an*.
    #[serde(default)]
    pub(crate) article: FixArticle,
    /// `fix`: a safe fix stays safe inside quotations.
    #[serde(default)]
    pub(crate) quotes: FixQuotes,
}

/// What becomes of capitals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FixCase {
    /// The replacement takes the capitals of the match.
    #[default]
    Preserve,
    /// The replacement stands as written.
    Exact,
}

/// What becomes of an indefinite article before the match.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FixArticle {
    /// It agrees with the replacement.
    #[default]
    Adjust,
    /// It stays.
    Keep,
}

/// Whether a fix keeps its safety inside quotations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FixQuotes {
    /// A safe fix becomes unsafe in speech.
    #[default]
    Protect,
    /// It stays safe.
    Fix,
}

/// Wrong phrases and their corrections, in the order of the file.
#[derive(Debug, Clone, Default)]
pub(crate) struct PhrasesYaml(pub(crate) Vec<(Spanned<String>, Spanned<PhraseValue>)>);

/// The correction of a phrase: text, choices, none, or a map with more to say.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PhraseSpec {
    /// The correction.
    pub(crate) to: Option<OneOrMany>,
    /// As in `fix`.
    pub(crate) safety: Option<Applicability>,
    /// As in the rule.
    pub(crate) severity: Option<Severity>,
    /// As in the rule.
    pub(crate) message: Option<String>,
    /// As in the rule; added to its conditions.
    #[serde(default)]
    pub(crate) when: Vec<ConditionYaml>,
    /// As in the rule; added to its conditions.
    #[serde(default)]
    pub(crate) unless: Vec<ConditionYaml>,
}

/// See [`PhraseSpec`].
#[derive(Debug, Clone)]
pub(crate) struct PhraseValue(pub(crate) PhraseSpec);

/// A text or a list of texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct OneOrMany(pub(crate) Vec<String>);

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct V;
        impl<'de> Visitor<'de> for V {
            type Value = OneOrMany;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a list of texts")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<OneOrMany, E> {
                Ok(OneOrMany(vec![text.to_owned()]))
            }
            fn visit_unit<E: de::Error>(self) -> Result<OneOrMany, E> {
                Ok(OneOrMany(Vec::new()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<OneOrMany, A::Error> {
                let mut all = Vec::new();
                while let Some(text) = seq.next_element()? {
                    all.push(text);
                }
                Ok(OneOrMany(all))
            }
        }
        deserializer.deserialize_any(V)
    }
}

impl<'de> Deserialize<'de> for PhraseValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct V;
        impl<'de> Visitor<'de> for V {
            type Value = PhraseValue;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a correction, a list of corrections, `~` for none, or a map with `to`")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<PhraseValue, E> {
                let to = Some(OneOrMany(vec![text.to_owned()]));
                Ok(PhraseValue(PhraseSpec { to, ..PhraseSpec::default() }))
            }
            fn visit_unit<E: de::Error>(self) -> Result<PhraseValue, E> {
                Ok(PhraseValue(PhraseSpec::default()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<PhraseValue, A::Error> {
                let to = OneOrMany::deserialize(de::value::SeqAccessDeserializer::new(seq))?;
                Ok(PhraseValue(PhraseSpec { to: Some(to), ..PhraseSpec::default() }))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<PhraseValue, A::Error> {
                PhraseSpec::deserialize(de::value::MapAccessDeserializer::new(map)).map(PhraseValue)
            }
        }
        deserializer.deserialize_any(V)
    }
}

impl<'de> Deserialize<'de> for FixYaml {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct V;
        impl<'de> Visitor<'de> for V {
            type Value = FixYaml;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`none`, a map with `to` and `safety`, or a list of such maps")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<FixYaml, E> {
                match text {
                    "none" => Ok(FixYaml::None),
                    _ => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
                }
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<FixYaml, A::Error> {
                FixSpec::deserialize(de::value::MapAccessDeserializer::new(map))
                    .map(|fix| FixYaml::One(Box::new(fix)))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<FixYaml, A::Error> {
                let mut all = Vec::new();
                while let Some(fix) = seq.next_element()? {
                    all.push(fix);
                }
                Ok(FixYaml::Choices(all))
            }
        }
        deserializer.deserialize_any(V)
    }
}

impl<'de> Deserialize<'de> for PhrasesYaml {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct V(PhantomData<()>);
        impl<'de> Visitor<'de> for V {
            type Value = PhrasesYaml;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map from wrong phrases to corrections")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<PhrasesYaml, A::Error> {
                let mut all = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    all.push(entry);
                }
                Ok(PhrasesYaml(all))
            }
        }
        deserializer.deserialize_map(V(PhantomData))
    }
}

impl JsonSchema for OneOrMany {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "OneOrMany".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]})
    }
}

impl JsonSchema for PhrasesYaml {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Phrases".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let spec = generator.subschema_for::<PhraseSpec>();
        let texts = generator.subschema_for::<OneOrMany>();
        json_schema!({
            "type": "object", "minProperties": 1,
            "description": "Wrong phrases and their corrections.",
            "additionalProperties": {"anyOf": [texts, {"type": "null"}, spec]}
        })
    }
}

impl JsonSchema for FixYaml {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Fix".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let spec = generator.subschema_for::<FixSpec>();
        json_schema!({"anyOf": [{"const": "none"}, spec.clone(), {"type": "array", "items": spec}]})
    }
}

/// The JSON Schema of a rule file, for editors.
pub fn json_schema() -> serde_json::Value {
    schemars::schema_for!(RuleYaml).to_value()
}
