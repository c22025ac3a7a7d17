//! Routes, as axum has them; with the feature `openapi`, what each takes and answers is known from its handler's types as well.

use axum::Router as Served;
use axum::handler::Handler;
use axum::routing::{self, MethodRouter};

use crate::openapi::Described;
#[cfg(feature = "openapi")]
use crate::openapi::{Operation, operation};

/// An area's operations.
pub(crate) struct Router<S> {
    served: Served<S>,
    #[cfg(feature = "openapi")]
    operations: Vec<Operation>,
}

/// The operations of one path.
pub(crate) struct Methods<S> {
    served: MethodRouter<S>,
    #[cfg(feature = "openapi")]
    operations: Vec<Operation>,
}

/// States a function that begins a path's methods.
macro_rules! begins {
    ($($verb:ident = $method:ident),*) => {$(
        /// A path with this method.
        pub(crate) fn $verb<H, T, S>(handler: H) -> Methods<S>
        where
            H: Handler<T, S> + Described<T>,
            T: 'static,
            S: Clone + Send + Sync + 'static,
        {
            Methods {
                served: routing::$verb(handler),
                #[cfg(feature = "openapi")]
                operations: vec![operation::<H, T>(http::Method::$method)],
            }
        }
    )*};
}

/// States a method that adds one to a path's methods.
macro_rules! adds {
    ($($verb:ident = $method:ident),*) => {$(
        /// This method as well.
        pub(crate) fn $verb<H, T>(self, handler: H) -> Self
        where
            H: Handler<T, S> + Described<T>,
            T: 'static,
        {
            #[cfg(feature = "openapi")]
            let operations = [self.operations, vec![operation::<H, T>(http::Method::$method)]].concat();
            Self {
                served: self.served.$verb(handler),
                #[cfg(feature = "openapi")]
                operations,
            }
        }
    )*};
}

begins!(get = GET, post = POST, delete = DELETE);

impl<S: Clone + Send + Sync + 'static> Methods<S> {
    adds!(post = POST, put = PUT, delete = DELETE);
}

impl<S: Clone + Send + Sync + 'static> Router<S> {
    /// No operation yet.
    pub(crate) fn new() -> Self {
        Self {
            served: Served::new(),
            #[cfg(feature = "openapi")]
            operations: Vec::new(),
        }
    }

    /// These as well.
    pub(crate) fn route(self, path: &'static str, methods: Methods<S>) -> Self {
        #[cfg(feature = "openapi")]
        let operations = self.operations.into_iter().chain(methods.operations.into_iter().map(|operation| operation.at(path)));
        Self {
            served: self.served.route(path, methods.served),
            #[cfg(feature = "openapi")]
            operations: operations.collect(),
        }
    }

    /// What serves them.
    pub(crate) fn served(self) -> Served<S> {
        self.served
    }

    /// What they take and answer.
    #[cfg(feature = "openapi")]
    pub(crate) fn operations(self) -> Vec<Operation> {
        self.operations
    }
}
