//! The closed lists of the report. Chips are what one sees, never offences.

use super::super::role::{Role, Seat};
use super::super::words::vocabulary;

vocabulary! {
    /// Dutch: *vertrouwelijkheid*. How a melder wants to be known.
    pub enum Confidentiality {
        /// No name.
        Anonymous = "anoniem" => "Anoniem",
        /// Name behind a seal that two people open together.
        Confidential = "vertrouwelijk" => "Vertrouwelijk",
        /// Name known to coordinator and deputy.
        Named = "bekend" => "Met uw naam",
    }

    /// Dutch: *kanaal*. The road by which a signal came.
    pub enum Channel {
        /// The page.
        Web = "web" => "via de meldpagina",
        /// The JSON API.
        Api = "api" => "via een koppeling",
        /// By telephone, entered by a member.
        Phone = "telefoon" => "telefonisch",
        /// By letter.
        Letter = "brief" => "per brief",
        /// By e-mail.
        Email = "email" => "per e-mail",
        /// In person.
        Visit = "gesprek" => "in een gesprek",
        /// Meld Misdaad Anoniem.
        Mma = "mma" => "via Meld Misdaad Anoniem",
        /// From ATLAS.
        Atlas = "atlas" => "uit ATLAS",
        /// From the municipality's own work.
        Internal = "intern" => "uit eigen werk",
    }

    /// Dutch: *brontype*. What kind of source a signal has; set by the coordinator, never asked of the melder.
    pub enum SourceType {
        /// Employee.
        Employee = "MED" => "medewerker",
        /// Enforcement officer.
        Enforcement = "BOA" => "boa of toezichthouder",
        /// Front desk.
        Desk = "BAL" => "balie, KCC of Burgerzaken",
        /// Outdoor staff.
        Outdoor = "BUI" => "buitendienst, groen of afval",
        /// Social domain.
        Social = "SOC" => "sociaal domein of jeugdconsulent",
        /// Permits and supervision.
        Permits = "VTH" => "vergunningen en toezicht",
        /// Meld Misdaad Anoniem.
        Mma = "MMA" => "Meld Misdaad Anoniem",
        /// Police, with the Wpg label.
        Police = "POL" => "politie (Wpg)",
        /// Environmental service.
        Environment = "ODD" => "omgevingsdienst",
        /// RIEC.
        Riec = "RIEC" => "RIEC",
        /// Inhabitant.
        Inhabitant = "BEW" => "bewoner",
        /// Entrepreneur.
        Entrepreneur = "OND" => "ondernemer of platform",
        /// Somebody who comes on farms: vet, contractor.
        FarmVisitor = "ERF" => "erfbetreder",
        /// Game management unit.
        GameManagement = "WBE" => "wildbeheereenheid",
        /// Housing corporation.
        Housing = "COR" => "woningcorporatie",
        /// Welfare organisation.
        Welfare = "MWC" => "welzijn",
        /// School.
        School = "SCH" => "school",
        /// Broker or notary; their own Wwft duty goes first.
        Broker = "MAK" => "makelaar of notaris",
        /// Another municipality.
        Municipality = "GEM" => "andere gemeente",
        /// Open source.
        Open = "OPN" => "open bron",
        /// Own analysis or inspection.
        Own = "EIG" => "eigen analyse of controle",
        /// From ATLAS.
        Atlas = "ATL" => "ATLAS",
        /// Anonymous, from inside.
        AnonymousInternal = "ANO" => "anoniem, intern",
    }

    /// Dutch: *wat viel u op*. What somebody saw; chips on the first page.
    pub enum Observation {
        /// Drug dealing, among others.
        ShortVisits = "korte_bezoekjes" => "Veel korte bezoekjes",
        /// Covered windows.
        CoveredWindows = "afgeplakte_ramen" => "Afgeplakte ramen",
        /// A strange smell.
        Smell = "vreemde_geur" => "Vreemde geur",
        /// Vans at odd hours.
        Vans = "busjes" => "Busjes op rare tijden",
        /// Barrels, jerrycans or waste.
        Barrels = "vaten" => "Vaten, jerrycans of afval",
        /// A business without customers.
        NoCustomers = "zonder_klanten" => "Zaak zonder klanten",
        /// Much cash.
        Cash = "contant_geld" => "Veel contant geld",
        /// Ever changing inhabitants.
        ChangingInhabitants = "andere_bewoners" => "Steeds andere bewoners",
        /// Papers that are not right.
        Papers = "papieren" => "Papieren kloppen niet",
        /// Somebody does not seem free: the aandachtsfunctionarissen mensenhandel read along.
        NotFree = "niet_vrij" => "Iemand lijkt niet vrij",
        /// Pressure or threat: the page names the protocol Agressie en Geweld.
        Pressure = "druk_of_dreiging" => "Druk of dreiging",
        /// A gut feeling.
        GutFeeling = "voelt_niet_goed" => "Het voelt niet goed",
    }

    /// Dutch: *hoe precies is de plek*. How well the melder knows the place.
    pub enum Precision {
        /// An address or a building.
        Address = "adres" => "Dit adres of gebouw",
        /// A street.
        Street = "straat" => "Deze straat",
        /// A neighbourhood.
        Neighbourhood = "buurt" => "Ergens in de buurt",
        /// Not at a place.
        Online = "online" => "Online",
        /// Not known.
        Unknown = "onbekend" => "Weet ik niet",
    }

    /// Dutch: *wanneer*. When it was, roughly: a precise time can point at the melder.
    pub enum Period {
        /// This week.
        ThisWeek = "deze_week" => "Deze week",
        /// This month.
        ThisMonth = "deze_maand" => "Deze maand",
        /// Longer ago.
        LongerAgo = "langer_geleden" => "Langer geleden",
        /// Still going on.
        Ongoing = "gaat_door" => "Het gaat nog door",
        /// Not known.
        Unknown = "onbekend" => "Weet ik niet",
    }

    /// Dutch: *hoe weet u dit*. How the melder came to know.
    pub enum KnownBy {
        /// Seen or heard themselves.
        FirstHand = "zelf" => "Zelf gezien of gehoord",
        /// From somebody else.
        Somebody = "iemand_anders" => "Van iemand anders",
        /// From a document.
        Document = "document" => "Uit een document",
        /// Rather not said.
        NotSaid = "liever_niet" => "Zeg ik liever niet",
    }

    /// Dutch: *bang voor herkenning*. Whether the melder fears to be recognised; asks extra care at every step.
    pub enum Fear {
        /// Yes.
        OfRecognition = "ja" => "Ja, daar ben ik bang voor",
        /// Not said.
        None = "nee" => "nee",
    }

    /// Dutch: *gaat over*. Whom a signal is about; chooses the box.
    pub enum About {
        /// Somebody outside the municipality.
        Outsider = "buiten" => "iets of iemand buiten de gemeente",
        /// A colleague, a manager or a board member: only the vertrouwenspersonen read it.
        Colleague = "collega" => "een collega, leidinggevende of bestuurder",
    }

    /// Dutch: *uitsluiting*. Who may not read this signal; posts, not names, because the page is public.
    pub enum Exclusion {
        /// The coordinator.
        Coordinator = "coordinator" => "De coördinator",
        /// The deputy.
        Deputy = "plaatsvervanger" => "De plaatsvervanger",
        /// Burgerzaken.
        CivilRegistry = "burgerzaken" => "Burgerzaken",
        /// Informatiemanagement.
        InformationManagement = "informatiemanagement" => "Informatiemanagement",
        /// The jurist.
        Jurist = "jurist" => "Jurist",
        /// The Bibob-coördinator.
        Bibob = "bibob" => "Bibob-coördinator",
    }
}

impl Exclusion {
    /// The role that is excluded.
    pub fn role(self) -> Role {
        match self {
            Self::Coordinator | Self::Deputy => Role::Coordinator,
            Self::CivilRegistry => Role::CivilRegistry,
            Self::InformationManagement => Role::InformationManagement,
            Self::Jurist => Role::Jurist,
            Self::Bibob => Role::Bibob,
        }
    }

    /// The seat that is excluded; `None` means everybody with the role.
    pub fn seat(self) -> Option<Seat> {
        match self {
            Self::Coordinator => Some(Seat::Holder),
            Self::Deputy => Some(Seat::Deputy),
            Self::CivilRegistry | Self::InformationManagement | Self::Jurist | Self::Bibob => None,
        }
    }
}
