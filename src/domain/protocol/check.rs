//! What must be true of a protocol beyond the shape of its files.

use std::collections::BTreeSet;

use super::super::decision::{DecisionCode, Need};
use super::super::retention::RetentionGround;
use super::super::role::Role;
use super::super::term::ClockCode;
use super::entries::{Criterion, CriterionKind, Entry, ReasonStep};
use super::{Code, Protocol, ProtocolError};

/// Everything that is wrong; empty when the protocol can be used.
pub(super) fn errors(protocol: &Protocol) -> Vec<ProtocolError> {
    let mut found = Found(Vec::new());
    clocks(protocol, &mut found);
    lists(protocol, &mut found);
    criteria(protocol, &mut found);
    decisions(protocol, &mut found);
    sources(protocol, &mut found);
    retention(protocol, &mut found);
    found.0
}

struct Found(Vec<ProtocolError>);

impl Found {
    fn refuse(&mut self, file: &'static str, message: impl Into<String>) {
        self.0.push(ProtocolError { file, message: message.into() });
    }

    /// Text that people read or that names a source may not be empty.
    fn filled(&mut self, file: &'static str, what: &str, texts: &[&str]) {
        if texts.iter().any(|text| text.trim().is_empty()) {
            self.refuse(file, format!("bij {what} is een tekst leeg (let ook op source)"));
        }
    }

    fn once<'a>(&mut self, file: &'static str, codes: impl Iterator<Item = &'a Code>) {
        let mut seen = BTreeSet::new();
        for code in codes {
            if !seen.insert(code) {
                self.refuse(file, format!("de code {code} staat er twee keer"));
            }
        }
        if seen.is_empty() {
            self.refuse(file, "een lijst is leeg");
        }
    }

    fn entries(&mut self, file: &'static str, entries: &[Entry]) {
        self.once(file, entries.iter().map(|entry| &entry.code));
        for entry in entries {
            self.filled(file, entry.code.as_str(), &[&entry.label]);
        }
    }
}

fn clocks(protocol: &Protocol, found: &mut Found) {
    const FILE: &str = "protocol.toml";
    found.filled(FILE, "version", &[&protocol.version]);
    if protocol.mma_readers == 0 || protocol.min_readers == 0 {
        found.refuse(FILE, "mma_readers en min_readers zijn minstens 1");
    }
    if !(1..=24 * 60).contains(&protocol.name_minutes) {
        found.refuse(FILE, "name_minutes is minstens 1 en hooguit een etmaal (1440)");
    }
    for clock in ClockCode::ALL {
        match protocol.clocks.get(clock) {
            Some(rule) => found.filled(FILE, clock.code(), &[&rule.source]),
            None => found.refuse(FILE, format!("de termijn {} ontbreekt", clock.code())),
        }
    }
    if protocol.calendar.last_holiday().is_none() {
        found.refuse("calendar.toml", "er staat geen enkele feestdag in");
    }
}

fn lists(protocol: &Protocol, found: &mut Found) {
    found.filled("intake.toml", "weging 1", &[&protocol.intake.source]);
    for list in [&protocol.intake.traits, &protocol.intake.anchors, &protocol.intake.signs] {
        found.entries("intake.toml", list);
    }
    found.entries("places.toml", &protocol.places);
    found.once("places.toml", protocol.forms.iter().map(|form| &form.code));
    for form in &protocol.forms {
        found.filled("places.toml", form.code.as_str(), &[&form.label]);
    }
    found.entries("partners.toml", &protocol.departments);
    found.once("partners.toml", protocol.recipients.iter().map(|recipient| &recipient.code));
    for recipient in &protocol.recipients {
        let texts = [recipient.label.as_str(), &recipient.basis, &recipient.source];
        found.filled("partners.toml", recipient.code.as_str(), &texts);
    }
    if !protocol.recipients.iter().any(super::Recipient::takes_referrals) {
        found.refuse("partners.toml", "geen enkele ontvanger neemt een doorverwijzing aan (refer)");
    }
    found.once("powers.toml", protocol.powers.iter().map(|power| &power.code));
    for power in &protocol.powers {
        found.filled("powers.toml", power.code.as_str(), &[&power.label, &power.article, &power.source]);
    }
}

fn criteria(protocol: &Protocol, found: &mut Found) {
    const FILE: &str = "criteria.toml";
    found.once(FILE, protocol.criteria.iter().map(|criterion| &criterion.code));
    for (place, criterion) in (1u8..).zip(&protocol.criteria) {
        let name = criterion.code.as_str();
        found.filled(FILE, name, &[&criterion.label, &criterion.question]);
        if criterion.number != place {
            found.refuse(FILE, format!("criterium {name} hoort nummer {place} te hebben"));
        }
        options(criterion, found);
    }
}

