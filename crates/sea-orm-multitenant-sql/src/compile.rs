//! From text to plan.

use crate::{
    catalogue::Catalogue,
    dialect::Engine,
    output_names::ItemTexts,
    plan::Plan,
    refusal::{Result, refuse_with},
    rewrite, spelling,
    text::{self, Tokens},
    verify::verify,
};

/// Stack that every statement may need.
const BASE_STACK: usize = 256 << 10;

/// Stack that one more operator may need, in a build without optimisation.
const STACK_PER_OPERATOR: usize = 16 << 10;

/// Stack that one more query in parentheses may need, in a build without optimisation.
const STACK_PER_PARENTHESIS: usize = 64 << 10;

/// Scopes one statement.
///
/// `sql` is the statement as the caller would send it, its values bound by position. The plan says which text to send
/// instead and where the tenant is bound.
///
/// # Errors
/// A [`Refusal`](crate::Refusal) when the text cannot be read, is too large, or holds anything that is not known to
/// keep to the tenant's rows.
///
/// ```
/// use sea_orm_multitenant_sql::{Catalogue, Engine, Refusal, Table, TenantType, plan};
///
/// let catalogue = Catalogue::new([Table::tenant("task", "account_id", TenantType::BigInt)]).expect("no conflicts");
/// let scoped = plan(&catalogue, Engine::Sqlite, "DELETE FROM task WHERE id = ?")?;
/// assert_eq!(scoped.sql(), r#"DELETE FROM "task" WHERE "task"."account_id" = ? AND (id = ?)"#);
///
/// let refused = plan(&catalogue, Engine::Sqlite, "SELECT * FROM secrets");
/// assert_eq!(refused, Err(Refusal::UnknownTable { table: "secrets".to_owned() }));
/// # Ok::<(), Refusal>(())
/// ```
pub fn plan(catalogue: &Catalogue, engine: Engine, sql: &str) -> Result<Plan> {
    let tokens = text::read(engine, sql)?;
    let stack =
        BASE_STACK + tokens.operators * STACK_PER_OPERATOR + tokens.parentheses * STACK_PER_PARENTHESIS;
    // Trees are walked, compared and dropped by recursion; they must not outlive the stack that fits them.
    stacker::maybe_grow(stack, stack, || compile(catalogue, engine, sql, tokens))
}

fn compile(catalogue: &Catalogue, engine: Engine, sql: &str, tokens: Tokens) -> Result<Plan> {
    let texts = if engine.names_results_from_text() {
        ItemTexts::read(sql, &tokens.tokens)
    } else {
        ItemTexts::default()
    };
    let Tokens { tokens, values, operators: _, parentheses: _ } = tokens;
    let mut statement = text::parse(engine, tokens)?;
    let outcome = rewrite::statement(catalogue, engine, texts, &mut statement)?;
    let written = spelling::write(engine, statement.to_string())?;
    let tokens = text::tokenize(engine, &written)?;
    // What is sent is what was checked: the text must read back as the tree it was rendered from.
    let read_back = text::parse(engine, tokens.clone())?;
    if read_back != statement {
        return refuse_with(
            "a statement that does not read back as it was written",
            crate::refusal::UNSCOPED,
        );
    }
    verify(catalogue, engine, &read_back)?;
    Ok(Plan::new(engine, &written, &tokens, values, outcome))
}
