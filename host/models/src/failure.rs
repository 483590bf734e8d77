//! Converts errors of Rig to [`ModelError`].

use std::time::SystemTime;

use rig_core::ProviderResponseError;
use rig_core::error::ProviderError;
use rig_core::http_client::Error as HttpError;

use crate::error::{ModelError, ProviderAnswer};
use crate::http::{Fault, retry_after};
use crate::model_name::ModelName;
use crate::provider::Provider;
use crate::refusal::{Meaning, meaning};
use crate::said::said_in;
use crate::text::clean;

impl ModelError {
    /// With a double there is no provider, and nothing to keep secret.
    pub(crate) fn from_rig(error: ProviderError, name: &ModelName, provider: Option<&Provider>) -> ModelError {
        let key = provider.and_then(|provider| provider.key.as_ref());
        if let Some(response) = error.provider_response() {
            return ModelError::from_response(response, name, provider);
        }
        let said = match &error {
            ProviderError::Http(error) => {
                if let HttpError::Instance(cause) = &**error
                    && let Some(fault) = cause.downcast_ref::<Fault>()
                {
                    let answer = ProviderAnswer::saying(name, clean(&fault.to_string(), key));
                    return match fault {
                        Fault::Timeout { .. } => ModelError::Timeout { answer },
                        Fault::TooLarge { .. }
                        | Fault::LongLine { .. }
                        | Fault::TooManyValues { .. }
                        | Fault::BrokenArguments { .. }
                        | Fault::DeepArguments
                        | Fault::ScatteredArguments => ModelError::TooLarge { answer },
                        Fault::NoMemory(failure) => failure.clone().into(),
                        Fault::NoConnection { .. } => {
                            ModelError::Failed { answer: Box::new(ProviderAnswer { unsent: true, ..*answer }) }
                        }
                        Fault::Said { said } if meaning(None, said) == Some(Meaning::TooLong) => {
                            ModelError::TooLarge { answer: answer.adding(TOO_LONG) }
                        }
                        Fault::Broken { .. } | Fault::Said { .. } | Fault::Unsupported | Fault::TooManyCalls { .. } => {
                            ModelError::Failed { answer }
                        }
                    };
                }
                error.to_string()
            }
            ProviderError::UnsupportedOption(option) => {
                return ModelError::invalid(format!("{name}: {}", clean(&option.to_string(), key)));
            }
            ProviderError::MismatchedDimensions { requested, returned, .. } => {
                return ModelError::invalid(format!(
                    "{name} gives vectors of {returned} dimensions, not of {requested}"
                ));
            }
            ProviderError::Request(error) => {
                let why = clean(&error.to_string(), key);
                return ModelError::invalid(format!("{name} cannot be asked this: {why}"));
            }
            ProviderError::Json(error) => {
                format!("the reply is not what its API promises: {error}")
            }
            ProviderError::Response(why) => {
                format!("the reply is not what its API promises: {why}")
            }
            ProviderError::Truncated => "the reply broke off before its end".to_owned(),
            ProviderError::Provider(said) => said.clone(),
            other => other.to_string(),
        };
        ModelError::failed(name, clean(&said, key))
    }

    fn from_response(response: &ProviderResponseError, name: &ModelName, provider: Option<&Provider>) -> ModelError {
        let key = provider.and_then(|provider| provider.key.as_ref());
        let header = |name: &str| response.headers.as_ref()?.get(name)?.to_str().ok();
        let status = response.status.map(|status| status.as_u16());
        let mut said = clean(&said_in(&response.body), key);
        if said.is_empty() {
            let reason = response.status.and_then(|status| status.canonical_reason());
            said = reason.unwrap_or("nothing").to_owned();
        }
        if status.is_some_and(|status| (300..400).contains(&status)) {
            said = "a redirect, which is not followed: base_url must be the final address".to_owned();
        }
        let answer = Box::new(ProviderAnswer {
            name: name.clone(),
            status,
            retry_after_seconds: (response.headers.as_ref())
                .and_then(|headers| retry_after(headers, &response.body, SystemTime::now()))
                .map(|wait| wait.as_millis().div_ceil(1_000) as u64),
            request_id: (response.provider_request_id.as_deref())
                .or_else(|| header("x-request-id"))
                .map(|id| clean(id, key)),
            attempts: 0,
            unsent: false,
            said,
        });
        let has_address = provider.is_some_and(|one| one.base_url.is_some());
        match (status, meaning(status, &response.body)) {
            (Some(401 | 403), _) => ModelError::KeyRefused {
                answer,
                remedy: match provider.and_then(|provider| provider.key_env.as_deref()) {
                    Some(variable) => format!("check {variable}"),
                    None => "check its key".to_owned(),
                },
            },
            (_, Some(Meaning::TooLong)) => ModelError::TooLarge { answer: answer.adding(TOO_LONG) },
            (_, Some(Meaning::WrongKey)) => {
                ModelError::Failed { answer: answer.adding(" (LiteLLM says this of a wrong key)") }
            }
            (_, Some(Meaning::NoPath)) if has_address => {
                ModelError::Failed { answer: answer.adding(" (nothing is at that path: is its base_url right?)") }
            }
            (Some(404), _) | (_, Some(Meaning::NoModel)) => ModelError::NotFound { answer },
            (Some(408 | 504 | 524), _) => ModelError::Timeout { answer },
            (Some(429), _) => ModelError::RateLimited { answer },
            _ => ModelError::Failed { answer },
        }
    }
}

const TOO_LONG: &str = " (the prompt is longer than this model or server takes: shorten it, or the history)";
