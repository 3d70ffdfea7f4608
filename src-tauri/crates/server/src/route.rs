//! The table of routes: each says its method, its path, who may use it, and how large a body it takes.
//!
//! There is no other way to a handler: [`router`] is the only place that knows axum's router, and a [`Route`] cannot be
//! made without an [`Access`]. A test asks every route as every role.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, on};

use crate::access::Access;
use crate::guard;
use crate::problem::ServerError;
use crate::server::Server;

/// What a route takes unless it says otherwise.
pub const USUAL_BODY: usize = 1024 * 1024;

/// One route.
#[derive(Debug, Clone)]
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub access: Access,
    /// The largest body, inflated.
    pub body: usize,
    handler: MethodRouter<Server>,
}

macro_rules! methods {
    ($($name:ident $method:ident;)*) => {$(
        pub fn $name<H, T>(path: &'static str, access: Access, handler: H) -> Self
        where
            H: Handler<T, Server>,
            T: 'static,
        {
            Self { method: Method::$method, path, access, body: USUAL_BODY, handler: on(MethodFilter::$method, handler) }
        }
    )*};
}

impl Route {
    methods! {
        get GET;
        post POST;
        put PUT;
        delete DELETE;
    }

    /// Takes larger (or only smaller) bodies.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body = bytes;
        self
    }
}

/// All routes, each behind its guard.
pub fn router(server: &Server, routes: Vec<Route>) -> Router {
    let mut all = Router::new();
    for Route { path, access, body, handler, .. } in routes {
        let guarded = guard::Guard { server: server.clone(), path, access, body };
        all = all.route(path, handler.layer(axum::middleware::from_fn_with_state(guarded, guard::guard)));
    }
    all.fallback(|| async { ServerError::NoSuchRoute })
        .method_not_allowed_fallback(|| async { ServerError::NoSuchRoute })
        .layer(DefaultBodyLimit::disable())
        .with_state(server.clone())
}
