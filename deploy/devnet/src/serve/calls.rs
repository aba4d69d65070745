//! Around every call: it is counted and timed, and its answer comes late where that was asked for.

use std::{collections::HashSet, sync::Arc, time::Instant};

use jsonrpsee::{
    core::middleware::{Batch, BatchEntry, Notification, RpcServiceT},
    server::{BatchResponseBuilder, MethodResponse},
    types::Request,
};

use crate::{node::Node, serve::MAX_RESPONSE_BYTES};

/// What clients make up is counted under this name.
const UNKNOWN: &str = "unknown";
/// Whoever switches the delay off need not wait.
const NEVER_LATE: &str = "devnet_";

/// Wraps the service of each connection.
#[derive(Clone)]
pub(super) struct Calls {
    node: Arc<Node>,
    names: Arc<HashSet<&'static str>>,
}

impl Calls {
    pub(super) fn of(node: Arc<Node>, names: impl Iterator<Item = &'static str>) -> Self {
        Self { node, names: Arc::new(names.collect()) }
    }
}

impl<S> tower::Layer<S> for Calls {
    type Service = Attended<S>;

    fn layer(&self, service: S) -> Self::Service {
        Attended { service, calls: self.clone() }
    }
}

/// A service that is watched.
#[derive(Clone)]
pub(super) struct Attended<S> {
    service: S,
    calls: Calls,
}

impl<S> RpcServiceT for Attended<S>
where
    S: RpcServiceT<MethodResponse = MethodResponse, NotificationResponse = MethodResponse>
        + Clone
        + Send
        + Sync
        + 'static,
{
    type MethodResponse = MethodResponse;
    type NotificationResponse = MethodResponse;
    type BatchResponse = MethodResponse;

    fn call<'a>(&self, request: Request<'a>) -> impl Future<Output = MethodResponse> + Send + 'a {
        let Self { service, calls: Calls { node, names } } = self.clone();
        async move {
            let method = names.get(request.method_name()).copied().unwrap_or(UNKNOWN);
            let since = Instant::now();
            let response = service.call(request).await;
            node.metrics().called(method, response.is_success(), since.elapsed());
            let delay = node.faults().delay();
            if !delay.is_zero() && !method.starts_with(NEVER_LATE) {
                tokio::time::sleep(delay).await;
            }
            response
        }
    }

    fn batch<'a>(&self, batch: Batch<'a>) -> impl Future<Output = MethodResponse> + Send + 'a {
        let us = self.clone();
        async move {
            let limit = usize::try_from(MAX_RESPONSE_BYTES).unwrap_or(usize::MAX);
            let mut answers = BatchResponseBuilder::new_with_limit(limit);
            let mut notified = false;
            for entry in batch {
                let answer = match entry {
                    Ok(BatchEntry::Call(request)) => us.call(request).await,
                    Ok(BatchEntry::Notification(notification)) => {
                        notified = true;
                        us.notification(notification).await;
                        continue;
                    }
                    Err(error) => {
                        let (error, id) = error.into_parts();
                        MethodResponse::error(id, error)
                    }
                };
                if let Err(too_long) = answers.append(answer) {
                    return too_long;
                }
            }
            if answers.is_empty() && notified {
                MethodResponse::notification()
            } else {
                MethodResponse::from_batch(answers.finish())
            }
        }
    }

    fn notification<'a>(&self, notification: Notification<'a>) -> impl Future<Output = MethodResponse> + Send + 'a {
        self.service.notification(notification)
    }
}
