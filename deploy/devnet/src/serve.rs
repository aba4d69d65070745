//! The server: HTTP and WebSocket on one port, within limits.

use std::{net::SocketAddr, sync::Arc};

use jsonrpsee::{
    core::RegisterMethodError,
    server::{BatchRequestConfig, RandomStringIdProvider, Server, ServerConfig, ServerHandle},
};

use crate::{node::Node, rpc};

const MAX_REQUEST_BYTES: u32 = 15 * 1024 * 1024;
const MAX_RESPONSE_BYTES: u32 = 64 * 1024 * 1024;
const MAX_CONNECTIONS: u32 = 512;
const MAX_SUBSCRIPTIONS_PER_CONNECTION: u32 = 1024;
const MAX_BATCH: u32 = 1024;
const ID_LENGTH: usize = 16;

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
    let server = Server::builder().set_config(config).build(address).await.map_err(listening)?;
    let address = server.local_addr().map_err(listening)?;
    let handle = server.start(rpc::methods(node)?);
    Ok(Service { address, handle })
}

fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::AddrInUse => "address in use".to_owned(),
        std::io::ErrorKind::AddrNotAvailable => "no such address on this machine".to_owned(),
        std::io::ErrorKind::PermissionDenied => "not permitted".to_owned(),
        _ => error.to_string(),
    }
}
