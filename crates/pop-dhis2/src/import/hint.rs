//! What can be done about a refusal, by DHIS2's error code.

use pop_datavalues::check::rules_of_code;

/// The hint for an error code of the data value import (`ErrorCode` in the DHIS2 source): that of the rule it is about. Codes of
/// several rules, and of none, have a hint of their own.
#[must_use]
pub fn of(code: &str) -> Option<&'static str> {
    Some(match code {
        "E7602" | "E7603" | "E7604" => {
            "the outer org unit or attribute combo is unknown or not accessible"
        }
        "E7612" | "E8106" | "E8107" => {
            "the org unit is unknown to the server: fetch the org units again"
        }
        "E7613" => {
            "the category option combo is unknown, or the user may not write to one of its options"
        }
        "E7639" => {
            "the org unit is not one of the units of an option of the attribute option combo: assign it there (Maintenance app, Category options)"
        }
        "E7615" | "E7616" => "the attribute option combo is unknown, or not open to the user",
        "E8020" => {
            "the element is not in the data set: add it there (Maintenance app, Data sets), or name the set that has it"
        }
        "E8024" => {
            "the category option combo is unknown, or not one of the element's: map to the element's own combination"
        }
        "E8030" => {
            "the data set is not open for the period: raise its open future periods or expiry days, or look at its data input periods"
        }
        _ => return rules_of_code(code).first().map(|rule| rule.hint()),
    })
}

/// The hint for a refusal that comes as words, of the import or of a question for stored values.
#[must_use]
pub fn of_message(message: &str) -> Option<&'static str> {
    if message.contains("F_DATAVALUE_ADD") {
        Some(
            "give the user a role with \"Add/update data value\" (F_DATAVALUE_ADD), or use one who has it",
        )
    } else if message.contains("not allowed to view org unit") {
        Some("give the user a data view unit above these (Users, data view organisation units)")
    } else if message.contains("not allowed to read data for data set") {
        Some("give the user data read on the data set (its sharing settings)")
    } else if message.contains("method is not allowed") {
        Some("the token is good for reading only: use one that allows this method")
    } else if message.contains("Checksum validation failed")
        || message.contains("API token does not exist")
    {
        Some(
            "the token is cut, mistyped or revoked: copy it whole, or make a new one (profile menu, Manage personal access tokens)",
        )
    } else if message.contains("answers 401") {
        Some(
            "check user and password, or the token; it is not tried again. An account with two-factor authentication needs a personal access token (profile menu, Manage personal access tokens)",
        )
    } else if message.contains("answers 413") {
        Some(
            "a proxy before the server limits request bodies: with push, --batch-size makes requests smaller; or raise client_max_body_size (nginx)",
        )
    } else if message.contains("answers 504") {
        Some(
            "a proxy before the server waits less long than the answer takes: with push, --batch-size makes requests smaller; or raise proxy_read_timeout (nginx)",
        )
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use pop_datavalues::check::CODES;

    use super::*;

    #[test]
    fn a_code_of_one_rule_has_the_hint_of_that_rule() {
        for (code, rules) in CODES {
            let differ = rules.iter().any(|rule| rule.hint() != rules[0].hint());
            let hint = of(code).unwrap();
            assert_eq!(differ, hint != rules[0].hint(), "{code}: {hint}");
        }
    }
}
