//! Statements that try to reach other tenants' rows.
//!
//! Where keys do not contain the tenant, a statement may conflict with a key of another tenant, and has no answer that
//! is correct as if alone. It must still leave every row of other tenants unchanged.

use sea_orm::Value;

/// The text with each small number, and each text that contains one, moved from the tenant's range to another tenant's.
pub fn sql(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text.chars().peekable();
    let mut last = ' ';
    while let Some(c) = rest.next() {
        match c {
            '"' | '`' | '[' => {
                let end = if c == '[' { ']' } else { c };
                out.push(c);
                for next in rest.by_ref() {
                    out.push(next);
                    if next == end {
                        break;
                    }
                }
                last = end;
                continue;
            }
            '\'' => {
                let content: String = rest.by_ref().take_while(|next| *next != '\'').collect();
                out.push('\'');
                out.push_str(&name(&content).unwrap_or(content));
                out.push('\'');
            }
            '1'..='9' => {
                let inside = last.is_ascii_alphanumeric() || matches!(last, '_' | '$' | '?' | '.');
                let longer = rest.peek().is_some_and(|next| next.is_ascii_alphanumeric() || *next == '.');
                if !inside && !longer {
                    out.push('1');
                }
                out.push(c);
            }
            c => out.push(c),
        }
        last = c;
    }
    out
}

/// The values, moved like those in the text.
pub fn values(values: &[Value]) -> Vec<Value> {
    let moved = |value: &Value| match value {
        Value::Int(Some(id @ 1..=9)) => Value::Int(Some(id + 10)),
        Value::String(Some(text)) => name(text).map_or_else(|| value.clone(), Value::from),
        other => other.clone(),
    };
    values.iter().map(moved).collect()
}

/// `n1` to `n9` as `n11` to `n19`.
fn name(text: &str) -> Option<String> {
    match text.as_bytes() {
        [b'n', digit @ b'1'..=b'9'] => Some(format!("n1{}", char::from(*digit))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{sql, values};

    #[test]
    fn only_ids_and_names_are_moved() {
        assert_eq!(
            sql(r#"UPDATE "t 1" SET n1 = 'n3', x = 4 + $1 + ?2 + 1.5 WHERE `a 5` IN (6,70)"#),
            r#"UPDATE "t 1" SET n1 = 'n13', x = 14 + $1 + ?2 + 1.5 WHERE `a 5` IN (16,70)"#
        );
        assert_eq!(values(&[3.into(), "n3".into(), 2_i64.into()]), [13.into(), "n13".into(), 2_i64.into()]);
    }
}
