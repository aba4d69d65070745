//! What can be verified of the configuration without a network.

use super::{Checkpoint, Config, Place};
use crate::{checkpoint, contents, error::Error, store::Store};
use greatseal_deployment::Deployment;
use greatseal_host::{birth, check::Finding};
use greatseal_signing::HeadFile;

/// Looks at every file that the configuration names, without a network; changes nothing.
pub async fn check(config: &Config) -> Vec<Finding> {
    let wrong = |key, error: Error| Finding::wrong(key, &error, error.help());
    let path = &config.database.file;
    let deployment = Deployment::read(&config.deployment.file);
    let database = match &deployment {
        _ if path.symlink_metadata().is_err() => Finding::creatable("database.file", path),
        Err(_) => Finding::readable("database.file", path),
        Ok(deployment) => match Store::inspect(path, deployment).await {
            Ok(()) => Finding::good("database.file", format!("{}, of this deployment", path.display())),
            Err(error) => wrong("database.file", error.into()),
        },
    };
    let deployment = match deployment {
        Ok(deployment) => Finding::good("deployment.file", format!("contract {}", deployment.contract())),
        Err(error) => wrong("deployment.file", error.into()),
    };
    let mut findings = vec![deployment, database, config.listen.check()];
    findings.extend(content(config));
    findings.extend(checkpoint(config));
    findings
}

/// The folder of contents, or the files with the keys of a bucket.
fn content(config: &Config) -> Vec<Finding> {
    match &config.content.place {
        Place::Folder(_) => {
            let folder = contents::folder(config).unwrap_or_default();
            vec![match folder.metadata() {
                Ok(found) if found.is_dir() => Finding::good("content.path", folder.display()),
                Ok(_) => Finding::wrong("content.path", format!("{} is no folder", folder.display()), "name a folder"),
                Err(_) => Finding::creatable("content.path", &folder),
            }]
        }
        Place::S3 { url, bucket, access_key_file, secret_key_file, .. } => vec![
            Finding::good("content.url", format!("{url}, bucket {bucket}")),
            Finding::secret("content.access_key_file", access_key_file),
            Finding::secret("content.secret_key_file", secret_key_file),
        ],
    }
}

/// The key's files, the file of heads, and the witnesses.
fn checkpoint(config: &Config) -> Vec<Finding> {
    let wrong = |key, error: Error| Finding::wrong(key, &error, error.help());
    let mut findings = match &config.checkpoint {
        Checkpoint::None => return vec![Finding::good("checkpoint.kind", "none: no checkpoints are signed")],
        Checkpoint::Token { module, pin_file, .. } => {
            vec![Finding::readable("checkpoint.module", module), Finding::secret("checkpoint.pin_file", pin_file)]
        }
        Checkpoint::Sealed { path, key, passphrase_file, .. } => vec![
            Finding::secret("checkpoint.key", &path.join(format!("{key}.sealed"))),
            Finding::secret("checkpoint.passphrase_file", passphrase_file),
        ],
    };
    let heads = birth::beside(&config.database.file, checkpoint::HEADS);
    findings.push(match HeadFile::read(&heads) {
        Ok(_) => Finding::good("checkpoint.kind", format!("the last head is kept in {}", heads.display())),
        Err(error) => wrong("checkpoint.kind", error.into()),
    });
    findings.push(match checkpoint::policy(&config.witnesses) {
        Ok(None) => Finding::good("witnesses.list", "none: checkpoints are published when they are signed"),
        Ok(Some(policy)) => Finding::good(
            "witnesses.list",
            format!("{} of {} have to cosign", policy.threshold(), policy.witnesses().len()),
        ),
        Err(error) => wrong("witnesses.list", error),
    });
    findings
}
