//! The fields of a resource: the columns of its entity, and what a client may do with each.

use crate::resource::{
    action::Action, entity::ResourceEntity, kind::Kind, query::RESERVED, settings::Settings,
};
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ColumnTrait, ColumnType, EntityTrait, IdenStatic, Iterable,
    ModelTrait, PrimaryKeyToColumn, PrimaryKeyTrait, sea_query::StringLen,
};
use sea_orm_multitenant::EntityOwnership;

/// A column of the entity, except the tenant column.
#[derive(Debug, Clone)]
pub(super) struct Field<C> {
    pub(super) column: C,
    /// The name in JSON and in parameters.
    pub(super) name: &'static str,
    /// `None` only where the field is hidden.
    pub(super) kind: Option<Kind>,
    pub(super) nullable: bool,
    /// Whether the application or the database gives a value to a new row.
    pub(super) has_default: bool,
    /// The longest text in characters.
    pub(super) longest: Option<usize>,
    /// Whether the field is part of the primary key.
    pub(super) in_key: bool,
    pub(super) hidden: bool,
    pub(super) on_create: bool,
    pub(super) on_update: bool,
    pub(super) filtered: bool,
    pub(super) ordered: bool,
}

impl<C> Field<C> {
    /// Whether a body must have the field: for a new row if it has neither NULL nor a default, for a replaced row if it
    /// has no NULL.
    pub(super) fn is_required(&self, action: Action) -> bool {
        match action {
            Action::Create => self.on_create && !self.nullable && !self.has_default,
            Action::Replace => self.on_update && !self.nullable,
            Action::List | Action::Get | Action::Update | Action::Delete => false,
        }
    }
}

/// The fields of a resource.
#[derive(Debug)]
pub(super) struct Fields<E: EntityTrait> {
    all: Vec<Field<E::Column>>,
    pub(super) tenant: E::Column,
    /// Whether every tenant reads the rows in which the tenant column is NULL.
    pub(super) has_global_rows: bool,
    pub(super) tenant_name: &'static str,
    /// The kind of the tenant column, if it is part of the primary key.
    pub(super) tenant_in_key: Option<Kind>,
    /// Whether answers have the tenant column.
    pub(super) with_tenant: bool,
}

impl<E: ResourceEntity> Fields<E> {
    /// Reads the fields of an entity, or returns everything that is wrong with the declarations.
    pub(super) fn of(settings: &Settings<E>) -> Result<Self, Vec<String>> {
        let (tenant, has_global_rows) = match E::ownership() {
            EntityOwnership::Tenant(tenant) => (tenant, false),
            EntityOwnership::TenantOrGlobal(tenant) => (tenant, true),
            // Other ownerships are refused as a whole, those that a later version adds too.
            _ => return Err(vec!["the entity is not declared with `#[tenant(column = \"…\")]`".to_owned()]),
        };
        let key: Vec<_> = E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column).collect();
        let new = <E::ActiveModel as ActiveModelBehavior>::new();
        let columns = E::Column::iter().filter(|column| !is(column, &tenant));
        let all: Vec<_> = columns.map(|column| field(column, settings, &key, &new)).collect();
        let tenant_kind = Kind::of(<E::Model as ModelTrait>::get_value_type(tenant));
        let fields = Self {
            all,
            tenant,
            has_global_rows,
            tenant_name: tenant.json_key(),
            tenant_in_key: tenant_kind.filter(|_| has(&key, &tenant)),
            with_tenant: settings.with_tenant,
        };
        let mistakes = fields.mistakes(settings);
        if mistakes.is_empty() { Ok(fields) } else { Err(mistakes) }
    }

    /// All fields, hidden ones included.
    pub(super) fn all(&self) -> &[Field<E::Column>] {
        &self.all
    }

    /// The fields that clients see.
    pub(super) fn visible(&self) -> impl Iterator<Item = &Field<E::Column>> {
        self.all.iter().filter(|field| !field.hidden)
    }

    /// The fields that identify a row of the tenant.
    pub(super) fn key(&self) -> impl Iterator<Item = &Field<E::Column>> {
        self.all.iter().filter(|field| field.in_key)
    }

    /// The field of this name that clients see.
    pub(super) fn named(&self, name: &str) -> Option<&Field<E::Column>> {
        self.visible().find(|field| field.name == name)
    }

    /// The visible name of a column of the database.
    pub(super) fn name_of(&self, column: &str) -> Option<&'static str> {
        self.visible().find(|field| field.column.as_str() == column).map(|field| field.name)
    }

    fn mistakes(&self, settings: &Settings<E>) -> Vec<String> {
        let mut found = Vec::new();
        let lists = [
            ("filter_by", &settings.filter_by),
            ("order_by", &settings.order_by),
            ("read_only", &settings.read_only),
            ("hidden", &settings.hidden),
        ];
        for (list, columns) in lists {
            if has(columns, &self.tenant) {
                found.push(format!("`{list}` has the tenant column, which no client names"));
            }
        }
        if self.key().next().is_none() {
            found.push("the primary key has no column except the tenant's".to_owned());
        }
        found.extend(self.all.iter().filter_map(mistake));
        let mut names: Vec<_> = self.all.iter().map(|field| field.name).chain([self.tenant_name]).collect();
        names.sort_unstable();
        let twice = names.windows(2).filter(|pair| pair[0] == pair[1]);
        found.extend(twice.map(|pair| format!("two columns have the name `{}` in JSON", pair[0])));
        found
    }
}

