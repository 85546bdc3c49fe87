//! The tenant as a setting of a transaction, for row-level security.

pub(crate) mod around_statement;
mod at_begin;

use crate::error::TenancyError;

/// The setting in which a scoped transaction gives its tenant to PostgreSQL's row-level security.
///
/// For [`TenancyBuilder::row_level_security`](crate::TenancyBuilder::row_level_security). The policies that
/// `sea-orm-multitenant-migration` makes read `app.tenant_id`, the default here.
///
/// ```
/// use sea_orm_multitenant::TenantSetting;
///
/// assert_eq!(TenantSetting::default(), TenantSetting::new("app.tenant_id"));
/// assert_ne!(TenantSetting::default(), TenantSetting::default().on_citus());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantSetting {
    name: String,
    on_citus: bool,
    in_transactions_only: bool,
}

impl Default for TenantSetting {
    /// `app.tenant_id`.
    fn default() -> Self {
        Self::new("app.tenant_id")
    }
}

impl TenantSetting {
    /// Creates a custom setting: two names of ASCII letters, digits and underscores with a dot between them.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), on_citus: false, in_transactions_only: false }
    }

    /// Also sends the setting to the workers of a Citus cluster, which see neither `set_config` nor the setting of a
    /// session: uses `SET LOCAL`, preceded by one of `citus.propagate_set_commands`. The tenant is then a quoted text
    /// in that one statement, since `SET` takes no bound values.
    #[must_use]
    pub fn on_citus(mut self) -> Self {
        self.on_citus = true;
        self
    }

    /// Refuses statements outside a transaction with
    /// [`SettingOutsideTransaction`](TenancyError::SettingOutsideTransaction), instead of running each in a transaction
    /// of its own: for a program whose statements all belong to transactions, and that wants to find the one that does
    /// not.
    ///
    /// ```
    /// use sea_orm_multitenant::TenantSetting;
    ///
    /// assert_ne!(TenantSetting::default().in_transactions_only(), TenantSetting::default());
    /// ```
    #[must_use]
    pub fn in_transactions_only(mut self) -> Self {
        self.in_transactions_only = true;
        self
    }

    /// Whether statements outside a transaction are refused.
    pub(crate) fn is_in_transactions_only(&self) -> bool {
        self.in_transactions_only
    }

    /// Returns the name of the setting.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Refuses a name that PostgreSQL does not accept for a custom setting.
    ///
    /// # Errors
    /// [`TenancyError::UnusableSetting`] when the name is not of the form that [`new`](Self::new) describes.
    ///
    /// ```
    /// use sea_orm_multitenant::TenantSetting;
    ///
    /// assert!(TenantSetting::new("app.tenant_id").check().is_ok());
    /// assert!(TenantSetting::new("search_path").check().is_err());
    /// ```
    pub fn check(&self) -> Result<(), TenancyError> {
        let is_word = |word: &str| {
            word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        };
        match self.name.split_once('.') {
            Some((prefix, name)) if is_word(prefix) && is_word(name) => Ok(()),
            _ => Err(TenancyError::UnusableSetting { setting: self.name.clone() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        TenantSetting,
        around_statement::{Messages, Previous},
    };
    use crate::{
        error::TenancyError,
        tenant_id::{BoundTenant, TenantId},
        tenant_set::BoundTenants,
    };
    use sea_orm_multitenant_sql::TenantType;

    const HOSTILE: &str = r"\'; DROP TABLE x; --";

    fn texts(setting: &TenantSetting, tenant: &str) -> Vec<String> {
        let bound = BoundTenant::new(TenantId::from(tenant), &[TenantType::Text]).expect("a text");
        let statements = setting.statements(&BoundTenants::One(bound)).expect("one tenant");
        statements.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_transaction_begins_by_setting_its_tenant() {
        let setting = TenantSetting::default();
        assert_eq!(texts(&setting, "ohara"), ["SELECT set_config('app.tenant_id', 'ohara', true) /*tt*/"]);
    }

    #[test]
    fn a_hostile_tenant_id_stays_quoted_on_citus() {
        let setting = TenantSetting::new("my.tenant").on_citus();
        assert_eq!(
            texts(&setting, HOSTILE),
            [
                "SET LOCAL citus.propagate_set_commands TO 'local'",
                r"SET LOCAL my.tenant TO E'\\''; DROP TABLE x; --'",
            ]
        );
    }

    #[test]
    fn hostile_texts_around_a_statement_stay_quoted() {
        let previous = Previous { tenant: HOSTILE.to_owned(), propagated: HOSTILE.to_owned() };
        let quoted = r"E'\\''; DROP TABLE x; --'";
        for (setting, times) in [(TenantSetting::default(), 2), (TenantSetting::default().on_citus(), 4)] {
            let Messages { before, after } = setting.messages(HOSTILE, 7, &previous);
            let whole = before + &after;
            assert_eq!(whole.matches("DROP").count(), times, "{whole}");
            assert_eq!(whole.matches(quoted).count(), times, "{whole}");
        }
    }

    #[test]
    fn a_set_of_tenants_cannot_be_a_setting() {
        let tenants = ["a", "b"].map(|id| BoundTenant::new(id.into(), &[TenantType::Text]).expect("a text"));
        for count in [0, 2] {
            let set = BoundTenants::Set(tenants[..count].to_vec().into());
            let found = TenantSetting::default().statements(&set);
            assert_eq!(found.err(), Some(TenancyError::SettingOfManyTenants { tenants: count.to_string() }));
        }
    }

    #[test]
    fn an_invalid_setting_name_is_refused() {
        for name in ["tenant", "app.tenant.id", "app.1", "app.", ".id", "app.tenant id", "app.x'"] {
            let found = TenantSetting::new(name).check();
            assert_eq!(found, Err(TenancyError::UnusableSetting { setting: name.to_owned() }));
        }
        assert_eq!(TenantSetting::new("_a1.B_2").check(), Ok(()));
    }
}
