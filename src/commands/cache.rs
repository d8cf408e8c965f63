//! The cache on disk: where it is, reading it, writing it, removing it, and `mtlint clean`.
//!
//! A cache is never a reason to fail. One that cannot be read is empty, one that cannot be written stays as it is.
//! Two processes may use it at once: a file is replaced in one step, and whoever replaces one holds a lock, so that
//! what the other has written meanwhile is not lost.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use std::{env, thread};

use etcetera::BaseStrategy;

use super::write::{Access, Beside, is_in_the_making};
use super::{Exit, Failure, Stop, Terminal};
use crate::bounded;
use crate::cache::{Cache, TextCache, Update};
use crate::grammar::SentenceCache;
use crate::report::{count, escape};

/// The variable that names another folder for the cache.
const VARIABLE: &str = "MTLINT_CACHE_DIR";
/// The files of what is known of sentences.
const SENTENCES: Files = Files { young: "grammar-young.bin", old: "grammar-old.bin" };
/// The files of what is known of whole texts.
const TEXTS: Files = Files { young: "texts-young.bin", old: "texts-old.bin" };
const LOCK: &str = "lock";

/// The names of the two generations of a cache.
#[derive(Debug, Clone, Copy)]
struct Files {
    young: &'static str,
    old: &'static str,
}

impl Files {
    /// Both generations in `folder`, the young one first.
    fn read(self, folder: &Path, max_bytes: usize) -> (Vec<u8>, Vec<u8>) {
        (read(&folder.join(self.young), max_bytes), read(&folder.join(self.old), max_bytes))
    }

    /// Adds what `cache` has learnt to the young generation in `folder`.
    fn save(self, folder: &Path, cache: &Cache) -> io::Result<()> {
        let (young, old) = (folder.join(self.young), folder.join(self.old));
        let bytes = match cache.update(read(&young, cache.max_bytes())) {
            Update::Young(bytes) => bytes,
            Update::Turn(bytes) => {
                fs::rename(&young, old)?;
                bytes
            }
        };
        let mut file = Beside::new(folder, Access::Private)?;
        file.write_all(&bytes)?;
        // Not synced: after a crash of the system the file may be damaged, which is noticed.
        file.replace_lazily(&young)
    }
}

/// The sentences and the texts that are known, and the folder that they are in.
#[derive(Debug)]
pub(super) struct DiskCache {
    /// What is known of sentences.
    pub(super) sentences: Arc<SentenceCache>,
    /// What is known of whole texts.
    pub(super) texts: Arc<TextCache>,
    folder: PathBuf,
}

impl DiskCache {
    /// The user's cache; `None` if the user has no folder for one.
    pub(super) fn open() -> Option<Self> {
        Some(Self::open_in(folder()?))
    }

    fn open_in(folder: PathBuf) -> Self {
        let (young, old) = SENTENCES.read(&folder, SentenceCache::MAX_BYTES);
        let sentences = SentenceCache::new(SentenceCache::builtin_rule_set(), young, old);
        let (young, old) = TEXTS.read(&folder, TextCache::MAX_BYTES);
        let texts = TextCache::new(young, old);
        Self { sentences: Arc::new(sentences), texts: Arc::new(texts), folder }
    }

    fn save(&self) -> io::Result<()> {
        let all = [(SENTENCES, self.sentences.cache()), (TEXTS, self.texts.cache())];
        let changed = all.iter().filter(|(_, cache)| !cache.has_learnt_nothing());
        if changed.clone().next().is_none() {
            return Ok(());
        }
        let mut maker = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut maker, 0o700);
        maker.recursive(true).create(&self.folder)?;
        let lock = self.folder.join(LOCK);
        // To open a pipe is to wait for its other end.
        if fs::metadata(&lock).is_ok_and(|meta| !meta.is_file()) {
            return Ok(());
        }
        let lock = File::options().create(true).append(true).open(lock)?;
        if !try_lock(&lock) {
            return Ok(());
        }
        for (files, cache) in changed {
            files.save(&self.folder, cache)?;
        }
        Ok(())
    }
}

impl Drop for DiskCache {
    /// Writes what was learnt, however the run ended.
    fn drop(&mut self) {
        let _ = self.save();
    }
}

/// The folder of the cache, whether it is there or not.
pub(super) fn folder() -> Option<PathBuf> {
    match env::var_os(VARIABLE).filter(|path| !path.is_empty()) {
        Some(path) => Some(path.into()),
        None => Some(etcetera::choose_base_strategy().ok()?.cache_dir().join("mtlint")),
    }
}

/// The bytes of a file; none if it is not there, cannot be read, or is larger than any that was written here.
fn read(path: &Path, max_bytes: usize) -> Vec<u8> {
    bounded::read(path, max_bytes as u64).unwrap_or_default()
}

/// Waits for the lock as long as it takes others to write, and no longer: what holds it then has stopped.
fn try_lock(file: &File) -> bool {
    for _ in 0..50 {
        match file.try_lock() {
            Ok(()) => return true,
            Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(5)),
            // Where there are no locks, the last one to write wins, and no harm is done.
            Err(TryLockError::Error(_)) => return true,
        }
    }
    false
}

