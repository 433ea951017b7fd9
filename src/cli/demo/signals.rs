//! The ten signals of the demo: one for each road that the protocol knows. People, places and firms are invented.

use crate::app::intake::Arrival;
use crate::app::{App, AppError};
use crate::domain::signal::{Channel, NewSignal, SignalDraft, SourceType};
use crate::vault::entropy::EntropyError;
use crate::vault::receipt::Receipt;

/// A signal as somebody typed it.
pub(super) struct DemoSignal {
    /// What it is about, for whoever shows the demo; never stored with the signal.
    pub(super) title: &'static str,
    /// How it comes in.
    pub(super) arrival: Arrival,
    text: &'static str,
    saw: &'static [&'static str],
    place: Option<(&'static str, &'static str)>,
    period: &'static str,
    subject: Option<&'static str>,
    known_by: &'static str,
    reporter: DemoReporter,
    about: &'static str,
    not_read_by: &'static [&'static str],
}

enum DemoReporter {
    Anonymous,
    Afraid,
    Confidential(&'static str, &'static str),
    Named(&'static str, &'static str),
}

impl DemoSignal {
    /// The complete report, parsed as every report is.
    ///
    /// # Errors
    /// [`AppError::Invalid`]; a test holds that it does not happen.
    pub(super) fn new_signal(&self) -> Result<NewSignal, AppError> {
        let owned = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect();
        let mut draft = SignalDraft {
            narrative: self.text.to_owned(),
            observations: owned(self.saw),
            place: self.place.map(|(words, _)| words.to_owned()),
            precision: self.place.map(|(_, precision)| precision.to_owned()),
            period: Some(self.period.to_owned()),
            subject: self.subject.map(str::to_owned),
            known_by: owned(&[self.known_by]),
            about: Some(self.about.to_owned()),
            exclusions: owned(self.not_read_by),
            ..SignalDraft::default()
        };
        let (confidentiality, who) = match self.reporter {
            DemoReporter::Anonymous => ("anoniem", None),
            DemoReporter::Afraid => {
                draft.fear = Some("ja".to_owned());
                ("anoniem", None)
            }
            DemoReporter::Confidential(name, reach) => ("vertrouwelijk", Some((name, reach))),
            DemoReporter::Named(name, reach) => ("bekend", Some((name, reach))),
        };
        draft.confidentiality = Some(confidentiality.to_owned());
        draft.name = who.map(|(name, _)| name.to_owned());
        draft.reach = who.map(|(_, reach)| reach.to_owned());
        Ok(NewSignal::parse(&draft)?)
    }
}

/// A fresh receipt.
///
/// # Errors
/// When the operating system gives no chance.
pub(super) fn receipt(app: &App) -> Result<Receipt, EntropyError> {
    Receipt::random(app.entropy().as_mut())
}

const fn by(channel: Channel, source: SourceType) -> Arrival {
    Arrival { channel, source }
}

