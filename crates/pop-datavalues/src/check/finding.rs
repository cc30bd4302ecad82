//! Rules, and what breaking one of them leads to in each dialect.

use std::fmt;

use crate::metadata::{ImportDialect, ImportSettings};

/// What a server does when a rule is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// The whole request is refused.
    RefusesRequest,
    /// One broken value refuses all values sent with it.
    RefusesGroup,
    /// The value is refused, the others are stored.
    RefusesValue,
    /// The value is taken and does not end up where it should, without a word.
    StoresWrongly,
    /// The value is dropped, and one stored before is deleted, without a word.
    Drops,
    /// Stored as sent; something a person should know.
    Advises,
}

impl Effect {
    /// Whether values would be missing or wrong: a reason not to send them.
    #[must_use]
    pub const fn is_refusal(self) -> bool {
        !matches!(self, Self::Advises | Self::Drops)
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RefusesRequest => "refuses the request",
            Self::RefusesGroup => "refuses all values sent together",
            Self::RefusesValue => "refuses the value",
            Self::StoresWrongly => "stores it wrongly",
            Self::Drops => "drops the value",
            Self::Advises => "note",
        })
    }
}

/// A rule that a data value set can break. The order is that of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The user may not send data values at all.
    Authority,
    /// The server's years are not Gregorian ones.
    Calendar,
    /// The data set is not known, or not visible.
    UnknownDataSet,
    /// The user may not write data of the data set.
    DataSetAccess,
    /// No data set is named, and the elements lie in several or in none.
    NoDataSet,
    /// The element is not known.
    UnknownElement,
    /// The element is not in the data set named.
    ElementNotInSet,
    /// The element is in no data set.
    ElementInNoSet,
    /// The org unit is outside those the user enters data for.
    UnitOutsideUser,
    /// The org unit is not assigned to the data set.
    UnitNotAssigned,
    /// The period is before the unit's opening or after its closing.
    UnitNotOpen,
    /// The text is not a period.
    UnknownPeriod,
    /// The period is of another type than the data set's.
    PeriodType,
    /// The option combo is not known.
    UnknownOptionCombo,
    /// The option combo is not one of the element's combination.
    OptionComboNotOfElement,
    /// The element is disaggregated and no option combo is given.
    OptionComboMissing,
    /// The user may not write data under one of the options.
    OptionAccess,
    /// The attribute option combo is not one of the data set's combination.
    AttributeComboNotOfSet,
    /// The data set has attributes and no attribute option combo is given.
    AttributeComboMissing,
    /// The period is outside the dates of the attribute options.
    AttributeComboDates,
    /// The value is not of the element's type.
    ValueType,
    /// The value is blank.
    BlankValue,
    /// The value is not one of the element's options.
    ValueNotAnOption,
    /// The comment is too long.
    CommentLength,
    /// The same value twice.
    Duplicate,
    /// The data set is closed for the period.
    Expired,
    /// The period is not open yet.
    FuturePeriod,
    /// The period is not open yet, and the user's right to edit expired data lets it in all the same.
    FutureByRight,
    /// The data set takes values of other periods only, or at other times.
    InputPeriod,
    /// Zero is not significant for the element.
    InsignificantZero,
    /// The element adds up over time, or averages over units.
    AggregationType,
    /// The set is approved in steps: approved units take no values.
    Approval,
    /// Analytics fail, or show nothing, for the period.
    Analytics,
}

/// Something found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFinding {
    /// The rule broken.
    pub rule: Rule,
    /// What the server does.
    pub effect: Effect,
    /// The error code it answers, where it says something.
    pub code: Option<&'static str>,
    /// What it is about: an id, a period.
    pub subject: String,
    /// What is wrong, with the values found and expected.
    pub message: String,
    /// What to do about it.
    pub hint: String,
    /// Positions of the values in the set, from 0; empty when it is about the whole request.
    pub indexes: Vec<usize>,
}

impl RuleFinding {
    /// Whether values would be missing or wrong.
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        self.effect.is_refusal()
    }
}

impl fmt::Display for RuleFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}", self.message, self.effect)?;
        if let Some(code) = self.code {
            write!(f, ", {code}")?;
        }
        match self.indexes.len() {
            0 => f.write_str(")"),
            1 => f.write_str(", 1 value)"),
            count => write!(f, ", {count} values)"),
        }
    }
}

