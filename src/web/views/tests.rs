//! What holds for every page, checked on every sample.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::samples::{self, Sample};

/// The opening tags of a page, comments and text left out.
fn tags(html: &str) -> Vec<&str> {
    html.split('<').skip(1).filter_map(|part| part.split('>').next()).filter(|tag| !tag.starts_with('/')).collect()
}

fn name(tag: &str) -> &str {
    tag.split_whitespace().next().unwrap_or_default()
}

fn attribute<'a>(tag: &'a str, wanted: &str) -> Option<&'a str> {
    let start = tag.find(&format!(" {wanted}=\""))? + wanted.len() + 3;
    tag[start..].split('"').next()
}

fn ids(page: &Sample) -> Vec<&str> {
    tags(&page.html).into_iter().filter_map(|tag| attribute(tag, "id")).collect()
}

#[track_caller]
fn holds(what: &str, rule: impl Fn(&Sample) -> bool) {
    let broken: Vec<&str> = samples::all().iter().filter(|page| !rule(page)).map(|page| page.name).collect();
    assert!(broken.is_empty(), "{what}: {broken:?}");
}

#[test]
fn every_page_is_dutch_and_has_one_main_heading() {
    holds("lang=nl", |page| page.html.starts_with("<!doctype html>\n<html lang=\"nl\">"));
    holds("one h1", |page| tags(&page.html).iter().filter(|tag| name(tag) == "h1").count() == 1);
    holds("one main", |page| tags(&page.html).iter().filter(|tag| name(tag) == "main").count() == 1);
    holds("a title", |page| !page.html.contains("<title> ") && page.html.contains("<title>"));
}

#[test]
fn no_page_has_inline_style_or_script_or_data_addresses() {
    holds("style attribute", |page| tags(&page.html).iter().all(|tag| attribute(tag, "style").is_none()));
    holds("style or script element", |page| {
        tags(&page.html).iter().all(|tag| !matches!(name(tag), "style" | "script"))
    });
    holds("event handler", |page| {
        // Outside the quotes only names of attributes remain.
        tags(&page.html).iter().flat_map(|tag| tag.split('"').step_by(2)).all(|names| !names.contains(" on"))
    });
    holds("data address", |page| !page.html.contains("\"data:") && !page.html.contains("javascript:"));
}

#[test]
fn ids_are_unique_and_every_reference_is_answered() {
    holds("unique ids", |page| {
        let all = ids(page);
        all.iter().collect::<BTreeSet<_>>().len() == all.len()
    });
    for page in samples::all() {
        let known: BTreeSet<&str> = ids(&page).into_iter().collect();
        for tag in tags(&page.html) {
            for attribute_name in ["for", "aria-labelledby", "aria-describedby"] {
                for id in attribute(tag, attribute_name).unwrap_or_default().split_whitespace() {
                    assert!(known.contains(id), "{}: {attribute_name}={id} points nowhere", page.name);
                }
            }
            if let Some(id) = attribute(tag, "href").and_then(|href| href.strip_prefix('#')) {
                assert!(known.contains(id), "{}: #{id} points nowhere", page.name);
            }
        }
    }
}

#[test]
fn every_control_has_a_label_and_every_label_a_control() {
    for page in samples::all() {
        let mut labels = BTreeMap::new();
        for tag in tags(&page.html).into_iter().filter(|tag| name(tag) == "label") {
            let of = attribute(tag, "for").unwrap_or_else(|| panic!("{}: a label without for", page.name));
            *labels.entry(of).or_insert(0) += 1;
        }
        for tag in tags(&page.html).into_iter().filter(|tag| matches!(name(tag), "input" | "textarea" | "select")) {
            if attribute(tag, "type") == Some("hidden") {
                continue;
            }
            let id = attribute(tag, "id").unwrap_or_else(|| panic!("{}: a control without id: {tag}", page.name));
            assert_eq!(labels.remove(id), Some(1), "{}: {id} has not one label", page.name);
        }
        assert!(labels.is_empty(), "{}: labels without a control: {labels:?}", page.name);
    }
}

#[test]
fn every_form_posts_and_carries_its_token() {
    for page in samples::all() {
        for form in page.html.split("<form ").skip(1).filter_map(|rest| rest.split("</form>").next()) {
            assert!(form.contains("method=\"post\""), "{}: a form that does not post", page.name);
            assert!(form.contains("name=\"formulier\""), "{}: a form without its token", page.name);
            assert!(form.contains("type=\"submit\""), "{}: a form without a button", page.name);
        }
    }
}