/// What is wrong with the declarations of one field.
fn mistake<C: ColumnTrait>(field: &Field<C>) -> Option<String> {
    let name = field.name;
    let is_compared = field.filtered || field.ordered;
    if field.hidden && is_compared {
        return Some(format!("`{name}` is hidden, and a filter, an order or a key would show it"));
    }
    match &field.kind {
        None if !field.hidden => Some(format!(
            "`{name}` has a type without a form in JSON; add it to `hidden`, or enable the crate's feature for it (`with-chrono`, \
             `with-rust_decimal`)"
        )),
        Some(kind) if is_compared && !kind.is_ordered() => {
            Some(format!("`{name}` is JSON, which is neither filtered nor ordered by"))
        }
        _ if field.filtered && RESERVED.contains(&name) => {
            Some(format!("`{name}` is the name of a parameter, and cannot be filtered by"))
        }
        _ => None,
    }
}

fn field<E: ResourceEntity>(
    column: E::Column,
    settings: &Settings<E>,
    key: &[E::Column],
    new: &E::ActiveModel,
) -> Field<E::Column> {
    let def = column.def();
    let in_key = has(key, &column);
    let generated = in_key && <E::PrimaryKey as PrimaryKeyTrait>::auto_increment();
    let hidden = has(&settings.hidden, &column);
    let writable = !hidden && !has(&settings.read_only, &column);
    Field {
        column,
        name: column.json_key(),
        kind: Kind::of(<E::Model as ModelTrait>::get_value_type(column)),
        nullable: def.is_null(),
        has_default: generated || def.get_column_default().is_some() || !new.is_not_set(column),
        longest: longest(def.get_column_type()),
        in_key,
        hidden,
        on_create: writable && !generated,
        on_update: writable && !in_key,
        filtered: has(&settings.filter_by, &column),
        // A key is in the path of each row, so that it is no secret.
        ordered: in_key || has(&settings.order_by, &column),
    }
}

/// The longest text that a column of this type stores, in characters.
fn longest(ty: &ColumnType) -> Option<usize> {
    match ty {
        ColumnType::Char(Some(length)) | ColumnType::String(StringLen::N(length)) => {
            usize::try_from(*length).ok()
        }
        _ => None,
    }
}

fn is<C: ColumnTrait>(a: &C, b: &C) -> bool {
    a.as_str() == b.as_str()
}

fn has<C: ColumnTrait>(columns: &[C], column: &C) -> bool {
    columns.iter().any(|other| is(other, column))
}
