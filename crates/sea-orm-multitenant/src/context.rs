//! The tenant of a job or message, as it is serialized.

use crate::{
    ambient::current::{InTenant, current_tenant, with_tenant},
    error::TenancyError,
    tenant_id::TenantId,
};
#[cfg(feature = "tokio")]
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{
        Error as _, MapAccess, SeqAccess, Visitor,
        value::{MapAccessDeserializer, SeqAccessDeserializer},
    },
    ser::Error as _,
};
use std::fmt;
use uuid::Uuid;

/// The version that is written, and the only version that is read.
const VERSION: u32 = 1;

/// The longest text that is written and read, in bytes: more than an indexed column of 255 characters holds on any
/// engine.
const LONGEST: usize = 1024;

/// The tenant of a job or message. Create it where the tenant is known, put it into the payload, and call
/// [`run`](Self::run) in the worker.
///
/// It is serialized as `{"version":1,"tenant":{"integer":42}}`, or with `uuid` or `text` in place of `integer`. Another
/// version, an unknown field or a second tenant is an error, so that an old worker never runs a new job that it
/// understands only in part. An array is an error too in a human-readable format such as JSON, whose fields have names.
/// A text of more than 1,024 bytes is neither read nor written. Formats without field names, such as MessagePack, write
/// and read the fields in order.
///
/// It is not signed: whoever can write to the queue chooses the tenant. Do not accept it from a client as a credential.
///
/// ```
/// use sea_orm_multitenant::{TenantContext, TenantId};
///
/// # fn main() -> Result<(), serde_json::Error> {
/// let context = TenantContext::new(42);
/// let written = serde_json::to_string(&context)?;
/// assert_eq!(written, r#"{"version":1,"tenant":{"integer":42}}"#);
///
/// let read: TenantContext = serde_json::from_str(&written)?;
/// assert_eq!(read.tenant(), &TenantId::from(42));
/// assert!(serde_json::from_str::<TenantContext>(r#"{"version":2,"tenant":{"integer":42}}"#).is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TenantContext(TenantId);

impl TenantContext {
    /// Creates the context of `tenant`.
    ///
    /// ```
    /// use sea_orm_multitenant::{TenantContext, TenantId};
    ///
    /// assert_eq!(TenantContext::new("acme").tenant(), &TenantId::from("acme"));
    /// ```
    pub fn new(tenant: impl Into<TenantId>) -> Self {
        Self(tenant.into())
    }

    /// Creates the context of the current tenant.
    ///
    /// # Errors
    /// [`TenancyError::NoTenant`] where no tenant is current.
    ///
    /// ```
    /// use sea_orm_multitenant::{TenancyError, TenantContext, with_tenant};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let context = with_tenant(42, async { TenantContext::current() }).await;
    /// assert_eq!(context, Ok(TenantContext::new(42)));
    /// assert_eq!(TenantContext::current(), Err(TenancyError::NoTenant));
    /// # }
    /// ```
    #[cfg(feature = "tokio")]
    pub fn current() -> Result<Self, TenancyError> {
        current_tenant().map(Self)
    }

    /// Returns the tenant.
    pub fn tenant(&self) -> &TenantId {
        &self.0
    }

    /// Runs `future`, the job, with this tenant as its current tenant.
    ///
    /// ```
    /// use sea_orm_multitenant::{TenancyError, TenantContext, TenantId, current_tenant};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let seen = TenantContext::new(42).run(async { current_tenant() }).await;
    /// assert_eq!(seen, Ok(TenantId::from(42)));
    /// assert_eq!(current_tenant(), Err(TenancyError::NoTenant)); // the worker itself has none
    /// # }
    /// ```
    #[cfg(feature = "tokio")]
    pub fn run<F: Future>(&self, future: F) -> InTenant<F> {
        with_tenant(&self.0, future)
    }
}

impl From<TenantContext> for TenantId {
    fn from(context: TenantContext) -> Self {
        context.0
    }
}

/// The serialized form. The version is the first field, so that an unknown version is reported before any other error.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename = "TenantContext")]
struct Wire {
    version: Version,
    tenant: WireTenant,
}

#[derive(Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
#[derive(Clone)]
struct Version;

impl TryFrom<u32> for Version {
    type Error = String;

    fn try_from(version: u32) -> Result<Self, String> {
        if version == VERSION {
            Ok(Self)
        } else {
            Err(format!(
                "unknown version {version} of a tenant context; this program reads version {VERSION}"
            ))
        }
    }
}

impl From<Version> for u32 {
    fn from(_: Version) -> Self {
        VERSION
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WireTenant {
    Integer(i64),
    Uuid(Uuid),
    Text(BoundedText),
}

/// A text of at most [`LONGEST`] bytes.
struct BoundedText(String);

impl BoundedText {
    fn new(text: &str) -> Result<Self, String> {
        if text.len() > LONGEST {
            return Err(format!("the tenant's id has {} bytes; the limit is {LONGEST}", text.len()));
        }
        Ok(Self(text.to_owned()))
    }
}

impl Serialize for BoundedText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for BoundedText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = BoundedText;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a text of at most {LONGEST} bytes")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<BoundedText, E> {
                BoundedText::new(text).map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Text)
    }
}

