//! Types in casts.

use crate::{
    names,
    refusal::{Result, refuse_with},
    rewrite::rewriter::Rewriter,
    syntax::{self, Syntax},
};
use sqlparser::ast::{ArrayElemTypeDef, DataType, ObjectName};

impl Rewriter<'_> {
    /// Refuses types whose input or output reads the catalogue or belongs to another engine.
    pub(super) fn data_type(&self, data_type: &mut DataType) -> Result<()> {
        use DataType as T;
        match data_type {
            T::Custom(name, _) => self.custom_type(name),
            T::Array(ArrayElemTypeDef::SquareBracket(inner, _)) => {
                syntax::ARRAY_TYPE.check(self.engine)?;
                self.data_type(inner)
            }
            // ClickHouse's and BigQuery's, and PostgreSQL's `int ARRAY`, which is written as another type.
            T::Array(
                ArrayElemTypeDef::AngleBracket(_)
                | ArrayElemTypeDef::Parenthesis(_)
                | ArrayElemTypeDef::None
                | ArrayElemTypeDef::Qualified(_, _),
            ) => syntax::FOREIGN_TYPE.check(self.engine),
            T::Regclass => refuse_with("a cast to a catalogue type", "name the table itself"),
            other => syntax_of(other).map_or(Ok(()), |syntax| syntax.check(self.engine)),
        }
    }

    /// A type by name, such as an enum of the user's.
    ///
    /// MySQL casts to its own types only, which are keywords.
    fn custom_type(&self, name: &mut ObjectName) -> Result<()> {
        let parts = names::parts(name)?;
        let is_of_views = parts.iter().any(|ident| ident.value.eq_ignore_ascii_case("information_schema"));
        if is_of_views || parts.last().is_none_or(|ident| reads_catalogue(&ident.value)) {
            return refuse_with("a cast to a catalogue type", "name the table itself");
        }
        if self.engine.casts_to_keywords() { Ok(()) } else { names::settle_all(self.engine, name) }
    }
}

/// Whether a type looks names up in PostgreSQL's catalogue, or is the row of one of its tables.
///
/// `reg…` finds objects and roles by name, `aclitem` roles (manual, 8.19 and 5.7). A type of arrays has the name of its
/// elements' behind one underscore or more (manual, CREATE TYPE). Each table is a type of its rows, whose names of columns
/// `json_populate_record` tells: those of the engine's own tables begin with `pg_`, which `pg_lsn` and `pg_snapshot` are not.
fn reads_catalogue(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let element = name.trim_start_matches('_');
    let is_row = element.starts_with("pg_") && !matches!(element, "pg_lsn" | "pg_snapshot");
    element.starts_with("reg") || element == "aclitem" || is_row
}

/// What a type without parts is, where not every engine takes it in a cast.
fn syntax_of(data_type: &DataType) -> Option<&'static Syntax> {
    use DataType as T;
    match data_type {
        T::Character(_)
        | T::Char(_)
        | T::CharacterVarying(_)
        | T::CharVarying(_)
        | T::Varchar(_)
        | T::Uuid
        | T::Numeric(_)
        | T::Decimal(_)
        | T::Dec(_)
        | T::Float(_)
        | T::SmallInt(_)
        | T::Int(_)
        | T::Integer(_)
        | T::BigInt(_)
        | T::Real
        | T::Double(_)
        | T::DoublePrecision
        | T::Bool
        | T::Boolean
        | T::Date
        | T::Time(_, _)
        | T::Timestamp(_, _)
        | T::JSON
        | T::Text => None,
        T::Int2(_) | T::Int4(_) | T::Int8(_) | T::Float4 | T::Float8 | T::JSONB | T::Bytea => {
            Some(&syntax::POSTGRES_TYPE)
        }
        T::Interval { fields: _, precision: _ }
        | T::Bit(_)
        | T::BitVarying(_)
        | T::VarBit(_)
        | T::GeometricType(_)
        | T::TsVector
        | T::TsQuery => Some(&syntax::TYPE_OF_POSTGRES_ALONE),
        T::Nvarchar(_)
        | T::Binary(_)
        | T::Varbinary(_)
        | T::Blob(_)
        | T::TinyBlob
        | T::MediumBlob
        | T::LongBlob
        | T::TinyText
        | T::MediumText
        | T::LongText
        | T::DecimalUnsigned(_)
        | T::DecUnsigned(_)
        | T::FloatUnsigned(_)
        | T::TinyInt(_)
        | T::TinyIntUnsigned(_)
        | T::Int2Unsigned(_)
        | T::SmallIntUnsigned(_)
        | T::MediumInt(_)
        | T::MediumIntUnsigned(_)
        | T::IntUnsigned(_)
        | T::Int4Unsigned(_)
        | T::IntegerUnsigned(_)
        | T::BigIntUnsigned(_)
        | T::Int8Unsigned(_)
        | T::Signed
        | T::SignedInteger
        | T::Unsigned
        | T::UnsignedInteger
        | T::RealUnsigned
        | T::DoubleUnsigned(_)
        | T::DoublePrecisionUnsigned
        | T::Datetime(_) => Some(&syntax::MYSQL_TYPE),
        T::CharacterLargeObject(_) | T::CharLargeObject(_) | T::Clob(_) | T::String(_) => {
            Some(&syntax::SQLITE_TYPE)
        }
        T::Bytes(_)
        | T::BigNumeric(_)
        | T::BigDecimal(_)
        | T::UTinyInt
        | T::USmallInt
        | T::UBigInt
        | T::Int16
        | T::Int32
        | T::Int64
        | T::Int128
        | T::Int256
        | T::HugeInt
        | T::UHugeInt
        | T::UInt8
        | T::UInt16
        | T::UInt32
        | T::UInt64
        | T::UInt128
        | T::UInt256
        | T::Float32
        | T::Float64
        | T::Date32
        | T::Datetime64(_, _)
        | T::TimestampNtz(_)
        | T::FixedString(_)
        // Decided before by their parts.
        | T::Custom(_, _)
        | T::Array(_)
        | T::Regclass
        | T::Table(_)
        | T::NamedTable { name: _, columns: _ }
        | T::Map(_, _, _)
        | T::Tuple(_)
        | T::Nested(_)
        | T::Enum(_, _)
        | T::Set(_)
        | T::Struct(_, _)
        | T::Union(_)
        | T::Nullable(_)
        | T::LowCardinality(_)
        | T::Unspecified
        | T::Trigger
        | T::AnyType => Some(&syntax::FOREIGN_TYPE),
    }
}
