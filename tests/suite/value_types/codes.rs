//! The codes of the signature against PostgreSQL itself: what it says of the parameters of the statements that it has prepared.

use super::{Outcome, Rows, TestDb, prepared::prepared, statement, tenancy};
use sea_orm::{
    ActiveEnum, ConnectionTrait, DeriveActiveEnum, EnumIter, Value,
    sea_query::{
        ArrayType,
        prelude::{BigDecimal, Decimal, Json, Local, MacAddress, Utc, Uuid, time},
    },
};
use sea_orm_multitenant::TenancyError;
use std::collections::{BTreeMap, BTreeSet};

/// A text with one place that takes a value of any type.
const ANY: &str = "SELECT id FROM reading WHERE # IS NULL";

/// An enum as SeaORM has them, bound as a text.
#[derive(Debug, Clone, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "Enum", db_type = "Enum", enum_name = "mood")]
enum Mood {
    #[sea_orm(string_value = "calm")]
    Calm,
}

/// An enum of another name.
#[derive(Debug, Clone, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "Enum", db_type = "Enum", enum_name = "weather")]
enum Weather {
    #[sea_orm(string_value = "calm")]
    Calm,
}

/// A value of each kind that the driver binds on PostgreSQL.
fn scalars() -> Vec<Value> {
    let now = Utc::now();
    let time = time::OffsetDateTime::UNIX_EPOCH;
    vec![
        true.into(),
        1_i8.into(),
        1_i16.into(),
        1_i32.into(),
        1_i64.into(),
        1_u8.into(),
        1_u16.into(),
        1_u32.into(),
        1_u64.into(),
        1.0_f32.into(),
        1.0_f64.into(),
        "text".into(),
        Mood::Calm.to_value().into(),
        Weather::Calm.to_value().into(),
        'c'.into(),
        vec![0_u8].into(),
        Uuid::nil().into(),
        Json::Null.into(),
        Decimal::ONE.into(),
        BigDecimal::from(1).into(),
        now.date_naive().into(),
        now.time().into(),
        now.naive_utc().into(),
        now.into(),
        now.with_timezone(&Local).into(),
        now.fixed_offset().into(),
        time.date().into(),
        time.time().into(),
        time::PrimitiveDateTime::new(time.date(), time.time()).into(),
        time.into(),
        MacAddress::new([0; 6]).into(),
    ]
}

/// Arrays of the same kinds, NULL and not.
fn arrays() -> Vec<Value> {
    let mood = ArrayType::Enum(Box::new("mood".into()));
    let mut arrays: Vec<_> = scalars()
        .into_iter()
        // The driver binds no arrays of `u8`.
        .filter(|value| !matches!(value, Value::Enum(_) | Value::TinyUnsigned(_)))
        .map(|value| Value::Array(value.array_type(), None))
        .collect();
    arrays.extend([
        Value::Array(mood, None),
        vec![1_i64].into(),
        vec![1.0_f64].into(),
        vec!["a".to_owned()].into(),
    ]);
    arrays
}

/// Values with one signature are bound as one type, as PostgreSQL sees it: each is prepared by itself, by a text that is no other's.
async fn values_of_one_signature_are_of_one_type_to_postgresql(db: &TestDb) -> Outcome {
    let values: Vec<_> = scalars().into_iter().chain(arrays()).collect();
    let nulls: Vec<_> = values.iter().map(Value::as_null).collect();
    let mut types: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for values in [&values, &nulls] {
        // Fewer than the 100 statements that sqlx keeps for a connection.
        let tenancy = tenancy(db).await?;
        let unscoped = tenancy.unscoped("prepare what a scope sends, each value by itself");
        for (index, value) in values.iter().enumerate() {
            let mut sent = tenancy.scope(3)?.rewrite(statement(db, ANY, [value.clone()]))?;
            sent.sql.push_str(&format!(" /* {index} */"));
            unscoped.query_all_raw(sent).await?;
        }
        let prepared = prepared(db, unscoped, "SELECT \"id\" FROM \"reading\"").await?;
        assert_eq!(prepared.len(), values.len());
        for (text, bound_as) in prepared {
            let (signed, _) = text.rsplit_once(" /* ").expect("a number");
            types.entry(signed.to_owned()).or_default().insert(bound_as);
        }
    }
    assert!(types.values().all(|types| types.len() == 1), "{types:#?}");
    // All kinds but one: two enums have one kind, and three kinds of arrays come twice.
    assert_eq!(types.len(), values.len() - 4, "{types:#?}");
    // There is something to be told apart.
    let different: BTreeSet<_> = types.values().collect();
    assert!(different.len() > 30, "{} of {different:#?}", different.len());
    Ok(())
}

