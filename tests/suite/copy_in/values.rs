//! PostgreSQL reads of COPY's text what an INSERT binds, for each kind of value.

use crate::{
    harness::{Outcome, TestDb},
    single::{entities::task, families::Rows},
};
use sea_orm::{
    ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, Statement, TransactionTrait, Value,
    sea_query::{
        ArrayType,
        prelude::{
            BigDecimal, DateTime, Decimal, Json, Local, MacAddress, NaiveDate, NaiveDateTime, NaiveTime, Utc,
            Uuid, time,
        },
    },
};
use sea_orm_multitenant::{Tenancy, TenantSetting};
use std::str::FromStr;

/// A value of any type: the test chooses the column's.
mod copied {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "copied_value")]
    #[tenant(column = "account_id")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub account_id: i64,
        pub value: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Texts of characters that mean something somewhere, from a seed.
fn texts() -> impl Iterator<Item = String> {
    const CHARACTERS: [char; 24] = [
        '\\', '\t', '\n', '\r', '\u{8}', '\u{b}', '\u{c}', 'N', '.', '"', '\'', '{', '}', ',', ' ', 'x', '0',
        '7', 'é', '\u{85}', '\u{2028}', '😀', '\u{1}', '\u{7f}',
    ];
    let mut state = 18_u64;
    std::iter::repeat_with(move || {
        let mut next = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from((state >> 33) % below).expect("small")
        };
        (0..next(9)).map(|_| CHARACTERS[next(24)]).collect()
    })
    .take(600)
}

fn day(text: &str) -> NaiveDate {
    NaiveDate::from_str(text).expect("a date")
}

/// Moments with the fractions and years at which a text and a number of microseconds may differ.
fn moments() -> Vec<NaiveDateTime> {
    let days = [
        "-4712-01-01",
        "-0001-02-28",
        "0000-12-31",
        "0001-01-01",
        "1582-10-10",
        "1969-12-31",
        "1999-12-31",
        "2000-02-29",
        "2026-12-01",
        "+10000-01-01",
        "+200000-06-30",
    ];
    let nanos = [0, 1, 999, 1_000, 500_000_500, 999_999_999];
    let times = nanos.map(|nano| NaiveTime::from_hms_nano_opt(23, 59, 59, nano).expect("a time"));
    days.iter().flat_map(|text| times.map(|time| day(text).and_time(time))).collect()
}

fn of<T: Into<Value>>(values: impl IntoIterator<Item = T>) -> Vec<Value> {
    values.into_iter().map(Into::into).collect()
}

