//! What waits to be written to the client.
//!
//! A client may be slow, or stop reading while it goes on writing. Nothing here waits for it; instead, of the findings in
//! a document only the newest wait, so that what waits does not grow with the edits.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use gen_lsp_types::Uri;

use super::wire::Outgoing;

/// One end of a queue: what is sent comes out of [`Letters`]. The queue is closed when it is dropped.
#[derive(Debug)]
pub(super) struct Outbox(Arc<Shared>);

/// The other end.
#[derive(Debug)]
pub(super) struct Letters(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Queue {
    /// What waits, with the document that it lists the findings of, if it does.
    letters: VecDeque<(Option<Uri>, Outgoing)>,
    closed: bool,
}

/// A queue, empty.
pub(super) fn outbox() -> (Outbox, Letters) {
    let shared = Arc::new(Shared::default());
    (Outbox(Arc::clone(&shared)), Letters(shared))
}

impl Outbox {
    /// Adds something to be written.
    pub(super) fn send(&self, outgoing: Outgoing) {
        self.add(None, outgoing);
    }

    /// Adds a list of the findings in a document; an older one that still waits is not written any more.
    pub(super) fn send_findings(&self, of: Uri, outgoing: Outgoing) {
        self.add(Some(of), outgoing);
    }

    fn add(&self, of: Option<Uri>, outgoing: Outgoing) {
        let mut queue = self.0.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if of.is_some() {
            queue.letters.retain(|(older, _)| *older != of);
        }
        queue.letters.push_back((of, outgoing));
        self.0.changed.notify_one();
    }
}

impl Drop for Outbox {
    fn drop(&mut self) {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
        self.0.changed.notify_one();
    }
}

impl Iterator for Letters {
    type Item = Outgoing;

    /// The next to be written; waits for it. `None` when all is written and the queue is closed.
    fn next(&mut self) -> Option<Outgoing> {
        let mut queue = self.0.queue.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some((_, outgoing)) = queue.letters.pop_front() {
                return Some(outgoing);
            }
            if queue.closed {
                return None;
            }
            queue = self.0.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

#[cfg(test)]
mod tests {
    use lsp_server::Notification;

    use super::*;

    #[test]
    fn findings_that_nobody_reads_do_not_pile_up() {
        let note = |what: String| Outgoing::Message(Notification::new(what, ()).into());
        let (outbox, letters) = outbox();
        outbox.send(note("first".to_owned()));
        for edit in 0..1000 {
            outbox.send_findings(["a", "b"][edit % 2].into(), note(edit.to_string()));
        }
        outbox.send(note("last".to_owned()));
        drop(outbox);
        let method = |outgoing| match outgoing {
            Outgoing::Message(lsp_server::Message::Notification(note)) => note.method,
            other => panic!("{other:?}"),
        };
        assert_eq!(letters.map(method).collect::<Vec<_>>(), ["first", "998", "999", "last"]);
    }
}
