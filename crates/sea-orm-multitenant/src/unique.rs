//! Unique keys: whether a value is taken, and which key a failed statement has violated.

use crate::{scope::TenantScope, tenancy::Tenancy};
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait,
    IdenStatic, Iterable, PrimaryKeyToColumn, QueryFilter, QuerySelect, QueryTrait, SqlErr, Statement, Value,
    sea_query::Expr,
};

/// Whether another row of the tenant has the same values in `columns` as `row`: a validation before the row is written.
///
/// The row itself, by its primary key, does not count. A value that is NULL is never taken, as in a unique key. The
/// tenant column need not be among the columns. Another transaction may write such a row after the answer: the unique
/// key of the database decides, and [`Tenancy::unique_violation`] tells which one it was.
///
/// # Errors
/// [`DbErr::AttrNotSet`] for a column that is not set in `row`; the errors of a statement in the scope.
///
/// ```
/// use sea_orm::{ActiveValue::Set, ConnectionTrait, Database};
/// use sea_orm_multitenant::{is_taken, prelude::*};
///
/// mod project {
///     use sea_orm::entity::prelude::*;
///     use sea_orm_multitenant::TenantModel;
///
///     #[sea_orm::model]
///     #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
///     #[sea_orm(table_name = "project")]
///     #[tenant(column = "account_id")]
///     pub struct Model {
///         #[sea_orm(primary_key)]
///         pub id: i32,
///         pub account_id: i64,
///         pub slug: String,
///     }
///     impl ActiveModelBehavior for ActiveModel {}
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let tenancy = Tenancy::new(Database::connect("sqlite::memory:").await?)?;
/// let setup = tenancy.unscoped("create the tables");
/// setup.execute_unprepared("CREATE TABLE project (id INTEGER PRIMARY KEY, account_id BIGINT NOT NULL, slug TEXT)").await?;
/// setup.execute_unprepared("INSERT INTO project VALUES (1, 1, 'apollo')").await?;
///
/// let apollo = project::ActiveModel { slug: Set("apollo".to_owned()), ..Default::default() };
/// assert!(is_taken(&tenancy.scope(1)?, &apollo, [project::Column::Slug]).await?);
/// assert!(!is_taken(&tenancy.scope(2)?, &apollo, [project::Column::Slug]).await?);
/// let itself = project::ActiveModel { id: Set(1), ..apollo };
/// assert!(!is_taken(&tenancy.scope(1)?, &itself, [project::Column::Slug]).await?);
/// # Ok(())
/// # }
/// ```
pub async fn is_taken<C, A>(
    scope: &TenantScope<C>,
    row: &A,
    columns: impl IntoIterator<Item = <A::Entity as EntityTrait>::Column>,
) -> Result<bool, DbErr>
where
    C: ConnectionTrait + Send,
    A: ActiveModelTrait,
{
    let mut same = Condition::all();
    for column in columns {
        match value(row, column) {
            None => return Err(DbErr::AttrNotSet(column.as_str().to_owned())),
            Some(value) if value == value.as_null() => return Ok(false),
            Some(value) => same = same.add(column.eq(value)),
        }
    }
    if same.is_empty() {
        return Err(DbErr::AttrNotSet("the columns of the unique key".to_owned()));
    }
    let mut query = A::Entity::find().select_only().expr(Expr::val(1)).filter(same).limit(1);
    if let Some(itself) = itself(row) {
        query = query.filter(itself.not());
    }
    Ok(scope.query_one(&query.into_query()).await?.is_some())
}

/// The value of a column that is set.
fn value<A: ActiveModelTrait>(row: &A, column: <A::Entity as EntityTrait>::Column) -> Option<Value> {
    match row.get(column) {
        ActiveValue::Set(value) | ActiveValue::Unchanged(value) => Some(value),
        ActiveValue::NotSet => None,
    }
}

/// The condition that a row is this one; none if its key is not set, so that it is a new row.
///
/// A key column that is not set may be the tenant column, which the scope compares.
fn itself<A: ActiveModelTrait>(row: &A) -> Option<Condition> {
    let keys = <A::Entity as EntityTrait>::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column);
    let equal: Vec<_> = keys.filter_map(|key| value(row, key).map(|value| key.eq(value))).collect();
    (!equal.is_empty()).then(|| equal.into_iter().fold(Condition::all(), Condition::add))
}

