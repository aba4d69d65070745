//! What can be verified of the relayer's configuration without a network.

use super::{Account, Config};
use crate::{
    account::{Means, means},
    error::RelayerError,
    journal::{Journal, Kind},
};
use greatseal_client::{Account as _, DevAccount};
use greatseal_deployment::Deployment;
use greatseal_host::check::Finding;
use greatseal_signing::FileJournal;

/// Looks at every file that the configuration names; changes nothing.
pub async fn check(config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    let deployment = match Deployment::read(&config.deployment.file) {
        Ok(deployment) => {
            findings.push(Finding::good("deployment.file", format!("contract 0x{}", deployment.contract())));
            Some(deployment)
        }
        Err(error) => {
            let error = RelayerError::from(error);
            findings.push(Finding::wrong("deployment.file", &error, error.help()));
            None
        }
    };
    findings.extend(account(&config.account));
    findings.push(journal(config, deployment.as_ref()).await);
    findings.push(config.listen.check());
    findings
}

fn account(account: &Account) -> Vec<Finding> {
    match account {
        Account::Dev { .. } => {
            vec![Finding::good("account.kind", "an account of development chains, whose key everybody knows")]
        }
        Account::Token { module, pin_file, .. } => {
            vec![
                Finding::readable("account.module", module),
                Finding::secret("account.pin_file", pin_file),
                signing_journal(account),
            ]
        }
        Account::Sealed { path, key, passphrase_file, .. } => {
            let key = path.join(format!("{key}.sealed"));
            vec![
                Finding::secret("account.key", &key),
                Finding::secret("account.passphrase_file", passphrase_file),
                signing_journal(account),
            ]
        }
    }
}

/// The journal of the key's use must be there and hold: without it nothing can be paid.
fn signing_journal(account: &Account) -> Finding {
    let key = "account.signing_journal";
    let read = means(account).and_then(|means| match means {
        Means::Own { source, .. } => Ok(FileJournal::read(&source.journal).map(|_| source.journal)?),
        Means::Dev(name) => Ok(name.account().into()),
    });
    match read {
        Ok(path) => Finding::good(key, format!("{}, all links hold", path.display())),
        Err(error) => Finding::wrong(key, &error, error.help()),
    }
}

/// A journal that exists must be the one of this deployment and account; otherwise it must be possible to create it.
async fn journal(config: &Config, deployment: Option<&Deployment>) -> Finding {
    let (key, path) = ("journal.file", &config.journal.file);
    if path.symlink_metadata().is_err() {
        return Finding::creatable(key, path);
    }
    // Only the key itself can tell an account of a token or of a sealed file: neither is opened here.
    let account = match &config.account {
        Account::Dev { name } => DevAccount::named(name.account()).ok(),
        Account::Token { .. } | Account::Sealed { .. } => None,
    };
    let (Some(deployment), Some(account)) = (deployment, account) else {
        return Finding::readable(key, path);
    };
    match Journal::kind(path, deployment, account.id()).await {
        Ok(Kind::Ours) => Finding::good(key, format!("{}, of this deployment and account", path.display())),
        Ok(Kind::Earlier) => Finding::good(
            key,
            format!(
                "{}, of this deployment and account, in an earlier format: carried over at the start",
                path.display()
            ),
        ),
        Ok(Kind::Torn) => {
            let torn = RelayerError::TornJournal(path.clone());
            Finding::wrong(key, &torn, torn.help())
        }
        Ok(Kind::Foreign) => Finding::wrong(
            key,
            format!("{} is not the journal of this deployment and account", path.display()),
            "name another file; one that does not exist is created",
        ),
        Err(RelayerError::JournalInUse(_)) => Finding::good(key, format!("{}, in use by a relayer", path.display())),
        Err(error) => Finding::wrong(key, &error, error.help()),
    }
}