/// Types of columns, and values of the kinds that go into them.
fn columns() -> Vec<(&'static str, Vec<Value>)> {
    let numbers = ["0", "-0.000", "1.10", "79228162514264337593543950335", "-0.0000000000000000000000000001"];
    let large = ["0", "1e5", "1e-20", "-123456789012345678901234567890.5", "1e300", "10.00"];
    let json = [r#"{"a\\b":["\t\n","é"],"n":1.5e300,"z":null}"#, "null", r#""\\N""#, "[]", "-0.0"];
    let json: Vec<_> = json.iter().map(|text| Value::from(Json::from_str(text).expect("JSON"))).collect();
    let zoned: Vec<DateTime<Utc>> = moments().iter().map(NaiveDateTime::and_utc).collect();
    let dates = moments().iter().map(|moment| moment.date()).collect::<Vec<_>>();
    let times = moments().iter().map(|moment| moment.time()).collect::<Vec<_>>();
    let of_time = time::PrimitiveDateTime::new(
        time::Date::from_calendar_date(1969, time::Month::July, 20).expect("a date"),
        time::Time::from_hms_nano(20, 17, 39, 999_999_999).expect("a time"),
    );
    let offset = time::UtcOffset::from_hms(-11, -30, 0).expect("an offset");
    let some_texts: Vec<String> = texts().take(60).collect();
    vec![
        ("BOOLEAN", of([Some(true), Some(false), None])),
        ("SMALLINT", [of([i16::MIN, i16::MAX]), of([0_u8, u8::MAX])].concat()),
        ("INTEGER", [of([i32::MIN, i32::MAX]), of([u16::MAX]), of([7_i64])].concat()),
        ("BIGINT", [of([i64::MIN, i64::MAX]), of([u32::MAX]), of([i64::MAX as u64])].concat()),
        (
            "REAL",
            of([0.0_f32, -0.0, 0.1, f32::MIN, f32::MAX, f32::MIN_POSITIVE, 1e-45, f32::NAN, f32::INFINITY]),
        ),
        (
            "DOUBLE PRECISION",
            of([0.0_f64, -0.0, 0.1, f64::MIN, f64::MAX, 5e-324, f64::NAN, f64::NEG_INFINITY]),
        ),
        ("DOUBLE PRECISION", of([0.1_f32, f32::MAX])),
        ("TEXT", of(texts())),
        ("TEXT", [of(['\\', '\t', 'é']), of([Some(String::new()), None])].concat()),
        ("VARCHAR(9)", of(texts())),
        ("BYTEA", of([vec![], (0..=255).collect::<Vec<u8>>(), b"\\x41\\N".to_vec()])),
        ("UUID", of([Uuid::nil(), Uuid::max(), Uuid::from_u128(0x1234_5678_9abc_def0)])),
        ("JSON", json.clone()),
        ("JSONB", json),
        ("NUMERIC", of(numbers.map(|text| Decimal::from_str(text).expect("a number")))),
        ("NUMERIC(30, 2)", of([Decimal::new(1_005, 3), Decimal::new(-1_005, 3)])),
        ("NUMERIC", of(large.map(|text| BigDecimal::from_str(text).expect("a number")))),
        ("DATE", of(dates)),
        ("TIME", of(times)),
        ("TIMESTAMP", of(moments())),
        ("TIMESTAMPTZ", of(zoned.clone())),
        ("TIMESTAMPTZ", of(zoned.iter().map(|moment| moment.with_timezone(&Local)))),
        ("TIMESTAMPTZ", of(zoned.iter().map(DateTime::fixed_offset))),
        ("DATE", of([of_time.date(), time::Date::MIN.max(of_time.date())])),
        ("TIME", of([of_time.time(), time::Time::MIDNIGHT])),
        ("TIMESTAMP", of([of_time])),
        ("TIMESTAMPTZ", of([of_time.assume_utc(), of_time.assume_offset(offset)])),
        ("MACADDR", of([MacAddress::new([0, 1, 0xab, 0xff, 9, 16])])),
        ("INTEGER[]", [of([vec![1, -2], vec![]]), of([Value::Array(ArrayType::Int, None)])].concat()),
        ("BIGINT[]", of([vec![i64::MIN, 0]])),
        ("TEXT[]", of([some_texts, vec!["NULL".to_owned(), String::new()]])),
        ("DOUBLE PRECISION[]", of([vec![f64::NAN, -0.0, 1e300]])),
        ("BOOLEAN[]", of([vec![true, false]])),
        ("NUMERIC[]", of([vec![Decimal::new(110, 2), Decimal::ZERO]])),
        ("UUID[]", of([vec![Uuid::nil(), Uuid::max()]])),
        ("TIMESTAMPTZ[]", of([zoned])),
        ("BYTEA[]", of([vec![b"\\\"".to_vec(), vec![]]])),
    ]
}

/// The values of the rows, as PostgreSQL prints them.
///
/// The driver binds JSON as JSONB, so that only its content can be compared.
async fn stored(db: &TestDb, ty: &str) -> Result<Vec<Option<String>>, DbErr> {
    let value = if ty == "JSON" { "value::jsonb" } else { "value" };
    let sql = format!("SELECT {value}::text FROM copied_value WHERE account_id = 1 ORDER BY id");
    let rows = db.unscoped().query_all_raw(Statement::from_string(db.unscoped().get_database_backend(), sql));
    rows.await?.iter().map(|row| row.try_get_by_index(0)).collect()
}

async fn a_copied_value_is_the_inserted_one(db: &TestDb) -> Outcome {
    let scope = db.tenancy.scope(1)?;
    let names = [copied::Column::Id, copied::Column::Value];
    let mut compared = 0;
    for (ty, values) in columns() {
        let table = format!(
            "DROP TABLE IF EXISTS copied_value; \
             CREATE TABLE copied_value (id BIGINT PRIMARY KEY, account_id BIGINT NOT NULL, value {ty})"
        );
        db.unscoped().execute_unprepared(&table).await?;
        let rows = || (0_i64..).zip(&values).map(|(id, value)| vec![id.into(), value.clone()]);
        let of_type = |error: DbErr| DbErr::Custom(format!("{ty}: {error}"));
        let transaction = scope.begin().await?;
        transaction.copy_in::<copied::Entity>(names, rows()).await.map_err(of_type)?;
        transaction.commit().await?;
        let inserted = stored(db, ty).await?;
        db.unscoped().execute_unprepared("TRUNCATE copied_value").await?;
        scope.copy_in::<copied::Entity>(names, rows()).await.map_err(of_type)?;
        let copied = stored(db, ty).await?;
        for ((value, inserted), copied) in values.iter().zip(&inserted).zip(&copied) {
            assert_eq!(copied, inserted, "{ty}: {value:?}");
        }
        assert_eq!((inserted.len(), copied.len()), (values.len(), values.len()), "{ty}");
        compared += values.len();
    }
    assert!(compared > 1_600, "{compared}");
    Ok(())
}

/// A kind of value that COPY has no text for is an error that names it, and no row is written.
async fn a_value_without_a_text_is_refused(db: &TestDb) -> Outcome {
    let scope = db.tenancy.scope(1)?;
    let table = "CREATE TABLE copied_value (id BIGINT PRIMARY KEY, account_id BIGINT NOT NULL, value TEXT)";
    db.unscoped().execute_unprepared(table).await?;
    let nested = Value::from(vec![1_i32]);
    let arrays = Value::Array(nested.array_type(), Some(Box::new(vec![nested])));
    let names = [copied::Column::Id, copied::Column::Value];
    let rows = [vec![1_i64.into(), "first".into()], vec![2_i64.into(), arrays]];
    let error = super::tenancy_error(scope.copy_in::<copied::Entity>(names, rows).await);
    assert!(error.to_string().contains("array of arrays"), "{error}");
    let beyond = [vec![1_i64.into(), u64::MAX.into()]];
    assert!(scope.copy_in::<copied::Entity>(names, beyond).await.is_err());
    assert_eq!(stored(db, "TEXT").await?.len(), 0);
    Ok(())
}

/// A value of a type that a key does not have is an error before anything is compared. The other engines convert some.
async fn a_key_takes_values_of_its_type(db: &TestDb) -> Outcome {
    let scope = db.tenancy.scope(1)?;
    let columns = [task::Column::ProjectId, task::Column::Title, task::Column::Note, task::Column::Points];
    let before = task::Entity::find().count(&scope).await?;
    for odd in [Value::from(2.5), "8 ".into(), true.into()] {
        let row = vec![odd, "copied".into(), "A-copied".into(), 1.into()];
        assert!(scope.copy_in::<task::Entity>(columns, [row]).await.is_err());
    }
    assert_eq!(task::Entity::find().count(&scope).await?, before);
    Ok(())
}

/// PostgreSQL has no COPY into tables with policies: INSERTs write the rows, within the setting of the tenant.
async fn with_row_level_security_rows_are_inserted(db: &TestDb) -> Outcome {
    let table = "CREATE TABLE copied_value (id BIGINT PRIMARY KEY, account_id BIGINT NOT NULL, value TEXT CHECK (value = \
                 current_setting('app.tenant_id', true)))";
    db.unscoped().execute_unprepared(table).await?;
    let tenancy =
        Tenancy::builder().row_level_security(TenantSetting::default()).build(db.unscoped().clone())?;
    let names = [copied::Column::Id, copied::Column::Value];
    let rows = |value: &str| (1_i64..=1_200).map(|id| vec![id.into(), value.into()]).collect::<Vec<_>>();
    assert_eq!(tenancy.scope(1)?.copy_in::<copied::Entity>(names, rows("1")).await?, 1_200);
    assert!(tenancy.scope(2)?.copy_in::<copied::Entity>(names, rows("1")).await.is_err());
    assert_eq!(stored(db, "TEXT").await?.len(), 1_200);
    Ok(())
}

tests_on! {
    postgres:
        a_copied_value_is_the_inserted_one,
        a_value_without_a_text_is_refused,
        a_key_takes_values_of_its_type,
        with_row_level_security_rows_are_inserted
}
