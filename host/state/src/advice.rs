//! What can be done about a damaged store.

use crate::backup::Vault;
use crate::error::StoreError;

/// What the operator can do about a damaged store. `salvaging`: an export without the damaged entries was tried already.
pub fn advice(store: &str, vault: &Vault, salvaging: bool) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/:._-+,@%=".contains(c);
    // So that it can be pasted into a shell as it stands.
    let store =
        if store.chars().all(plain) { store.to_string() } else { format!("'{}'", store.replace('\'', "'\\''")) };
    if vault.tenants().is_ok_and(|tenants| !tenants.is_empty()) {
        return format!(
            "Nothing was changed. `llmspell-wasm state restore --rebuild --store {store}` sets it aside and puts the \
             newest backup of each tenant in its place"
        );
    }
    if salvaging {
        return "Nothing was changed, and there are no backups of it: a store is begun anew where it is moved away"
            .into();
    }
    format!(
        "Nothing was changed, and there are no backups of it: `llmspell-wasm state export FILE --skip-damaged --store {store}` \
         writes what can still be read of it"
    )
}

/// Completes an error with the store's name, where it is missing, and with advice.
pub fn at<'a>(store: &'a str, vault: &'a Vault, salvaging: bool) -> impl Fn(StoreError) -> StoreError + 'a {
    move |problem| match problem {
        StoreError::Damaged { store: named, what, advice: none } if none.is_empty() => {
            let store = if named.is_empty() { store.into() } else { named };
            let advice = advice(&store, vault, salvaging);
            StoreError::Damaged { store, what, advice }
        }
        StoreError::Unusable { store: unnamed, what } if unnamed.is_empty() => {
            StoreError::Unusable { store: store.into(), what }
        }
        other => other,
    }
}
