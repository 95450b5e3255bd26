//! The sentences of the seed that this crate decides, each as a test named after it; and the bad input of the issue.

use countersign_identity::evidence::{Evidence, Method};
use countersign_types::pii::Purpose;
use countersign_types::{Assurance, Pii};
use countersign_verification::Engagement;
use countersign_verification::engagement::{
    About, Effect, Event, LookedUp, Outcome, PassedBy, Refusal, Reply, Role, Stage, Standing, StepName,
    StopClass, Strong, Topic,
};
use countersign_verification::mandate::{Gap, Scope};
use countersign_verification::policy::{Answer, Judge, MandateRule, Question};
use countersign_verification::result::{Decision, claims};

use crate::world::{NOON, World, answer_of, at, mandate, profile, said, search, strong, topic};

fn stopped(world: &World) -> Option<(StopClass, Option<Role>)> {
    match world.engagement.outcome() {
        Some(Outcome::Stop { class, role, .. }) => Some((*class, *role)),
        _ => None,
    }
}

fn level(world: &World) -> Option<Assurance> {
    match world.engagement.outcome() {
        Some(Outcome::Proceed { level, .. }) => Some(*level),
        _ => None,
    }
}

#[test]
fn if_the_engagement_isn_t_related_to_confidential_information_there_is_no_need_to_verify() {
    let mut world = World::new();
    let open = Topic { key: "opening hours".into(), is_confidential: false, minimum_level: Assurance::Al0 };
    world.all([Event::ChooseTopic(open)]);
    assert!(matches!(world.engagement.outcome(), Some(Outcome::NotNeeded { .. })));
    let claims = claims(&world.engagement, ("t_1", "eng_1"), "bank", world.now).unwrap();
    assert_eq!((claims.decision, claims.level, claims.customer), (Decision::NotNeeded, Assurance::Al0, None));
    assert!(!world.engagement.may_proceed(world.now, None), "it is no verification");
}

#[test]
fn if_the_engagement_is_about_the_customer_verify_their_identity_and_verification_ends_here() {
    let mut world = World::new();
    world.begin(About::Oneself).pick(1).pass_as(1);
    assert_eq!(level(&world), Some(Assurance::Al2));
    assert_eq!(world.effects, [Effect::Passed(Role::Customer, profile(1)), Effect::Concluded]);
    assert!(world.engagement.may_proceed(at(NOON + 3_599), None));
    assert!(!world.engagement.may_proceed(at(NOON + 3_600), None), "for the time that the policy says");
}

#[test]
fn if_about_someone_else_first_the_representative_then_the_customer_they_are_authorized_to_represent() {
    let mut world = World::new();
    world.begin(About::SomebodyElse);
    assert_eq!(world.engagement.role(), Role::Representative);
    world.pick(2).pass_as(2);
    assert_eq!((world.engagement.outcome(), world.engagement.stage()), (None, Stage::Mandate));
    assert_eq!(world.try_apply(search()).unwrap_err(), Refusal::NotNow, "the mandate comes first");
    world.all([Event::ChooseMandate("mnd_1".into())]).pick(1).pass_as(1);
    assert_eq!(level(&world), Some(Assurance::Al2));
    let claims = claims(&world.engagement, ("t_1", "eng_1"), "bank", world.now).unwrap();
    assert_eq!((claims.customer, claims.representative), (Some(profile(1)), Some(profile(2))));
    assert_eq!((claims.mandate.as_deref(), claims.policy.as_deref()), (Some("mnd_1"), Some("pol_1@1")));
    assert_eq!(claims.exp - claims.iat, 600);
}

#[test]
fn only_when_the_second_level_verification_succeeds_process_the_representative_s_request() {
    let mut world = World::new();
    world.begin(About::SomebodyElse).pick(2).pass_as(2);
    world.all([Event::ChooseMandate("mnd_1".into())]).pick(1).pass_as(2);
    assert_eq!(stopped(&world), Some((StopClass::NotVerified, Some(Role::Customer))));
    assert!(world.effects.contains(&Effect::Failed(Role::Customer, profile(1))));
    let claims = claims(&world.engagement, ("t_1", "eng_1"), "bank", world.now).unwrap();
    assert_eq!((claims.decision, claims.level), (Decision::Stop, Assurance::Al0));
    assert_eq!((claims.customer, claims.representative), (None, None), "whom it was about is not said");
}

