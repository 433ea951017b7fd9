//! A person with a browser: keeps cookies, reads forms from pages, and posts them back with what was typed.

use std::collections::BTreeMap;
use ureq::Agent;

/// One visitor.
pub struct Client {
    agent: Agent,
    base: String,
    cookies: BTreeMap<String, String>,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Page {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Client {
    pub fn new(base: &str) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            // The server closes an idle connection after 5 s, perhaps just as a form sets out on it; a form is not sent twice.
            .max_idle_age(std::time::Duration::from_secs(1))
            .timeout_global(Some(std::time::Duration::from_secs(60)))
            .build()
            .new_agent();
        Self { agent, base: base.to_owned(), cookies: BTreeMap::new() }
    }

    fn cookie_header(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// Takes over a cookie from elsewhere.
    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    fn keep(&mut self, response: ureq::http::Response<ureq::Body>) -> Page {
        let status = response.status().as_u16();
        let mut headers = BTreeMap::new();
        for (name, value) in response.headers() {
            let value = value.to_str().unwrap_or_default().to_owned();
            if name == "set-cookie" {
                let pair = value.split(';').next().unwrap_or_default();
                let (cookie, content) = pair.split_once('=').unwrap_or_default();
                if content.is_empty() {
                    self.cookies.remove(cookie);
                } else {
                    self.cookies.insert(cookie.to_owned(), content.to_owned());
                }
            }
            headers.insert(name.as_str().to_owned(), value);
        }
        let body = response.into_body().read_to_string().unwrap_or_default();
        Page { status, headers, body }
    }

    pub fn get(&mut self, path: &str) -> Page {
        let response =
            self.agent.get(format!("{}{path}", self.base)).header("cookie", &self.cookie_header()).call().unwrap();
        self.keep(response)
    }

    /// The same, when the other side may be gone.
    pub fn try_get(&mut self, path: &str) -> Option<Page> {
        let request = self.agent.get(format!("{}{path}", self.base)).header("cookie", &self.cookie_header());
        self.try_keep(request.call().ok()?)
    }

    /// As [`Client::submit`], when the other side may be gone.
    pub fn try_submit(&mut self, page: &Page, action: &str, typed: &[(&str, &str)]) -> Option<Page> {
        let mut fields = page.hidden_fields(action);
        fields.extend(typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let borrowed: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let request = self
            .agent
            .post(format!("{}{action}", self.base))
            .header("cookie", &self.cookie_header())
            .header("content-type", "application/x-www-form-urlencoded");
        self.try_keep(request.send(encode(&borrowed).as_bytes()).ok()?)
    }

    /// An answer that broke off is no answer.
    fn try_keep(&mut self, response: ureq::http::Response<ureq::Body>) -> Option<Page> {
        let status = response.status().as_u16();
        let body = response.into_body().read_to_string().ok()?;
        Some(Page { status, headers: BTreeMap::new(), body })
    }

    /// Posts a form exactly as given.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.post_raw(path, "application/x-www-form-urlencoded", encode(fields).as_bytes())
    }

    pub fn post_raw(&mut self, path: &str, kind: &str, body: &[u8]) -> Page {
        let response = self
            .agent
            .post(format!("{}{path}", self.base))
            .header("cookie", &self.cookie_header())
            .header("content-type", kind)
            .send(body)
            .unwrap();
        self.keep(response)
    }

    /// Sends exactly this, with the visitor's cookies; `None` when the other side hung up.
    pub fn raw(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Option<Page> {
        let uri = format!("{}{path}", self.base);
        let mut request = ureq::http::Request::builder().method(method).uri(uri).header("cookie", self.cookie_header());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.agent.run(request.body(body.to_vec()).unwrap()).ok()?;
        Some(self.keep(response))
    }

    /// Sends JSON with any method and headers; no cookies, as machines do.
    pub fn json(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&serde_json::Value>) -> Page {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let bytes = body.map(|b| b.to_string().into_bytes()).unwrap_or_default();
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let response = self.agent.run(request.body(bytes).unwrap()).unwrap();
        Self::new(&self.base).keep(response)
    }

    /// Posts these bytes as JSON, whatever they are; no cookies.
    pub fn json_raw(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Page {
        let mut request = ureq::http::Request::builder().method("POST").uri(format!("{}{path}", self.base));
        let kind = headers.iter().any(|(name, _)| *name == "content-type");
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            request = request.header(*name, *value);
        }
        if !kind {
            request = request.header("content-type", "application/json");
        }
        let response = self.agent.run(request.body(body.to_vec()).unwrap()).unwrap();
        Self::new(&self.base).keep(response)
    }

    /// Posts the first form of a page whose action is `action` (hidden fields and all), with these fields on top.
    pub fn submit(&mut self, page: &Page, action: &str, typed: &[(&str, &str)]) -> Page {
        let mut fields = page.hidden_fields(action);
        for (name, value) in typed {
            fields.push(((*name).to_owned(), (*value).to_owned()));
        }
        let borrowed: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        self.post(action, &borrowed)
    }

    /// Comes in through the sign-in page.
    pub fn sign_in(&mut self, login: &str, password: &str) {
        let page = self.get("/aanmelden");
        let answer = self.submit(&page, "/aanmelden", &[("naam", login), ("wachtwoord", password)]);
        assert_eq!(answer.status, 303, "signing in as {login}: {}", answer.body);
    }

    /// Shares a signal through the four steps; returns the code without spaces.
    pub fn report(&mut self, fields: &[(&str, &str)]) -> String {
        let page = self.report_page(fields);
        assert_eq!(page.status, 200, "{}", page.body);
        page.receipt().unwrap_or_else(|| panic!("no code on the page: {}", page.body))
    }

    /// The same, up to and including the last answer.
    pub fn report_page(&mut self, fields: &[(&str, &str)]) -> Page {
        self.report_by("/melden/signaal", fields)
    }

    /// The same from another door: `/melden/collega` leads to the vertrouwenspersonen.
    pub fn report_by(&mut self, door: &str, fields: &[(&str, &str)]) -> Page {
        let first = self.get(door);
        let mut typed = fields.to_vec();
        typed.push(("naar", "stap-4"));
        let review = self.submit(&first, "/melden/signaal", &typed);
        assert_eq!(review.status, 200, "{}", review.body);
        self.submit(&review, "/melden/signaal", &[("naar", "versturen")])
    }
}

impl Page {
    /// The hidden fields of the form with this action.
    pub fn hidden_fields(&self, action: &str) -> Vec<(String, String)> {
        let mark = format!("action=\"{action}\"");
        let start = self.body.find(&mark).unwrap_or_else(|| panic!("no form {action} on: {}", self.body));
        let end = self.body[start..].find("</form>").map_or(self.body.len(), |at| start + at);
        let mut fields = Vec::new();
        for tag in self.body[start..end].split("<input").skip(1) {
            let tag = tag.split('>').next().unwrap_or_default();
            if attribute(tag, "type").as_deref() == Some("hidden") {
                fields.push((attribute(tag, "name").unwrap_or_default(), attribute(tag, "value").unwrap_or_default()));
            }
        }
        fields
    }

    /// The fields that the summary of mistakes points to, in order.
    pub fn wrong_fields(&self) -> Vec<String> {
        let Some(start) = self.body.find("id=\"fouten\"") else { return Vec::new() };
        let rest = &self.body[start..];
        let summary = &rest[..rest.find("</ul>").unwrap_or(rest.len())];
        let fields = summary.split("href=\"#").skip(1);
        fields.filter_map(|part| part.split('"').next()).map(ToOwned::to_owned).collect()
    }

    /// The value of one hidden field of the form with this action; empty when it is not there.
    pub fn hidden(&self, action: &str, name: &str) -> String {
        self.hidden_fields(action).into_iter().find(|(field, _)| field == name).map(|(_, v)| v).unwrap_or_default()
    }

    /// The receipt code on a page, without spaces.
    pub fn receipt(&self) -> Option<String> {
        let at = self.body.find("<p class=\"code\"")?;
        let rest = &self.body[at..];
        let inner = &rest[rest.find('>')? + 1..rest.find("</p>")?];
        let text: String = inner.split('<').map(|part| part.split_once('>').map_or(part, |(_, t)| t)).collect();
        let code: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
        (code.len() == 21).then_some(code)
    }

    /// The addresses on a page that begin so, in order.
    pub fn links(&self, prefix: &str) -> Vec<String> {
        let mark = format!("href=\"{prefix}");
        let parts = self.body.split(mark.as_str()).skip(1);
        parts.filter_map(|rest| rest.split('"').next()).map(|rest| format!("{prefix}{rest}")).collect()
    }

    /// Where a redirect leads.
    pub fn location(&self) -> &str {
        self.headers.get("location").map(String::as_str).unwrap_or_default()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let mark = format!(" {name}=\"");
    let start = tag.find(&mark)? + mark.len();
    let end = tag[start..].find('"')?;
    Some(unescape(&tag[start..start + end]))
}

fn unescape(text: &str) -> String {
    text.replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#38;", "&")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

pub fn encode(fields: &[(&str, &str)]) -> String {
    let one = |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    fields.iter().map(|(name, value)| format!("{}={}", one(name), one(value))).collect::<Vec<_>>().join("&")
}
