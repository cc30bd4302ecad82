//! `--list`: the products of the catalogue.

use std::io::Write;
use std::sync::Arc;

use pop_cli::{Column, Console, Messages, Output, ResultExt, Table, ToolError};
use pop_worldpop::Product;
use serde::Serialize;

use super::Catalogue;
use crate::args::Format;

const FORMAT: &str = "headcount-products/1";

#[derive(Debug, Serialize)]
struct ProductEntry {
    project: String,
    alias: String,
    content: &'static str,
    family: &'static str,
    release: Option<String>,
    constraint: &'static str,
    resolution: String,
    world: bool,
}

/// All products of the catalogue that count people.
///
/// # Errors
/// Those of the catalogue.
pub(crate) fn all_products(
    catalogue: &Catalogue,
    console: &mut Console,
) -> Result<Vec<Product>, ToolError> {
    let mut products = Vec::new();
    for project in Product::PROJECTS {
        products.extend(catalogue.products(project, console)?);
    }
    Ok(products)
}

/// Writes a list of products.
///
/// # Errors
/// I/O.
pub(crate) fn write_products(
    products: &[Product],
    format: Format,
    out: &mut Output,
) -> Result<(), ToolError> {
    let rows: Vec<ProductEntry> = products
        .iter()
        .map(|product| ProductEntry {
            project: product.project.clone(),
            alias: product.alias.trim().to_owned(),
            content: product.content.as_str(),
            family: product.family.short_name(),
            release: product.release.clone(),
            constraint: product.constraint.word(),
            resolution: product.resolution.to_string(),
            world: product.world,
        })
        .collect();
    let text = match format {
        Format::Json => {
            let document = serde_json::json!({"format": FORMAT, "products": rows});
            let text = serde_json::to_string_pretty(&document).map_err(ToolError::internal)?;
            text + "\n"
        }
        Format::Paths => rows
            .iter()
            .map(|row| format!("{}/{}\n", row.project, row.alias))
            .collect(),
        Format::Table => table(&rows, &out.messages())
            .within(out.columns())
            .to_string(),
    };
    out.write_all(text.as_bytes()).or_io()
}

fn table(rows: &[ProductEntry], messages: &Arc<Messages>) -> Table {
    let mut table = Table::new(
        messages,
        &[
            Column::text("content"),
            Column::text("release"),
            Column::text("kind"),
            Column::text("cells"),
            Column::text("covers"),
            Column::text("product"),
        ],
    );
    for row in rows {
        table.row(&[
            row.content,
            row.release.as_deref().unwrap_or(row.family),
            row.constraint,
            &row.resolution,
            &messages.text(if row.world {
                "covers-world"
            } else {
                "covers-countries"
            }),
            &format!("{}/{}", row.project, row.alias),
        ]);
    }
    table
}
