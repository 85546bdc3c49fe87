//! The binding: any values and tenant make a statement in which each stands in its own place, or an error.

use arbitrary::{Arbitrary, Unstructured};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, Statement, Value,
};
use sea_orm_multitenant::{Tenancy, TenancyError, TenantId, TenantType};
use sea_orm_multitenant_sql::{
    Argument, Engine, Found, Literal, Refusal, ScopedStatement, TenantCheckKind, Whom, scope_statement_for,
};
use std::{
    cell::RefCell,
    collections::HashMap,
    sync::{Arc, OnceLock},
};

/// Statements with values in many places, the tenant column among them. `#` is a place for a value.
const STATEMENTS: &[&str] = &[
    "SELECT x FROM TABLE",
    "SELECT x FROM TABLE WHERE id = # OR x = #",
    "SELECT # AS a, x FROM TABLE WHERE x IN (#, #, #) LIMIT #",
    "SELECT x FROM TABLE WHERE x = (SELECT max(x) FROM TABLE WHERE x < # AND t = #) AND id > #",
    "SELECT a.x FROM TABLE AS a LEFT JOIN TABLE AS b ON b.x = # AND a.x = # WHERE a.id = #",
    "INSERT INTO TABLE (x) VALUES (#)",
    "INSERT INTO TABLE (t, x) VALUES (#, #)",
    "INSERT INTO TABLE (x, t, id) VALUES (#, #, #), (#, #, #), (#, NULL, #)",
    "INSERT INTO TABLE (t, x) VALUES (7, #)",
    "INSERT INTO TABLE (t, x) VALUES ('acme', #)",
    "INSERT INTO TABLE (x) SELECT x FROM TABLE WHERE x = #",
    "UPDATE TABLE SET x = # WHERE id = #",
    "UPDATE TABLE SET t = #, x = # WHERE id = #",
    "UPDATE TABLE SET x = #, t = 7 WHERE id = #",
    "DELETE FROM TABLE WHERE id = #",
    "SELECT # AS a",
    "SELECT x FROM shared WHERE x = #",
    "SELECT a.x FROM TABLE AS a WHERE a.t = # AND a.x IN (#, #, #) LIMIT #",
    "UPDATE TABLE SET x = # WHERE TABLE.t = # AND TABLE.id = #",
];

/// Names of the tables, and the type of each one's tenants.
const TABLES: [(&str, TenantType); 4] = [
    ("int", TenantType::Int),
    ("bigint", TenantType::BigInt),
    ("uuid", TenantType::Uuid),
    ("text", TenantType::Text),
];

/// What is bound to what for whom.
#[derive(Debug, Arbitrary)]
pub struct Input {
    engine: u8,
    statement: u8,
    table: u8,
    tenant: Odd,
    /// The other tenants of a set, when the scope is for one.
    others: Option<Vec<Odd>>,
    /// As many values as there are places, unless this says otherwise.
    more_or_less: Option<i8>,
    /// Which values are the tenant.
    tenants: u16,
    values: Vec<Odd>,
}

/// A value, most of them odd in some way.
#[derive(Debug, Clone, Arbitrary)]
enum Odd {
    Null(u8),
    TinyInt(i8),
    Int(i32),
    BigInt(i64),
    BigUnsigned(u64),
    Bool(bool),
    Double(f64),
    Char(char),
    Text(String),
    /// A text of one character, many times.
    Long(char, u16),
    Bytes(Vec<u8>),
    Uuid([u8; 16]),
    Acme,
    Seven,
}

impl Odd {
    fn value(&self) -> Value {
        match self {
            Self::Null(which) => {
                let nulls = [
                    Value::Bool(None),
                    Value::Int(None),
                    Value::BigInt(None),
                    Value::BigUnsigned(None),
                    Value::Double(None),
                    Value::String(None),
                    Value::Bytes(None),
                    Value::Uuid(None),
                ];
                nulls[usize::from(*which) % nulls.len()].clone()
            }
            Self::TinyInt(number) => (*number).into(),
            Self::Int(number) => (*number).into(),
            Self::BigInt(number) => (*number).into(),
            Self::BigUnsigned(number) => (*number).into(),
            Self::Bool(truth) => (*truth).into(),
            Self::Double(number) => (*number).into(),
            Self::Char(c) => (*c).into(),
            Self::Text(text) => text.clone().into(),
            Self::Long(c, length) => c.to_string().repeat(usize::from(*length)).into(),
            Self::Bytes(bytes) => bytes.clone().into(),
            Self::Uuid(bytes) => uuid::Uuid::from_bytes(*bytes).into(),
            Self::Acme => "acme".into(),
            Self::Seven => 7_i64.into(),
        }
    }
}