#[test]
fn enter_never_signs_from_a_text_field() {
    for page in samples::all() {
        for form in page.html.split("<form ").skip(1).filter_map(|rest| rest.split("</form>").next()) {
            if form.contains("name=\"daad\"") {
                let first = form.split("<button ").nth(1).unwrap();
                assert!(first.starts_with("type=\"submit\" disabled hidden"), "{}: Enter would sign", page.name);
            }
        }
    }
}

#[test]
fn one_filled_button_at_most_stands_on_a_page() {
    holds("one filled button", |page| page.html.matches("nl-button--primary").count() <= 1);
}

#[test]
fn what_people_typed_is_escaped_everywhere() {
    let hostile = "</textarea><script>alert(1)</script>\"'><img src=x onerror=y>";
    let mut site = samples::site_in(super::Mode::Live);
    site.gemeente = hostile.to_owned();
    let site = std::sync::Arc::new(site);
    let form = super::report::StepForm {
        action: "/melden".to_owned(),
        road: super::report::Road::Signal,
        formulier: hostile.to_owned(),
        carried: vec![(hostile.to_owned(), hostile.to_owned())],
        errors: vec![super::fields::FieldError::new("tekst", hostile).with_advice(hostile)].into(),
    };
    let view = super::report::WhatStepView { site, form, tekst: hostile.to_owned(), gezien: Vec::new() };
    let html = askama::Template::render(&view).unwrap();
    assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
    assert!(html.contains("&#60;script&#62;"));
}

#[test]
fn no_template_switches_escaping_off() {
    fn walk(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, found);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap().replace(' ', "");
            if text.contains("|safe") || text.contains("|escape(\"none\")") || text.contains("autoescape") {
                found.push(path.display().to_string());
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"), &mut found);
    assert!(found.is_empty(), "escaping is off in {found:?}");
}

#[test]
fn a_page_with_errors_says_how_many_in_its_title() {
    let pages = samples::all();
    let page = |wanted: &str| pages.iter().find(|page| page.name == wanted).unwrap();
    assert!(page("stap-1-fouten").html.contains("<title>(2 fouten) Stap 1 van 4: Wat zag of hoorde u? - Meldroute"));
    assert!(page("stap-3-vertrouwelijk").html.contains("<title>(1 fout) Stap 3 van 4"));
    assert!(page("stap-2").html.contains("<title>Stap 2 van 4: Waar en wanneer? - Meldroute gemeente Voorbeeldstad"));
}

#[test]
fn the_demo_band_stands_on_every_page_of_a_demo_and_only_there() {
    let pages = samples::all();
    let page = |wanted: &str| pages.iter().find(|page| page.name == wanted).unwrap();
    assert!(page("melden").html.contains("Dit is een demo. Deel hier niets echts."));
    assert!(!page("stap-1").html.contains("Dit is een demo"));
    assert!(page("werk").html.contains("Proefomgeving. Alle namen, plaatsen en signalen zijn verzonnen."));
}

#[test]
fn a_text_that_begins_with_an_empty_line_keeps_it() {
    let mut view = samples::empty_first_step();
    view.tekst = "\nTweede regel".to_owned();
    let html = askama::Template::render(&view).unwrap();
    assert!(html.contains(">\n\nTweede regel</textarea>"), "a browser drops the first line break of a textarea");
}

#[test]
fn a_landing_page_stays_light() {
    let pages = samples::all();
    let page = pages.iter().find(|page| page.name == "melden").unwrap();
    assert!(page.html.len() < 12_000, "{} bytes", page.html.len());
}

#[test]
fn the_stylesheet_loads_only_files_that_lie_beside_it() {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets").join("dist");
    let css = std::fs::read_to_string(dist.join("site.css")).unwrap();
    let files: Vec<&str> = css.split("url(").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    assert_eq!(files.len(), 5, "{files:?}");
    for file in files {
        assert!(dist.join(file.trim_matches('"')).is_file(), "{file} is missing, or is not one of ours");
    }
}

#[test]
fn the_samples_lie_ready_to_be_looked_at() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target").join("voorbeelden");
    // What is no sample any more must not lie there either: the browser looks at all that lies there.
    drop(std::fs::remove_dir_all(&folder));
    std::fs::create_dir_all(&folder).unwrap();
    let pages = samples::all();
    for page in &pages {
        std::fs::write(folder.join(format!("{}.html", page.name)), &page.html).unwrap();
    }
    let names: BTreeSet<&str> = pages.iter().map(|page| page.name).collect();
    assert_eq!(names.len(), pages.len(), "two samples share a name");
}
