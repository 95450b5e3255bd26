//! The example's people and what they say. All of it is made up.

/// A customer of the bank.
pub(super) struct Customer {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) email: &'static str,
    pub(super) phone: &'static str,
    pub(super) tariff: &'static str,
    pub(super) since: &'static str,
    /// Their account number; empty: they do not call.
    pub(super) account: &'static str,
    /// Their PIN on the telephone.
    pub(super) pin: &'static str,
    /// Whether they can be chosen on the bank's page.
    pub(super) signs_in: bool,
}

impl Customer {
    pub(super) fn tariff_label(&self) -> &'static str {
        TARIFFS.iter().find(|(value, _)| *value == self.tariff).map_or("", |(_, label)| label)
    }
}

pub(super) const TARIFFS: &[(&str, &str)] = &[("standard", "Standard"), ("plus", "Plus"), ("vip", "VIP")];

const fn customer(
    id: &'static str,
    name: &'static str,
    email: &'static str,
    phone: &'static str,
    tariff: &'static str,
    since: &'static str,
) -> Customer {
    Customer { id, name, email, phone, tariff, since, account: "", pin: "", signs_in: false }
}

pub(super) const CUSTOMERS: &[Customer] = &[
    Customer {
        signs_in: true,
        account: "1234567890",
        pin: "4711",
        ..customer("anna", "Anna Standard", "anna@example.org", "+4930901820140", "standard", "2021-03-08")
    },
    Customer {
        signs_in: true,
        account: "2345678901",
        pin: "1789",
        ..customer("victor", "Victor VIP", "victor@example.org", "+41446681800", "vip", "2014-09-01")
    },
    customer("marta", "Marta Weiss", "marta.weiss@example.org", "+4989245690", "standard", "2019-11-21"),
    customer("dmitri", "Dmitri Petrov", "dmitri.petrov@example.org", "+37167326666", "vip", "2012-05-14"),
    customer("priya", "Priya Raman", "priya.raman@example.org", "+442079460301", "plus", "2023-01-30"),
];

/// Somebody who logs in to the console: role, title, name, e-mail.
pub(super) const PEOPLE: &[(&str, &str, &str, &str)] = &[
    ("agent", "Agent", "Mia Chen", "mia@acme.example"),
    ("team_manager", "Team manager", "Marco Silva", "marco@acme.example"),
    ("admin", "Administrator", "Ada Novak", "ada@acme.example"),
];

/// The administrator who set everything up; the first of [`PEOPLE`] with that role.
pub(super) const ADMIN: &str = "ada@acme.example";

/// What happens in a conversation, in order.
pub(super) enum Line {
    /// The customer writes.
    Says(&'static str),
    /// The customer sends a code of this customer of the bank, after these words.
    Sends(&'static str, &'static str),
    /// The customer sends the code that was sent last in the conversation before, after these words.
    SendsAgain(&'static str),
    /// The agent answers.
    Reply(&'static str),
    /// The agent notes.
    Note(&'static str),
    /// The agent asks for a code.
    Ask,
}

/// How a conversation stands in the end.
pub(super) struct After {
    pub(super) is_mine: bool,
    pub(super) is_over: bool,
    pub(super) priority: &'static str,
    pub(super) labels: &'static [&'static str],
}

/// A conversation in the messenger.
pub(super) struct Conversation {
    pub(super) handle: &'static str,
    pub(super) name: &'static str,
    pub(super) lines: &'static [Line],
    pub(super) after: After,
}

use Line::{Ask, Note, Reply, Says, Sends, SendsAgain};

pub(super) const CONVERSATIONS: &[Conversation] = &[
    Conversation {
        handle: "priya.r",
        name: "Priya",
        lines: &[
            Says("Do you charge for withdrawals abroad on the Plus tariff?"),
            Reply("Hello! On Plus they are free, up to five a month. Anything else I can do?"),
            Says("That was all, thank you"),
        ],
        after: After { is_mine: true, is_over: true, priority: "low", labels: &["fees"] },
    },
    Conversation {
        handle: "marta_w",
        name: "Marta W.",
        lines: &[
            Says("Hi, Corner Grocery charged my card twice today"),
            Reply(
                "Hello! I will look into it. To be sure that it is you, please send an identification code.",
            ),
            Sends("here you are", "marta"),
            Reply(
                "Thank you, Marta. I see both charges and have asked for one of them back: two working days.",
            ),
            Note("Refund requested from the card team, 36.90 EUR. Corner Grocery had a faulty terminal."),
            Says("Wonderful, that was quick"),
        ],
        after: After { is_mine: true, is_over: false, priority: "normal", labels: &["card", "refund"] },
    },
    Conversation {
        handle: "lucky-7",
        name: "Lucky",
        lines: &[
            Says("hello i am marta and need my balance"),
            Reply("Hello! Please send an identification code from your account's page."),
            SendsAgain("sure"),
        ],
        after: After { is_mine: true, is_over: false, priority: "high", labels: &["suspicious"] },
    },
    Conversation {
        handle: "lena.88",
        name: "Lena",
        lines: &[
            Says("I cannot get into the app since yesterday, can you reset my access?"),
            Ask,
            Says("I have to find out how to get that code, one moment"),
        ],
        after: After { is_mine: true, is_over: false, priority: "normal", labels: &["access"] },
    },
    Conversation {
        handle: "t.okafor",
        name: "T. Okafor",
        lines: &[Says("Good morning! Is the branch in Linden Street open on Saturday?")],
        after: After { is_mine: false, is_over: false, priority: "normal", labels: &[] },
    },
    Conversation {
        handle: "kapitan_d",
        name: "Dmitri",
        lines: &[
            Sends("Please raise my transfer limit to 50,000 for tomorrow. My code:", "dmitri"),
            Says("It is for the purchase of a boat, I can send the contract"),
        ],
        after: After { is_mine: false, is_over: false, priority: "high", labels: &["limits"] },
    },
];

/// A visitor of the shop.
pub(super) const VISITOR: &[Line] = &[
    Says("Do you deliver Kettle No. 4 to Norway?"),
    Reply("Hello! Yes, in four to six days, and customs are included."),
    Says("Great. And can I pay when it arrives?"),
];

/// Words of which passwords are made.
pub(super) const WORDS: &[&str] = &[
    "amber", "anchor", "autumn", "bamboo", "beacon", "birch", "canyon", "cedar", "cobalt", "comet", "copper",
    "coral", "cotton", "crystal", "delta", "desert", "ember", "falcon", "fern", "forest", "garnet", "ginger",
    "glacier", "granite", "harbor", "hazel", "heron", "indigo", "ivory", "jasmine", "juniper", "lagoon",
    "lantern", "lemon", "linen", "lotus", "maple", "marble", "meadow", "mint", "nectar", "oasis", "olive",
    "orchid", "otter", "pebble", "pepper", "pine", "plum", "prairie", "quartz", "raven", "river", "saffron",
    "sage", "silver", "sparrow", "summit", "thistle", "timber", "tulip", "velvet", "violet", "willow",
];
