/*! `scan_files` and its naive twin. */

#![cfg_attr(fuzzing, no_main)]

use std::fs;
use std::path::{Path, PathBuf};

use arbitrary::Arbitrary;
use wings_core::ops::scan_files::scan_files;
use wings_core::walk::{Choice, Skipped};
use wings_fuzz::{Folder, trial};

trial!(Tree, check);

const NAMES: [&str; 6] = ["a", "b.py", ".c", "é.py", "__pycache__", "d.txt"];

/// A path by the numbers of its names, and whether it is a link to the root.
type Entry = (u8, u8, u8, bool);

/// A tree, and what of it is wanted.
#[derive(Debug, Arbitrary)]
struct Tree {
    entries: Vec<Entry>,
    suffix: bool,
    ignore: u8,
    hidden: bool,
    workers: u8,
}

fn check(tree: Tree) {
    let folder = Folder::new();
    tree.entries.iter().take(40).for_each(|entry| plant(folder.path(), entry));
    let choice = Choice {
        suffixes: if tree.suffix { vec![".py".into()] } else { Vec::new() },
        ignore: NAMES.get(tree.ignore as usize % 12).map(|name| name.into()).into_iter().collect(),
        hidden: tree.hidden,
        follow_links: false,
    };
    let found = scan_files(&[folder.path()], &choice, false, tree.workers as usize % 4, || false).unwrap();
    let (mut paths, mut skipped) = (Vec::new(), Skipped::default());
    naive(folder.path(), &choice, &mut paths, &mut skipped);
    paths.sort_by(|one, other| one.as_os_str().as_encoded_bytes().cmp(other.as_os_str().as_encoded_bytes()));
    assert_eq!((found.paths, found.report.skipped), (paths, skipped));
    assert!(found.report.errors.is_empty());
}

/// Make the entry unless something is in its way.
fn plant(root: &Path, &(one, two, three, link): &Entry) {
    let name = |number: u8| NAMES[number as usize % NAMES.len()];
    let path = root.join(name(one)).join(name(two)).join(name(three));
    if fs::create_dir_all(path.parent().unwrap()).is_err() || path.symlink_metadata().is_ok() {
        return;
    }
    #[cfg(unix)]
    if link {
        return std::os::unix::fs::symlink(root, path).unwrap();
    }
    fs::write(path, b"").unwrap();
}

fn naive(folder: &Path, choice: &Choice, paths: &mut Vec<PathBuf>, skipped: &mut Skipped) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (name, kind) = (entry.file_name().into_string().unwrap(), entry.file_type().unwrap());
        if choice.ignore.iter().any(|ignored| *ignored == *name) {
            skipped.ignored += 1;
        } else if name.starts_with('.') && !choice.hidden {
            skipped.hidden += 1;
        } else if kind.is_symlink() {
            skipped.links += 1;
        } else if kind.is_dir() {
            naive(&entry.path(), choice, paths, skipped);
        } else if choice.suffixes.is_empty() || name.ends_with(".py") {
            paths.push(entry.path());
        }
    }
}
