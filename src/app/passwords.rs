//! Which passwords may be chosen: long ones that are not among those everybody tries first (NIST SP 800-63B-4, section
//! 3.1.1.2). No rules on signs, and nobody has to choose a new one because time passed.

use super::AppError;
use zxcvbn::{Score, zxcvbn};

/// The shortest password, in characters: length before rules.
pub const PASSWORD_MIN_CHARS: usize = 15;

/// Words that people here try first, besides those of every list.
const OURS: [&str; 6] = ["wachtwoord", "welkom", "gemeente", "meldroute", "ondermijning", "geheim"];

/// Whether somebody may choose this password; their own words are easily guessed too.
///
/// # Errors
/// [`AppError::Invalid`] at this field, with what to do.
pub(super) fn may_be_chosen(field: &str, password: &str, own_words: &[&str]) -> Result<(), AppError> {
    if password.chars().count() < PASSWORD_MIN_CHARS {
        let text = format!("Kies een wachtwoord van minstens {PASSWORD_MIN_CHARS} tekens. Een zin mag ook.");
        return Err(AppError::field(field, text));
    }
    let words: Vec<&str> = own_words.iter().chain(&OURS).copied().collect();
    // From this score on, guessing it offline takes more than 10^8 tries with the usual lists, names, dates and rows of
    // keys; Argon2id makes each of them slow.
    if zxcvbn(password, &words).score() < Score::Three {
        let text = "Dit wachtwoord proberen anderen als eerste: het staat op een lijst of herhaalt zich. Kies vier of \
                    meer woorden die niets met elkaar te maken hebben.";
        return Err(AppError::field(field, text));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn told(password: &str) -> String {
        match may_be_chosen("wachtwoord", password, &["mirte.korenblik", "Mirte Korenblik"]) {
            Ok(()) => String::new(),
            Err(AppError::Invalid(errors)) => errors[0].message.clone(),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_long_password_that_everybody_tries_first_is_refused() {
        for common in [
            "passwordpassword",
            "123456789012345678",
            "aaaaaaaaaaaaaaaaaaaa",
            "qwertyuiopasdfghjkl",
            "wachtwoordwachtwoord",
            "welkomwelkomwelkom",
            "mirte.korenblik1",
            "abcabcabcabcabcabc",
        ] {
            assert!(told(common).starts_with("Dit wachtwoord proberen anderen"), "{common}");
        }
    }

    #[test]
    fn length_is_asked_and_a_sentence_is_enough() {
        assert!(told("veertien teken").contains("minstens 15 tekens"));
        for fine in ["een lange zin als wachtwoord", "kade lepel donker fietsbel", "zomer? nee: 3 lampen & een kist"] {
            assert_eq!(told(fine), "", "{fine}");
        }
    }
}