fn options(criterion: &Criterion, found: &mut Found) {
    const FILE: &str = "criteria.toml";
    let name = criterion.code.as_str();
    match criterion.kind {
        CriterionKind::Choice => {
            found.once(FILE, criterion.options.iter().map(|option| &option.code));
            for option in &criterion.options {
                found.filled(FILE, name, &[&option.label]);
            }
            if criterion.options.iter().filter(|option| option.is_unknown()).count() != 1 {
                found.refuse(FILE, format!("criterium {name} heeft niet precies één optie die \"onbekend\" is"));
            }
        }
        CriterionKind::Text | CriterionKind::Theme => {
            if !criterion.options.is_empty() {
                found.refuse(FILE, format!("criterium {name} heeft opties, maar is geen keuze"));
            }
        }
    }
    if criterion.kind != CriterionKind::Text && !criterion.required_for.is_empty() {
        found.refuse(FILE, format!("criterium {name}: required_for hoort alleen bij tekst"));
    }
    let counts = ["0", "1", "2", "3", "4"];
    match criterion.computed.as_ref().map(Code::as_str) {
        None => {}
        Some("concreteness") if counts.iter().all(|count| criterion.option(count).is_some()) => {}
        Some(_) => {
            found.refuse(FILE, format!("criterium {name}: computed is \"concreteness\", met opties 0 tot en met 4"))
        }
    }
}

fn decisions(protocol: &Protocol, found: &mut Found) {
    const FILE: &str = "decisions.toml";
    for code in DecisionCode::ALL {
        match protocol.decisions.iter().filter(|rule| rule.code == *code).collect::<Vec<_>>().as_slice() {
            [rule] => found.filled(FILE, code.code(), &[&rule.source]),
            _ => found.refuse(FILE, format!("het besluit {} staat er niet precies één keer", code.code())),
        }
    }
    let needs = |code, need| protocol.decision(code).is_some_and(|rule| rule.needs.contains(&need));
    // Held by the code whatever the file says: a signal is never dropped without a reason, nor monitored without end.
    if !needs(DecisionCode::NotTakenUp, Need::Reason) || !needs(DecisionCode::Monitor, Need::Until) {
        found.refuse(FILE, "NIB vraagt altijd een reden (reason) en MON altijd een datum (until)");
    }
    found.once(FILE, protocol.reasons.iter().map(|reason| &reason.code));
    for reason in &protocol.reasons {
        found.filled(FILE, reason.code.as_str(), &[&reason.label]);
    }
    for step in ReasonStep::ALL {
        if protocol.reasons_at(*step).next().is_none() {
            found.refuse(FILE, format!("bij {} is geen enkele reden te kiezen", step.label()));
        }
    }
}

fn sources(protocol: &Protocol, found: &mut Found) {
    const FILE: &str = "sources.toml";
    found.once(FILE, protocol.sources.iter().map(|source| &source.code));
    found.entries(FILE, &protocol.cannot_answer);
    for source in &protocol.sources {
        let texts = [
            source.label.as_str(),
            &source.team,
            &source.question,
            &source.collected_for,
            &source.compatible,
            &source.needed,
            &source.legal_basis,
            &source.source,
        ];
        found.filled(FILE, source.code.as_str(), &texts);
        if protocol.department(source.department.as_str()).is_none() {
            found.refuse(FILE, format!("bron {}: de afdeling {} bestaat niet", source.code, source.department));
        }
        if !matches!(source.holder, Role::CivilRegistry | Role::Flexible) {
            found.refuse(FILE, format!("bron {}: {} kan geen bron beheren", source.code, source.holder.label()));
        }
    }
}

fn retention(protocol: &Protocol, found: &mut Found) {
    const FILE: &str = "retention.toml";
    for ground in RetentionGround::ALL {
        match protocol.retention.iter().filter(|rule| rule.ground == *ground).collect::<Vec<_>>().as_slice() {
            [rule] if rule.term.amount > 0 => found.filled(FILE, ground.code(), &[&rule.source]),
            [_] => found.refuse(FILE, format!("{}: een bewaartermijn is minstens 1", ground.code())),
            _ => found.refuse(FILE, format!("{} staat er niet precies één keer", ground.code())),
        }
    }
}
