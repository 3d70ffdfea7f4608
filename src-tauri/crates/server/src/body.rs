//! JSON in and out. What cannot be read is not repeated in the answer: it may be about a person.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::problem::ServerError;

/// A JSON body.
#[derive(Debug, Clone, Copy)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = ServerError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ServerError> {
        // The guard has received it whole and within its bounds.
        let bytes = Bytes::from_request(request, state).await.map_err(|_| ServerError::Unreadable)?;
        serde_json::from_slice(&bytes).map(Self).map_err(|_| ServerError::Unreadable)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}
