//! Choosing passwords.

use jiff::SignedDuration;
use jq_identity::IdentityError;
use jq_identity::staff::{self, Due, PASSWORD_DAYS_MAX, PasswordFault};

use super::house::{Employee, House, each};

async fn change(
    house: &House<'_>,
    officer: &Employee,
    from: &str,
    to: (&str, &str),
) -> Result<(), IdentityError> {
    let user = house.inside(officer).await;
    staff::password::change(&house.test.db, &user, from, to, house.now()).await
}

#[tokio::test]
async fn a_new_password_is_a_good_one_and_none_of_the_last_five() {
    each(async |house| {
        let officer = house.settle("officer@bank01").await;
        let check = async |to: (&str, &str), expected: PasswordFault| match change(
            house,
            &officer,
            &officer.password,
            to,
        )
        .await
        {
            Err(IdentityError::PasswordFault(fault)) => assert_eq!(fault, expected, "{to:?}"),
            other => panic!("{to:?}: {other:?}"),
        };
        check(("too short", "too short"), PasswordFault::Length).await;
        check(("jinqiao-demo", "jinqiao-demo"), PasswordFault::Known).await;
        check(("seven green rivers", "seven grey rivers"), PasswordFault::Unlike).await;
        check((&officer.password, &officer.password), PasswordFault::Used).await;
        check(("copper lantern", "copper lantern"), PasswordFault::Used).await;
        let wrong =
            change(house, &officer, "not the present one", ("seven green rivers", "seven green rivers"))
                .await;
        assert!(matches!(wrong, Err(IdentityError::WrongLogin)));

        let mut present = officer.password.clone();
        for place in 1..=5 {
            house.minutes_pass(1);
            let next = format!("seven green rivers {place}");
            change(house, &officer, &present, (&next, &next)).await.unwrap();
            present = next;
        }
        let first = officer.password.as_str();
        let used = change(house, &officer, &present, (first, first)).await;
        assert!(
            matches!(used, Err(IdentityError::PasswordFault(PasswordFault::Used))),
            "the fifth from the end"
        );
        house.minutes_pass(1);
        let next = "seven green rivers 6";
        change(house, &officer, &present, (next, next)).await.unwrap();
        change(house, &officer, next, (first, first)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_new_password_ends_the_sessions_elsewhere() {
    each(async |house| {
        let officer = house.settle("officer@bank01").await;
        let other = house.arrive("officer@bank01", &officer.password).await.unwrap();
        let (user, _) = house.recognise(&other).await;
        house.show_code(&user, &officer.phone).await.unwrap();
        assert!(house.opens(&other).await);
        let to = "seven green rivers";
        change(house, &officer, &officer.password, (to, to)).await.unwrap();
        assert!(house.opens(&officer.token).await && !house.opens(&other).await);
    })
    .await;
}

#[tokio::test]
async fn a_password_is_due_after_ninety_days() {
    each(async |house| {
        let officer = house.settle("officer@bank01").await;
        house.test.advance(SignedDuration::from_hours(24 * PASSWORD_DAYS_MAX));
        let token = house.arrive("officer@bank01", &officer.password).await.unwrap();
        let (user, _) = house.recognise(&token).await;
        house.show_code(&user, &officer.phone).await.unwrap();
        let (user, due) = house.recognise(&token).await;
        assert_eq!(due, Due::Password);
        assert!(!house.opens(&token).await);
        let to = "seven green rivers";
        staff::password::change(&house.test.db, &user, &officer.password, (to, to), house.now())
            .await
            .unwrap();
        assert!(house.opens(&token).await);
    })
    .await;
}
