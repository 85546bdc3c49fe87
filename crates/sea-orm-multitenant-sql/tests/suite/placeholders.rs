use super::{ENGINES, assert_refused, scope};
use sea_orm_multitenant_sql::{
    Argument::{Tenant, Value},
    Engine::{MySql, Postgres, Sqlite},
    TenantType::{BigInt, Int, Text},
};

#[test]
fn postgres_appends_the_tenant_and_reuses_its_number() {
    let scoped = scope(
        Postgres,
        r#"SELECT x FROM p WHERE id = $2 AND x IN (SELECT x FROM q WHERE id = $1 OR id = $2)"#,
    )
    .expect("scoped");
    assert_eq!(
        scoped.sql(),
        r#"SELECT "x" FROM "p" WHERE "p"."t" = $3 AND ("id" = $2 AND "x" IN (SELECT "x" FROM "q" WHERE "q"."t" = $3 AND ("id" = $1 OR "id" = $2)))"#
    );
    assert_eq!((scoped.values(), scoped.arguments()), (2, [Value(0), Value(1), Tenant(BigInt)].as_slice()));
}

#[test]
fn sqlite_puts_the_tenant_in_its_place_or_numbers_it_as_the_caller_does() {
    let scoped = scope(Sqlite, "SELECT x FROM p WHERE id = ? AND x = ? LIMIT ?").expect("scoped");
    assert_eq!(scoped.sql(), r#"SELECT `x` FROM `p` WHERE `p`.`t` = ? AND (`id` = ? AND `x` = ?) LIMIT ?"#);
    assert_eq!(scoped.arguments(), [Tenant(BigInt), Value(0), Value(1), Value(2)]);
    let scoped = scope(Sqlite, "SELECT x FROM p WHERE id = ?2 AND x = ?1 AND name = ?2").expect("scoped");
    assert_eq!(
        scoped.sql(),
        r#"SELECT `x` FROM `p` WHERE `p`.`t` = ?3 AND (`id` = ?2 AND `x` = ?1 AND `name` = ?2)"#
    );
}

#[test]
fn mysql_puts_the_tenant_in_its_place() {
    let scoped = scope(MySql, "SELECT ? AS a FROM p LEFT JOIN q ON q.x = ? WHERE p.x = ?").expect("scoped");
    assert_eq!(
        scoped.sql(),
        "SELECT ? AS `a` FROM `p` LEFT JOIN `q` ON `q`.`t` = ? AND (`q`.`x` = ?) WHERE `p`.`t` = ? AND (`p`.`x` = ?)"
    );
    assert_eq!(scoped.arguments(), [Value(0), Tenant(BigInt), Value(1), Tenant(BigInt), Value(2)]);
}

#[test]
fn each_type_of_tenant_column_has_a_value_of_its_own() {
    let scoped = scope(Postgres, "SELECT 1 AS one FROM p, loose, word WHERE p.x = $1").expect("scoped");
    assert_eq!(
        scoped.sql(),
        r#"SELECT 1 AS "one" FROM "p", "loose", "word" WHERE "p"."t" = $2 AND "loose"."tenant_id" = $3 AND "word"."t" = $4 AND CASE WHEN CAST("word"."t" AS TEXT) COLLATE "C" = $4 THEN 1 END IS NOT NULL AND ("p"."x" = $1)"#
    );
    assert_eq!(scoped.arguments(), [Value(0), Tenant(BigInt), Tenant(Int), Tenant(Text)]);
}

#[test]
fn question_marks_in_texts_and_names_are_no_placeholders() {
    let scoped = scope(MySql, "SELECT x AS \"a?\" FROM p WHERE name = '?' AND id = ?").expect("scoped");
    assert_eq!(scoped.sql(), "SELECT `x` AS `a?` FROM `p` WHERE `p`.`t` = ? AND (`name` = '?' AND `id` = ?)");
    let scoped = scope(Postgres, "SELECT x FROM p WHERE name ? '$1' AND id = $1").expect("scoped");
    assert_eq!(scoped.sql(), r#"SELECT "x" FROM "p" WHERE "p"."t" = $2 AND ("name" ? '$1' AND "id" = $1)"#);
}

#[test]
fn names_of_sqlite_take_numbers_in_the_order_of_the_text() {
    let scoped =
        scope(Sqlite, "SELECT x FROM p WHERE id = :id AND (x = $b OR x = @c OR id > :id)").expect("scoped");
    assert_eq!(
        scoped.sql(),
        "SELECT `x` FROM `p` WHERE `p`.`t` = ?4 AND (`id` = ?1 AND (`x` = ?2 OR `x` = ?3 OR `id` > ?1))"
    );
    assert_eq!(scoped.arguments(), [Value(0), Value(1), Value(2), Tenant(BigInt)]);
    // `:a` and `$a` are two names to SQLite.
    let scoped = scope(Sqlite, "INSERT INTO p (t, id, x) VALUES (:a, $a, :a)").expect("scoped");
    assert_eq!(scoped.sql(), "INSERT INTO `p` (`t`, `id`, `x`) VALUES (?3, ?2, ?1)");
}

#[test]
fn placeholders_by_name_and_mixtures_are_refused() {
    assert_refused(&[Postgres, MySql], "SELECT x FROM p WHERE id = :id", "placeholder");
    assert_refused(&[Postgres], "SELECT x FROM p WHERE id = $id", "");
    assert_refused(&[Sqlite], "SELECT x FROM p WHERE id = :id AND x = ?", "a mix of");
    assert_refused(&[Sqlite], "SELECT x FROM p WHERE id = ?1 AND x = :x", "a mix of");
    // A name of digits is a name too.
    assert_refused(&ENGINES, "SELECT x FROM p WHERE id = :1", "a named placeholder");
    assert_refused(&ENGINES, "SELECT x FROM p LIMIT :1", "a named placeholder");
    assert_refused(&ENGINES, "INSERT INTO p (t, x) VALUES (:1, 7)", "a named placeholder");
    assert_refused(&[Sqlite], "SELECT x FROM p WHERE id = @1", "a named placeholder");
    assert_refused(&[Sqlite], "SELECT x FROM p WHERE id = ?1 AND x = ?", "a mix of");
    assert_refused(&[Sqlite], "SELECT x FROM p WHERE id = ?, x = ?1", "");
    assert_refused(&[Postgres], "SELECT x FROM p WHERE id = $0", "placeholder");
    assert_refused(&[Postgres], "SELECT x FROM p WHERE id = $01", "placeholder");
    assert_refused(&[MySql], "SELECT x FROM p WHERE id = ?1", "placeholder");
    assert_refused(&[MySql], "SELECT x FROM p WHERE id = @id", "session variable");
}

#[test]
fn signs_directly_behind_a_word_are_no_part_of_it_by_accident() {
    assert_refused(&[MySql], "SELECT count(*) HAVING@y", "a session variable");
    assert_refused(&[MySql], "SELECT count(*) AS a@y FROM p", "a session variable");
    assert_refused(&[MySql], "SELECT x FROM p AS z@y", "a session variable");
    assert_refused(&[Sqlite], "SELECT x FROM p LIMIT$1", "a placeholder directly behind a word");
    assert_refused(&[Sqlite], "SELECT x FROM p WHERE x IN$1", "a placeholder directly behind a word");
    // To PostgreSQL and MySQL the sign is a part of the name, also to the parser.
    let scoped = scope(Postgres, "SELECT x FROM p LIMIT$1").expect("scoped");
    let sql = scoped.sql();
    assert!(sql.contains(r#""p" "limit$1""#), "{sql}");
}

#[test]
fn the_tenants_own_placeholder_cannot_be_written_by_a_caller() {
    for number in [65_536, 900_000, 900_001, 900_003] {
        assert_refused(&[Postgres], &format!("SELECT x FROM p WHERE p.t = ${number}"), "bound values");
        assert_refused(&[Sqlite], &format!("SELECT x FROM p WHERE p.t = ?{number}"), "bound values");
    }
}
