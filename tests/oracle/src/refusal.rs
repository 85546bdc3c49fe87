//! Classifies refusals, so that they can be counted.

use sea_orm_multitenant::{Refusal, TenancyError};

/// The reason of a refusal, without names and numbers.
pub fn reason(error: &TenancyError) -> String {
    match error {
        TenancyError::Refused(Refusal::Unsupported { construct, .. }) => without_names(construct),
        TenancyError::Refused(Refusal::Parse { message, .. }) => {
            let expected = message.split(", found").next().unwrap_or(message);
            format!("parse: {}", without_names(expected))
        }
        TenancyError::Refused(refusal @ Refusal::UnknownTable { .. }) => refusal.code().to_owned(),
        TenancyError::Refused(Refusal::TenantColumnUpdate { .. }) => {
            "an update of the tenant column".to_owned()
        }
        TenancyError::Refused(Refusal::SharedTableWrite { .. }) => "a write to a shared table".to_owned(),
        TenancyError::TenantMismatch { .. } => "a write for another tenant".to_owned(),
        other => without_names(&other.to_string()),
    }
}

/// Replaces everything in backticks or quotes, and every number.
fn without_names(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if matches!(c, '`' | '"') || (c == '\'' && !out.ends_with(char::is_alphanumeric)) {
            while rest.next().is_some_and(|next| next != c) {}
            out.push('…');
        } else if c.is_ascii_digit() && !out.ends_with(char::is_alphanumeric) {
            while rest.next_if(char::is_ascii_digit).is_some() {}
            out.push('…');
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::without_names;

    #[test]
    fn reasons_do_not_depend_on_names_and_numbers() {
        assert_eq!(without_names("function `f` with 12 arguments"), "function … with … arguments");
        assert_eq!(without_names("the engine's `LATERAL`"), "the engine's …");
    }
}
