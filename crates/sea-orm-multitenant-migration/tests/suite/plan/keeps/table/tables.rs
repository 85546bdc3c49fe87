//! Attributes of tables, columns and rows, and of objects on them.

use super::{End, Row, cell, kept, refused, row};

pub(super) fn rows() -> Vec<Row> {
    vec![
        row(
            "rows, and columns that change implicitly",
            [
                kept(
                    &[TASK, "INSERT INTO task VALUES (1, 7, 'a'), (2, 8, NULL)"],
                    "SELECT concat_ws('|', id, project_id, title) FROM task ORDER BY id",
                ),
                kept(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, project_id bigint NOT NULL, \
                         at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, \
                         FOREIGN KEY (project_id) REFERENCES project (id))",
                        "INSERT INTO task VALUES (1, 7, '2001-02-03 04:05:06')",
                    ],
                    "SELECT CAST(at AS CHAR) FROM task",
                ),
                kept(
                    &[
                        TASK,
                        "INSERT INTO task VALUES (1, 7, 0x10), (2, 8, 'a'), (3, 8, 'b')",
                        "DELETE FROM task WHERE id = 2",
                    ],
                    "SELECT rowid || quote(id) || quote(title) FROM task ORDER BY rowid",
                ),
            ],
        ),
        row(
            "counters of generated ids",
            [
                kept(
                    &[
                        "CREATE TABLE task (id bigserial PRIMARY KEY, account_id bigint NOT NULL)",
                        "SELECT setval('task_id_seq', 41)",
                    ],
                    "SELECT last_value::text || pg_get_serial_sequence('task', 'id') FROM task_id_seq",
                ),
                kept(
                    &[
                        "CREATE TABLE task (id bigint AUTO_INCREMENT PRIMARY KEY, account_id bigint NOT NULL)",
                        "ALTER TABLE task AUTO_INCREMENT = 42",
                    ],
                    "SELECT CAST(auto_increment AS CHAR) FROM information_schema.tables \
                     WHERE table_schema = DATABASE() AND table_name = 'task'",
                ),
                kept(
                    &[
                        "CREATE TABLE task (id INTEGER PRIMARY KEY AUTOINCREMENT, account_id bigint)",
                        "INSERT INTO task VALUES (41, 1)",
                        "DELETE FROM task",
                        "INSERT INTO task (id, account_id) VALUES (5, 1)",
                    ],
                    "SELECT seq || '' FROM sqlite_sequence WHERE name = 'task'",
                ),
            ],
        ),
        row(
            "triggers on UPDATE, where the tenant column is filled",
            [
                cell(
                    &[
                        TASK,
                        "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS \
                         'BEGIN NEW.title = ''touched''; RETURN NEW; END'",
                        "CREATE TRIGGER touch BEFORE UPDATE ON task FOR EACH ROW EXECUTE FUNCTION touch()",
                        "INSERT INTO task VALUES (1, 7, 'a')",
                    ],
                    "SELECT title FROM task UNION ALL SELECT pg_get_triggerdef(oid) || tgenabled::text FROM pg_trigger \
                     WHERE tgname = 'touch' AND tgrelid = 'task'::regclass",
                    End::Kept("kept, and off while it is filled, in the same transaction as each batch"),
                ),
                cell(
                    &[
                        TASK,
                        "CREATE TRIGGER touch BEFORE UPDATE ON task FOR EACH ROW SET NEW.title = 'touched'",
                    ],
                    "SELECT CAST(action_statement AS CHAR) FROM information_schema.triggers \
                     WHERE trigger_schema = DATABASE()",
                    End::Refused(
                        "refused: drop the trigger, and recreate it afterwards",
                        "the trigger `touch`",
                    ),
                ),
                cell(
                    &[
                        TASK,
                        "CREATE TRIGGER touch AFTER UPDATE ON task BEGIN UPDATE task SET title = 'touched' WHERE id = NEW.id; END",
                        "INSERT INTO task VALUES (1, 7, 'a')",
                    ],
                    "SELECT title FROM task UNION ALL SELECT sql FROM sqlite_master WHERE type = 'trigger'",
                    End::Kept("kept as it is written, and not there while tables are made again"),
                ),
            ],
        ),
        row(
            "rules",
            [
                kept(
                    &[
                        TASK,
                        "CREATE TABLE log (id bigint)",
                        "CREATE RULE noted AS ON UPDATE TO task DO ALSO INSERT INTO log VALUES (NEW.id)",
                        "INSERT INTO task VALUES (1, 7, 'a')",
                    ],
                    "SELECT pg_get_ruledef(oid) || (SELECT count(*) FROM log) FROM pg_rewrite WHERE rulename = 'noted' \
                     AND ev_class = 'task'::regclass",
                ),
                None,
                None,
            ],
        ),
        row(
            "triggers on INSERT and DELETE",
            [
                kept(
                    &[
                        TASK,
                        "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
                        "CREATE TRIGGER keep BEFORE DELETE ON task FOR EACH ROW EXECUTE FUNCTION keep()",
                        "ALTER TABLE task ENABLE ALWAYS TRIGGER keep",
                    ],
                    "SELECT pg_get_triggerdef(oid) || tgenabled::text FROM pg_trigger WHERE tgname = 'keep' AND tgrelid = 'task'::regclass",
                ),
                kept(
                    &[TASK, "CREATE TRIGGER keep BEFORE INSERT ON task FOR EACH ROW SET NEW.title = 'new'"],
                    "SELECT CAST(action_statement AS CHAR) FROM information_schema.triggers WHERE trigger_schema = DATABASE()",
                ),
                kept(
                    &[
                        TASK,
                        "CREATE VIEW seen AS SELECT id FROM task",
                        "CREATE TRIGGER keep INSTEAD OF DELETE ON seen BEGIN DELETE FROM task WHERE id = OLD.id; END",
                    ],
                    "SELECT sql FROM sqlite_master WHERE type = 'trigger'",
                ),
            ],
        ),
        row(
            "views",
            [
                kept(&[TASK, VIEW], "SELECT pg_get_viewdef('seen'::regclass)"),
                kept(
                    &[TASK, VIEW],
                    "SELECT CAST(view_definition AS CHAR) FROM information_schema.views WHERE table_schema = DATABASE()",
                ),
                kept(&[TASK, VIEW], "SELECT sql FROM sqlite_master WHERE type = 'view'"),
            ],
        ),
        row(
            "CHECK, DEFAULT, collation, computed columns",
            [
                kept(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, a text COLLATE \"C\" DEFAULT 'it''s' \
                         CHECK (a <> ''), b text GENERATED ALWAYS AS (a || 'x') STORED)",
                    ],
                    "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'task'::regclass AND contype = 'c' \
                     UNION ALL SELECT concat_ws('|', attname, attcollation, attgenerated, pg_get_expr(d.adbin, d.adrelid)) \
                     FROM pg_attribute LEFT JOIN pg_attrdef d ON adrelid = attrelid AND adnum = attnum \
                     WHERE attrelid = 'task'::regclass AND attname IN ('a', 'b')",
                ),
                kept(
                    &["CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, \
                         a varchar(9) COLLATE utf8mb4_bin DEFAULT 'it''s' CHECK (a <> ''), b varchar(10) AS (concat(a, 'x')) STORED)"],
                    "SELECT CAST(CONCAT_WS('|', column_default, collation_name, generation_expression) AS CHAR) \
                     FROM information_schema.columns WHERE table_schema = DATABASE() AND column_name IN ('a', 'b') \
                     UNION ALL SELECT CAST(check_clause AS CHAR) FROM information_schema.check_constraints \
                     WHERE constraint_schema = DATABASE()",
                ),
                cell(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, a TEXT COLLATE NOCASE DEFAULT 0x10 NOT NULL \
                         ON CONFLICT IGNORE CHECK (a <> 0xFF) /* why */, b AS (a || 'x')) WITHOUT ROWID",
                    ],
                    "SELECT substr(sql, instr(sql, 'a TEXT'), instr(sql, '''x'')') + 4 - instr(sql, 'a TEXT')) || substr(sql, instr(sql, 'WITHOUT')) \
                     FROM sqlite_master WHERE name = 'task'",
                    End::Kept(
                        "kept as written, with STRICT, WITHOUT ROWID and comments; a text that cannot be parsed reliably \
                         is refused",
                    ),
                ),
            ],
        ),
        row(
            "COMMENT",
            [
                kept(
                    &[
                        TASK,
                        "COMMENT ON TABLE task IS 'tasks'",
                        "COMMENT ON COLUMN task.title IS 'its name'",
                        "COMMENT ON CONSTRAINT task_pkey ON task IS 'the key'",
                    ],
                    "SELECT obj_description('task'::regclass, 'pg_class') || col_description('task'::regclass, 3) \
                     || obj_description((SELECT oid FROM pg_constraint WHERE conname = 'task_pkey' AND conrelid = 'task'::regclass), 'pg_constraint')",
                ),
                kept(
                    &[TASK, "ALTER TABLE task COMMENT 'tasks', MODIFY title varchar(40) COMMENT 'its name'"],
                    "SELECT CAST(CONCAT(t.table_comment, c.column_comment) AS CHAR) FROM information_schema.tables t \
                     JOIN information_schema.columns c USING (table_schema, table_name) \
                     WHERE t.table_schema = DATABASE() AND table_name = 'task' AND c.column_name = 'title'",
                ),
                None,
            ],
        ),
        row(
            "grants, policies, statistics objects",
            [
                kept(
                    &[
                        TASK,
                        "GRANT SELECT (title) ON task TO PUBLIC",
                        "GRANT INSERT ON task TO PUBLIC",
                        "CREATE POLICY own ON task USING (title <> '')",
                        "CREATE STATISTICS pair ON project_id, title FROM task",
                    ],
                    "SELECT relacl::text FROM pg_class WHERE oid = 'task'::regclass UNION ALL SELECT attacl::text FROM pg_attribute \
                     WHERE attrelid = 'task'::regclass AND attacl IS NOT NULL UNION ALL SELECT pg_get_expr(polqual, polrelid) FROM pg_policy \
                     WHERE polrelid = 'task'::regclass UNION ALL SELECT pg_get_statisticsobjdef_columns(oid) FROM pg_statistic_ext \
                     WHERE stxrelid = 'task'::regclass",
                ),
                None,
                None,
            ],
        ),
        row(
            "a tenant column's DEFAULT, COMMENT, CHECK",
            [
                kept(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint DEFAULT 1 CHECK (account_id > 0))",
                        "COMMENT ON COLUMN task.account_id IS 'whose'",
                    ],
                    "SELECT pg_get_expr(adbin, adrelid) || col_description(adrelid, 2) || (SELECT pg_get_constraintdef(oid) FROM pg_constraint \
                     WHERE conrelid = adrelid AND contype = 'c') FROM pg_attrdef WHERE adrelid = 'task'::regclass",
                ),
                kept(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NULL DEFAULT 1 COMMENT 'whose' CHECK (account_id > 0))",
                    ],
                    "SELECT CAST(CONCAT(column_default, column_comment, (SELECT check_clause FROM information_schema.check_constraints \
                     WHERE constraint_schema = DATABASE())) AS CHAR) FROM information_schema.columns \
                     WHERE table_schema = DATABASE() AND table_name = 'task' AND column_name = 'account_id'",
                ),
                kept(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint DEFAULT 1 CHECK (account_id > 0))",
                    ],
                    "SELECT dflt_value || (SELECT instr(sql, 'CHECK (account_id > 0)') > 0 FROM sqlite_master WHERE name = 'task') \
                     FROM pragma_table_info('task') WHERE name = 'account_id'",
                ),
            ],
        ),
        row(
            "a tenant column that is computed and may be NULL",
            [
                refused(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, n bigint, account_id bigint GENERATED ALWAYS AS (n + 0) STORED)",
                    ],
                    "computed",
                ),
                refused(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, n bigint, account_id bigint AS (n + 0) STORED)",
                    ],
                    "computed",
                ),
                refused(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, n bigint, account_id bigint AS (n + 0) STORED)",
                    ],
                    "computed",
                ),
            ],
        ),
        row(
            "a tenant column in another case than declared",
            [
                None,
                None,
                refused(&["CREATE TABLE task (id bigint PRIMARY KEY, Account_ID bigint)"], "`Account_ID`"),
            ],
        ),
        row(
            "a system-versioned table",
            [
                None,
                refused(
                    &["CREATE TABLE task (id bigint PRIMARY KEY, project_id bigint NOT NULL, \
                         FOREIGN KEY (project_id) REFERENCES project (id)) WITH SYSTEM VERSIONING"],
                    "keeps old versions",
                ),
                None,
            ],
        ),
        row(
            "partitions",
            [
                refused(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL) PARTITION BY RANGE (id)",
                        "CREATE TABLE task_1 PARTITION OF task DEFAULT",
                    ],
                    "partitioned",
                ),
                kept(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL) PARTITION BY HASH (id) PARTITIONS 3",
                    ],
                    "SELECT CAST(CONCAT(partition_name, partition_expression) AS CHAR) FROM information_schema.partitions \
                     WHERE table_schema = DATABASE() AND table_name = 'task' ORDER BY 1",
                ),
                None,
            ],
        ),
        row(
            "inheritance",
            [
                refused(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL)",
                        "CREATE TABLE log () INHERITS (task)",
                    ],
                    "inherit",
                ),
                None,
                None,
            ],
        ),
        row(
            "temporary triggers and views",
            [None, None, refused(&[TASK, "CREATE TEMP VIEW seen AS SELECT id FROM main.task"], "temporary")],
        ),
        row(
            "statistics of ANALYZE",
            [
                None,
                None,
                cell(
                    &[
                        TASK,
                        "CREATE INDEX by_title ON task (title)",
                        "INSERT INTO task VALUES (1, 7, 'a'), (2, 7, 'b')",
                        "ANALYZE",
                    ],
                    "SELECT stat FROM sqlite_stat1 WHERE idx = 'by_title'",
                    End::Changed("made again", &["2 2 1"]),
                ),
            ],
        ),
    ]
}

const TASK: &str = "CREATE TABLE task (id bigint PRIMARY KEY, project_id bigint NOT NULL, title varchar(40), \
                    FOREIGN KEY (project_id) REFERENCES project (id))";
const VIEW: &str = "CREATE VIEW seen AS SELECT id, title FROM task WHERE title <> ''";
