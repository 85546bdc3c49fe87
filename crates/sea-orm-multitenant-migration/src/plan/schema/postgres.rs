//! Reads PostgreSQL's catalogue.

use crate::{
    engine::Engine,
    names::QualifiedName,
    plan::schema::{
        live::{CitusTable, LiveCheck, LiveColumn, LiveForeignKey, LiveTable, Schema},
        postgres_from::{SCHEMA, from, of_extension},
        postgres_keys, postgres_security, postgres_unkept,
        query::{Rows, number},
    },
};
use sea_orm_migration::{
    DbErr,
    sea_orm::{ConnectionTrait, DbBackend},
};

/// Tables and partitioned tables, without their partitions, which change with them.
const TABLES: &str = "c.relkind IN ('r', 'p') AND NOT c.relispartition";

pub(super) async fn read(db: &impl ConnectionTrait, schemas: &[String]) -> Result<Schema, DbErr> {
    let version = number(db, "SELECT current_setting('server_version_num')::bigint").await?;
    let citus = number(db, "SELECT count(*) FROM pg_extension WHERE extname = 'citus'").await? > 0;
    let of = which(schemas, citus);
    let mut schema = Schema { version, citus, ..Schema::empty(Engine::Postgres, DbBackend::Postgres) };
    tables(db, &of, &mut schema).await?;
    columns(db, &of, &mut schema).await?;
    postgres_keys::read(db, &of, &mut schema).await?;
    foreign_keys(db, &of, &mut schema).await?;
    constraints(db, &of, &mut schema).await?;
    triggers(db, &of, &mut schema).await?;
    names(db, schemas, &mut schema).await?;
    postgres_unkept::read(db, &of, &mut schema).await?;
    postgres_security::read(db, &of, &within(schemas, "s"), &mut schema).await?;
    if citus {
        distribution(db, &of, &mut schema).await?;
    }
    Ok(schema)
}

/// The condition on the table `c` of the schema `n`.
fn which(schemas: &[String], citus: bool) -> String {
    // Shards that a distribution left to be dropped in the background.
    let left = if citus {
        " AND NOT EXISTS (SELECT 1 FROM pg_dist_cleanup u \
         WHERE u.object_name = quote_ident(n.nspname) || '.' || quote_ident(c.relname))"
    } else {
        ""
    };
    let (extension, within) = (of_extension("pg_class", "c.oid"), within(schemas, "n"));
    format!("{TABLES} AND NOT {extension}{left} AND {within}")
}

/// The condition that a schema is on the search path or one of these.
fn within(schemas: &[String], schema: &str) -> String {
    let named: Vec<_> = schemas.iter().map(|schema| Engine::Postgres.literal(schema)).collect();
    let named = if named.is_empty() {
        String::new()
    } else {
        format!(" OR {schema}.nspname IN ({})", named.join(", "))
    };
    format!("({schema}.nspname = ANY (current_schemas(false)){named})")
}

async fn tables(db: &impl ConnectionTrait, of: &str, schema: &mut Schema) -> Result<(), DbErr> {
    let sql = format!(
        "SELECT {SCHEMA} AS in_schema, c.relname::text AS in_table, (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS \
         (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid))::int::bigint AS secured, \
         row_security_active(c.oid)::int::bigint AS hides, (c.relkind = 'p')::int::bigint AS partitioned {} ORDER BY n.nspname, c.relname",
        from(of, "")
    );
    Rows::of(db, &sql).await?.each(|row| {
        let mut table = LiveTable::new(QualifiedName::of_row(row)?);
        table.row_level_security = row.flag("secured")?;
        table.hides_rows = row.flag("hides")?;
        table.is_partitioned = row.flag("partitioned")?;
        schema.tables.push(table);
        Ok(())
    })
}

/// The DEFAULT of a column, or otherwise that of its domain. A DEFAULT of NULL, which PostgreSQL writes with its type,
/// counts as none.
const WRITTEN: &str = "(SELECT e FROM (SELECT coalesce(pg_get_expr(d.adbin, d.adrelid), t.typdefault)) AS x (e) \
                       WHERE a.attgenerated = '' AND e NOT LIKE 'NULL::%' AND e <> 'NULL')";

async fn columns(db: &impl ConnectionTrait, of: &str, schema: &mut Schema) -> Result<(), DbErr> {
    let sql = format!(
        "SELECT {SCHEMA} AS in_schema, c.relname::text AS in_table, a.attname::text AS name, \
         format_type(a.atttypid, a.atttypmod) AS ty, (NOT a.attnotnull)::int::bigint AS nullable, \
         (a.attidentity <> '' OR coalesce(pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%', false))::int::bigint AS made, \
         (a.attgenerated <> '')::int::bigint AS computed, {WRITTEN} AS written {} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.oid, a.attnum",
        from(
            of,
            "JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid \
             LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum"
        )
    );
    Rows::of(db, &sql).await?.each(|row| {
        if let Some(table) = schema.table_of(row)? {
            table.columns.push(LiveColumn::of_row(row)?);
        }
        Ok(())
    })
}

