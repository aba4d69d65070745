//! Stands between a program and the node, and can hold a transaction back on either side of the node.

use std::time::Duration;

use jsonrpsee::{
    RpcModule,
    server::{Server, ServerConfig, ServerHandle},
    types::ErrorObjectOwned,
};
use serde_json::{Value, json};
use tokio::{sync::watch, time::timeout};

use crate::{Outcome, devnet::Rpc, node::Node};

const SUBMIT: &str = "author_submitExtrinsic";
const TIME_TO_COME: Duration = Duration::from_secs(30);

/// What becomes of a transaction on its way to the node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// It passes.
    Pass,
    /// The node never gets it, and whoever sent it never gets an answer.
    HoldBefore,
    /// The node gets it, but whoever sent it never gets the answer.
    HoldAfter,
}

/// A node's double, as long as this value lives.
#[derive(Debug)]
pub struct Proxy {
    url: String,
    manner: watch::Sender<Manner>,
    held: watch::Receiver<u32>,
    _server: ServerHandle,
}

#[derive(Debug)]
struct Passage {
    node: Rpc,
    manner: watch::Receiver<Manner>,
    held: watch::Sender<u32>,
}

impl Proxy {
    /// Takes the node's place on a free port.
    ///
    /// # Errors
    /// Where the node does not tell its methods.
    pub async fn before(node: &Node) -> Outcome<Self> {
        Self::without(node, |_| false).await
    }

    /// The same, which does not have some of the node's methods.
    ///
    /// # Errors
    /// Where the node does not tell its methods.
    pub async fn without(node: &Node, missing: fn(&str) -> bool) -> Outcome<Self> {
        let (manner, told) = watch::channel(Manner::Pass);
        let (counted, held) = watch::channel(0);
        let methods: Vec<String> = serde_json::from_value(node.rpc("rpc_methods", json!([])).await?["methods"].take())?;
        let mut module = RpcModule::new(Passage { node: Rpc::at(node.url()), manner: told, held: counted });
        for name in methods.into_iter().filter(|name| !missing(name)) {
            // The server wants names that live for ever; a test has a few dozen.
            let name: &'static str = name.leak();
            module.register_async_method(name, move |params, passage, _| async move {
                let params = params.as_str().and_then(|text| serde_json::from_str(text).ok());
                passage.pass(name, params.unwrap_or_else(|| json!([]))).await
            })?;
        }
        let limits = ServerConfig::builder().max_response_body_size(64 * 1024 * 1024).build();
        let server = Server::builder().set_config(limits).build("127.0.0.1:0").await?;
        let url = format!("ws://{}", server.local_addr()?);
        Ok(Self { url, manner, held, _server: server.start(module) })
    }

    /// Its WebSocket address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// From now on.
    pub fn set(&self, manner: Manner) {
        self.manner.send_replace(manner);
    }

    /// Waits until so many transactions are held in all.
    ///
    /// # Errors
    /// Where they do not come in 30 seconds.
    pub async fn held(&self, count: u32) -> Outcome {
        let mut held = self.held.clone();
        let come = timeout(TIME_TO_COME, held.wait_for(|now| *now >= count)).await;
        come.map_err(|_| format!("transaction {count} was not sent in {TIME_TO_COME:?}"))??;
        Ok(())
    }
}

impl Passage {
    async fn pass(&self, method: &str, params: Value) -> Result<Value, ErrorObjectOwned> {
        let manner = if method == SUBMIT { *self.manner.borrow() } else { Manner::Pass };
        if manner == Manner::HoldBefore {
            return self.hold().await;
        }
        let answer = self.node.ask(method, params).await;
        if manner == Manner::HoldAfter {
            return self.hold().await;
        }
        answer.map_err(|error| {
            let code = i32::try_from(error.code).unwrap_or_default();
            ErrorObjectOwned::owned(code, error.message, (!error.data.is_null()).then_some(error.data))
        })
    }

    async fn hold(&self) -> Result<Value, ErrorObjectOwned> {
        self.held.send_modify(|count| *count += 1);
        std::future::pending().await
    }
}