/// In whatever order: PostgreSQL keeps the first types, and each value must find its own.
async fn no_value_meets_a_statement_of_another_type(db: &TestDb) -> Outcome {
    let values: Vec<_> = scalars().into_iter().chain(arrays()).collect();
    for backwards in [false, true] {
        let tenancy = tenancy(db).await?;
        let mut values = values.clone();
        if backwards {
            values.reverse();
        }
        for tenant in [3, 4, 3] {
            for value in &values {
                let rows = tenancy.scope(tenant)?.query_all_raw(statement(db, ANY, [value.clone()])).await;
                let rows = rows.unwrap_or_else(|error| panic!("{value:?}: {error}"));
                assert_eq!(rows.is_empty(), *value != value.as_null(), "{value:?}");
            }
        }
    }
    Ok(())
}

async fn arrays_are_read_as_their_own_types(db: &TestDb) -> Outcome {
    let tenancy = tenancy(db).await?;
    let arrays: [(Value, usize); 7] = [
        (vec![9_i64, 10].into(), 2),
        (vec![9_i32].into(), 1),
        (vec![9.0_f64, 8.5].into(), 1),
        (vec![7_i16, 8, 9].into(), 3),
        (Value::Array(ArrayType::BigInt, None), 0),
        (vec![Decimal::new(85, 1), Decimal::from(3)].into(), 1),
        (Vec::<i64>::new().into(), 0),
    ];
    for (array, expected) in arrays.iter().chain(arrays.iter().rev()) {
        for tenant in [3, 4] {
            let text = "SELECT id FROM reading WHERE id = ANY(#)";
            let rows = tenancy.scope(tenant)?.query_all_raw(statement(db, text, [array.clone()])).await?;
            assert_eq!(rows.len(), *expected, "{array:?}");
        }
    }
    Ok(())
}

/// The driver leaves out what it cannot encode, so that PostgreSQL would type the places by the values behind it.
async fn a_number_without_end_does_not_type_the_places_of_other_values(db: &TestDb) -> Outcome {
    let tenancy = tenancy(db).await?;
    let text = "SELECT id FROM reading WHERE id > # AND id < #";
    let huge: BigDecimal = "1E+200000".parse()?;
    let huge: [Value; 2] = [huge.clone().into(), vec![BigDecimal::from(1), huge].into()];
    for (huge, text) in huge.into_iter().zip([text, "SELECT id FROM reading WHERE id > ANY(#) AND id < #"]) {
        let sent = tenancy.scope(3)?.query_all_raw(statement(db, text, [huge, 99_i64.into()])).await;
        let error = sent.expect_err("the number is refused");
        assert_eq!(TenancyError::from_db_err(&error), Some(&TenancyError::NumberOutOfRange));
    }
    // As a BIGINT its eight bytes are 2: the number of digits behind the point.
    let nothing: BigDecimal = "0.00".parse()?;
    let rows = tenancy.scope(4)?.query_all_raw(statement(db, text, [nothing.into(), 99_i64.into()])).await?;
    assert_eq!(rows.len(), 10);
    Ok(())
}

tests_on! {
    postgres:
        a_number_without_end_does_not_type_the_places_of_other_values,
        values_of_one_signature_are_of_one_type_to_postgresql,
        no_value_meets_a_statement_of_another_type,
        arrays_are_read_as_their_own_types,
}
