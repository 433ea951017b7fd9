//! `/koppelingen`: which other systems may ask by themselves, proposing one, agreeing to it, and ending it.

use super::acting::{Trouble, act_form, see_other, typed_day, written_day};
use super::{frame, html};
use crate::app::AppError;
use crate::app::machines::{Care, Machine, Standing};
use crate::domain::calendar;
use crate::domain::ids::MachineId;
use crate::domain::machine::{MachineDraft, Scope, Scopes};
use crate::domain::time::Day;
use crate::vault::signing::VerifyKey;
use crate::web::Web;
use crate::web::failure::{Failed, Failure};
use crate::web::form::Form;
use crate::web::guard::{Confirmed, Member};
use crate::web::tokens;
use crate::web::views::Link;
use crate::web::views::fields::{Act, Choice, Control, Field};
use crate::web::views::machines::{MachineItem, MachinesView};
use crate::web::views::signal::{Judged, Record, StepContext};
use crate::web::views::steps::{FieldGroup, StepView};
use actix_web::{HttpRequest, HttpResponse, web};

const LIST: &str = "/koppelingen";
const NEW: &str = "/koppelingen/nieuw";

/// The addresses of these pages.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/koppelingen", web::get().to(list))
        .route("/koppelingen/nieuw", web::get().to(ask))
        .route("/koppelingen/nieuw", web::post().to(propose))
        .route("/koppelingen/{koppeling}", web::get().to(show))
        .route("/koppelingen/{koppeling}", web::post().to(judge))
        .route("/koppelingen/{koppeling}/einde", web::get().to(ask_end))
        .route("/koppelingen/{koppeling}/einde", web::post().to(end));
}

/// Where a machine account is looked at and judged.
#[must_use]
pub fn address(id: MachineId) -> String {
    format!("/koppelingen/{id}")
}

fn ending(id: MachineId) -> String {
    format!("/koppelingen/{id}/einde")
}

fn machine_in(path: &str) -> Result<MachineId, Failed> {
    path.parse().map_err(|_| Failed::not_found())
}

fn checked(web: &Web, member: &Member, form: &Form) -> Result<(), Failed> {
    Ok(tokens::check_session(&web.app.keys().server, member.session.actor.session.uuid(), form.text("formulier"))?)
}

/// Runs what waits on the database, and gives the member back.
async fn blocking<T: Send + 'static>(
    web: &web::Data<Web>,
    member: Member,
    act: impl FnOnce(&crate::app::App, &Member) -> Result<T, AppError> + Send + 'static,
) -> Result<(Member, Result<T, AppError>), Failed> {
    let app = web.app.clone();
    let run = move || {
        let done = act(&app, &member);
        (member, done)
    };
    Ok(web::block(run).await.map_err(|e| AppError::Internal(e.to_string()))?)
}

/// `GET /koppelingen`
async fn list(web: web::Data<Web>, member: Member, request: HttpRequest) -> Result<HttpResponse, Failed> {
    let (member, found) = blocking(&web, member, |app, member| {
        let machines = app.machines(&member.op)?;
        Ok((machines, app.may_propose_machine(&member.op).is_ok()))
    })
    .await?;
    let (machines, proposes) = found?;
    let query = Form::parse(request.query_string().as_bytes())?;
    html(&MachinesView {
        frame: frame(&web, &member, LIST),
        done: done(query.text("klaar")).to_owned(),
        rows: machines.iter().map(|machine| item_of(machine, member.op.today)).collect(),
        propose: if proposes { NEW.to_owned() } else { String::new() },
    })
}

fn done(code: &str) -> &'static str {
    match code {
        "voorgesteld" => "De koppeling is voorgesteld. Een privacy officer moet er nog mee instemmen.",
        "akkoord" => "De koppeling werkt vanaf nu.",
        "afgewezen" => "De koppeling is afgewezen.",
        "beeindigd" => "De koppeling is beëindigd en werkt nergens meer.",
        _ => "",
    }
}

fn standing_in_words(standing: Standing) -> &'static str {
    match standing {
        Standing::Proposed => "wacht op een tweede persoon",
        Standing::Works => "werkt",
        Standing::Expired => "verlopen",
        Standing::Ended => "beëindigd",
        Standing::NotProven => "werkt niet: de gegevens kloppen niet met het logboek",
    }
}

fn made_by(machine: &Machine) -> String {
    let by = if machine.proposed_by.is_empty() { "het beheer, op de server" } else { &machine.proposed_by };
    if machine.agreed_by.is_empty() {
        format!("Voorgesteld door {by}.")
    } else {
        format!("Voorgesteld door {by}, akkoord van {}.", machine.agreed_by)
    }
}

fn scopes_in_words(machine: &Machine) -> String {
    Scopes::parse(&machine.row.scopes).map_or_else(|| machine.row.scopes.clone(), |scopes| scopes.in_words())
}

fn used_in_words(machine: &Machine, today: Day) -> String {
    machine.used_on.map_or("nog niet".to_owned(), |day| calendar::in_words_near(day, today))
}