/// A unique key of an entity's table that a statement has violated.
#[derive(Debug, Clone)]
pub struct UniqueViolation<E: EntityTrait> {
    key: Option<String>,
    columns: Vec<E::Column>,
}

impl<E: EntityTrait> UniqueViolation<E> {
    /// Returns the name of the constraint or index; none on SQLite, whose message has the columns instead.
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// Returns the columns of the key in their order, the tenant column included. Expressions of the key are left out,
    /// and so are columns that the entity does not have. Empty for a key of another table; MariaDB names no table, so that a
    /// key of the same name is taken for the entity's there.
    pub fn columns(&self) -> &[E::Column] {
        &self.columns
    }

    /// Whether the key has this column.
    pub fn has(&self, column: E::Column) -> bool {
        self.columns.iter().any(|own| own.as_str() == column.as_str())
    }
}

impl Tenancy {
    /// Returns the unique key of `E`'s table that a failed statement has violated, with its columns; `None` for any
    /// other error.
    ///
    /// PostgreSQL and MySQL name the key only, so that its columns are read from the catalogue of the database, on a
    /// connection of the tenancy's pool: a transaction in which a statement has failed takes no other on PostgreSQL.
    ///
    /// # Errors
    /// The database's, when its catalogue cannot be read.
    ///
    /// ```
    /// use sea_orm::{ActiveValue::Set, ConnectionTrait, Database, EntityTrait};
    /// use sea_orm_multitenant::prelude::*;
    ///
    /// mod project {
    ///     use sea_orm::entity::prelude::*;
    ///     use sea_orm_multitenant::TenantModel;
    ///
    ///     #[sea_orm::model]
    ///     #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    ///     #[sea_orm(table_name = "project")]
    ///     #[tenant(column = "account_id")]
    ///     pub struct Model {
    ///         #[sea_orm(primary_key)]
    ///         pub id: i32,
    ///         #[sea_orm(unique_key = "slug")]
    ///         pub account_id: i64,
    ///         #[sea_orm(unique_key = "slug")]
    ///         pub slug: String,
    ///     }
    ///     impl ActiveModelBehavior for ActiveModel {}
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let tenancy = Tenancy::new(Database::connect("sqlite::memory:").await?)?;
    /// let table = "CREATE TABLE project (id INTEGER PRIMARY KEY, account_id BIGINT NOT NULL, slug TEXT, UNIQUE (account_id, slug))";
    /// tenancy.unscoped("create the table").execute_unprepared(table).await?;
    ///
    /// let scope = tenancy.scope(1)?;
    /// let apollo = project::ActiveModel { slug: Set("apollo".to_owned()), ..Default::default() };
    /// project::Entity::insert(apollo.clone()).exec(&scope).await?;
    /// let error = project::Entity::insert(apollo).exec(&scope).await.unwrap_err();
    /// let violated = tenancy.unique_violation::<project::Entity>(&error).await?.expect("the slug is taken");
    /// assert!(violated.has(project::Column::Slug));
    /// assert!(!violated.has(project::Column::Id));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn unique_violation<E: EntityTrait>(
        &self,
        error: &DbErr,
    ) -> Result<Option<UniqueViolation<E>>, DbErr> {
        let Some(SqlErr::UniqueConstraintViolation(message)) = error.sql_err() else { return Ok(None) };
        let (entity, backend) = (E::default(), self.backend());
        let Named { key, columns } = match backend {
            DbBackend::Sqlite => of_sqlite(&message, entity.table_name()),
            DbBackend::Postgres => Named { key: of_postgres(&message), columns: Vec::new() },
            _ => Named { key: of_mysql(&message), columns: Vec::new() },
        };
        let columns = match &key {
            Some(key) if backend != DbBackend::Sqlite => {
                let query = columns_of(backend, entity.schema_name(), entity.table_name(), key);
                let rows = self.connection().query_all_raw(query).await?;
                rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?
            }
            _ => columns,
        };
        let column =
            |name: &String| E::Column::iter().find(|column| column.as_str().eq_ignore_ascii_case(name));
        Ok(Some(UniqueViolation { key, columns: columns.iter().filter_map(column).collect() }))
    }
}

/// What an engine's message names.
#[derive(Debug, PartialEq, Eq)]
struct Named {
    key: Option<String>,
    columns: Vec<String>,
}