/// Deserializes a [`Wire`] from fields with names; from fields in order only if the format has no names.
struct Fields {
    in_order: bool,
}

impl<'de> Visitor<'de> for Fields {
    type Value = Wire;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a tenant context: `version` and `tenant`")
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Wire, A::Error> {
        Wire::deserialize(MapAccessDeserializer::new(fields))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, fields: A) -> Result<Wire, A::Error> {
        if !self.in_order {
            return Err(A::Error::invalid_type(serde::de::Unexpected::Seq, &self));
        }
        Wire::deserialize(SeqAccessDeserializer::new(fields))
    }
}

impl Serialize for TenantContext {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(id) = self;
        let tenant = match (id.as_i64(), id.as_uuid()) {
            (Some(integer), _) => WireTenant::Integer(integer),
            (None, Some(uuid)) => WireTenant::Uuid(uuid),
            (None, None) => WireTenant::Text(BoundedText::new(&id.to_string()).map_err(S::Error::custom)?),
        };
        Wire { version: Version, tenant }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for TenantContext {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Fields { in_order: !deserializer.is_human_readable() };
        let Wire { version: Version, tenant } =
            deserializer.deserialize_struct("TenantContext", &["version", "tenant"], fields)?;
        Ok(Self(match tenant {
            WireTenant::Integer(id) => id.into(),
            WireTenant::Uuid(id) => id.into(),
            WireTenant::Text(BoundedText(id)) => id.into(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<TenantContext, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn every_kind_of_tenant_is_written_and_read() {
        for (tenant, json) in [
            (TenantId::from(-7), r#"{"version":1,"tenant":{"integer":-7}}"#),
            (
                TenantId::from(Uuid::from_u128(7)),
                r#"{"version":1,"tenant":{"uuid":"00000000-0000-0000-0000-000000000007"}}"#,
            ),
            (TenantId::from("42"), r#"{"version":1,"tenant":{"text":"42"}}"#),
            (TenantId::from(""), r#"{"version":1,"tenant":{"text":""}}"#),
        ] {
            let context = TenantContext::new(tenant);
            assert_eq!(serde_json::to_string(&context).expect("it is serialized"), json);
            assert_eq!(read(json), Ok(context));
        }
    }

    #[test]
    fn anything_but_a_complete_version_one_is_an_error() {
        for (json, said) in [
            (r#"{"version":2,"tenant":{"integer":1}}"#, "unknown version 2 of a tenant context"),
            (
                r#"{"version":2,"tenants":[1,2]}"#,
                "version 2 of a tenant context; this program reads version 1",
            ),
            (r#"{"version":0,"tenant":{"integer":1}}"#, "version 0"),
            (r#"{"tenant":{"integer":1}}"#, "missing field `version`"),
            (r#"{"version":1}"#, "missing field `tenant`"),
            (r#"{"version":1,"tenant":null}"#, "expected value"),
            (r#"{"version":1,"tenant":42}"#, "expected value"),
            (r#"{"version":1,"tenant":{}}"#, "expected value"),
            (r#"{"version":1,"tenant":{"integer":"1"}}"#, "invalid type: string"),
            (r#"{"version":1,"tenant":{"integer":9223372036854775808}}"#, "invalid value"),
            (r#"{"version":1,"tenant":{"uuid":"acme"}}"#, "UUID parsing failed"),
            (r#"{"version":1,"tenant":{"all":true}}"#, "unknown variant"),
            (r#"{"version":1,"tenant":{"integer":1,"text":"a"}}"#, "expected"),
            (r#"{"version":1,"tenant":{"integer":1},"tenant":{"integer":2}}"#, "duplicate field"),
            (r#"{"version":1,"tenant":{"integer":1},"scope":"all"}"#, "unknown field"),
            ("null", "invalid type: null"),
            (r#"[1,{"integer":1}]"#, "invalid type: sequence"),
            (r#"[[1,{"integer":1}]]"#, "invalid type: sequence"),
            ("[]", "invalid type: sequence"),
            (r#"{"version":1,"tenant":["integer",1]}"#, "expected value"),
            (r#"{"version":1,"tenant":{"integer":[1]}}"#, "invalid type: sequence"),
            (r#"{"version":1,"tenant":{"text":["a"]}}"#, "invalid type: sequence"),
            (
                r#"{"version":1,"tenant":{"uuid":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}}"#,
                "invalid type: sequence",
            ),
            (r#"{"version":[1],"tenant":{"integer":1}}"#, "invalid type: sequence"),
            (r#"{"version":1.0,"tenant":{"integer":1}}"#, "invalid type: floating point"),
            (r#"{"version":"1","tenant":{"integer":1}}"#, "invalid type: string"),
        ] {
            let error = read(json).expect_err(json);
            assert!(error.contains(said), "{json}: {error}");
        }
    }

    /// A queue that others can write to must not make a worker bind megabytes with each statement.
    #[test]
    fn the_length_limit_of_a_text_applies_to_reading_and_writing() {
        let json = |length| format!(r#"{{"version":1,"tenant":{{"text":"{}"}}}}"#, "a".repeat(length));
        let longest = read(&json(LONGEST)).expect("1,024 bytes are read");
        assert_eq!(serde_json::to_string(&longest).expect("and written"), json(LONGEST));
        for length in [LONGEST + 1, 5 << 20] {
            let error = read(&json(length)).expect_err("too long");
            assert!(
                error.contains(&format!("the tenant's id has {length} bytes; the limit is 1024")),
                "{error}"
            );
            let error = serde_json::to_string(&TenantContext::new("a".repeat(length))).expect_err("too long");
            assert!(error.to_string().contains("the limit is 1024"), "{error}");
        }
        // The limit is in bytes, and applies to escaped text as well, which is unescaped before it is checked.
        let escaped = json(0).replace("\"\"", &format!("\"{}\"", "\\u00e9".repeat(LONGEST / 2 + 1)));
        assert!(read(&escaped).expect_err("too long").contains("1026 bytes"), "{escaped}");
    }

    /// A format that writes the fields of a struct in order, without names.
    struct InOrder(serde_json::Value);

    impl<'de> Deserializer<'de> for InOrder {
        type Error = serde_json::Error;

        fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, serde_json::Error> {
            self.0.deserialize_any(visitor)
        }

        fn is_human_readable(&self) -> bool {
            false
        }

        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
            newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
        }
    }

    #[test]
    fn a_format_without_field_names_uses_the_order_of_fields() {
        let read = |json: serde_json::Value| TenantContext::deserialize(InOrder(json));
        assert_eq!(
            read(serde_json::json!([1, { "integer": 7 }])).expect("it is read"),
            TenantContext::new(7)
        );
        for wrong in [
            serde_json::json!([2, { "integer": 7 }]),
            serde_json::json!([1]),
            serde_json::json!([1, { "integer": 7 }, { "integer": 8 }]),
            serde_json::json!([{ "integer": 7 }, 1]),
        ] {
            assert!(read(wrong.clone()).is_err(), "{wrong}");
        }
    }

    #[cfg(feature = "tokio")]
    mod worker {
        use super::*;

        #[derive(Serialize, Deserialize)]
        struct Job {
            tenant: Option<TenantContext>,
        }

        /// Sends each job as text to one worker task and returns the tenant that each sees.
        async fn work_on(jobs: Vec<Job>) -> Vec<Result<TenantId, TenancyError>> {
            let (sender, mut receiver) = tokio::sync::mpsc::channel::<String>(1);
            let worker = tokio::spawn(async move {
                let mut seen = Vec::new();
                while let Some(job) = receiver.recv().await {
                    let Job { tenant } = serde_json::from_str(&job).expect("a job");
                    let work = async { current_tenant() };
                    seen.push(match tenant {
                        Some(context) => context.run(work).await,
                        None => work.await,
                    });
                }
                seen
            });
            for job in jobs {
                sender.send(serde_json::to_string(&job).expect("a job")).await.expect("the worker lives");
            }
            drop(sender);
            worker.await.expect("the worker ends")
        }

        /// Leak classes 2 and 26: a worker keeps the last job's tenant; a job that no request started.
        #[tokio::test]
        async fn a_job_without_a_tenant_does_not_get_the_previous_jobs_tenant() {
            let jobs = [Some(1), None, Some(2), None].map(|id| Job { tenant: id.map(TenantContext::new) });
            let seen = work_on(jobs.into()).await;
            let none = || Err(TenancyError::NoTenant);
            assert_eq!(seen, [Ok(TenantId::from(1)), none(), Ok(TenantId::from(2)), none()]);
        }

        #[tokio::test]
        async fn a_job_sent_while_another_tenant_is_current_keeps_its_own_tenant() {
            let job = Job { tenant: with_tenant(1, async { TenantContext::current() }).await.ok() };
            let seen = with_tenant(2, work_on(vec![job])).await;
            assert_eq!(seen, [Ok(TenantId::from(1))]);
        }

        #[tokio::test]
        async fn a_job_that_panics_leaves_no_current_tenant() {
            let failed = tokio::spawn(TenantContext::new(1).run(async { panic!("inside the job") })).await;
            assert!(failed.is_err());
            assert_eq!(TenantContext::current(), Err(TenancyError::NoTenant));
        }
    }
}
