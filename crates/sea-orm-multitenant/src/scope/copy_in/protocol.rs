//! Writes rows by PostgreSQL's COPY.

use crate::{
    bind,
    error::TenancyError,
    scope::{
        TenantScope,
        copy_in::{
            connection::CopyConnection,
            encode::write,
            failure::{driver_error, not_copied},
            many_rows::statement,
            parents::{CheckedKey, LookUp, Named, checked_keys},
            pooled::Pooled,
        },
        setting_mode::SettingMode,
    },
    statement::{Shared, scoped_statement},
    tenant_set::BoundTenants,
    values,
};
use futures_util::{Stream, TryStreamExt};
use sea_orm::{
    ColumnTrait, ColumnType, DatabaseConnectionType, DbBackend, DbErr, EntityTrait, IdenStatic, Value,
    Values,
    sea_query::Expr,
    sqlx::{Connection, Error, Executor, PgConnection, PgPool},
};
use sea_orm_multitenant_sql::{Engine, Ownership, Table, TenantType};
use std::{marker::PhantomData, pin::pin};

/// The most rows between two checks of what they reference.
const ROWS: usize = 5_000;

/// The size of the text after which it is sent.
const BYTES: usize = 1 << 20;

/// A COPY into the table of an entity, for one tenant.
pub(super) struct Copy<'a, E> {
    pool: &'a PgPool,
    shared: &'a Shared,
    tenant: &'a BoundTenants,
    table: &'a Table,
    tenant_type: TenantType,
    command: String,
    /// The place of the tenant column in the caller's rows.
    tenant_at: Option<usize>,
    /// The keys to check, with their places in the caller's rows.
    keys: Vec<(usize, CheckedKey<'a>)>,
    /// The number of columns after the caller's and the tenant's, which are NULL.
    nulls: usize,
    entity: PhantomData<fn() -> E>,
}

impl<'a, E: EntityTrait> Copy<'a, E> {
    /// Prepares a COPY, unless an INSERT must write the rows.
    ///
    /// # Errors
    /// As for an INSERT of such columns.
    pub(super) fn of<C: CopyConnection, T>(
        scope: &'a TenantScope<C, T>,
        columns: &[E::Column],
    ) -> Result<Option<Self>, DbErr>
    where
        E: 'a,
    {
        let Some(pool) = scope.connection.pool() else { return Ok(None) };
        let DatabaseConnectionType::SqlxPostgresPoolConnection(_) = &pool.inner else { return Ok(None) };
        let SettingMode::Off = scope.mode else { return Ok(None) };
        let pool = pool.get_postgres_connection_pool();
        let shared = scope.context.shared.as_ref();
        let tenant = match (&scope.context.inserting, &scope.context.bound) {
            (Some(tenant), bound) if bound.may_write() => tenant,
            (None, one @ BoundTenants::One(_)) => one,
            _ => return Ok(None),
        };
        let entity = E::default();
        let is_its = |table: &&Table| {
            table.name() == entity.table_name() && table.schema() == entity.schema_name() && !table.is_view()
        };
        let Some(table) = shared.catalogue().tables().iter().find(is_its) else { return Ok(None) };
        // Any other owner is checked within a statement.
        let Ownership::Tenant { column: tenant_column, ty } = table.ownership() else { return Ok(None) };
        if columns.iter().any(is_cast) {
            return Ok(None);
        }
        let Some(keys) = checked_keys(shared.catalogue(), table) else { return Ok(None) };

        // Whatever the scope refuses in an INSERT of these columns is refused here too.
        let nulls = columns.iter().map(|_| Value::String(None)).collect();
        let insert = DbBackend::Postgres.build(&statement::<E>(columns, std::iter::once(nulls))?);
        scoped_statement(shared, tenant, DbBackend::Postgres, insert)?;

        let at = |name: &str| columns.iter().position(|column| column.as_str() == name);
        let tenant_at = at(tenant_column);
        let mut names: Vec<&str> = columns.iter().map(IdenStatic::as_str).collect();
        if tenant_at.is_none() {
            names.push(tenant_column);
        }
        // The DEFAULT of a key that is left out may reference another tenant's row, so it is NULL, as in an INSERT.
        let before = names.len();
        let mut placed = Vec::new();
        for key in keys {
            match at(key.column) {
                Some(at) => placed.push((at, key)),
                None if names[before..].contains(&key.column) => {}
                None => names.push(key.column),
            }
        }
        let nulls = names.len() - before;
        let names: Vec<_> = names.into_iter().map(quoted).collect();
        let target = match table.schema() {
            Some(schema) => format!("{}.{}", quoted(schema), quoted(table.name())),
            None => quoted(table.name()),
        };
        Ok(Some(Self {
            pool,
            shared,
            tenant,
            table,
            tenant_type: *ty,
            command: format!("COPY {target} ({}) FROM STDIN", names.join(", ")),
            tenant_at,
            keys: placed,
            nulls,
            entity: PhantomData,
        }))
    }

