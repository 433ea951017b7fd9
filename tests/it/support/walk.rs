//! Walks signals along the whole route through the API: every step once, every free text a sentence that stands nowhere
//! else. Before each step somebody else tries the very same and is told what is told of a thing that does not exist.

use super::app::TestApp;
use super::client::Page;
use super::raw::Raw;
use super::road::{member_id, run, session, standing};
use crate::api::{Machine, problem, share};
use meldroute::domain::ids::SignalId;
use meldroute::domain::protocol::{CriterionKind, Protocol};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What does not exist.
const NOWHERE: &str = "00000000-0000-4000-8000-000000000000";
/// They have an account and nothing to do with any signal.
const STRANGERS: [&str; 2] = ["adam", "fenna"];

/// What a step is about.
#[derive(Clone, Copy)]
pub enum On<'a> {
    /// The signal, as it stands now.
    Signal(SignalId),
    /// One of its parts, by id.
    Part(&'a str),
}

/// Somebody who walks.
pub struct Walk<'a> {
    app: &'a TestApp,
    machines: BTreeMap<&'static str, Machine>,
    at_the_end: Box<dyn FnMut(SignalId) + 'a>,
    /// Every sentence that was typed.
    pub words: BTreeSet<String>,
    /// The addresses of the steps that were taken, as the description names them.
    pub taken: BTreeSet<String>,
    /// The codes of the melders.
    pub receipts: Vec<String>,
}

impl<'a> Walk<'a> {
    /// Calls back before a signal leaves each stage of the whole route.
    pub fn stopping(app: &'a TestApp, at_the_end: impl FnMut(SignalId) + 'a) -> Self {
        Self {
            app,
            machines: BTreeMap::new(),
            at_the_end: Box::new(at_the_end),
            words: BTreeSet::new(),
            taken: BTreeSet::new(),
            receipts: Vec::new(),
        }
    }

    pub fn start(app: &'a TestApp) -> Self {
        Self::stopping(app, |_| {})
    }

    fn stop(&mut self, id: SignalId) {
        (self.at_the_end)(id);
    }

    /// A sentence for this field.
    pub fn text(&mut self, field: &str) -> String {
        let number = self.words.len();
        let text = format!("Kanarie{field}{number} zingt é in kooi{number} van {field}");
        self.words.insert(text.clone());
        text
    }

    fn machine(&mut self, login: &'static str) -> &Machine {
        self.machines.entry(login).or_insert_with(|| Machine::of(self.app, login))
    }

    /// Takes a step, after others tried in vain.
    #[track_caller]
    pub fn step(&mut self, login: &'static str, template: &str, on: On<'_>, mut body: Value) -> Page {
        let id = match on {
            On::Part(id) => id.to_owned(),
            On::Signal(id) => {
                body["versie"] = json!(standing(self.app, id).version);
                id.to_string()
            }
        };
        let (path, absent) = (template.replace("{id}", &id), template.replace("{id}", NOWHERE));
        for stranger in STRANGERS {
            let refused = self.machine(stranger).post(&format!("/api/v1{path}"), &body);
            problem(&refused, 404);
            self.assert_echoes_nothing(&refused);
            let nothing = self.machine(stranger).post(&format!("/api/v1{absent}"), &body);
            assert_eq!(refused.body, nothing.body, "{stranger} {path}");
        }
        // With a mistake in it, it comes back without a word of what was sent.
        let mut wrong = body.clone();
        wrong["kanarie"] = json!(self.text("onbekend"));
        let refused = self.machine(login).post(&format!("/api/v1{path}"), &wrong);
        problem(&refused, 400);
        self.assert_echoes_nothing(&refused);
        let answer = self.machine(login).post(&format!("/api/v1{path}"), &body);
        assert!([200, 204].contains(&answer.status), "{login} {path}: {body} {}", answer.body);
        self.taken.insert(template.to_owned());
        answer
    }

    #[track_caller]
    fn assert_echoes_nothing(&self, page: &Page) {
        let echoed = self.words.iter().find(|word| page.body.contains(word.as_str()));
        assert_eq!(echoed, None, "{}", page.body);
    }

    #[track_caller]
    fn on(&mut self, id: SignalId, login: &'static str, step: &str, body: Value) {
        self.step(login, &format!("/signalen/{{id}}/{step}"), On::Signal(id), body);
    }

    /// The id of a part of a signal.
    #[track_caller]
    pub fn part(&self, id: SignalId, table: &str, condition: &str) -> String {
        let mut raw = Raw::open(&self.app.database);
        let signal = raw.id(&id.uuid().simple().to_string());
        let rows = raw.rows_where(table, &format!("signal_id = {signal} AND {condition}"));
        assert_eq!(rows.len(), 1, "{table} where {condition}");
        uuid::Uuid::parse_str(&rows[0]["id"]).unwrap().to_string()
    }

