//! How the service says no: its exceptions, and those that every service of its protocol has.

use serde::Serialize;

/// What kind of no it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExceptionKind {
    InvalidParameter,
    ResourceNotFound,
    ResourceAlreadyExists,
    LimitExceeded,
    ConcurrentDeployment,
    IdempotentParameterMismatch,
    Throttling,
    InternalServer,
    /// Of the protocol: there is no such operation.
    UnknownOperation,
    /// Of the protocol: the request cannot be read as what the operation takes.
    Serialization,
}

impl ExceptionKind {
    /// As clients know it; a class of boto3 for those of the model.
    pub fn name(self) -> &'static str {
        match self {
            ExceptionKind::InvalidParameter => "InvalidParameterException",
            ExceptionKind::ResourceNotFound => "ResourceNotFoundException",
            ExceptionKind::ResourceAlreadyExists => "ResourceAlreadyExistsException",
            ExceptionKind::LimitExceeded => "LimitExceededException",
            ExceptionKind::ConcurrentDeployment => "ConcurrentDeploymentException",
            ExceptionKind::IdempotentParameterMismatch => "IdempotentParameterMismatchException",
            ExceptionKind::Throttling => "ThrottlingException",
            ExceptionKind::InternalServer => "InternalServerException",
            ExceptionKind::UnknownOperation => "UnknownOperationException",
            ExceptionKind::Serialization => "SerializationException",
        }
    }

    /// The HTTP status: 400 even of what was not found and of what comes too often.
    pub fn status(self) -> u16 {
        match self {
            ExceptionKind::InternalServer => 500,
            ExceptionKind::UnknownOperation => 404,
            _ => 400,
        }
    }
}

/// A no, with its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    pub kind: ExceptionKind,
    pub message: String,
}

/// What an exception's body says.
#[derive(Serialize)]
struct Body<'a> {
    message: &'a str,
}

impl Exception {
    /// The header that names an exception.
    pub const HEADER: &'static str = "x-amzn-ErrorType";

    pub fn new(kind: ExceptionKind, message: impl Into<String>) -> Exception {
        Exception {
            kind,
            message: message.into(),
        }
    }

    pub fn invalid(message: impl Into<String>) -> Exception {
        Exception::new(ExceptionKind::InvalidParameter, message)
    }

    pub fn not_found(message: impl Into<String>) -> Exception {
        Exception::new(ExceptionKind::ResourceNotFound, message)
    }

    /// The body, JSON.
    ///
    /// ```
    /// use rollcast::wire::robomaker::Exception;
    ///
    /// let no = Exception::not_found("Fleet was not found for arn arn:aws:robomaker:us-west-2:1:deployment-fleet/a/1");
    /// assert_eq!((no.kind.status(), no.kind.name()), (400, "ResourceNotFoundException"));
    /// assert!(no.body().starts_with(br#"{"message":"Fleet was not found"#));
    /// ```
    pub fn body(&self) -> Vec<u8> {
        let body = Body {
            message: &self.message,
        };
        serde_json::to_vec(&body).expect("a bug: a text is JSON")
    }
}
