//! Every type of metadata, and the properties that any of them can have.

use super::{Schema, Sharing};

const NAMED: &[&str] = &["name"];
const NAMED_SHORT: &[&str] = &["name", "shortName"];

const PLAIN: Schema = Schema {
    plural: "",
    class: "",
    package: "",
    sharing: Sharing::Metadata,
    nameable: false,
    required: NAMED,
    unique: &["code"],
    references: &[],
    collections: &[],
    inverse: &[],
    defaults: "{}",
};

/// A type that is not shared.
pub(crate) static UNSHARED: Schema = Schema {
    sharing: Sharing::None,
    ..PLAIN
};

/// Properties that hold no reference and that no default names.
pub(crate) const SIMPLE: &[&str] = &[
    "access",
    "address",
    "aggregationType",
    "annualized",
    "attributeValues",
    "authorities",
    "closedDate",
    "code",
    "color",
    "comment",
    "contactPerson",
    "created",
    "createdBy",
    "dataDimensionType",
    "dataElementAttribute",
    "dataSetAttribute",
    "decimals",
    "denominator",
    "denominatorDescription",
    "description",
    "disabled",
    "domainType",
    "email",
    "externalAuth",
    "factor",
    "firstName",
    "formName",
    "geometry",
    "id",
    "lastUpdated",
    "lastUpdatedBy",
    "level",
    "name",
    "number",
    "numerator",
    "numeratorDescription",
    "offlineLevels",
    "openingDate",
    "organisationUnitAttribute",
    "orgUnitLevel",
    "password",
    "periodType",
    "phoneNumber",
    "sharing",
    "shortName",
    "sortOrder",
    "style",
    "surname",
    "symbol",
    "translations",
    "twoFA",
    "unique",
    "url",
    "username",
    "valueType",
    "zeroIsSignificant",
];

