//! The page as an HTML parser reads it: no error, every section and table whole.

use html5ever::tendril::TendrilSink as _;
use markup5ever_rcdom::{Handle, NodeData, RcDom};

/// Parses a page by the HTML standard, and fails on what the standard calls a parse error.
pub(super) fn parse(html: &str) -> RcDom {
    let page = html5ever::parse_document(
        RcDom::default(),
        html5ever::ParseOpts {
            tokenizer: html5ever::tokenizer::TokenizerOpts {
                exact_errors: true,
                ..Default::default()
            },
            tree_builder: html5ever::tree_builder::TreeBuilderOpts {
                exact_errors: true,
                ..Default::default()
            },
        },
    )
    .one(html);
    let errors = page.errors.borrow().clone();
    assert!(errors.is_empty(), "{errors:?}");
    page
}

/// The names of all elements, in the order of the page.
pub(super) fn elements(page: &RcDom) -> Vec<String> {
    fn collect(node: &Handle, names: &mut Vec<String>) {
        if let NodeData::Element { name, .. } = &node.data {
            names.push(name.local.to_string());
        }
        for child in node.children.borrow().iter() {
            collect(child, names);
        }
    }
    let mut names = Vec::new();
    collect(&page.document, &mut names);
    names
}

#[test]
fn a_parser_reports_errors() {
    let page = html5ever::parse_document(RcDom::default(), Default::default())
        .one("<!DOCTYPE html><title>x</title><p></b>");
    assert!(!page.errors.borrow().is_empty());
}
