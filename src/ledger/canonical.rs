//! The one written form of an entry, and a light reader for it.
//!
//! Entries are canonical JSON in the shape of RFC 8785, of which the log needs only a part: objects with sorted ASCII
//! keys, arrays, strings and whole numbers, without white space. [`scan`] checks that form in one pass without building
//! a tree and picks out what the verifier needs, because a log of years is verified entry by entry.

use data_encoding::HEXLOWER;

use crate::ledger::merkle::Hash;

/// Objects and arrays inside each other: an event needs three.
const DEEPEST: usize = 8;

/// Why bytes are not the one written form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("niet in de vaste schrijfwijze (bij teken {at})")]
pub struct NotCanonical {
    /// Offset in bytes of the first thing that is wrong.
    pub at: usize,
}

/// What the verifier needs of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan<'entry> {
    /// Version of the format the entry was written in.
    pub version: u64,
    /// The index the entry says it has.
    pub index: u64,
    /// The rows it commits to.
    pub rows: Vec<RowSeen<'entry>>,
    /// By what it can be found.
    pub filing: Filing<'entry>,
}

/// Dutch: *ordening*. What an entry says about itself that a database keeps beside it to find it by. Texts as they
/// stand in the entry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filing<'entry> {
    /// What happened.
    pub kind: &'entry str,
    /// The account that acted, if one did.
    pub member: Option<&'entry str>,
    /// What it happened to.
    pub object: Option<&'entry str>,
    /// The moment or day.
    pub at: &'entry str,
}

/// One row as an entry says it stands afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowSeen<'entry> {
    /// Where the row lives, for instance `contents/<id>/<field>`.
    pub row: &'entry str,
    /// SHA-256 of its bytes; `None` when the row was removed.
    pub sha256: Option<Hash>,
}

/// Checks the written form of one entry and reads its version, index and rows.
///
/// # Errors
/// [`NotCanonical`] when the bytes are not UTF-8, not the one written form, or lack version or index.
pub fn scan(entry: &[u8]) -> Result<Scan<'_>, NotCanonical> {
    let text = str::from_utf8(entry).map_err(|error| NotCanonical { at: error.valid_up_to() })?;
    let mut cursor = Cursor { text, at: 0 };
    let (mut version, mut index, mut rows, mut filing) = (None, None, Vec::new(), Filing::default());
    cursor.object(|cursor, key| {
        match key {
            "versie" => version = Some(cursor.number()?),
            "volgnummer" => index = Some(cursor.number()?),
            "rijen" => cursor.array(|cursor| cursor.row().map(|row| rows.push(row)))?,
            "actor" => filing.member = cursor.member()?,
            "object" => filing.object = cursor.text_at("id")?,
            "soort" => filing.kind = cursor.text()?,
            "tijdstip" => filing.at = cursor.text()?,
            _ => cursor.value(1)?,
        }
        Ok(())
    })?;
    match (version, index) {
        (Some(version), Some(index)) if cursor.at == text.len() => Ok(Scan { version, index, rows, filing }),
        _ => cursor.wrong(),
    }
}

struct Cursor<'entry> {
    text: &'entry str,
    at: usize,
}

impl<'entry> Cursor<'entry> {
    fn wrong<T>(&self) -> Result<T, NotCanonical> {
        Err(NotCanonical { at: self.at })
    }

