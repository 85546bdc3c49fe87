use crate::signature::{
    Common, LARGEST_GROUP, MANY_VALUES, is_needed, room, sign,
    value_type::{CODES, ValueType},
    write_signed,
};
use sea_orm::{
    DbBackend, Value,
    sea_query::{ArrayType, OptionEnum},
};
use sea_orm_multitenant_sql::Engine;
use std::collections::{BTreeMap, HashMap};

/// A NULL of each kind of value that this build has: the content does not matter.
fn kinds() -> Vec<Value> {
    let arrays = [
        ArrayType::Bool,
        ArrayType::TinyInt,
        ArrayType::SmallInt,
        ArrayType::Int,
        ArrayType::BigInt,
        ArrayType::Float,
        ArrayType::Double,
        ArrayType::String,
        ArrayType::Char,
        ArrayType::Bytes,
        ArrayType::Uuid,
        ArrayType::Json,
        ArrayType::Enum(Box::new("mood".into())),
    ];
    let mut kinds = vec![
        Value::Bool(None),
        Value::TinyInt(None),
        Value::SmallInt(None),
        Value::Int(None),
        Value::BigInt(None),
        Value::TinyUnsigned(None),
        Value::SmallUnsigned(None),
        Value::Unsigned(None),
        Value::BigUnsigned(None),
        Value::Float(None),
        Value::Double(None),
        Value::String(None),
        Value::Enum(OptionEnum::None("mood".into())),
        Value::Char(None),
        Value::Bytes(None),
        Value::Uuid(None),
        Value::Json(None),
    ];
    kinds.extend(arrays.map(|items| Value::Array(items, None)));
    kinds
}

/// The signature of values, without the comment marks.
fn signature(values: &[Value]) -> String {
    let mut sql = String::new();
    sign(&mut sql, values).expect("the types are known");
    let inside = sql.strip_prefix(" /*").and_then(|rest| rest.strip_suffix("*/"));
    inside.expect("a comment").to_owned()
}

/// The types that a signature encodes, one by one: decoded from left to right without ambiguity.
fn read(signature: &str) -> Vec<String> {
    let mut chars = signature.chars().peekable();
    let types = read_types(&mut chars);
    assert_eq!(chars.next(), None, "{signature}");
    types
}

fn read_types(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Vec<String> {
    let mut types = Vec::new();
    while let Some(next) = chars.next_if(|next| !"*)".contains(*next)) {
        if next == '(' {
            let group = read_types(chars);
            assert_eq!(chars.next(), Some('*'));
            let mut times = String::new();
            while let Some(digit) = chars.next_if(char::is_ascii_digit) {
                times.push(digit);
            }
            assert_eq!(chars.next(), Some(')'));
            types.extend(std::iter::repeat_n(group, times.parse().expect("a number")).flatten());
        } else if next == 'A' {
            types.push(format!("A{}", chars.next().expect("the items' kind")));
        } else {
            types.push(next.to_string());
        }
    }
    types
}

/// Asserts that a signature encodes the types of all of its values, so that no other list of types has the same
/// signature.
fn assert_says_all(values: &[Value]) -> String {
    let signature = signature(values);
    let one_by_one: Vec<_> =
        values.iter().flat_map(|value| read(&self::signature(std::slice::from_ref(value)))).collect();
    assert_eq!(read(&signature), one_by_one, "{signature}");
    assert!(
        signature.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"(*)".contains(&byte)),
        "{signature}"
    );
    assert!(!signature.contains("*/") && !signature.contains("/*"), "{signature}");
    signature
}

/// A deterministic pseudo-random generator.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

#[test]
fn each_kind_of_value_has_a_different_signature() {
    let mut seen = BTreeMap::new();
    for value in kinds() {
        if let Some(other) = seen.insert(assert_says_all(std::slice::from_ref(&value)), value.clone()) {
            panic!("{value:?} is signed as {other:?}");
        }
    }
    assert_eq!(seen.len(), 30);
}

#[test]
fn no_two_kinds_share_a_code() {
    let codes: BTreeMap<_, _> = CODES.iter().map(|(name, code)| (code, name)).collect();
    assert_eq!(codes.len(), CODES.len());
    assert!(codes.keys().all(|code| code.is_ascii_alphabetic()));
}

#[test]
fn a_kind_has_the_code_of_its_name() {
    for value in kinds() {
        let shown = format!("{value:?}");
        let name = shown.split('(').next().expect("a name");
        let code = CODES.iter().find(|(known, _)| *known == name).map(|(_, code)| char::from(*code));
        assert_eq!(signature(&[value]).chars().next(), code, "{name}");
    }
}

#[test]
fn a_signature_does_not_reveal_values() {
    let pairs: [(Value, Value); 5] = [
        (7_i64.into(), Value::BigInt(None)),
        ("*/ DROP TABLE task --".into(), Value::String(None)),
        (vec![1, 2].into(), Value::Array(ArrayType::Int, None)),
        (Value::Json(Some(Box::new("l*/".into()))), Value::Json(None)),
        (
            Value::Array(ArrayType::Enum(Box::new("*/".into())), None),
            Value::Array(ArrayType::Enum(Box::new("m".into())), None),
        ),
    ];
    for (some, null) in pairs {
        assert_eq!(assert_says_all(&[some]), signature(&[null]));
    }
}

#[test]
fn lists_of_different_types_have_different_signatures() {
    let kinds = [Value::BigInt(None), Value::String(None), Value::Array(ArrayType::BigInt, None)];
    let mut lists = vec![Vec::new()];
    let mut seen = HashMap::new();
    for _ in 0..8 {
        for list in &lists {
            let said = assert_says_all(list);
            assert_eq!(seen.insert(said, list.clone()), None, "{list:?}");
        }
        lists = lists
            .iter()
            .flat_map(|list| kinds.iter().map(|kind| [list.as_slice(), std::slice::from_ref(kind)].concat()))
            .collect();
    }
    assert_eq!(seen.len(), (0..8).map(|length| 3_usize.pow(length)).sum::<usize>());
}