#[test]
fn you_have_to_search_for_the_person_initiating_the_engagement_even_if_their_number_was_registered() {
    let mut world = World::new();
    world.candidates = vec![profile(2)];
    world.begin(About::SomebodyElse);
    assert_eq!(world.apply(Event::Select(profile(2))), Err(Refusal::SearchFirst));
    world.pick(2);
    // About themself, the registered number is enough to select by.
    let mut world = World::new();
    world.candidates = vec![profile(1)];
    world.begin(About::Oneself).all([Event::Select(profile(1))]);
    assert_eq!(world.engagement.progress().customer_level, Assurance::Al0, "which verifies nothing");
    world.candidates.clear();
    assert_eq!(world.apply(Event::Select(profile(3))), Err(Refusal::SearchFirst));
}

#[test]
fn only_one_whom_the_last_search_found_is_selected() {
    let found = |who: &[u8]| Event::Search(0, who.iter().copied().map(profile).collect());
    for (about, who) in [(About::Oneself, 1), (About::SomebodyElse, 2)] {
        let mut world = World::new();
        world.begin(about).all([found(&[who, 4])]);
        assert_eq!(world.apply(Event::Select(profile(3))), Err(Refusal::SearchFirst), "{about:?}");
        // The search before does not count any more.
        world.all([found(&[4])]);
        assert_eq!(world.apply(Event::Select(profile(who))), Err(Refusal::SearchFirst));
        world.all([found(&[]), found(&[who, 4]), Event::Select(profile(4)), Event::Select(profile(who))]);
        assert_eq!(world.apply(Event::Select(profile(3))), Err(Refusal::SearchFirst), "nor after a choice");
    }
    // Whom was found as the representative is not found as the customer.
    let mut world = World::new();
    world.policy.mandate = MandateRule::NotRequired;
    world.begin(About::SomebodyElse).all([found(&[1, 2]), Event::Select(profile(2))]).pass_as(2);
    assert_eq!(world.apply(Event::Select(profile(1))), Err(Refusal::SearchFirst));
    world.all([found(&[1]), Event::Select(profile(1))]);
    // Beginning anew forgets them.
    world.all([Event::Back(StepName::Customer)]);
    assert_eq!(world.apply(Event::Select(profile(1))), Err(Refusal::SearchFirst));
}

#[test]
fn select_the_search_type() {
    let mut world = World::new();
    world.begin(About::Oneself);
    assert_eq!(world.apply(Event::Search(1, Vec::new())), Err(Refusal::NoSuchSearch));
    world.all([search()]);
}

#[test]
fn verification_succeeds_only_if_all_required_questions_are_answered_correctly() {
    for wrong in ["name", "birth_date"] {
        let mut world = World::new();
        world.begin(About::Oneself).pick(1).answer_as(1);
        world.all([said(wrong, &answer_of(3, wrong)), Event::Finish]);
        assert_eq!(stopped(&world), Some((StopClass::NotVerified, Some(Role::Customer))), "{wrong}");
        let mut world = World::new();
        world.begin(About::Oneself).pick(1).answer_as(1);
        world.all([Event::Answer(wrong.into(), Reply::Skip), Event::Finish]);
        assert_eq!(stopped(&world), Some((StopClass::NotVerified, Some(Role::Customer))), "{wrong} skipped");
    }
}

#[test]
fn and_the_required_number_of_questions_in_the_additional_information_section() {
    for (minimum, right, passes) in
        [(1, 0, false), (1, 1, true), (1, 2, true), (2, 1, false), (2, 2, true), (0, 0, true)]
    {
        let mut world = World::new();
        (world.policy.customer.additional_minimum, world.policy.customer.additional_asked) =
            (minimum, Some(2));
        world.begin(About::Oneself).pick(1).answer_as(1);
        for field in ["phone", "postcode"].into_iter().skip(right) {
            world.all([said(field, &answer_of(3, field))]);
        }
        world.all([Event::Finish]);
        assert_eq!(level(&world).is_some(), passes, "{right} of {minimum}");
    }
}