/// Reads `UNIQUE constraint failed: project.account_id, project.slug`, or `… failed: index 'name'` for expressions.
fn of_sqlite(message: &str, table: &str) -> Named {
    let named = message.rsplit_once("constraint failed: ").map_or("", |(_, named)| named);
    if let Some(index) = named.strip_prefix("index '").and_then(|index| index.strip_suffix('\'')) {
        return Named { key: Some(index.to_owned()), columns: Vec::new() };
    }
    let columns = named.split(", ").filter_map(|name| name.strip_prefix(table)?.strip_prefix('.'));
    Named { key: None, columns: columns.map(str::to_owned).collect() }
}

/// Reads the constraint in quotes at the end of PostgreSQL's message, whose words and quotes are those of the server's
/// language: `duplicate key value violates unique constraint "project_account_id_slug_key"`.
fn of_postgres(message: &str) -> Option<String> {
    let quotes = ['"', '«', '»', '„', '“', '”', '「', '」'];
    let key = message.split(quotes).nth(1).map(str::trim);
    key.filter(|key| !key.is_empty()).map(str::to_owned)
}

/// Reads the key in quotes at the end of `Duplicate entry '…' for key 'project.slug'`. The entry may contain quotes.
/// MySQL puts the table before the key, MariaDB does not.
fn of_mysql(message: &str) -> Option<String> {
    let (_, key) = message.trim_end().strip_suffix('\'')?.rsplit_once('\'')?;
    Some(key.split_once('.').map_or(key, |(_, key)| key).to_owned())
}

/// Selects the columns of a table's key, in their order.
fn columns_of(backend: DbBackend, schema: Option<&str>, table: &str, key: &str) -> Statement {
    let schema = schema.map(str::to_owned);
    if backend == DbBackend::Postgres {
        let sql = "SELECT a.attname::text FROM pg_index i JOIN pg_class k ON k.oid = i.indexrelid \
                   JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace \
                   CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS c (number, place) \
                   JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = c.number \
                   WHERE k.relname = $1 AND t.relname = $2 \
                   AND CASE WHEN $3 IS NULL THEN pg_table_is_visible(t.oid) ELSE n.nspname = $3 END \
                   AND c.place <= i.indnkeyatts ORDER BY c.place /*ttt*/";
        return Statement::from_sql_and_values(backend, sql, [key.into(), table.into(), schema.into()]);
    }
    let sql = "SELECT column_name FROM information_schema.statistics WHERE table_schema = coalesce(?, database()) \
               AND table_name = ? AND index_name = ? AND column_name IS NOT NULL ORDER BY seq_in_index";
    Statement::from_sql_and_values(backend, sql, [schema.into(), table.into(), key.into()])
}

#[cfg(test)]
mod tests {
    use super::{Named, of_mysql, of_postgres, of_sqlite};

    #[test]
    fn keys_are_read_from_the_engines_messages() {
        let message = "error returned from database: (code: 2067) UNIQUE constraint failed: project.account_id, project.slug";
        let columns = ["account_id", "slug"].map(str::to_owned).to_vec();
        assert_eq!(of_sqlite(message, "project"), Named { key: None, columns });
        assert_eq!(of_sqlite(message, "proj"), Named { key: None, columns: Vec::new() });
        let index = of_sqlite("UNIQUE constraint failed: index 'by_lower'", "project");
        assert_eq!(index, Named { key: Some("by_lower".to_owned()), columns: Vec::new() });
        for message in [
            r#"duplicate key value violates unique constraint "project_slug_key""#,
            "doppelter Schlüsselwert verletzt Unique-Constraint »project_slug_key«",
            "une valeur dupliquée rompt la contrainte unique « project_slug_key »",
        ] {
            assert_eq!(of_postgres(message).as_deref(), Some("project_slug_key"));
        }
        assert_eq!(of_postgres("no key"), None);
        let quoted = "1062 (23000): Duplicate entry '1-it's for key 'x'' for key 'project.slug'";
        assert_eq!(of_mysql(quoted).as_deref(), Some("slug"));
        assert_eq!(of_mysql("Duplicate entry '1' for key 'PRIMARY'").as_deref(), Some("PRIMARY"));
        assert_eq!(of_mysql("no key"), None);
    }
}
