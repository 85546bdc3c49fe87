//! Random schemas of MariaDB.

use super::{Case, Chance, Table};

const TASK: [&str; 8] = ["id", "project_id", "parent_id", "title", "n", "ratio", "updated_at", "seen"];

pub(super) fn draw(chance: &mut Chance) -> Case {
    let order = chance.pick(&["order", "Odd table", "entry"]).to_owned();
    let tenant = chance.pick(&[
        "account_id bigint NOT NULL, ",
        "account_id bigint DEFAULT 1 COMMENT 'whose, (it) is', ",
        "account_id bigint CHECK (account_id > 0), ",
    ]);
    let task_tenant =
        chance.pick(&["", "", "account_id bigint, ", "account_id bigint INVISIBLE DEFAULT 1, "]);
    let id = chance.pick(&["bigint NOT NULL", "bigint NOT NULL AUTO_INCREMENT"]);
    let tables = vec![
        Table { name: "project".into(), columns: vec!["id", "code", "level", "half"], has_tenant: true },
        Table { name: "task".into(), columns: TASK.to_vec(), has_tenant: !task_tenant.is_empty() },
        Table { name: order.clone(), columns: vec!["a", "b", "task_id"], has_tenant: false },
    ];
    let base = vec![
        "CREATE TABLE account (id bigint PRIMARY KEY, name text)".to_owned(),
        format!(
            "CREATE TABLE project (id {id}, {tenant}code varchar(40) NOT NULL, level int DEFAULT 7 CHECK (level > 0), \
             half int AS (level / 2) {}, PRIMARY KEY (id)) COMMENT 'it''s, (a) project' ROW_FORMAT={}",
            chance.pick(&["STORED", "VIRTUAL"]),
            chance.pick(&["DYNAMIC", "COMPRESSED"])
        ),
        format!(
            "CREATE TABLE task (id {id} PRIMARY KEY, {task_tenant}project_id bigint{}, parent_id bigint, title varchar(60) CHARACTER SET {}, n int, \
             ratio double DEFAULT 1.5, updated_at timestamp(3) NOT NULL DEFAULT '2001-01-01' ON UPDATE current_timestamp(3), \
             seen datetime NULL ON UPDATE current_timestamp)",
            chance.pick(&["", " NOT NULL"]),
            chance.pick(&["utf8mb4", "latin1 COLLATE latin1_bin"])
        ),
        format!(
            "CREATE TABLE `{order}` (a bigint, b bigint, task_id bigint NOT NULL, PRIMARY KEY (b{}, a), \
             FOREIGN KEY (task_id) REFERENCES task (id) ON DELETE CASCADE)",
            chance.pick(&["", " DESC"])
        ),
        "INSERT INTO account VALUES (1, 'a'), (2, 'b')".to_owned(),
        "INSERT INTO project (id, account_id, code, level) VALUES (7, 1, 'p7', 1), (8, 2, 'p8', 2), (9, 1, 'p9', 3)".to_owned(),
        "INSERT INTO task (id, project_id, parent_id, title, n, ratio) VALUES (70, 7, NULL, 't70', 1, 0.1), (71, 7, 70, 't71', 2, 0.2), \
         (72, 9, 71, 't72', 3, 0.3), (80, 8, NULL, 't80', 4, 0.4), (81, 8, 80, 't81', 5, 0.5)"
            .to_owned(),
        if task_tenant.is_empty() {
            "DO 0".to_owned()
        } else {
            "UPDATE task SET account_id = IF(id < 80, 1, 2), updated_at = updated_at WHERE id <> 71".to_owned()
        },
        format!("INSERT INTO `{order}` VALUES (1, 1, 70), (1, 2, 71), (2, 2, 80)"),
    ];
    let mut attributes = attributes(chance);
    // Without it no column gives the tenant of a task.
    let base = [base, vec![attributes.remove(0)]].concat();
    Case { tables, base, attributes, tried: tried(&order) }
}

