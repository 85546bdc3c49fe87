//! From the relations of an entity to the foreign keys of its table.

use crate::ForeignKey;
use sea_orm::{
    EntityName, EntityTrait, Identity, Iterable, RelationDef, RelationTrait,
    sea_query::{SchemaName, TableName, TableRef},
};

/// The foreign keys that SeaORM would create for the entity: its `belongs_to` relations that are not `skip_fk`.
///
/// What a relation adds to its join by `on_condition` is no part of its key.
pub(crate) fn foreign_keys<E: EntityTrait>() -> Vec<ForeignKey> {
    let own = E::default();
    let relations = E::Relation::iter().map(|relation| relation.def());
    relations
        .filter(|relation| !relation.is_owner && !relation.skip_fk)
        .filter_map(|def| key(&own, &def))
        .collect()
}

/// The key of a relation between two tables; none when one end is a query.
fn key(own: &impl EntityName, relation: &RelationDef) -> Option<ForeignKey> {
    let (_, from) = names(&relation.from_tbl)?;
    let (schema, parent) = names(&relation.to_tbl)?;
    let is_own = from == own.table_name();
    is_own.then(|| {
        ForeignKey::new(columns(&relation.from_col), parent, columns(&relation.to_col)).to_schema(schema)
    })
}

/// The schema and the name of a table.
fn names(table: &TableRef) -> Option<(Option<String>, String)> {
    match table {
        TableRef::Table(TableName(schema, name), _) => {
            let schema = schema.as_ref().map(|SchemaName(_, schema)| schema.to_string());
            Some((schema, name.to_string()))
        }
        _ => None,
    }
}

fn columns(identity: &Identity) -> Vec<String> {
    identity.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
// What SeaORM derives is `pub`.
#[allow(unreachable_pub)]
mod tests {
    use super::foreign_keys;
    use crate::ForeignKey;

    /// A dense entity: a parent of its own kind, one in a schema, one by two columns, and links that are no keys.
    mod node {
        use sea_orm::entity::prelude::*;

        #[sea_orm::model]
        #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
        #[sea_orm(table_name = "node")]
        pub struct Model {
            #[sea_orm(primary_key)]
            pub id: i64,
            #[sea_orm(column_name = "above")]
            pub parent_id: Option<i64>,
            pub far_id: i64,
            pub near_id: i64,
            #[sea_orm(
                self_ref,
                relation_enum = "Parent",
                relation_reverse = "Children",
                from = "parent_id",
                to = "id"
            )]
            pub parent: HasOne<Entity>,
            #[sea_orm(self_ref, relation_enum = "Children", relation_reverse = "Parent")]
            pub children: HasMany<Entity>,
            #[sea_orm(belongs_to, from = "(far_id, near_id)", to = "(id, near_id)")]
            pub far: BelongsTo<super::far::Entity>,
            #[sea_orm(belongs_to, from = "near_id", to = "id", skip_fk)]
            pub near: BelongsTo<super::near::Entity>,
        }

        impl ActiveModelBehavior for ActiveModel {}
    }

    mod far {
        use sea_orm::entity::prelude::*;

        #[sea_orm::model]
        #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
        #[sea_orm(table_name = "far", schema_name = "app")]
        pub struct Model {
            #[sea_orm(primary_key)]
            pub id: i64,
            pub near_id: i64,
            #[sea_orm(has_many)]
            pub nodes: HasMany<super::node::Entity>,
        }

        impl ActiveModelBehavior for ActiveModel {}
    }

    mod near {
        use sea_orm::entity::prelude::*;

        #[sea_orm::model]
        #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
        #[sea_orm(table_name = "near")]
        pub struct Model {
            #[sea_orm(primary_key)]
            pub id: i64,
        }

        impl ActiveModelBehavior for ActiveModel {}
    }

    /// An entity of the older format, with a condition on its relation.
    mod leaf {
        use sea_orm::entity::prelude::*;

        #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
        #[sea_orm(table_name = "leaf")]
        pub(super) struct Model {
            #[sea_orm(primary_key)]
            pub(super) id: i64,
            pub(super) node_id: i64,
        }

        #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
        pub(super) enum Relation {
            #[sea_orm(
                belongs_to = "super::node::Entity",
                from = "Column::NodeId",
                to = "super::node::Column::Id",
                on_condition = r#"super::node::Column::FarId.eq(1)"#
            )]
            Node,
        }

        impl ActiveModelBehavior for ActiveModel {}
    }

    /// An expanded entity without relations.
    mod bare {
        use sea_orm::entity::prelude::*;

        #[derive(Copy, Clone, Default, Debug, DeriveEntity)]
        pub(super) struct Entity;

        impl EntityName for Entity {
            fn table_name(&self) -> &'static str {
                "bare"
            }
        }

        #[derive(Clone, Debug, PartialEq, Eq, DeriveModel, DeriveActiveModel)]
        pub(super) struct Model {
            pub(super) id: i64,
        }

        #[derive(Copy, Clone, Debug, EnumIter, DeriveColumn)]
        pub(super) enum Column {
            Id,
        }

        impl ColumnTrait for Column {
            type EntityName = Entity;

            fn def(&self) -> ColumnDef {
                ColumnType::BigInteger.def()
            }
        }

        #[derive(Copy, Clone, Debug, EnumIter, DerivePrimaryKey)]
        pub(super) enum PrimaryKey {
            Id,
        }

        impl PrimaryKeyTrait for PrimaryKey {
            type ValueType = i64;

            fn auto_increment() -> bool {
                true
            }
        }

        #[derive(Copy, Clone, Debug, EnumIter)]
        pub(super) enum Relation {}

        impl RelationTrait for Relation {
            fn def(&self) -> RelationDef {
                unreachable!("there is none")
            }
        }

        impl ActiveModelBehavior for ActiveModel {}
    }

    #[test]
    fn what_belongs_to_another_row_has_a_key() {
        let far = ForeignKey::new(["far_id", "near_id"], "far", ["id", "near_id"]).to_schema(Some("app"));
        let above = ForeignKey::new(["above"], "node", ["id"]);
        let found = foreign_keys::<node::Entity>();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.contains(&far) && found.contains(&above), "{found:?}");
    }

    #[test]
    fn what_other_rows_belong_to_has_none() {
        assert_eq!(foreign_keys::<far::Entity>(), []);
    }

    #[test]
    fn every_format_of_entities_has_its_keys() {
        assert_eq!(foreign_keys::<leaf::Entity>(), [ForeignKey::new(["node_id"], "node", ["id"])]);
        assert_eq!(foreign_keys::<bare::Entity>(), []);
    }
}