    fn rest(&self) -> &'entry [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn eat<const N: usize>(&mut self, token: &[u8; N]) -> Result<(), NotCanonical> {
        if self.rest().first_chunk() == Some(token) {
            self.at += N;
            return Ok(());
        }
        self.wrong()
    }

    fn eaten(&mut self, byte: u8) -> bool {
        let found = self.rest().first() == Some(&byte);
        self.at += usize::from(found);
        found
    }

    /// An object with sorted keys; `field` reads the value of each.
    fn object(
        &mut self,
        mut field: impl FnMut(&mut Self, &'entry str) -> Result<(), NotCanonical>,
    ) -> Result<(), NotCanonical> {
        self.eat(b"{")?;
        if self.eaten(b'}') {
            return Ok(());
        }
        let mut before = "";
        loop {
            let key = self.plain_string()?;
            // RFC 8785 sorts by UTF-16; for ASCII that is the order of the bytes.
            if !comes_after(key, before) || !key.is_ascii() {
                return self.wrong();
            }
            before = key;
            self.eat(b":")?;
            field(self, key)?;
            if !self.eaten(b',') {
                return self.eat(b"}");
            }
        }
    }

    fn array(&mut self, mut item: impl FnMut(&mut Self) -> Result<(), NotCanonical>) -> Result<(), NotCanonical> {
        self.eat(b"[")?;
        if self.eaten(b']') {
            return Ok(());
        }
        loop {
            item(self)?;
            if !self.eaten(b',') {
                return self.eat(b"]");
            }
        }
    }

    fn value(&mut self, depth: usize) -> Result<(), NotCanonical> {
        match self.rest().first() {
            Some(b'"') => self.string(),
            Some(b'0'..=b'9') => self.number().map(|_| ()),
            Some(b'{') if depth < DEEPEST => self.object(|cursor, _| cursor.value(depth + 1)),
            Some(b'[') if depth < DEEPEST => self.array(|cursor| cursor.value(depth + 1)),
            _ => self.wrong(),
        }
    }

    /// A whole number without leading zeros.
    fn number(&mut self) -> Result<u64, NotCanonical> {
        let digits = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        let number = self.text.get(self.at..self.at + digits).unwrap_or_default();
        let leading_zero = digits > 1 && number.starts_with('0');
        match number.parse() {
            Ok(number) if !leading_zero => {
                self.at += digits;
                Ok(number)
            }
            _ => self.wrong(),
        }
    }

    /// A string without escapes.
    fn plain_string(&mut self) -> Result<&'entry str, NotCanonical> {
        self.eat(b"\"")?;
        let start = self.at;
        self.at += plain_length(self.rest());
        let found = self.text.get(start..self.at).unwrap_or_default();
        self.eat(b"\"")?;
        Ok(found)
    }

    /// A string with at most the escapes that RFC 8785 prescribes.
    fn string(&mut self) -> Result<(), NotCanonical> {
        self.eat(b"\"")?;
        loop {
            self.at += plain_length(self.rest());
            match self.rest() {
                [b'"', ..] => {
                    self.at += 1;
                    return Ok(());
                }
                [b'\\', b'"' | b'\\' | b'b' | b'f' | b'n' | b'r' | b't', ..] => self.at += 2,
                [b'\\', b'u', b'0', b'0', b'0', b'0'..=b'7' | b'b' | b'e' | b'f', ..]
                | [b'\\', b'u', b'0', b'0', b'1', b'0'..=b'9' | b'a'..=b'f', ..] => self.at += 6,
                _ => return self.wrong(),
            }
        }
    }

    /// A value; of a string, what stands between its quotes.
    fn text(&mut self) -> Result<&'entry str, NotCanonical> {
        let start = self.at + 1;
        if self.rest().first() != Some(&b'"') {
            return self.value(1).map(|()| "");
        }
        self.string()?;
        Ok(self.text.get(start..self.at - 1).unwrap_or_default())
    }

    /// A value; of an object, the text under one of its keys.
    fn text_at(&mut self, wanted: &str) -> Result<Option<&'entry str>, NotCanonical> {
        if self.rest().first() != Some(&b'{') {
            return self.value(1).map(|()| None);
        }
        let mut found = None;
        self.object(
            |cursor, key| {
                if key == wanted { cursor.text().map(|text| found = Some(text)) } else { cursor.value(2) }
            },
        )?;
        Ok(found)
    }

    /// Who acted: the id when it is an account.
    fn member(&mut self) -> Result<Option<&'entry str>, NotCanonical> {
        if self.rest().first() != Some(&b'{') {
            return self.value(1).map(|()| None);
        }
        let mut found = None;
        self.object(
            |cursor, key| {
                if key == "lid" { cursor.text_at("id").map(|id| found = id) } else { cursor.value(2) }
            },
        )?;
        Ok(found)
    }

    fn row(&mut self) -> Result<RowSeen<'entry>, NotCanonical> {
        self.eat(b"{\"rij\":")?;
        let row = self.plain_string()?;
        let sha256 = if self.eaten(b',') {
            self.eat(b"\"sha256\":")?;
            let hex = self.plain_string()?;
            let mut hash = Hash::default();
            if hex.len() != 64 || HEXLOWER.decode_mut(hex.as_bytes(), &mut hash).is_err() {
                return self.wrong();
            }
            Some(hash)
        } else {
            None
        };
        self.eat(b"}")?;
        Ok(RowSeen { row, sha256 })
    }
}

/// Most keys differ in their first byte, which spares a call to compare the rest.
fn comes_after(key: &str, before: &str) -> bool {
    match (key.as_bytes(), before.as_bytes()) {
        ([], _) => false,
        ([_, ..], []) => true,
        ([a, rest @ ..], [b, rest_before @ ..]) => a > b || a == b && rest > rest_before,
    }
}