type Verdict = (Effect, Option<&'static str>);

impl Rule {
    /// Every rule.
    #[cfg(test)]
    pub(super) const ALL: [Self; 33] = [
        Self::Authority,
        Self::Calendar,
        Self::UnknownDataSet,
        Self::DataSetAccess,
        Self::NoDataSet,
        Self::UnknownElement,
        Self::ElementNotInSet,
        Self::ElementInNoSet,
        Self::UnitOutsideUser,
        Self::UnitNotAssigned,
        Self::UnitNotOpen,
        Self::UnknownPeriod,
        Self::PeriodType,
        Self::UnknownOptionCombo,
        Self::OptionComboNotOfElement,
        Self::OptionComboMissing,
        Self::OptionAccess,
        Self::AttributeComboNotOfSet,
        Self::AttributeComboMissing,
        Self::AttributeComboDates,
        Self::ValueType,
        Self::BlankValue,
        Self::ValueNotAnOption,
        Self::CommentLength,
        Self::Duplicate,
        Self::Expired,
        Self::FuturePeriod,
        Self::FutureByRight,
        Self::InputPeriod,
        Self::InsignificantZero,
        Self::AggregationType,
        Self::Approval,
        Self::Analytics,
    ];

    /// What to do where it is broken.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Authority => {
                "give the user a role with \"Add/update data value\" (F_DATAVALUE_ADD), or push as one who has it"
            }
            Self::Calendar => {
                "give the period in the server's calendar: under [periods] in the mapping, or in the data value set itself"
            }
            Self::UnknownDataSet => {
                "the data set is unknown to the server, or hidden from this user: check its id and sharing, and run fetch-metadata with it"
            }
            Self::DataSetAccess => {
                "give the user data write in the sharing settings of the data set"
            }
            Self::NoDataSet => {
                "name the data set: --data-set of to-datavalueset, or \"dataSet\" at the top of the file"
            }
            Self::UnknownElement => {
                "the data element is unknown to the server, or hidden from this user: check its id and sharing, and run fetch-metadata with it"
            }
            Self::ElementNotInSet => {
                "Maintenance app, Data sets: add the element to the set, or name the set that has it"
            }
            Self::ElementInNoSet => {
                "Maintenance app, Data sets: open or add a yearly set, add the element, assign the units, give data write in its sharing; then name that set"
            }
            Self::UnitOutsideUser => {
                "give the user a unit above these (Users app, organisation units for data capture)"
            }
            Self::UnitNotAssigned => "Maintenance app, Data sets: assign the unit to the set",
            Self::UnitNotOpen => {
                "correct the unit's opening or closing date (Maintenance app, Organisation units); or leave the unit out of this year: take it out of the org units, or allow closed-unit where the server refuses it"
            }
            Self::UnknownPeriod => {
                "write the period as DHIS2 does: 2025 (Yearly), 2025April (FinancialApril), 202501 (Monthly)"
            }
            Self::PeriodType => {
                "write the period as the data set's period type asks, or use a set of this period type"
            }
            Self::UnknownOptionCombo => {
                "run fetch-metadata again; if the combo is still missing, run Data administration, Maintenance, Update category option combinations on the server"
            }
            Self::OptionComboNotOfElement => {
                "map to an option combo of the element's own category combination"
            }
            Self::OptionComboMissing => {
                "name the category option combo: left out, the value would be stored under the default one"
            }
            Self::OptionAccess => {
                "give the user data write in the sharing settings of the category option"
            }
            Self::AttributeComboNotOfSet | Self::AttributeComboMissing => {
                "name an attribute option combo of the data set's category combination"
            }
            Self::AttributeComboDates => {
                "change the start or end date of the category option, or use another one"
            }
            Self::ValueType => {
                "the value must fit the element's value type: round to whole numbers for integer types, or change the type of the element"
            }
            Self::BlankValue => {
                "leave the row out: some servers delete the stored value for a blank, others store the blank"
            }
            Self::ValueNotAnOption => "use one of the codes of the element's option set",
            Self::CommentLength => "shorten the comment",
            Self::Duplicate => "keep one row for each unit, element, combo and period",
            Self::Expired => {
                "raise the data set's expiry days for the time of the push (Maintenance app, Data sets), or push as a user with F_EDIT_EXPIRED"
            }
            Self::FuturePeriod | Self::FutureByRight => {
                "raise the data set's open future periods (Maintenance app, Data sets), or leave the year out"
            }
            Self::InputPeriod => {
                "add the period to the data set's data input periods, or widen its dates (Maintenance app, Data sets)"
            }
            Self::InsignificantZero => {
                "set \"Store zero data values\" on the element (Maintenance app, Data elements)"
            }
            Self::AggregationType => {
                "set the aggregation type of the element (Maintenance app, Data elements); values stay as they are"
            }
            Self::Approval => "withdraw the approval of these units first (Data approval app)",
            Self::Analytics => {
                "System settings app, Analytics: period types (dataOutputPeriodTypes) and years offset; then rebuild the analytics tables"
            }
        }
    }

    /// What a server does, by its way of importing; some checks of the per-value import are made only where its settings ask for them.
    pub(super) const fn verdict(
        self,
        dialect: ImportDialect,
        strict: &ImportSettings,
        names_set: bool,
    ) -> Verdict {
        match dialect {
            ImportDialect::PerValue => self.verdict_per_value(strict),
            ImportDialect::Grouped => self.verdict_grouped(names_set),
        }
    }

    const fn verdict_per_value(self, strict: &ImportSettings) -> Verdict {
        use Effect::{Advises, Drops, RefusesRequest, RefusesValue, StoresWrongly};
        const fn when(asked: bool, code: &'static str) -> Verdict {
            if asked {
                (RefusesValue, Some(code))
            } else {
                (StoresWrongly, None)
            }
        }
        match self {
            Self::Authority => (RefusesRequest, None),
            Self::Calendar | Self::BlankValue | Self::Duplicate => (StoresWrongly, None),
            Self::UnknownDataSet => (RefusesRequest, Some("E7600")),
            Self::DataSetAccess => (RefusesRequest, Some("E7601")),
            Self::NoDataSet | Self::ElementInNoSet => (Advises, None),
            Self::UnitNotOpen => (StoresWrongly, None),
            Self::AggregationType | Self::Approval | Self::Analytics => (Advises, None),
            Self::UnknownElement => (RefusesValue, Some("E7610")),
            Self::ElementNotInSet => when(strict.strict_data_elements, "E7633"),
            Self::UnitOutsideUser => (RefusesValue, Some("E7617")),
            Self::UnitNotAssigned => when(strict.strict_organisation_units, "E7636"),
            Self::UnknownPeriod => (RefusesValue, Some("E7611")),
            Self::PeriodType => when(strict.strict_periods, "E7632"),
            Self::UnknownOptionCombo | Self::OptionAccess => (RefusesValue, Some("E7613")),
            Self::OptionComboNotOfElement => when(strict.strict_category_option_combos, "E7634"),
            Self::OptionComboMissing => when(strict.require_category_option_combo, "E7630"),
            Self::AttributeComboNotOfSet => when(strict.strict_attribute_option_combos, "E7635"),
            Self::AttributeComboMissing => when(strict.require_attribute_option_combo, "E7631"),
            Self::AttributeComboDates => (RefusesValue, Some("E7638")),
            Self::ValueType => (RefusesValue, Some("E7619")),
            Self::ValueNotAnOption => (RefusesValue, Some("E7621")),
            Self::CommentLength => (RefusesValue, Some("E7620")),
            Self::Expired => (RefusesValue, Some("E7640")),
            // No right helps there.
            Self::FuturePeriod | Self::FutureByRight => (RefusesValue, Some("E7641")),
            Self::InputPeriod => (RefusesValue, Some("E7643")),
            Self::InsignificantZero => (Drops, None),
        }
    }

    const fn verdict_grouped(self, names_set: bool) -> Verdict {
        use Effect::{Advises, RefusesGroup, RefusesRequest, RefusesValue, StoresWrongly};
        match self {
            Self::Authority => (RefusesRequest, None),
            Self::Calendar | Self::BlankValue | Self::OptionComboMissing | Self::FutureByRight => {
                (StoresWrongly, None)
            }
            Self::UnknownDataSet | Self::ElementNotInSet => (RefusesGroup, Some("E8020")),
            Self::DataSetAccess => (RefusesGroup, Some("E8010")),
            Self::NoDataSet => (RefusesGroup, Some("E8002")),
            Self::UnknownElement => (RefusesGroup, Some("E8020")),
            Self::ElementInNoSet => (
                RefusesGroup,
                Some(if names_set { "E8020" } else { "E8003" }),
            ),
            Self::UnitNotAssigned => (RefusesGroup, Some("E8022")),
            Self::UnitOutsideUser => (RefusesGroup, Some("E8011")),
            Self::UnitNotOpen => (RefusesGroup, Some("E8031")),
            // The server fails over it with status 500.
            Self::UnknownPeriod => (RefusesRequest, None),
            Self::PeriodType => (RefusesGroup, Some("E8021")),
            Self::UnknownOptionCombo | Self::OptionComboNotOfElement => {
                (RefusesGroup, Some("E8024"))
            }
            Self::OptionAccess => (RefusesGroup, Some("E8012")),
            Self::AttributeComboNotOfSet | Self::AttributeComboMissing => {
                (RefusesGroup, Some("E8023"))
            }
            Self::AttributeComboDates => (RefusesGroup, Some("E8032")),
            Self::ValueType => (RefusesValue, Some("E8122")),
            Self::ValueNotAnOption => (RefusesValue, Some("E8123")),
            Self::CommentLength => (RefusesValue, Some("E8125")),
            Self::Duplicate => (RefusesGroup, Some("E8128")),
            Self::Expired | Self::FuturePeriod | Self::InputPeriod => (RefusesGroup, Some("E8030")),
            Self::InsignificantZero | Self::AggregationType | Self::Approval | Self::Analytics => {
                (Advises, None)
            }
        }
    }
}
