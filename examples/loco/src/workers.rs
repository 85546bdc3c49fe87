//! Background work for the tenant of the request that enqueued it.

use crate::entity::project;
use loco_rs::prelude::*;
use sea_orm_multitenant::{Tenancy, TenantContext};
use serde::{Deserialize, Serialize};

/// The arguments of the job, which bring its tenant.
#[derive(Debug, Serialize, Deserialize)]
pub struct Import {
    /// Whose.
    pub account: TenantContext,
    /// A project a line.
    pub lines: String,
}

/// Makes a project of each line.
#[derive(Debug)]
pub struct Importer {
    tenancy: Option<Tenancy>,
}

#[async_trait]
impl BackgroundWorker<Import> for Importer {
    fn build(ctx: &AppContext) -> Self {
        Self { tenancy: ctx.shared_store.get() }
    }

    async fn perform(&self, Import { account, lines }: Import) -> Result<()> {
        let tenancy = self.tenancy.as_ref().ok_or_else(|| Error::string("no tenancy"))?;
        let import = async {
            let scope = tenancy.current().map_err(Error::wrap)?;
            let projects = lines
                .lines()
                .map(|name| project::ActiveModel { name: Set(name.to_owned()), ..Default::default() });
            project::Entity::insert_many(projects).exec_without_returning(&scope).await?;
            Ok(())
        };
        account.run(import).await
    }
}
