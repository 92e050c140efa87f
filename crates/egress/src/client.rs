//! The client.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderValue, Method, header};
use reqwest::redirect::Policy;
use serde::de::DeserializeOwned;
use url::{Url, form_urlencoded};

use crate::{Error, Headers, Reach, Response, resolve::Resolver, target, trust};

/// How long and how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Until the connection stands: name look-up, TCP and TLS together.
    pub connect: Duration,
    /// Until the last byte of the answer.
    pub total: Duration,
    /// Longest answer that is read, in bytes.
    pub body: usize,
}

impl Default for Limits {
    /// 5 s, 10 s, 256 KiB.
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), total: Duration::from_secs(10), body: 256 * 1024 }
    }
}

/// The client. Cheap to clone; clones share their connections.
#[derive(Debug, Clone)]
pub struct Egress {
    http: reqwest::Client,
    reach: Reach,
    limits: Limits,
}

impl Egress {
    /// A client of the default [`Limits`].
    ///
    /// # Errors
    /// [`Error::SetUp`] when TLS cannot be set up.
    pub fn new(reach: Reach) -> Result<Self, Error> {
        Self::with_limits(reach, Limits::default())
    }

    /// A client of other limits.
    ///
    /// # Errors
    /// [`Error::SetUp`] when TLS cannot be set up.
    pub fn with_limits(reach: Reach, limits: Limits) -> Result<Self, Error> {
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(trust::tls()?)
            .dns_resolver(Resolver(reach))
            .redirect(Policy::none())
            // A proxy named in the environment would look names up itself, past our judgement.
            .no_proxy()
            // A code or a webhook must not be sent twice.
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(limits.connect)
            .timeout(limits.total)
            .pool_max_idle_per_host(8)
            .user_agent("Nova")
            .build()
            .map_err(|error| Error::SetUp(error.to_string()))?;
        Ok(Self { http, reach, limits })
    }

    /// Gets `url`, whatever status comes back.
    ///
    /// # Errors
    /// Everything but [`Error::Status`] and [`Error::NotJson`].
    pub async fn get(&self, url: &str, headers: Headers) -> Result<Response, Error> {
        self.send(Method::GET, url, headers, None).await
    }

    /// Gets `url` and reads the answer as JSON.
    ///
    /// # Errors
    /// Those of [`Self::get`]; [`Error::Status`] for anything but 2xx, [`Error::NotJson`].
    pub async fn get_json<T: DeserializeOwned>(&self, url: &str, headers: Headers) -> Result<T, Error> {
        self.get(url, headers.with("accept", "application/json")?).await?.successful()?.json()
    }

    /// Posts `fields` as a form (`application/x-www-form-urlencoded`), whatever status comes back.
    ///
    /// # Errors
    /// Those of [`Self::get`].
    pub async fn post_form(&self, url: &str, fields: &[(&str, &str)], headers: Headers) -> Result<Response, Error> {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.post_bytes(url, "application/x-www-form-urlencoded", form.into(), headers).await
    }

    /// Posts `body` as it is, whatever status comes back.
    ///
    /// # Errors
    /// Those of [`Self::get`].
    pub async fn post_bytes(
        &self,
        url: &str,
        content_type: &str,
        body: Bytes,
        headers: Headers,
    ) -> Result<Response, Error> {
        let headers = headers.with("content-type", content_type)?;
        self.send(Method::POST, url, headers, Some(body)).await
    }

    async fn send(&self, method: Method, url: &str, headers: Headers, body: Option<Bytes>) -> Result<Response, Error> {
        let url = target::permitted(url)?;
        // A host written as an address never reaches the resolver.
        if let Some(address) = target::literal(&url) {
            self.reach.admit(&target::origin(&url), &[address])?;
        }
        let failed = |error: reqwest::Error| Error::of_request(&url, &error);
        let mut request = self.http.request(method, Url::clone(&url)).headers(headers.into_map());
        if let Some(body) = body {
            request = request.body(body);
        }
        let mut response = request.send().await.map_err(failed)?;
        let (host, status) = (target::origin(&url), response.status());
        if status.is_redirection() {
            return Err(Error::Redirected { host, status: status.as_u16() });
        }
        let too_large = || Error::TooLarge { host: target::origin(&url), limit: self.limits.body };
        // The announced length saves the reading; only the count below is believed.
        let announced = response.headers().get(header::CONTENT_LENGTH).and_then(announced_length);
        if announced.is_some_and(|length| length > self.limits.body) {
            return Err(too_large());
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > self.limits.body {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        let headers = std::mem::take(response.headers_mut());
        Ok(Response { host, status, headers, body: body.freeze() })
    }
}

fn announced_length(value: &HeaderValue) -> Option<usize> {
    value.to_str().ok()?.parse().ok()
}