/// Number of bytes up to the first quote, backslash or control character. Looks at eight bytes at once: most of an
/// entry is the inside of strings.
fn plain_length(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    // The lowest bit set is exact; those above it need not be.
    let below = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word & HIGH;
    let (words, rest) = bytes.as_chunks::<8>();
    for (place, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let quote = below(word ^ (ONES * u64::from(b'"')), 1);
        let backslash = below(word ^ (ONES * u64::from(b'\\')), 1);
        let found = quote | backslash | below(word, 0x20);
        if found != 0 {
            return place * 8 + (found.trailing_zeros() >> 3) as usize;
        }
    }
    let special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1f);
    words.len() * 8 + rest.iter().position(special).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_the_plain_part_is_found_wherever_it_is() {
        for end in (0..=0x1f_u8).chain([b'"', b'\\']) {
            for place in 0..30 {
                let mut bytes = "été a! #[]\u{7f}\u{80}ÿ".repeat(4).into_bytes();
                bytes.truncate(place);
                bytes.push(end);
                bytes.extend([end, b'x', b'"', 0]);
                assert_eq!(plain_length(&bytes), place, "{end} at {place}");
            }
        }
        assert_eq!(plain_length(&[b'x'; 21]), 21);
    }

    const WHOLE: &str = r#"{"rijen":[{"rij":"a/1","sha256":"0000000000000000000000000000000000000000000000000000000000000001"},{"rij":"b/2"}],"soort":"x \"é\" \u001f\n","versie":1,"volgnummer":20}"#;

    #[test]
    fn an_entry_in_the_written_form_gives_its_version_index_and_rows() {
        let found = scan(WHOLE.as_bytes()).unwrap();
        assert_eq!((found.version, found.index), (1, 20));
        let mut hash = [0; 32];
        hash[31] = 1;
        let rows = [RowSeen { row: "a/1", sha256: Some(hash) }, RowSeen { row: "b/2", sha256: None }];
        assert_eq!(found.rows, rows);
        assert_eq!(found.filing, Filing { kind: r#"x \"é\" \u001f\n"#, ..Filing::default() });
    }

    #[test]
    fn an_entry_says_by_what_it_can_be_found() {
        let filing_of = |fields: &str| {
            let entry = format!(r#"{{{fields},"versie":1,"volgnummer":2}}"#);
            let found = scan(entry.as_bytes()).unwrap_or_else(|error| panic!("{error}: {entry}")).filing;
            (
                found.kind.to_owned(),
                found.member.map(str::to_owned),
                found.object.map(str::to_owned),
                found.at.to_owned(),
            )
        };
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            filing_of(
                r#""actor":{"lid":{"id":"m"}},"object":{"id":"o","soort":"signal"},"soort":"a.b","tijdstip":"2026-11-24""#
            ),
            ("a.b".to_owned(), text("m"), text("o"), "2026-11-24".to_owned())
        );
        assert_eq!(filing_of(r#""actor":"anoniem""#).1, None);
        assert_eq!(filing_of(r#""actor":{"beheerder":{"naam":"root"}},"object":7"#).1, None);
        assert_eq!(filing_of(r#""actor":{"lid":["m"]},"soort":3"#), (String::new(), None, None, String::new()));
    }

    #[test]
    fn every_other_written_form_is_refused() {
        for other in [
            "",
            "{}",
            r#"{"versie":1}"#,
            r#"{"volgnummer":1}"#,
            r#"{"versie":1,"volgnummer":2} "#,
            r#"{"versie":1, "volgnummer":2}"#,
            r#"{"volgnummer":2,"versie":1}"#,
            r#"{"versie":1,"versie":1,"volgnummer":2}"#,
            r#"{"versie":1,"volgnummer":02}"#,
            r#"{"versie":1,"volgnummer":2.0}"#,
            r#"{"versie":1,"volgnummer":-2}"#,
            r#"{"versie":1,"volgnummer":18446744073709551616}"#,
            r#"{"versie":1,"volgnummer":"2"}"#,
            r#"{"a":null,"versie":1,"volgnummer":2}"#,
            r#"{"a":true,"versie":1,"volgnummer":2}"#,
            r#"{"a":"\u0041","versie":1,"volgnummer":2}"#,
            r#"{"a":"\u000a","versie":1,"volgnummer":2}"#,
            r#"{"a":"\u001F","versie":1,"volgnummer":2}"#,
            r#"{"a":"\/","versie":1,"volgnummer":2}"#,
            "{\"a\":\"\n\",\"versie\":1,\"volgnummer\":2}",
            r#"{"a":["x",],"versie":1,"volgnummer":2}"#,
            r#"{"a":{"c":1,"b":2},"versie":1,"volgnummer":2}"#,
            r#"{"a":[[[[[[[[[[]]]]]]]]]],"versie":1,"volgnummer":2}"#,
            r#"{"versie":1,"volgnummer":2,"é":1}"#,
            r#"{"rijen":[{"rij":"a","sha256":"00"}],"versie":1,"volgnummer":2}"#,
            r#"{"rijen":[{"rij":"\n"}],"versie":1,"volgnummer":2}"#,
            r#"{"rijen":[{"rij":"a","anders":"b"}],"versie":1,"volgnummer":2}"#,
        ] {
            assert!(scan(other.as_bytes()).is_err(), "{other}");
        }
        assert_eq!(scan(b"{\"versie\":1,\"volgnummer\":2\xff}"), Err(NotCanonical { at: 26 }));
    }
}