#[test]
fn your_admin_configures_the_questions() {
    let mut world = World::new();
    let question = |field: &str, judge, look_up: Option<&str>| Question {
        field: field.into(),
        answer: Answer::Text,
        label: None,
        judge,
        look_up: look_up.map(str::to_owned),
        bits: 20,
        slips: 0,
    };
    world.policy.customer.required =
        vec![question("licence", Judge::Server, Some("lku_1")), question("name", Judge::Agent, None)];
    world.policy.customer.additional_minimum = 0;
    world.begin(About::Oneself).pick(1);
    // Each question is judged by whom the policy says, by nobody else.
    let reply = |field: &str, reply| Event::Answer(field.into(), reply);
    assert_eq!(world.apply(reply("licence", Reply::Ticked(true))), Err(Refusal::OtherJudge));
    assert_eq!(world.apply(said("licence", "x")), Err(Refusal::OtherJudge));
    assert_eq!(world.apply(reply("name", Reply::LookedUp(LookedUp::Yes))), Err(Refusal::OtherJudge));
    assert_eq!(world.apply(said("name", "x")), Err(Refusal::OtherJudge));
    assert_eq!(world.apply(said("phone", "x")), Err(Refusal::NotAsked));
    world.all([
        reply("name", Reply::Ticked(true)),
        reply("licence", Reply::LookedUp(LookedUp::Yes)),
        Event::Finish,
    ]);
    assert_eq!(level(&world), Some(Assurance::Al2));
}

#[test]
fn if_verification_fails_you_re_asked_to_stop_processing_the_representative_s_request() {
    let mut world = World::new();
    world.begin(About::SomebodyElse).pick(2).pass_as(3);
    assert_eq!(stopped(&world), Some((StopClass::NotVerified, Some(Role::Representative))));
    assert_eq!(world.effects, [Effect::Failed(Role::Representative, profile(2)), Effect::Concluded]);
    assert_eq!(world.apply(Event::Back(StepName::Topic)), Err(Refusal::Concluded));
}

#[test]
fn bad_input_two_agents_on_one_engagement() {
    let mut world = World::new();
    world.begin(About::Oneself).pick(1);
    let mut other = world.clone();
    world.answer_as(1);
    other.customers[0].is_locked = false;
    other.all([search()]);
    // The state that is stored is the first one's; the second comes with an old revision.
    let seen = other.engagement.revision();
    other.engagement = world.engagement.clone();
    assert_ne!(seen, other.engagement.revision());
    let people = [];
    let context = countersign_verification::engagement::Context {
        now: world.now,
        actor: countersign_verification::engagement::Actor {
            user: countersign_types::UserId::from_bytes([8; 16]),
            related: &[],
        },
        policy: Some((&world.used, &world.policy)),
        people: &people,
        candidates: &[],
        mandate: None,
        locale: countersign_verification::compare::Locale::of("DE"),
    };
    assert_eq!(other.engagement.apply(seen, Event::End, &context), Err(Refusal::Stale));
}

#[test]
fn bad_input_two_customers_of_the_same_name_and_birth_date() {
    let mut world = World::new();
    for field in ["name", "birth_date"] {
        let same = world.customer(1).values[field].clone();
        world.customer(3).values.insert(field.into(), same);
    }
    world.begin(About::Oneself).pick(3).pass_as(1);
    // What is asked besides tells them apart, and the failure counts for the one selected.
    assert_eq!(stopped(&world), Some((StopClass::NotVerified, Some(Role::Customer))));
    assert!(world.effects.contains(&Effect::Failed(Role::Customer, profile(3))));
}

#[test]
fn bad_input_a_profile_merged_or_erased_in_mid_flow() {
    for standing in [Standing::Merged, Standing::Erased] {
        let mut world = World::new();
        world.begin(About::SomebodyElse).pick(2).pass_as(2);
        world.all([Event::ChooseMandate("mnd_1".into())]).pick(1).answer_as(1);
        let mut other = world.clone();
        world.customer(1).standing = standing;
        assert_eq!(world.apply(Event::Finish), Err(Refusal::ProfileGone(Role::Customer)));
        other.customer(2).standing = standing;
        assert_eq!(other.apply(Event::Finish), Err(Refusal::ProfileGone(Role::Representative)));
        other.all([Event::Back(StepName::Representative)]);
        assert_eq!(other.engagement.progress().representative_level, Some(Assurance::Al0));
    }
}