fn item_of(machine: &Machine, today: Day) -> MachineItem {
    let row = &machine.row;
    let look = if machine.agree == Care::Mine { "Beoordeel" } else { "Bekijk" };
    let mut acts = vec![Link::new(look, &address(row.id))];
    if machine.end == Care::Mine {
        acts.push(Link::new("Beëindig", &ending(row.id)));
    }
    MachineItem {
        name: row.name.clone(),
        purpose: row.purpose.clone(),
        state: standing_in_words(machine.standing).to_owned(),
        scopes: scopes_in_words(machine),
        expires_on: calendar::in_words_near(row.expires_on, today),
        used_on: used_in_words(machine, today),
        made_by: made_by(machine),
        acts,
    }
}

/// `GET /koppelingen/nieuw`
async fn ask(web: web::Data<Web>, member: Member) -> Result<HttpResponse, Failed> {
    web.app.may_propose_machine(&member.op)?;
    propose_page(&web, &member, &Form::default(), &Trouble::Fine)
}

/// `POST /koppelingen/nieuw`
async fn propose(web: web::Data<Web>, Confirmed(member): Confirmed, form: Form) -> Result<HttpResponse, Failed> {
    web.app.may_propose_machine(&member.op)?;
    checked(&web, &member, &form)?;
    let draft = MachineDraft {
        name: form.text("naam").to_owned(),
        purpose: form.text("waarvoor").to_owned(),
        public_key: form.text("sleutel").to_owned(),
        scopes: form.all("rechten"),
        expires_on: written_day(form.text("einddatum")),
    };
    let (member, done) = blocking(&web, member, move |app, member| app.machine_propose(&member.op, &draft)).await?;
    match done {
        Ok(_) => Ok(see_other("/koppelingen?klaar=voorgesteld")),
        Err(error) => propose_page(&web, &member, &form, &Trouble::of(error)?),
    }
}

fn propose_page(web: &web::Data<Web>, member: &Member, form: &Form, trouble: &Trouble) -> Result<HttpResponse, Failed> {
    let chosen = form.all("rechten");
    let scopes = Scope::ALL.iter().map(|scope| {
        let choice = Choice::new(scope.code(), scope.label());
        if chosen.iter().any(|code| code == scope.code()) { choice.chosen() } else { choice }
    });
    let fields = vec![
        Field::new("naam", "Naam", Control::Text)
            .with_hint("Zoals collega's het andere systeem noemen.")
            .with_value(form.text("naam")),
        Field::new("waarvoor", "Waarvoor is de koppeling?", Control::Text)
            .with_hint("In één zin. De privacy officer beoordeelt dit.")
            .with_value(form.text("waarvoor")),
        Field::new("rechten", "Wat mag het andere systeem?", Control::Checks(scopes.collect()))
            .with_hint("Kies alleen wat nodig is. Geen recht opent inhoud."),
        Field::new("einddatum", "Laatste dag", Control::Day)
            .with_hint("Hooguit een jaar vooruit. Daarna is een nieuwe koppeling nodig.")
            .with_value(&typed_day(form.text("einddatum"))),
        Field::new("sleutel", "Openbare sleutel", Control::Area)
            .with_hint("Ed25519. Plak alles van BEGIN PUBLIC KEY tot en met END PUBLIC KEY. De geheime helft blijft bij het andere systeem.")
            .with_value(form.text("sleutel")),
    ];
    let view = StepView {
        groups: vec![FieldGroup { heading: String::new(), intro: String::new(), fields }],
        consequence:
            "De koppeling werkt pas als een privacy officer ermee instemt. Het staat met uw naam in het logboek."
                .to_owned(),
        primary: Act::new("Stel voor", "voorstellen"),
        ..plain(web, member, trouble, NEW, "Stel een koppeling voor", "")
    };
    Ok(trouble.answer(html(&view)?))
}

fn plain(web: &web::Data<Web>, member: &Member, trouble: &Trouble, action: &str, title: &str, name: &str) -> StepView {
    let step = StepContext {
        title: title.to_owned(),
        reference: name.to_owned(),
        saved: trouble.sentence(),
        ..StepContext::default()
    };
    StepView {
        frame: frame(web, member, LIST),
        step,
        form: act_form(web, member, action, 0, trouble.errors()),
        changed: None,
        question: String::new(),
        explanation: String::new(),
        groups: Vec::new(),
        consequence: String::new(),
        primary: Act::none(),
        others: Vec::new(),
        leave: Some(Link::new("Terug naar de koppelingen", LIST)),
    }
}

/// `GET /koppelingen/{koppeling}`
async fn show(web: web::Data<Web>, member: Member, path: web::Path<String>) -> Result<HttpResponse, Failed> {
    machine_page(&web, member, machine_in(&path)?, &Trouble::Fine).await
}

