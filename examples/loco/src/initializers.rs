//! Adds layers around Loco's router.

use crate::entity::account;
use axum::http::HeaderName;
use loco_rs::prelude::*;
use sea_orm_multitenant::Tenancy;
use sea_orm_multitenant_axum::{
    Cached, Chain, EntityStore, Header, Policy, Subdomain, TenantLayer, TransactionLayer,
};

/// Gives each request its tenant.
#[derive(Debug)]
pub struct Tenants;

#[async_trait]
impl Initializer for Tenants {
    fn name(&self) -> String {
        "tenants".to_owned()
    }

    async fn before_run(&self, ctx: &AppContext) -> Result<()> {
        ctx.shared_store.insert(Tenancy::new(ctx.db.clone()).map_err(Error::wrap)?);
        Ok(())
    }

    async fn after_routes(&self, router: axum::Router, ctx: &AppContext) -> Result<axum::Router> {
        let tenancy = ctx.shared_store.get::<Tenancy>().ok_or_else(|| Error::string("no tenancy"))?;
        let resolvers = Chain::new()
            .then(Header::new(HeaderName::from_static("x-tenant")))
            .then(Subdomain::of("example.org").map_err(Error::wrap)?);
        let accounts = EntityStore::<account::Entity>::new(&tenancy, account::Column::Name);
        let accounts = Cached::new(accounts.map_err(Error::wrap)?);
        let policy = Policy::default().exclude("/_ping").exclude("/_health").exclude("/_readiness");
        let tenants = TenantLayer::new(tenancy, resolvers, accounts).policy(policy);
        Ok(router.layer(TransactionLayer::new()).layer(tenants))
    }
}
