//! Machine accounts: another system that asks the API by itself, with rights from a closed list.

use super::fields::Fields;
use super::text::{BoundedText as _, NameText, ShortText};
use super::time::Day;
use super::words::{FieldError, vocabulary};

/// The furthest end that can be agreed to, in days from today: whoever is responsible looks at it again each year.
pub const LONGEST_DAYS: i64 = 366;

vocabulary! {
    /// Dutch: *recht van een koppeling*. What another system may do. None of it opens content: there is no such right to
    /// give.
    pub enum Scope {
        /// Share signals for people who write in another form, such as one on the intranet.
        ShareSignals = "signalen_delen" => "signalen delen",
        /// Ask where a report stands, with the code that its melder gave.
        FollowReports = "meldingen_volgen" => "meldingen volgen",
        /// Fetch the newest signed checkpoint of the log and the proof that the log only grew.
        LogProof = "logboek_bewijs" => "bewijs van het logboek ophalen",
    }

    /// Dutch: *stand van een koppeling*. Whether it works.
    pub enum MachineState {
        /// Waits for a second person.
        Proposed = "proposed" => "wacht op een tweede persoon",
        /// Works, until its last day.
        Active = "active" => "werkt",
        /// Ended, or never agreed to.
        Ended = "ended" => "beëindigd",
    }
}

/// Dutch: *rechten*. Several rights, each once, in the order of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// These rights, each once.
    #[must_use]
    pub fn of(rights: &[Scope]) -> Self {
        Self(Scope::ALL.iter().copied().filter(|scope| rights.contains(scope)).collect())
    }

    /// Reads what [`Scopes::codes`] wrote; `None` for anything else.
    #[must_use]
    pub fn parse(codes: &str) -> Option<Self> {
        let rights: Vec<Scope> = codes.split('+').map(str::parse).collect::<Result<_, _>>().ok()?;
        let scopes = Self::of(&rights);
        (scopes.codes() == codes).then_some(scopes)
    }

    /// The one written form, in database, log and signature: codes with a plus between them.
    #[must_use]
    pub fn codes(&self) -> String {
        let codes: Vec<&str> = self.0.iter().map(|scope| scope.code()).collect();
        codes.join("+")
    }

    /// In words: `signalen delen, meldingen volgen`.
    #[must_use]
    pub fn in_words(&self) -> String {
        let words: Vec<&str> = self.0.iter().map(|scope| scope.label()).collect();
        words.join(", ")
    }

    /// Whether this right is among them.
    #[must_use]
    pub fn has(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// The rights.
    #[must_use]
    pub fn all(&self) -> &[Scope] {
        &self.0
    }

    /// Whether all of these are among those others.
    #[must_use]
    pub fn are_within(&self, others: &Self) -> bool {
        self.0.iter().all(|scope| others.has(*scope))
    }
}

/// Dutch: *voorstel voor een koppeling*. As it was typed.
#[derive(Clone, Debug, Default)]
pub struct MachineDraft {
    /// What people call the other system.
    pub name: String,
    /// What it is for.
    pub purpose: String,
    /// Its public key, as text.
    pub public_key: String,
    /// Codes of rights.
    pub scopes: Vec<String>,
    /// Its last day.
    pub expires_on: String,
}

/// Dutch: *nieuwe koppeling*. A proposal of which everything but the key was read; keys are for the vault.
#[derive(Clone, Debug)]
pub struct NewMachine {
    /// What people call the other system.
    pub name: NameText,
    /// What it is for.
    pub purpose: ShortText,
    /// What it may.
    pub scopes: Scopes,
    /// Its last day.
    pub expires_on: Day,
}

impl MachineDraft {
    /// What is proposed.
    ///
    /// # Errors
    /// Everything that is wrong, together.
    pub fn parse(&self, today: Day) -> Result<NewMachine, Vec<FieldError>> {
        let mut fields = Fields::default();
        let name = NameText::parse(&self.name).map_err(|error| fields.refuse("naam", error.to_string())).ok();
        let purpose =
            ShortText::parse(&self.purpose).map_err(|error| fields.refuse("waarvoor", error.to_string())).ok();
        let rights: Vec<Scope> = self.scopes.iter().filter_map(|code| code.parse().ok()).collect();
        let known = !rights.is_empty() && rights.len() == self.scopes.len();
        if !known {
            fields.refuse("rechten", "Kies minstens één recht van de lijst.");
        }
        let expires_on = self.expires_on.parse::<Day>().ok();
        let expires_on = expires_on.filter(|day| *day >= today && *day <= today.plus_days(LONGEST_DAYS));
        if expires_on.is_none() {
            fields.refuse("einddatum", "Kies een dag vanaf vandaag, hooguit een jaar vooruit.");
        }
        let scopes = known.then(|| Scopes::of(&rights));
        let new = name.zip(purpose).zip(scopes).zip(expires_on);
        fields.finish(new.map(|(((name, purpose), scopes), expires_on)| NewMachine {
            name,
            purpose,
            scopes,
            expires_on,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::words::tests::assert_complete;

    #[test]
    fn rights_and_states_have_codes_and_words() {
        assert_complete::<Scope>();
        assert_complete::<MachineState>();
    }

    #[test]
    fn rights_have_one_written_form() {
        let both = Scopes::of(&[Scope::LogProof, Scope::ShareSignals, Scope::LogProof]);
        assert_eq!(both.codes(), "signalen_delen+logboek_bewijs");
        assert_eq!(Scopes::parse(&both.codes()), Some(both));
        for other in ["", "logboek_bewijs+signalen_delen", "signalen_delen+signalen_delen", "alles", "signalen_delen+"]
        {
            assert_eq!(Scopes::parse(other), None, "{other}");
        }
    }

    #[test]
    fn a_proposal_tells_everything_that_is_wrong_and_ends_within_a_year() {
        let today: Day = "2026-11-24".parse().unwrap();
        let wrong: Vec<String> =
            MachineDraft::default().parse(today).unwrap_err().into_iter().map(|error| error.field).collect();
        assert_eq!(wrong, ["naam", "waarvoor", "rechten", "einddatum"]);
        let draft = |day: &str, right: &str| MachineDraft {
            name: "Intranet".to_owned(),
            purpose: "Formulier".to_owned(),
            public_key: String::new(),
            scopes: vec![right.to_owned()],
            expires_on: day.to_owned(),
        };
        for day in ["2026-11-24", "2027-11-25"] {
            assert!(draft(day, "signalen_delen").parse(today).is_ok(), "{day}");
        }
        for day in ["2026-11-23", "2027-11-26", "morgen"] {
            assert!(draft(day, "signalen_delen").parse(today).is_err(), "{day}");
        }
        assert!(draft("2026-12-01", "signalen_lezen").parse(today).is_err());
    }
}
