//! What can be done about a refusal, by DHIS2's error code.

/// The hint for an error code of the data value import (`ErrorCode` in the DHIS2 source).
#[must_use]
pub fn of(code: &str) -> Option<&'static str> {
    Some(match code {
        "E7600" | "E8004" | "E8005" => {
            "the data set is unknown to the server, or hidden from this user: check its id and sharing"
        }
        "E7601" | "E8010" => {
            "the user lacks data write on the data set: sharing settings of the data set"
        }
        "E7602" | "E7603" | "E7604" => {
            "the outer org unit or attribute combo is unknown or not accessible"
        }
        "E7610" | "E8103" | "E8104" => {
            "the data element is unknown to the server, or hidden from this user"
        }
        "E8003" => {
            "the element is in no data set: add it to one (Maintenance, Data set), and name that one"
        }
        "E8002" => "the elements are in several data sets: name one as dataSet",
        "E8020" | "E7633" => {
            "the element is not in the data set: add it there (Maintenance, Data set), or name the set that has it"
        }
        "E7611" | "E8100" => "no period that DHIS2 can read",
        "E8021" | "E7632" => "the period is of another type than the data set's",
        "E7612" | "E8106" | "E8107" => {
            "the org unit is unknown to the server: fetch the org units again"
        }
        "E7617" | "E8011" => {
            "the org unit is outside the user's data capture units: give the user a unit above it (Users, organisation units for data capture)"
        }
        "E8022" | "E7636" => {
            "the org unit is not assigned to the data set: assign it there (Maintenance, Data set), or leave it out"
        }
        "E8031" => {
            "the unit is closed, or not yet open, at the period's start: correct its opening or closing date, or leave the unit out of this year"
        }
        "E7613" | "E8108" | "E8109" => {
            "the category option combo is unknown, or the user may not write to one of its options"
        }
        "E7634" | "E8024" => {
            "the category option combo is not one of the element's: map to the element's own combination"
        }
        "E7630" => "the category option combo has to be named",
        "E7631" | "E7635" | "E8023" | "E8101" => {
            "the attribute option combo is missing, or not one of the data set's"
        }
        "E8012" => "the user lacks data write on a category option: its sharing settings",
        "E7614" | "E7615" => "the attribute option combo is unknown, or not open to the user",
        "E7618" | "E8120" | "E8121" => "the value is empty: leave the row out",
        "E7619" | "E8122" => {
            "the value does not fit the element's value type: whole numbers for integer types"
        }
        "E7620" | "E8125" => "the comment is too long",
        "E7621" | "E8123" => "the value is not one of the element's options",
        "E8128" => "the same value is given twice: keep one row",
        "E7640" => {
            "the data set's expiry days have passed: raise them for the time of the push, or push as a user with F_EDIT_EXPIRED"
        }
        "E7641" => {
            "the year is later than the data set is open: raise its open future periods (Maintenance, Data set), or leave the year out"
        }
        "E8030" => {
            "the data set is not open for the period: raise its open future periods or expiry days, or look at its data input periods"
        }
        "E7642" | "E8033" => "the data are approved: withdraw the approval first",
        "E7643" | "E7644" => "the data set's input periods do not admit this period now",
        "E7638" | "E8032" => "the period is outside the dates of an attribute option",
        _ => return None,
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
