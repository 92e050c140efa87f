//! Health for load balancers, service managers and people. Strangers learn up or down; detail needs `health.read`.

use axum::{
    Extension, Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use model::{
    Caller, Permission,
    service::{Health, ServiceHealth},
};
use nova::Nova;
use serde_json::{Value, json};

use crate::problem::Problem;

type MaybeCaller = Option<Extension<Caller>>;

fn sees_detail(caller: &MaybeCaller) -> bool {
    caller.as_ref().is_some_and(|Extension(caller)| caller.may(Permission::HealthRead))
}

fn answer(worst: Health, detail: Option<Value>) -> Response {
    let status = if worst == Health::Down { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    let word = match worst {
        Health::Healthy => "healthy",
        Health::Degraded => "degraded",
        Health::Down => "down",
    };
    let mut body = json!({ "status": word });
    if let (Some(detail), Some(object)) = (detail, body.as_object_mut()) {
        object.insert("services".into(), detail);
    }
    (status, Json(body)).into_response()
}

fn worst(services: &[ServiceHealth]) -> Health {
    let any = |health| services.iter().any(|service| service.health == health);
    if any(Health::Down) {
        Health::Down
    } else if any(Health::Degraded) {
        Health::Degraded
    } else {
        Health::Healthy
    }
}

/// `/live`: the process answers. Restart it when this does not.
pub(crate) async fn live() -> &'static str {
    "live"
}

/// `/ready`: it can serve requests now.
pub(crate) async fn ready(State(nova): State<Nova>) -> Response {
    if nova.is_ready().await {
        (StatusCode::OK, "ready").into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready").into_response()
    }
}

/// `/health` and `/health/services`.
pub(crate) async fn services(State(nova): State<Nova>, caller: MaybeCaller) -> Response {
    match nova.health(&Caller::system("health endpoint")).await {
        Ok(services) => answer(worst(&services), sees_detail(&caller).then(|| json!(services))),
        Err(error) => Problem(error).into_response(),
    }
}

/// `/health/database`.
pub(crate) async fn database(State(nova): State<Nova>, caller: MaybeCaller) -> Response {
    match nova.health(&Caller::system("health endpoint")).await {
        Ok(services) => {
            let database: Vec<_> = services.into_iter().filter(|service| service.name == "database").collect();
            answer(worst(&database), sees_detail(&caller).then(|| json!(database)))
        }
        Err(error) => Problem(error).into_response(),
    }
}

/// `/.well-known/jwks.json`: the keys our access tokens are verified with.
pub(crate) async fn public_keys(State(nova): State<Nova>) -> Json<Value> {
    Json(nova.identity.public_keys())
}
