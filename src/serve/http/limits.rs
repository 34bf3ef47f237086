//! What a client may take of the server.

use std::time::Duration;

/// Limits of a server. The defaults are generous for the clients of one machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest body of a request [bytes].
    pub body_bytes: usize,
    /// The largest request line and fields together [bytes].
    pub head_bytes: usize,
    /// Connections that are open at once; each is a task and some buffers.
    pub connections: u32,
    /// How long a client may take to send a head, and then a body.
    pub slowest: Duration,
    /// How long a server that stops waits for requests in flight, and a connection that is closed after an answer for what its client still sends.
    pub farewell: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            body_bytes: 1_000_000,
            head_bytes: 32_768,
            connections: 256,
            slowest: Duration::from_secs(10),
            farewell: Duration::from_secs(3),
        }
    }
}
