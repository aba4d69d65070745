//! Stands between a program and the node: holds transactions back on either side of the node, or lies about them.

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
    /// The node gets it, and whoever sent it hears that the pool has dropped it: one of several pools is full.
    SwallowAnswer,
    /// The node never gets it, and whoever sent it hears this error of a pool.
    Refuse(i32),
    /// The node never gets it, and whoever sent it hears that all is well.
    Drop,
}

/// "Immediately Dropped" (Polkadot SDK, `sc-rpc-api`, `author::error`).
const DROPPED: i32 = 1016;

/// A node's double, as long as this value lives.
#[derive(Debug)]
pub struct Proxy {
    url: String,
    manner: watch::Sender<Manner>,
    held: watch::Receiver<u32>,
    seen: watch::Receiver<Vec<Value>>,
    _server: ServerHandle,
}

#[derive(Debug)]
struct Passage {
    node: Rpc,
    manner: watch::Receiver<Manner>,
    held: watch::Sender<u32>,
    /// Parameters of each transaction that came.
    seen: watch::Sender<Vec<Value>>,
    /// What is made of each answer.
    lie: fn(&str, &mut Value),
}

impl Proxy {
    /// Takes the node's place on a free port.
    ///
    /// # Errors
    /// Where the node does not tell its methods.
    pub async fn before(node: &Node) -> Outcome<Self> {
        Self::without(node, |_| false).await
    }

    /// A proxy that lacks some of the node's methods.
    ///
    /// # Errors
    /// Where the node does not tell its methods.
    pub async fn without(node: &Node, missing: fn(&str) -> bool) -> Outcome<Self> {
        Self::behind(node, missing, |_, _| {}).await
    }

    /// A proxy that answers something else: `lie` is given each method with the node's answer.
    ///
    /// # Errors
    /// Where the node does not tell its methods.
    pub async fn lying(node: &Node, lie: fn(&str, &mut Value)) -> Outcome<Self> {
        Self::behind(node, |_| false, lie).await
    }

    async fn behind(node: &Node, missing: fn(&str) -> bool, lie: fn(&str, &mut Value)) -> Outcome<Self> {
        let (manner, told) = watch::channel(Manner::Pass);
        let (counted, held) = watch::channel(0);
        let (noted, seen) = watch::channel(Vec::new());
        let methods: Vec<String> = serde_json::from_value(node.rpc("rpc_methods", json!([])).await?["methods"].take())?;
        let mut module =
            RpcModule::new(Passage { node: Rpc::at(node.url()), manner: told, held: counted, seen: noted, lie });
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
        Ok(Self { url, manner, held, seen, _server: server.start(module) })
    }

    /// Its WebSocket address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// From now on.
    pub fn set(&self, manner: Manner) {
        self.manner.send_replace(manner);
    }

    /// Parameters of `author_submitExtrinsic`, each time that a transaction came.
    pub fn seen(&self) -> Vec<Value> {
        self.seen.borrow().clone()
    }

    /// Waits until transactions have come so many times in all.
    ///
    /// # Errors
    /// Where they do not come in 30 seconds.
    pub async fn came(&self, count: usize) -> Outcome {
        let mut seen = self.seen.clone();
        let come = timeout(TIME_TO_COME, seen.wait_for(|now| now.len() >= count)).await;
        come.map_err(|_| format!("transaction {count} was not sent in {TIME_TO_COME:?}"))??;
        Ok(())
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
        if method == SUBMIT {
            self.seen.send_modify(|seen| seen.push(params.clone()));
        }
        match manner {
            Manner::HoldBefore => return self.hold().await,
            Manner::Refuse(code) => return Err(refusal(code)),
            Manner::Drop => return Ok(json!(format!("0x{}", "00".repeat(32)))),
            Manner::Pass | Manner::HoldAfter | Manner::SwallowAnswer => {}
        }
        let answer = self.node.ask(method, params).await;
        match manner {
            Manner::HoldAfter => return self.hold().await,
            Manner::SwallowAnswer => return Err(refusal(DROPPED)),
            _ => {}
        }
        let told = answer.map(|mut told| {
            (self.lie)(method, &mut told);
            told
        });
        told.map_err(|error| {
            let code = i32::try_from(error.code).unwrap_or_default();
            ErrorObjectOwned::owned(code, error.message, (!error.data.is_null()).then_some(error.data))
        })
    }

    async fn hold(&self) -> Result<Value, ErrorObjectOwned> {
        self.held.send_modify(|count| *count += 1);
        std::future::pending().await
    }
}

/// What a pool says with a number.
fn refusal(code: i32) -> ErrorObjectOwned {
    let (message, data) = match code {
        1010 => ("Invalid Transaction", Some("Inability to pay some fees (e.g. account balance too low)")),
        1012 => ("Transaction is temporarily banned", None),
        1014 => ("Priority is too low", None),
        _ => ("Immediately Dropped", None),
    };
    ErrorObjectOwned::owned(code, message, data)
}
