//! When a service is told to end.

use std::io;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::oneshot,
};

/// Resolves on SIGINT, SIGTERM or, where asked, when standard input closes. Signals are caught once it is polled.
pub async fn told_to_end(with_parent: bool) {
    tokio::select! {
        () = signalled(SignalKind::interrupt()) => {}
        () = signalled(SignalKind::terminate()) => {}
        () = input_ended(), if with_parent => {}
    }
}

async fn signalled(kind: SignalKind) {
    match signal(kind) {
        Ok(mut signals) => {
            signals.recv().await;
        }
        Err(error) => {
            tracing::warn!(%error, ?kind, "this signal will end the program without ceremony");
            std::future::pending().await
        }
    }
}

async fn input_ended() {
    let (ended, end) = oneshot::channel();
    // A thread of its own: a blocked read would keep the runtime from ending.
    std::thread::spawn(move || {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        let _ = ended.send(());
    });
    let _ = end.await;
}
