use super::{Class, statement};
use crate::{
    choices::Choices,
    random_schema,
    schema::{Backend, Schema},
};
use std::collections::BTreeSet;

const BACKENDS: [Backend; 3] = [Backend::Sqlite, Backend::Postgres, Backend::MariaDb];

fn schema(seed: u64, backend: Backend) -> Schema {
    random_schema::schema(&mut Choices::seeded(seed), backend)
}

#[test]
fn equal_numbers_generate_equal_statements() {
    for (seed, backend) in (0..300).flat_map(|seed| BACKENDS.map(|backend| (seed, backend))) {
        let schema = schema(seed % 10, backend);
        let mut choices = Choices::seeded(seed);
        let made = statement(&mut choices, &schema);
        let again = statement(&mut Choices::replay(choices.recorded().to_vec()), &schema);
        assert_eq!((&made.sql, &made.values, made.class), (&again.sql, &again.values, again.class));
    }
}

#[test]
fn zeros_generate_a_plain_select() {
    for backend in BACKENDS {
        let made = statement(&mut Choices::replay(Vec::new()), &schema(1, backend));
        assert_eq!((made.class, made.values.len()), (Class::SelectFlat, 0), "{}", made.sql);
        assert!(made.sql.len() < 60, "{}", made.sql);
    }
}

#[test]
fn every_class_that_the_engine_supports_is_generated() {
    for backend in BACKENDS {
        let schema = schema(3, backend);
        let made: BTreeSet<Class> =
            (0..3_000).map(|seed| statement(&mut Choices::seeded(seed), &schema).class).collect();
        let missing = |class| !made.contains(&class);
        assert_eq!(missing(Class::Lock), backend.is_sqlite());
        assert_eq!(missing(Class::WriteInWith), !backend.is_postgres());
        assert_eq!(missing(Class::DeleteUsing), backend.is_sqlite());
        assert_eq!(missing(Class::Replace), backend.is_postgres());
        assert!(made.len() >= 16, "{made:?}");
    }
}

#[test]
fn every_value_has_a_placeholder() {
    for (seed, backend) in (0..1_000).flat_map(|seed| BACKENDS.map(|backend| (seed, backend))) {
        let made = statement(&mut Choices::seeded(seed), &schema(seed % 10, backend));
        let sign = if backend.is_postgres() { '$' } else { '?' };
        let places: Vec<&str> = made.sql.split(sign).skip(1).collect();
        let number = |place: &str| -> String { place.chars().take_while(char::is_ascii_digit).collect() };
        let numbers: BTreeSet<usize> = places.iter().filter_map(|place| number(place).parse().ok()).collect();
        if numbers.is_empty() {
            assert_eq!(places.len(), made.values.len(), "{}", made.sql);
        } else {
            let all: BTreeSet<usize> = (1..=made.values.len()).collect();
            assert_eq!(numbers, all, "{}", made.sql);
        }
    }
}
