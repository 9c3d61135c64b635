//! The texts of the data in one buffer.

const SEGMENT: usize = 1 << 20;

/// Texts in large segments. A place is a segment (20 bits), an offset (20) and a length (24).
#[derive(Default)]
pub(super) struct Arena(Vec<String>);

impl Arena {
    pub(super) fn put(&mut self, text: &str) -> u64 {
        let full = |last: &String| last.len() + text.len() > last.capacity();
        if self.0.last().is_none_or(full) {
            self.0.push(String::with_capacity(SEGMENT.max(text.len())));
        }
        let segment = self.0.len() - 1;
        let last = &mut self.0[segment];
        let offset = last.len();
        last.push_str(text);
        (segment as u64) << 44 | (offset as u64) << 24 | text.len() as u64
    }

    pub(super) fn text(&self, place: u64) -> &str {
        let offset = (place >> 24) as usize & 0xF_FFFF;
        let length = (place & 0xFF_FFFF) as usize;
        &self.0[(place >> 44) as usize][offset..offset + length]
    }
}