/// `POST /koppelingen/{koppeling}`
async fn judge(
    web: web::Data<Web>,
    Confirmed(member): Confirmed,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failed> {
    let id = machine_in(&path)?;
    checked(&web, &member, &form)?;
    let (agrees, next) = match form.text("daad") {
        "akkoord" => (true, "/koppelingen?klaar=akkoord"),
        "afwijzen" => (false, "/koppelingen?klaar=afgewezen"),
        _ => return Err(Failed(Failure::Unreadable)),
    };
    let (member, done) = blocking(&web, member, move |app, member| {
        if agrees { app.machine_agree(&member.op, &member.session, id) } else { app.machine_decline(&member.op, id) }
    })
    .await?;
    match done {
        Ok(()) => Ok(see_other(next)),
        Err(error) => machine_page(&web, member, id, &Trouble::of(error)?).await,
    }
}

async fn machine_page(
    web: &web::Data<Web>,
    member: Member,
    id: MachineId,
    trouble: &Trouble,
) -> Result<HttpResponse, Failed> {
    let (member, found) = blocking(web, member, move |app, member| app.machine(&member.op, id)).await?;
    let found = found?;
    let mut view = plain(web, &member, trouble, &address(id), "Koppeling:", &found.row.name);
    view.step.records = vec![about(web, &found, member.op.today)];
    if found.agree == Care::Mine {
        view.question = "Bent u het eens met deze koppeling?".to_owned();
        view.explanation =
            "U staat ervoor in dat het andere systeem deze rechten nodig heeft, en dat de sleutel van dat \
                            systeem is: vergelijk de vingerafdruk met wie het andere systeem beheert."
                .to_owned();
        view.consequence =
            "U ondertekent de sleutel, de rechten en de laatste dag. De koppeling werkt vanaf dan. Het staat \
                            met uw naam in het logboek."
                .to_owned();
        view.primary = Act::new("Onderteken en ga akkoord", "akkoord");
        view.others = vec![Act::new("Niet akkoord", "afwijzen")];
    }
    Ok(trouble.answer(html(&view)?))
}

fn about(web: &Web, machine: &Machine, today: Day) -> Record {
    let row = &machine.row;
    let key = row.public_key.as_slice().try_into().map(VerifyKey);
    let fingerprint = key.map_or_else(|_| "onleesbaar".to_owned(), |key| grouped(&key.fingerprint()));
    Record {
        title: "Koppeling".to_owned(),
        signed: made_by(machine),
        points: vec![
            Judged::new("Waarvoor", &row.purpose, ""),
            Judged::new("Stand", standing_in_words(machine.standing), ""),
            Judged::new("Rechten", &scopes_in_words(machine), ""),
            Judged::new("Laatste dag", &calendar::in_words_near(row.expires_on, today), ""),
            Judged::new("Laatst gebruikt", &used_in_words(machine, today), ""),
            Judged::new("Vingerafdruk van de sleutel", &fingerprint, "SHA-256 van de 32 bytes"),
            Judged::new("Nummer", &row.id.to_string(), "iss en sub in de bewering"),
            Judged::new("Deze dienst", &web.app.machine_audience(), "aud in de bewering"),
        ],
    }
}

/// Hexadecimal in groups of four, to be compared by people.
fn grouped(bytes: &[u8]) -> String {
    let groups: Vec<String> = bytes.chunks(2).map(|pair| data_encoding::HEXLOWER.encode(pair)).collect();
    groups.join(" ")
}

/// `GET /koppelingen/{koppeling}/einde`
async fn ask_end(web: web::Data<Web>, member: Member, path: web::Path<String>) -> Result<HttpResponse, Failed> {
    end_page(&web, member, machine_in(&path)?, &Trouble::Fine).await
}

/// `POST /koppelingen/{koppeling}/einde`
async fn end(web: web::Data<Web>, member: Member, path: web::Path<String>, form: Form) -> Result<HttpResponse, Failed> {
    let id = machine_in(&path)?;
    checked(&web, &member, &form)?;
    let (member, done) = blocking(&web, member, move |app, member| app.machine_end(&member.op, id)).await?;
    match done {
        Ok(()) => Ok(see_other("/koppelingen?klaar=beeindigd")),
        Err(error) => end_page(&web, member, id, &Trouble::of(error)?).await,
    }
}

async fn end_page(
    web: &web::Data<Web>,
    member: Member,
    id: MachineId,
    trouble: &Trouble,
) -> Result<HttpResponse, Failed> {
    let (member, found) = blocking(web, member, move |app, member| app.machine_to_end(&member.op, id)).await?;
    let found = found?;
    let view = StepView {
        question: format!("Wilt u {} beëindigen?", found.row.name),
        explanation: format!("Laatst gebruikt: {}.", used_in_words(&found, member.op.today)),
        consequence:
            "Het andere systeem wordt vanaf nu overal geweigerd, ook met een toegangsbewijs dat nog geldig was. Dit \
                      is niet terug te draaien: daarna is een nieuwe koppeling nodig, met een nieuwe sleutel."
                .to_owned(),
        primary: if found.end == Care::Mine { Act::new("Beëindig de koppeling", "beeindigen") } else { Act::none() },
        ..plain(web, &member, trouble, &ending(id), "Koppeling beëindigen:", &found.row.name)
    };
    Ok(trouble.answer(html(&view)?))
}
