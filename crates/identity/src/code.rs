//! The one-time identification code: its forms, how it is made, shown and kept.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use crate::check::{self, ALPHABET, KEYPAD_RANDOM, TEXT_RANDOM};
use crate::noise;

/// The longest code in symbols.
const SYMBOLS_MAX: usize = KEYPAD_RANDOM + 1;

/// How often a code that must not be issued may be drawn before the source of randomness is called
/// broken: a healthy one needs more than 64 draws once in 10³³ codes.
const DRAWS_MAX: u32 = 64;

/// How many unusable bytes may be drawn for one symbol; a healthy source passes this once in 10⁷⁶.
const BYTES_MAX: u32 = 256;

/// The two ways to write a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Form {
    /// Eleven random consonants and a check symbol, shown `WDJB-MJHT-KLPX`.
    Text,
    /// Thirteen random digits and a check digit, shown `482-9173-4056-283`: for telephone keypads and for
    /// keyboards without Latin letters.
    Keypad,
}

impl Form {
    /// The word on the wire and in a column.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Keypad => "keypad",
        }
    }

    /// Reads the word on the wire.
    ///
    /// ```
    /// use countersign_identity::Form;
    /// assert_eq!(Form::parse("keypad"), Some(Form::Keypad));
    /// assert_eq!(Form::parse("KEYPAD"), None);
    /// ```
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "text" => Some(Self::Text),
            "keypad" => Some(Self::Keypad),
            _ => None,
        }
    }

    /// Symbols in a code, the check symbol among them.
    #[allow(clippy::len_without_is_empty)]
    pub const fn len(self) -> usize {
        match self {
            Self::Text => TEXT_RANDOM + 1,
            Self::Keypad => KEYPAD_RANDOM + 1,
        }
    }

    /// How the symbols are grouped for the eye.
    pub(crate) const fn groups(self) -> &'static [usize] {
        match self {
            Self::Text => &[4, 4, 4],
            Self::Keypad => &[3, 4, 4, 3],
        }
    }

    const fn random_symbols(self) -> usize {
        self.len() - 1
    }

    const fn radix(self) -> u8 {
        match self {
            Self::Text => 20,
            Self::Keypad => 10,
        }
    }

    /// Bits an attacker has to guess, net of the shapes that are never issued (rounded down).
    ///
    /// ```
    /// use countersign_identity::Form;
    /// assert!(Form::Text.entropy_bits() >= 47.0);
    /// assert!(Form::Keypad.entropy_bits() >= 42.0);
    /// ```
    pub const fn entropy_bits(self) -> f64 {
        match self {
            Self::Text => 47.4,
            Self::Keypad => 42.6,
        }
    }
}

/// May a code be sent from anywhere, or only in one conversation?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Binding {
    /// Any conversation of any allowed channel may redeem the code.
    Unbound,
    /// Only one conversation, known when the code is issued, may redeem it.
    Conversation,
}

impl Binding {
    /// The fewest bits a code may have (C-1).
    pub const fn bits_min(self) -> f64 {
        match self {
            Self::Unbound => 40.0,
            Self::Conversation => 34.0,
        }
    }
}

/// A code, or the setting for codes, that is not acceptable.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CodeError {
    /// The text is not a code of any form.
    Malformed,
    /// The source of randomness does not give random bytes.
    Entropy,
    /// The configured code is too easy to guess.
    TooWeak {
        /// Bits of the configured code.
        bits: f64,
        /// The fewest bits allowed.
        bits_min: f64,
    },
}

impl fmt::Display for CodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("not an identification code"),
            Self::Entropy => f.write_str("the source of randomness repeats itself"),
            Self::TooWeak { bits, bits_min } => {
                write!(f, "a code of {bits:.1} bits is too easy to guess; at least {bits_min} are needed")
            }
        }
    }
}

impl std::error::Error for CodeError {}

/// Refuses a configured code that is too easy to guess: fewer than 40 bits, or 34 when a code can be
/// redeemed in one conversation only. `radix` is the number of symbols in the alphabet.
///
/// ```
/// use countersign_identity::{check_entropy, Binding};
/// assert!(check_entropy(20, 11, Binding::Unbound).is_ok());
/// assert!(check_entropy(10, 6, Binding::Unbound).is_err());      // one guess in a hundred hits
/// assert!(check_entropy(20, 8, Binding::Unbound).is_err());      // 34.6 bits
/// assert!(check_entropy(20, 8, Binding::Conversation).is_ok());
/// ```
pub fn check_entropy(radix: u32, random_symbols: u32, binding: Binding) -> Result<(), CodeError> {
    let bits = f64::from(random_symbols) * f64::from(radix.max(1)).log2();
    let bits_min = binding.bits_min();
    if bits >= bits_min { Ok(()) } else { Err(CodeError::TooWeak { bits, bits_min }) }
}

