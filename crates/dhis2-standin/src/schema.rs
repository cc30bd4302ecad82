//! The types of metadata that the server keeps, and how their properties point at each other.

/// Who may see and change objects of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sharing {
    /// Not shared: everyone reads.
    None,
    /// Shared as metadata.
    Metadata,
    /// Shared as metadata and, apart from that, for data.
    Data,
}

/// A type of metadata.
#[derive(Debug)]
pub(crate) struct Schema {
    /// Plural name: of the endpoint, of the key in a package, of lists.
    pub(crate) plural: &'static str,
    /// Class name without its package.
    pub(crate) class: &'static str,
    /// Package of the class below `org.hisp.dhis`.
    pub(crate) package: &'static str,
    pub(crate) sharing: Sharing,
    /// Whether it has a short name.
    pub(crate) nameable: bool,
    /// Properties that an import demands.
    pub(crate) required: &'static [&'static str],
    /// Properties that refer to one object: name and the other type's plural.
    pub(crate) references: &'static [(&'static str, &'static str)],
    /// Properties that list other objects and are stored here.
    pub(crate) collections: &'static [(&'static str, &'static str)],
    /// Properties that list objects which refer to this one: name, their type, their property.
    pub(crate) inverse: &'static [(&'static str, &'static str, &'static str)],
    /// Members that a new object has when it does not say otherwise, as JSON.
    pub(crate) defaults: &'static str,
}

impl Schema {
    /// The class with its package.
    pub(crate) fn klass(&self) -> String {
        format!("org.hisp.dhis.{}.{}", self.package, self.class)
    }

    /// The type of that plural name.
    pub(crate) fn find(plural: &str) -> Option<&'static Self> {
        SCHEMAS.iter().find(|kind| kind.plural == plural)
    }

    /// The type whose class has that name, its first letter in any case.
    pub(crate) fn of_class(class: &str) -> Option<&'static Self> {
        SCHEMAS
            .iter()
            .find(|kind| kind.class.eq_ignore_ascii_case(class))
    }

    /// The type that a property refers to, singly or in a list kept here.
    pub(crate) fn target(&self, property: &str) -> Option<&'static Self> {
        self.references
            .iter()
            .chain(self.collections)
            .find(|(name, _)| *name == property)
            .and_then(|(_, plural)| Self::find(plural))
    }

    /// Whether objects of the type can have a property stored with them.
    pub(crate) fn stores(&self, property: &str) -> bool {
        SIMPLE.contains(&property)
            || self.target(property).is_some()
            || self.defaults.contains(&format!("\"{property}\""))
    }

    pub(crate) fn is_collection(&self, property: &str) -> bool {
        self.collections.iter().any(|(name, _)| *name == property)
    }
}

const NAMED: &[&str] = &["name"];
const NAMED_SHORT: &[&str] = &["name", "shortName"];

const PLAIN: Schema = Schema {
    plural: "",
    class: "",
    package: "",
    sharing: Sharing::Metadata,
    nameable: false,
    required: NAMED,
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