    /// Writes the rows in a transaction of their own.
    pub(super) async fn run(self, rows: impl Stream<Item = Result<Vec<Value>, DbErr>>) -> Result<u64, DbErr> {
        let mut pooled = Pooled::of(self.pool).await.map_err(driver_error)?;
        let Pooled { connection, copying } = &mut pooled;
        // Rolled back when it is dropped.
        let mut transaction = connection.begin().await.map_err(driver_error)?;
        if !self.keys.is_empty() {
            // A foreign key that the database checks at the end would lock no row until then.
            let immediate = transaction.execute("SET CONSTRAINTS ALL IMMEDIATE");
            immediate.await.map_err(driver_error)?;
        }
        let mut rows = pin!(rows);
        let mut part = Part::of(&self);
        let mut written = 0;
        while let Some(row) = rows.try_next().await? {
            self.add(row, &mut part)?;
            if part.rows >= ROWS || part.text.len() >= BYTES {
                written += self.send(&mut transaction, copying, &mut part).await?;
            }
        }
        if part.rows > 0 {
            written += self.send(&mut transaction, copying, &mut part).await?;
        }
        transaction.commit().await.map_err(driver_error)?;
        tracing::debug!(
            target: "sea_orm_multitenant",
            tenant = %self.tenant,
            table = self.table.qualified_name(),
            rows = written,
            "copied",
        );
        Ok(written)
    }

    /// Adds a row to the part that is sent next.
    fn add(&self, mut row: Vec<Value>, part: &mut Part) -> Result<(), DbErr> {
        let own = self.tenant.value(0, self.tenant_type)?;
        if let Some(value) = self.tenant_at.and_then(|at| row.get_mut(at)) {
            if *value != value.as_null() && !self.tenant.is_any(|id| id.is_value(value)) {
                return Err(TenancyError::TenantMismatch {
                    table: self.table.qualified_name(),
                    expected: self.tenant.to_string(),
                    found: bind::shown_value(value),
                }
                .into());
            }
            *value = own.clone();
        }
        for ((at, key), named) in self.keys.iter().zip(&mut part.named) {
            if let Some(value) = row.get(*at) {
                let unknown = |kind| {
                    let column = key.column;
                    not_copied::<E>(&format!(
                        "`{column}` references a row and has a value of kind {kind}; use one of the column's type"
                    ))
                };
                key.add(value, named).map_err(unknown)?;
            }
        }
        let row = Values(row);
        values::check(Engine::Postgres, Some(&row))?;
        let Values(row) = row;
        let added = self.tenant_at.is_none().then_some(own);
        for (index, value) in row.iter().chain(added).enumerate() {
            if index > 0 {
                part.text.push('\t');
            }
            write(value, &mut part.text).map_err(|kind| {
                not_copied::<E>(&format!(
                    "COPY has no text for a value of kind {kind}; insert the row instead"
                ))
            })?;
        }
        for _ in 0..self.nulls {
            part.text.push_str("\t\\N");
        }
        part.text.push('\n');
        part.rows += 1;
        Ok(())
    }

    /// Checks what the rows reference, and writes them.
    ///
    /// Before they are written, so that a missing row and one of another tenant give one error. And afterwards, when the
    /// database has locked the rows that its own foreign keys reference: those that were looked up before may be gone, and
    /// another tenant may have rows with their keys.
    async fn send(
        &self,
        connection: &mut PgConnection,
        copying: &mut bool,
        part: &mut Part,
    ) -> Result<u64, DbErr> {
        let keys = self.keys.iter().zip(&part.named);
        let look_ups = keys.map(|((_, key), named)| key.look_up(self.shared, self.tenant, named).transpose());
        let look_ups = look_ups.flatten().collect::<Result<Vec<_>, _>>()?;
        check(&look_ups, connection, self.table).await?;
        *copying = true;
        let answer = self.copy(connection, &part.text).await;
        // The database's own errors have been read to their end. After any other, the connection is not used again.
        *copying = !matches!(answer, Ok(_) | Err(Error::Database(_)));
        let written = answer.map_err(driver_error)?;
        check(&look_ups, connection, self.table).await?;
        *part = Part::of(self);
        Ok(written)
    }

    /// Sends the text.
    async fn copy(&self, connection: &mut PgConnection, text: &str) -> Result<u64, Error> {
        let mut copy = connection.copy_in_raw(&self.command).await?;
        copy.send(text.as_bytes()).await?;
        copy.finish().await
    }
}

/// Checks what the rows of a part reference.
async fn check(
    look_ups: &[LookUp<'_, '_>],
    connection: &mut PgConnection,
    table: &Table,
) -> Result<(), DbErr> {
    for look_up in look_ups {
        look_up.check(connection, table).await?;
    }
    Ok(())
}

/// Rows that are sent together.
struct Part {
    text: String,
    rows: usize,
    /// The values of each key.
    named: Vec<Named>,
}

impl Part {
    fn of<E>(copy: &Copy<'_, E>) -> Self {
        Self { text: String::new(), rows: 0, named: copy.keys.iter().map(|_| Named::new()).collect() }
    }
}

/// Whether SeaORM casts what it writes to the column, other than to the column's own enum.
fn is_cast<C: ColumnTrait>(column: &C) -> bool {
    let value = || Expr::value(0);
    let is_enum = matches!(column.def().get_column_type(), ColumnType::Enum { name: _, variants: _ });
    !is_enum && column.save_as(value()) != value()
}

/// A name in quotes.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
