//! Somebody leaves: `/leden/{lid}/uitschakelen` for whoever keeps accounts, and `/overdragen/..` for whoever leads the
//! signals on which their work waits.

use super::acting::{Trouble, act_form, see_other};
use super::members::{blocking, checked, member_in, plain_step};
use super::signals::address;
use super::{frame, html};
use crate::app::handing_over::{Left, LeftBehind};
use crate::app::renewing::{NewKeyIs, Renewal};
use crate::domain::ids::MemberId;
use crate::domain::purpose::Purpose;
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::form::Form;
use crate::web::guard::{Confirmed, Member};
use crate::web::views::Link;
use crate::web::views::fields::{Act, Choice, Control, Field};
use crate::web::views::signal::StepContext;
use crate::web::views::steps::{FieldGroup, StepView};
use actix_web::{HttpResponse, web};

const PURPOSE: Purpose = Purpose::Administration;

/// The addresses of these pages.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/leden/{lid}/uitschakelen", web::get().to(leaves))
        .route("/leden/{lid}/uitschakelen", web::post().to(disable))
        .route("/overdragen/{soort}/{werk}", web::get().to(show))
        .route("/overdragen/{soort}/{werk}", web::post().to(hand_over));
}

/// Where an account is shut.
#[must_use]
pub fn disabling(member: MemberId) -> String {
    format!("/leden/{member}/uitschakelen")
}

/// Where a piece of work goes to somebody else.
#[must_use]
pub fn handing_over(left: &LeftBehind) -> String {
    match left.work {
        Left::Turn(id) => format!("/overdragen/beurt/{id}"),
        Left::Action(id) => format!("/overdragen/actie/{id}"),
        Left::Question(_) => format!("{}/bronvragen", address(left.signal.id)),
    }
}

/// What the work is called in a list.
#[must_use]
pub fn name_of(work: Left) -> &'static str {
    match work {
        Left::Turn(_) => "Stap of handtekening",
        Left::Question(_) => "Bronvraag",
        Left::Action(_) => "Actie",
    }
}

/// How far the new key of a group is, in a sentence.
#[must_use]
pub fn progress(renewal: &Renewal) -> String {
    let group = renewal.group.label();
    let (done, all) = (thousands(renewal.done), thousands(renewal.all));
    match renewal.key {
        NewKeyIs::Awaited => {
            format!("De {group} krijgen een nieuwe sleutel zodra een van hen er is: er ging iemand weg.")
        }
        NewKeyIs::Made => format!("Sleutels van de {group} worden vernieuwd: {done} van {all} stukken."),
    }
}

fn thousands(count: i64) -> String {
    super::signals::thousands(u64::try_from(count).unwrap_or_default())
}

/// `GET /leden/{lid}/uitschakelen`
async fn leaves(web: web::Data<Web>, member: Member, path: web::Path<String>) -> Result<HttpResponse, Failed> {
    leaves_page(&web, member, member_in(&path)?, &Trouble::Fine).await
}

