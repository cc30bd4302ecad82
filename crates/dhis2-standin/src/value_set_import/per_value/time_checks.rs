//! The checks of a value's period: expiry, open periods, approval.

use super::*;

impl PerValueImport<'_> {
    /// What speaks against the period and the moment, in the data sets that the value is meant for.
    pub(super) fn check_time(
        &mut self,
        row: &ImportRow,
        at: &ResolvedValue,
    ) -> Result<(), Vec<ImportConflict>> {
        if self.options.is_forced_by(self.metadata.caller) {
            return Ok(());
        }
        let today = self.today();
        let period = row.period.clone().unwrap_or_default();
        let about = |set: &DataSet| {
            vec![
                ("period".to_owned(), period.clone()),
                ("dataSet".to_owned(), set.id.clone()),
            ]
        };
        if !self.metadata.caller.may("F_EDIT_EXPIRED") {
            self.in_sets(at, "strictDataSetLocking", |set| {
                is_expired(set, &at.period, today).then(|| {
                    let text = format!(
                        "Current date is past expiry days for period: `{period}`  and data set: `{}`",
                        set.id
                    );
                    period_conflict("E7640", about(set), text)
                })
            })?;
        }
        self.check_future(row, at)?;
        self.in_sets(at, "strictDataSetApproval", |set| {
            self.approved(at, &period, set)
        })?;
        self.in_sets(at, "strictDataSetInputPeriods", |set| {
            (!set.takes(&at.period.id(), today)).then(|| {
                let text = format!(
                    "Period: `{period}` is not open for this data set at this time: `{}`",
                    set.id
                );
                period_conflict("E7643", about(set), text)
            })
        })?;
        let sets = self.metadata.sets_of(&at.element.id);
        if sets.is_empty() || sets.iter().any(|set| set.takes(&at.period.id(), today)) {
            return Ok(());
        }
        let text = format!(
            "Period: `{period}` does not conform to the open periods of associated data sets"
        );
        let objects = vec![("period".to_owned(), period.clone())];
        Err(vec![*period_conflict("E7644", objects, text)])
    }

    /// The conflicts in the data sets of a value. One without is enough, unless a switch of the
    /// import demands all; 2.38 demands all.
    fn in_sets(
        &self,
        at: &ResolvedValue,
        switch: &str,
        conflict: impl Fn(&DataSet) -> Option<Box<ImportConflict>>,
    ) -> Result<(), Vec<ImportConflict>> {
        let all = self.version == Version::V38 || self.options.is_on(switch);
        let found: Vec<ImportConflict> = at
            .candidates
            .iter()
            .filter_map(|set| conflict(set))
            .map(|conflict| *conflict)
            .collect();
        if found.is_empty() || !all && found.len() < at.candidates.len() {
            return Ok(());
        }
        Err(found)
    }

    fn check_future(
        &mut self,
        row: &ImportRow,
        at: &ResolvedValue,
    ) -> Result<(), Vec<ImportConflict>> {
        let (period, element) = (
            row.period.clone().unwrap_or_default(),
            row.element.clone().unwrap_or_default(),
        );
        let today = self.today();
        let about = vec![
            ("period".to_owned(), period.clone()),
            ("dataElement".to_owned(), element.clone()),
        ];
        // The last open period of a data set, where the value's lies beyond it.
        let beyond = |set: &DataSet| {
            let last = Period::last_open(set.period_type?, today, set.open_future)?;
            (at.period.start > last.start).then(|| last.id())
        };
        let said = |last: &str| {
            format!(
                "Period: `{period}` is after latest open future period: `{last}` for data element: `{element}`"
            )
        };
        if self.version == Version::V38 {
            let sets = self.metadata.sets_of(&at.element.id);
            let widest = sets.iter().max_by_key(|set| set.open_future);
            return match widest.and_then(|set| beyond(set)) {
                Some(last) => Err(vec![*period_conflict("E7641", about, said(&last))]),
                None => Ok(()),
            };
        }
        let conflicts: Vec<ImportConflict> = at
            .candidates
            .iter()
            .filter_map(|set| {
                let last = beyond(set)?;
                let mut objects = about.clone();
                objects.push(("dataSet".to_owned(), set.id.clone()));
                let text = format!("{} and data set: `{}`", said(&last), set.id);
                Some(*period_conflict("E7641", objects, text))
            })
            .collect();
        if conflicts.is_empty() {
            Ok(())
        } else {
            Err(conflicts)
        }
    }

    fn approved(
        &self,
        at: &ResolvedValue,
        period: &str,
        set: &DataSet,
    ) -> Option<Box<ImportConflict>> {
        let attribute = at
            .attribute_combo
            .as_deref()
            .unwrap_or(DEFAULT_OPTION_COMBO);
        let covered = self.approvals.covers(
            self.metadata.store,
            set.workflow.as_deref()?,
            &at.period.id(),
            &at.unit,
            attribute,
        );
        if !covered {
            return None;
        }
        let named = at.attribute_combo.as_deref();
        let mut objects = vec![
            ("organisationUnit".to_owned(), at.unit.clone()),
            ("period".to_owned(), period.to_owned()),
            ("dataSet".to_owned(), set.id.clone()),
        ];
        objects.extend(named.map(|id| ("categoryOptionCombo".to_owned(), id.to_owned())));
        let (already, unit) = if self.version > Version::V38 {
            ("Data already approved", "org unit")
        } else {
            ("Data is already approved", "organisation unit")
        };
        Some(Box::new(ImportConflict {
            object: Some(at.unit.clone()),
            objects,
            message: format!(
                "{already} for data set: `{}` period: `{period}` {unit}: `{}` attribute option combo: `{}`",
                set.id,
                at.unit,
                named.unwrap_or("null")
            ),
            code: "E7642",
            ..ImportConflict::default()
        }))
    }
}

pub(super) fn is_expired(set: &DataSet, period: &Period, today: Date) -> bool {
    #[expect(clippy::cast_possible_truncation, reason = "a number of days")]
    let days = set.expiry_days as i64;
    days > 0
        && period
            .end
            .checked_add(days.days())
            .is_ok_and(|last| last < today)
}

pub(super) fn period_conflict(
    code: &'static str,
    objects: Vec<(String, String)>,
    message: String,
) -> Box<ImportConflict> {
    Box::new(ImportConflict {
        object: objects.first().map(|(_, id)| id.clone()),
        objects,
        message,
        code,
        property: Some("period"),
        indexes: None,
    })
}