#[test]
fn changing_one_type_changes_the_signature() {
    let kinds = kinds();
    let mut numbers = Numbers(14);
    for _ in 0..300 {
        let size = 1 + numbers.below(LARGEST_GROUP + 6);
        let few = 1 + numbers.below(kinds.len());
        let group: Vec<_> = (0..size).map(|_| kinds[numbers.below(few)].clone()).collect();
        let length = numbers.below(6 * size + MANY_VALUES);
        let list: Vec<_> = group.iter().cycle().take(length).cloned().collect();
        let said = assert_says_all(&list);
        assert_ne!(said, assert_says_all(&[list.clone(), vec![Value::BigInt(None)]].concat()));
        let Some(at) = (!list.is_empty()).then(|| numbers.below(list.len())) else { continue };
        for kind in &kinds {
            let mut other = list.clone();
            other[at] = kind.clone();
            assert_eq!(
                assert_says_all(&other) == said,
                signature(&[list[at].clone()]) == signature(std::slice::from_ref(kind))
            );
        }
    }
}

#[test]
fn a_long_list_has_a_short_signature() {
    let of = |names: &[Value], times: usize, last: &[Value]| {
        let names: Vec<_> = names.iter().cycle().take(names.len() * times).cloned().collect();
        assert_says_all(&[names, last.to_vec()].concat())
    };
    let (number, text, truth) = (Value::BigInt(None), Value::String(None), Value::Bool(None));
    assert_eq!(of(&[], 0, &[]), "");
    assert_eq!(of(std::slice::from_ref(&number), 5, &[]), "lllll");
    assert_eq!(of(std::slice::from_ref(&number), 31, &[]), "l".repeat(31));
    assert_eq!(of(std::slice::from_ref(&number), 31, std::slice::from_ref(&text)), "(l*31)t");
    assert_eq!(of(std::slice::from_ref(&number), 65_000, std::slice::from_ref(&text)), "(l*65000)t");
    assert_eq!(
        of(&[number.clone(), text.clone(), truth.clone()], 1_000, std::slice::from_ref(&number)),
        "(ltb*1000)l"
    );
    let row = [vec![number.clone(); 9], vec![text.clone()]].concat();
    assert_eq!(of(&row, 20, &[number.clone(), number.clone()]), "((l*9)t*20)ll");
    let update = [vec![text, truth], vec![number; 100]].concat();
    assert_eq!(of(&update, 1, &[]), "tb(l*100)");
}

#[test]
fn signing_takes_time_linear_in_the_number_of_values() {
    let (number, text) = (Value::BigInt(None), Value::String(None));
    // Whatever is taken for the group is repeated one value too few.
    let row = [vec![number; 40], vec![text.clone()]].concat();
    let values: Vec<_> = row
        .iter()
        .cycle()
        .take(41 * 3)
        .chain([&text])
        .chain(row.iter().cycle())
        .take(65_000)
        .cloned()
        .collect();
    let begin = std::time::Instant::now();
    let said = assert_says_all(&values);
    assert!(said.len() < 12_000, "{} bytes", said.len());
    assert!(begin.elapsed().as_secs() < 5, "{:?}", begin.elapsed());
}

#[test]
fn the_estimated_size_suffices_for_common_lists() {
    for count in 0..=LARGEST_GROUP {
        let values: Vec<_> =
            [Value::BigInt(None), Value::String(None)].into_iter().cycle().take(count).collect();
        let mut sql = String::with_capacity(room(count));
        let capacity = sql.capacity();
        sign(&mut sql, &values).expect("the types are known");
        assert_eq!(sql.capacity(), capacity);
    }
}

#[test]
fn a_kind_without_code_is_unknown() {
    assert!(!ValueType::UNKNOWN.is_known() && !ValueType::UNKNOWN.write(&mut String::new()));
    assert!(kinds().iter().all(|value| ValueType::of(value).is_known()));
}

#[test]
fn only_postgresql_statements_are_signed() {
    let engines = [
        (Engine::Postgres, DbBackend::Postgres),
        (Engine::Sqlite, DbBackend::Sqlite),
        (Engine::MySql, DbBackend::MySql),
    ];
    for (engine, backend) in engines {
        assert_eq!(is_needed(engine), backend == DbBackend::Postgres);
    }
}

#[test]
fn a_kept_text_is_reused_only_for_values_of_its_types() {
    let [int, big, text] = [Value::Int(Some(1)), Value::BigInt(Some(1)), Value::from("x")];
    let array = |items| Value::Array(items, None);
    let lists = [
        vec![int.clone(), text.clone()],
        vec![big, text.clone()],
        vec![int.clone()],
        vec![int.clone(), text.clone(), text.clone()],
        vec![],
        vec![array(ArrayType::Int), text.clone()],
        vec![array(ArrayType::BigInt), text],
        vec![int; 65],
    ];
    for first in &lists {
        let common = Common::default();
        for values in [first].into_iter().chain(&lists).chain([first]) {
            let mut sql = "of the caller".to_owned();
            write_signed("SELECT 1", &common, values, &mut sql).expect("the types are known");
            assert_eq!(sql, format!("SELECT 1 /*{}*/", signature(values)));
        }
        let is_kept = first.len() <= 64 && !matches!(first.first(), Some(Value::Array(_, _)));
        assert_eq!(common.text_for(first).is_some(), is_kept, "{first:?}");
    }
}
