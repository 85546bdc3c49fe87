//! Types in casts.

use super::Rewriter;
use crate::{
    names,
    refusal::{Result, refuse, refuse_with},
};
use sqlparser::ast::{ArrayElemTypeDef, DataType, ObjectName};

impl Rewriter<'_> {
    /// Refuses types whose input or output reads the catalogue or belongs to another engine.
    pub(super) fn data_type(&self, data_type: &mut DataType) -> Result<()> {
        use DataType as T;
        match data_type {
            T::Custom(name, _) => self.custom_type(name),
            T::Array(element) => match element {
                ArrayElemTypeDef::AngleBracket(inner) | ArrayElemTypeDef::Parenthesis(inner) => {
                    self.data_type(inner)
                }
                ArrayElemTypeDef::SquareBracket(inner, _) => self.data_type(inner),
                ArrayElemTypeDef::None => Ok(()),
                ArrayElemTypeDef::Qualified(_, _) => refuse("a cast to a type of another engine"),
            },
            T::Regclass => refuse_with("a cast to a catalogue type", "name the table itself"),
            T::Table(_)
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
            | T::AnyType => refuse("a cast to a type of another engine"),
            T::Character(_)
            | T::Char(_)
            | T::CharacterVarying(_)
            | T::CharVarying(_)
            | T::Varchar(_)
            | T::Nvarchar(_)
            | T::Uuid
            | T::CharacterLargeObject(_)
            | T::CharLargeObject(_)
            | T::Clob(_)
            | T::Binary(_)
            | T::Varbinary(_)
            | T::Blob(_)
            | T::TinyBlob
            | T::MediumBlob
            | T::LongBlob
            | T::Bytes(_)
            | T::Numeric(_)
            | T::Decimal(_)
            | T::DecimalUnsigned(_)
            | T::BigNumeric(_)
            | T::BigDecimal(_)
            | T::Dec(_)
            | T::DecUnsigned(_)
            | T::Float(_)
            | T::FloatUnsigned(_)
            | T::TinyInt(_)
            | T::TinyIntUnsigned(_)
            | T::UTinyInt
            | T::Int2(_)
            | T::Int2Unsigned(_)
            | T::SmallInt(_)
            | T::SmallIntUnsigned(_)
            | T::USmallInt
            | T::MediumInt(_)
            | T::MediumIntUnsigned(_)
            | T::Int(_)
            | T::Int4(_)
            | T::Int8(_)
            | T::Int16
            | T::Int32
            | T::Int64
            | T::Int128
            | T::Int256
            | T::Integer(_)
            | T::IntUnsigned(_)
            | T::Int4Unsigned(_)
            | T::IntegerUnsigned(_)
            | T::HugeInt
            | T::UHugeInt
            | T::UInt8
            | T::UInt16
            | T::UInt32
            | T::UInt64
            | T::UInt128
            | T::UInt256
            | T::BigInt(_)
            | T::BigIntUnsigned(_)
            | T::UBigInt
            | T::Int8Unsigned(_)
            | T::Signed
            | T::SignedInteger
            | T::Unsigned
            | T::UnsignedInteger
            | T::Float4
            | T::Float32
            | T::Float64
            | T::Real
            | T::RealUnsigned
            | T::Float8
            | T::Double(_)
            | T::DoubleUnsigned(_)
            | T::DoublePrecision
            | T::DoublePrecisionUnsigned
            | T::Bool
            | T::Boolean
            | T::Date
            | T::Date32
            | T::Time(_, _)
            | T::Datetime(_)
            | T::Datetime64(_, _)
            | T::Timestamp(_, _)
            | T::TimestampNtz(_)
            | T::Interval { fields: _, precision: _ }
            | T::JSON
            | T::JSONB
            | T::Text
            | T::TinyText
            | T::MediumText
            | T::LongText
            | T::String(_)
            | T::FixedString(_)
            | T::Bytea
            | T::Bit(_)
            | T::BitVarying(_)
            | T::VarBit(_)
            | T::GeometricType(_)
            | T::TsVector
            | T::TsQuery => Ok(()),
        }
    }

    /// A type by name, such as an enum of the user's; PostgreSQL's `reg…` types look names up in its catalogue.
    ///
    /// MySQL casts to its own types only, which are keywords.
    fn custom_type(&self, name: &mut ObjectName) -> Result<()> {
        match names::parts(name)?.last() {
            Some(ident) if !ident.value.to_ascii_lowercase().starts_with("reg") => {}
            Some(_) | None => return refuse_with("a cast to a catalogue type", "name the table itself"),
        }
        if self.engine.casts_to_keywords() { Ok(()) } else { names::settle_all(self.engine, name) }
    }
}
