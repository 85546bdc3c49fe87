//! The API of managers, which is declared by its entity.

use crate::site::{Site, expect, id_of};
use hyper::Method;
use projects::entity::manager;
use sea_orm::{EntityTrait, Set};
use serde_json::json;

const PATH: &str = "/api/managers";

pub(crate) async fn the_api_creates_edits_and_deletes_managers(site: Site) {
    let before = site.rows().await;
    let created =
        site.acme.api(Method::POST, PATH, Some(&json!({ "name": "  Mae Jemison " }))).await.unwrap();
    expect(&created, 201);
    let id = id_of(&created);
    assert_eq!(created.json(), json!({ "id": id, "name": "Mae Jemison" }));
    let path = format!("{PATH}/{id}");
    assert_eq!(created.headers["location"], path.as_str());
    for method in [Method::PUT, Method::PATCH] {
        let name = format!("Mae {method}");
        let changed = site.acme.api(method, &path, Some(&json!({ "name": name }))).await.unwrap();
        assert_eq!((changed.status.as_u16(), changed.json()), (200, json!({ "id": id, "name": name })));
        assert_eq!(site.acme.get(&path).await.unwrap().json()["name"], json!(name));
    }
    expect(&site.nordlicht.get(&path).await.unwrap(), 404);
    expect(&site.acme.api(Method::DELETE, &path, None).await.unwrap(), 204);
    expect(&site.acme.get(&path).await.unwrap(), 404);
    assert_eq!(site.rows().await, before);
}

pub(crate) async fn an_invalid_manager_is_answered_422_and_nothing_is_stored(site: Site) {
    let (own, other) = (site.ids("Acme Rockets").await, site.ids("Nordlicht Verlag").await);
    let before = site.rows().await;
    let path = format!("{PATH}/{}", own.manager);
    for (body, part) in [
        (json!({ "name": "" }), "name is missing"),
        (json!({ "name": "x".repeat(121) }), "longer than 120"),
        (json!({ "name": "a\u{0}b" }), "name: "),
        (json!({ "name": 7 }), "name: "),
        (json!({ "name": null }), "name: "),
        (json!({ "name": "Stolen", "account_id": other.account }), "account_id: "),
        (json!({ "name": "Stolen", "id": other.manager }), "id: "),
        (json!({ "name": "Stolen", "projects": [own.project] }), "projects: "),
    ] {
        for (method, path) in [(Method::POST, PATH), (Method::PUT, &path), (Method::PATCH, &path)] {
            let answer = site.acme.api(method.clone(), path, Some(&body)).await.unwrap();
            expect(&answer, 422);
            assert!(answer.body.contains(part), "{method} {body}: {answer:?}");
        }
    }
    // A manager who leads a project stays.
    expect(&site.acme.api(Method::DELETE, &path, None).await.unwrap(), 422);
    assert_eq!(site.rows().await, before);
}

pub(crate) async fn managers_are_listed_in_pages_by_filters_and_by_cursors(site: Site) {
    let ids = site.ids("Acme Rockets").await;
    let scope = site.app.tenancy.scope(ids.account).unwrap();
    let row =
        |number: u32| manager::ActiveModel { name: Set(format!("Row {number:04}")), ..Default::default() };
    manager::Entity::insert_many((0..105).map(row)).exec_without_returning(&scope).await.unwrap();
    let rows = site.rows().await;
    let all = rows.managers.iter().filter(|row| row.account_id == ids.account).count();
    let get = async |query: &str| site.acme.get(&format!("{PATH}?{query}")).await.unwrap();

    for wrong in
        ["per_page=101", "limit=101", "page=0", "order=account_id", "account_id=1", "id=1", "after=x"]
    {
        expect(&get(wrong).await, 422);
    }
    assert_eq!(get("").await.json()["total"], json!(all));
    let page = get("name__startswith=Row%20&order=-name&per_page=100").await.json();
    assert_eq!((&page["total"], page["items"].as_array().unwrap().len()), (&json!(105), 100));
    assert_eq!(page["items"][0]["name"], "Row 0104");
    assert_eq!(get("name=Row%200007").await.json()["total"], 1);

    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = get(&format!("order=name&limit=40{after}")).await.json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|row| row["id"].as_i64().unwrap()));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(seen.len(), all);
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), all, "a row twice");
    let theirs = site.nordlicht.get(&format!("{PATH}?order=name{after}")).await.unwrap();
    expect(&theirs, 422);
}
