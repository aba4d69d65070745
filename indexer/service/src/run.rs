//! From the command line to a running service, and to its end.

use crate::{
    checkpoint::{self, Publisher},
    config::Config,
    contents::{self, Contents},
    error::Error,
    follow::Follower,
    live::Live,
    node::Node,
    serve::{App, router},
    snapshot::{self, Keeper, Started},
    store::Store,
    verification::Verification,
};
use greatseal_deployment::Deployment;
use greatseal_host::serve::{Limits, Listener, listen, serve};
use std::{
    convert::Infallible,
    io,
    sync::Arc,
    time::{Duration, SystemTime},
};
use tokio::{sync::oneshot, time::sleep};

/// All that was checked, and is about to serve.
#[derive(Debug)]
pub struct Service {
    listener: Listener,
    url: String,
    app: App,
    follower: Follower,
    publisher: Option<Publisher>,
    verification: Option<Verification>,
    keeper: Keeper,
    node: Node,
    limits: Limits,
    exit_on_stop: bool,
}

impl Service {
    /// Checks everything, in this order: deployment file, node, address, database with its rows, the key of its
    /// checkpoints with what it has signed. Rows that a snapshot stands for are judged by [`Self::run`].
    ///
    /// # Errors
    ///
    /// [`Error`], with its exit code: nothing is served before all are sound.
    pub async fn prepare(config: Config) -> Result<Self, Error> {
        let deployment = Arc::new(Deployment::read(&config.deployment.file)?);
        let url = config.node.url.as_str();
        let node = Node::connect(url, &deployment).await?;
        let (listener, serving) = listen(&config.listen.opening()).await?;

        let store = Store::open(&config.database.place()?, &deployment).await?;
        if store.could_rewrite().await? {
            tracing::warn!(
                "this account could change rows of the ledger: let `migrate --writer` give another one its rights"
            );
        }
        let file = config.database.file.as_path();
        let Started { replayed, pending } = snapshot::start(&store, &deployment, file, snapshot::LEAST).await?;
        let (rows, next) = (replayed.ledger.count(), replayed.ledger.next());
        let live = Live::new(replayed, deployment.code_hash);
        let contents = contents::open(&config).await?;
        live.seen(node.finalized());
        let verification = pending.map(|pending| {
            tracing::info!(rows, next, behind = pending.leaves, "the database is sound behind its snapshot");
            let deployment = Arc::clone(&deployment);
            Verification::new(store.clone(), live.clone(), deployment, file.to_owned(), pending)
        });
        if verification.is_none() {
            tracing::info!(rows, next, "the database is sound");
        }
        let keeper = Keeper::new(live.clone(), file, snapshot::LEAST);
        let publisher = checkpoint::open(&config, &store, &live).await?;
        let follower = Follower::new(url.to_owned(), store.clone(), live.clone(), deployment);
        let (limits, exit_on_stop) = (config.listen.limits(), config.process.exit_on_stop);
        Ok(Self {
            listener,
            url: serving,
            app: App { store, live, contents },
            follower,
            publisher,
            verification,
            keeper,
            node,
            limits,
            exit_on_stop,
        })
    }

    /// Where it serves.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Follows and answers until `end` resolves.
    ///
    /// # Errors
    ///
    /// [`Error::Stop`] where following stopped and the program was to end by it; [`Error::Store`] where a row that a snapshot
    /// stood for is damaged.
    pub async fn run(mut self, end: impl Future<Output = ()>) -> Result<(), Error> {
        let (end_serving, told_to_end) = oneshot::channel::<()>();
        let (store, live, contents) = (self.app.store.clone(), self.app.live.clone(), self.app.contents.clone());
        let serving = tokio::spawn(serve(self.listener, router(self.app), self.limits, async {
            let _ = told_to_end.await;
        }));
        let following = async {
            let stop = self.follower.run(self.node).await;
            if self.exit_on_stop { stop } else { std::future::pending().await }
        };
        let publishing = async {
            match self.publisher {
                Some(publisher) => publisher.run().await,
                None => std::future::pending().await,
            }
        };
        let forgetting = forget(contents, live);
        let verifying = async {
            match self.verification {
                Some(verification) => match verification.run().await {
                    Ok(()) => std::future::pending().await,
                    Err(damaged) => damaged,
                },
                None => std::future::pending().await,
            }
        };
        // Dropping the follower anywhere is safe: a transaction is committed as a whole or not at all.
        let stopped = tokio::select! {
            () = end => None,
            stop = following => Some(Error::Stop(stop)),
            damaged = verifying => Some(Error::Store(damaged)),
            never = publishing => match never {},
            never = forgetting => match never {},
            never = self.keeper.run() => match never {},
        };
        let _ = end_serving.send(());
        let served = serving.await.map_err(io::Error::other)?;
        // What was indexed since the last one need not be judged again before the next run answers. It is kept while the database is
        // locked: another program that has it keeps snapshots of its own.
        self.keeper.keep().await;
        store.close().await;
        match stopped {
            Some(stop) => Err(stop),
            None => Ok(served?),
        }
    }
}

/// Time between two looks at contents that no record names.
const FORGET: Duration = Duration::from_secs(60 * 60);

/// Removes what no record has named for days.
async fn forget(contents: Contents, live: Live) -> Infallible {
    loop {
        sleep(FORGET).await;
        match contents.forget(&live, SystemTime::now()).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "contents that no record names are removed"),
            Err(error) => tracing::warn!(%error, "contents that no record names could not be removed"),
        }
    }
}
