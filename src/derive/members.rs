//! The member list of an electronic file against the one read off the household booklet.

use crate::link::{Casebook, FileId, name_of, same_name};
use crate::normalize::RecordId;

/// Who stands on one side only.
#[derive(Debug, Clone, Default)]
pub struct MemberGap {
    /// emember rows without a paper row (纸质缺).
    pub not_on_paper: Vec<RecordId>,
    /// paper_member rows without an electronic row (电子缺).
    pub not_electronic: Vec<RecordId>,
}

/// Pairs members by valid ID number; what is left over by name, where a number is missing or cannot be read on a side and
/// the name is the only one of its kind. Heads never count.
pub fn gap(book: &Casebook<'_>, file: FileId, paper_members: &[RecordId]) -> MemberGap {
    let t = &book.tables;
    let file = book.file(file);
    let mut electronic: Vec<RecordId> = file.members.iter().map(|m| m.record).collect();
    let mut paper: Vec<RecordId> = paper_members
        .iter()
        .copied()
        // On paper the head may be listed again under a number of his own.
        .filter(|&p| {
            let id = book.person_of(p, "id_number");
            id.is_none() || id != file.head
        })
        .collect();
    electronic.retain(|&e| {
        let id = book.person_of(e, "id_number");
        match paper.iter().position(|&p| id.is_some() && book.person_of(p, "id_number") == id) {
            Some(at) => {
                paper.remove(at);
                false
            }
            None => true,
        }
    });
    let unread = |r: RecordId| book.person_of(r, "id_number").is_none();
    let named = |a: RecordId, b: RecordId| same_name(name_of(t, a, "name"), name_of(t, b, "name"));
    let left = electronic.clone();
    electronic.retain(|&e| {
        let fits: Vec<usize> =
            (0..paper.len()).filter(|&i| (unread(e) || unread(paper[i])) && named(e, paper[i])).collect();
        let rivals = left.iter().filter(|&&o| o != e && named(o, e)).count();
        match fits[..] {
            [only] if rivals == 0 => {
                paper.remove(only);
                false
            }
            _ => true,
        }
    });
    MemberGap { not_on_paper: electronic, not_electronic: paper }
}
