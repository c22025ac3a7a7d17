//! An account's settings: read by what they decide, and set by its administrators.

use std::sync::Arc;

use crate::core::Core;
use crate::domain::ids::AccountId;
use crate::domain::log_entry::Entry;
use crate::domain::setting::{Setting, SettingError, SettingValue, Settings};
use crate::fault::Fault;
use crate::table::Freshness;

/// A setting that is to have a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingChange {
    /// Its group, or nothing where its name alone tells.
    pub group: String,
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: SettingValue,
}

/// Why nothing was set.
#[derive(Debug)]
pub enum NotSet {
    /// One of the changes cannot be made.
    Refused {
        /// Which one, from 0.
        place: usize,
        /// Why.
        why: SettingError,
    },
    /// A fault of ours.
    Fault(Fault),
}

/// The settings for what they decide: at most a minute old, and less where this process changed them.
pub async fn settings(core: &Core, account: AccountId) -> Result<Arc<Settings>, Fault> {
    if let Some(settings) = core.remembered_settings(account) {
        return Ok(settings);
    }
    let settings = Arc::new(core.table.settings(account, Freshness::Eventual).await?);
    core.remember_settings(account, Some(Arc::clone(&settings)));
    Ok(settings)
}

/// The settings as they are, for who sets them.
pub async fn present_settings(core: &Core, account: AccountId) -> Result<Settings, Fault> {
    core.table.settings(account, Freshness::Strong).await
}

/// Sets all of these, or none where one cannot be. What is not among them stays, whoever sets it at the same time.
pub async fn change_settings(core: &Core, account: AccountId, changes: Vec<SettingChange>) -> Result<(), NotSet> {
    let (mut settings, mut set) = (Settings::default(), Vec::<&'static Setting>::new());
    for (place, SettingChange { group, name, value }) in changes.into_iter().enumerate() {
        let refused = |why| NotSet::Refused { place, why };
        let setting = Setting::find(&group, &name).ok_or_else(|| refused(SettingError::Unknown))?;
        setting.set(&mut settings, value).map_err(refused)?;
        if !setting.is_read_only() && !set.iter().any(|other| std::ptr::eq(*other, setting)) {
            set.push(setting);
        }
    }
    let attributes: Vec<&'static str> = set.iter().filter_map(|setting| setting.attribute()).collect();
    if attributes.is_empty() {
        return Ok(());
    }
    core.table.write_settings(account, &settings, &attributes).await.map_err(NotSet::Fault)?;
    core.remember_settings(account, None);
    for setting in set {
        // The values are not told: one is an e-mail address.
        core.note(
            account,
            Entry::information("Setting {Group}.{Name} was changed").with("Group", setting.group).with("Name", setting.name),
        );
    }
    Ok(())
}
