//! Customers, an agent and mandates for the tests.

use std::collections::BTreeMap;

use countersign_identity::evidence::{Evidence, Method};
use countersign_types::pii::Attribute;
use countersign_types::time::{HOUR, SECOND};
use countersign_types::{Assurance, Pii, ProfileId, Timestamp, UserId};
use countersign_verification::compare::Locale;
use countersign_verification::engagement::{
    About, Actor, Context, Effect, Engagement, Event, Person, PolicyUsed, Refusal, Reply, Standing, Strong,
    Topic,
};
use countersign_verification::mandate::{Kind, Mandate, Scope};
use countersign_verification::policy::{Policy, default_policy};

pub(crate) fn profile(n: u8) -> ProfileId {
    ProfileId::from_bytes([n; 16])
}

pub(crate) fn at(secs: i64) -> Timestamp {
    Timestamp::from_micros(secs * SECOND)
}

/// When conversations begin.
pub(crate) const NOON: i64 = 1_700_000_000;

#[derive(Debug, Clone)]
pub(crate) struct Customer {
    pub(crate) profile: ProfileId,
    pub(crate) standing: Standing,
    pub(crate) is_locked: bool,
    pub(crate) age: Option<u8>,
    pub(crate) values: BTreeMap<String, Pii<Attribute>>,
}

/// A customer whose answers all follow from their number.
pub(crate) fn customer(n: u8) -> Customer {
    let values = [
        ("name", format!("Customer Number{}", letters(n))),
        ("birth_date", format!("19{:02}-05-03", n % 100)),
        ("phone", format!("+49309018{:02}", n % 100)),
        ("postcode", format!("101{:02}", n % 100)),
    ];
    Customer {
        profile: profile(n),
        standing: Standing::Live,
        is_locked: false,
        age: Some(40),
        values: values.into_iter().map(|(field, value)| (field.to_owned(), Pii::new(value))).collect(),
    }
}

/// Three of each, so that a slip makes no other customer of it.
fn letters(n: u8) -> String {
    [n / 16, n % 16].map(|part| char::from(b'a' + part).to_string().repeat(3)).concat()
}

pub(crate) fn answer_of(n: u8, field: &str) -> String {
    let customer = customer(n);
    customer.values[field].plain(countersign_types::pii::Purpose::Match).to_owned()
}

/// Everything that stands in the database, and the conversation.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) now: Timestamp,
    pub(crate) policy: Policy,
    pub(crate) used: PolicyUsed,
    pub(crate) customers: Vec<Customer>,
    pub(crate) candidates: Vec<ProfileId>,
    pub(crate) related: Vec<ProfileId>,
    pub(crate) mandate: Option<Mandate>,
    pub(crate) engagement: Engagement,
    pub(crate) effects: Vec<Effect>,
}

impl World {
    /// Ann is 1, her representative 2, somebody else 3; the mandate covers `balance`.
    pub(crate) fn new() -> Self {
        Self {
            now: at(NOON),
            policy: default_policy(),
            used: PolicyUsed { id: "pol_1".into(), version: 1 },
            customers: (1..=4).map(customer).collect(),
            candidates: Vec::new(),
            related: Vec::new(),
            mandate: Some(mandate(2, 1)),
            engagement: Engagement::open([3; 32], at(NOON)),
            effects: Vec::new(),
        }
    }

    pub(crate) fn customer(&mut self, n: u8) -> &mut Customer {
        self.customers.iter_mut().find(|customer| customer.profile == profile(n)).unwrap()
    }

    pub(crate) fn try_apply(&self, event: Event) -> Result<(Engagement, Vec<Effect>), Refusal> {
        let people: Vec<Person<'_>> = self
            .customers
            .iter()
            .map(|of| Person {
                profile: of.profile,
                standing: of.standing,
                is_locked: of.is_locked,
                age: of.age,
                values: &of.values,
            })
            .collect();
        let context = Context {
            now: self.now,
            actor: Actor { user: UserId::from_bytes([9; 16]), related: &self.related },
            policy: Some((&self.used, &self.policy)),
            people: &people,
            candidates: &self.candidates,
            mandate: self.mandate.as_ref(),
            locale: Locale::of("DE"),
        };
        let step = self.engagement.apply(self.engagement.revision(), event, &context)?;
        Ok((step.engagement, step.effects))
    }

    /// Takes a step; what is refused changes nothing.
    pub(crate) fn apply(&mut self, event: Event) -> Result<(), Refusal> {
        let (engagement, effects) = self.try_apply(event)?;
        self.engagement = engagement;
        self.effects.extend(effects);
        Ok(())
    }

    pub(crate) fn all(&mut self, events: impl IntoIterator<Item = Event>) -> &mut Self {
        for event in events {
            let name = format!("{event:?}");
            self.apply(event).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
        }
        self
    }

    /// Topic and about whom.
    pub(crate) fn begin(&mut self, about: About) -> &mut Self {
        self.all([Event::ChooseTopic(topic("balance")), Event::ChooseAbout(about)])
    }

    /// Searches and selects.
    pub(crate) fn pick(&mut self, n: u8) -> &mut Self {
        self.all([search(), Event::Select(profile(n))])
    }

    /// Answers what is asked as customer `n` would.
    pub(crate) fn answer_as(&mut self, n: u8) -> &mut Self {
        for (field, _) in self.engagement.progress().questions {
            self.apply(said(&field, &answer_of(n, &field))).unwrap();
        }
        self
    }

    /// Answers and finishes.
    pub(crate) fn pass_as(&mut self, n: u8) -> &mut Self {
        self.answer_as(n).all([Event::Finish])
    }
}

/// The first search, which finds everybody there is.
pub(crate) fn search() -> Event {
    Event::Search(0, (1..=u8::MAX).map(profile).collect())
}

pub(crate) fn topic(key: &str) -> Topic {
    Topic { key: key.into(), is_confidential: true, minimum_level: Assurance::Al2 }
}

pub(crate) fn said(field: &str, words: &str) -> Event {
    Event::Answer(field.to_owned(), Reply::Said(Pii::new(words)))
}

pub(crate) fn strong(profile: ProfileId, now: Timestamp) -> Event {
    let now = now.as_micros();
    let evidence =
        Evidence { method: Method::ApiCode, recorded_at: now, expires_at: Some(now + HOUR), ended_at: None };
    Event::Evidence(profile, Strong(evidence))
}

pub(crate) fn mandate(representative: u8, represented: u8) -> Mandate {
    Mandate {
        id: "mnd_1".into(),
        kind: Kind::PowerOfAttorney,
        representative: profile(representative),
        represented: profile(represented),
        granted_by: Some(profile(represented)),
        scope: Scope::Topics(["balance".to_owned(), "statement".to_owned()].into()),
        valid_from: at(0),
        valid_until: Some(at(NOON + 100_000)),
        revoked_at: None,
    }
}
