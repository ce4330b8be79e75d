//! One person at one browser, in a program: cookies, our mark, problems told in a line.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use reqwest::{Method, StatusCode, header};
use serde_json::Value;

use super::Error;

/// What is asked for by somebody who is nobody yet.
const OPEN: [&str; 2] = ["/sign-in", "/entry"];

/// One person at one browser.
#[derive(Debug)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    cookies: Mutex<BTreeMap<String, String>>,
    account: Mutex<Option<Value>>,
    /// Whom the writes are meant for: who signed in or entered last.
    addressee: Mutex<String>,
}

impl Client {
    /// A browser without a sign-in. `http` is shared so that connections are reused.
    pub fn new(http: &reqwest::Client, url: &str) -> Self {
        Self {
            http: http.clone(),
            url: url.to_owned(),
            cookies: Mutex::default(),
            account: Mutex::default(),
            addressee: Mutex::default(),
        }
    }

    /// Another browser of nobody yet, at the same server.
    pub fn another(&self) -> Self {
        Self::new(&self.http, &self.url)
    }

    /// Reads JSON.
    pub async fn get(&self, path: &str) -> Result<Value, Error> {
        json(path, &self.send(Method::GET, path, Vec::new()).await?)
    }

    /// Reads a document.
    pub async fn bytes(&self, path: &str) -> Result<Vec<u8>, Error> {
        self.send(Method::GET, path, Vec::new()).await
    }

    /// Asks for something to be done.
    pub async fn post(&self, path: &str, body: Value) -> Result<Value, Error> {
        json(path, &self.send(Method::POST, path, body.to_string().into_bytes()).await?)
    }

    /// Puts something in its place.
    pub async fn put(&self, path: &str, body: Value) -> Result<Value, Error> {
        json(path, &self.send(Method::PUT, path, body.to_string().into_bytes()).await?)
    }

    /// Sends a file.
    pub async fn upload(&self, path: &str, file: &str) -> Result<Value, Error> {
        json(path, &self.send(Method::POST, path, file.as_bytes().to_vec()).await?)
    }

    /// Signs in, and again whenever the sign-in has ended: a demonstration's hours pass quickly.
    pub async fn sign_in(&self, email: &str, password: &str) -> Result<Value, Error> {
        let account = serde_json::json!({ "email": email, "password": password });
        *self.account.lock().unwrap_or_else(PoisonError::into_inner) = Some(account.clone());
        self.post("/sign-in", account).await
    }

    async fn send(&self, method: Method, path: &str, body: Vec<u8>) -> Result<Vec<u8>, Error> {
        let (status, answer) = self.send_once(method.clone(), path, body.clone()).await?;
        let account = self.account.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (status, answer) = match account {
            Some(account) if status == StatusCode::UNAUTHORIZED => {
                let account = account.to_string().into_bytes();
                self.send_once(Method::POST, "/sign-in", account).await?;
                self.send_once(method, path, body).await?
            }
            Some(_) | None => (status, answer),
        };
        if status.is_success() {
            return Ok(answer);
        }
        Err(Error::Step(format!("{path}: {status}: {}", String::from_utf8_lossy(&answer))))
    }

    async fn send_once(
        &self,
        method: Method,
        path: &str,
        body: Vec<u8>,
    ) -> Result<(StatusCode, Vec<u8>), Error> {
        let failed = |cause: reqwest::Error| Error::Step(format!("{path}: {cause}"));
        let mut request = self
            .http
            .request(method, format!("{}/api/v1{path}", self.url))
            .header("x-jurat", "1")
            .header(header::COOKIE, self.cookie_line());
        let addressee = self.addressee.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if !addressee.is_empty() && !OPEN.contains(&path) {
            request = request.header("x-jurat-for", addressee);
        }
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, "application/json").body(body);
        }
        let response = request.send().await.map_err(failed)?;
        let status = response.status();
        let handed_out = self.keep_cookies(response.headers());
        let answer = response.bytes().await.map_err(failed)?.to_vec();
        if handed_out {
            self.address(&answer);
        }
        Ok((status, answer))
    }

    /// Notes for whom a cookie was handed out, by the body that came with it.
    fn address(&self, answer: &[u8]) {
        let body: Value = serde_json::from_slice(answer).unwrap_or_default();
        let addressee = match (body["attempt_id"].as_str(), body["id"].as_str()) {
            (Some(attempt), _) => format!("{attempt};epoch={}", body["epoch"]),
            (None, person) => person.unwrap_or_default().to_owned(),
        };
        *self.addressee.lock().unwrap_or_else(PoisonError::into_inner) = addressee;
    }

    fn cookie_line(&self) -> String {
        let cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// Keeps the cookies that were handed out. Returns whether any was.
    fn keep_cookies(&self, headers: &header::HeaderMap) -> bool {
        let mut cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        for line in headers.get_all(header::SET_COOKIE).iter().filter_map(|v| v.to_str().ok()) {
            let pair = line.split(';').next().and_then(|pair| pair.split_once('='));
            if let Some((name, value)) = pair {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        headers.contains_key(header::SET_COOKIE)
    }
}

fn json(path: &str, bytes: &[u8]) -> Result<Value, Error> {
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(bytes).map_err(|cause| Error::Step(format!("{path}: {cause}")))
}

/// The text member `name` of a body.
pub fn text(body: &Value, name: &str) -> Result<String, Error> {
    body[name]
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| Error::Step(format!("no {name} in {body}")))
}
