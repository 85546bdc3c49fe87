//! Collects the steps of a conversion.

use crate::{
    names::QualifiedName,
    plan::{
        convert::key_names::KeyNames,
        mode::Mode,
        step::{Blocks, Step, StepKind},
        world::World,
    },
};

/// The steps of a conversion found so far.
pub(crate) struct Steps<'w> {
    pub(crate) world: &'w World<'w>,
    pub(crate) mode: Mode,
    pub(crate) steps: Vec<Step>,
    /// The names of the keys to create.
    pub(super) names: KeyNames,
}

impl<'w> Steps<'w> {
    /// No steps yet.
    pub(crate) fn new(world: &'w World<'w>, mode: Mode) -> Self {
        Self { world, mode, steps: Vec::new(), names: KeyNames::of(world) }
    }
}

impl Steps<'_> {
    pub(crate) fn online(&self) -> bool {
        self.mode == Mode::Online
    }

    /// `online` or `offline`, depending on the mode: offline, the table is locked anyway.
    pub(crate) fn blocks(&self, online: Blocks, offline: Blocks) -> Blocks {
        if self.online() { online } else { offline }
    }

    pub(crate) fn add(
        &mut self,
        kind: StepKind,
        table: &QualifiedName,
        sql: String,
        reason: impl Into<String>,
        blocks: Blocks,
        back: Option<String>,
    ) {
        self.steps.push(Step { kind, table: table.to_string(), sql, reason: reason.into(), blocks, back });
    }

    pub(crate) fn change(
        &mut self,
        table: &QualifiedName,
        sql: String,
        reason: impl Into<String>,
        blocks: Blocks,
        back: Option<String>,
    ) {
        self.add(StepKind::Change, table, sql, reason, blocks, back);
    }

    pub(crate) fn audit(&mut self, table: &QualifiedName, sql: String, reason: impl Into<String>) {
        self.add(StepKind::Audit, table, sql, reason, Blocks::Nothing, None);
    }

    pub(crate) fn quote(&self, name: &str) -> String {
        self.world.schema.engine.quote(name)
    }

    pub(crate) fn quoted(&self, name: &QualifiedName) -> String {
        name.quoted(self.world.schema.engine)
    }

    pub(crate) fn list(&self, names: &[String]) -> String {
        self.world.schema.engine.list(names)
    }
}
