//! Tags, of which some are everybody's, and works that have one.

pub(crate) mod tag {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "global_tag")]
    #[tenant(column = "account_id", global)]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        #[sea_orm(unique_key = "name")]
        pub account_id: Option<i64>,
        #[sea_orm(unique_key = "name")]
        pub name: String,
        pub parent_id: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(belongs_to = "Entity", from = "Column::ParentId", to = "Column::Id")]
        Parent,
        #[sea_orm(has_many = "super::work::Entity")]
        Work,
    }

    impl Related<super::work::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Work.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod work {
    use sea_orm::entity::prelude::*;
    use sea_orm_multitenant::TenantModel;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, TenantModel)]
    #[sea_orm(table_name = "global_work")]
    #[tenant(column = "account_id")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub tag_id: Option<i64>,
        pub title: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(belongs_to = "super::tag::Entity", from = "Column::TagId", to = "super::tag::Column::Id")]
        Tag,
    }

    impl Related<super::tag::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Tag.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}
