//! Deleting a resource that nothing refers to.

use super::change_record::load;
use super::rejected::{Rejected, Thing};
use super::resources::{EditResource, not_written};
use crate::core::Core;
use crate::domain::assembly::Assembly;
use crate::domain::product_record::ProductRecord;
use crate::domain::resource::Resource;
use crate::domain::template::Template;
use crate::table::records::List;

/// Deletes a resource, unless a product, an assembly or a licence template refers to it, or something was signed with it.
///
/// What comes to refer to it in the same instant is left with a number that leads nowhere; but nothing is signed with a key that
/// goes, nor goes a key that something was signed with.
pub async fn delete_resource(core: &Core, edit: EditResource) -> Result<(), Rejected> {
    let resource: Resource = load(core, edit.into()).await?;
    let list = List::Resource(resource.id);
    // Boxed, for each holds a whole call.
    let (products, assemblies, templates) = tokio::try_join!(
        Box::pin(core.table.records::<ProductRecord>(edit.account, Some(&list), None, 1)),
        Box::pin(core.table.records::<Assembly>(edit.account, Some(&list), None, 1)),
        Box::pin(core.table.records::<Template>(edit.account, Some(&list), None, 1)),
    )?;
    if !products.items.is_empty() {
        return Err(Rejected::Referenced { by: Thing::Product });
    }
    if !assemblies.items.is_empty() {
        return Err(Rejected::Referenced { by: Thing::Assembly });
    }
    if !templates.items.is_empty() {
        return Err(Rejected::Referenced { by: Thing::Template });
    }
    core.table.delete_resource(&resource).await.map_err(not_written)
}
