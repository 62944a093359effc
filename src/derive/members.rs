//! The member list of an electronic file against the one read off the household booklet.

use crate::link::{Casebook, FileId, Paper, PaperMatch, name_of, same_name};
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
/// the name is the only one of its kind. Heads never count, nor does on either side who is head on the other.
pub fn gap(book: &Casebook<'_>, file: FileId, on_paper: &Paper) -> MemberGap {
    let t = &book.tables;
    let file = book.file(file);
    let named = |a: RecordId, b: RecordId| same_name(name_of(t, a, "name"), name_of(t, b, "name"));
    // The head's number in a row of somebody else says nothing of him.
    let number = |r: RecordId| {
        let id = book.person_of(r, "id_number");
        id.filter(|_| id != file.head || named(r, file.record) || name_of(t, r, "name").is_none())
    };
    let mut electronic: Vec<RecordId> = file.members.iter().map(|m| m.record).collect();
    let is_changed = matches!(on_paper.file, Some((_, PaperMatch::HeadChanged)));
    if is_changed {
        let paper_head = book.person_of(on_paper.record, "id_number");
        electronic.retain(|&e| match (book.person_of(e, "id_number"), paper_head) {
            (Some(member), Some(head)) => member != head,
            _ => !named(e, on_paper.record),
        });
    }
    let mut paper: Vec<RecordId> = (on_paper.members)
        .iter()
        .copied()
        // On paper the head may be listed again under a number of his own.
        .filter(|&p| match (number(p), file.head) {
            (Some(own), Some(head)) => own != head,
            _ => !(is_changed && named(p, file.record)),
        })
        // Nor is a member who heads the paper file.
        .filter(|&p| !(is_changed && named(p, on_paper.record)))
        .collect();
    electronic.retain(|&e| {
        let id = number(e);
        match paper.iter().position(|&p| id.is_some() && number(p) == id) {
            Some(at) => {
                paper.remove(at);
                false
            }
            None => true,
        }
    });
    let unread = |r: RecordId| number(r).is_none();
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