/// `mtlint clean`.
pub(super) fn clean(terminal: &mut Terminal<'_>) -> Result<Exit, Stop> {
    let Some(folder) = folder() else {
        writeln!(terminal.out, "nothing to remove: there is no folder for a cache")?;
        return Ok(Exit::Clean);
    };
    let shown = escape::visible(&folder.display().to_string()).into_owned();
    let (files, bytes) = remove(&folder).map_err(|error| {
        Failure::new(shown.as_str(), "cannot be emptied")
            .why(error.to_string())
            .help("check the permissions of the folder, or remove it by hand")
    })?;
    match files {
        0 => writeln!(terminal.out, "nothing to remove: no cache in {shown}")?,
        _ => writeln!(
            terminal.out,
            "removed {}, {} KB, from {shown}",
            count(files, "file"),
            bytes.div_ceil(1000)
        )?,
    }
    Ok(Exit::Clean)
}

/// Removes the cache, and the folder if nothing else is in it; gives how many files went, and their bytes.
///
/// # Errors
/// When a file is there and cannot be removed.
fn remove(folder: &Path) -> io::Result<(usize, u64)> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((0, 0)),
        entries => entries?,
    };
    let ours = |name: &str| {
        [SENTENCES.young, SENTENCES.old, TEXTS.young, TEXTS.old, LOCK].contains(&name)
            || is_in_the_making(name)
    };
    let (mut files, mut bytes) = (0, 0);
    for entry in entries {
        let entry = entry?;
        if entry.file_name().to_str().is_some_and(ours) {
            let size = entry.metadata().map_or(0, |meta| meta.len());
            match fs::remove_file(entry.path()) {
                // Somebody else was quicker.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                removed => removed?,
            }
            // The lock is no part of what a user would call the cache.
            files += usize::from(entry.file_name() != LOCK);
            bytes += size;
        }
    }
    // Something else may be in it, and then it stays.
    let _ = fs::remove_dir(folder);
    Ok((files, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::{Cached, Grammar, GrammarFinding, LazyGrammar};

    /// Finds nothing.
    struct Content;

    impl Grammar for Content {
        fn check_sentences(&self, sentences: &[&str]) -> Vec<Vec<GrammarFinding>> {
            vec![Vec::new(); sentences.len()]
        }
    }

    /// Checks `text` with the cache in `folder`; gives how many of its sentences were not known.
    fn missed(folder: &Path, text: &str) -> usize {
        let cache = DiskCache::open_in(folder.to_owned());
        let model = Arc::new(LazyGrammar::on_demand(|| Ok(Box::new(Content))));
        Cached::new(Arc::clone(&cache.sentences), model).check(text);
        cache.sentences.asked_and_missed().1
    }

    const TEXT: &str = "This is a sentence. This is another one.";

    #[test]
    fn what_one_run_learns_the_next_one_knows_until_it_is_removed() {
        let above = tempfile::tempdir().expect("a temporary folder");
        let folder = above.path().join("not/yet/there");
        assert_eq!(missed(&folder, TEXT), 2);
        assert_eq!(missed(&folder, TEXT), 0);
        assert_eq!(missed(&folder, &format!("{TEXT} A third is new.")), 1);
        let (files, bytes) = remove(&folder).expect("removed");
        assert_eq!((files, bytes), (1, 24 + 3 * 8));
        assert!(!folder.exists());
        assert_eq!(remove(&folder).expect("nothing to do"), (0, 0));
        assert_eq!(missed(&folder, TEXT), 2);
    }

    #[test]
    fn a_file_that_is_damaged_or_too_large_is_written_anew() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join(SENTENCES.young);
        for bytes in [b"no cache".to_vec(), vec![0; SentenceCache::MAX_BYTES + 1]] {
            fs::write(&file, bytes).expect("written");
            assert_eq!(missed(folder.path(), TEXT), 2);
            assert_eq!(missed(folder.path(), TEXT), 0);
        }
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_no_cache_and_no_error() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("file");
        fs::write(&file, "").expect("written");
        for _ in 0..2 {
            assert_eq!(missed(&file, TEXT), 2, "a file in the place of the folder");
            assert_eq!(missed(&file.join("below"), TEXT), 2, "a folder that cannot be made");
        }
        fs::create_dir(folder.path().join(SENTENCES.young)).expect("made");
        assert_eq!(missed(folder.path(), TEXT), 2, "a folder in the place of the file");
        assert_eq!(fs::read_dir(folder.path()).expect("read").count(), 3, "no temporary file is left");
    }

    /// Each thread opens and writes the files for itself, as a process does.
    #[test]
    fn runs_at_the_same_time_lose_nothing() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let text = |i: usize| format!("This is sentence {i}. {TEXT}");
        thread::scope(|scope| {
            for i in 0..8 {
                let folder = folder.path();
                scope.spawn(move || missed(folder, &text(i)));
            }
        });
        assert_eq!((0..8).map(|i| missed(folder.path(), &text(i))).sum::<usize>(), 0);
    }

    #[test]
    fn what_others_keep_in_the_folder_stays() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for name in [SENTENCES.young, SENTENCES.old, LOCK, ".mtlint-aB3xY9.tmp", "article.txt"] {
            fs::write(folder.path().join(name), "12345").expect("written");
        }
        assert_eq!(remove(folder.path()).expect("removed"), (3, 20));
        assert_eq!(fs::read_dir(folder.path()).expect("read").count(), 1);
    }
}
