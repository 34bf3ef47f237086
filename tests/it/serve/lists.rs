//! Lists: their order, their pages, their filters.

use super::{Client, Served, text};
use serde_json::{Value, json};

/// All pages of a list, with `between` done before each but the first.
fn pages(
    client: &Client,
    operation: &str,
    member: &str,
    ask: &Value,
    between: impl Fn(usize),
) -> Vec<Vec<Value>> {
    let mut pages = Vec::new();
    let mut ask = ask.clone();
    loop {
        let answer = client.call(operation, &ask);
        pages.push(answer[member].as_array().unwrap().clone());
        match answer.get("nextToken") {
            Some(token) => ask["nextToken"] = token.clone(),
            None => return pages,
        }
        between(pages.len());
    }
}

fn names(pages: &[Vec<Value>]) -> Vec<String> {
    pages.iter().flatten().map(|it| text(&it["name"])).collect()
}

fn create_fleet(client: &Client, name: &str) -> String {
    text(&client.call("CreateFleet", &json!({ "name": name }))["arn"])
}

#[test]
fn a_page_repeats_or_skips_what_another_gave() {
    let client = Served::of("scenarios/clockwork.toml", &[]).client();
    for number in 0..9 {
        create_fleet(&client, &format!("fleet-{number}"));
    }
    let whole = names(&pages(
        &client,
        "ListFleets",
        "fleetDetails",
        &json!({}),
        |_| {},
    ));
    assert_eq!(whole.len(), 10);
    let by_three = json!({ "maxResults": 3 });
    let paged = pages(&client, "ListFleets", "fleetDetails", &by_three, |_| {});
    assert_eq!(paged.iter().map(Vec::len).collect::<Vec<_>>(), [3, 3, 3, 1]);
    assert_eq!(names(&paged), whole);
    // Fleets come and go between two pages.
    let fleets = client.call("ListFleets", &json!({}));
    let paged = pages(&client, "ListFleets", "fleetDetails", &by_three, |page| {
        create_fleet(&client, &format!("new-{page}"));
        if let Some(given) = fleets["fleetDetails"].get(3 * page - 1) {
            client.call("DeleteFleet", &json!({ "fleet": given["arn"] }));
        }
    });
    let seen = names(&paged);
    assert_eq!(seen[..10], whole);
    assert_eq!(seen[10..], ["new-1", "new-2", "new-3", "new-4"]);
    // A page that is exactly full is the last one.
    let left = client.call("ListFleets", &json!({}))["fleetDetails"]
        .as_array()
        .unwrap()
        .len();
    let full = client.call("ListFleets", &json!({ "maxResults": left }));
    assert!(full.get("nextToken").is_none(), "{full}");
}

