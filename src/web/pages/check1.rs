//! `/signalen/{id}/privacycheck-1`: the coordinator proposes questions to sources, beside the report.

use super::around;
use super::enrichment::{at_once, moved, named, shown};
use super::signals::address;
use super::{frame, html, ticked, with_status};
use crate::app::AppError;
use crate::app::enrichment::{Proposed, Wording, waiting};
use crate::app::reading::Opened;
use crate::domain::ids::SignalId;
use crate::domain::privacy_check::{SourceProposalDraft, SourcesProposal, SourcesProposalDraft, SubjectKind};
use crate::domain::purpose::Purpose;
use crate::domain::source::{DetailsRule, HitRule, SourceEntry};
use crate::domain::term::ClockCode;
use crate::domain::text::BoundedText;
use crate::domain::words::{FieldError, YesNo};
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::form::Form;
use crate::web::guard::Member;
use crate::web::tokens;
use crate::web::views::enrichment::{ProposalView, SourceCard};
use crate::web::views::fields::{Act, Choice, Control, Field};
use crate::web::views::signal::{Judged, Record, Tag, TagKind};
use crate::web::views::steps::ActForm;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

/// The addresses of this page.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/signalen/{id}/privacycheck-1", web::get().to(ask))
        .route("/signalen/{id}/privacycheck-1", web::post().to(propose));
}

/// What the page says besides the form.
#[derive(Default)]
struct Remarks {
    errors: Vec<FieldError>,
    notice: String,
    /// The fields that repeat words of the report.
    repeats: Vec<FieldError>,
}

/// `GET /signalen/{id}/privacycheck-1`
pub async fn ask(web: web::Data<Web>, member: Member, path: web::Path<String>) -> Result<HttpResponse, Failed> {
    let id: SignalId = path.parse().map_err(|_| Failed::not_found())?;
    page(&web, &member, id, None, Remarks::default()).await
}

