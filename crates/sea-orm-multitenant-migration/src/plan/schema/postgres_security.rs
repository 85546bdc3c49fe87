//! Finds what bypasses PostgreSQL's policies: whatever runs with the privileges of a role that they do not bind.

use crate::plan::schema::{
    live::{LiveTable, Schema},
    postgres_from::{SCHEMA, from, of_extension},
    query::{Row, Rows},
    security::{Bypass, LivePolicy},
};
use sea_orm_migration::{DbErr, sea_orm::ConnectionTrait};

/// Whether the role `o` bypasses the policies of the table `c`.
const UNBOUND: &str = "(o.rolsuper OR o.rolbypassrls OR (NOT c.relforcerowsecurity AND pg_has_role(o.oid, c.relowner, 'USAGE')))";

/// Reads it into the tables with row-level security, and into the schema. `of` is the condition on the table `c` of
/// the schema `n`, `within` the condition on a schema `s`.
pub(super) async fn read(
    db: &impl ConnectionTrait,
    of: &str,
    within: &str,
    schema: &mut Schema,
) -> Result<(), DbErr> {
    let of = format!("{of} AND c.relrowsecurity");
    owners(db, &of, schema).await?;
    policies(db, &of, schema).await?;
    policy_functions(db, &of, schema).await?;
    views(db, &of, schema).await?;
    partitions(db, &of, schema).await?;
    functions(db, &of, within, schema).await?;
    roles(db, &of, schema).await
}

async fn owners(db: &impl ConnectionTrait, of: &str, schema: &mut Schema) -> Result<(), DbErr> {
    let sql = format!(
        "SELECT {SCHEMA} AS in_schema, c.relname::text AS in_table, pg_get_userbyid(c.relowner)::text AS owner, \
         c.relforcerowsecurity::int::bigint AS forced {}",
        from(of, "")
    );
    each(db, &sql, schema, |table, row| {
        table.security.on = true;
        table.security.unforced_owner = if row.flag("forced")? { None } else { Some(row.text("owner")?) };
        Ok(())
    })
    .await
}

async fn policies(db: &impl ConnectionTrait, of: &str, schema: &mut Schema) -> Result<(), DbErr> {
    let sql = format!(
        "SELECT {SCHEMA} AS in_schema, c.relname::text AS in_table, p.polname::text AS name, \
         pg_get_expr(p.polqual, c.oid) AS shows, pg_get_expr(p.polwithcheck, c.oid) AS takes, \
         p.polcmd = 'r' AS reads_only {} ORDER BY c.oid, p.polname",
        from(of, "JOIN pg_policy p ON p.polrelid = c.oid AND p.polpermissive")
    );
    each(db, &sql, schema, |table, row| {
        let conditions = [row.get::<Option<String>>("shows")?, row.get::<Option<String>>("takes")?];
        let conditions = conditions.into_iter().flatten().collect();
        let reads_only = row.get("reads_only")?;
        table.security.policies.push(LivePolicy { name: row.text("name")?, conditions, reads_only });
        Ok(())
    })
    .await
}

/// The user-defined functions that policies call; there are no dependencies on built-in functions.
async fn policy_functions(db: &impl ConnectionTrait, of: &str, schema: &mut Schema) -> Result<(), DbErr> {
    let sql = format!(
        "SELECT {SCHEMA} AS in_schema, c.relname::text AS in_table, p.polname::text AS policy, \
         d.refobjid::regprocedure::text AS function {} ORDER BY c.oid, p.polname, 4",
        from(
            of,
            "JOIN pg_policy p ON p.polrelid = c.oid JOIN pg_depend d ON d.classid = 'pg_policy'::regclass AND d.objid = p.oid \
             AND d.refclassid = 'pg_proc'::regclass"
        )
    );
    each(db, &sql, schema, |table, row| {
        let passage = Bypass::PolicyFunction { policy: row.text("policy")?, function: row.text("function")? };
        table.security.bypasses.push(passage);
        Ok(())
    })
    .await
}