    fn check(&self, id: SignalId, kind: &str) -> String {
        self.part(id, "privacy_checks", &format!("kind = '{kind}' AND state = 'proposed'"))
    }

    /// A signal of a melder whose name is behind two locks.
    pub fn received(&mut self) -> SignalId {
        let known = |app: &TestApp| -> BTreeSet<String> {
            Raw::open(&app.database).rows("signals").iter().map(|row| row["id"].clone()).collect()
        };
        let before = known(self.app);
        let body = json!({
            "tekst": self.text("tekst"), "waar": self.text("waar"), "wieOfWat": self.text("wieOfWat"),
            "melder": "vertrouwelijk", "naam": self.text("eigennaam"), "bereikbaar": self.text("bereikbaar"),
        });
        let answer = share(self.app, &body);
        assert_eq!(answer.status, 201, "{}", answer.body);
        self.receipts.push(answer.json()["ontvangstcode"].as_str().unwrap().to_owned());
        let new = known(self.app).difference(&before).next().unwrap().clone();
        SignalId::new(uuid::Uuid::parse_str(&new).unwrap())
    }

    /// A signal that waits for weging 3.
    pub fn weighing(&mut self) -> SignalId {
        let id = self.received();
        self.stop(id);
        let mut judged = intake("ja");
        judged["waarom"] = json!(self.text("intake"));
        self.on(id, "mirte", "intake", judged);
        id
    }

    fn weighing3(&mut self, outcome: &str, second: &str) -> Value {
        let mut criteria = Map::new();
        for criterion in &Protocol::bundled().unwrap().criteria {
            if criterion.kind == CriterionKind::Theme {
                continue;
            }
            let why = self.text(criterion.code.as_str());
            let judged = match criterion.kind {
                CriterionKind::Text => json!({ "waarom": why }),
                _ => json!({ "keuze": criterion.options[0].code.to_string(), "waarom": why }),
            };
            criteria.insert(criterion.code.to_string(), judged);
        }
        json!({ "criteria": criteria, "voorstel": outcome, "medeondertekenaar": member_id(self.app, second).to_string() })
    }

    fn sources(&mut self) -> Value {
        let mut sources = Vec::new();
        for (place, code) in ["vergunningen", "brp", "handelsregister", "belastingen"].into_iter().enumerate() {
            let mut source = json!({ "bron": code, "inhoudBijHit": if place < 2 { "ja" } else { "nee" } });
            for field in ["vraag", "verzameldVoor", "pastDaarbij", "waaromNodig"] {
                source[field] = json!(self.text(field));
            }
            sources.push(source);
        }
        let form = Protocol::bundled().unwrap().forms[0].code.to_string();
        json!({ "soortSignaal": [form], "doel": self.text("doel"), "overWie": "pand", "bronnen": sources,
            "woordenBekeken": "ja" })
    }

    /// One fact under each of these rules.
    fn facts(&mut self, regimes: &[&str]) -> Value {
        let mut facts = Vec::new();
        for regime in regimes {
            facts.push(json!({ "tekst": self.text("feit"), "regime": regime, "herkomst": self.text("herkomst") }));
        }
        json!(facts)
    }

    /// From received to destroyed, with a jurist as the second person and every detour on the way.
    pub fn whole(&mut self) -> SignalId {
        let id = self.closed();
        self.destroy(id);
        id
    }

    /// The same up to and including closing.
    pub fn closed(&mut self) -> SignalId {
        let id = self.weighing();
        self.weigh(id);
        self.enrich(id);
        self.decide(id);
        self.follow_up(id);
        id
    }

    fn weigh(&mut self, id: SignalId) {
        let why = serde_json::from_value(json!({ "waarom": self.text("naamverzoek") })).unwrap();
        let (op, mirte) = session(self.app, "mirte");
        run(self.app.app.ask_name(&op, &mirte, id, &why)).unwrap();
        let weighing = self.weighing3("verrijken", "sanne");
        self.on(id, "mirte", "weging-3", weighing);
        let sentence = self.text("zin");
        self.on(id, "sanne", "weging-3/teruggave", json!({ "zin": sentence }));
        let weighing = self.weighing3("verrijken", "sanne");
        self.on(id, "mirte", "weging-3", weighing);
        self.stop(id);
        self.on(id, "sanne", "weging-3/akkoord", json!({}));
    }

