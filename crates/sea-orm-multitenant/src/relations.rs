//! Converts the relations of an entity to the foreign keys of its table.

use sea_orm::{
    EntityTrait, Identity, Iterable, RelationDef, RelationTrait,
    sea_query::{SchemaName, TableName, TableRef},
};
use sea_orm_multitenant_sql::{ForeignKey, Table};

/// A foreign key and the table that has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChildKey {
    /// The schema of the table.
    pub(crate) schema: Option<String>,
    /// The table.
    pub(crate) table: String,
    /// The key.
    pub(crate) key: ForeignKey,
}

impl ChildKey {
    /// The foreign key of a relation between two tables, from either side; `None` when one end is a subquery.
    ///
    /// A condition that a relation adds to its join by `on_condition` is not part of the key.
    pub(crate) fn of(relation: &RelationDef) -> Option<Self> {
        let (from, to) = (names(&relation.from_tbl)?, names(&relation.to_tbl)?);
        let (from, to) = ((from, &relation.from_col), (to, &relation.to_col));
        let (child, parent) = if relation.is_owner { (to, from) } else { (from, to) };
        let ((schema, table), named) = child;
        let ((parent_schema, parent), parent_columns) = parent;
        let key = ForeignKey::new(columns(named), parent, columns(parent_columns)).to_schema(parent_schema);
        Some(Self { schema, table, key })
    }

    /// Whether the table already has the key.
    pub(crate) fn is_of(&self, table: &Table) -> bool {
        table.schema() == self.schema.as_deref() && table.name() == self.table
    }
}

/// The foreign keys that the relations of an entity declare, its own and those of its children.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Keys {
    /// The keys of `belongs_to`, `has_one` and `has_many` relations that are not `skip_fk`.
    pub(crate) kept: Vec<ChildKey>,
    /// The keys of `belongs_to` relations that are `skip_fk`. A parent that declares `has_many` does not know that the
    /// child skips the key.
    pub(crate) skipped: Vec<ChildKey>,
}

/// Collects the foreign keys of an entity's relations.
pub(crate) fn keys<E: EntityTrait>() -> Keys {
    let own = E::default();
    let mut keys = Keys::default();
    for relation in E::Relation::iter().map(|relation| relation.def()) {
        let is_own = names(&relation.from_tbl).is_some_and(|(_, from)| from == own.table_name());
        let Some(key) = ChildKey::of(&relation).filter(|_| is_own) else { continue };
        match (relation.skip_fk, relation.is_owner) {
            (false, _) => keys.kept.push(key),
            (true, false) => keys.skipped.push(key),
            (true, true) => {}
        }
    }
    keys
}

/// Adds the foreign keys that relations declare, on either side, to the tables.
pub(crate) fn with_keys(tables: Vec<Table>, keys: &Keys) -> Vec<Table> {
    let of_table = |table: Table| {
        let kept = keys.kept.iter().filter(|key| key.is_of(&table) && !keys.skipped.contains(key));
        let found: Vec<_> = kept.map(|key| key.key.clone()).collect();
        found.into_iter().fold(table, Table::with_foreign_key)
    };
    tables.into_iter().map(of_table).collect()
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
// The columns that SeaORM derives are `pub`.
#[allow(unreachable_pub)]
mod tests {
    use super::{Keys, keys, with_keys};
    use sea_orm::{EntityTrait, Related};
    use sea_orm_multitenant_sql::{ForeignKey, Table, TenantType};

    /// Returns the foreign keys of the entity's own table.
    fn foreign_keys<E: EntityTrait>() -> Vec<ForeignKey> {
        let table = Table::tenant(E::default().table_name(), "account_id", TenantType::BigInt)
            .in_schema(E::default().schema_name());
        let mut tables = with_keys(vec![table], &keys::<E>());
        tables.pop().map(|table| table.foreign_keys().to_vec()).unwrap_or_default()
    }

    /// An entity in the dense format: a parent in the same table, one in a schema, one with a two-column key, and
    /// links that are not keys.
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

    /// An entity in the compact format, with a condition on its relation.
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

    /// An entity in the expanded format, without relations.
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
    fn a_belongs_to_relation_has_a_foreign_key() {
        let far = ForeignKey::new(["far_id", "near_id"], "far", ["id", "near_id"]).to_schema(Some("app"));
        let above = ForeignKey::new(["above"], "node", ["id"]);
        let found = foreign_keys::<node::Entity>();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.contains(&far) && found.contains(&above), "{found:?}");
    }

    #[test]
    fn a_parent_entity_has_no_foreign_key_of_its_children() {
        assert_eq!(foreign_keys::<far::Entity>(), []);
    }

    /// A child of `far` whose `Related` is written by hand; its `Relation` enum is empty.
    mod silent {
        use sea_orm::entity::prelude::*;

        #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
        #[sea_orm(table_name = "silent")]
        pub(super) struct Model {
            #[sea_orm(primary_key)]
            pub(super) id: i64,
            pub(super) loud_id: Option<i64>,
        }

        #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
        pub(super) enum Relation {}

        impl Related<super::loud::Entity> for Entity {
            fn to() -> RelationDef {
                Entity::belongs_to(super::loud::Entity)
                    .from(Column::LoudId)
                    .to(super::loud::Column::Id)
                    .into()
            }
        }

        impl ActiveModelBehavior for ActiveModel {}
    }

    /// A parent that declares a relation which the child does not.
    mod loud {
        use sea_orm::entity::prelude::*;

        #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
        #[sea_orm(table_name = "loud")]
        pub(super) struct Model {
            #[sea_orm(primary_key)]
            pub(super) id: i64,
        }

        #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
        pub(super) enum Relation {
            #[sea_orm(has_many = "super::silent::Entity")]
            Silent,
        }

        impl ActiveModelBehavior for ActiveModel {}
    }

    fn named(name: &str) -> Table {
        Table::tenant(name, "account_id", TenantType::BigInt)
    }

    #[test]
    fn a_relation_declared_by_the_parent_is_a_key_of_the_child() {
        assert_eq!(foreign_keys::<silent::Entity>(), []);
        let tables = with_keys(vec![named("loud"), named("silent")], &keys::<loud::Entity>());
        let found: Vec<_> = tables.iter().map(|table| table.foreign_keys().to_vec()).collect();
        assert_eq!(found, [vec![], vec![ForeignKey::new(["loud_id"], "loud", ["id"])]]);
    }

    #[test]
    fn a_key_that_the_child_skips_stays_skipped_if_the_parent_declares_it() {
        let of_parent = keys::<loud::Entity>();
        let of_both = Keys { skipped: of_parent.kept.clone(), ..of_parent };
        assert_eq!(with_keys(vec![named("silent")], &of_both), [named("silent")]);
        assert_eq!(keys::<node::Entity>().skipped.len(), 1);
    }

    #[test]
    fn a_handwritten_relation_has_its_key_from_either_side() {
        let by_hand = <silent::Entity as Related<loud::Entity>>::to();
        let key = super::ChildKey::of(&by_hand);
        assert_eq!(key.as_ref().map(|key| key.table.as_str()), Some("silent"));
        assert_eq!(key, super::ChildKey::of(&by_hand.rev()));
    }

    #[test]
    fn every_entity_format_has_its_keys() {
        assert_eq!(foreign_keys::<leaf::Entity>(), [ForeignKey::new(["node_id"], "node", ["id"])]);
        assert_eq!(foreign_keys::<bare::Entity>(), []);
    }
}