/// A connection that sends nothing.
#[derive(Debug)]
struct Nowhere(DbBackend);

fn nothing<T>() -> Result<T, DbErr> {
    Err(DbErr::Custom("nothing is sent".to_owned()))
}

#[async_trait::async_trait]
impl ConnectionTrait for Nowhere {
    fn get_database_backend(&self) -> DbBackend {
        self.0
    }

    async fn execute_raw(&self, _: Statement) -> Result<ExecResult, DbErr> {
        nothing()
    }

    async fn execute_unprepared(&self, _: &str) -> Result<ExecResult, DbErr> {
        nothing()
    }

    async fn query_one_raw(&self, _: Statement) -> Result<Option<QueryResult>, DbErr> {
        nothing()
    }

    async fn query_all_raw(&self, _: Statement) -> Result<Vec<QueryResult>, DbErr> {
        nothing()
    }
}

/// A tenancy of one table with this type of tenant, so that tenants of its type alone are taken.
fn tenancy(table: usize) -> &'static Tenancy {
    static ALL: [OnceLock<Tenancy>; TABLES.len()] = [const { OnceLock::new() }; TABLES.len()];
    ALL[table].get_or_init(|| {
        let (name, ty) = TABLES[table];
        let builder =
            Tenancy::builder().without_entities().tenant_table(name, "t", ty).shared_table("shared");
        builder.build(DatabaseConnection::default()).expect("the tables have no conflicts")
    })
}

/// Checks one input.
///
/// # Panics
/// When a value is bound where another belongs, or a wrong one is taken; that is a finding.
pub fn check(input: Input) {
    let table = usize::from(input.table) % TABLES.len();
    let (engine, backend) = [
        (Engine::Sqlite, DbBackend::Sqlite),
        (Engine::Postgres, DbBackend::Postgres),
        (Engine::MySql, DbBackend::MySql),
    ][usize::from(input.engine) % 3];
    let quote = if engine == Engine::MySql { '`' } else { '"' };
    let template = STATEMENTS[usize::from(input.statement) % STATEMENTS.len()];
    let template = template.replace("TABLE", &format!("{quote}{}{quote}", TABLES[table].0));
    let (sql, places) = numbered(engine, &template);

    let tenant = input.tenant.value();
    let values = values(&input, places, &tenant);
    let statement = Statement::from_sql_and_values(backend, &sql, values.clone());
    let scoped_statements = Plans { table, engine };
    let (tenants, outcome, scoped) = match &input.others {
        None => {
            let Ok(scope) = tenancy(table).scope_owned(Nowhere(backend), tenant) else { return };
            let scoped = scoped_for_one(scoped_statements, &sql, &values, scope.tenant());
            (vec![scope.tenant().clone()], scope.rewrite(statement), scoped)
        }
        Some(others) => {
            let tenants = std::iter::once(tenant).chain(others.iter().map(Odd::value));
            let Ok(scope) = tenancy(table).scope_many_owned(Nowhere(backend), tenants) else { return };
            let tenants = scope.tenants().ids().to_vec();
            let scoped = scoped_statements.of(&sql, Whom::Set(tenants.len()));
            (tenants, scope.rewrite(statement), scoped)
        }
    };
    let too_large = too_large(engine, &values);
    let judged = match scoped {
        Ok(scoped) => judge(engine, &scoped, &tenants, &values, too_large, outcome.as_ref()),
        Err(_) if is_unsupported(outcome.as_ref().err(), too_large) => Ok(()),
        Err(refusal) if outcome == Err(TenancyError::Refused(refusal.clone())) => Ok(()),
        Err(refusal) => Err(format!("not refused: {refusal}")),
    };
    judged.unwrap_or_else(|problem| {
        panic!("{problem}\n{sql}\nfor {tenants:?} with {values:?}\nis {outcome:?}")
    });
}

type Planned = Result<Arc<ScopedStatement>, Refusal>;

thread_local! {
    /// There are few texts, and any number of values: each text is scoped once.
    static PLANNED: RefCell<HashMap<(usize, Engine, String, Whom), Planned>> = RefCell::default();
}

/// The scoped statements of texts about one table for one engine.
#[derive(Debug, Clone, Copy)]
struct Plans {
    table: usize,
    engine: Engine,
}