/// `POST /leden/{lid}/uitschakelen`
async fn disable(
    web: web::Data<Web>,
    Confirmed(member): Confirmed,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failed> {
    let whom = member_in(&path)?;
    checked(&web, &member, &form)?;
    let app = web.app.clone();
    let (member, done) = blocking(member, move |member| {
        let (account, _) = app.person_to_disable(&member.op, whom)?;
        app.member_disable(&member.op, &account.login)?;
        app.keep_up_or_tell(&member.session);
        Ok(())
    })
    .await?;
    match done {
        Ok(()) => Ok(see_other("/leden?klaar=uitgeschakeld")),
        Err(error) => leaves_page(&web, member, whom, &Trouble::of(error)?).await,
    }
}

async fn leaves_page(
    web: &web::Data<Web>,
    member: Member,
    whom: MemberId,
    trouble: &Trouble,
) -> Result<HttpResponse, Failed> {
    let app = web.app.clone();
    let (member, found) = blocking(member, move |member| app.person_to_disable(&member.op, whom)).await?;
    let (account, work) = found?;
    let waits = match work.in_words() {
        words if words.is_empty() => "Er wacht geen werk op deze persoon waarvan u mag weten.".to_owned(),
        words => format!("Op deze persoon wacht nog: {words}. Wie het signaal leidt, draagt het over."),
    };
    let view = plain_step(web, &member, trouble, &disabling(whom), "Account uitschakelen:", &account.name);
    let view = StepView {
        question: format!("Gaat {} weg?", account.name),
        explanation: waits,
        consequence: "Alle sessies eindigen nu. Deze persoon komt er niet meer in en dit is niet terug te draaien. De \
                      groepen waar deze persoon bij hoorde, krijgen een nieuwe sleutel zodra een van de anderen er is."
            .to_owned(),
        primary: Act::new("Schakel dit account uit", "uitschakelen"),
        ..view
    };
    Ok(trouble.answer(html(&view)?))
}

fn work_in(path: &(String, String)) -> Result<Left, Failed> {
    let (kind, id) = path;
    match kind.as_str() {
        "beurt" => Ok(Left::Turn(id.parse().map_err(|_| Failed::not_found())?)),
        "actie" => Ok(Left::Action(id.parse().map_err(|_| Failed::not_found())?)),
        _ => Err(Failed::not_found()),
    }
}

/// `GET /overdragen/{soort}/{werk}`
async fn show(web: web::Data<Web>, member: Member, path: web::Path<(String, String)>) -> Result<HttpResponse, Failed> {
    page(&web, &member, work_in(&path)?, &Form::default(), &Trouble::Fine).await
}

/// `POST /overdragen/{soort}/{werk}`
async fn hand_over(
    web: web::Data<Web>,
    member: Member,
    path: web::Path<(String, String)>,
    form: Form,
) -> Result<HttpResponse, Failed> {
    let work = work_in(&path)?;
    checked(&web, &member, &form)?;
    match web.app.give_on(&member.for_purpose(PURPOSE), &member.session, work, form.text("wie")).await {
        Ok(()) => Ok(see_other("/werk?klaar=overgedragen")),
        Err(error) => page(&web, &member, work, &form, &Trouble::of(error)?).await,
    }
}

async fn page(
    web: &web::Data<Web>,
    member: &Member,
    work: Left,
    form: &Form,
    trouble: &Trouble,
) -> Result<HttpResponse, Failed> {
    let (left, heirs) = web.app.left_by(&member.for_purpose(PURPOSE), work).await?;
    let chosen = form.text("wie");
    let choices = heirs.iter().map(|heir| {
        let value = heir.id.to_string();
        let choice = Choice::new(&value, &format!("{}, {}", heir.name, heir.role.label()));
        if value == chosen { choice.chosen() } else { choice }
    });
    let choices: Vec<Choice> = choices.collect();
    let nobody = choices.is_empty();
    let field = Field::new("wie", "Wie neemt het over?", Control::Radios(choices));
    let step = StepContext {
        title: "Overdragen:".to_owned(),
        reference: left.reference.clone(),
        saved: trouble.sentence(),
        ..StepContext::default()
    };
    let view = StepView {
        frame: frame(web, member, "/werk"),
        step,
        form: act_form(web, member, &handing_over(&left), left.signal.version, trouble.errors()),
        changed: None,
        question: question(&left),
        explanation: match nobody {
            true => "Er is nu niemand die dit mag overnemen.".to_owned(),
            false => "Wie u kiest, krijgt de sleutels die erbij horen en leest niet meer dan dat.".to_owned(),
        },
        groups: if nobody {
            Vec::new()
        } else {
            vec![FieldGroup { heading: String::new(), intro: String::new(), fields: vec![field] }]
        },
        consequence: "Het staat met uw naam in het logboek. De termijn blijft zoals zij was.".to_owned(),
        primary: if nobody { Act::none() } else { Act::new("Draag over", "overdragen") },
        others: Vec::new(),
        leave: Some(Link::new("Terug naar het werk", "/werk")),
    };
    Ok(trouble.answer(html(&view)?))
}

fn question(left: &LeftBehind) -> String {
    let what = match left.work {
        Left::Turn(_) => "Deze stap wachtte op",
        Left::Question(_) => "Deze bronvraag lag bij",
        Left::Action(_) => "Deze actie was van",
    };
    let name = if left.name.is_empty() { "iemand die weg is" } else { &left.name };
    format!("{what} {name}.")
}
