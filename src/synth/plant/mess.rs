//! Values that nobody planted but that messy sources have: 15-digit numbers on paper (level 1), damaged numbers and values
//! that cannot be read, masked numbers (level 2). They are findings all the same (ID108, ID102, ID107) and are written down as
//! such, but for the masked ones.

use super::{Planter, identity, numbers, people};

/// Sows what the level of mess brings, on households no plant has touched.
pub(super) fn sow(p: &mut Planter<'_>, mess: u8) {
    let households = p.order.len();
    let share = |one_in: usize| (households / one_in).max(1);
    if mess >= 1 {
        repeat(p, share(100), people::old_number);
    }
    if mess >= 2 {
        repeat(p, share(150), people::damaged);
        repeat(p, share(250), identity::unreadable_date);
        repeat(p, share(400), identity::unreadable_account);
        repeat(p, share(300), numbers::masked);
    }
}

fn repeat(p: &mut Planter<'_>, times: usize, plant: fn(&mut Planter<'_>) -> bool) {
    for _ in 0..times {
        if !plant(p) {
            return;
        }
    }
}
