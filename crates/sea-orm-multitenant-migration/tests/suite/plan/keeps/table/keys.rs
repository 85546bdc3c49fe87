//! Attributes of keys and indexes.

use super::{End, Row, cell, kept, refused, row};

pub(super) fn rows() -> Vec<Row> {
    vec![
        row(
            "the columns of primary keys, unique keys and indexes",
            [
                cell(
                    KEYS,
                    PG_INDEXES,
                    End::Changed(
                        "changed: the tenant column comes first",
                        &[
                            "INDEX (account_id, title)",
                            "UNIQUE INDEX (account_id, id)",
                            "UNIQUE INDEX (account_id, title)",
                        ],
                    ),
                ),
                cell(
                    KEYS,
                    MARIADB_INDEXES,
                    End::Changed(
                        "changed: the tenant column comes first",
                        &["0account_id,id", "0account_id,title", "1account_id,title"],
                    ),
                ),
                cell(
                    KEYS,
                    "SELECT (SELECT group_concat(name, ',') FROM pragma_index_info(l.name)) FROM pragma_index_list('task') l ORDER BY 1",
                    End::Changed(
                        "changed: the tenant column comes first; a key of a column becomes one of the table, with ON CONFLICT, order and name. \
                         `INTEGER PRIMARY KEY` is kept, with an additional unique key with the tenant column",
                        &["account_id,id", "account_id,title", "account_id,title"],
                    ),
                ),
            ],
        ),
        row(
            "indexes: order, collation, operator class, expression, predicate, INCLUDE, parameters",
            [
                kept(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, title text, due date)",
                        "CREATE INDEX by_due ON task (due DESC NULLS LAST, lower(title) COLLATE \"C\" text_pattern_ops) INCLUDE (title) \
                         WITH (fillfactor = 60) WHERE title <> ''",
                        "COMMENT ON INDEX by_due IS 'due'",
                    ],
                    "SELECT replace(replace(substr(pg_get_indexdef(indexrelid), strpos(pg_get_indexdef(indexrelid), '(')), 'account_id, ', ''), \
                     'x', '') || obj_description(indexrelid) FROM pg_index WHERE indrelid = 'task'::regclass AND NOT indisunique",
                ),
                kept(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, title varchar(40), body text)",
                        "CREATE INDEX by_body ON task (title DESC, body(9)) COMMENT 'due'",
                    ],
                    "SELECT CAST(CONCAT_WS('|', column_name, collation, sub_part, index_comment) AS CHAR) FROM information_schema.statistics \
                     WHERE table_schema = DATABASE() AND table_name = 'task' AND non_unique = 1 AND column_name <> 'account_id' \
                     ORDER BY seq_in_index",
                ),
                cell(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, title TEXT)",
                        "CREATE INDEX by_title ON task (title COLLATE NOCASE DESC, lower(title)) WHERE title <> 'a,(b'",
                    ],
                    "SELECT replace(sql, '\"account_id\", ', '') FROM sqlite_master WHERE name = 'by_title'",
                    End::Kept("kept as they are written, with the tenant column first"),
                ),
            ],
        ),
        row(
            "unique keys: DEFERRABLE, NULLS NOT DISTINCT, INCLUDE",
            [
                kept(
                    &["CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, a int, b int, \
                         UNIQUE NULLS NOT DISTINCT (a) INCLUDE (b), UNIQUE (b) DEFERRABLE INITIALLY DEFERRED)"],
                    "SELECT replace(pg_get_constraintdef(oid), 'account_id, ', '') FROM pg_constraint \
                     WHERE conrelid = 'task'::regclass AND contype = 'u' ORDER BY 1",
                ),
                None,
                None,
            ],
        ),
        row(
            "names of unique keys and indexes",
            [
                cell(
                    KEYS,
                    "SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = 'task'::regclass AND NOT indisprimary ORDER BY 1",
                    {
                        End::Changed(
                            "changed",
                            &["\"idx-task-account_id-by_title\"", "\"idx-task-account_id-task_title_key\""],
                        )
                    },
                ),
                cell(
                    KEYS,
                    "SELECT DISTINCT CAST(index_name AS CHAR) FROM information_schema.statistics WHERE table_schema = DATABASE() \
                     AND table_name = 'task' AND index_name <> 'PRIMARY' ORDER BY 1",
                    End::Changed("changed", &["idx-task-account_id-by_title", "idx-task-account_id-title"]),
                ),
                kept(KEYS, "SELECT name FROM pragma_index_list('task') WHERE origin = 'c'"),
            ],
        ),
        row(
            "names and comments of primary keys",
            [
                kept(
                    &[
                        "CREATE TABLE task (id bigint CONSTRAINT \"The key\" PRIMARY KEY, account_id bigint NOT NULL)",
                        "COMMENT ON CONSTRAINT \"The key\" ON task IS 'a key'",
                    ],
                    "SELECT conname || obj_description(oid) FROM pg_constraint WHERE conrelid = 'task'::regclass AND contype = 'p'",
                ),
                None,
                kept(
                    &[
                        "CREATE TABLE task (id bigint CONSTRAINT \"The key\" PRIMARY KEY, account_id bigint NOT NULL)",
                    ],
                    "SELECT (instr(sql, 'CONSTRAINT \"The key\" PRIMARY KEY') > 0) || '' FROM sqlite_master WHERE name = 'task'",
                ),
            ],
        ),
        row(
            "CLUSTER, REPLICA IDENTITY USING INDEX",
            [
                kept(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, title text NOT NULL UNIQUE)",
                        "ALTER TABLE task CLUSTER ON task_title_key",
                        "ALTER TABLE task REPLICA IDENTITY USING INDEX task_title_key",
                    ],
                    "SELECT indisclustered::text || indisreplident::text FROM pg_index WHERE indrelid = 'task'::regclass AND NOT indisprimary",
                ),
                None,
                None,
            ],
        ),
        row(
            "unordered indexes: GIN, FULLTEXT",
            [
                kept(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, tags text[])",
                        "CREATE INDEX by_tags ON task USING gin (tags)",
                    ],
                    "SELECT pg_get_indexdef('by_tags'::regclass)",
                ),
                kept(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, title text, FULLTEXT by_title (title))",
                    ],
                    "SELECT CAST(CONCAT(index_name, index_type) AS CHAR) FROM information_schema.statistics \
                     WHERE table_schema = DATABASE() AND index_type = 'FULLTEXT'",
                ),
                None,
            ],
        ),
        row(
            "EXCLUDE without the tenant column",
            [
                refused(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, at tsrange, EXCLUDE USING gist (at WITH &&))",
                    ],
                    "EXCLUDE USING gist",
                ),
                None,
                None,
            ],
        ),
        row(
            "a view or a function that depends on a key through GROUP BY",
            [
                refused(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, title text)",
                        "CREATE VIEW seen AS SELECT id, title FROM task GROUP BY id",
                    ],
                    "depends on the key task_pkey",
                ),
                None,
                None,
            ],
        ),
        row(
            "a foreign key from a schema that the catalogue does not name",
            [
                refused(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL)",
                        "CREATE SCHEMA OTHER",
                        "CREATE TABLE OTHER.note (task_id bigint REFERENCES task)",
                    ],
                    "references it from a schema",
                ),
                None,
                None,
            ],
        ),
        row(
            "an index with a statistics target",
            [
                refused(
                    &[
                        "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, title text)",
                        "CREATE INDEX by_title ON task (lower(title))",
                        "ALTER INDEX by_title ALTER COLUMN 1 SET STATISTICS 50",
                    ],
                    "statistics target",
                ),
                None,
                None,
            ],
        ),
    ]
}

const KEYS: &[&str] = &[
    "CREATE TABLE task (id bigint PRIMARY KEY, account_id bigint NOT NULL, title varchar(40) UNIQUE)",
    "CREATE INDEX by_title ON task (title)",
];
const PG_INDEXES: &str = "SELECT regexp_replace(pg_get_indexdef(indexrelid), 'CREATE (.*INDEX) .* USING btree', '\\1') FROM pg_index \
                          WHERE indrelid = 'task'::regclass ORDER BY 1";
const MARIADB_INDEXES: &str = "SELECT CAST(CONCAT(non_unique, GROUP_CONCAT(column_name ORDER BY seq_in_index)) AS CHAR) \
                               FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'task' \
                               GROUP BY index_name, non_unique ORDER BY 1";