impl Plans {
    fn of(self, sql: &str, whom: Whom) -> Planned {
        let Self { table, engine } = self;
        let scoped = || {
            let catalogue = tenancy(table).catalogue();
            scope_statement_for(catalogue, engine, sql, whom).map(Arc::new)
        };
        PLANNED.with_borrow_mut(|scoped_statements| {
            scoped_statements.entry((table, engine, sql.to_owned(), whom)).or_insert_with(scoped).clone()
        })
    }
}

/// The scoped statement for one tenant and these values: without the conditions that repeat the tenant, unless one
/// names another.
fn scoped_for_one(scoped_statements: Plans, sql: &str, values: &[Value], tenant: &TenantId) -> Planned {
    let without = scoped_statements.of(sql, Whom::One)?;
    let is_tenant = |index: &usize| values.get(*index).is_some_and(|value| is_id(value, tenant));
    if without.repeated().iter().all(is_tenant) {
        Ok(without)
    } else {
        scoped_statements.of(sql, Whom::OneWithRepeats)
    }
}

/// Numbers the places where the engine does.
fn numbered(engine: Engine, template: &str) -> (String, usize) {
    let mut places = 0;
    let mut sql = String::new();
    for c in template.chars() {
        match (c, engine) {
            ('#', Engine::Postgres) => {
                places += 1;
                sql.push_str(&format!("${places}"));
            }
            ('#', Engine::Sqlite | Engine::MySql) => {
                places += 1;
                sql.push('?');
            }
            (c, _) => sql.push(c),
        }
    }
    (sql, places)
}

fn values(input: &Input, places: usize, tenant: &Value) -> Vec<Value> {
    let count = places.saturating_add_signed(isize::from(input.more_or_less.unwrap_or_default()));
    let value = |index: usize| match input.values.get(index) {
        _ if input.tenants >> (index % 16) & 1 == 1 => tenant.clone(),
        Some(odd) => odd.value(),
        None => Value::Int(Some(0)),
    };
    (0..count).map(value).collect()
}

/// The first value at which SeaORM's binding to the engine panics.
fn too_large(engine: Engine, values: &[Value]) -> Option<usize> {
    let is_beyond =
        |value: &Value| matches!(value, Value::BigUnsigned(Some(value)) if i64::try_from(*value).is_err());
    values.iter().position(is_beyond).filter(|_| engine != Engine::MySql)
}

/// Whether the error is about that value.
fn is_unsupported(error: Option<&TenancyError>, too_large: Option<usize>) -> bool {
    matches!((error, too_large), (Some(TenancyError::UnsupportedValue { position, .. }), Some(index)) if *position == index + 1)
}

/// Says what is wrong with the outcome.
fn judge(
    engine: Engine,
    scoped: &ScopedStatement,
    tenants: &[TenantId],
    values: &[Value],
    too_large: Option<usize>,
    outcome: Result<&Statement, &TenancyError>,
) -> Result<(), String> {
    let wrong_count = values.len() != scoped.values();
    let is_any = |is: &dyn Fn(&TenantId) -> bool| tenants.iter().any(is);
    let foreign = !wrong_count
        && scoped.checks().iter().any(|check| {
            let (is_tenant, is_null) = match &check.found {
                Found::Value(index) => (is_any(&|id| is_id(&values[*index], id)), is_null(&values[*index])),
                Found::Literal(Literal::Number(digits)) => {
                    (is_any(&|id| id.as_i64().is_some_and(|id| id.to_string() == *digits)), false)
                }
                Found::Literal(Literal::Text(text)) => (is_any(&|id| id.as_str() == Some(text)), false),
                Found::Literal(Literal::Null) => (false, true),
            };
            !(is_tenant || is_null && check.kind == TenantCheckKind::Insert)
        });
    match outcome {
        Err(error) if is_unsupported(Some(error), too_large) => Ok(()),
        Err(TenancyError::ValueCount { expected, found }) if wrong_count => {
            if (*expected, *found) == (scoped.values(), values.len()) {
                Ok(())
            } else {
                Err("a wrong count".to_owned())
            }
        }
        Err(TenancyError::TenantMismatch { .. } | TenancyError::TenantNotInSet { .. }) if foreign => Ok(()),
        Err(error) => Err(format!("refused without reason: {error}")),
        Ok(_) if wrong_count => Err("a wrong number of values is taken".to_owned()),
        Ok(_) if too_large.is_some() => Err("an integer at which SeaORM panics is taken".to_owned()),
        Ok(_) if foreign => Err("another tenant is written".to_owned()),
        Ok(statement) => bound_rightly(engine, scoped, tenants, values, statement),
    }
}

