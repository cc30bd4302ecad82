//! Text of XML elements.

use roxmltree::Node;

/// The text of an element itself, without comments and child elements.
pub(crate) fn text_of(node: Node<'_, '_>) -> String {
    let texts = node.children().filter(Node::is_text);
    texts.filter_map(|text| text.text()).collect()
}