    fn enrich(&mut self, id: SignalId) {
        let proposal = self.sources();
        self.on(id, "mirte", "privacycheck-1", proposal);
        let question = self.text("teruggave");
        let check = self.check(id, "1");
        self.step("nadia", "/privacychecks/{id}/teruggave", On::Part(&check), json!({ "vraag": question }));
        let proposal = self.sources();
        self.on(id, "mirte", "privacycheck-1", proposal);
        let verdict = json!({ "oordelen": {
            "vergunningen": { "oordeel": "vrijgeven" },
            "brp": { "oordeel": "vrijgeven" },
            "handelsregister": { "oordeel": "versmallen", "vraag": self.text("smaller"), "waarom": self.text("waarom") },
            "belastingen": { "oordeel": "weigeren", "waarom": self.text("weigering") },
        }});
        let check = self.check(id, "1");
        self.step("nadia", "/privacychecks/{id}/oordeel-bronnen", On::Part(&check), verdict);
        let permits = self.part(id, "source_questions", "source_code = 'vergunningen'");
        let register = self.part(id, "source_questions", "source_code = 'handelsregister'");
        self.stop(id);
        self.step("vera", "/bronvragen/{id}/teruggave", On::Part(&permits), json!({}));
        let wim = member_id(self.app, "wim").to_string();
        self.on(id, "mirte", "bronvraag-overdracht", json!({ "vraag": permits, "naar": wim }));
        self.stop(id);
        self.on(id, "mirte", "bronvraag-intrekking", json!({ "vraag": register }));
        // Nobody asks for the content of this one, so its holder keeps it until the signal goes on.
        let residents = self.part(id, "source_questions", "source_code = 'brp'");
        self.step("bram", "/bronvragen/{id}/antwoord", On::Part(&residents), json!({ "antwoord": "geen_hit" }));
        let hit = json!({ "antwoord": "hit", "leeftijd": "tot_1_jaar" });
        self.step("wim", "/bronvragen/{id}/antwoord", On::Part(&permits), hit);
        self.stop(id);
        self.on(id, "mirte", "inhoudsvraag", json!({ "vraag": permits }));
        self.stop(id);
        let details = self.text("inhoud");
        self.step("wim", "/bronvragen/{id}/inhoud", On::Part(&permits), json!({ "inhoud": details }));
        for step in ["teruggave", "akkoord"] {
            let second = member_id(self.app, "sanne").to_string();
            let weighing = json!({ "bevestigd": "ja", "waarom": self.text("weging4"), "voorstel": "lio",
                "medeondertekenaar": second });
            self.on(id, "mirte", "weging-4", weighing);
            let body = if step == "akkoord" { json!({}) } else { json!({ "zin": self.text("zin4") }) };
            if step == "akkoord" {
                self.stop(id);
            }
            self.on(id, "sanne", &format!("weging-4/{step}"), body);
        }
    }

    fn decide(&mut self, id: SignalId) {
        let (bram, vera) = (member_id(self.app, "bram").to_string(), member_id(self.app, "vera").to_string());
        let item = json!({
            "titel": self.text("titel"), "vraagAanOverleg": self.text("vraagAanOverleg"), "woordenBekeken": "ja",
            "feiten": self.facts(&["open", "vergunning"]),
            "deelnemers": [{ "wie": bram, "feiten": [1, 2] }, { "wie": vera, "feiten": [1] }],
        });
        self.on(id, "mirte", "privacycheck-2a", item);
        let verdict = json!({ "oordelen": {
            bram.as_str(): { "oordeel": "versmallen", "feiten": [2], "waarom": self.text("waarom2a") },
            vera.as_str(): { "oordeel": "vrijgeven" },
        }});
        let check = self.check(id, "2A");
        self.step("nadia", "/privacychecks/{id}/oordeel-deelnemers", On::Part(&check), verdict);
        self.on(id, "mirte", "publicatie", json!({}));
        self.stop(id);
        let decision = json!({ "besluit": "CAS", "waarom": self.text("besluit"), "wieDoetHet": bram,
            "uiterlijk": "2027-02-01" });
        self.on(id, "mirte", "besluit", decision);
    }

    fn follow_up(&mut self, id: SignalId) {
        let bram = member_id(self.app, "bram").to_string();
        let action = json!({ "eigenaar": bram, "watTeDoen": self.text("watTeDoen"), "uiterlijk": "2027-02-01" });
        self.on(id, "mirte", "acties", action);
        let action = self.part(id, "actions", "state = 'open'");
        let done = json!({ "watIsGedaan": self.text("watIsGedaan") });
        self.step("bram", "/acties/{id}/afronding", On::Part(&action), done);
        let proposal = json!({ "ontvanger": "politie", "grondslag": self.text("grondslag2b"), "waarom": self.text("2b"),
            "feiten": self.facts(&["sociaal_domein", "open"]), "woordenBekeken": "ja" });
        let facts = proposal["feiten"].clone();
        self.on(id, "mirte", "privacycheck-2b", proposal);
        let check = self.check(id, "2B");
        let verdict = json!({ "oordeel": "versmallen", "feiten": [1], "waarom": self.text("waarom2b") });
        self.step("nadia", "/privacychecks/{id}/oordeel-verstrekking", On::Part(&check), verdict);
        let sheet = json!({ "ontvanger": "politie", "grondslag": self.text("grondslag"), "feiten": [facts[0]],
            "terAttentieVan": self.text("terAttentieVan"), "verzoek": self.text("verzoek"), "privacycheck": check,
            "woordenBekeken": "ja" });
        self.on(id, "mirte", "doorgeefblad", sheet);
        self.on(id, "mirte", "bericht", json!({ "status": "opgepakt" }));
        self.stop(id);
        let duty =
            json!([{ "betrokkene": self.text("betrokkene"), "besluit": "niet_nodig", "waarom": self.text("avg") }]);
        self.on(id, "mirte", "afsluiting", json!({ "maatregel": "ja", "informatieplicht": duty }));
    }

