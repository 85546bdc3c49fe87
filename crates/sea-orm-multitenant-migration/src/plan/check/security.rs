//! Finds what bypasses PostgreSQL's policies.

use crate::plan::{
    finding::{Finding, Severity, kind::FindingKind},
    schema::security::{Bypass, LivePolicy},
    world::{Owned, World},
};

/// Findings on one table.
pub(super) fn check(world: &World<'_>, table: Owned<'_>, findings: &mut Vec<Finding>) {
    let security = &table.live.security;
    let graver = severity(world, Severity::Warning);
    let mut found = |severity, kind| findings.push(Finding::new(severity, table.name(), kind));
    let unforced = security.unforced_owner.as_ref().filter(|_| !security.policies.is_empty());
    match unforced {
        Some(owner) => found(graver, FindingKind::RowLevelSecurityNotForced { owner: owner.clone() }),
        None if table.live.row_level_security => {}
        None => found(severity(world, Severity::Note), FindingKind::NoRowLevelSecurity),
    }
    let is_known = |policy: &LivePolicy| {
        policy.is_by_tenant(table.tenant)
            || table.declared.has_global_rows() && policy.is_of_global_rows(table.tenant)
    };
    for policy in security.policies.iter().filter(|policy| !is_known(policy)) {
        found(graver, FindingKind::PolicyNotByTenant { policy: policy.name.clone() });
    }
    for passage in &security.bypasses {
        let kind = match passage.clone() {
            Bypass::View { view, owner } => FindingKind::ViewOfOwner { view, owner },
            Bypass::Stored { view } => FindingKind::MaterializedView { view },
            Bypass::Partition { partition } => FindingKind::PartitionWithoutPolicy { partition },
            Bypass::PolicyFunction { policy, function } => FindingKind::PolicyFunction { policy, function },
        };
        found(graver, kind);
    }
}

/// Findings on functions and roles, if row-level security is enabled on a tenant table.
pub(super) fn of_all(world: &World<'_>, findings: &mut Vec<Finding>) {
    if !world.owned().any(|table| table.live.security.on) {
        return;
    }
    let graver = severity(world, Severity::Warning);
    for (function, owner) in &world.schema.unbound.definers {
        findings.push(Finding::new(graver, function, FindingKind::FunctionOfOwner { owner: owner.clone() }));
    }
    for function in &world.schema.unbound.leakproof {
        findings.push(Finding::new(graver, function, FindingKind::LeakproofFunction));
    }
    for (role, asks) in &world.schema.unbound.roles {
        // Checks and conversions need a role that bypasses policies.
        let severity = if *asks { Severity::Note } else { graver };
        findings.push(Finding::new(severity, role, FindingKind::RoleUnbound));
    }
}

/// The severity of missing row-level security: an error if it is required.
fn severity(world: &World<'_>, otherwise: Severity) -> Severity {
    if world.options.row_level_security { Severity::Error } else { otherwise }
}
