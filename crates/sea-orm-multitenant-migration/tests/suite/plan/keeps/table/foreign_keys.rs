//! Attributes of foreign keys.

use super::{Cell, End, Row, cell, kept, refused, row};

/// The result of SET NULL once it is accepted.
fn accepted(make: &'static [&'static str], ask: &'static str, end: End) -> Option<Cell> {
    Some(Cell { make, ask, accepts: true, end })
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        row(
            "foreign keys: ON DELETE and ON UPDATE CASCADE, RESTRICT, NO ACTION",
            [
                kept(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, a bigint REFERENCES project ON DELETE CASCADE, \
                         b bigint REFERENCES project ON DELETE RESTRICT ON UPDATE CASCADE, c bigint REFERENCES project)",
                    ],
                    "SELECT concat_ws(' ', confdeltype, confupdtype) FROM pg_constraint WHERE conrelid = 'task'::regclass AND contype = 'f' ORDER BY 1",
                ),
                kept(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, a bigint, b bigint, c bigint, \
                         FOREIGN KEY (a) REFERENCES project (id) ON DELETE CASCADE, \
                         FOREIGN KEY (b) REFERENCES project (id) ON DELETE RESTRICT ON UPDATE CASCADE, \
                         FOREIGN KEY (c) REFERENCES project (id) ON DELETE NO ACTION)",
                    ],
                    "SELECT CAST(CONCAT_WS(' ', delete_rule, update_rule) AS CHAR) FROM information_schema.referential_constraints \
                     WHERE constraint_schema = DATABASE() ORDER BY 1",
                ),
                kept(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, a bigint REFERENCES project ON DELETE CASCADE, \
                         b bigint REFERENCES project ON DELETE RESTRICT ON UPDATE CASCADE, c bigint REFERENCES project)",
                    ],
                    SQLITE_ACTIONS,
                ),
            ],
        ),
        row(
            "foreign keys: DEFERRABLE, NOT VALID, comment",
            [
                kept(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, a bigint, b bigint)",
                        "ALTER TABLE task ADD CONSTRAINT to_a FOREIGN KEY (a) REFERENCES project DEFERRABLE INITIALLY DEFERRED",
                        "ALTER TABLE task ADD CONSTRAINT to_b FOREIGN KEY (b) REFERENCES project NOT VALID",
                        "COMMENT ON CONSTRAINT to_b ON task IS 'later'",
                    ],
                    "SELECT concat_ws(' ', condeferrable, condeferred, convalidated, obj_description(oid)) FROM pg_constraint \
                     WHERE conrelid = 'task'::regclass AND contype = 'f' ORDER BY 1",
                ),
                None,
                kept(
                    &["CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, \
                         a bigint REFERENCES project DEFERRABLE INITIALLY DEFERRED)"],
                    "SELECT (instr(sql, 'DEFERRABLE INITIALLY DEFERRED') > 0) || '' FROM sqlite_master WHERE name = 'task'",
                ),
            ],
        ),
        row(
            "the order in which foreign keys fire when their parent is deleted",
            [
                kept(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, a bigint REFERENCES project ON DELETE CASCADE, \
                         b bigint REFERENCES project)",
                        "INSERT INTO task VALUES (1, 1, 7, 7)",
                    ],
                    "SELECT string_agg(k.confdeltype::text, '' ORDER BY (SELECT min(t.tgname) FROM pg_trigger t WHERE t.tgconstraint = k.oid \
                     AND t.tgrelid = k.confrelid)) FROM pg_constraint k WHERE k.conrelid = 'task'::regclass AND k.contype = 'f'",
                ),
                None,
                kept(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, a bigint REFERENCES project ON DELETE CASCADE, \
                         b bigint REFERENCES project)",
                    ],
                    "SELECT (SELECT group_concat(on_delete, ',') FROM (SELECT on_delete FROM pragma_foreign_key_list('task') WHERE seq = 0 ORDER BY id))",
                ),
            ],
        ),
        row(
            "ON DELETE SET NULL of a key without the tenant column",
            [
                cell(
                    SET_NULL,
                    PG_FOREIGN_KEYS,
                    End::Changed(
                        "kept for the columns except the tenant column, from 15 on; before 15 and on Citus as on MariaDB",
                        &[
                            "FOREIGN KEY (account_id, project_id) REFERENCES project(account_id, id) ON DELETE SET NULL (project_id)",
                        ],
                    ),
                ),
                cell(
                    SET_NULL,
                    MARIADB_ACTIONS,
                    End::Refused(
                        "refused until `accept_no_action` accepts NO ACTION",
                        "SET NULL becomes NO ACTION",
                    ),
                ),
                cell(
                    &[
                        "DROP TABLE project",
                        "CREATE TABLE project (id INTEGER PRIMARY KEY, account_id bigint NOT NULL)",
                        "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, project_id bigint REFERENCES project (id) \
                         ON DELETE SET NULL)",
                    ],
                    SQLITE_ACTIONS,
                    End::Changed(
                        "kept, with an additional key with the tenant column and NO ACTION; refused where the parent's \
                         columns do not stay unique: \
                         `allow_across_tenants` lets them",
                        &["NO ACTION NO ACTION", "SET NULL NO ACTION"],
                    ),
                ),
            ],
        ),
        row(
            "the same, once accepted",
            [
                None,
                accepted(
                    SET_NULL,
                    MARIADB_ACTIONS,
                    End::Changed("changed to NO ACTION", &["NO ACTION RESTRICT"]),
                ),
                None,
            ],
        ),
        row(
            "ON UPDATE SET NULL of a key without the tenant column",
            [
                refused(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, project_id bigint REFERENCES project ON UPDATE SET NULL)",
                    ],
                    "when the parent's key is updated",
                ),
                refused(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, project_id bigint, \
                         FOREIGN KEY (project_id) REFERENCES project (id) ON UPDATE SET NULL)",
                    ],
                    "when the parent's key is updated",
                ),
                refused(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, project_id bigint REFERENCES project ON UPDATE SET NULL)",
                    ],
                    "allow_across_tenants",
                ),
            ],
        ),
        row(
            "MATCH FULL of one column, or of columns that are never NULL",
            [
                cell(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, project_id bigint REFERENCES project MATCH FULL)",
                    ],
                    PG_FOREIGN_KEYS,
                    End::Changed(
                        "changed to SIMPLE, which is equivalent here",
                        &["FOREIGN KEY (account_id, project_id) REFERENCES project(account_id, id)"],
                    ),
                ),
                None,
                None,
            ],
        ),
        row(
            "MATCH FULL of other columns",
            [
                refused(
                    &[
                        "ALTER TABLE project ADD COLUMN part bigint, ADD UNIQUE (id, part)",
                        "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, project_id bigint, part bigint, \
                         FOREIGN KEY (project_id, part) REFERENCES project (id, part) MATCH FULL)",
                    ],
                    "MATCH FULL",
                ),
                None,
                None,
            ],
        ),
        row(
            "a foreign key with disabled triggers",
            [
                refused(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, project_id bigint REFERENCES project)",
                        "ALTER TABLE task DISABLE TRIGGER ALL",
                    ],
                    "not enabled for all sessions",
                ),
                None,
                None,
            ],
        ),
        row(
            "a foreign key to a missing table, or to columns that are not unique",
            [
                None,
                None,
                refused(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, project_id bigint REFERENCES project, \
                         gone_id bigint REFERENCES gone (id))",
                    ],
                    "references a table that does not exist",
                ),
            ],
        ),
    ]
}

const SET_NULL: &[&str] =
    &["CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, project_id bigint, \
     FOREIGN KEY (project_id) REFERENCES project (id) ON DELETE SET NULL)"];
const PG_FOREIGN_KEYS: &str =
    "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'task'::regclass AND contype = 'f'";
const MARIADB_ACTIONS: &str = "SELECT CAST(CONCAT_WS(' ', delete_rule, update_rule) AS CHAR) FROM \
                               information_schema.referential_constraints WHERE constraint_schema = DATABASE() ORDER BY 1";
const SQLITE_ACTIONS: &str =
    "SELECT on_delete || ' ' || on_update FROM pragma_foreign_key_list('task') WHERE seq = 0 ORDER BY 1";