#[test]
fn bad_input_a_mandate_that_is_revoked_or_expires_in_mid_flow() {
    for change in [0, 1, 2] {
        let mut world = World::new();
        world.begin(About::SomebodyElse).pick(2).pass_as(2);
        world.all([Event::ChooseMandate("mnd_1".into())]).pick(1).answer_as(1);
        let of = world.mandate.as_mut().unwrap();
        match change {
            0 => of.revoked_at = Some(at(NOON)),
            1 => of.valid_until = Some(at(NOON)),
            _ => of.scope = Scope::Topics(["statement".to_owned()].into()),
        }
        world.all([Event::Finish]);
        assert_eq!(stopped(&world), Some((StopClass::NotAuthorised, None)));
        assert!(!world.effects.iter().any(|effect| matches!(effect, Effect::Failed(..))), "nobody guessed");
    }
    // One that ends sooner than the policy's time ends the result with it; and one revoked afterwards, too.
    let mut world = World::new();
    world.mandate.as_mut().unwrap().valid_until = Some(at(NOON + 60));
    world.begin(About::SomebodyElse).pick(2).pass_as(2);
    world.all([Event::ChooseMandate("mnd_1".into())]).pick(1).pass_as(1);
    assert!(
        matches!(world.engagement.outcome(), Some(Outcome::Proceed { until, .. }) if *until == at(NOON + 60))
    );
    let mut revoked = world.mandate.clone().unwrap();
    assert!(world.engagement.may_proceed(at(NOON), Some(&revoked)));
    revoked.revoked_at = Some(at(NOON));
    assert!(!world.engagement.may_proceed(at(NOON), Some(&revoked)));
    assert!(!world.engagement.may_proceed(at(NOON), None));
}

#[test]
fn bad_input_a_mandate_that_does_not_cover_is_refused_at_once() {
    let refused = |change: &dyn Fn(&mut countersign_verification::mandate::Mandate)| {
        let mut world = World::new();
        change(world.mandate.as_mut().unwrap());
        world.begin(About::SomebodyElse).pick(2).pass_as(2);
        world.apply(Event::ChooseMandate("mnd_1".into())).unwrap_err()
    };
    assert_eq!(refused(&|of| of.scope = Scope::Topics([].into())), Refusal::Mandate(Gap::OtherTopic));
    assert_eq!(refused(&|of| of.valid_from = at(NOON + 1)), Refusal::Mandate(Gap::NotYet));
    assert_eq!(refused(&|of| of.representative = profile(3)), Refusal::Mandate(Gap::OtherRepresentative));
    assert_eq!(refused(&|of| of.id = "mnd_2".into()), Refusal::NoSuchMandate);
    let mut world = World::new();
    world.begin(About::SomebodyElse).pick(2).pass_as(2).all([Event::ChooseMandate("mnd_1".into()), search()]);
    assert_eq!(world.apply(Event::Select(profile(3))), Err(Refusal::NotTheRepresented));
}

#[test]
fn bad_input_a_representative_of_a_representative() {
    let mut world = World::new();
    world.mandate.as_mut().unwrap().granted_by = Some(profile(3));
    world.begin(About::SomebodyElse).pick(2).pass_as(2);
    assert_eq!(world.apply(Event::ChooseMandate("mnd_1".into())), Err(Refusal::Mandate(Gap::GivenOn)));
    // A court or the law gives one without being represented.
    world.mandate.as_mut().unwrap().granted_by = None;
    world.all([Event::ChooseMandate("mnd_1".into())]);
}

#[test]
fn bad_input_representing_oneself() {
    let mut world = World::new();
    world.mandate = Some(mandate(2, 2));
    world.begin(About::SomebodyElse).pick(2).pass_as(2);
    assert_eq!(world.apply(Event::ChooseMandate("mnd_1".into())), Err(Refusal::Mandate(Gap::Oneself)));
    let mut world = World::new();
    world.policy.mandate = MandateRule::NotRequired;
    world.begin(About::SomebodyElse).pick(2).pass_as(2).all([search()]);
    assert_eq!(world.apply(Event::Select(profile(2))), Err(Refusal::RepresentsOneself));
}

#[test]
fn bad_input_a_minor() {
    for (age, refused) in [(Some(17), true), (None, true), (Some(18), false)] {
        let mut world = World::new();
        world.policy.representative.as_mut().unwrap().minimum_age = Some(18);
        world.customer(2).age = age;
        world.begin(About::SomebodyElse).all([search()]);
        let outcome = world.apply(Event::Select(profile(2)));
        assert_eq!(outcome.is_err(), refused, "{age:?}: {outcome:?}");
    }
}