#[test]
fn jobs_are_listed_oldest_first_or_out_of_order() {
    let client = Served::of("scenarios/clockwork.toml", &[]).client();
    let mut arns = Vec::new();
    for number in 0..7 {
        let fleet = create_fleet(&client, &format!("fleet-{}", number % 2));
        client.add_robot(&format!("robot-{number}"), &fleet);
        arns.push(client.deploy(&fleet, &format!("token-{number}")));
        client.advance_by(10.0);
    }
    arns.reverse();
    let by_two = json!({ "maxResults": 2 });
    let paged = pages(
        &client,
        "ListDeploymentJobs",
        "deploymentJobs",
        &by_two,
        |page| {
            let fleet = create_fleet(&client, &format!("late-{page}"));
            client.add_robot(&format!("another-{page}"), &fleet);
            client.deploy(&fleet, &format!("late-{page}"));
        },
    );
    let listed: Vec<String> = paged.iter().flatten().map(|it| text(&it["arn"])).collect();
    assert_eq!(listed, arns);
    assert!(paged[0][0].get("tags").is_none());
    assert!(paged[0][0].get("robotDeploymentSummary").is_none());

    let filtered = |name: &str, value: &str| {
        let filters = json!({ "filters": [{ "name": name, "values": [value] }] });
        client.call("ListDeploymentJobs", &filters)["deploymentJobs"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(filtered("fleetName", "fleet-0"), 4);
    assert_eq!(filtered("fleetName", "fleet"), 0);
    assert_eq!(
        filtered("status", "InProgress") + filtered("status", "Pending"),
        10
    );
    client.finish();
    assert_eq!(filtered("status", "Succeeded"), 10);
}

#[test]
fn a_token_serves_another_list_filter_or_server() {
    let served = Served::of("scenarios/warehouse.toml", &[]);
    let client = served.client();
    let robots = client.call("ListRobots", &json!({}));
    assert_eq!(robots["robots"].as_array().unwrap().len(), 200);
    let token = &robots["nextToken"];
    let next = client.call(
        "ListRobots",
        &json!({ "nextToken": token, "maxResults": 1 }),
    );
    assert_ne!(next["robots"][0], robots["robots"][0]);
    let registered = json!([{ "name": "status", "values": ["Registered"] }]);
    for (operation, input) in [
        ("ListFleets", json!({ "nextToken": token })),
        ("ListDeploymentJobs", json!({ "nextToken": token })),
        ("ListRobotApplications", json!({ "nextToken": token })),
        (
            "ListRobots",
            json!({ "nextToken": token, "filters": registered }),
        ),
        ("ListRobots", json!({ "nextToken": "garbage" })),
        ("ListRobots", json!({ "nextToken": "AAAA" })),
    ] {
        client.assert_refused(operation, &input, "InvalidParameterException", "nextToken");
    }
    let mut other = Served::of("scenarios/warehouse.toml", &["seed=5"]);
    other.wall = served.wall.clone();
    other.client().assert_refused(
        "ListRobots",
        &json!({ "nextToken": token }),
        "InvalidParameterException",
        "nextToken",
    );
    // The same server has it, whoever asks.
    served
        .client()
        .call("ListRobots", &json!({ "nextToken": token }));
    let paged = pages(
        &client,
        "ListRobots",
        "robots",
        &json!({ "filters": registered }),
        |_| {},
    );
    let n = served.profile().world.fleet.robots() as usize;
    assert_eq!(paged.iter().map(Vec::len).sum::<usize>(), n);
    assert!(paged.len() > 1);
}

#[test]
fn versions_are_listed_without_their_applications() {
    let client = Served::of("scenarios/clockwork.toml", &[]).client();
    let new = json!({ "name": "mine", "robotSoftwareSuite": {} });
    let arn = client.call("CreateRobotApplication", &new)["arn"].clone();
    for _ in 0..2 {
        client.call(
            "CreateRobotApplicationVersion",
            &json!({ "application": arn }),
        );
    }
    let listed = |ask: &Value| -> Vec<(String, String)> {
        let by_two = pages(
            &client,
            "ListRobotApplications",
            "robotApplicationSummaries",
            ask,
            |_| {},
        );
        let of = |it: &Value| (text(&it["name"]), text(&it["version"]));
        by_two.iter().flatten().map(of).collect()
    };
    let expected = |versions: &[(&str, &str)]| -> Vec<(String, String)> {
        let owned = |(name, version): &(&str, &str)| ((*name).to_owned(), (*version).to_owned());
        versions.iter().map(owned).collect()
    };
    assert_eq!(
        listed(&json!({ "maxResults": 1 })),
        expected(&[("clockwork", "$LATEST"), ("mine", "$LATEST")])
    );
    let all = json!({ "versionQualifier": "ALL", "maxResults": 2 });
    assert_eq!(
        listed(&all),
        expected(&[
            ("clockwork", "$LATEST"),
            ("clockwork", "2"),
            ("mine", "$LATEST"),
            ("mine", "1"),
            ("mine", "2"),
        ])
    );
    // A number is not used again.
    client.call(
        "DeleteRobotApplication",
        &json!({ "application": arn, "applicationVersion": "2" }),
    );
    client.call(
        "CreateRobotApplicationVersion",
        &json!({ "application": arn }),
    );
    let mine =
        json!({ "versionQualifier": "ALL", "filters": [{ "name": "name", "values": ["mine"] }] });
    assert_eq!(
        listed(&mine),
        expected(&[("mine", "$LATEST"), ("mine", "1"), ("mine", "3")])
    );
}