/// Whether each value that goes out is the one that the scoped statement has there.
fn bound_rightly(
    engine: Engine,
    scoped: &ScopedStatement,
    tenants: &[TenantId],
    values: &[Value],
    sent: &Statement,
) -> Result<(), String> {
    let bound = sent.values.as_ref().map(|values| values.0.as_slice()).unwrap_or_default();
    let tenant = |index: usize, ty| tenants.get(index).and_then(|tenant| tenant.to_value(ty).ok());
    let expected = scoped.arguments().iter().map(|argument| match argument {
        Argument::Value(index) => Some(values[*index].clone()),
        Argument::Tenant(ty) => tenant(0, *ty).filter(|_| tenants.len() == 1),
        Argument::TenantAt(index, ty) => tenant(*index, *ty),
    });
    let expected: Option<Vec<_>> = expected.collect();
    // A number that is none is not equal to itself.
    let same = |expected: Vec<Value>| expected == bound || format!("{expected:?}") == format!("{bound:?}");
    let Some(signature) = sent.sql.strip_prefix(scoped.sql()) else {
        return Err("another text is sent".to_owned());
    };
    if !is_signed(engine, signature, bound) {
        Err("the text is not signed with the types of its values".to_owned())
    } else if expected.is_some_and(same) {
        Ok(())
    } else {
        Err("values are bound in another order".to_owned())
    }
}

/// Whether this says the types of the values, where the engine keeps them with a text, and is empty elsewhere.
fn is_signed(engine: Engine, signature: &str, bound: &[Value]) -> bool {
    if engine != Engine::Postgres {
        return signature.is_empty();
    }
    let inside = signature.strip_prefix(" /*").and_then(|rest| rest.strip_suffix("*/"));
    let kinds: Option<String> = bound.iter().map(kind).collect();
    let mut said = String::new();
    // As the inside of a group is read, and nothing behind it.
    let inside = inside.map(|inside| format!("{inside}*"));
    inside.is_some_and(|inside| {
        let mut rest = inside.chars();
        unfold(&mut rest, &mut said) && rest.next().is_none()
    }) && Some(said) == kinds
}

/// Writes out groups that are repeated, as in `(lt*100)`, up to the `*` of the one that is read; whether there is one.
fn unfold(signature: &mut std::str::Chars<'_>, said: &mut String) -> bool {
    while let Some(next) = signature.next() {
        match next {
            '(' => {
                let begin = said.len();
                if !unfold(signature, said) {
                    return false;
                }
                let group = said.split_off(begin);
                let times: String = signature.by_ref().take_while(|next| *next != ')').collect();
                let Ok(times) = times.parse() else { return false };
                said.push_str(&group.repeat(times));
            }
            '*' => return true,
            kind => said.push(kind),
        }
    }
    false
}

/// The letter of a value's kind: of those that inputs have, and of tenants.
fn kind(value: &Value) -> Option<char> {
    match value {
        Value::Bool(_) => Some('b'),
        Value::TinyInt(_) => Some('a'),
        Value::Int(_) => Some('i'),
        Value::BigInt(_) => Some('l'),
        Value::BigUnsigned(_) => Some('z'),
        Value::Double(_) => Some('d'),
        Value::String(_) => Some('t'),
        Value::Char(_) => Some('c'),
        Value::Bytes(_) => Some('y'),
        Value::Uuid(_) => Some('u'),
        _ => None,
    }
}

/// Whether a value is a tenant's id, by what it shows.
fn is_id(value: &Value, tenant: &TenantId) -> bool {
    let shown = match value {
        Value::TinyInt(Some(id)) => id.to_string(),
        Value::SmallInt(Some(id)) => id.to_string(),
        Value::Int(Some(id)) => id.to_string(),
        Value::BigInt(Some(id)) => id.to_string(),
        Value::TinyUnsigned(Some(id)) => id.to_string(),
        Value::SmallUnsigned(Some(id)) => id.to_string(),
        Value::Unsigned(Some(id)) => id.to_string(),
        Value::BigUnsigned(Some(id)) => id.to_string(),
        Value::Uuid(Some(id)) => return tenant.as_uuid() == Some(*id),
        Value::String(Some(id)) => return tenant.as_str() == Some(id),
        Value::Char(Some(id)) => return tenant.as_str() == Some(&id.to_string()),
        _ => return false,
    };
    tenant.as_i64().is_some_and(|id| id.to_string() == shown)
}

fn is_null(value: &Value) -> bool {
    *value == value.as_null()
}

/// An input made of bytes, for tests.
///
/// # Errors
/// When there are too few bytes.
pub fn input(bytes: &[u8]) -> arbitrary::Result<Input> {
    Input::arbitrary(&mut Unstructured::new(bytes))
}
