//! From text to scoped statement.

use crate::{
    catalogue::tables::Catalogue,
    engine::Engine,
    limits::limit,
    read::{
        output_names::ItemTexts,
        parse::parse,
        spelling,
        text::{self, Tokens},
        tokenize::tokenize,
    },
    refusal::{Result, refuse_with},
    rewrite,
    scoped_statement::{ScopedStatement, ValueOrder},
    whom::Whom,
    write::{
        places::{Compiled, finish},
        verify::verify,
        vocabulary,
    },
};
use sqlparser::ast::Statement;

/// Stack that every statement may need.
const BASE_STACK: usize = 256 << 10;

/// Stack that one more operator may need, in a build without optimisation.
const STACK_PER_OPERATOR: usize = 16 << 10;

/// Stack that one more query in parentheses may need: a derived table takes 180 KiB of the parser's without
/// optimisation, 40 KiB with.
const STACK_PER_PARENTHESIS: usize = if cfg!(debug_assertions) { 256 << 10 } else { 64 << 10 };

/// Most tenants in a set: each reference to a tenant table binds all of them.
pub const MAX_TENANTS: usize = 1_000;

/// Scopes one statement.
///
/// `sql` is the statement as the caller would send it, its values bound by position. The scoped statement says which
/// text to send instead and where the tenant is bound.
///
/// # Errors
/// A [`Refusal`](crate::Refusal) when the text cannot be read, is too large, or holds anything that is not known to
/// keep to the tenant's rows.
///
/// ```
/// use sea_orm_multitenant_sql::{Catalogue, Engine, Refusal, Table, TenantType, scope_statement, UnknownReason};
///
/// let catalogue = Catalogue::new([Table::tenant("task", "account_id", TenantType::BigInt)]).expect("no conflicts");
/// let scoped = scope_statement(&catalogue, Engine::Sqlite, "DELETE FROM task WHERE id = ?")?;
/// assert_eq!(scoped.sql(), "DELETE FROM `task` WHERE `task`.`account_id` = ? AND (`id` = ?)");
///
/// let refused = scope_statement(&catalogue, Engine::Sqlite, "SELECT * FROM secrets");
/// assert_eq!(refused, Err(Refusal::UnknownTable { table: "secrets".to_owned(), reason: UnknownReason::NotDeclared }));
/// # Ok::<(), Refusal>(())
/// ```
pub fn scope_statement(catalogue: &Catalogue, engine: Engine, sql: &str) -> Result<ScopedStatement> {
    scope_statement_for(catalogue, engine, sql, Whom::OneWithRepeats)
}

/// Scopes one statement for one tenant or for a set, as [`Whom`] says.
///
/// # Errors
/// As [`scope_statement`]; for a set also when it has more than [`MAX_TENANTS`] tenants, where tables that meet cannot
/// be made equal by tenant, or where a row to insert names no tenant.
///
/// ```
/// use sea_orm_multitenant_sql::{Argument, Catalogue, Engine, Refusal, Table, TenantType, Whom, scope_statement_for};
///
/// let catalogue = Catalogue::new([Table::tenant("task", "account_id", TenantType::BigInt)]).expect("no conflicts");
/// let scoped = scope_statement_for(&catalogue, Engine::Sqlite, "DELETE FROM task WHERE id = ?", Whom::Set(2))?;
/// assert_eq!(scoped.sql(), "DELETE FROM `task` WHERE `task`.`account_id` IN (?, ?) AND (`id` = ?)");
/// assert_eq!(scoped.arguments()[1], Argument::TenantAt(1, TenantType::BigInt));
///
/// let sql = "DELETE FROM task WHERE task.account_id = ? AND task.id = ?";
/// let without_repeats = scope_statement_for(&catalogue, Engine::Sqlite, sql, Whom::One)?;
/// assert_eq!(without_repeats.sql(), "DELETE FROM `task` WHERE `task`.`account_id` = ? AND (`task`.`id` = ?)");
/// assert_eq!(without_repeats.arguments(), [Argument::Tenant(TenantType::BigInt), Argument::Value(1)]);
/// assert_eq!(without_repeats.repeated(), [0]);
/// # Ok::<(), Refusal>(())
/// ```
pub fn scope_statement_for(
    catalogue: &Catalogue,
    engine: Engine,
    sql: &str,
    whom: Whom,
) -> Result<ScopedStatement> {
    if let Whom::Set(tenants) = whom {
        limit("tenants in a set", tenants, MAX_TENANTS)?;
    }
    compile_on_stack(catalogue, engine, sql, whom).map(|compiled| assembled(engine, compiled))
}

/// The scoped statement, assembled from what was compiled.
pub(crate) fn assembled(engine: Engine, compiled: Compiled) -> ScopedStatement {
    let Compiled { text, places, values, outcome } = compiled;
    let (sql, arguments) = finish(engine, &text, &places, values);
    let order = ValueOrder::of(&arguments, values.count);
    ScopedStatement::of_parts(sql, arguments, values.count, order, outcome)
}

/// Reads, rewrites, renders and checks one statement.
pub(crate) fn compile_on_stack(
    catalogue: &Catalogue,
    engine: Engine,
    sql: &str,
    whom: Whom,
) -> Result<Compiled> {
    let tokens = text::read(engine, sql, catalogue.max_statement_bytes())?;
    let stack =
        BASE_STACK + tokens.operators * STACK_PER_OPERATOR + tokens.parentheses * STACK_PER_PARENTHESIS;
    // Trees are walked, compared and dropped by recursion; they must not outlive the stack that fits them.
    stacker::maybe_grow(stack, stack, || compile(catalogue, engine, sql, whom, tokens))
}

fn compile(catalogue: &Catalogue, engine: Engine, sql: &str, whom: Whom, tokens: Tokens) -> Result<Compiled> {
    let texts = ItemTexts::read(engine, sql, &tokens.tokens);
    let Tokens { tokens, values, operators: _, parentheses: _ } = tokens;
    let mut statement = parse(engine, tokens)?;
    let outcome = rewrite::statement(catalogue, engine, whom, texts, &mut statement)?;
    let written = spelling::write(engine, statement.to_string())?;
    let places = vocabulary::check(engine, catalogue, &written, &statement)?;
    verify(catalogue, engine, whom, &statement)?;
    if cfg!(debug_assertions) {
        check_reading_back(engine, &written, &statement)?;
    }
    Ok(Compiled { text: written, places, values, outcome })
}

/// In builds with debug assertions, those of the tests: the text reads back as the tree that it was rendered from.
fn check_reading_back(engine: Engine, written: &str, statement: &Statement) -> Result<()> {
    if parse(engine, tokenize(engine, written)?)? == *statement {
        return Ok(());
    }
    refuse_with("a statement that does not read back as it was written", crate::refusal::UNSCOPED)
}
