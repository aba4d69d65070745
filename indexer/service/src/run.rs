//! From the command line to a running service, and to its end.

use crate::{
    args::Args,
    error::Error,
    follow::{Follower, Node},
    live::Live,
    serve::{App, serve},
    store::Store,
};
use greatseal_api::deployment::Deployment;
use std::{io, path::Path, sync::Arc};
use tokio::{net::TcpListener, sync::oneshot};

/// All that was checked, and is about to serve.
#[derive(Debug)]
pub struct Service {
    listener: TcpListener,
    url: String,
    app: App,
    follower: Follower,
    node: Node,
    exit_on_stop: bool,
}

impl Service {
    /// Checks everything, in this order: deployment file, node, address, database with all its rows.
    ///
    /// # Errors
    ///
    /// [`Error`], with its exit code: nothing is served before all are sound.
    pub async fn prepare(args: Args) -> Result<Self, Error> {
        let deployment = Arc::new(read_deployment(&args.deployment)?);
        let node = Node::connect(&args.node, &deployment).await?;
        let listen = |source| Error::Listen { address: args.listen, source };
        let listener = TcpListener::bind(args.listen).await.map_err(listen)?;
        let url = format!("http://{}", listener.local_addr()?);

        let store = Store::open(&args.database, &deployment).await?;
        let replayed = store.replay(&deployment).await?;
        tracing::info!(rows = replayed.ledger.count(), next = replayed.ledger.next(), "the database is sound");
        let live = Live::new(replayed, deployment.code_hash);
        let follower = Follower::new(args.node, store.clone(), live.clone(), deployment);
        Ok(Self { listener, url, app: App { store, live }, follower, node, exit_on_stop: args.exit_on_stop })
    }

    /// Where it serves.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Follows and answers until `end` resolves.
    ///
    /// # Errors
    ///
    /// [`Error::Stop`] where following stopped and the program was to end by it.
    pub async fn run(self, end: impl Future<Output = ()>) -> Result<(), Error> {
        let (end_serving, told_to_end) = oneshot::channel::<()>();
        let store = self.app.store.clone();
        let serving = tokio::spawn(serve(self.listener, self.app, async {
            let _ = told_to_end.await;
        }));
        let following = async {
            let stop = self.follower.run(self.node).await;
            if self.exit_on_stop { stop } else { std::future::pending().await }
        };
        // Dropping the follower anywhere is safe: a transaction is committed as a whole or not at all.
        let stopped = tokio::select! {
            () = end => None,
            stop = following => Some(stop),
        };
        let _ = end_serving.send(());
        let served = serving.await.map_err(io::Error::other)?;
        store.close().await;
        match stopped {
            Some(stop) => Err(Error::Stop(stop)),
            None => Ok(served?),
        }
    }
}

fn read_deployment(path: &Path) -> Result<Deployment, Error> {
    let malformed = |reason: String| Error::Deployment { path: path.to_owned(), reason };
    let bytes = std::fs::read(path).map_err(|error| malformed(error.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|error| malformed(error.to_string()))
}
