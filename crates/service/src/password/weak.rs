//! The block-list: passwords made of what attackers try first.
//!
//! Lists of leaked passwords are other people's data and are not shipped. Instead a password is taken apart into
//! words, names, years, dates, keyboard rows, repeated signs and the words known of its owner, also where letters
//! are written as digits. What it then costs to guess is one point for each part and for each sign left over, and
//! less than [`POINTS_MIN`] is refused. That refuses every combination of a few such parts, far more than the
//! 10,000 entries that X-1 asks for.

use std::collections::{BTreeSet, HashSet};
use std::sync::LazyLock;

/// Parts and left-over signs that a password needs.
const POINTS_MIN: usize = 8;
/// The longest part that is looked for.
const PART_CHARS_MAX: usize = 24;

/// Words that stand in passwords more than in sentences.
const WORDS: &str = "
password passwort passwd passcode passphrase pass pwd motdepasse contrasena contrasenya senha parola haslo lozinka
heslo wachtwoord adgangskode losenord salasana sifre geheim secret secreto segredo hemmelig tajne admin
administrator administrador root toor user username login logon signin account welcome willkommen bienvenue
bienvenido bemvindo letmein openme opensesame changeme changeit default guest test testing tester demo temp
temporary sample example master server system service support helpdesk office company firma business manager
superuser supervisor operator security secure private privat public access oracle cisco juniper mysql postgres
database windows linux ubuntu debian apple google facebook microsoft internet computer laptop desktop network
router wireless wifi samsung android iphone nokia sony nintendo playstation xbox pokemon pikachu mario zelda
minecraft fortnite starwars startrek batman superman spiderman ironman avengers marvel hulk thor joker matrix
terminator godzilla dragon monkey tiger lion eagle falcon hawk panther leopard wolf bear shark dolphin horse
kitten kitty puppy doggy rabbit bunny turtle snake spider phoenix unicorn butterfly chicken banana orange apple
cherry strawberry blueberry cookie chocolate cheese pizza hamburger coffee whiskey vodka pepper ginger sugar
honey candy sunshine moonlight rainbow flower rose lily daisy jasmine summer winter autumn spring sommer herbst
fruehling monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag
samstag sonntag january february march april may june july august september october november december januar
februar maerz juni juli oktober dezember love loveme iloveyou iloveu loveyou liebe amor amour tequiero teamo
jetaime sweet sweetheart darling baby babygirl babyboy princess prince queen king angel heaven hello hallo hola
bonjour ciao goodbye please thankyou thanks whatever nothing something everything anything trustno starwars
football fussball soccer baseball basketball hockey tennis golf rugby cricket liverpool arsenal chelsea
barcelona realmadrid juventus bayern manchester united dortmund yankees cowboys lakers steelers ferrari porsche
mercedes bmw audi toyota honda yamaha suzuki kawasaki mustang corvette harley camaro jaguar ford volkswagen
money dollar cash bitcoin crypto bank banking credit number magic wizard ninja samurai warrior knight soldier
hunter killer shadow ghost devil demon satan jesus christ church god bless faith hope peace freedom liberty
america england germany deutschland france espana italia brasil mexico canada australia india china russia
london paris berlin madrid roma newyork chicago boston dallas texas california florida hawaii hamburg muenchen
vienna zurich amsterdam tokyo forever always together friends family mother father sister brother mama papa
mommy daddy grandma grandpa school student teacher college university music guitar piano metallica nirvana
beatles elvis rockstar rock metal jazz blue red green yellow black white purple silver golden diamond crystal
star galaxy planet earth mars jupiter saturn apollo rocket hello world helloworld qwerty azerty asdf abc abcd
abcde letters numbers digits one two three four five six seven eight nine zero new old the and for not you
mine our my your its this that with from good bad best worst nice cool super mega ultra hyper power strong
happy lucky sexy hottie fuck fuckyou shit asshole bitch pussy biteme sucks dick poop butthead stupid idiot
countersign identity verify verification customer client agent inbox console workspace
";

