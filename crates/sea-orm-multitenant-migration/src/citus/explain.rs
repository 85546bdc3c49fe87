//! How many shards a statement reaches.

use crate::citus::{named::named, presence::citus_version};
use sea_orm_migration::{
    DbErr,
    sea_orm::{ConnectionTrait, DbBackend, Statement},
};
use std::fmt;

/// How Citus executes a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// On one shard: one round trip to one node.
    Router,
    /// On several shards in parallel.
    FanOut {
        /// The number of tasks for the nodes.
        tasks: u32,
    },
    /// In parts whose intermediate rows the coordinator keeps: the tasks of each part.
    PullPush {
        /// The number of tasks of each part, in the order of the plan.
        tasks: Vec<u32>,
    },
    /// On no shard: its conditions contradict each other, for example when a scope reads another tenant's row by its
    /// key.
    NoShard,
    /// It reads no Citus table, or the database has no Citus.
    Local,
}

impl Verdict {
    /// Whether it reaches at most one shard.
    pub fn is_single_shard(&self) -> bool {
        match self {
            Self::Router | Self::NoShard => true,
            Self::FanOut { tasks: _ } | Self::PullPush { tasks: _ } | Self::Local => false,
        }
    }

    /// Reads a plan in YAML. Line ends within its strings are escaped, so no value can look like a line of the plan.
    fn of_plan(plan: &str) -> Self {
        let mut tasks = Vec::new();
        let (mut nodes, mut pulled) = (0, false);
        for line in plan.lines().map(|line| line.trim_start_matches([' ', '-'])) {
            if let Some(count) = line.strip_prefix("Task Count: ") {
                // An unreadable count is taken for many, never for one.
                tasks.push(count.trim().parse().unwrap_or(u32::MAX));
            } else if line.starts_with(r#"Custom Plan Provider: "Citus "#) {
                nodes += 1;
            } else if line.starts_with("Subplans:") || line.contains(r#" method: ""#) {
                pulled = true;
            }
        }
        match (tasks.as_slice(), pulled) {
            ([], false) if nodes == 0 => Self::Local,
            ([0], false) => Self::NoShard,
            ([1], false) => Self::Router,
            ([many], false) => Self::FanOut { tasks: *many },
            _ => Self::PullPush { tasks },
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Router => f.write_str("router: one shard"),
            Self::FanOut { tasks } => write!(f, "fan-out: {tasks} shards"),
            Self::PullPush { tasks } => {
                let tasks: Vec<_> = tasks.iter().map(ToString::to_string).collect();
                write!(f, "pull-push: tasks {}", tasks.join(" + "))
            }
            Self::NoShard => f.write_str("no shard: no row can match"),
            Self::Local => f.write_str("local: no Citus table"),
        }
    }
}

/// Asks Citus how it would execute a statement, without executing it.
///
/// The statement is sent unchanged: for a scope's statement pass what
/// [`TenantScope::rewrite`](sea_orm_multitenant::TenantScope::rewrite) returns, and a connection instead of the scope,
/// which refuses this form of EXPLAIN. Without Citus nothing is sent, and the result is [`Verdict::Local`].
///
/// # Errors
/// A wrapped [`MigrationError::Citus`](crate::MigrationError::Citus) if Citus refuses the statement, or an error of
/// the engine.
///
/// ```
/// use sea_orm_migration::sea_orm::{Database, DbBackend, Statement};
/// use sea_orm_multitenant_migration::citus::{Verdict, explain};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let db = Database::connect("sqlite::memory:").await?;
/// let verdict = explain(&db, Statement::from_string(DbBackend::Sqlite, "SELECT 1")).await?;
/// assert_eq!(verdict, Verdict::Local);
/// assert!(!verdict.is_single_shard());
/// # Ok(())
/// # }
/// ```
pub async fn explain(connection: &impl ConnectionTrait, statement: Statement) -> Result<Verdict, DbErr> {
    if citus_version(connection).await?.is_none() {
        return Ok(Verdict::Local);
    }
    let explain = |sql: &str| format!("EXPLAIN (FORMAT YAML, COSTS OFF) {sql}");
    let bound = Statement { sql: explain(&statement.sql), ..statement.clone() };
    let rows = match connection.query_all_raw(bound).await {
        // Citus executes INSERT … SELECT with bound values, but explains it only with literals.
        Err(error) if error.to_string().contains("no value found for parameter") => {
            let text = Statement::from_string(DbBackend::Postgres, explain(&statement.to_string()));
            connection.query_all_raw(text).await
        }
        answered => answered,
    };
    let rows = rows.map_err(named)?;
    let lines = rows.iter().map(|row| row.try_get_by_index::<String>(0)).collect::<Result<Vec<_>, _>>()?;
    Ok(Verdict::of_plan(&lines.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::Verdict;

    /// The verdict on a plan with these lines.
    fn verdict(lines: &[&str]) -> Verdict {
        Verdict::of_plan(&lines.join("\n"))
    }

    #[test]
    fn one_task_is_a_router() {
        let plan = ["- Plan: ", r#"    Custom Plan Provider: "Citus Adaptive""#, "      Task Count: 1"];
        assert_eq!(verdict(&plan), Verdict::Router);
    }

    #[test]
    fn no_task_is_no_shard() {
        assert_eq!(verdict(&["Task Count: 0"]), Verdict::NoShard);
        assert!(Verdict::NoShard.is_single_shard());
        assert_eq!(verdict(&["Subplans:", "Task Count: 0"]), Verdict::PullPush { tasks: vec![0] });
    }

    #[test]
    fn several_tasks_are_a_fan_out() {
        let plan = [r#"- Custom Plan Provider: "Citus Adaptive""#, "  Task Count: 32"];
        assert_eq!(verdict(&plan), Verdict::FanOut { tasks: 32 });
        assert_eq!(verdict(&["Task Count: x"]), Verdict::FanOut { tasks: u32::MAX });
    }

    #[test]
    fn one_task_after_a_subplan_is_not_a_router() {
        let plan = ["Subplans: ", "  - Task Count: 32", "Job: ", "  Task Count: 1"];
        assert_eq!(verdict(&plan), Verdict::PullPush { tasks: vec![32, 1] });
        assert_eq!(verdict(&["Subplans: ", "Task Count: 1"]), Verdict::PullPush { tasks: vec![1] });
    }

    #[test]
    fn rows_through_the_coordinator_are_not_a_router() {
        let plan = [
            r#"Custom Plan Provider: "Citus INSERT ... SELECT""#,
            r#"INSERT/SELECT method: "pull to coordinator""#,
            "Task Count: 1",
        ];
        assert_eq!(verdict(&plan), Verdict::PullPush { tasks: vec![1] });
        assert_eq!(verdict(&plan[..1]), Verdict::PullPush { tasks: vec![] });
    }

    #[test]
    fn plan_without_citus_is_local() {
        assert_eq!(verdict(&["- Plan: ", r#"    Node Type: "Seq Scan""#]), Verdict::Local);
    }

    #[test]
    fn value_is_not_read_as_a_plan_line() {
        let plan = [
            r#"Custom Plan Provider: "Citus Adaptive""#,
            "Task Count: 8",
            r#"Filter: "x = '\nTask Count: 1'""#,
        ];
        assert_eq!(verdict(&plan), Verdict::FanOut { tasks: 8 });
    }
}
