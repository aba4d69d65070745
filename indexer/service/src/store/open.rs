//! Opening: a database is looked at without writing to it, and refused unless it is this deployment's.

use super::{SCHEMA, Store, StoreError, append, column, schema::COUNTED};
use crate::ledger::Ledger;
use greatseal_deployment::Deployment;
use greatseal_protocol::bytes::to_hex;
use greatseal_store::{Database, Error, Look, Place, Query, query};
use std::{collections::BTreeMap, sync::Arc};

impl Store {
    /// Opens the database of a deployment; creates it where there is nothing, and migrates an older one.
    ///
    /// # Errors
    ///
    /// A database that is not this deployment's is refused before anything is written.
    pub async fn open(place: impl Into<Place>, deployment: &Arc<Deployment>) -> Result<Self, StoreError> {
        let place = place.into();
        let there = Self::inspect(&place, deployment).await?;
        let database = Database::open(&place, &SCHEMA, birth(deployment)?).await?;
        if !there {
            // Another process may have been faster: whether the two may share it is looked at now.
            Self::inspect(&place, deployment).await?;
        }
        Ok(Self { database, unknown: Arc::default() })
    }

    /// What a database of a deployment says that it is.
    pub fn identity(deployment: &Deployment) -> [(&'static str, String); 7] {
        identity(deployment)
    }

    /// Whether there is a database, and it is one of this deployment; only reads.
    ///
    /// # Errors
    ///
    /// Why it is not.
    pub async fn inspect(place: &Place, deployment: &Deployment) -> Result<bool, StoreError> {
        let Some(mut look) = Look::at(place, &SCHEMA).await? else { return Ok(false) };
        let pairs = look.session().all::<(String, String)>(query("SELECT key, value FROM meta")).await;
        look.close().await?;
        let meta: BTreeMap<_, _> = match pairs {
            Err(error) if error.undecodable() => return Err(Error::NotOurs { place: place.to_string() }.into()),
            pairs => pairs?.into_iter().collect(),
        };
        for (what, expected) in identity(deployment) {
            let found = meta.get(what).cloned().unwrap_or_default();
            if found != expected {
                return Err(StoreError::OtherDeployment { what, expected, found });
            }
        }
        Ok(true)
    }
}

/// What a database is of.
fn identity(deployment: &Deployment) -> [(&'static str, String); 7] {
    [
        ("deployment", to_hex(&deployment.deployment)),
        ("contract", to_hex(&deployment.contract)),
        ("chain_genesis", to_hex(&deployment.chain_genesis)),
        ("chain_id", deployment.chain_id.to_string()),
        ("code_hash", to_hex(&deployment.code_hash)),
        ("block_number", deployment.block_number.to_string()),
        ("block_hash", to_hex(&deployment.block_hash)),
    ]
}

/// What a new database begins with: its identity, and the cursor before the first block.
fn birth(deployment: &Arc<Deployment>) -> Result<Vec<Query<'static>>, StoreError> {
    let schema = [("schema", COUNTED.to_owned())];
    let meta =
        |(key, value)| query("INSERT INTO meta (key, value) VALUES ($1, $2)").bind::<&'static str>(key).bind(value);
    let mut rows: Vec<_> = schema.into_iter().chain(identity(deployment)).map(meta).collect();
    let ledger = Ledger::new(Arc::clone(deployment));
    let cursor =
        query("INSERT INTO reached (id, next_block, block_hash, size, root, frontier) VALUES (1, $1, NULL, 0, $2, $3)");
    let cursor = cursor.bind(column(ledger.next())?).bind(ledger.head().root.bytes().to_vec());
    rows.push(cursor.bind(append::frontier(ledger.tree())));
    Ok(rows)
}
