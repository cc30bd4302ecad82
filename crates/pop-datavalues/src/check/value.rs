//! What a value says.

use super::{Checker, Rule, value_type};
use crate::DataValue;
use crate::metadata::{DataElement, ImportDialect};

impl<'a> Checker<'a> {
    pub(super) fn text(&mut self, index: usize, value: &'a DataValue, element: &'a DataElement) {
        let dialect = self.dialect;
        let most = if dialect == ImportDialect::PerValue {
            50_000
        } else {
            5_000
        };
        if let Some(comment) = &value.comment
            && comment.chars().count() > most
        {
            self.report(Rule::CommentLength, &element.id, Some(index), || {
                format!("a comment has more than {most} characters")
            });
        }
        if value.deleted {
            return;
        }
        let text: &str = &value.value;
        if text.trim().is_empty() {
            self.report(Rule::BlankValue, &element.id, Some(index), || {
                "a blank value passes, and deletes what is stored or is stored as a blank"
                    .to_owned()
            });
            return;
        }
        if let Err(expected) = value_type::check(&element.value_type, text, dialect) {
            let subject = format!("{} {text}", element.id);
            self.report(Rule::ValueType, &subject, Some(index), || {
                format!(
                    "{text:?} is not {expected}, which {:?} ({}) takes",
                    element.name, element.value_type
                )
            });
            return;
        }
        if let Some(codes) = &element.option_codes
            && !codes.iter().any(|code| code == text)
        {
            let subject = format!("{} {text}", element.id);
            self.report(Rule::ValueNotAnOption, &subject, Some(index), || {
                format!("{text:?} is not an option of {:?}", element.name)
            });
        }
        let is_kept = element.zero_is_significant
            || matches!(
                element.aggregation_type.as_str(),
                "AVERAGE" | "AVERAGE_SUM_ORG_UNIT"
            );
        if value_type::is_zero(text) && !is_kept && value_type::is_numeric(&element.value_type) {
            self.report(Rule::InsignificantZero, &element.id, Some(index), || match dialect {
                ImportDialect::PerValue => format!("zero is not significant for {:?}: zeros are not stored, and delete what is", element.name),
                ImportDialect::Grouped => format!("zero is not significant for {:?}: analytics leave zeros out", element.name),
            });
        }
    }
}
