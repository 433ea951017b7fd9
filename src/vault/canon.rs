//! One way to turn several values into bytes, so that no two lists of values give the same bytes.
//!
//! Every part is written with its length (32 bits, big-endian) before it, and the list begins with a label that says
//! what it is for. Without the lengths, table `ab` and column `c` would read as table `a` and column `bc`.

use uuid::Uuid;

/// Bytes under construction.
pub(super) struct Canon(Vec<u8>);

impl Canon {
    /// Begins a list for one use; the label ends in a version.
    pub(super) fn new(label: &str) -> Self {
        Self(Vec::with_capacity(128)).bytes(label.as_bytes())
    }

    /// Appends a part. A part longer than 4 GiB would lose its length; nothing here comes near.
    pub(super) fn bytes(mut self, part: &[u8]) -> Self {
        let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(part);
        self
    }

    /// Appends a text as UTF-8.
    pub(super) fn text(self, part: &str) -> Self {
        self.bytes(part.as_bytes())
    }

    /// Appends an id as its 16 bytes.
    pub(super) fn uuid(self, part: Uuid) -> Self {
        self.bytes(part.as_bytes())
    }

    /// Appends a number, big-endian.
    pub(super) fn number(self, part: u32) -> Self {
        self.bytes(&part.to_be_bytes())
    }

    /// The bytes.
    pub(super) fn finish(self) -> Vec<u8> {
        self.0
    }
}

/// Reads parts back in the order they were written.
pub(super) struct Parts<'a>(&'a [u8]);

impl<'a> Parts<'a> {
    /// Starts reading if the bytes carry this label.
    pub(super) fn read(bytes: &'a [u8], label: &str) -> Option<Self> {
        let mut parts = Self(bytes);
        (parts.next()? == label.as_bytes()).then_some(parts)
    }

    /// The next part.
    pub(super) fn next(&mut self) -> Option<&'a [u8]> {
        let (length, rest) = self.0.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (part, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some(part)
    }

    /// The next part as text.
    pub(super) fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.next()?).ok()
    }

    /// The next part as an id.
    pub(super) fn uuid(&mut self) -> Option<Uuid> {
        Uuid::from_slice(self.next()?).ok()
    }

    /// The next part as a number.
    pub(super) fn number(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.next()?.try_into().ok()?))
    }

    /// True when nothing is left: bytes with something after the end are not canonical.
    pub(super) fn is_done(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_a_letter_between_parts_gives_other_bytes() {
        let one = Canon::new("x/v1").text("ab").text("c").finish();
        let two = Canon::new("x/v1").text("a").text("bc").finish();
        assert_ne!(one, two);
    }

    #[test]
    fn what_is_written_is_read_back_and_a_cut_or_longer_text_is_not() {
        let bytes = Canon::new("x/v1").text("één").number(7).uuid(Uuid::from_u128(9)).finish();
        let mut parts = Parts::read(&bytes, "x/v1").unwrap();
        assert_eq!(parts.text(), Some("één"));
        assert_eq!(parts.number(), Some(7));
        assert_eq!(parts.uuid(), Some(Uuid::from_u128(9)));
        assert!(parts.is_done());
        assert!(Parts::read(&bytes, "x/v2").is_none());
        let cut = bytes.get(..bytes.len() - 1).unwrap();
        let mut parts = Parts::read(cut, "x/v1").unwrap();
        parts.text();
        parts.number();
        assert_eq!(parts.uuid(), None);
    }
}
