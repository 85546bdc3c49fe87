//! Sets the tenant in a transaction that a scope began on its own connection.

use crate::{error::TenancyError, tenant_set::BoundTenants, tenant_setting::TenantSetting};
use sea_orm::{DbBackend, Statement};

impl TenantSetting {
    /// Returns the tenant as the text of the setting.
    ///
    /// # Errors
    /// [`TenancyError::SettingOfManyTenants`] unless there is exactly one.
    pub(crate) fn value(tenants: &BoundTenants) -> Result<String, TenancyError> {
        match (tenants, tenants.named()) {
            (_, [tenant]) => Ok(tenant.id.to_string()),
            (BoundTenants::All { writable: _ }, _) => {
                Err(TenancyError::SettingOfManyTenants { tenants: "all".to_owned() })
            }
            (_, named) => Err(TenancyError::SettingOfManyTenants { tenants: named.len().to_string() }),
        }
    }

    /// Makes the statements that a transaction on PostgreSQL begins with.
    pub(crate) fn statements(&self, tenants: &BoundTenants) -> Result<Vec<Statement>, TenancyError> {
        let (name, tenant) = (&self.name, Self::value(tenants)?);
        if !self.on_citus {
            // The comment holds the types of the values: see the module `signature`.
            let sql = "SELECT set_config($1, $2, true) /*tt*/";
            let values = [name.into(), tenant.into()];
            return Ok(vec![Statement::from_sql_and_values(DbBackend::Postgres, sql, values)]);
        }
        let texts = [
            "SET LOCAL citus.propagate_set_commands TO 'local'".to_owned(),
            format!("SET LOCAL {name} TO {}", literal(&tenant)),
        ];
        Ok(texts.into_iter().map(|sql| Statement::from_string(DbBackend::Postgres, sql)).collect())
    }
}

/// Writes a text as an escape string, in which quotes and backslashes have one meaning whatever
/// `standard_conforming_strings` is.
pub(super) fn literal(text: &str) -> String {
    format!("E'{}'", text.replace('\\', r"\\").replace('\'', "''"))
}