/// One identification code: a secret. It can be compared and hashed; it prints as `Code(redacted)` and is
/// wiped when it is dropped. Only [`Code::reveal`] and [`Code::display`] give it away.
#[derive(Clone)]
pub struct Code {
    form: Form,
    /// ASCII symbols; a text code uses the first twelve, the rest are zero.
    symbols: [u8; SYMBOLS_MAX],
}

impl Code {
    /// Makes a code from random bytes: unbiased by rejection, and never of a shape that chat text or other
    /// systems' numbers have by chance. `fill` must fill its argument with cryptographically random bytes.
    ///
    /// ```
    /// use countersign_identity::{Code, Form};
    /// let mut seed = 1u64; // for the example only: use the operating system's randomness
    /// let mut fill = |bytes: &mut [u8]| for b in bytes {
    ///     seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
    ///     *b = (seed >> 56) as u8;
    /// };
    /// let code = Code::generate(Form::Text, &mut fill)?;
    /// assert_eq!(code.display().len(), "WDJB-MJHT-KLPX".len());
    ///
    /// // A source that is stuck is an error, not a guessable code.
    /// assert!(Code::generate(Form::Text, &mut |bytes| bytes.fill(0)).is_err());
    /// # Ok::<(), countersign_identity::CodeError>(())
    /// ```
    pub fn generate(form: Form, fill: &mut impl FnMut(&mut [u8])) -> Result<Self, CodeError> {
        let mut draw = Draw { fill, pool: [0; 32], left: 0 };
        for _ in 0..DRAWS_MAX {
            let mut values = [0u8; SYMBOLS_MAX];
            for value in &mut values[..form.random_symbols()] {
                *value = draw.below(form.radix())?;
            }
            let check = match form {
                Form::Text => check::text_check(&values[..TEXT_RANDOM]),
                Form::Keypad => check::keypad_check(&values[..KEYPAD_RANDOM]),
            };
            values[form.random_symbols()] = check;
            if !is_never_issued(form, &values[..form.len()]) {
                return Ok(Self::from_values(form, &values[..form.len()]));
            }
        }
        Err(CodeError::Entropy)
    }

    /// Reads one code as a person or a keypad gives it: any case, with or without separators, nothing else.
    /// To find codes in a message, use [`classify`](crate::classify()).
    ///
    /// ```
    /// use countersign_identity::{Code, CodeError};
    /// # let shown = countersign_identity::testing::example_code().display();
    /// let code = Code::parse(&shown.to_lowercase())?;
    /// assert_eq!(code.display(), shown);
    /// assert_eq!(Code::parse("WDJB-MJHT").err(), Some(CodeError::Malformed));
    /// # Ok::<(), CodeError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let mut values = [0u8; SYMBOLS_MAX];
        let mut count = 0;
        let mut form = None;
        for byte in text.bytes().filter(|b| !matches!(b, b'-' | b' ' | b'.' | b'_')) {
            let (kind, value) = match byte {
                b'0'..=b'9' => (Form::Keypad, byte - b'0'),
                _ => (Form::Text, value_of(byte).ok_or(CodeError::Malformed)?),
            };
            if *form.get_or_insert(kind) != kind || count == kind.len() {
                return Err(CodeError::Malformed);
            }
            values[count] = value;
            count += 1;
        }
        let form = form.ok_or(CodeError::Malformed)?;
        Self::from_checked(form, &values[..count]).ok_or(CodeError::Malformed)
    }

    /// A code of these values if they have the right number, check and shape.
    pub(crate) fn from_checked(form: Form, values: &[u8]) -> Option<Self> {
        let is_valid = match form {
            Form::Text => check::is_text_valid(values),
            Form::Keypad => check::is_keypad_valid(values),
        };
        (is_valid && !is_never_issued(form, values)).then(|| Self::from_values(form, values))
    }

    fn from_values(form: Form, values: &[u8]) -> Self {
        let mut symbols = [0u8; SYMBOLS_MAX];
        for (symbol, value) in symbols.iter_mut().zip(values) {
            *symbol = match form {
                Form::Text => ALPHABET[usize::from(value % 20)],
                Form::Keypad => b'0' + value % 10,
            };
        }
        Self { form, symbols }
    }

    /// Which way the code is written.
    pub const fn form(&self) -> Form {
        self.form
    }

    fn as_bytes(&self) -> &[u8] {
        &self.symbols[..self.form.len()]
    }

    /// The bare symbols: `WDJBMJHTKLPX`. For the person the code was issued for, and nobody else.
    pub fn reveal(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    /// The symbols grouped for the eye: `WDJB-MJHT-KLPX`, `482-9173-4056-283`. As secret as the code.
    pub fn display(&self) -> String {
        self.grouped(|_, symbol| symbol)
    }

    /// What logs, transcripts and agents may see: `••••-••••-••PX`.
    ///
    /// ```
    /// # let code = countersign_identity::testing::example_code();
    /// assert!(code.redacted().starts_with("••••-••••-••"));
    /// assert_eq!(format!("{code:?}"), "Code(redacted)");
    /// ```
    pub fn redacted(&self) -> String {
        let shown_from = self.form.len() - 2;
        self.grouped(|i, symbol| if i >= shown_from { symbol } else { '•' })
    }

    fn grouped(&self, show: impl Fn(usize, char) -> char) -> String {
        let mut out = String::with_capacity(SYMBOLS_MAX * 3 + 3);
        let mut group_end = 0;
        let mut groups = self.form.groups().iter();
        for (i, symbol) in self.as_bytes().iter().enumerate() {
            if i == group_end {
                if i > 0 {
                    out.push('-');
                }
                group_end += groups.next().copied().unwrap_or(SYMBOLS_MAX);
            }
            out.push(show(i, char::from(*symbol)));
        }
        out
    }

    /// The only thing that is stored of a code: HMAC-SHA-256 under a key that is not in the database. The two
    /// forms are hashed apart. With many codes to hash, keep a [`CodeKey`].
    ///
    /// ```
    /// # let code = countersign_identity::testing::example_code();
    /// assert_eq!(code.keyed_hash(&[7; 32]), code.keyed_hash(&[7; 32]));
    /// assert_ne!(code.keyed_hash(&[7; 32]), code.keyed_hash(&[8; 32]));
    /// ```
    pub fn keyed_hash(&self, key: &[u8; 32]) -> [u8; 32] {
        CodeKey::new(key).hash(self)
    }
}

