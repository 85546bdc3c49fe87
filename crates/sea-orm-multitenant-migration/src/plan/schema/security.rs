//! PostgreSQL's row-level security of a schema, and what bypasses it.

/// Row-level security of a table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Security {
    /// Whether it is enabled, with or without policies.
    pub(crate) on: bool,
    /// The owner, if it bypasses the policies.
    pub(crate) unforced_owner: Option<String>,
    /// The permissive policies.
    pub(crate) policies: Vec<LivePolicy>,
    /// What bypasses them.
    pub(crate) bypasses: Vec<Bypass>,
}

/// A permissive policy.
#[derive(Debug, Clone)]
pub(crate) struct LivePolicy {
    pub(crate) name: String,
    /// USING and WITH CHECK, as the engine writes them.
    pub(crate) conditions: Vec<String>,
    /// Whether it lets rows be read only: FOR SELECT.
    pub(crate) reads_only: bool,
}

/// A way to read the rows of a table that bypasses its policies.
#[derive(Debug, Clone)]
pub(crate) enum Bypass {
    /// A view, or a rule of another table, with the privileges of its owner.
    View { view: String, owner: String },
    /// A materialized view.
    Stored { view: String },
    /// A partition or inheriting table without its own policies.
    Partition { partition: String },
    /// A user-defined function in a policy.
    PolicyFunction { policy: String, function: String },
}

/// What bypasses the policies of all tables.
#[derive(Debug, Clone, Default)]
pub(crate) struct Unbound {
    /// SECURITY DEFINER functions, with their owners.
    pub(crate) definers: Vec<(String, String)>,
    /// Functions marked LEAKPROOF.
    pub(crate) leakproof: Vec<String>,
    /// Roles, each with whether it is the connected role.
    pub(crate) roles: Vec<(String, bool)>,
}

impl LivePolicy {
    /// Whether each condition compares the tenant column with a setting and does nothing else; `nullif`, casts and
    /// constants around the setting are permitted.
    pub(crate) fn is_by_tenant(&self, tenant: &str) -> bool {
        !self.conditions.is_empty()
            && self.conditions.iter().all(|condition| equals_setting(condition, tenant))
    }
}

impl LivePolicy {
    /// Whether it lets rows be read whose tenant column is NULL, and nothing else.
    pub(crate) fn is_of_global_rows(&self, tenant: &str) -> bool {
        let plain = |condition: &String| condition.replace(['(', ')', '"'], "");
        self.reads_only
            && !self.conditions.is_empty()
            && self.conditions.iter().all(|condition| plain(condition) == format!("{tenant} IS NULL"))
    }
}

/// The words of `nullif(current_setting('app.tenant_id'::text, true), ''::text)::bigint`, and of the other types of
/// tenant ids.
const WORDS: [&str; 12] = [
    "nullif",
    "current_setting",
    "text",
    "true",
    "bigint",
    "integer",
    "uuid",
    "character",
    "varying",
    "bpchar",
    "varchar",
    "citext",
];

fn equals_setting(condition: &str, tenant: &str) -> bool {
    // Every second piece is a literal: the name of the setting, or a constant.
    let code: String = condition.split('\'').step_by(2).collect();
    let signs: Vec<_> = code.chars().filter(|c| !c.is_alphanumeric() && *c != '_').collect();
    let words: Vec<_> =
        code.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty()).collect();
    let count = |word: &str| words.iter().filter(|each| **each == word).count();
    let is_known = |word: &&str| {
        let lower = word.to_ascii_lowercase();
        *word == tenant || WORDS.contains(&lower.as_str()) || word.parse::<u32>().is_ok()
    };
    count(tenant) == 1
        && count("current_setting") == 1
        && words.iter().all(is_known)
        && signs.iter().all(|sign| "()=:, \"".contains(*sign))
        && signs.iter().filter(|sign| **sign == '=').count() == 1
}

#[cfg(test)]
mod tests {
    use super::equals_setting;

    #[test]
    fn comparison_with_the_setting_is_by_tenant() {
        for condition in [
            "(account_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint)",
            "(account_id = current_setting('app.tenant_id'::text))",
            "((current_setting('app.tenant_id'::text, true))::uuid = account_id)",
        ] {
            assert!(equals_setting(condition, "account_id"), "{condition}");
        }
    }

    #[test]
    fn condition_that_may_hold_for_another_tenant_is_not_by_tenant() {
        for condition in [
            "true",
            "(account_id = account_id)",
            "(account_id = 1)",
            "((account_id = (current_setting('a.b'::text))::bigint) OR true)",
            "(account_id = COALESCE((current_setting('a.b'::text, true))::bigint, account_id))",
            "(account_id <> (current_setting('a.b'::text))::bigint)",
            "(account_id >= (current_setting('a.b'::text))::bigint)",
            "(account_id = own_tenant(current_setting('a.b'::text)))",
            "(project_id = (current_setting('a.b'::text))::bigint)",
            "(NOT (account_id = (current_setting('a.b'::text))::bigint))",
            "((account_id + 1) = (current_setting('a.b'::text))::bigint)",
        ] {
            assert!(!equals_setting(condition, "account_id"), "{condition}");
        }
    }
}