#[test]
fn bad_input_a_customer_with_too_little_data_is_said_at_once_with_what_is_missing() {
    let mut world = World::new();
    world.policy.customer.strong_evidence_replaces = false;
    world.customer(1).values.remove("birth_date");
    world.customer(1).values.insert("name".into(), Pii::new(" - "));
    world.begin(About::Oneself).all([search()]);
    let missing = vec!["name".to_owned(), "birth_date".to_owned()];
    assert_eq!(
        world.apply(Event::Select(profile(1))),
        Err(Refusal::TooLittleData { missing: missing.clone() })
    );
    // Where a code may replace the questions, it still may.
    world.policy.customer.strong_evidence_replaces = true;
    world.all([Event::Select(profile(1))]);
    assert_eq!((world.engagement.stage(), world.engagement.progress().missing), (Stage::Evidence, missing));
    assert_eq!(world.apply(Event::Finish), Err(Refusal::NotNow), "no questions are no pass");
    world.all([strong(profile(1), world.now)]);
    assert_eq!(level(&world), Some(Assurance::Al3));
}

#[test]
fn bad_input_an_external_source_that_is_down_is_never_a_pass_or_a_fail() {
    let mut world = World::new();
    world.policy.customer.required[1].look_up = Some("lku_1".into());
    let down = || Event::Answer("birth_date".into(), Reply::LookedUp(LookedUp::Unavailable));
    world.begin(About::Oneself).pick(1).all([said("name", &answer_of(1, "name")), down()]);
    assert_eq!(world.apply(Event::Finish), Err(Refusal::SourceUnavailable));
    // Nor does it tell whether the others were right.
    world.all([said("name", "Somebody Else")]);
    assert_eq!(world.apply(Event::Finish), Err(Refusal::SourceUnavailable));
    let mut only_down = World::new();
    only_down.policy = world.policy.clone();
    only_down.begin(About::Oneself).pick(1).all([down(), Event::End]);
    assert_eq!(only_down.effects, [Effect::Concluded], "no failure is counted");
    // Another additional question takes the place of one whose source is down.
    let mut world = World::new();
    for question in &mut world.policy.customer.additional {
        question.look_up = Some("lku_1".into());
    }
    world.begin(About::Oneself).pick(1);
    let drawn = |world: &World| world.engagement.progress().questions[2].0.clone();
    let first = drawn(&world);
    world.all([Event::Answer(first.clone(), Reply::LookedUp(LookedUp::Unavailable))]);
    assert_ne!(drawn(&world), first);
}

#[test]
fn bad_input_answers_in_other_scripts() {
    let mut world = World::new();
    world.customer(1).values.insert("name".into(), Pii::new("Ольга Кобилянська"));
    world.begin(About::Oneself).pick(1).answer_as(1);
    world.all([said("name", "Olha Kobylianska"), said("birth_date", "٣ مايو ١٩٠١"), Event::Finish]);
    assert_eq!(level(&world), Some(Assurance::Al2));
}

#[test]
fn bad_input_what_cannot_be_read_is_said_again_and_changes_nothing() {
    let mut world = World::new();
    world.begin(About::Oneself).pick(1);
    let before = world.engagement.clone();
    assert!(matches!(world.apply(said("birth_date", "3.5.01")), Err(Refusal::Unreadable(_))));
    assert_eq!(world.engagement, before);
}

#[test]
fn bad_input_idle_for_30_minutes_or_four_hours_in_all() {
    let mut world = World::new();
    world.begin(About::Oneself).pick(1).all([said("name", "Somebody Else")]);
    assert_eq!(world.apply(Event::Expire), Err(Refusal::NotExpired));
    world.now = at(NOON + 1_800);
    for event in [Event::Finish, Event::End, Event::Back(StepName::Topic)] {
        assert_eq!(world.apply(event), Err(Refusal::Expired));
    }
    world.all([Event::Expire]);
    assert_eq!(stopped(&world), Some((StopClass::Expired, None)));
    assert!(world.effects.contains(&Effect::Failed(Role::Customer, profile(1))), "what was tried counts");
    let mut world = World::new();
    for secs in (0..14_400).step_by(1_700) {
        world.now = at(NOON + secs);
        world.all([Event::ChooseTopic(topic("balance"))]);
    }
    world.now = at(NOON + 14_400);
    assert_eq!(world.apply(Event::ChooseTopic(topic("balance"))), Err(Refusal::Expired));
}