/// The key of [`Code::keyed_hash`], prepared once: half the work for each code.
#[derive(Clone)]
pub struct CodeKey(Hmac<Sha256>);

impl CodeKey {
    /// Prepares the key.
    pub fn new(key: &[u8; 32]) -> Self {
        let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
        block[..32].copy_from_slice(key);
        let mac = Self(Hmac::new(&block));
        block.as_mut_slice().zeroize();
        mac
    }

    /// The keyed hash of one code.
    pub fn hash(&self, code: &Code) -> [u8; 32] {
        let mut mac = self.0.clone();
        mac.update(match code.form {
            Form::Text => b"countersign code v1 text\0",
            Form::Keypad => b"countersign code v1 keypad\0",
        });
        mac.update(code.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for CodeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeKey(redacted)")
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(redacted)")
    }
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.form == other.form && bool::from(self.symbols.ct_eq(&other.symbols))
    }
}

impl Eq for Code {}

impl Drop for Code {
    fn drop(&mut self) {
        self.symbols.zeroize();
    }
}

/// The value of an ASCII symbol of a text code, in any case.
pub(crate) fn value_of(byte: u8) -> Option<u8> {
    let upper = byte.to_ascii_uppercase();
    ALPHABET.iter().position(|b| *b == upper).and_then(|i| u8::try_from(i).ok())
}

/// Has this a shape that the generator refuses?
pub(crate) fn is_never_issued(form: Form, values: &[u8]) -> bool {
    match form {
        Form::Text => noise::is_text_noise(values),
        Form::Keypad => noise::is_keypad_lookalike(values),
    }
}

/// Random bytes, a few at a time.
struct Draw<'a, F: FnMut(&mut [u8])> {
    fill: &'a mut F,
    pool: [u8; 32],
    left: usize,
}

impl<F: FnMut(&mut [u8])> Draw<'_, F> {
    /// A uniform value below `radix`: bytes above the last whole multiple of it are thrown away.
    fn below(&mut self, radix: u8) -> Result<u8, CodeError> {
        let limit = u8::MAX - (u8::MAX % radix + 1) % radix;
        for _ in 0..BYTES_MAX {
            if self.left == 0 {
                (self.fill)(&mut self.pool);
                self.left = self.pool.len();
            }
            self.left -= 1;
            let byte = self.pool[self.left];
            if byte <= limit {
                return Ok(byte % radix);
            }
        }
        Err(CodeError::Entropy)
    }
}

impl<F: FnMut(&mut [u8])> Drop for Draw<'_, F> {
    fn drop(&mut self) {
        self.pool.zeroize();
    }
}