/// All types.
pub(crate) static SCHEMAS: &[Schema] = &[
    Schema {
        plural: "attributes",
        class: "Attribute",
        package: "attribute",
        references: &[("optionSet", "optionSets")],
        defaults: r#"{"mandatory":false,"unique":false,"objectTypes":[]}"#,
        ..PLAIN
    },
    Schema {
        plural: "organisationUnits",
        class: "OrganisationUnit",
        package: "organisationunit",
        sharing: Sharing::None,
        nameable: true,
        required: &["name", "shortName", "openingDate"],
        references: &[("parent", "organisationUnits"), ("image", "fileResources")],
        inverse: &[
            ("children", "organisationUnits", "parent"),
            (
                "organisationUnitGroups",
                "organisationUnitGroups",
                "organisationUnits",
            ),
            ("dataSets", "dataSets", "organisationUnits"),
            ("users", "users", "organisationUnits"),
        ],
        defaults: r#"{"dimensionItemType":"ORGANISATION_UNIT","legendSets":[],"programs":[]}"#,
        ..PLAIN
    },
    Schema {
        plural: "organisationUnitLevels",
        class: "OrganisationUnitLevel",
        package: "organisationunit",
        sharing: Sharing::None,
        required: &["name", "level"],
        ..PLAIN
    },
    Schema {
        plural: "organisationUnitGroups",
        class: "OrganisationUnitGroup",
        package: "organisationunit",
        nameable: true,
        required: NAMED_SHORT,
        collections: &[("organisationUnits", "organisationUnits")],
        inverse: &[(
            "groupSets",
            "organisationUnitGroupSets",
            "organisationUnitGroups",
        )],
        ..PLAIN
    },
    Schema {
        plural: "organisationUnitGroupSets",
        class: "OrganisationUnitGroupSet",
        package: "organisationunit",
        nameable: true,
        collections: &[("organisationUnitGroups", "organisationUnitGroups")],
        defaults: r#"{"compulsory":false,"dataDimension":true,"includeSubhierarchyInAnalytics":false}"#,
        ..PLAIN
    },
    Schema {
        plural: "userGroups",
        class: "UserGroup",
        package: "user",
        collections: &[("users", "users"), ("managedGroups", "userGroups")],
        ..PLAIN
    },
    Schema {
        plural: "users",
        class: "User",
        package: "user",
        sharing: Sharing::None,
        required: &["username", "firstName", "surname"],
        collections: &[
            ("userRoles", "userRoles"),
            ("organisationUnits", "organisationUnits"),
            ("dataViewOrganisationUnits", "organisationUnits"),
            ("teiSearchOrganisationUnits", "organisationUnits"),
        ],
        inverse: &[("userGroups", "userGroups", "users")],
        defaults: r#"{"disabled":false,"twoFA":false,"externalAuth":false}"#,
        ..PLAIN
    },
    Schema {
        plural: "userRoles",
        class: "UserRole",
        package: "user",
        inverse: &[("users", "users", "userRoles")],
        defaults: r#"{"authorities":[]}"#,
        ..PLAIN
    },
    Schema {
        plural: "categoryOptions",
        class: "CategoryOption",
        package: "category",
        unique: &["code", "name", "shortName"],
        sharing: Sharing::Data,
        nameable: true,
        required: NAMED_SHORT,
        collections: &[("organisationUnits", "organisationUnits")],
        inverse: &[
            ("categories", "categories", "categoryOptions"),
            (
                "categoryOptionCombos",
                "categoryOptionCombos",
                "categoryOptions",
            ),
        ],
        defaults: r#"{"dimensionItemType":"CATEGORY_OPTION","isDefault":false}"#,
        ..PLAIN
    },
    Schema {
        plural: "categories",
        class: "Category",
        package: "category",
        unique: &["code", "name", "shortName"],
        nameable: true,
        required: &["name", "shortName", "dataDimensionType"],
        collections: &[("categoryOptions", "categoryOptions")],
        inverse: &[("categoryCombos", "categoryCombos", "categories")],
        defaults: r#"{"dataDimension":true,"dimensionType":"CATEGORY","isDefault":false}"#,
        ..PLAIN
    },
    Schema {
        plural: "categoryCombos",
        class: "CategoryCombo",
        package: "category",
        unique: &["code", "name"],
        required: &["name", "dataDimensionType"],
        collections: &[("categories", "categories")],
        inverse: &[(
            "categoryOptionCombos",
            "categoryOptionCombos",
            "categoryCombo",
        )],
        defaults: r#"{"skipTotal":false,"isDefault":false}"#,
        ..PLAIN
    },
    Schema {
        plural: "categoryOptionCombos",
        class: "CategoryOptionCombo",
        package: "category",
        sharing: Sharing::None,
        references: &[("categoryCombo", "categoryCombos")],
        collections: &[("categoryOptions", "categoryOptions")],
        required: &[],
        defaults: r#"{"ignoreApproval":false,"dimensionItemType":"CATEGORY_OPTION_COMBO"}"#,
        ..PLAIN
    },
    Schema {
        plural: "dataElements",
        class: "DataElement",
        package: "dataelement",
        unique: &["code", "name", "shortName"],
        nameable: true,
        required: &[
            "name",
            "shortName",
            "valueType",
            "domainType",
            "aggregationType",
        ],
        references: &[
            ("categoryCombo", "categoryCombos"),
            ("optionSet", "optionSets"),
            ("commentOptionSet", "optionSets"),
        ],
        inverse: &[("dataElementGroups", "dataElementGroups", "dataElements")],
        defaults: r#"{"categoryCombo":{"id":"bjDvmb4bfuf"},"zeroIsSignificant":false,
            "dimensionItemType":"DATA_ELEMENT","legendSets":[],"aggregationLevels":[]}"#,
        ..PLAIN
    },
    Schema {
        plural: "dataElementGroups",
        class: "DataElementGroup",
        package: "dataelement",
        nameable: true,
        collections: &[("dataElements", "dataElements")],
        ..PLAIN
    },
    Schema {
        plural: "dataSets",
        class: "DataSet",
        package: "dataset",
        unique: &["code", "shortName"],
        sharing: Sharing::Data,
        nameable: true,
        required: &["name", "shortName", "periodType"],
        references: &[
            ("categoryCombo", "categoryCombos"),
            ("workflow", "dataApprovalWorkflows"),
        ],
        collections: &[
            ("organisationUnits", "organisationUnits"),
            ("sections", "sections"),
            ("indicators", "indicators"),
        ],
        defaults: r#"{"categoryCombo":{"id":"bjDvmb4bfuf"},"dimensionItemType":"REPORTING_RATE",
            "legendSets":[],"dataInputPeriods":[],"dataSetElements":[],
            "compulsoryDataElementOperands":[],"mobile":false,"version":0,"expiryDays":0.0,
            "timelyDays":0.0,"notifyCompletingUser":false,"interpretations":[],
            "openFuturePeriods":0,"openPeriodsAfterCoEndDate":0,"fieldCombinationRequired":false,
            "validCompleteOnly":false,"noValueRequiresComment":false,"skipOffline":false,
            "dataElementDecoration":false,"renderAsTabs":false,"renderHorizontally":false,
            "compulsoryFieldsCompleteOnly":false,"formType":"DEFAULT"}"#,
        ..PLAIN
    },
    Schema {
        plural: "dataApprovalLevels",
        class: "DataApprovalLevel",
        package: "dataapproval",
        ..PLAIN
    },
    Schema {
        plural: "dataApprovalWorkflows",
        class: "DataApprovalWorkflow",
        package: "dataapproval",
        collections: &[("dataApprovalLevels", "dataApprovalLevels")],
        inverse: &[("dataSets", "dataSets", "workflow")],
        ..PLAIN
    },
    Schema {
        plural: "indicatorTypes",
        class: "IndicatorType",
        package: "indicator",
        sharing: Sharing::None,
        ..PLAIN
    },
    Schema {
        plural: "indicators",
        class: "Indicator",
        package: "indicator",
        nameable: true,
        required: &["name", "shortName", "numerator", "denominator"],
        references: &[("indicatorType", "indicatorTypes")],
        ..PLAIN
    },
    Schema {
        plural: "optionSets",
        class: "OptionSet",
        package: "option",
        required: &["name", "valueType"],
        collections: &[("options", "options")],
        ..PLAIN
    },
    Schema {
        plural: "options",
        class: "Option",
        package: "option",
        sharing: Sharing::None,
        references: &[("optionSet", "optionSets")],
        ..PLAIN
    },
];
