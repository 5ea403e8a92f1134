/*!
Walk the folders below some roots in many threads, and hand out the files that were chosen.

Each thread takes a task from one shared stack: a folder to list, or a few files to work on. So one folder with all
the files, and many folders with one file each, are both shared out.
*/

use std::cmp::Ordering;
use std::ffi::{OsStr, OsString};
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::batch;
use crate::folder::{Entry, entries};
use crate::watch::PATIENCE;
use crate::{Error, Interrupted, Kind};

/// What of a tree is looked at. All of it is the caller's choice; what is left out is counted in [`Skipped`].
#[derive(Debug, Clone)]
pub struct Choice {
    /// The endings of the names of wanted files, such as `.py`; all files if there are none.
    pub suffixes: Vec<OsString>,
    /// The names of files and folders that are left out.
    pub ignore: Vec<OsString>,
    /// Whether files and folders whose name begins with a dot are wanted.
    pub hidden: bool,
    /// Whether links are what they point to; else they are left out, except for a root.
    pub follow_links: bool,
}

/// How many entries were left out, by the first reason that holds in this order.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Skipped {
    /// Files and folders of a name in [`Choice::ignore`].
    pub ignored: u64,
    /// Files and folders whose name begins with a dot.
    pub hidden: u64,
    /// Links that were not followed.
    pub links: u64,
    /// FIFOs, sockets and devices.
    pub special: u64,
}

/// What one thread met on its way.
#[derive(Debug, Default)]
pub struct Report {
    /// What was left out.
    pub skipped: Skipped,
    /// The folders and links that could not be entered.
    pub errors: Vec<Error>,
}

impl Report {
    /// Add what another thread met.
    pub fn merge(&mut self, other: Self) {
        self.errors.extend(other.errors);
        self.skipped.ignored += other.skipped.ignored;
        self.skipped.hidden += other.skipped.hidden;
        self.skipped.links += other.skipped.links;
        self.skipped.special += other.skipped.special;
    }
}

/// How many files are one task.
const FILES: usize = 8;

enum Task {
    Root(PathBuf),
    Folder(PathBuf, Option<Arc<Ancestor>>),
    Files(Vec<PathBuf>),
}

/// A folder that holds the one that is looked at; kept only where links are followed.
struct Ancestor {
    identity: (u64, u64),
    parent: Option<Arc<Ancestor>>,
}

/// Walk below `roots` in at most `workers` threads and call `work` with the chosen files, a few at a time.
///
/// Each thread has a state, made by `Default`, that `work` may change. A root that is a file is handed out if its
/// name has a wanted ending. A root is followed if it is a link.
///
/// # Errors
/// [`Interrupted`] if `interrupted` said true.
pub fn walk<S: Default + Send>(
    roots: &[&Path],
    choice: &Choice,
    workers: usize,
    work: impl Fn(&mut S, Vec<PathBuf>, &dyn Fn() -> bool) + Sync,
    interrupted: impl FnMut() -> bool,
) -> Result<Vec<(S, Report)>, Interrupted> {
    let walker = Walker::new(roots, choice);
    let mut parts = Vec::new();
    batch::run(
        &vec![(); workers.max(1)],
        workers,
        u64::MAX, // nobody knows before how much there is
        |queue, results| {
            let (mut state, mut report) = (S::default(), Report::default());
            let stopped = || queue.stopped();
            while let Some(task) = walker.take(&stopped) {
                let _working = Working(&walker);
                match task {
                    Task::Root(path) => walker.root(path, &mut report, &stopped),
                    Task::Folder(path, above) => walker.list(path, above, &mut report, &stopped),
                    Task::Files(files) => work(&mut state, files, &stopped),
                }
            }
            results.give((state, report));
        },
        |part| parts.push(part),
        interrupted,
    )?;
    Ok(parts)
}

/// Compare paths by their bytes, whatever their folders.
pub fn by_bytes(one: &Path, other: &Path) -> Ordering {
    one.as_os_str().as_encoded_bytes().cmp(other.as_os_str().as_encoded_bytes())
}

struct Walker<'a> {
    choice: &'a Choice,
    tasks: Mutex<Tasks>,
    changed: Condvar,
}

struct Tasks {
    open: Vec<Task>,
    at_work: usize,
}

/// A thread with a task in hand; dropped when the task is done, also by a panic, so that nobody waits for ever.
struct Working<'a>(&'a Walker<'a>);

impl Drop for Working<'_> {
    fn drop(&mut self) {
        let mut tasks = self.0.lock();
        tasks.at_work -= 1;
        if tasks.at_work == 0 && tasks.open.is_empty() {
            self.0.changed.notify_all();
        }
    }
}

