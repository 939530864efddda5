//! Who was a member when, and what was sent when: times are the numbers of steps.

/// A user's time in a room.
struct Stay {
    user: usize,
    place: usize,
    from: usize,
    to: Option<usize>,
}

/// A text that was sent, or tried to.
pub struct Sent {
    pub place: usize,
    pub text: String,
    pub step: usize,
    /// What the sender was told.
    pub id: Option<u64>,
}

#[derive(Default)]
pub struct Ledger {
    stays: Vec<Stay>,
    pub sent: Vec<Sent>,
}

impl Ledger {
    pub fn joins(&mut self, user: usize, place: usize, step: usize) {
        self.stays.push(Stay { user, place, from: step, to: None });
    }

    pub fn leaves(&mut self, user: usize, place: usize, step: usize) {
        let stays = &mut self.stays;
        let own = stays.iter_mut().filter(|stay| stay.user == user && stay.place == place);
        own.filter(|stay| stay.to.is_none()).for_each(|stay| stay.to = Some(step));
    }

    pub fn is_member(&self, user: usize, place: usize) -> bool {
        self.stays(user, place).any(|stay| stay.to.is_none())
    }

    /// Whether somebody may see what was sent in this step: who had left before it may not.
    pub fn may_see(&self, user: usize, sent: &Sent) -> bool {
        self.stays(user, sent.place).any(|stay| stay.to.is_none_or(|to| to >= sent.step))
    }

    /// Whether somebody must have it on a socket of this age: who was there before, and still is.
    pub fn must_see(&self, user: usize, opened: usize, sent: &Sent) -> bool {
        let was_there = |stay: &Stay| stay.to.is_none() && stay.from < sent.step;
        opened < sent.step && self.stays(user, sent.place).any(was_there)
    }

    fn stays(&self, user: usize, place: usize) -> impl Iterator<Item = &Stay> {
        self.stays.iter().filter(move |stay| stay.user == user && stay.place == place)
    }
}