async fn foreign_keys(db: &impl ConnectionTrait, of: &str, schema: &mut Schema) -> Result<(), DbErr> {
    let sets =
        if schema.names_columns() { "coalesce(a.attnum = ANY (k.confdelsetcols), false)" } else { "false" };
    let sql = format!(
        "SELECT {SCHEMA} AS in_schema, c.relname::text AS in_table, k.conname::text AS name, a.attname::text AS attribute, \
         CASE WHEN pg_table_is_visible(q.oid) THEN NULL ELSE qn.nspname::text END AS parent_schema, q.relname::text AS parent, \
         b.attname::text AS parent_column, k.confdeltype::text AS on_delete, k.confupdtype::text AS on_update, \
         {sets}::int::bigint AS sets, k.convalidated::int::bigint AS valid, \
         CASE WHEN k.condeferrable THEN ' DEFERRABLE' || CASE WHEN k.condeferred THEN ' INITIALLY DEFERRED' ELSE '' END \
         ELSE '' END AS suffix {} AND k.conparentid = 0 ORDER BY c.oid, k.conname, p.at",
        from(
            of,
            "JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'f' \
             JOIN pg_class q ON q.oid = k.confrelid JOIN pg_namespace qn ON qn.oid = q.relnamespace \
             CROSS JOIN LATERAL generate_subscripts(k.conkey, 1) AS p (at) \
             JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[p.at] \
             JOIN pg_attribute b ON b.attrelid = q.oid AND b.attnum = k.confkey[p.at]"
        )
    );
    Rows::of(db, &sql).await?.each(|row| {
        let made = LiveForeignKey {
            suffix: row.text("suffix")?,
            valid: row.flag("valid")?,
            ..LiveForeignKey::of_row(row)?
        };
        if let Some(key) = schema.table_of(row)?.and_then(|table| table.foreign_key(made)) {
            let column = row.text("attribute")?;
            if row.flag("sets")? {
                key.sets.push(column.clone());
            }
            key.columns.push(column);
            key.parent_columns.push(row.text("parent_column")?);
        }
        Ok(())
    })
}

/// The names of other relations, and the functions without arguments.
async fn names(db: &impl ConnectionTrait, schemas: &[String], schema: &mut Schema) -> Result<(), DbErr> {
    let within = within(schemas, "n");
    let relations = format!(
        "SELECT DISTINCT c.relname::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {within}"
    );
    Rows::of(db, &relations).await?.each(|row| {
        schema.taken.push(row.get("name")?);
        Ok(())
    })?;
    let functions = format!(
        "SELECT p.proname::text AS name, p.prosrc AS source FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace \
         WHERE p.pronargs = 0 AND {within}"
    );
    Rows::of(db, &functions).await?.each(|row| {
        schema.functions.push((row.get("name")?, row.text("source")?));
        Ok(())
    })
}

/// The constraints, by name.
async fn constraints(db: &impl ConnectionTrait, of: &str, schema: &mut Schema) -> Result<(), DbErr> {
    let checks = format!(
        "SELECT {SCHEMA} AS in_schema, c.relname::text AS in_table, k.conname::text AS name, \
         (k.contype = 'c')::int::bigint AS checks, k.convalidated::int::bigint AS valid, pg_get_constraintdef(k.oid) AS definition {}",
        from(of, "JOIN pg_constraint k ON k.conrelid = c.oid")
    );
    Rows::of(db, &checks).await?.each(|row| {
        if let Some(table) = schema.table_of(row)? {
            let name = row.text("name")?;
            if row.flag("checks")? {
                let (valid, text) = (row.flag("valid")?, row.text("definition")?);
                table.checks.push(LiveCheck { name: name.clone(), valid, text });
            }
            table.constraints.push(name);
        }
        Ok(())
    })?;
    let keys = format!(
        "SELECT {SCHEMA} AS in_schema, c.relname::text AS in_table, k.conname::text AS name, obj_description(k.oid, 'pg_constraint') \
         AS comment, (SELECT min(t.tgname)::text FROM pg_trigger t WHERE t.tgconstraint = k.oid AND t.tgrelid = k.confrelid) AS place {}",
        from(of, "JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'f'")
    );
    Rows::of(db, &keys).await?.each(|row| {
        if let Some(table) = schema.table_of(row)? {
            if let Some(comment) = row.get("comment")? {
                table.key_comments.push((row.get("name")?, comment));
            }
            // The engine fires them in the order of their triggers' names.
            table.firing_order.push((row.get("name")?, row.text("place")?));
        }
        Ok(())
    })
}

/// The triggers, each with the text of its function.
async fn triggers(db: &impl ConnectionTrait, of: &str, schema: &mut Schema) -> Result<(), DbErr> {
    let sql = format!(
        "SELECT {SCHEMA} AS in_schema, c.relname::text AS in_table, t.tgname::text AS name, p.prosrc AS source {}",
        from(
            of,
            "JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal JOIN pg_proc p ON p.oid = t.tgfoid"
        )
    );
    Rows::of(db, &sql).await?.each(|row| {
        if let Some(table) = schema.table_of(row)? {
            table.triggers.push((row.get("name")?, row.text("source")?));
        }
        Ok(())
    })
}

async fn distribution(db: &impl ConnectionTrait, of: &str, schema: &mut Schema) -> Result<(), DbErr> {
    let sql = format!(
        "SELECT {SCHEMA} AS in_schema, c.relname::text AS in_table, CASE WHEN p.partmethod = 'h' THEN 'distributed' \
         WHEN p.partmethod = 'n' AND p.repmodel = 't' THEN 'reference' ELSE 'local' END AS kind, \
         column_to_column_name(p.logicalrelid, p.partkey)::text AS col, p.colocationid::bigint AS colocation {}",
        // The view `citus_tables` is in the schema `public`, which may not be on the search path.
        from(of, "JOIN pg_dist_partition p ON p.logicalrelid = c.oid::regclass")
    );
    Rows::of(db, &sql).await?.each(|row| {
        if let Some(table) = schema.table_of(row)? {
            table.citus = Some(CitusTable {
                kind: row.text("kind")?,
                column: row.text("col")?,
                colocation: row.get::<Option<i64>>("colocation")?.unwrap_or_default(),
            });
        }
        Ok(())
    })
}
