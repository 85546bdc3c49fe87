//! Row locks: MySQL's LOCK IN SHARE MODE, PostgreSQL's FOR NO KEY UPDATE and FOR KEY SHARE, lists of tables after OF.

use crate::{
    engine::Engine,
    read::spelling::cut::{Cut, Edit, is_stand_in, keywords, stand_in},
};
use sqlparser::{
    ast::{Ident, ObjectName, ObjectNamePart},
    tokenizer::Token,
};

/// A lock that the tree has no name for: how it is written, which lock it stands as, and its stand-in.
struct Strength {
    written: &'static [&'static str],
    reads_as: &'static str,
    mark: &'static str,
}

const SHARE_MODE: Strength =
    Strength { written: &["LOCK", "IN", "SHARE", "MODE"], reads_as: "SHARE", mark: "LOCK IN SHARE MODE" };
const NO_KEY_UPDATE: Strength =
    Strength { written: &["FOR", "NO", "KEY", "UPDATE"], reads_as: "UPDATE", mark: "FOR NO KEY UPDATE" };
const KEY_SHARE: Strength =
    Strength { written: &["FOR", "KEY", "SHARE"], reads_as: "SHARE", mark: "FOR KEY SHARE" };

/// Begins the stand-ins in the place of a table that are no locks.
pub(super) const NO_LOCK: &str = "NO LOCK ";

/// `FOR UPDATE OF p, q` becomes one lock a table, a lock without a name one of a stand-in.
pub(super) fn read(engine: Engine, cut: &Cut<'_>, at: usize) -> Option<Edit<Vec<Token>>> {
    if engine.supports_lock_in_share_mode() && cut.reads(at, SHARE_MODE.written) {
        let mut tokens = keywords(&["FOR", SHARE_MODE.reads_as, "OF"]);
        tokens.push(stand_in(engine, SHARE_MODE.mark));
        return Some(Edit::new(at..at + SHARE_MODE.written.len(), tokens));
    }
    if !engine.supports_row_locks() || !cut.reads(at, &["FOR"]) {
        return None;
    }
    let named = [NO_KEY_UPDATE, KEY_SHARE].into_iter().find(|strength| cut.reads(at, strength.written));
    let (reads_as, mark, end) = match named {
        Some(Strength { written, reads_as, mark }) => (reads_as, Some(mark), at + written.len()),
        None if cut.reads(at, &["FOR", "UPDATE"]) => ("UPDATE", None, at + 2),
        None if cut.reads(at, &["FOR", "SHARE"]) => ("SHARE", None, at + 2),
        None => return None,
    };
    let (tables, end) = if cut.reads(end, &["OF"]) {
        let after = cut.end_of_names(end + 1)?;
        ((end + 1..after).step_by(2).filter_map(|at| cut.token(at).cloned()).map(Some).collect(), after)
    } else {
        (vec![None], end)
    };
    if mark.is_none() && tables.len() == 1 {
        return None;
    }
    let nonblock: &[&str] = if cut.reads(end, &["NOWAIT"]) {
        &["NOWAIT"]
    } else if cut.reads(end, &["SKIP", "LOCKED"]) {
        &["SKIP", "LOCKED"]
    } else {
        &[]
    };
    let mut tokens = Vec::new();
    for table in tables {
        tokens.extend(keywords(&["FOR", reads_as]));
        let mut names: Vec<_> = mark.map(|mark| stand_in(engine, mark)).into_iter().chain(table).collect();
        if names.len() == 2 {
            names.insert(1, Token::Period);
        }
        if !names.is_empty() {
            tokens.extend(keywords(&["OF"]));
            tokens.extend(names);
        }
        tokens.extend(keywords(nonblock));
    }
    Some(Edit::new(at..end + nonblock.len(), tokens))
}

/// Writes a lock by its own name.
pub(super) fn write(cut: &Cut<'_>, at: usize) -> Option<Edit<String>> {
    let reads = |strength: &Strength| {
        cut.reads(at, &["FOR", strength.reads_as, "OF"]) && cut.stand_in(at + 3) == Some(strength.mark)
    };
    let Strength { written, reads_as: _, mark: _ } =
        [SHARE_MODE, NO_KEY_UPDATE, KEY_SHARE].into_iter().find(reads)?;
    let written = written.join(" ");
    if cut.is(at + 4, &Token::Period) {
        return Some(Edit::new(at..at + 5, format!("{written} OF ")));
    }
    Some(Edit::new(at..at + 4, written))
}

/// Whether what a lock names is a lock without a name, of every table.
pub(crate) fn locks_every_table(of: &ObjectName) -> bool {
    only_ident(of).is_some_and(is_stand_in)
}

/// Whether what a lock names is something else that is written where locks are.
pub(crate) fn is_no_lock(of: &ObjectName) -> bool {
    let is_other = |ident: &Ident| ident.value.get(1..).is_some_and(|content| content.starts_with(NO_LOCK));
    only_ident(of).is_some_and(|ident| is_stand_in(ident) && is_other(ident))
}

/// What is written in place of a lock whose table is a stand-in; none where the lock is written as it stands.
pub(crate) fn written_lock(of: &ObjectName) -> Option<String> {
    let content = match of.0.first() {
        Some(ObjectNamePart::Identifier(ident)) if is_stand_in(ident) => ident.value.get(1..)?,
        Some(_) | None => return None,
    };
    let content = content.strip_prefix(NO_LOCK).unwrap_or(content);
    Some(content.replace('\u{2}', "\""))
}

fn only_ident(name: &ObjectName) -> Option<&Ident> {
    match name.0.as_slice() {
        [ObjectNamePart::Identifier(ident)] => Some(ident),
        _ => None,
    }
}