/// `POST /signalen/{id}/privacycheck-1`
pub async fn propose(
    web: web::Data<Web>,
    member: Member,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failed> {
    let id: SignalId = path.parse().map_err(|_| Failed::not_found())?;
    tokens::check_session(&web.app.keys().server, member.session.actor.session.uuid(), form.text("formulier"))?;
    let seen = form.text("versie").parse().unwrap_or(0);
    let wording = if form.text("erkend") == YesNo::Yes.code() { Wording::Kept } else { Wording::Checked };
    let op = member.for_purpose(Purpose::Enrichment);
    let sent = web.app.propose_check1(&op, &member.session, id, seen, &draft_of(&form), wording).await;
    let (remarks, status) = match sent {
        Ok(Proposed::Sent(_)) => return Ok(at_once(&format!("{}?klaar=privacycheck-1", address(id)))),
        Ok(Proposed::Repeats(repeats)) => (Remarks { repeats, ..Remarks::default() }, StatusCode::BAD_REQUEST),
        Err(AppError::Invalid(errors)) => (Remarks { errors, ..Remarks::default() }, StatusCode::BAD_REQUEST),
        Err(error) => match moved(&web, &member, id, &error)? {
            Some(notice) => (Remarks { notice, ..Remarks::default() }, StatusCode::CONFLICT),
            None => return Err(error.into()),
        },
    };
    Ok(with_status(page(&web, &member, id, Some(&form), remarks).await?, status))
}

fn draft_of(form: &Form) -> SourcesProposalDraft {
    let sources = form.all("bronnen").into_iter().map(|source| {
        let text = |field: &str| form.filled(&format!("bronnen.{source}.{field}"));
        SourceProposalDraft {
            question: text("vraag"),
            not_before: text("nietVoor").map(|typed| super::enrichment::typed_day(&typed)),
            collected_for: text("verzameldVoor"),
            compatible: text("pastDaarbij"),
            needed: text("waaromNodig"),
            details: text("inhoudBijHit"),
            source,
        }
    });
    SourcesProposalDraft {
        forms: form.all("soortSignaal"),
        purpose: form.filled("doel"),
        subject: form.filled("overWie"),
        sources: sources.collect(),
    }
}

/// A form as it would have been sent, to begin with: the catalogue's words, or the proposal that came back.
fn prefilled(sources: &[SourceEntry], returned: Option<&SourcesProposal>) -> Form {
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut put = |name: String, value: &str| fields.push((name, value.to_owned()));
    if let Some(proposal) = returned {
        proposal.forms.iter().for_each(|code| put("soortSignaal".to_owned(), code.as_str()));
        put("doel".to_owned(), proposal.purpose.as_str());
        put("overWie".to_owned(), proposal.subject.code());
    }
    for entry in sources {
        let at = |field: &str| format!("bronnen.{}.{field}", entry.code);
        let earlier = returned.and_then(|proposal| proposal.sources.iter().find(|one| one.source == entry.code));
        if let Some(earlier) = earlier {
            put("bronnen".to_owned(), entry.code.as_str());
            put(at("nietVoor"), &earlier.not_before.map(|day| day.to_string()).unwrap_or_default());
        }
        put(at("vraag"), earlier.map_or(entry.question.as_str(), |one| one.question.as_str()));
        put(at("verzameldVoor"), earlier.map_or(entry.collected_for.as_str(), |one| one.collected_for.as_str()));
        put(at("pastDaarbij"), earlier.map_or(entry.compatible.as_str(), |one| one.compatible.as_str()));
        put(at("waaromNodig"), earlier.map_or(entry.needed.as_str(), |one| one.needed.as_str()));
        put(at("inhoudBijHit"), earlier.map_or(YesNo::No, |one| one.details).code());
    }
    Form::of(fields)
}

async fn page(
    web: &Web,
    member: &Member,
    id: SignalId,
    typed: Option<&Form>,
    remarks: Remarks,
) -> Result<HttpResponse, Failed> {
    let op = member.for_purpose(Purpose::Enrichment);
    let opened = web.app.open_for_check1(&op, &member.session, id).await?;
    let mut step = around::opened(web, member, &opened, Purpose::Enrichment)?;
    "Bronvragen voorstellen".clone_into(&mut step.title);
    let (record, returned) = earlier(&opened);
    step.records.extend(record);
    let begun;
    let form = match typed {
        Some(form) => form,
        None => {
            begun = prefilled(&web.app.protocol().sources, returned.as_ref());
            &begun
        }
    };
    let open = [waiting::CHECK1, waiting::WEIGHING4].contains(&opened.signal.waiting.as_str());
    let mut notice = remarks.notice;
    if !open && notice.is_empty() {
        "Dit kan nu niet: dit signaal wacht op een andere stap.".clone_into(&mut notice);
    }
    let mut errors = remarks.errors;
    let keep = (!remarks.repeats.is_empty()).then(keep_field);
    errors.extend(remarks.repeats);
    let sources = web.app.protocol().sources.iter();
    let response = html(&ProposalView {
        frame: frame(web, member, "/signalen"),
        form: ActForm {
            action: format!("{}/privacycheck-1", address(id)),
            formulier: tokens::session_token(&web.app.keys().server, member.session.actor.session.uuid()),
            versie: opened.signal.version.to_string(),
            errors: shown(errors.into_iter().map(|error| named(error, web.app.protocol())).collect()),
        },
        step,
        notice,
        about: about(web, form),
        sources: sources.map(|entry| card(web, member, id, entry, form)).collect::<Result<_, _>>()?,
        term: web.app.protocol().term(ClockCode::SourceAnswer).in_words(),
        keep,
        primary: open.then(|| Act::new("Leg voor aan de privacy officer", "leg_voor")),
    })?;
    Ok(if open { response } else { with_status(response, StatusCode::CONFLICT) })
}

fn keep_field() -> Field {
    Field::new(
        "erkend",
        "Uw voorstel herhaalt woorden uit het signaal",
        Control::Checks(vec![Choice::new(YesNo::Yes.code(), "Deze woorden moeten blijven staan")]),
    )
    .with_hint("Wie de melder kent, kan die woorden herkennen. Schrijf het liever in eigen woorden.")
    .conditional()
}

/// The last proposal that came back or was refused whole, as context; and its words, when it came back.
fn earlier(opened: &Opened) -> (Option<Record>, Option<SourcesProposal>) {
    let find = |field: &str| {
        opened
            .records
            .iter()
            .rev()
            .filter(|row| row.kind == "check1")
            .find(|row| opened.disclosed.bytes(row.id, field).is_some())
    };
    let Some(back) = find("vraag") else { return (None, None) };
    let question: String = opened.json(back.id, "vraag").unwrap_or_default();
    let proposal = opened
        .records
        .iter()
        .filter(|row| row.part_of == back.part_of)
        .find_map(|row| opened.json::<SourcesProposal>(row.id, "voorstel"));
    // A later proposal than the one that came back: what was asked then is settled.
    let latest = find("voorstel").is_some_and(|row| row.part_of == back.part_of);
    if !latest {
        return (None, None);
    }
    let record = Record {
        title: "Teruggegeven door de privacy officer".to_owned(),
        signed: String::new(),
        points: vec![Judged::new("Vraag", &question, "")],
    };
    (Some(record), proposal)
}

fn about(web: &Web, form: &Form) -> Vec<Field> {
    let chosen = form.all("soortSignaal");
    let forms = web.app.protocol().forms.iter().map(|entry| {
        let choice = Choice::new(entry.code.as_str(), &entry.label);
        if chosen.iter().any(|code| code == entry.code.as_str()) { choice.chosen() } else { choice }
    });
    vec![
        Field::new("doel", "Doel", Control::Area)
            .with_hint(
                "Wat moet het antwoord duidelijk maken? Bijvoorbeeld: vaststellen of er een vergunde exploitant is.",
            )
            .with_value(form.text("doel")),
        Field::new("overWie", "Over wie of wat", Control::Radios(choices(SubjectKind::ALL, form.text("overWie")))),
        Field::new("soortSignaal", "Soort signaal", Control::Checks(forms.collect())),
    ]
}

fn choices<T: crate::domain::words::Dutch>(all: &[T], chosen: &str) -> Vec<Choice> {
    let of = |value: &T| {
        let choice = Choice::new(value.code(), value.label());
        if value.code() == chosen { choice.chosen() } else { choice }
    };
    all.iter().map(of).collect()
}

/// What a source may answer, coloured: it advises.
pub(super) fn rule_tag(entry: &SourceEntry) -> Tag {
    let kind = match entry.hit {
        HitRule::Allowed => TagKind::Known,
        HitRule::WithBasis | HitRule::Never => TagKind::Care,
    };
    Tag::new(&entry.rule_in_words(), kind)
}

fn card(web: &Web, member: &Member, id: SignalId, entry: &SourceEntry, form: &Form) -> Result<SourceCard, Failed> {
    let at = |field: &str| format!("bronnen.{}.{field}", entry.code);
    let field = |name: &str, label: &str, control| {
        Field::new(&at(name), label, control).with_value(form.text(&at(name))).conditional()
    };
    let holders = web.app.source_holders(id, entry, member.op.today)?;
    let note =
        entry.details_note.as_deref().map(|note| format!("Volgens de broncatalogus: {note}.")).unwrap_or_default();
    let details = (entry.details != DetailsRule::Never).then(|| {
        let control = Control::Radios(choices(&[YesNo::No, YesNo::Yes], form.text(&at("inhoudBijHit"))));
        Field::new(&at("inhoudBijHit"), "Na een hit ook inhoud vragen?", control).with_hint(&note).conditional()
    });
    Ok(SourceCard {
        id: at("bron"),
        code: entry.code.to_string(),
        label: entry.label.clone(),
        team: entry.team.clone(),
        rule: rule_tag(entry),
        holder: holders.first().map(|holder| holder.name.clone()).unwrap_or_default(),
        chosen: ticked(form.all("bronnen").iter().any(|code| code == entry.code.as_str())),
        question: vec![
            field("vraag", "Vraag", Control::Area)
                .with_hint("Noem wat de bronhouder moet opzoeken, zoals het adres. Dit is wat die leest, tenzij de privacy officer versmalt."),
            field("nietVoor", "Niet verder terug dan", Control::Day).with_hint("Bijvoorbeeld 1-11-2024.").optional(),
        ],
        grounds: vec![
            field("verzameldVoor", "A. Waarvoor verzameld", Control::Area),
            field("pastDaarbij", "B. Past dit gebruik daarbij", Control::Area),
            field("waaromNodig", "C. Waarom nodig", Control::Area),
        ],
        details,
    })
}
