//! What can be verified of the configuration without a network.

use super::{Checkpoint, Config, Database, Place};
use crate::{checkpoint, contents, error::Error, store::Store};
use greatseal_deployment::Deployment;
use greatseal_host::{birth, check::Finding};
use greatseal_signing::HeadFile;

/// Looks at every file that the configuration names, without a network; changes nothing.
pub async fn check(config: &Config) -> Vec<Finding> {
    let wrong = |key, error: Error| Finding::wrong(key, &error, error.help());
    let deployment = Deployment::read(&config.deployment.file);
    let database = database(&config.database, deployment.as_ref().ok()).await;
    let deployment = match deployment {
        Ok(deployment) => Finding::good("deployment.file", format!("contract {}", deployment.contract())),
        Err(error) => wrong("deployment.file", error.into()),
    };
    let mut findings = vec![deployment, config.listen.check()];
    findings.extend(database);
    findings.extend(content(config));
    findings.extend(checkpoint(config));
    findings
}

/// The file, or what one needs for the server: that one is not asked.
async fn database(database: &Database, deployment: Option<&Deployment>) -> Vec<Finding> {
    let path = &database.file;
    if let Some(url) = &database.url {
        let mut findings = vec![
            Finding::good("database.url", format!("{url}, which was not asked")),
            Finding::creatable("database.file", path),
        ];
        findings.extend(database.password_file.as_ref().map(|path| Finding::secret("database.password_file", path)));
        return findings;
    }
    let wrong = |key, error: Error| Finding::wrong(key, &error, error.help());
    vec![match (database.place(), deployment) {
        (Err(error), _) => wrong("database.password_file", error),
        (Ok(_), _) if path.symlink_metadata().is_err() => Finding::creatable("database.file", path),
        (Ok(_), None) => Finding::readable("database.file", path),
        (Ok(place), Some(deployment)) => match Store::inspect(&place, deployment).await {
            Ok(_) => Finding::good("database.file", format!("{}, of this deployment", path.display())),
            Err(error) => wrong("database.file", error.into()),
        },
    }]
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