#[test]
fn v_5_going_back_never_keeps_a_pass_that_no_longer_applies() {
    let mut verified = World::new();
    verified.begin(About::SomebodyElse).pick(2).pass_as(2).all([Event::ChooseMandate("mnd_1".into())]);
    let representative = |world: &World| world.engagement.progress().representative_level;
    for event in [
        Event::ChooseTopic(topic("payment")),
        Event::ChooseTopic(topic("balance")),
        Event::ChooseAbout(About::SomebodyElse),
        Event::Back(StepName::About),
        Event::Back(StepName::Representative),
    ] {
        let mut world = verified.clone();
        world.all([event.clone()]);
        assert_eq!(world.engagement.party(Role::Representative).pass(), None, "{event:?}");
        assert_eq!(world.engagement.mandate(), None, "{event:?}");
    }
    let mut world = verified.clone();
    world.all([Event::Back(StepName::Mandate)]);
    assert_eq!((representative(&world), world.engagement.mandate()), (Some(Assurance::Al2), None));
    let mut world = verified.clone();
    world.pick(1).answer_as(1).all([Event::Back(StepName::Customer)]);
    assert_eq!((world.engagement.mandate(), world.engagement.stage()), (Some("mnd_1"), Stage::Search));
}

#[test]
fn v_6_nobody_verifies_themself_or_their_relatives() {
    let mut world = World::new();
    world.related = vec![profile(1)];
    world.begin(About::Oneself).all([search()]);
    assert_eq!(world.apply(Event::Select(profile(1))), Err(Refusal::OwnProfile));
    let mut world = World::new();
    world.related = vec![profile(1)];
    world.begin(About::SomebodyElse).pick(2).pass_as(2);
    assert_eq!(world.apply(Event::ChooseMandate("mnd_1".into())), Err(Refusal::OwnProfile));
    // Nor does somebody else who takes the engagement over.
    let mut world = World::new();
    world.begin(About::Oneself).pick(1).answer_as(1);
    world.related = vec![profile(1)];
    assert_eq!(world.apply(Event::Finish), Err(Refusal::OwnProfile));
}

#[test]
fn v_2_a_locked_customer_is_not_verified_and_a_lock_set_meanwhile_holds() {
    let mut world = World::new();
    world.begin(About::Oneself).pick(1).answer_as(1);
    world.customer(1).is_locked = true;
    assert_eq!(world.apply(strong(profile(1), world.now)), Err(Refusal::Locked(Role::Customer)));
    assert_eq!(world.apply(Event::Select(profile(1))), Err(Refusal::Locked(Role::Customer)));
    world.all([Event::Finish]);
    assert_eq!(stopped(&world), Some((StopClass::Locked, Some(Role::Customer))));
}

#[test]
fn v_2_trying_answers_and_leaving_counts_as_a_failure() {
    for leave in [
        Event::End,
        Event::Select(profile(3)),
        Event::Back(StepName::Customer),
        Event::ChooseAbout(About::Oneself),
    ] {
        let mut world = World::new();
        world.begin(About::Oneself).pick(1);
        let mut untried = world.clone();
        untried.all([leave.clone()]);
        assert!(!untried.effects.contains(&Effect::Failed(Role::Customer, profile(1))), "{leave:?}");
        world.all([said("name", "Somebody Else"), leave.clone()]);
        assert!(world.effects.contains(&Effect::Failed(Role::Customer, profile(1))), "{leave:?}");
    }
}

#[test]
fn v_3_what_an_agent_sees_says_nothing_of_what_was_right() {
    let (mut right, mut wrong) = (World::new(), World::new());
    right.begin(About::Oneself).pick(1).answer_as(1);
    wrong.begin(About::Oneself).pick(1).answer_as(3);
    let seen = right.engagement.progress();
    assert_eq!(seen, wrong.engagement.progress());
    assert_eq!((seen.required.answered, seen.additional.answered), (2, 1));
    for world in [&right, &wrong] {
        let stored = serde_json::to_string(&world.engagement).unwrap();
        for customer in &world.customers {
            for value in customer.values.values() {
                assert!(!stored.contains(value.plain(Purpose::Match)), "answers are never kept");
            }
        }
    }
}

