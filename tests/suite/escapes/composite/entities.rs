//! Entities whose primary and foreign keys contain the tenant.

pub(crate) use super::super::shared::{account, country, employee};

use crate::harness::Backend;
use sea_orm::entity::prelude::*;

/// Projects, of which each may have an employee.
pub(crate) mod project {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "e_project")]
    #[tenant(column = "account_id")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub name: String,
        pub employee_id: Option<i64>,
        #[sea_orm(belongs_to, from = "account_id", to = "id")]
        pub account: BelongsTo<super::account::Entity>,
        #[sea_orm(belongs_to, from = "employee_id", to = "id")]
        pub employee: BelongsTo<Option<super::employee::Entity>>,
        #[sea_orm(has_many)]
        pub tasks: HasMany<super::task::Entity>,
        #[sea_orm(has_many, via = "project_manager")]
        pub managers: HasMany<super::manager::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Tasks of projects.
pub(crate) mod task {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "e_task")]
    #[tenant(column = "account_id")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub project_id: i64,
        pub name: String,
        #[sea_orm(belongs_to, from = "(account_id, project_id)", to = "(account_id, id)")]
        pub project: BelongsTo<super::project::Entity>,
        #[sea_orm(has_many)]
        pub notes: HasMany<super::note::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Parts of tasks.
pub(crate) mod subtask {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "e_subtask")]
    #[tenant(column = "account_id")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub task_id: i64,
        pub name: String,
        #[sea_orm(belongs_to, from = "(account_id, task_id)", to = "(account_id, id)")]
        pub task: BelongsTo<super::task::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Notes on tasks. The database has no foreign key for them: `task_id` is any number.
pub(crate) mod note {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "e_note")]
    #[tenant(column = "account_id")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub task_id: i64,
        pub text: String,
        #[sea_orm(belongs_to, from = "(account_id, task_id)", to = "(account_id, id)")]
        pub task: BelongsTo<super::task::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Boards.
pub(crate) mod board {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "e_board")]
    #[tenant(column = "account_id")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub name: String,
        #[sea_orm(has_many, via = "board_tag")]
        pub tags: HasMany<super::tag::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Tags of boards.
pub(crate) mod tag {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "e_tag")]
    #[tenant(column = "account_id")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub name: String,
        #[sea_orm(has_many, via = "board_tag")]
        pub boards: HasMany<super::board::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Which board has which tag.
pub(crate) mod board_tag {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "e_board_tag")]
    #[tenant(column = "account_id")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub board_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub tag_id: i64,
        #[sea_orm(belongs_to, from = "(account_id, board_id)", to = "(account_id, id)")]
        pub board: BelongsTo<super::board::Entity>,
        #[sea_orm(belongs_to, from = "(account_id, tag_id)", to = "(account_id, id)")]
        pub tag: BelongsTo<super::tag::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Managers of projects.
pub(crate) mod manager {
    use sea_orm::ActiveValue::Set;
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "e_manager")]
    #[tenant(column = "account_id")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub name: String,
        pub seen: i64,
        #[sea_orm(has_many, via = "project_manager")]
        pub projects: HasMany<super::project::Entity>,
    }

    /// A hook that reads: it counts the managers that it sees.
    #[async_trait::async_trait]
    impl ActiveModelBehavior for ActiveModel {
        async fn before_save<C: ConnectionTrait>(mut self, db: &C, _insert: bool) -> Result<Self, DbErr> {
            let seen = Entity::find().all(db).await?.len();
            self.seen = Set(i64::try_from(seen).expect("few managers"));
            Ok(self)
        }
    }
}

/// Who manages which project.
pub(crate) mod project_manager {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "e_project_manager")]
    #[tenant(column = "account_id")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub project_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub manager_id: i64,
        #[sea_orm(belongs_to, from = "(account_id, project_id)", to = "(account_id, id)")]
        pub project: BelongsTo<super::project::Entity>,
        #[sea_orm(belongs_to, from = "(account_id, manager_id)", to = "(account_id, id)")]
        pub manager: BelongsTo<super::manager::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// The projects once more, by an entity that says nothing of tenants: a scope knows the table by its name.
pub(crate) mod bare_project {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "e_project")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub name: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

impl Related<project::Entity> for employee::Entity {
    fn to() -> RelationDef {
        project::Relation::Employee.def().rev()
    }
}

impl Related<project::Entity> for account::Entity {
    fn to() -> RelationDef {
        project::Relation::Account.def().rev()
    }
}

/// What the style is called.
pub(crate) const STYLE: &str = "escapes-composite";

/// What the names of the tables begin with.
pub(crate) const PREFIX: &str = "e_";

/// Whether keys contain the tenant.
pub(crate) const IS_COMPOSITE: bool = true;

/// The value of a primary key.
pub(crate) type Key = (i64, i64);

/// Tenant 2's project, board and tag that have the id of one of tenant 1.
pub(crate) const B5: i64 = 5;

/// Tenant 2's task that has the id of one of tenant 1.
pub(crate) const B50: i64 = 50;

/// The primary key of a tenant's row.
pub(crate) fn key(tenant: i64, id: i64) -> Key {
    (tenant, id)
}

/// The statements that create the tables.
pub(crate) fn schema(_backend: Backend) -> Vec<String> {
    let table = |name: &str, columns: &str, parents: &[(&str, &str)]| {
        let keys: String = parents
            .iter()
            .map(|(column, parent)| {
                format!(
                    ", FOREIGN KEY (account_id, {column}) REFERENCES e_{parent} (account_id, id) ON DELETE CASCADE"
                )
            })
            .collect();
        format!(
            "CREATE TABLE e_{name} (
                account_id BIGINT NOT NULL,
                {columns},
                FOREIGN KEY (account_id) REFERENCES e_account (id){keys}
            )"
        )
    };
    let named = "id BIGINT NOT NULL, name VARCHAR(100) NOT NULL, PRIMARY KEY (account_id, id)";
    let project =
        "id BIGINT NOT NULL, name VARCHAR(100) NOT NULL, employee_id BIGINT, PRIMARY KEY (account_id, id)";
    let task = "id BIGINT NOT NULL, project_id BIGINT NOT NULL, name VARCHAR(100) NOT NULL, PRIMARY KEY (account_id, id)";
    let subtask = "id BIGINT NOT NULL, task_id BIGINT NOT NULL, name VARCHAR(100) NOT NULL, PRIMARY KEY (account_id, id)";
    let note = "id BIGINT NOT NULL, task_id BIGINT NOT NULL, text VARCHAR(100) NOT NULL, PRIMARY KEY (account_id, id)";
    let manager =
        "id BIGINT NOT NULL, name VARCHAR(100) NOT NULL, seen BIGINT NOT NULL, PRIMARY KEY (account_id, id)";
    let board_tag =
        "board_id BIGINT NOT NULL, tag_id BIGINT NOT NULL, PRIMARY KEY (account_id, board_id, tag_id)";
    let project_manager = "project_id BIGINT NOT NULL, manager_id BIGINT NOT NULL, PRIMARY KEY (account_id, project_id, manager_id)";
    vec![
        table("project", project, &[]),
        table("task", task, &[("project_id", "project")]),
        table("subtask", subtask, &[("task_id", "task")]),
        table("note", note, &[]),
        table("board", named, &[]),
        table("tag", named, &[]),
        table("board_tag", board_tag, &[("board_id", "board"), ("tag_id", "tag")]),
        table("manager", manager, &[]),
        table("project_manager", project_manager, &[("project_id", "project"), ("manager_id", "manager")]),
    ]
}
