//! The names of a BAM's reference sequences, which its text needs: there can be millions of them.

/// No more bytes of names are kept; real headers with this much are those of metagenomes.
const MAX_NAMES: usize = 24 * 1024 * 1024;

/// Names by their numbers, as long as they are few enough.
#[derive(Debug, Default)]
pub(crate) struct ReferenceNames {
    count: usize,
    /// One behind the other, with the places where they end.
    kept: Option<(Vec<u8>, Vec<u32>)>,
}

impl ReferenceNames {
    /// Keeps the names, if they are wanted.
    pub(crate) fn new(keep: bool) -> Self {
        Self { count: 0, kept: keep.then(Default::default) }
    }

    pub(crate) fn push(&mut self, name: &[u8]) {
        self.count += 1;
        let Some((names, ends)) = &mut self.kept else { return };
        names.extend_from_slice(name);
        match u32::try_from(names.len()) {
            Ok(end) if names.len() + 4 * ends.len() < MAX_NAMES => ends.push(end),
            _ => self.kept = None,
        }
    }

    pub(crate) const fn count(&self) -> usize {
        self.count
    }

    /// Whether all names are known.
    pub(super) const fn are_kept(&self) -> bool {
        self.kept.is_some()
    }

    /// The name of a number in a record.
    pub(crate) fn get(&self, id: i32) -> Option<&[u8]> {
        let (names, ends) = self.kept.as_ref()?;
        let id = usize::try_from(id).ok()?;
        let end = *ends.get(id)? as usize;
        let begin = id.checked_sub(1).map_or(0, |before| ends[before] as usize);
        names.get(begin..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_by_their_numbers_until_they_are_too_many() {
        let mut references = ReferenceNames::new(true);
        for name in ["chr1", "", "chr3"] {
            references.push(name.as_bytes());
        }
        let names = [-1, 0, 1, 2, 3].map(|id| references.get(id));
        assert_eq!(names, [None, Some(&b"chr1"[..]), Some(b""), Some(b"chr3"), None]);
        for _ in 0..400 {
            references.push(&vec![b'n'; 64 * 1024]);
        }
        assert_eq!((references.count(), references.are_kept()), (403, false));
        assert_eq!(references.get(0), None);
    }
}