/// Names that stand in passwords.
const NAMES: &str = "
james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony mark
donald steven paul andrew joshua kenneth kevin brian george edward ronald timothy jason jeffrey ryan jacob gary
nicholas eric jonathan stephen larry justin scott brandon benjamin samuel gregory frank alexander raymond patrick
jack dennis jerry tyler aaron jose adam nathan henry douglas zachary peter kyle walter ethan jeremy harold keith
christian roger noah gerald carl terry sean austin arthur lawrence jesse dylan bryan joe jordan billy bruce albert
willie gabriel logan alan juan wayne roy ralph randy eugene vincent russell elijah louis bobby philip johnny mary
patricia jennifer linda elizabeth barbara susan jessica sarah karen nancy lisa margaret betty sandra ashley
dorothy kimberly emily donna michelle carol amanda melissa deborah stephanie rebecca laura sharon cynthia
kathleen amy shirley angela helen anna brenda pamela nicole samantha katherine emma ruth christine catherine
debra rachel carolyn janet virginia maria heather diane julie joyce victoria kelly christina joan evelyn lauren
judith olivia megan cheryl andrea hannah martha jacqueline frances gloria ann teresa kathryn sara janice jean
alice madison doris abigail julia judy grace denise amber marilyn beverly danielle theresa sophia marie diana
brittany natalie isabella charlotte rose alexis kayla hans peter wolfgang klaus juergen dieter manfred uwe
guenter bernd helmut stefan andreas sabine monika petra gabriele ursula renate heike birgit claudia katrin anja
silke tobias florian sebastian lukas leon finn jonas felix maximilian pierre philippe nicolas laurent francois
isabelle nathalie sylvie chantal camille manon chloe lea hugo lucas carlos jorge miguel antonio francisco manuel
alejandro javier carmen lucia paula alba giuseppe giovanni marco luca matteo francesca giulia chiara ivan
dmitri sergei vladimir natasha olga svetlana ahmed mohamed muhammad ali hassan fatima aisha omar ibrahim smith
johnson williams jones brown davis miller wilson moore taylor anderson jackson harris martin thompson garcia
martinez robinson clark rodriguez lewis lee walker hall allen young hernandez wright lopez hill mueller schmidt
schneider fischer weber meyer wagner becker schulz hoffmann
";

/// Rows of keyboards and of the alphabet; any three signs in a row, either way, are one part.
const ROWS: &[&str] = &[
    "1234567890",
    "01234567890",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "qsdfghjklm",
    "zxcvbnm",
    "yxcvbnm",
    "wxcvbn",
    "abcdefghijklmnopqrstuvwxyz",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "1a2b3c4d5e6f7g8h9i",
    "a1b2c3d4e5f6g7h8i9",
    "14725836987",
    "147258369",
    "!@#$%^&*()",
    "!\"§$%&/()=",
    "йцукенгшщзхъ",
    "фывапролджэ",
    "ячсмитьбю",
];

static PARTS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| WORDS.split_whitespace().chain(NAMES.split_whitespace()).collect());

static ROW_PARTS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let mut parts = HashSet::new();
    for row in ROWS {
        let forward: Vec<char> = row.chars().collect();
        let backward: Vec<char> = row.chars().rev().collect();
        for row in [forward, backward] {
            for len in 3..=PART_CHARS_MAX.min(row.len()) {
                parts.extend(row.windows(len).map(|part| part.iter().collect::<String>()));
            }
        }
    }
    parts
});

/// Whether a password falls to a short list of guesses. `known` is what an attacker knows of its owner.
pub(super) fn is_guessable(password: &str, known: &[&str]) -> bool {
    let plain: Vec<char> = password.to_lowercase().chars().collect();
    let plain = shortest_period(&plain);
    let known = known_parts(known);
    points(plain, &known) < POINTS_MIN
}

/// The part that a password repeats; itself when it repeats none.
fn shortest_period(text: &[char]) -> &[char] {
    (1..=text.len() / 2)
        .find(|n| text.iter().zip(text[*n..].iter()).all(|(a, b)| a == b))
        .map_or(text, |n| &text[..n])
}

/// The words in what is known of the owner: of three characters or more.
fn known_parts(known: &[&str]) -> HashSet<String> {
    let mut parts = HashSet::new();
    for text in known {
        let text = text.to_lowercase();
        parts.extend(text.split(|c: char| !c.is_alphanumeric()).map(str::to_owned));
        parts.insert(text.chars().filter(|c| c.is_alphanumeric()).collect());
        if let Some((local, _)) = text.split_once('@') {
            parts.insert(local.chars().filter(|c| c.is_alphanumeric()).collect());
        }
    }
    parts.retain(|part| part.chars().count() >= 3);
    parts
}

