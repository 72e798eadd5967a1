//! What the store keeps of the roles of a site, and what becomes of a damaged one.

use std::sync::Arc;

use super::*;
use crate::{
    directory::{Directory as _, UserChange},
    permission::{Kinds, Permission, SiteRole},
    user::SiteField,
};

fn residents() -> SiteRole {
    SiteRole {
        number: 0,
        name: "Front Desk".into(),
        permissions: [Permission::UsersRead].into_iter().collect(),
        reach: Reach {
            kinds: Some([AccountKind::Residential].into_iter().collect()),
            stations: Some(vec!["7".into()]),
        },
    }
}

impl Local {
    async fn site_role(&self) -> Role {
        let intent = self.intent(Kind::RoleAdded).await;
        let role = residents();
        let by = operator();
        self.directory.add_role(&by, &role, &intent).await.unwrap();
        let roles = self.directory.roles(&operator()).await.unwrap();
        Role::Site(Arc::clone(&roles[0].role))
    }
}

#[tokio::test]
async fn a_role_is_kept_with_a_number_from_five_on() {
    let local = Local::open(Profile::nist()).await;
    let Role::Site(role) = local.site_role().await else {
        panic!("it is a role of the site");
    };
    assert_eq!(role.number, 5);
    let wanted = SiteRole {
        number: 5,
        ..residents()
    };
    assert_eq!(*role, wanted);
}

#[tokio::test]
async fn a_role_that_was_changed_or_removed_since_it_was_judged_is_not_given() {
    let local = Local::open(Profile::nist()).await;
    let role = local.site_role().await;
    let user = local.add("E7", Role::None).await;
    let give = async || {
        let intent = local.intent(Kind::RoleAssigned).await;
        let change = UserChange {
            role: Some(role.clone()),
            ..UserChange::default()
        };
        let version = local.user(&user).await.version;
        let by = operator();
        let given = Directory::change(&local.directory, &by, &user.id, &version, &change, &intent);
        given.await
    };
    local
        .execute("UPDATE site_roles SET permissions = 511")
        .await;
    let message = give().await.unwrap_err().to_string();
    assert_eq!(
        message,
        "the role Front Desk was changed or removed meanwhile"
    );
    local
        .execute("UPDATE site_roles SET permissions = 1, kinds = NULL")
        .await;
    give().await.unwrap_err();
    local.execute("UPDATE site_roles SET kinds = 2").await;
    give().await.unwrap();
    assert_eq!(local.user(&user).await.permissions, role.permissions());
    local.execute("DELETE FROM site_roles").await;
    give().await.unwrap_err();
    // Nor by being added with it.
    let intent = local.intent(Kind::UserCreated).await;
    let new = NewUser {
        login: "E8".into(),
        family_name: "Test".into(),
        role: role.clone(),
        active: true,
        ..NewUser::default()
    };
    let added = Directory::create(&local.directory, &operator(), &new, None, &intent).await;
    assert_eq!(added.unwrap_err().to_string(), message);
    // A role that is known by its name alone is none at all.
    let named = NewUser {
        role: Role::of_word("Front Desk"),
        ..new
    };
    let intent = local.intent(Kind::UserCreated).await;
    let added = Directory::create(&local.directory, &operator(), &named, None, &intent).await;
    assert_eq!(
        added.unwrap_err().to_string(),
        "there is no role Front Desk"
    );
}

#[tokio::test]
async fn a_role_that_cannot_be_read_permits_nothing_and_reaches_nobody() {
    let local = Local::open(Profile::nist()).await;
    let role = local.site_role().await;
    let user = local.add("E7", role).await;
    assert_eq!(local.user(&user).await.reach, residents().reach);
    local
        .execute("UPDATE site_roles SET stations = '[\"7'")
        .await;
    assert_eq!(local.user(&user).await.reach.stations, Some(Vec::new()));
    local.execute("UPDATE site_roles SET kinds = 240").await;
    assert_eq!(local.user(&user).await.reach.kinds, Some(Kinds::default()));
    local
        .execute("UPDATE users SET role = 77 WHERE login = 'E7'")
        .await;
    assert_eq!(local.user(&user).await.permissions, Permissions::NONE);
}

#[tokio::test]
async fn a_listing_can_be_filtered_by_a_role_of_the_site_and_by_what_it_permits() {
    let local = Local::open(Profile::nist()).await;
    let role = local.site_role().await;
    local.add("E7", role.clone()).await;
    local.add("E8", Role::None).await;
    let page = async |filter: &str| {
        let query = crate::directory::EntryQuery {
            filter: Some(filter.parse().unwrap()),
            sort: None,
            start: crate::directory::PageStart::Index(0),
            count: 9,
            time: std::time::Duration::from_mins(1),
        };
        let page = local.directory.entries(&operator(), query).await.unwrap();
        let logins = page.entries.into_iter().map(|entry| entry.user.login);
        logins.collect::<Vec<_>>()
    };
    let urn = crate::scim::schema::EXTENSION_URN;
    assert_eq!(page(&format!("{urn}:role eq \"front desk\"")).await, ["E7"]);
    let reads = format!("{urn}:permissions eq \"Users - Read\" and userName sw \"E\"");
    assert_eq!(page(&reads).await, ["E7"]);
}

#[tokio::test]
async fn a_field_goes_by_a_role_of_the_site_under_another_name_too_and_by_no_role_that_is_not_there()
 {
    let local = Local::open(Profile::nist()).await;
    let Role::Site(role) = local.site_role().await else {
        panic!("it is a role of the site");
    };
    let clerk = Operator::of(&local.add("E7", Role::Site(Arc::clone(&role))).await);
    let field = |role: &str| SiteField {
        seen_by: vec![Role::of_word(role)],
        ..SiteField::new("gate", "Gate")
    };
    let put = async |field: &SiteField| {
        let intent = local.intent(Kind::FieldChanged).await;
        local
            .directory
            .put_site_field(&operator(), field, None, &intent)
            .await
    };
    let unknown = put(&field("Front Dask")).await.unwrap_err();
    assert_eq!(unknown.to_string(), "there is no role Front Dask");
    put(&field("front desk")).await.unwrap();
    let seen = async |by: &Operator| local.directory.seen_fields(by).await.unwrap().len();
    assert_eq!(seen(&clerk).await, 1);
    assert_eq!(seen(&operator()).await, 0);
    let renamed = SiteRole {
        name: "Counter".into(),
        ..SiteRole::clone(&role)
    };
    let version = local.directory.roles(&operator()).await.unwrap()[0]
        .version
        .clone();
    let intent = local.intent(Kind::RoleChanged).await;
    let by = operator();
    let changed = local
        .directory
        .change_role(&by, &version, &renamed, &intent)
        .await;
    changed.unwrap();
    assert_eq!(seen(&clerk).await, 1, "the same role");
    // Removed, it would leave its sight of the field to the next role of this name.
    let kept = local.directory.roles(&operator()).await.unwrap()[0].clone();
    let intent = local.intent(Kind::RoleRemoved).await;
    let removed = local
        .directory
        .remove_role(&by, &kept, Some(&Role::None), &intent)
        .await;
    assert_eq!(
        removed.unwrap_err().to_string(),
        "the field Gate goes by the role Counter: change the field first"
    );
}
