//! Binding, accepting and stopping.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Notify, Semaphore, watch};
use tokio::time::{sleep, timeout};

use crate::serve::http::connection::{Shared, serve, turn_away};
use crate::serve::http::guard::Guard;
use crate::serve::http::limits::Limits;
use crate::serve::http::message::Handler;

/// A server that is bound and not yet serving: connections made now wait for their answers.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    host: String,
    limits: Limits,
}

/// Why a server ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerEnd {
    /// It was asked to. Requests in flight were answered, if they did not take longer than [`Limits::farewell`].
    Asked,
    /// The handler panicked, and what it holds may be half changed.
    Broken,
}

/// How often a server looks whether it is asked to stop: signals set flags, and wake nobody.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Connections beyond the limit that are told so at the same time; further ones are closed without a word.
const TURNED_AWAY_MAX: usize = 64;

/// Threads that answer. What they ask is mostly behind one lock.
const HANDLER_THREADS: usize = 4;

impl Server {
    /// Binds an address of this machine, or a name of one; port 0 takes a free one.
    ///
    /// # Errors
    /// The address is taken, not of this machine, or not allowed.
    pub fn bind(host: &str, port: u16, limits: Limits) -> io::Result<Server> {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let listener = TcpListener::bind((host, port))?;
        listener.set_nonblocking(true)?;
        Ok(Server {
            address: listener.local_addr()?,
            listener,
            host: host.to_owned(),
            limits,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers requests until `asked` says that it is to stop or the handler panics.
    ///
    /// # Errors
    /// The system gives no threads or no sockets.
    pub fn run(self, handler: impl Handler, asked: impl Fn() -> bool) -> io::Result<ServerEnd> {
        let runtime = Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .max_blocking_threads(HANDLER_THREADS)
            .build()?;
        let ended = runtime.block_on(self.accept(Box::new(handler), asked));
        // Whoever is still answering has had its time.
        Runtime::shutdown_background(runtime);
        ended
    }

    async fn accept(
        self,
        handler: Box<dyn Handler>,
        asked: impl Fn() -> bool,
    ) -> io::Result<ServerEnd> {
        let listener = tokio::net::TcpListener::from_std(self.listener)?;
        let limits = self.limits;
        let shared = Arc::new(Shared {
            handler,
            guard: Guard::new(&self.host, self.address.port()),
            limits,
            broken: Notify::new(),
        });
        let places = Arc::new(Semaphore::new(limits.connections as usize));
        let doors = Arc::new(Semaphore::new(TURNED_AWAY_MAX));
        let (stop, stopped) = watch::channel(false);
        let end = loop {
            let accepted = tokio::select! {
                biased;
                () = shared.broken.notified() => break ServerEnd::Broken,
                () = until(&asked) => break ServerEnd::Asked,
                accepted = listener.accept() => accepted,
            };
            let Ok((stream, _)) = accepted else {
                // The client is gone, or there are no more file descriptors and some are to be given back first.
                sleep(LOOK_EVERY).await;
                continue;
            };
            let _ = stream.set_nodelay(true);
            if let Ok(place) = Arc::clone(&places).try_acquire_owned() {
                let (shared, stopped) = (Arc::clone(&shared), stopped.clone());
                tokio::spawn(async move {
                    serve(shared, stream, stopped).await;
                    drop(place);
                });
            } else if let Ok(door) = Arc::clone(&doors).try_acquire_owned() {
                tokio::spawn(async move {
                    turn_away(stream, limits).await;
                    drop(door);
                });
            }
        };
        drop(listener);
        stop.send_replace(true);
        let _ = timeout(limits.farewell, places.acquire_many(limits.connections)).await;
        Ok(end)
    }
}

async fn until(asked: impl Fn() -> bool) {
    while !asked() {
        sleep(LOOK_EVERY).await;
    }
}