/// All ten, in the order in which they came in.
pub(super) fn ten() -> [DemoSignal; 10] {
    [
        DemoSignal {
            title: "vaten in de bosrand",
            arrival: by(Channel::Phone, SourceType::Outdoor),
            text: "Vanochtend tijdens het maaien vonden we in de bosrand achter de Turfschipperskade ongeveer twintig \
                   blauwe vaten. Twee zijn gaan lekken, er loopt een bruine stroom naar de sloot. Het ruikt heel \
                   scherp, een collega kreeg er tranende ogen van. We zijn meteen weggegaan en hebben niets \
                   aangeraakt. Vrijdag lag er nog niets. In het gras staan verse bandensporen van een aanhanger.",
            saw: &["vaten", "vreemde_geur"],
            place: Some(("Bosrand achter de Turfschipperskade, bij de tweede duiker", "adres")),
            period: "deze_week",
            subject: None,
            known_by: "zelf",
            reporter: DemoReporter::Named("Klaas Wiegmink", "groenploeg noord, toestel 4412"),
            about: "buiten",
            not_read_by: &[],
        },
        DemoSignal {
            title: "negen inschrijvingen op zestig vierkante meter",
            arrival: by(Channel::Web, SourceType::Desk),
            text: "Aan de balie schreef iemand zich in op Kolkweg 210-B. Op dat adres staan nu negen mensen \
                   ingeschreven, terwijl het een bovenwoning van zestig vierkante meter is. Geen van hen lijkt de \
                   anderen te kennen: op mijn vraag wie er nog meer woont kreeg ik drie keer een ander antwoord. Alle \
                   huurcontracten hebben dezelfde handtekening en hetzelfde telefoonnummer.",
            saw: &["andere_bewoners", "papieren"],
            place: Some(("Kolkweg 210-B", "adres")),
            period: "gaat_door",
            subject: Some("Verhuurder op de contracten: Stadshoek Verhuur"),
            known_by: "zelf",
            reporter: DemoReporter::Named("Thea Roelfsum", "balie Burgerzaken, toestel 1207"),
            about: "buiten",
            not_read_by: &[],
        },
        DemoSignal {
            title: "zaak zonder klanten, steeds een nieuwe eigenaar",
            arrival: by(Channel::Web, SourceType::Employee),
            text: "In de Weversgang zit sinds vorig jaar een telefoonwinkel waar ik nog nooit een klant heb gezien. \
                   Het licht brandt tot middernacht en de rolluiken zijn half dicht. Dit is al de derde eigenaar in \
                   anderhalf jaar, en telkens staan dezelfde twee mannen achter de toonbank. Vorige maand is er een \
                   dure verbouwing gedaan. Ik snap niet waar dat van betaald wordt.",
            saw: &["zonder_klanten", "contant_geld", "voelt_niet_goed"],
            place: Some(("Weversgang, het pand naast de oude drukkerij", "adres")),
            period: "gaat_door",
            subject: Some("Belwinkel Horizon. De mannen rijden een zwarte bestelauto."),
            known_by: "zelf",
            reporter: DemoReporter::Afraid,
            about: "buiten",
            not_read_by: &[],
        },
        DemoSignal {
            title: "hennep in een loods",
            arrival: by(Channel::Mma, SourceType::Mma),
            text: "In een loods op bedrijventerrein De Klinkers zou hennep worden gekweekt. De ramen zijn van binnen \
                   met zwart plastic afgeplakt, er staat dag en nacht een aggregaat te draaien en de sneeuw bleef er \
                   afgelopen winter niet op het dak liggen. Twee keer per week komt er 's nachts een bus.",
            saw: &["afgeplakte_ramen", "busjes", "vreemde_geur"],
            place: Some(("Bedrijventerrein De Klinkers, achterste loods", "adres")),
            period: "gaat_door",
            subject: None,
            known_by: "liever_niet",
            reporter: DemoReporter::Anonymous,
            about: "buiten",
            not_read_by: &[],
        },
        DemoSignal {
            title: "cliënt die nooit alleen mag praten",
            arrival: by(Channel::Web, SourceType::Social),
            text: "Bij een huisbezoek aan een cliënt met begeleid wonen zit altijd iemand van het zorgbureau erbij. \
                   Die geeft antwoord op vragen die ik aan de cliënt stel. Toen ik voorstelde om samen een rondje te \
                   lopen, kon dat ineens niet. De uren op de declaratie zijn veel meer dan de cliënt zelf noemt. Vier \
                   andere cliënten staan op hetzelfde adres ingeschreven.",
            saw: &["papieren", "voelt_niet_goed"],
            place: Some(("Meidoornplein", "straat")),
            period: "deze_maand",
            subject: Some("Zorgbureau De Brug Begeleiding"),
            known_by: "zelf",
            reporter: DemoReporter::Confidential("Janneke Stroomer", "06-00000005, het liefst na vijven"),
            about: "buiten",
            not_read_by: &[],
        },
        DemoSignal {
            title: "verhuurde schuur die naar anijs ruikt",
            arrival: by(Channel::Phone, SourceType::FarmVisitor),
            text: "Ik kom als dierenarts op een boerderij aan de Veenweg. De boer heeft sinds de zomer een schuur \
                   verhuurd aan mannen die hij niet kent, voor heel veel geld en contant. Rond die schuur hangt een \
                   zoete lucht van anijs. De boer wil er niet over praten en is bang. Zijn hond is weg.",
            saw: &["vreemde_geur", "contant_geld", "druk_of_dreiging"],
            place: Some(("Buitengebied ten noorden van de Veenweg", "buurt")),
            period: "gaat_door",
            subject: None,
            known_by: "zelf",
            reporter: DemoReporter::Confidential("Hein Oldenkotte", "06-00000006, alleen bellen"),
            about: "buiten",
            not_read_by: &["informatiemanagement"],
        },
        DemoSignal {
            title: "paspoorten bij de baas",
            arrival: by(Channel::Email, SourceType::Entrepreneur),
            text: "Op ons vakantiepark heeft een uitzendbureau zes chalets gehuurd. Elke ochtend om vijf uur halen \
                   busjes de mensen op en ze komen pas laat terug. In één chalet liggen elf matrassen. Een jonge man \
                   vertelde mijn collega met gebaren dat de baas zijn paspoort heeft en dat hij niet weg mag voor hij \
                   de kamer heeft terugverdiend. Toen de voorman eraan kwam, liep hij snel weg.",
            saw: &["niet_vrij", "busjes", "andere_bewoners"],
            place: Some(("Vakantiepark Het Hunebos, chalets 41 tot en met 46", "adres")),
            period: "gaat_door",
            subject: Some("Uitzendbureau Noordenwind Personeel"),
            known_by: "iemand_anders",
            reporter: DemoReporter::Named("Ria Terpstee", "receptie van het park, 06-00000007"),
            about: "buiten",
            not_read_by: &[],
        },
        DemoSignal {
            title: "collega die gegevens opzoekt voor een kennis",
            arrival: by(Channel::Web, SourceType::Employee),
            text: "Een collega van mijn afdeling heeft de afgelopen weken zeker drie keer adresgegevens opgezocht die \
                   niets met zijn werk te maken hebben. Ik hoorde hem aan de telefoon zeggen: \"ik app je zo waar hij \
                   woont.\" Ik heb het eerst zelf willen vragen maar dat durf ik niet.",
            saw: &["voelt_niet_goed"],
            place: None,
            period: "deze_maand",
            subject: Some("Mijn collega van de afdeling Vergunningen"),
            known_by: "zelf",
            reporter: DemoReporter::Confidential("Sjoerd Plantinge", "06-00000008"),
            about: "collega",
            not_read_by: &[],
        },
        DemoSignal {
            title: "te vaag om iets mee te doen",
            arrival: by(Channel::Letter, SourceType::Inhabitant),
            text: "Die familie verderop in de straat deugt niet. Dat weet iedereen hier. Ze hebben altijd nieuwe \
                   spullen en groeten niet. Jullie zouden daar eens moeten gaan kijken.",
            saw: &["voelt_niet_goed"],
            place: Some(("De Hazelaar", "straat")),
            period: "onbekend",
            subject: None,
            known_by: "iemand_anders",
            reporter: DemoReporter::Anonymous,
            about: "buiten",
            not_read_by: &[],
        },
        DemoSignal {
            title: "bestuurlijke rapportage, hennep in een huurhuis",
            arrival: by(Channel::Letter, SourceType::Police),
            text: "Bestuurlijke rapportage van de politie. In een huurwoning aan de Lindelaan is een hennepkwekerij \
                   aangetroffen met 186 planten, verdeeld over zolder en slaapkamer. De stroom was afgetapt. De \
                   bewoner was niet aanwezig. De rapportage is verstrekt voor een besluit op grond van artikel 13b \
                   van de Opiumwet en mag niet voor iets anders worden gebruikt.",
            saw: &["vreemde_geur"],
            place: Some(("Lindelaan 18", "adres")),
            period: "deze_week",
            subject: Some("Huurwoning van woningstichting Thuishaven"),
            known_by: "document",
            reporter: DemoReporter::Named("Politie, team bestuurlijke rapportages", "via het vaste postadres"),
            about: "buiten",
            not_read_by: &[],
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::role::Group;
    use crate::domain::signal::Confidentiality;
    use crate::domain::words::YesNo;

    #[test]
    fn every_signal_is_one_that_somebody_could_have_typed() {
        for signal in ten() {
            signal.new_signal().unwrap_or_else(|error| panic!("{}: {error:?}", signal.title));
        }
    }

    #[test]
    fn the_ten_show_each_box_and_each_way_to_be_known() {
        let all: Vec<NewSignal> = ten().iter().map(|signal| signal.new_signal().unwrap()).collect();
        assert_eq!(all.iter().filter(|new| new.box_group() == Group::Integrity).count(), 1);
        assert_eq!(all.iter().filter(|new| new.content.concerns_trafficking() == YesNo::Yes).count(), 1);
        for confidentiality in Confidentiality::ALL {
            assert!(all.iter().any(|new| new.reporter.confidentiality() == *confidentiality), "{confidentiality:?}");
        }
        let mut sources: Vec<_> = ten().iter().map(|signal| signal.arrival.source).collect();
        sources.dedup();
        assert_eq!(sources.len(), 10);
    }
}
