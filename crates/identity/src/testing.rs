//! Help for tests, benches and fuzzing; never part of the product.

pub mod corpus;

use crate::{Code, Form};

/// A small deterministic generator (SplitMix64) for tests: never for codes that anybody uses.
#[derive(Debug, Clone)]
pub struct Rng(pub u64);

impl Rng {
    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n` (which must not be zero), good enough for tests.
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next_u64()) * n as u128) >> 64) as usize
    }

    /// One of these.
    pub fn pick<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len())]
    }

    /// Fills bytes, for [`Code::generate`].
    pub fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let word = self.next_u64().to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
    }

    /// A code of this form.
    pub fn code(&mut self, form: Form) -> Code {
        loop {
            if let Ok(code) = Code::generate(form, &mut |bytes: &mut [u8]| self.fill(bytes)) {
                return code;
            }
        }
    }
}

/// The same text code every time.
pub fn example_code() -> Code {
    Rng(1).code(Form::Text)
}
