use super::*;
use crate::domain::text::BoundedText;

fn proposal() -> SourcesProposal {
    let protocol = Protocol::bundled().unwrap();
    let sources = ["vergunningen", "handelsregister", "belastingen"]
        .map(|code| SourceProposalDraft::from_catalogue(protocol.source(code).unwrap()));
    let draft = SourcesProposalDraft {
        forms: vec!["WIT".to_owned()],
        purpose: Some("vaststellen of er een vergunde exploitant is".to_owned()),
        subject: Some("pand".to_owned()),
        sources: sources.to_vec(),
    };
    SourcesProposal::parse(&draft, &protocol).unwrap()
}

fn judge(json: &str) -> Result<SourcesVerdict, Vec<String>> {
    SourcesVerdict::parse(&serde_json::from_str(json).unwrap(), &proposal())
        .map_err(|errors| errors.into_iter().map(|error| error.field).collect())
}

#[test]
fn the_catalogue_fills_a_proposal_that_needs_nothing_more_per_source() {
    let proposal = proposal();
    assert_eq!(proposal.sources.len(), 3);
    let sealed = serde_json::to_string(&proposal).unwrap();
    assert_eq!(serde_json::from_str::<SourcesProposal>(&sealed).unwrap(), proposal);
}

#[test]
fn an_empty_proposal_names_everything_and_a_source_is_asked_once() {
    let protocol = Protocol::bundled().unwrap();
    let fields = |draft: &SourcesProposalDraft| {
        let errors = SourcesProposal::parse(draft, &protocol).unwrap_err();
        errors.into_iter().map(|error| error.field).collect::<Vec<_>>()
    };
    assert_eq!(fields(&SourcesProposalDraft::default()), ["soortSignaal", "doel", "overWie", "bronnen"]);
    let brp = SourceProposalDraft::from_catalogue(protocol.source("brp").unwrap());
    let twice = SourcesProposalDraft {
        forms: vec!["ADR".to_owned()],
        purpose: Some("a".to_owned()),
        subject: Some("pand".to_owned()),
        sources: vec![brp.clone(), SourceProposalDraft { question: None, ..brp }],
    };
    assert_eq!(fields(&twice), ["bronnen"]);
    let bare = SourceProposalDraft { source: "brp".to_owned(), ..Default::default() };
    let bare = SourcesProposalDraft { sources: vec![bare], ..twice };
    assert_eq!(fields(&bare).len(), 4);
}

#[test]
fn content_is_not_proposed_where_the_source_may_never_give_it() {
    let protocol = Protocol::bundled().unwrap();
    let parse = |code| {
        let mut source = SourceProposalDraft::from_catalogue(protocol.source(code).unwrap());
        source.details = Some("ja".to_owned());
        let draft = SourcesProposalDraft {
            forms: vec!["WIT".to_owned()],
            purpose: Some("a".to_owned()),
            subject: Some("pand".to_owned()),
            sources: vec![source],
        };
        SourcesProposal::parse(&draft, &protocol)
    };
    assert!(parse("vergunningen").is_ok());
    assert_eq!(parse("belastingen").unwrap_err().first().unwrap().field, "bronnen.belastingen.inhoudBijHit");
}

#[test]
fn every_source_needs_a_verdict_and_narrowing_and_refusing_need_a_reason() {
    assert_eq!(judge("{}").unwrap_err().len(), 3);
    let errors = judge(
        r#"{"oordelen": {"vergunningen": {"oordeel": "versmallen"}, "handelsregister": {"oordeel": "vrijgeven"},
            "belastingen": {"oordeel": "weigeren"}}}"#,
    );
    let expected = ["oordelen.vergunningen.vraag", "oordelen.vergunningen.waarom", "oordelen.belastingen.waarom"];
    assert_eq!(errors.unwrap_err(), expected);
}

#[test]
fn the_holder_reads_the_narrowed_sentence_and_a_refused_source_is_not_asked() {
    let verdict = judge(
        r#"{"oordelen": {
            "vergunningen": {"oordeel": "versmallen", "vraag": "Is voor Proefstraat 14 een vergunning verleend?",
                "nietVoor": "2024-11-01", "waarom": "Ouder zegt niets."},
            "handelsregister": {"oordeel": "vrijgeven"},
            "belastingen": {"oordeel": "weigeren", "waarom": "Geheimhouding."}}}"#,
    )
    .unwrap();
    assert_eq!(verdict.in_words(), "1 vrij, 1 smaller, 1 geweigerd");
    let cleared = verdict.cleared(&proposal(), &Protocol::bundled().unwrap());
    let questions: Vec<_> = cleared.iter().map(|cleared| cleared.question.question.as_str()).collect();
    assert_eq!(
        questions,
        ["Is voor Proefstraat 14 een vergunning verleend?", "Staat op dit adres een onderneming ingeschreven?"]
    );
    assert!(cleared.iter().all(|cleared| cleared.details == YesNo::No));
    let sealed = serde_json::to_string(&verdict).unwrap();
    assert_eq!(serde_json::from_str::<SourcesVerdict>(&sealed).unwrap(), verdict);
}

#[test]
fn narrowing_cannot_allow_more_than_was_proposed() {
    let errors = judge(
        r#"{"oordelen": {"vergunningen": {"oordeel": "versmallen", "vraag": "a", "waarom": "b", "inhoudBijHit": "ja"},
            "handelsregister": {"oordeel": "vrijgeven"}, "belastingen": {"oordeel": "vrijgeven"},
            "brp": {"oordeel": "vrijgeven"}}}"#,
    );
    assert_eq!(errors.unwrap_err(), ["oordelen.vergunningen.inhoudBijHit", "oordelen"]);
}
