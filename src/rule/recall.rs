//! What was found in the segments of a text when it was checked before.
//!
//! An editor has the same text checked again after each keystroke, and nearly all of its segments are as they were.
//! What rules find in a segment depends on its text, its kind, the links in it, and on the answers of the document-wide conditions that
//! were asked for it; where these are the same, so are the hits. Rules that see the document as a whole run again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Hit;
use super::find::Occurrence;
use super::view::{Asked, DocumentView};
use crate::document::{BlockKind, Border, Segment};

/// What is known of one text's segments. It belongs to one text, one set of rules, and one choice among them.
#[derive(Debug, Default)]
pub struct Recall {
    certain: Mutex<Layer>,
    waiting: Mutex<Layer>,
}

/// The rules that a layer is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// Those that speak in any text.
    Certain,
    /// Those that wait for the verdict on the document.
    Waiting,
}

/// What was found in segments with these texts, when the text was last checked.
type Layer = HashMap<Box<str>, Arc<InSegment>>;

/// What was found in one segment. The segment that hits and names give is the one that they were first found in.
#[derive(Debug)]
pub(super) struct InSegment {
    kind: BlockKind,
    borders: Vec<Border>,
    pub(super) hits: Vec<Hit>,
    pub(super) names: Vec<Occurrence>,
    asked: Vec<Asked>,
}

impl InSegment {
    /// Nothing found yet in `segment`, for which these conditions were asked.
    pub(super) fn new(segment: &Segment<'_>, asked: Vec<Asked>) -> Self {
        Self {
            kind: segment.kind,
            borders: segment.borders.clone(),
            hits: Vec::new(),
            names: Vec::new(),
            asked,
        }
    }

    fn holds(&self, segment: &Segment<'_>, document: &DocumentView<'_>) -> bool {
        let same = |asked: &Asked| document.matches(asked.condition, &asked.pattern) == asked.answer;
        self.kind == segment.kind && self.borders == segment.borders && self.asked.iter().all(same)
    }
}

impl Recall {
    fn layer(&self, which: Which) -> MutexGuard<'_, Layer> {
        let layer = match which {
            Which::Certain => &self.certain,
            Which::Waiting => &self.waiting,
        };
        layer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known of each segment of the document; `None` where nothing is, or where it holds no more.
    pub(super) fn known(&self, which: Which, document: &DocumentView<'_>) -> Vec<Option<Arc<InSegment>>> {
        let segments = &document.document.segments;
        let found: Vec<_> = {
            let layer = self.layer(which);
            segments.iter().map(|segment| layer.get(&*segment.text).cloned()).collect()
        };
        let pairs = found.into_iter().zip(segments);
        pairs.map(|(known, segment)| known.filter(|known| known.holds(segment, document))).collect()
    }

    /// Keeps what was found in each segment of the document, and forgets what is not in it.
    pub(super) fn keep(&self, which: Which, document: &DocumentView<'_>, all: Vec<Option<Arc<InSegment>>>) {
        let pairs = document.document.segments.iter().zip(all);
        let layer = pairs.filter_map(|(segment, found)| Some((Box::from(&*segment.text), found?))).collect();
        *self.layer(which) = layer;
    }
}