impl<'a> Walker<'a> {
    fn new(roots: &[&Path], choice: &'a Choice) -> Self {
        let open = roots.iter().rev().map(|root| Task::Root(root.to_path_buf())).collect();
        Self { choice, tasks: Mutex::new(Tasks { open, at_work: 0 }), changed: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, Tasks> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next task; waits while others may still find some, and gives nothing when all is done or stopped.
    fn take(&self, stopped: &dyn Fn() -> bool) -> Option<Task> {
        let mut tasks = self.lock();
        loop {
            if stopped() {
                return None;
            }
            if let Some(task) = tasks.open.pop() {
                tasks.at_work += 1;
                return Some(task);
            }
            if tasks.at_work == 0 {
                return None;
            }
            tasks = self.changed.wait_timeout(tasks, PATIENCE).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn add(&self, tasks: Vec<Task>) {
        if !tasks.is_empty() {
            self.lock().open.extend(tasks);
            self.changed.notify_all();
        }
    }

    fn root(&self, path: PathBuf, report: &mut Report, stopped: &dyn Fn() -> bool) {
        match path.metadata() {
            Err(error) => report.errors.push(Error::new(&path, Kind::Unreadable(error))),
            Ok(root) if root.is_dir() => {
                let above = self.choice.follow_links.then(|| Ancestor::new(&root, None));
                self.list(path, above, report, stopped);
            }
            Ok(root) if root.is_file() => {
                if path.file_name().is_some_and(|name| self.wanted(name)) {
                    self.add(vec![Task::Files(vec![path])]);
                }
            }
            Ok(_) => report.skipped.special += 1,
        }
    }

    fn list(&self, path: PathBuf, above: Option<Arc<Ancestor>>, report: &mut Report, stopped: &dyn Fn() -> bool) {
        let mut found = Vec::new();
        let mut files = Vec::new();
        let listed = entries(&path, |name, entry| {
            let Some(entry) = self.chosen(name, entry, &mut report.skipped) else { return !stopped() };
            match entry {
                Entry::File if self.wanted(name) => files.push(path.join(name)),
                Entry::Folder => found.extend(self.folder(path.join(name), above.as_ref(), report)),
                Entry::Link => self.follow(path.join(name), name, above.as_ref(), report, &mut found, &mut files),
                _ => {}
            }
            !stopped()
        });
        if let Err(error) = listed {
            report.errors.push(Error::new(&path, Kind::Unreadable(error)));
        }
        while !files.is_empty() {
            let rest = files.split_off(files.len().saturating_sub(FILES));
            found.push(Task::Files(rest));
        }
        self.add(found);
    }

    /// Count an entry that is left out; give back one that is looked at.
    fn chosen(&self, name: &OsStr, entry: Entry, skipped: &mut Skipped) -> Option<Entry> {
        let reason = if self.choice.ignore.iter().any(|ignored| ignored == name) {
            &mut skipped.ignored
        } else if !self.choice.hidden && name.as_encoded_bytes().starts_with(b".") {
            &mut skipped.hidden
        } else if entry == Entry::Link && !self.choice.follow_links {
            &mut skipped.links
        } else if entry == Entry::Special {
            &mut skipped.special
        } else {
            return Some(entry);
        };
        *reason += 1;
        None
    }

    fn wanted(&self, name: &OsStr) -> bool {
        let ends = |suffix: &OsString| name.as_encoded_bytes().ends_with(suffix.as_encoded_bytes());
        self.choice.suffixes.is_empty() || self.choice.suffixes.iter().any(ends)
    }

    /// A task for a folder; its identity is asked for only where links are followed.
    fn folder(&self, path: PathBuf, above: Option<&Arc<Ancestor>>, report: &mut Report) -> Option<Task> {
        let Some(above) = above else { return Some(Task::Folder(path, None)) };
        match path.metadata() {
            Ok(metadata) => self.enter(path, &metadata, above, report),
            Err(error) => {
                report.errors.push(Error::new(&path, Kind::Unreadable(error)));
                None
            }
        }
    }

    fn enter(&self, path: PathBuf, folder: &Metadata, above: &Arc<Ancestor>, report: &mut Report) -> Option<Task> {
        if above.holds(identity(folder)) {
            report.errors.push(Error::new(&path, Kind::LinkLoop));
            return None;
        }
        Some(Task::Folder(path, Some(Ancestor::new(folder, Some(above)))))
    }

    fn follow(
        &self,
        path: PathBuf,
        name: &OsStr,
        above: Option<&Arc<Ancestor>>,
        report: &mut Report,
        found: &mut Vec<Task>,
        files: &mut Vec<PathBuf>,
    ) {
        match (path.metadata(), above) {
            (Err(error), _) => report.errors.push(Error::new(&path, Kind::Unreadable(error))),
            (Ok(target), Some(above)) if target.is_dir() => found.extend(self.enter(path, &target, above, report)),
            (Ok(target), _) if target.is_file() => files.extend(self.wanted(name).then_some(path)),
            _ => report.skipped.special += 1,
        }
    }
}

impl Ancestor {
    fn new(folder: &Metadata, parent: Option<&Arc<Self>>) -> Arc<Self> {
        Arc::new(Self { identity: identity(folder), parent: parent.cloned() })
    }

    fn holds(&self, identity: (u64, u64)) -> bool {
        let mut next = Some(self);
        while let Some(one) = next {
            if one.identity == identity {
                return true;
            }
            next = one.parent.as_deref();
        }
        false
    }
}

/// Device and number of a file; systems without them (Windows) get no loop detection but their own limit on links.
#[cfg(unix)]
fn identity(metadata: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> (u64, u64) {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    (u64::MAX, NEXT.fetch_add(1, Ordering::Relaxed))
}
