//! How a row of tokens is kept: each of its word lists once, however many of its elements ask for it.

use std::sync::Arc;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::tokens::{Element, TokenList, TokenPattern};

/// What each element asks for, those under `not` after the element they belong to: a number of a list.
type Uses = Vec<Option<usize>>;

impl Serialize for TokenPattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut lists: Vec<&Arc<TokenList>> = Vec::new();
        let asked = self.elements.iter().flat_map(with_nots).map(|element| element.test.list.as_ref());
        let uses: Uses = asked
            .map(|list| {
                let list = list?;
                let known = lists.iter().position(|other| Arc::ptr_eq(list, other));
                Some(known.unwrap_or_else(|| {
                    lists.push(list);
                    lists.len() - 1
                }))
            })
            .collect();
        (&self.elements, &self.anchor, &self.fixed, uses, lists).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for TokenPattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (mut elements, anchor, fixed, uses, lists): (Vec<Element>, _, _, Uses, Vec<Arc<TokenList>>) =
            Deserialize::deserialize(deserializer)?;
        let mut uses = uses.into_iter();
        for element in &mut elements {
            let mut element = Some(element);
            while let Some(this) = element {
                let list = uses.next().ok_or_else(|| D::Error::custom("an element without its list"))?;
                this.test.list = list.and_then(|number| lists.get(number)).cloned();
                element = this.not.as_deref_mut();
            }
        }
        Ok(Self { elements, anchor, fixed })
    }
}

/// The element, what it must not be, and so on.
fn with_nots(element: &Element) -> impl Iterator<Item = &Element> {
    std::iter::successors(Some(element), |element| element.not.as_deref())
}
