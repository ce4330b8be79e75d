//! One person at one browser: an address, cookies, and what our pages send.

use std::collections::BTreeMap;

use reqwest::{Client, Method, StatusCode, header};
use serde_json::Value;

/// The cookies of a person and of a seat.
const PERSON: &str = "__Host-jurat";
const SEAT: &str = "__Host-jurat-seat";
/// What somebody who is nobody yet asks for.
const OPEN: [&str; 2] = ["/api/v1/sign-in", "/api/v1/entry"];

/// One person at one browser.
#[derive(Clone)]
pub struct Actor {
    http: Client,
    url: String,
    /// By name; a `Secure` cookie over loopback, as browsers allow there.
    pub cookies: BTreeMap<String, String>,
    /// For whom our page was opened, by the cookie that was handed out with it.
    pub opened_for: BTreeMap<String, String>,
}

/// What the server answered.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: header::HeaderMap,
    pub bytes: Vec<u8>,
}

impl Actor {
    /// A new browser.
    pub fn new(url: &str) -> Self {
        Self {
            http: Client::new(),
            url: url.to_owned(),
            cookies: BTreeMap::new(),
            opened_for: BTreeMap::new(),
        }
    }

    /// The same browser at another address of the server.
    pub fn moved_to(&self, url: &str) -> Self {
        Self { url: url.to_owned(), ..self.clone() }
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&mut self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    pub async fn put(&mut self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    /// Changes what was seen as `version`.
    pub async fn put_over(&mut self, version: &Value, path: &str, body: Value) -> Answer {
        let request = self.request(Method::PUT, path).json(&body);
        self.answer(request.header(header::IF_MATCH, format!("\"{version}\""))).await
    }

    pub async fn delete(&mut self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    /// Posts bytes, such as a spreadsheet.
    pub async fn upload(&mut self, path: &str, bytes: Vec<u8>) -> Answer {
        let request = self
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .body(bytes);
        self.answer(request).await
    }

    pub async fn send(&mut self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = self.request(method, path);
        if let Some(body) = body {
            request = request.json(&body);
        }
        self.answer(request).await
    }

    /// A request as our pages send it.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let cookies: Vec<_> = self.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let mut request =
            self.http.request(method, format!("{}{path}", self.url)).header("x-jurat", "1");
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        let cookie = if path.starts_with("/api/v1/attempt") { SEAT } else { PERSON };
        match self.opened_for.get(cookie).filter(|_| !OPEN.contains(&path)) {
            Some(addressee) => request.header("x-jurat-for", addressee),
            None => request,
        }
    }

    /// Sends, and keeps the cookies that come back.
    pub async fn answer(&mut self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        for line in headers.get_all(header::SET_COOKIE) {
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let answer = Answer { status, headers, bytes: response.bytes().await.unwrap().to_vec() };
        self.open_page(&answer);
        answer
    }

    /// A page that was handed a cookie is opened for whom the answer names.
    fn open_page(&mut self, answer: &Answer) {
        let body: Value = serde_json::from_slice(&answer.bytes).unwrap_or_default();
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        for line in answer.headers.get_all(header::SET_COOKIE) {
            let addressee = match line.to_str().unwrap().split_once('=').unwrap().0 {
                SEAT if body["attempt_id"].is_string() => {
                    format!("{};epoch={}", text("attempt_id"), body["epoch"])
                }
                PERSON if body["id"].is_string() => text("id"),
                _ => continue,
            };
            let (name, _) = line.to_str().unwrap().split_once('=').unwrap();
            self.opened_for.insert(name.to_owned(), addressee);
        }
    }
}

impl Answer {
    /// The JSON body, which must come with this status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        let text = String::from_utf8_lossy(&self.bytes);
        assert_eq!(self.status.as_u16(), status, "{text}");
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    /// The problem with this status and code.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> Value {
        let problem = self.expect(status);
        assert_eq!(problem["type"], format!("/problems/{code}"), "{problem}");
        problem
    }

    /// A PDF.
    #[track_caller]
    pub fn expect_pdf(&self) {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.bytes));
        assert_eq!(self.headers["content-type"], "application/pdf");
        assert!(self.bytes.starts_with(b"%PDF-"));
    }
}
