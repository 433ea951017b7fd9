//! Coming in: what slows whoever guesses, and what a member has to show.

mod attempts;
mod every_form;
mod factor_rows;
mod kept_form;
mod my_sign_in;
mod second_factor;
mod session_end;
mod step_up;

use crate::support::app::{EVERYTHING, Opens, TestApp};
use crate::support::client::{Client, Page};
use crate::support::people::PASSWORD;
use meldroute::app::SecondFactor;
use meldroute::domain::time::Clock as _;
use totp_rs::{Builder, Secret};

const PLACE: &str = "/aanmelden/tweede-factor";
const DONE: &str = "/aanmelden/tweede-factor/klaar";

/// A municipality that asks everybody for a second factor.
fn strict() -> TestApp {
    TestApp::opening(Opens { second_factor: SecondFactor::Required, ..EVERYTHING })
}

/// One try of the password at the page.
fn knock(client: &mut Client, login: &str, password: &str) -> Page {
    let page = client.get("/aanmelden");
    client.submit(&page, "/aanmelden", &[("naam", login), ("wachtwoord", password)])
}

/// A phone with an authenticator app, and the paper with recovery codes beside it.
pub struct Phone {
    secret: String,
    pub codes: Vec<String>,
}

impl Phone {
    /// Reads the secret from the page that offers it.
    fn scan(page: &Page) -> Self {
        let start = page.body.find("class=\"code-box\">").expect("a secret on the page") + 17;
        let shown = page.body[start..].split('<').next().unwrap();
        Self { secret: shown.replace(' ', ""), codes: Vec::new() }
    }

    /// Somebody adds an app as the service asks: by signing in where it is required.
    pub fn added_by(app: &TestApp, login: &str) -> Self {
        let beside = TestApp::asking(app);
        let mut client = beside.anonymous();
        let (phone, shown) = Self::add(&beside, &mut client, login);
        assert_eq!(client.submit(&shown, DONE, &[("bewaard", "ja")]).status, 303);
        phone
    }

    /// Adds an app at the first sign-in; gives the phone and the page with recovery codes.
    fn add(app: &TestApp, client: &mut Client, login: &str) -> (Self, Page) {
        assert_eq!(knock(client, login, PASSWORD).location(), PLACE);
        let page = client.get(PLACE);
        let mut phone = Self::scan(&page);
        let shown = client.submit(&page, PLACE, &[("code", &phone.code(app))]);
        assert_eq!(shown.status, 200, "{}", shown.body);
        let fields = shown.hidden_fields(DONE).into_iter();
        phone.codes = fields.filter(|(name, _)| name == "herstelcode").map(|(_, code)| code).collect();
        (phone, shown)
    }

    /// The six digits of now.
    pub fn code(&self, app: &TestApp) -> String {
        self.code_in(app, 0)
    }

    /// The six digits of so many seconds from now.
    fn code_in(&self, app: &TestApp, seconds: i64) -> String {
        let now = app.clock.now().plus_seconds(seconds).micros().div_euclid(1_000_000);
        let totp = Builder::new().with_secret(Secret::try_from_base32(&self.secret).unwrap()).build().unwrap();
        totp.generate(u64::try_from(now).unwrap()).to_string()
    }

    /// Comes in with password and code, a minute later so that the code is a new one.
    pub fn sign_in(&self, app: &TestApp, login: &str) -> Client {
        app.clock.advance_seconds(60);
        let mut client = app.anonymous();
        assert_eq!(knock(&mut client, login, PASSWORD).location(), PLACE);
        let page = client.get(PLACE);
        let answer = client.submit(&page, PLACE, &[("code", &self.code(app))]);
        assert_eq!((answer.status, answer.location()), (303, "/werk"), "{}", answer.body);
        client
    }
}

impl TestApp {
    /// The same that asks for none.
    fn unasking(app: &TestApp) -> TestApp {
        app.beside_opening(EVERYTHING)
    }

    /// A second service on the same database, that asks for a second factor.
    fn asking(app: &TestApp) -> TestApp {
        app.beside_opening(Opens { second_factor: SecondFactor::Required, ..EVERYTHING })
    }
}
