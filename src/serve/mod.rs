//! The endpoint: a server that answers as the service did, from one replication.

pub mod http;