/// Views and rules that read the table itself with the privileges of their owner, and materialized views that read it
/// directly or indirectly.
///
/// A view over such a view reads with the privileges of the inner view's owner, or of the caller: the inner view
/// decides.
async fn views(db: &impl ConnectionTrait, of: &str, schema: &mut Schema) -> Result<(), DbErr> {
    let invoker = "coalesce((SELECT x.option_value::boolean FROM pg_options_to_table(v.reloptions) x \
                   WHERE x.option_name = 'security_invoker'), false)";
    let sql = format!(
        "WITH RECURSIVE edges AS (SELECT DISTINCT r.ev_class AS reader, d.refobjid AS target FROM pg_rewrite r \
         JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass), \
         reach AS (SELECT reader, target, true AS direct FROM edges UNION \
         SELECT reach.reader, e.target, false FROM reach JOIN edges e ON e.reader = reach.target AND e.target <> e.reader) \
         SELECT DISTINCT {SCHEMA} AS in_schema, c.relname::text AS in_table, v.oid::regclass::text AS view, \
         o.rolname::text AS owner, (v.relkind = 'm')::int::bigint AS stored {} ORDER BY 3",
        from(
            &format!(
                "{of} AND v.oid <> c.oid AND (v.relkind = 'm' OR (reach.direct AND NOT {invoker} AND {UNBOUND}))"
            ),
            "JOIN reach ON reach.target = c.oid JOIN pg_class v ON v.oid = reach.reader JOIN pg_roles o ON o.oid = v.relowner"
        )
    );
    each(db, &sql, schema, |table, row| {
        let (view, owner) = (row.text("view")?, row.text("owner")?);
        let stored = row.flag("stored")?;
        table.security.bypasses.push(if stored {
            Bypass::Stored { view }
        } else {
            Bypass::View { view, owner }
        });
        Ok(())
    })
    .await
}

/// Partitions and inheriting tables: a statement that names one is subject to its policies, not to those of its
/// parent.
async fn partitions(db: &impl ConnectionTrait, of: &str, schema: &mut Schema) -> Result<(), DbErr> {
    let sql = format!(
        "WITH RECURSIVE below AS (SELECT inhparent AS top, inhrelid AS part FROM pg_inherits UNION \
         SELECT below.top, i.inhrelid FROM below JOIN pg_inherits i ON i.inhparent = below.part) \
         SELECT {SCHEMA} AS in_schema, c.relname::text AS in_table, q.oid::regclass::text AS part {} AND NOT \
         (q.relrowsecurity AND q.relforcerowsecurity AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = q.oid)) ORDER BY 3",
        from(
            of,
            "JOIN below ON below.top = c.oid JOIN pg_class q ON q.oid = below.part AND q.relkind IN ('r', 'p', 'f')"
        )
    );
    each(db, &sql, schema, |table, row| {
        table.security.bypasses.push(Bypass::Partition { partition: row.text("part")? });
        Ok(())
    })
    .await
}

/// SECURITY DEFINER functions of roles that bypass policies, and functions that a superuser has marked LEAKPROOF.
async fn functions(
    db: &impl ConnectionTrait,
    of: &str,
    within: &str,
    schema: &mut Schema,
) -> Result<(), DbErr> {
    let sql = format!(
        "SELECT f.oid::regprocedure::text AS function, o.rolname::text AS owner, f.proleakproof::int::bigint AS leakproof, \
         (f.prosecdef AND EXISTS (SELECT 1 {}))::int::bigint AS definer \
         FROM pg_proc f JOIN pg_namespace s ON s.oid = f.pronamespace JOIN pg_roles o ON o.oid = f.proowner \
         WHERE (f.prosecdef OR f.proleakproof) AND {within} AND NOT {} ORDER BY 1",
        from(&format!("{of} AND {UNBOUND}"), ""),
        of_extension("pg_proc", "f.oid")
    );
    Rows::of(db, &sql).await?.each(|row| {
        let function = row.text("function")?;
        if row.flag("definer")? {
            schema.unbound.definers.push((function.clone(), row.text("owner")?));
        }
        if row.flag("leakproof")? {
            schema.unbound.leakproof.push(function);
        }
        Ok(())
    })
}

/// The connected role, and roles with BYPASSRLS that have any privilege on a table.
async fn roles(db: &impl ConnectionTrait, of: &str, schema: &mut Schema) -> Result<(), DbErr> {
    let any = "has_table_privilege(o.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE') OR has_any_column_privilege(o.oid, c.oid, 'SELECT')";
    let sql = format!(
        "SELECT o.rolname::text AS role, (o.rolname = current_user)::int::bigint AS asks FROM pg_roles o \
         WHERE (o.rolsuper OR o.rolbypassrls) AND (o.rolname = current_user OR NOT o.rolsuper AND EXISTS (SELECT 1 {})) ORDER BY 1",
        from(&format!("{of} AND ({any})"), "")
    );
    Rows::of(db, &sql).await?.each(|row| {
        schema.unbound.roles.push((row.text("role")?, row.flag("asks")?));
        Ok(())
    })
}

async fn each(
    db: &impl ConnectionTrait,
    sql: &str,
    schema: &mut Schema,
    take: impl Fn(&mut LiveTable, Row<'_>) -> Result<(), DbErr>,
) -> Result<(), DbErr> {
    Rows::of(db, sql).await?.each(|row| match schema.table_of(row)? {
        Some(table) => take(table, row),
        None => Ok(()),
    })
}
