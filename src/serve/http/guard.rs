//! Whether a request was meant for this server. A web page can have a browser send requests to a server of the same machine: under a name of the page's
//! own that resolves to a loopback address (DNS rebinding), which `Host` tells, or across sites, which `Origin` tells.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hyper::header::{HOST, HeaderValue, ORIGIN};
use hyper::http::request::Parts;
use hyper::http::uri::Authority;
use hyper::{StatusCode, Uri};

use crate::serve::http::message::Response;

/// The names that a server has.
#[derive(Debug)]
pub(super) struct Guard {
    /// As it was bound.
    host: String,
    port: u16,
}

impl Guard {
    pub(super) fn new(host: &str, port: u16) -> Guard {
        Guard {
            host: host.to_owned(),
            port,
        }
    }

    /// Refuses a request that came to the address `local` and was meant for another server, or comes from another site.
    ///
    /// # Errors
    /// The refusal.
    pub(super) fn admit(&self, head: &Parts, local: IpAddr) -> Result<(), Response> {
        let mut hosts = head.headers.get_all(HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            let text = "a request needs one Host header";
            return Err(Response::refusal(StatusCode::BAD_REQUEST, text));
        };
        let of_target = head.uri.authority();
        if !self.is_own_host(host, local) || of_target.is_some_and(|it| !self.is_own(it, local)) {
            let text = format!(
                "this server answers requests for localhost:{0} or 127.0.0.1:{0} by that name only; the request was for {1}",
                self.port,
                of_target.map_or_else(|| shown(host), Authority::to_string)
            );
            return Err(Response::refusal(StatusCode::MISDIRECTED_REQUEST, &text));
        }
        let mut origins = head.headers.get_all(ORIGIN).iter();
        match origins.find(|origin| !self.is_own_origin(origin, local)) {
            None => Ok(()),
            Some(origin) => {
                let text = format!(
                    "this server takes no requests from pages of other sites; this one is from {}",
                    shown(origin)
                );
                Err(Response::refusal(StatusCode::FORBIDDEN, &text))
            }
        }
    }

    fn is_own_host(&self, host: &HeaderValue, local: IpAddr) -> bool {
        let authority = Authority::try_from(host.as_bytes());
        authority.is_ok_and(|authority| self.is_own(&authority, local))
    }

    fn is_own_origin(&self, origin: &HeaderValue, local: IpAddr) -> bool {
        let Ok(origin) = Uri::try_from(origin.as_bytes()) else {
            return false;
        };
        let is_http = origin.scheme_str() == Some("http");
        is_http && origin.authority().is_some_and(|it| self.is_own(it, local))
    }

    /// Whether this is a name of the server. An address is one if the client did connect to it, which no name that lies can have it do.
    fn is_own(&self, authority: &Authority, local: IpAddr) -> bool {
        let host = authority.host();
        let is_named =
            host.eq_ignore_ascii_case("localhost") || host.eq_ignore_ascii_case(&self.host);
        let address = host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<IpAddr>();
        let is_address = address.is_ok_and(|address| {
            let own = [
                local.to_canonical(),
                Ipv4Addr::LOCALHOST.into(),
                Ipv6Addr::LOCALHOST.into(),
            ];
            own.contains(&address.to_canonical())
        });
        let port = authority.port_u16().unwrap_or(80);
        let has_user = authority.as_str().contains('@');
        (is_named || is_address) && port == self.port && !has_user
    }
}

fn shown(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}
