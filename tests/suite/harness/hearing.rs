//! What scopes of a test send, with what it was made of: told by the library itself, so that no statement goes past it.

use sea_orm::{DbBackend, Statement};
use sea_orm_multitenant::{
    Catalogue,
    testing::{Scoped, watch_scopes},
};
use sea_orm_multitenant_sql::ScopedStatement;
use std::{
    cell::RefCell,
    collections::HashSet,
    sync::{Arc, Mutex, Once},
};

/// A statement that a scope has sent.
#[derive(Debug, Clone)]
pub(crate) struct Spoken {
    /// What the caller wrote.
    pub(super) callers: String,
    /// What was sent.
    pub(super) sent: Statement,
    /// What it was made by.
    pub(super) scoped: ScopedStatement,
    /// Which of the catalogues the scope knew.
    pub(super) catalogue: usize,
}

/// Everything that was heard.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// The statements, each text of the caller's with each that was sent for it once.
    pub(super) spoken: Vec<Spoken>,
    /// What the scopes knew.
    pub(super) catalogues: Vec<Catalogue>,
    /// How many statements there were, those that were the same among them.
    pub(super) statements: u64,
    known: HashSet<(String, String)>,
}

/// The ear of a test: what scopes send on the threads that it is on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hearing(Arc<Mutex<Heard>>);

thread_local! {
    static HERE: RefCell<Option<Hearing>> = const { RefCell::new(None) };
}

impl Hearing {
    /// Hears this thread from now on.
    pub(super) fn begin() -> Self {
        static WATCH: Once = Once::new();
        WATCH.call_once(|| assert!(watch_scopes(hear), "nobody else is told"));
        let hearing = Self::default();
        hearing.clone().be_here();
        hearing
    }

    /// Hears this thread, too.
    pub(crate) fn be_here(self) {
        HERE.set(Some(self));
    }

    /// Everything that was heard, which is forgotten.
    pub(super) fn take(&self) -> Heard {
        std::mem::take(&mut *self.0.lock().expect("no test panics while it is heard"))
    }
}

/// Keeps a statement for the test whose thread it is sent on; those of no test are the oracle's, which judges its own.
fn hear(scoped: &Scoped<'_>) {
    HERE.with_borrow(|here| {
        if let Some(Hearing(heard)) = here {
            heard.lock().expect("no test panics while it is heard").add(scoped);
        }
    });
}

impl Heard {
    fn add(&mut self, scoped: &Scoped<'_>) {
        self.statements += 1;
        if !self.known.insert((scoped.callers.to_owned(), scoped.sent.to_owned())) {
            return;
        }
        let is_it = |known: &Catalogue| known.tables() == scoped.catalogue.tables();
        let catalogue = self.catalogues.iter().position(is_it).unwrap_or_else(|| {
            self.catalogues.push(scoped.catalogue.clone());
            self.catalogues.len() - 1
        });
        self.spoken.push(Spoken {
            callers: scoped.callers.to_owned(),
            sent: Statement::from_sql_and_values(scoped.backend, scoped.sent, scoped.values.to_vec()),
            scoped: scoped.statement.clone(),
            catalogue,
        });
    }
}

impl Spoken {
    /// The engine.
    pub(super) fn backend(&self) -> DbBackend {
        self.sent.db_backend
    }
}
