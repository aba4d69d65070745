//! The server: JSON-RPC over HTTP and WebSocket and `GET /metrics`, on one port, within limits.

mod calls;
mod wire;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use jsonrpsee::{
    Methods,
    core::{BoxError, RegisterMethodError, middleware::RpcServiceBuilder},
    server::{
        BatchRequestConfig, HttpBody, HttpRequest, HttpResponse, RandomStringIdProvider, Server, ServerConfig,
        ServerHandle, StopHandle, serve_with_graceful_shutdown, stop_channel,
    },
};
use tokio::net::{TcpListener, TcpStream};
use tower::Service as _;

use crate::{
    metrics::CONTENT_TYPE,
    node::Node,
    rpc,
    serve::{calls::Calls, wire::Wire},
};

const MAX_REQUEST_BYTES: u32 = 15 * 1024 * 1024;
const MAX_RESPONSE_BYTES: u32 = 64 * 1024 * 1024;
const MAX_CONNECTIONS: u32 = 512;
const MAX_SUBSCRIPTIONS_PER_CONNECTION: u32 = 1024;
const MAX_BATCH: u32 = 1024;
const ID_LENGTH: usize = 16;
/// When the system has no more descriptors, some will come back.
const PAUSE_AFTER_REFUSAL: Duration = Duration::from_millis(100);

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum CannotServe {
    /// The address is taken, or is none of this machine's.
    #[error("cannot listen on {address}: {}", reason(source))]
    Listen {
        /// What was asked for.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// Two methods have one name: a defect of this program.
    #[error(transparent)]
    Methods(#[from] RegisterMethodError),
}

/// A server that runs until it is stopped.
#[derive(Debug)]
pub struct Service {
    /// Where it listens; the port is known even if any was asked for.
    pub address: SocketAddr,
    /// Stops it.
    pub handle: ServerHandle,
}

/// Starts to answer.
///
/// # Errors
/// See [`CannotServe`].
pub async fn serve(node: Arc<Node>, address: SocketAddr) -> Result<Service, CannotServe> {
    let config = ServerConfig::builder()
        .max_request_body_size(MAX_REQUEST_BYTES)
        .max_response_body_size(MAX_RESPONSE_BYTES)
        .max_connections(MAX_CONNECTIONS)
        .max_subscriptions_per_connection(MAX_SUBSCRIPTIONS_PER_CONNECTION)
        .set_batch_request_config(BatchRequestConfig::Limit(MAX_BATCH))
        .set_id_provider(RandomStringIdProvider::new(ID_LENGTH))
        .build();
    let listening = |source| CannotServe::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(listening)?;
    let address = listener.local_addr().map_err(listening)?;
    let methods = rpc::methods(Arc::clone(&node))?;
    let calls = Calls::of(Arc::clone(&node), methods.method_names());
    let (stop, handle) = stop_channel();
    let methods = Methods::from(methods);
    tokio::spawn(accept(listener, node, config, calls, methods, stop));
    Ok(Service { address, handle })
}

async fn accept(
    listener: TcpListener,
    node: Arc<Node>,
    config: ServerConfig,
    calls: Calls,
    methods: Methods,
    stop: StopHandle,
) {
    let rpc = RpcServiceBuilder::new().layer(calls);
    let server = Server::builder().set_config(config).set_rpc_middleware(rpc).to_service_builder();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.clone().shutdown() => return,
        };
        let stream: TcpStream = match accepted {
            // Whoever comes during an outage is hung up on.
            Ok(_) if node.faults().is_out() => continue,
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(PAUSE_AFTER_REFUSAL).await;
                continue;
            }
        };
        let _ = stream.set_nodelay(true);
        let (node, server, methods, stop) = (Arc::clone(&node), server.clone(), methods.clone(), stop.clone());
        let wire = Wire::until(stream, node.faults().outage());
        let stopped = stop.clone().shutdown();
        let service = tower::service_fn(move |request: HttpRequest<_>| {
            let mut json_rpc = server.clone().build(methods.clone(), stop.clone());
            let node = Arc::clone(&node);
            async move {
                if request.method() == "GET" && request.uri().path() == "/metrics" {
                    return Ok(metrics(&node));
                }
                json_rpc.call(request).await as Result<_, BoxError>
            }
        });
        tokio::spawn(serve_with_graceful_shutdown(wire, service, stopped));
    }
}

fn metrics(node: &Node) -> HttpResponse {
    let mut response = HttpResponse::new(HttpBody::from(node.metrics().text(node)));
    if let Ok(content_type) = CONTENT_TYPE.parse() {
        response.headers_mut().insert("content-type", content_type);
    }
    response
}

fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::AddrInUse => "address in use".to_owned(),
        std::io::ErrorKind::AddrNotAvailable => "no such address on this machine".to_owned(),
        std::io::ErrorKind::PermissionDenied => "not permitted".to_owned(),
        _ => error.to_string(),
    }
}
