//! Statements that a program writes itself, and those that are no query.

use super::shape::{Shape, exact, texts};
use crate::ENGINES;
use sea_orm_multitenant_sql::Engine::{MySql, Postgres, Sqlite};

pub(super) fn shapes() -> Vec<Shape> {
    let mut shapes = texts(
        &ENGINES,
        &[
            (
                "a report",
                "SELECT p.name, COUNT(t.id) AS tasks, SUM(t.points) AS points FROM project AS p LEFT JOIN task AS t ON t.project_id = p.id WHERE p.created_at >= ? GROUP BY p.id, p.name HAVING COUNT(t.id) > ? ORDER BY points DESC LIMIT 10",
            ),
            ("quoted names", "SELECT \"p\".\"name\" FROM \"project\" AS \"p\" WHERE \"p\".\"id\" = ?"),
            ("a name like a keyword", "SELECT t.id AS \"select\" FROM task AS t ORDER BY \"select\""),
            ("lower-case keywords", "select id from project where name = ? order by id limit 1"),
            ("two statements", "SELECT id FROM project; SELECT id FROM task"),
            ("nothing", ""),
            ("no SQL", "find the projects"),
            ("a table to create", "CREATE TABLE mine (id INT)"),
            ("a table to change", "ALTER TABLE project ADD COLUMN mine INT"),
            ("a table to drop", "DROP TABLE project"),
            ("a table to empty", "TRUNCATE TABLE project"),
            ("an index", "CREATE INDEX mine ON project (name)"),
            ("a view", "CREATE VIEW mine AS SELECT * FROM project"),
            ("a transaction", "BEGIN"),
            ("its end", "COMMIT"),
            ("a savepoint", "SAVEPOINT a"),
            ("an explanation", "EXPLAIN SELECT id FROM project"),
            ("a named value", "SELECT id FROM project WHERE name = :name"),
        ],
    );
    shapes.extend([
        exact(Postgres, "a value used twice", "SELECT id FROM project WHERE name = $1 OR note = $1"),
        exact(Postgres, "values out of order", "SELECT id FROM project WHERE name = $2 AND note = $1"),
        exact(Postgres, "a value that is left out", "SELECT id FROM project WHERE name = $2"),
        exact(Sqlite, "numbered values", "SELECT id FROM project WHERE name = ?2 OR note = ?1 OR note = ?2"),
        exact(
            Postgres,
            "a merge",
            "MERGE INTO tag USING project AS p ON p.id = tag.id WHEN MATCHED THEN UPDATE SET name = p.name",
        ),
        exact(Postgres, "a setting", "SET search_path = other"),
        exact(Postgres, "a copy", "COPY project TO STDOUT"),
        exact(Postgres, "a lock", "LOCK TABLE project"),
        exact(Postgres, "a message to listeners", "NOTIFY changed"),
        exact(Postgres, "a block", "DO 'BEGIN END'"),
        exact(
            Postgres,
            "an explanation of a run",
            "EXPLAIN (ANALYZE, FORMAT JSON) SELECT id FROM project WHERE id = $1",
        ),
        exact(MySql, "tables to show", "SHOW TABLES"),
        exact(MySql, "a table to describe", "DESCRIBE project"),
        exact(MySql, "a call", "CALL refresh()"),
        exact(MySql, "a hint in a comment", "SELECT /*+ NO_INDEX_MERGE(project) */ id FROM project"),
        exact(MySql, "a versioned comment", "SELECT id FROM project /*!50000 WHERE 1 = 1 */"),
        exact(MySql, "double quotes", "SELECT id FROM project WHERE name = \"a\""),
        exact(MySql, "a backslash", r"SELECT id FROM project WHERE name = 'a\'b'"),
        exact(Sqlite, "a pragma", "PRAGMA table_info(project)"),
        exact(Sqlite, "a database to attach", "ATTACH 'other.db' AS other"),
        exact(Sqlite, "brackets", "SELECT [id] FROM [project] WHERE [name] = ?"),
    ]);
    shapes
}
