//! The demo, as somebody who wants to look around starts it.

use super::meldroute;
use crate::support::client::Client;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

const PASSWORD: &str = "Welkom in de demo van de meldroute";

/// A running demo, with everything it said up to "Stoppen".
struct Demo {
    child: Child,
    said: String,
}

impl Demo {
    fn start(data: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_meldroute"))
            .arg("demo")
            .arg("--data")
            .arg(data)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            said.push_str(&line);
            said.push('\n');
            if line.starts_with("Stoppen") {
                break;
            }
        }
        Self { child, said }
    }

    fn client(&self) -> Client {
        Client::new(self.said.split_whitespace().find(|word| word.starts_with("http://127.0.0.1:")).unwrap())
    }

    fn stop(mut self) {
        Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn one_command_gives_a_demo_that_says_it_is_one_and_keeps_what_it_made() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("demo");
    let demo = Demo::start(&data);
    for words in ["==> ", "Welkom in de demo", "marit", "plaatsvervanger", "ontvangstcodes.txt"] {
        assert!(demo.said.contains(words), "{words}: {}", demo.said);
    }
    let mut anybody = demo.client();
    assert!(anybody.get("/melden").body.contains("Dit is een demo."));
    let codes = std::fs::read_to_string(data.join("ontvangstcodes.txt")).unwrap();
    let code = codes.lines().find(|line| line.contains("S-")).unwrap()[..27].to_owned();
    let asked = anybody.get("/melden/volgen");
    let followed = anybody.submit(&asked, "/melden/volgen", &[("bon", &code)]);
    assert_eq!(followed.status, 200, "{}", followed.body);
    for (login, waiting) in [
        ("marit", "Besluit vastleggen"),
        ("joost", "Weging 3 meetekenen"),
        ("femke", "Actie uitvoeren"),
        ("nadia", "Privacycheck 1"),
        ("hanneke", "Spoedbesluit tekenen"),
        ("anneke", "Bronvraag beantwoorden"),
        ("sanne", "Stuk voor het LIO lezen"),
        ("gerda", "Intake afmaken"),
        ("dirk", "Er wacht niets op u."),
    ] {
        let mut member = demo.client();
        member.sign_in(login, PASSWORD);
        let page = member.get("/werk");
        assert!(page.body.contains(waiting), "{login}: {}", page.body);
        assert!(page.body.contains("Proefomgeving."), "{login}");
    }
    let mut noor = demo.client();
    noor.sign_in("noor", PASSWORD);
    assert_eq!(noor.get("/werk").body.matches("bronhouder").count(), 1, "a role for two sources is named once");
    demo.stop();

    let again = Demo::start(&data);
    assert!(again.said.contains("is er al"), "{}", again.said);
    again.client().sign_in("joost", PASSWORD);
    again.stop();
    let config = data.join("meldroute.toml");
    let proof = meldroute(&["audit", "verify", "--config", config.to_str().unwrap()]).well();
    assert!(proof.contains("niets gevonden dat ze tegenspreekt"), "{proof}");
}

#[test]
fn a_demo_refuses_other_addresses_foreign_folders_and_real_installations() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let file = folder.path().join("meldroute.toml");
    std::fs::write(&file, "mode = \"demo\"\n[listen]\npublic = \"0.0.0.0:8080\"\n").unwrap();
    meldroute(&["demo", "--data", data]).badly(2, &["alleen op deze machine"]);
    std::fs::write(&file, "mode = \"live\"\n").unwrap();
    meldroute(&["demo", "--data", data]).badly(2, &["is geen demo"]);
    std::fs::rename(&file, folder.path().join("brief.txt")).unwrap();
    meldroute(&["demo", "--data", data]).badly(2, &["niet van een demo"]);
}
