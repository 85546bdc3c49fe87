//! JSON_TABLE: rows made of one value, by paths and columns that are literals.

use crate::{
    functions::{self, Position},
    names,
    refusal::{Result, refuse},
    rewrite::rewriter::Rewriter,
};
use sqlparser::ast::{
    Expr, JsonTableColumn, JsonTableColumnErrorHandling, JsonTableNamedColumn, JsonTableNestedColumn, Value,
    ValueWithSpan,
};

impl Rewriter<'_> {
    pub(super) fn json_table(
        &mut self,
        json: &mut Expr,
        path: &Value,
        columns: &mut [JsonTableColumn],
    ) -> Result<()> {
        if !functions::is_allowed(self.engine, Position::From, "json_table") {
            return refuse("JSON_TABLE on this engine");
        }
        self.expr(json)?;
        self.value(path)?;
        self.json_columns(columns)
    }

    fn json_columns(&self, columns: &mut [JsonTableColumn]) -> Result<()> {
        columns.iter_mut().try_for_each(|column| match column {
            JsonTableColumn::Named(JsonTableNamedColumn {
                name,
                r#type,
                path,
                exists: _,
                on_empty,
                on_error,
            }) => {
                names::settle(self.engine, name)?;
                self.data_type(r#type)?;
                self.value(&path.value)?;
                [on_empty, on_error].into_iter().flatten().try_for_each(|handling| match handling {
                    JsonTableColumnErrorHandling::Default(ValueWithSpan { value, span: _ }) => {
                        self.value(value)
                    }
                    JsonTableColumnErrorHandling::Null | JsonTableColumnErrorHandling::Error => Ok(()),
                })
            }
            JsonTableColumn::ForOrdinality(name) => names::settle(self.engine, name),
            JsonTableColumn::Nested(JsonTableNestedColumn { path, columns }) => {
                self.value(&path.value)?;
                self.json_columns(columns)
            }
        })
    }
}