/// Parts and left-over signs of the cheapest way to take the text apart; a part or a sign counts once.
fn points(plain: &[char], known: &HashSet<String>) -> usize {
    let letters: Vec<char> = plain.iter().map(|c| letter_of(*c)).collect();
    // For each place, from its end: the least cost and the length of the part that starts there.
    let mut cost = vec![(0usize, 1usize); plain.len() + 1];
    for from in (0..plain.len()).rev() {
        let mut best = (cost[from + 1].0 + 1, 1);
        for len in (2..=PART_CHARS_MAX.min(plain.len() - from)).rev() {
            let to = from + len;
            if cost[to].0 + 1 < best.0 && is_part(&plain[from..to], &letters[from..to], known) {
                best = (cost[to].0 + 1, len);
            }
        }
        cost[from] = best;
    }
    let mut seen = BTreeSet::new();
    let mut at = 0;
    while at < plain.len() {
        let len = cost[at].1;
        let part = &plain[at..at + len];
        // A letter or digit left over counts each time; a part, or a sign that only separates, once.
        if len > 1 || !plain[at].is_alphanumeric() {
            seen.insert((part.to_vec(), 0));
        } else {
            seen.insert((part.to_vec(), at + 1));
        }
        at += len;
    }
    seen.len()
}

/// The letter that a digit or sign is written for.
fn letter_of(c: char) -> char {
    match c {
        '4' | '@' => 'a',
        '3' | '€' => 'e',
        '1' | '!' => 'i',
        '0' => 'o',
        '$' | '5' => 's',
        '7' | '+' => 't',
        '8' => 'b',
        other => other,
    }
}

fn is_part(plain: &[char], letters: &[char], known: &HashSet<String>) -> bool {
    if plain.iter().all(|c| *c == plain[0]) {
        return true;
    }
    if plain.len() < 3 {
        return false;
    }
    let (text, letters): (String, String) = (plain.iter().collect(), letters.iter().collect());
    let is_word = |text: &str| PARTS.contains(text) || known.contains(text);
    is_word(&text) || is_word(&letters) || ROW_PARTS.contains(&text) || is_date(plain)
}

/// A year, or a day in one of the usual orders.
fn is_date(text: &[char]) -> bool {
    let digits: Option<Vec<u32>> = text.iter().map(|c| c.to_digit(10)).collect();
    let Some(digits) = digits else { return false };
    let number = |from: usize, to: usize| digits[from..to].iter().fold(0, |n, d| n * 10 + d);
    let is_year = |n: u32| (1900..=2099).contains(&n);
    let is_day = |a: u32, b: u32| (1..=31).contains(&a) && (1..=12).contains(&b);
    match digits.len() {
        4 => is_year(number(0, 4)),
        6 => {
            is_day(number(0, 2), number(2, 4))
                || is_day(number(2, 4), number(0, 2))
                || is_day(number(4, 6), number(2, 4))
        }
        8 => {
            let (first, last) = (is_year(number(0, 4)), is_year(number(4, 8)));
            (last && (is_day(number(0, 2), number(2, 4)) || is_day(number(2, 4), number(0, 2))))
                || (first && (is_day(number(6, 8), number(4, 6)) || is_day(number(4, 6), number(6, 8))))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What stands on lists of common passwords, made by rule.
    fn obvious() -> Vec<String> {
        let mut all = Vec::new();
        for word in PARTS.iter() {
            for year in [1966, 1987, 1999, 2010, 2023, 2026] {
                all.push(format!("{word}{year}"));
                all.push(format!("{word}-{word}-{year}!"));
            }
            all.push(word.repeat(5));
            all.push(format!("{word}123456789012"));
            all.push(format!("{}{}!!!", &word.to_uppercase(), word));
            all.push(word.replace('a', "@").replace('e', "3").replace('o', "0") + "1234567890");
        }
        for row in ROWS {
            all.push((*row).to_owned());
            all.push(row.chars().rev().collect());
            all.push(row.repeat(3));
        }
        for c in "abcxyz019!".chars() {
            all.push(c.to_string().repeat(20));
        }
        all
    }

    #[test]
    fn x_1_more_than_10_000_obvious_passwords_are_refused() {
        let all = obvious();
        assert!(all.len() >= 10_000, "{}", all.len());
        let taken: Vec<_> = all.iter().filter(|password| !is_guessable(password, &[])).collect();
        assert!(taken.is_empty(), "{taken:?}");
    }

    #[test]
    fn x_1_the_owners_address_and_the_workspace_are_not_a_password() {
        let known = ["ann.lindqvist@bank.example", "Ann Lindqvist", "Nordbank Customer Care"];
        for password in
            ["AnnLindqvist2026!", "nordbank-lindqvist-1", "L1ndqv1st@bank.example", "nordbankcustomercare"]
        {
            assert!(is_guessable(password, &known), "{password}");
        }
        assert!(!is_guessable("lindqvist wears mauve trousers", &known));
    }

    #[test]
    fn unrelated_words_and_random_signs_are_taken() {
        for password in [
            "correct horse battery staple",
            "vexing-quilt-94",
            "k3#vR9!pQz2^mT7w",
            "umbrella toast penguin",
            "zwölf Boxkämpfer jagen",
        ] {
            assert!(!is_guessable(password, &[]), "{password}");
        }
    }
}