    fn destroy(&mut self, id: SignalId) {
        let until = standing(self.app, id).kept_until.expect("a closed signal has a term");
        self.app.clock.set(format!("{until}T09:00:00Z").parse().unwrap());
        self.app.clock.advance_seconds(2 * 24 * 3600);
        self.machines.clear();
        self.on(id, "mirte", "vernietiging", json!({}));
        let why = self.text("langer");
        let signal = id.to_string();
        self.step("nadia", "/signalen/{id}/vernietiging/teruggave", On::Part(&signal), json!({ "waarom": why }));
        self.on(id, "mirte", "vernietiging", json!({}));
        self.stop(id);
        self.step("nadia", "/signalen/{id}/vernietiging/akkoord", On::Part(&signal), json!({}));
        self.stop(id);
    }

    /// The ways that leave the route: not taken up, referred on, set aside and taken up again, decided in haste.
    pub fn ways_out(&mut self) {
        let id = self.received();
        let mut judged = intake("nee");
        judged["waarom"] = json!(self.text("nee"));
        self.on(id, "mirte", "niet-in-behandeling", json!({ "reden": "te_oud", "intake": judged }));
        self.stop(id);

        let id = self.received();
        let sheet = json!({ "ontvanger": "politie", "grondslag": self.text("grond"), "feiten": self.facts(&["open"]),
            "terAttentieVan": self.text("team"), "verzoek": self.text("vraag"), "woordenBekeken": "ja" });
        self.on(id, "mirte", "doorverwijzing", sheet);
        self.stop(id);

        let id = self.weighing();
        let mut weighing = self.weighing3("monitoren", "joost");
        weighing["totDatum"] = json!("2027-03-01");
        self.on(id, "mirte", "weging-3", weighing);
        self.on(id, "joost", "weging-3/akkoord", json!({}));
        let why = self.text("hervat");
        self.stop(id);
        self.on(id, "mirte", "hervatting", json!({ "waarom": why }));
        self.stop(id);

        let id = self.received();
        let decision = json!({ "besluit": "CAS", "waarom": self.text("spoed"), "wieDoetHet": self.text("wie"),
            "uiterlijk": "2026-12-01" });
        self.on(id, "mirte", "spoedbesluit", decision);
        self.stop(id);
        for signer in ["mirte", "sanne", "bea"] {
            self.on(id, signer, "spoedbesluit/handtekening", json!({}));
        }
        self.stop(id);
        assert_eq!(standing(self.app, id).stage.code(), "opvolgen");
        let bram = member_id(self.app, "bram").to_string();
        let item = json!({
            "titel": self.text("titel"), "vraagAanOverleg": self.text("vraagAanOverleg"), "woordenBekeken": "ja",
            "feiten": self.facts(&["open"]), "deelnemers": [{ "wie": bram, "feiten": [1] }],
        });
        self.on(id, "mirte", "privacycheck-2a", item);
        self.stop(id);
        let check = self.check(id, "2A");
        let verdict = json!({ "oordelen": { bram.as_str(): { "oordeel": "vrijgeven" } } });
        self.step("nadia", "/privacychecks/{id}/oordeel-deelnemers", On::Part(&check), verdict);
        self.on(id, "mirte", "publicatie", json!({}));
        self.stop(id);
        assert_eq!(standing(self.app, id).waiting, "follow_up");
    }
}

/// Weging 1, 2A and 2B with this answer to the first.
fn intake(undermining: &str) -> Value {
    let protocol = Protocol::bundled().unwrap();
    let code = |list: &[meldroute::domain::protocol::Entry]| json!([list[0].code.to_string()]);
    let mut judged = json!({
        "isOndermijning": undermining, "gemeentelijkeTaak": "ja", "inGemeente": "ja", "hoeSnel": "kan_wachten",
        "bevoegdheid": protocol.powers[0].code.to_string(),
    });
    if undermining == "ja" {
        judged["kenmerken"] = code(&protocol.intake.traits);
        judged["verankering"] = code(&protocol.intake.anchors);
    }
    judged
}
