//! The OpenAPI description and the implementation say the same.

use halligan::scim::schema::{ENTERPRISE_URN, SITE_URN};

use crate::support::api::{Api, EXTENSION};
use reqwest::Method;
use serde_json::{Value, json};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

#[tokio::test]
async fn every_address_and_method_of_the_description_is_served_and_no_other_method() {
    let api = Api::start().await;
    let user = api.add("E1").await;
    let id = user["id"].as_str().unwrap();
    let description: Value = api
        .http
        .get(format!("{}/openapi.json", api.root))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let paths = description["paths"].as_object().unwrap();
    assert!(paths.len() > 20);
    // What ends the token comes last, what ends the user before it.
    for method in METHODS {
        for (path, operations) in paths {
            let concrete = path.replace("{id}", if path.contains("Users") { id } else { "User" });
            let verb = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let mut request = api
                .http
                .request(verb, format!("{}{concrete}", api.root))
                .bearer_auth(&api.token);
            if matches!(method, "post" | "put" | "patch") {
                request = request
                    .header("content-type", "application/scim+json")
                    .body(json!({}).to_string());
            }
            let status = request.send().await.unwrap().status().as_u16().to_string();
            match operations.get(method) {
                None => assert_eq!(status, "405", "{method} {path} is served, not described"),
                Some(operation) => assert!(
                    operation["responses"].get(&status).is_some(),
                    "{method} {path} answered {status}, which is not described"
                ),
            }
        }
    }
}

#[tokio::test]
async fn every_attribute_of_the_schemas_is_described_and_no_other() {
    let api = Api::start().await;
    let description: Value = serde_json::from_str(include_str!("../../docs/openapi.json")).unwrap();
    let described = |name: &str| -> Vec<String> {
        let properties = &description["components"]["schemas"][name]["properties"];
        let mut names: Vec<_> = properties.as_object().unwrap().keys().cloned().collect();
        names.sort();
        names
    };
    let (_, schemas) = api.get("/Schemas").await;
    let served = |n: usize| -> Vec<String> {
        schemas["Resources"][n]["attributes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|attribute| attribute["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let mut core = served(0);
    core.extend(["schemas", "id", "externalId", "meta", EXTENSION].map(ToOwned::to_owned));
    core.extend([ENTERPRISE_URN, SITE_URN].map(ToOwned::to_owned));
    core.sort();
    assert_eq!(described("User"), core);
    let mut extension = served(1);
    extension.extend(["unlock", "reason"].map(ToOwned::to_owned));
    extension.sort();
    assert_eq!(described("Desk"), extension);
}
