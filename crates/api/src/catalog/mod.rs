//! `GET /api/v1/catalog/items` and one of them: what the city gathers, and how a delivery file is laid out.

mod terms;
mod view;

use axum::Json;
use axum::extract::State;

use crate::code;
use crate::params::Name;
use crate::problem::ApiProblem;
use crate::state::ApiState;
pub(crate) use view::{CatalogView, CheckView, CodeView, FieldView, ItemSummaryView, ItemView, UnitView};

#[utoipa::path(
    get,
    path = "/api/v1/catalog/items",
    operation_id = "list_items",
    tag = "catalog",
    summary = "List the catalogue's items",
    description = "Every information item the city gathers, in the order of the catalogue, with who delivers it, how \
        often, and who may see it.",
    responses((status = 200, description = "All items.", body = CatalogView)),
)]
pub(crate) async fn list(State(state): State<ApiState>) -> Json<CatalogView> {
    let items = state.catalog.items().map(ItemSummaryView::from).collect();
    Json(CatalogView { version: state.catalog.version().to_owned(), items })
}

#[utoipa::path(
    get,
    path = "/api/v1/catalog/items/{id}",
    operation_id = "get_item",
    tag = "catalog",
    summary = "Describe an item",
    description = "One item with every column of its delivery file, the code lists its values come from, and the \
        checks a row must pass.",
    params(("id" = String, Path, description = "The item's id.", example = "power_bill")),
    responses((status = 200, description = "The item.", body = ItemView)),
)]
pub(crate) async fn find(
    State(state): State<ApiState>,
    Name(id): Name,
) -> Result<Json<ItemView>, ApiProblem> {
    let item = state.catalog.item(&id).ok_or_else(|| ApiProblem::new(&code::NO_ITEM))?;
    Ok(Json(ItemView::new(&state.catalog, item)))
}
