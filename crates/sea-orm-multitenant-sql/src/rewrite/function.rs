//! Function calls: only functions that are known to look at nothing but their arguments.

use crate::{
    functions::{self, Position},
    names,
    read::spelling,
    refusal::{ON_CONNECTION, Result, UNSCOPED, refuse, refuse_if, refuse_with},
    rewrite::rewriter::Rewriter,
    syntax,
};
use sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgOperator, FunctionArgumentClause,
    FunctionArgumentList, FunctionArguments, Ident, JsonReturningClause, ObjectName, ObjectNamePart,
    ValueWithSpan, WindowFrame, WindowFrameBound, WindowFrameUnits, WindowSpec, WindowType,
};

impl Rewriter<'_> {
    pub(super) fn function(&mut self, function: &mut Function) -> Result<()> {
        let Function { name, uses_odbc_syntax, parameters, args, within_group, filter, null_treatment, over } =
            function;
        syntax::NULL_TREATMENT.check_if(null_treatment.is_some(), self.engine)?;
        syntax::WITHIN_GROUP.check_if(!within_group.is_empty(), self.engine)?;
        syntax::FILTER.check_if(filter.is_some(), self.engine)?;
        refuse_if(*uses_odbc_syntax, "an ODBC function call")?;
        self.check_function_name(name, Position::Expression)?;
        self.quote_function(name)?;
        match parameters {
            FunctionArguments::None => {}
            FunctionArguments::Subquery(_) | FunctionArguments::List(_) => {
                return refuse("a parametric function");
            }
        }
        self.check_inserted_values(name)?;
        self.check_argument_names(name, args)?;
        self.arguments(name, args)?;
        self.order_by_exprs(within_group)?;
        self.optional(filter.as_deref_mut())?;
        self.computed_whole.windows += usize::from(over.is_some());
        match over {
            Some(WindowType::WindowSpec(spec)) => self.window_spec(spec),
            Some(WindowType::NamedWindow(name)) => names::settle(self.engine, name),
            None => Ok(()),
        }
    }

    /// A value that an UPDATE or upsert assigns, which may be `LAST_INSERT_ID(value)`.
    ///
    /// An assignment is made for the tenant's rows alone. A condition may be tried on rows of others before the tenant's own condition
    /// (MySQL manual, 10.2.1.6, on index conditions), and the driver would report their value as the generated key.
    pub(super) fn assigned_value(&mut self, value: &mut Expr) -> Result<()> {
        match self.key_to_report(value) {
            Some(key) => self.expr(key),
            None => self.expr(value),
        }
    }

    /// What `LAST_INSERT_ID(value)` gives the session as the key that it reports (MySQL manual, 14.15).
    fn key_to_report<'e>(&self, value: &'e mut Expr) -> Option<&'e mut Expr> {
        let Expr::Function(Function {
            name: ObjectName(parts),
            uses_odbc_syntax: false,
            parameters: FunctionArguments::None,
            args: FunctionArguments::List(FunctionArgumentList { duplicate_treatment: None, args, clauses }),
            within_group,
            filter: None,
            null_treatment: None,
            over: None,
        }) = value
        else {
            return None;
        };
        let ([ObjectNamePart::Identifier(ident)], [FunctionArg::Unnamed(FunctionArgExpr::Expr(key))]) =
            (parts.as_slice(), args.as_mut_slice())
        else {
            return None;
        };
        let sets_key = ident.quote_style.is_none()
            && functions::sets_generated_key(self.engine, &ident.value.to_ascii_lowercase());
        (sets_key && within_group.is_empty() && clauses.is_empty()).then_some(key)
    }

    /// Refuses a function that is neither on the list nor vouched for by the user.
    pub(super) fn check_function_name(&self, name: &ObjectName, position: Position) -> Result<()> {
        let parts = names::parts(name)?;
        let [ident] = parts[..] else {
            let written: Option<Vec<_>> = parts.into_iter().map(|part| self.folded_function(part)).collect();
            let is_allowed = written.is_some_and(|parts| self.catalogue.allows_function(&parts.join(".")));
            if is_allowed && self.engine.supports_schemas_of_functions() {
                return Ok(());
            }
            return refuse_with(
                format!("the qualified function `{name}`"),
                "call a built-in function by its name alone, or name this one with its schema in \
                 `TenancyBuilder::allow_function` if it reads no tenant's rows",
            );
        };
        let lower = ident.value.to_ascii_lowercase();
        if is_builtin_spelling(ident, &lower) && functions::is_allowed(self.engine, position, &lower)
            || self.catalogue.allows_function(&lower)
        {
            return Ok(());
        }
        match functions::refusal_reason(&lower) {
            Some(reason) => {
                let instead = if functions::is_of_connection(&lower) { ON_CONNECTION } else { UNSCOPED };
                refuse_with(format!("the function `{lower}` ({reason})"), instead)
            }
            None => refuse_with(
                format!("the function `{lower}`, which is not on the list of known functions,"),
                "name it with `TenancyBuilder::allow_function` if it reads no tenant's rows",
            ),
        }
    }

    /// The part of a function's name as the lower-case name of a catalogue is compared with it, if it can be one: a quoted name keeps its
    /// case, and that of a database of MySQL may count.
    fn folded_function(&self, part: &Ident) -> Option<String> {
        let lower = part.value.to_ascii_lowercase();
        let keeps_case = part.quote_style.is_some() || self.engine.keeps_case_of_function_schemas();
        (!keeps_case || part.value == lower).then_some(lower)
    }

    /// Writes a function's quoted name in the engine's quotes, and one with its schema quoted. An unquoted name stays: a quoted one is never a function that
    /// the engine's own grammar knows.
    pub(super) fn quote_function(&self, name: &mut ObjectName) -> Result<()> {
        let is_quoted =
            |part: &ObjectNamePart| part.as_ident().is_some_and(|ident| ident.quote_style.is_some());
        if name.0.len() > 1 || name.0.iter().all(is_quoted) {
            names::settle_all(self.engine, name)
        } else {
            Ok(())
        }
    }

    /// Refuses `VALUES(column)` where no row is inserted: MySQL makes NULL of it there.
    fn check_inserted_values(&self, name: &ObjectName) -> Result<()> {
        let ObjectName(parts) = name;
        let [ObjectNamePart::Identifier(ident)] = parts.as_slice() else { return Ok(()) };
        let is_values = ["values", "value"].iter().any(|name| ident.value.eq_ignore_ascii_case(name));
        if is_values && !self.has_inserted_values() {
            return refuse_with(
                format!("{}(…) outside of ON DUPLICATE KEY UPDATE", ident.value),
                "name the column, or bind the value",
            );
        }
        Ok(())
    }

    fn arguments(&mut self, name: &ObjectName, arguments: &mut FunctionArguments) -> Result<()> {
        match arguments {
            FunctionArguments::None => Ok(()),
            FunctionArguments::Subquery(query) => self.subquery(query),
            FunctionArguments::List(FunctionArgumentList { duplicate_treatment: _, args, clauses }) => {
                let rest = match args.as_mut_slice() {
                    [first, rest @ ..] if self.is_argument_word(name, 0, first) => rest,
                    [first, second, rest @ ..] if self.is_argument_word(name, 1, second) => {
                        self.function_args(std::slice::from_mut(first))?;
                        rest
                    }
                    all => all,
                };
                self.function_args(rest)?;
                clauses.iter_mut().try_for_each(|clause| self.argument_clause(clause))
            }
        }
    }

    /// A name of an argument chooses among the functions of a name: one that no built-in function has calls a function of the
    /// database's own.
    fn check_argument_names(&self, name: &ObjectName, arguments: &FunctionArguments) -> Result<()> {
        let FunctionArguments::List(FunctionArgumentList { duplicate_treatment: _, args, clauses: _ }) =
            arguments
        else {
            return Ok(());
        };
        let [function] = names::parts(name)?[..] else { return Ok(()) };
        let lower = function.value.to_ascii_lowercase();
        if self.catalogue.allows_function(&lower) {
            return Ok(());
        }
        let named = args.iter().filter_map(|arg| match arg {
            FunctionArg::Unnamed(_) => None,
            FunctionArg::Named { name, arg: _, operator: _ }
            | FunctionArg::ExprNamed { name: Expr::Identifier(name), arg: _, operator: _ } => Some(name),
            FunctionArg::ExprNamed { name: _, arg: _, operator: _ } => None,
        });
        for argument in named {
            if spelling::is_variadic(argument) {
                continue;
            }
            if !functions::has_argument(&lower, &argument.value.to_ascii_lowercase()) {
                return refuse_with(
                    format!("the argument `{}` of the function `{lower}`", argument.value),
                    "give the arguments by position",
                );
            }
        }
        Ok(())
    }

    pub(super) fn function_args(&mut self, args: &mut [FunctionArg]) -> Result<()> {
        args.iter_mut().try_for_each(|arg| match arg {
            FunctionArg::Unnamed(arg) => self.function_arg(arg),
            FunctionArg::Named { name, arg, operator: _ } => {
                syntax::NAMED_ARGUMENT.check(self.engine)?;
                names::settle(self.engine, name)?;
                self.function_arg(arg)
            }
            FunctionArg::ExprNamed {
                name: Expr::Identifier(name),
                arg,
                operator: FunctionArgOperator::RightArrow,
            } => {
                syntax::NAMED_ARGUMENT.check(self.engine)?;
                names::settle(self.engine, name)?;
                self.function_arg(arg)
            }
            FunctionArg::ExprNamed { name: _, arg: _, operator: _ } => refuse("a computed argument name"),
        })
    }

    fn function_arg(&mut self, arg: &mut FunctionArgExpr) -> Result<()> {
        match arg {
            FunctionArgExpr::Expr(expr) => self.expr(expr),
            FunctionArgExpr::QualifiedWildcard(name) => {
                syntax::ROW_ARGUMENT.check(self.engine)?;
                self.check_wildcard(name)?;
                names::settle_all(self.engine, name)
            }
            FunctionArgExpr::Wildcard => Ok(()),
            FunctionArgExpr::WildcardWithOptions(_) => refuse("a wildcard with options"),
        }
    }

    fn argument_clause(&mut self, clause: &mut FunctionArgumentClause) -> Result<()> {
        match clause {
            FunctionArgumentClause::IgnoreOrRespectNulls(_) => syntax::NULL_TREATMENT.check(self.engine),
            FunctionArgumentClause::JsonNullClause(_) => syntax::JSON_NULLS.check(self.engine),
            FunctionArgumentClause::OrderBy(exprs) => self.order_by_exprs(exprs),
            FunctionArgumentClause::Limit(expr) => {
                syntax::LIMIT_IN_CALL.check(self.engine)?;
                self.expr(expr)
            }
            FunctionArgumentClause::Where(_)
            | FunctionArgumentClause::Having(_)
            | FunctionArgumentClause::OnOverflow(_) => syntax::CLAUSE_IN_CALL.check(self.engine),
            FunctionArgumentClause::Separator(ValueWithSpan { value, span: _ }) => {
                syntax::SEPARATOR.check(self.engine)?;
                self.value(value)
            }
            FunctionArgumentClause::JsonReturningClause(JsonReturningClause { data_type }) => {
                syntax::JSON_RETURNING.check(self.engine)?;
                self.data_type(data_type)
            }
        }
    }

    pub(super) fn window_spec(&mut self, spec: &mut WindowSpec) -> Result<()> {
        let WindowSpec { window_name, partition_by, order_by, window_frame } = spec;
        if let Some(name) = window_name {
            names::settle(self.engine, name)?;
        }
        self.exprs(partition_by)?;
        self.order_by_exprs(order_by)?;
        let Some(WindowFrame { units, start_bound, end_bound }) = window_frame else { return Ok(()) };
        match units {
            WindowFrameUnits::Rows | WindowFrameUnits::Range => {}
            WindowFrameUnits::Groups => syntax::GROUPS_FRAME.check(self.engine)?,
        }
        self.frame_bound(start_bound)?;
        end_bound.as_mut().map_or(Ok(()), |bound| self.frame_bound(bound))
    }

    fn frame_bound(&mut self, bound: &mut WindowFrameBound) -> Result<()> {
        match bound {
            WindowFrameBound::CurrentRow => Ok(()),
            WindowFrameBound::Preceding(expr) | WindowFrameBound::Following(expr) => {
                self.optional(expr.as_deref_mut())
            }
        }
    }
}

/// Whether a quoted name can mean the built-in function: `"COUNT"` is another function than `count` on PostgreSQL.
fn is_builtin_spelling(ident: &Ident, lower: &str) -> bool {
    ident.quote_style.is_none() || ident.value == lower
}