#[test]
fn v_4_selecting_anew_draws_the_same_questions() {
    let mut world = World::new();
    world.begin(About::Oneself).pick(1);
    let first = world.engagement.progress().questions;
    for _ in 0..20 {
        world.all([Event::Select(profile(3)), Event::Select(profile(1))]);
        assert_eq!(world.engagement.progress().questions, first);
    }
}

#[test]
fn strong_evidence_replaces_questions_where_the_policy_allows_and_of_nobody_but_the_speaker() {
    let mut world = World::new();
    world.begin(About::Oneself).pick(1);
    assert_eq!(world.apply(strong(profile(3), world.now)), Err(Refusal::EvidenceTooWeak), "somebody else's");
    let weak = |method, expires_at| {
        let recorded_at = at(NOON).as_micros();
        Event::Evidence(profile(1), Strong(Evidence { method, recorded_at, expires_at, ended_at: None }))
    };
    assert_eq!(world.apply(weak(Method::CallerId, None)), Err(Refusal::EvidenceTooWeak));
    assert_eq!(world.apply(weak(Method::ApiCode, Some(at(NOON).as_micros()))), Err(Refusal::EvidenceTooWeak));
    let mut forbidden = world.clone();
    forbidden.policy.customer.strong_evidence_replaces = false;
    assert_eq!(forbidden.apply(strong(profile(1), world.now)), Err(Refusal::EvidenceNotTaken));
    world.all([strong(profile(1), world.now)]);
    assert_eq!(level(&world), Some(Assurance::Al3));
    // A representative is known by a code; whom they represent is asked for all the same.
    let mut world = World::new();
    let code = strong(profile(2), world.now);
    world.begin(About::SomebodyElse).pick(2).all([code]);
    assert_eq!(world.engagement.progress().representative_level, Some(Assurance::Al3));
    world.all([Event::ChooseMandate("mnd_1".into())]).pick(1);
    assert_eq!(world.apply(strong(profile(1), world.now)), Err(Refusal::EvidenceNotTaken));
    world.pass_as(1);
    assert_eq!(level(&world), Some(Assurance::Al2), "the lower of the two");
    let pass = world.engagement.party(Role::Representative).pass().unwrap();
    assert_eq!(pass.by, PassedBy::StrongEvidence);
}

#[test]
fn a_topic_of_al3_takes_strong_evidence_alone_and_nobody_acts_for_others_in_it() {
    let al3 = Topic { minimum_level: Assurance::Al3, ..topic("payee") };
    let mut world = World::new();
    world.all([Event::ChooseTopic(al3.clone())]);
    assert_eq!(world.apply(Event::ChooseAbout(About::SomebodyElse)), Err(Refusal::LevelImpossible));
    world.all([Event::ChooseAbout(About::Oneself)]).pick(1);
    assert_eq!(world.engagement.stage(), Stage::Evidence);
    world.all([strong(profile(1), world.now)]);
    assert_eq!(level(&world), Some(Assurance::Al3));
    let mut world = World::new();
    world.policy.customer.strong_evidence_replaces = false;
    world.all([Event::ChooseTopic(al3)]);
    assert_eq!(world.apply(Event::ChooseAbout(About::Oneself)), Err(Refusal::LevelImpossible));
}

#[test]
fn the_engagement_keeps_the_version_of_the_policy_it_began_with() {
    let mut world = World::new();
    world.begin(About::Oneself).pick(1).answer_as(1);
    world.used.version = 2;
    assert_eq!(world.apply(Event::Finish), Err(Refusal::OtherPolicy));
}

#[test]
fn an_engagement_reads_back_as_it_was_stored_and_another_form_is_refused() {
    let mut world = World::new();
    world
        .begin(About::SomebodyElse)
        .pick(2)
        .pass_as(2)
        .all([Event::ChooseMandate("mnd_1".into())])
        .pick(1)
        .pass_as(1);
    let stored = serde_json::to_value(&world.engagement).unwrap();
    assert_eq!(serde_json::from_value::<Engagement>(stored.clone()).unwrap(), world.engagement);
    let mut other = stored;
    other["form"] = 2.into();
    assert!(serde_json::from_value::<Engagement>(other).is_err());
}