fn attributes(chance: &mut Chance) -> Vec<String> {
    let mut all = Vec::new();
    for (name, column, parent) in
        [("to_project", "project_id", "project"), ("to_parent", "parent_id", "task")]
    {
        let delete = chance.pick(&["", " ON DELETE CASCADE", " ON DELETE NO ACTION"]);
        let update = if parent == "task" { "" } else { chance.pick(&["", " ON UPDATE CASCADE"]) };
        let sql = format!(
            "ALTER TABLE task ADD CONSTRAINT {name} FOREIGN KEY ({column}) REFERENCES {parent} (id){delete}{update}"
        );
        all.push(sql);
    }
    for at in 0..4 {
        let unique = chance.pick(&["", "UNIQUE "]);
        let columns =
            chance.pick(&["title", "title(2)", "title(3), n DESC", "n", "n, title", "n DESC", "ratio, n"]);
        let end = chance.pick(&["", "", " COMMENT 'it''s, (a) key'", " IGNORED"]);
        all.push(format!("CREATE {unique}INDEX key_{at} ON task ({columns}){end}"));
    }
    for sql in [
        "CREATE UNIQUE INDEX by_code ON project (code(2))",
        "CREATE INDEX by_tenant ON task (account_id, title)",
        "CREATE INDEX by_tenant ON project (account_id, code)",
        "CREATE UNIQUE INDEX codes ON project (code)",
        "CREATE FULLTEXT INDEX words ON task (title)",
        "CREATE TRIGGER made BEFORE INSERT ON task FOR EACH ROW SET NEW.n = COALESCE(NEW.n, 9)",
        "CREATE TRIGGER gone AFTER DELETE ON project FOR EACH ROW SET @gone = OLD.id",
        "ALTER TABLE task ADD CONSTRAINT not_666 CHECK (n <> 666)",
        "CREATE VIEW titles AS SELECT title, count(*) AS n FROM task GROUP BY title",
        "ALTER TABLE project ADD COLUMN hidden int INVISIBLE DEFAULT 3",
    ] {
        if chance.one_in(4) {
            all.push(sql.to_owned());
        }
    }
    // Attributes that are refused.
    if chance.one_in(15) {
        all.push("CREATE TRIGGER touched BEFORE UPDATE ON task FOR EACH ROW SET NEW.n = NEW.n".to_owned());
    }
    all
}

fn tried(order: &str) -> Vec<String> {
    let mut tried: Vec<String> = [
        "DELETE FROM project WHERE id = 7",
        "DELETE FROM project WHERE id = 9",
        "DELETE FROM task WHERE id = 72",
        "UPDATE project SET id = 77 WHERE id = 7",
        "UPDATE task SET title = 't70', updated_at = updated_at, seen = seen WHERE id = 71",
        "UPDATE task SET n = 1, updated_at = updated_at, seen = seen WHERE id = 71",
        "UPDATE task SET n = 666, updated_at = updated_at, seen = seen WHERE id = 71",
        "UPDATE task SET ratio = 0.1, n = 1, updated_at = updated_at, seen = seen WHERE id = 71",
        "UPDATE task SET project_id = 999, updated_at = updated_at, seen = seen WHERE id = 70",
        "UPDATE project SET code = 'p9' WHERE id = 7",
        "UPDATE project SET level = 0 WHERE id = 7",
        "INSERT INTO `project` (/*C*/id, code) VALUES (/*V*/7, 'new')",
        "INSERT INTO `project` (/*C*/id, code) VALUES (/*V*/100, 'p7')",
        "INSERT INTO `task` (/*C*/id, project_id, title) VALUES (/*V*/100, 7, 't70')",
        "INSERT INTO `task` (/*C*/id, project_id, title) VALUES (/*V*/100, 999, 'new')",
        "INSERT IGNORE INTO `task` (/*C*/id, project_id, title, n) VALUES (/*V*/100, 7, 'new', 1000)",
    ]
    .map(ToOwned::to_owned)
    .into();
    tried.push(format!("INSERT INTO `{order}` (/*C*/a, b, task_id) VALUES (/*V*/1, 1, 70)"));
    tried.push(format!("UPDATE `{order}` SET b = 1"));
    tried
}
