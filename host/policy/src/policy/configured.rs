//! The policies that the configuration names: the operator's, and one for each tenant.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::Grants;
use super::{Change, Policy, PolicyError, PolicyFile};

/// Policy files of the configuration: checked at each run, and read again when they have changed.
#[derive(Debug, Default)]
pub struct Policies {
    operator: Option<PathBuf>,
    /// `NAME.toml` in it is the policy of the tenant NAME. With this, a tenant without a file has nothing.
    tenants: Option<PathBuf>,
    files: Mutex<BTreeMap<PathBuf, Arc<PolicyFile>>>,
}

impl Policies {
    /// Names the files; nothing is read yet. `operator` is a file for all tenants, `tenants` a folder with one file
    /// `NAME.toml` for each tenant.
    pub fn new(operator: Option<PathBuf>, tenants: Option<PathBuf>) -> Policies {
        Policies { operator, tenants, files: Mutex::default() }
    }

    /// What holds for a tenant, outermost first, and what has changed since it was asked for last.
    pub fn of(&self, tenant: &str) -> Result<(Vec<Arc<Policy>>, Vec<Change>), PolicyError> {
        let (mut policies, mut changes) = (Vec::new(), Vec::new());
        let own = self.tenants.as_ref().map(|folder| tenant_file(folder.clone(), tenant)).transpose()?;
        for path in self.operator.iter().cloned().chain(own.clone()) {
            if own.as_ref() == Some(&path) && !path.exists() && !self.is_known(&path) {
                let problem = format!(
                    "is not there, so that the tenant '{tenant}' may run nothing ([policy] tenants in the configuration): \
                     write its policy there, or say --tenant"
                );
                return Err(PolicyError::of_file(path.display(), problem));
            }
            let (policy, change) = self.file(path)?.current();
            policies.push(policy);
            changes.extend(change);
        }
        Ok((policies, changes))
    }

    /// `grants` within all of these policies; one that the caller already put in is not added again.
    pub fn bound(&self, mut grants: Grants, tenant: &str) -> Result<(Grants, Vec<Change>), PolicyError> {
        let (policies, changes) = self.of(tenant)?;
        let missing =
            policies.into_iter().filter(|one| !grants.policies.iter().any(|other| other.origin == one.origin));
        let mut all: Vec<Arc<Policy>> = missing.collect();
        all.append(&mut grants.policies);
        grants.policies = all;
        Ok((grants, changes))
    }

    /// Whether it was there before: then what it said last holds.
    fn is_known(&self, path: &Path) -> bool {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).contains_key(path)
    }

    fn file(&self, path: PathBuf) -> Result<Arc<PolicyFile>, PolicyError> {
        // Entries are whole or not there.
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = files.get(&path) {
            return Ok(file.clone());
        }
        let file = Arc::new(PolicyFile::open_plain(&path)?);
        files.insert(path, file.clone());
        Ok(file)
    }
}

/// A tenant's name can be anything; a file's can't.
fn tenant_file(folder: PathBuf, tenant: &str) -> Result<PathBuf, PolicyError> {
    let plain = |sign: char| sign.is_ascii_alphanumeric() || "-_.".contains(sign);
    if tenant.is_empty() || tenant.len() > 64 || tenant.starts_with('.') || !tenant.chars().all(plain) {
        let problem = format!(
            "the tenant {tenant:?} can have no file here: a name has 1 to 64 letters, digits, '-', '_' and '.'"
        );
        return Err(PolicyError::of_file(folder.display(), problem));
    }
    Ok(folder.join(format!("{tenant}.toml")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Right;

    #[test]
    fn a_tenant_has_what_the_operator_and_its_own_file_allow() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("operator.toml"), "[tools]\nallow = [\"a\", \"b\"]\n").unwrap();
        std::fs::write(path("acme.toml"), "[tools]\nallow = [\"b\", \"c\"]\n").unwrap();
        let policies = Policies::new(Some(path("operator.toml")), Some(folder.path().into()));
        let (grants, changes) = policies.bound(Grants::local(), "acme").unwrap();
        let granted: Vec<bool> = ["a", "b", "c"].map(|tool| grants.allows(Right::TOOL, tool)).into();
        assert_eq!((granted, changes), (vec![false, true, false], Vec::new()));
        // Not twice.
        assert_eq!(policies.bound(grants, "acme").unwrap().0.policies.len(), 2);
        let message = |tenant: &str| policies.of(tenant).unwrap_err().to_string();
        let missing = message("nobody");
        assert!(missing.contains("nobody.toml: is not there") && missing.contains("tenant 'nobody'"), "{missing}");
        for tenant in ["../operator", "", ".", "a/b", "a\\b"] {
            assert!(message(tenant).contains("can have no file here"), "{tenant}");
        }
    }
}
