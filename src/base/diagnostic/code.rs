//! The kinds of diagnostics, each with a stable code.
//!
//! Codes are part of the program's interface: they appear in JSON, and people search for them. A
//! code never gets a second meaning. R1xx are errors, R2xx are warnings, R3xx are lints.

/// How serious a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The input is broken: exit code 2.
    Error,
    /// A warning or a lint; the input is valid, and the exit code does not change.
    Warning,
}

macro_rules! codes {
    ($($variant:ident = $code:literal, $name:literal, $doc:literal;)*) => {
        /// A kind of diagnostic.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code { $(#[doc = $doc] $variant,)* }

        impl Code {
            /// Every code, in order.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable code, as `R110`.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The stable name, as `yaml-syntax`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// One sentence on what the code means.
            pub fn summary(self) -> &'static str {
                match self { $(Self::$variant => $doc,)* }
            }
        }
    };
}

codes! {
    NothingToCheck = "R100", "nothing-to-check",
        "There are no criteria, no scripts or no records: a check of nothing is never green.";
    Unreadable = "R101", "unreadable", "A file or folder cannot be read.";
    NotText = "R102", "not-text", "A file is not UTF-8 text.";
    TooLarge = "R103", "too-large", "A file, or something in it, is larger than the limit.";
    OutsideRoot = "R104", "outside-root", "A symbolic link leads out of the root folder.";
    RootTooLarge = "R105", "root-too-large",
        "The files of a root hold more together than is read: nothing is assessed.";
    YamlSyntax = "R110", "yaml-syntax",
        "A YAML file cannot be parsed, or has a tag (`!name`).";
    DuplicateKey = "R111", "duplicate-key", "A mapping has the same key twice.";
    UnknownKey = "R112", "unknown-key",
        "A key that means nothing here, most often a spelling mistake.";
    MissingKey = "R113", "missing-key", "A key that is needed is not there.";
    WrongShape = "R114", "wrong-shape",
        "A mapping, a list or a plain value stands where another of them is expected.";
    WrongValue = "R115", "wrong-value", "A setting has a value that it cannot have.";
    BadName = "R116", "bad-name",
        "An id, a path or a file name has characters that cannot be used.";
    DuplicateId = "R117", "duplicate-id", "Two records or two files claim the same id.";
    DatesOverlap = "R118", "dates-overlap",
        "Two dated values are in force on the same day, or one ends before it starts.";
    UnknownSource = "R119", "unknown-source", "A source key that the rulebook does not define.";
    UnknownFact = "R120", "unknown-fact",
        "A record or a statistic names a fact that is neither declared nor derived.";
    WrongType = "R121", "wrong-type", "A value is not of the type that the schema asks for.";
    BadChoice = "R122", "bad-choice", "A value is not one of the choices.";
    OutOfRange = "R123", "out-of-range",
        "A number or date is outside the range that the schema allows.";
    DanglingReference = "R124", "dangling-reference",
        "A record refers to a record that is not there.";
    CircularReference = "R125", "circular-reference", "Records refer to one another in a circle.";
    CsvSyntax = "R126", "csv-syntax", "A CSV file cannot be parsed.";
    JsonSyntax = "R127", "json-syntax", "A JSON file, or a line of one, cannot be parsed.";
    NoSuchFile = "R128", "no-such-file", "The rulebook file names a file that is not there.";
    UnknownWord = "R129", "unknown-word",
        "A published result to compare with is a word that nothing explains.";
    WrongReference = "R130", "wrong-reference",
        "A record refers to one that the schema does not let it refer to.";
    ScriptSyntax = "R140", "script-syntax", "A script cannot be parsed.";
    UndefinedName = "R141", "undefined-name",
        "A script uses a variable or function that does not exist.";
    ScriptUnknownFact = "R142", "script-unknown-fact",
        "A script reads a fact that the schema does not have.";
    UnknownParameter = "R143", "unknown-parameter",
        "A parameter that the rulebook does not define.";
    WrongOperands = "R144", "wrong-operands",
        "A script compares or combines values that do not go together.";
    BadOutcome = "R145", "bad-outcome", "A script ends in something that is not an outcome.";
    LimitReached = "R146", "limit-reached",
        "A script ran into a limit: too many steps, too deep, too large, too long to be searched for slips.";
    BadImport = "R147", "bad-import", "An import that cannot be followed.";
    BadMetadata = "R148", "bad-metadata", "A line in the head of a script cannot be understood.";
    Arithmetic = "R149", "arithmetic",
        "A calculation cannot be done: division by zero, or a number too large.";
    ScriptFailed = "R150", "script-failed", "A script stopped with an error of its own.";
    CircularCriteria = "R151", "circular-criteria",
        "Derived facts or statistics are calculated from one another in a circle.";
    DroppedValue = "R152", "dropped-value",
        "The value of an outcome or a test is not used.";
    UnknownSelection = "R160", "unknown-selection",
        "An option names a rulebook, jurisdiction or parameter that does not exist.";
    NothingInForce = "R161", "nothing-in-force",
        "No required condition is in force on the as-of date.";
    NoDate = "R162", "no-date", "There is no as-of date, neither in the rulebook nor as an option.";
    TestsNothing = "R170", "tests-nothing",
        "A case, or a file of cases, tests nothing: that is never green.";
    UnknownCondition = "R171", "unknown-condition",
        "A condition is named that does not exist, or is not in force.";
    StaleExpectation = "R172", "stale-expectation",
        "An accepted result is of something that does not exist any more.";
    UnusedWaiver = "R173", "unused-waiver", "A waiver excuses a finding that passes anyway.";
    NotExported = "R174", "not-exported",
        "A condition or a decision cannot be written in the language of another engine.";
    MissingTitle = "R200", "missing-title", "A condition has no title in its head.";
    UnusedDecision = "R201", "unused-decision", "A decision script that the rulebook does not use.";
    UnusedFile = "R202", "unused-file", "A file lies where nothing reads it.";
    ExpiredWaiver = "R203", "expired-waiver", "A waiver has expired, and the finding counts again.";
    StaleSchema = "R204", "stale-schema",
        "A schema file for editors is not what the rulebook asks for now.";
    NoSuchRecord = "R205", "no-such-record",
        "A published result to compare with is about an id that no record has.";
    ExpiringWaiver = "R206", "expiring-waiver", "A waiver expires within a month, and the finding counts again then.";
    BadAllow = "R300", "bad-allow",
        "A line that allows a lint names none, gives no reason, or is not needed.";
    UnreachableBranch = "R301", "unreachable-branch",
        "A test always has the same answer where it stands.";
    UnreachedOutcome = "R302", "unreached-outcome", "No path of a script reaches this outcome.";
    NeverFails = "R303", "never-fails", "No jurisdiction can fail the condition.";
    SameCondition = "R304", "same-condition", "Two conditions are the same.";
    UnreadFact = "R305", "unread-fact",
        "No script reads a fact of the schema, a derived fact, or a statistic.";
    UnusedParameter = "R306", "unused-parameter",
        "The rulebook declares a parameter that no script reads.";
    LiteralIsParameter = "R307", "literal-is-parameter",
        "A number in a script is also the value of a parameter.";
    NoSource = "R308", "no-source", "A condition names no source.";
    OldSource = "R309", "old-source", "A source is older than asked for.";
    FactWithoutSource = "R310", "fact-without-source", "A record states a fact without a source.";
    NoReason = "R311", "no-reason", "A condition can be not met without saying why.";
    ChangedMeaning = "R312", "changed-meaning",
        "A calculation does not do what its words say in other languages.";
    Placeholder = "R320", "placeholder",
        "A record states a text that is likely to mean that the fact is not known.";
    HiddenSign = "R321", "hidden-sign",
        "A text has a sign that nobody sees.";
    NoRange = "R322", "no-range", "A number among the parameters has no range.";
    NoSuchId = "R323", "no-such-id", "A script compares an id with a text that is the id of no record.";
    QuotedText = "R324", "quoted-text", "A text of a record stands in quotation marks that are part of it.";
    TotalRow = "R325", "total-row", "A record is named like a row of totals.";
    EmptyText = "R326", "empty-text", "A script asks whether a fact is an empty text, or a word for what is not known.";
    AlikeIds = "R327", "alike-ids", "Two ids differ in capital letters alone.";
    UnusedName = "R328", "unused-name", "A script gives a value a name that nothing reads.";
    MixedOperators = "R329", "mixed-operators", "`&&` stands beside `||` without brackets.";
    DaysForYears = "R330", "days-for-years",
        "A script that speaks of years or months compares a number of days.";
    NoSuchText = "R331", "no-such-text",
        "A script compares a fact with a text that no record states, and one is like it.";
    OneItemAlone = "R332", "one-item-alone", "A loop over several items looks at one of them alone.";
    ListForRange = "R333", "list-for-range",
        "A list of two numbers stands where the numbers between them are likely meant.";
    GapBetweenLabels = "R334", "gap-between-labels",
        "A value falls between two ranges of a `switch` that were to meet.";
    LaterDayFirst = "R335", "later-day-first",
        "The time between two days is counted from the later one.";
    TwoSpellings = "R336", "two-spellings",
        "Records state two texts for a fact that differ in capital letters or blanks alone.";
    RemarkInText = "R337", "remark-in-text",
        "What stands behind a text of a record is read as a remark.";
    SeveralInOneItem = "R338", "several-in-one-item",
        "An item of a list is likely to be several.";
    ShortenedNumber = "R339", "shortened-number",
        "A text of a record is a number that a sheet has shortened.";
    DecimalSign = "R340", "decimal-sign",
        "A point in a number likely stands between thousands, or a comma before decimals.";
    GarbledText = "R341", "garbled-text",
        "A text or a name of a record was spoilt on its way: by an encoding, or as on web pages.";
}

impl Code {
    /// How serious diagnostics of this kind are.
    pub fn severity(self) -> Severity {
        if self.as_str().starts_with("R1") {
            Severity::Error
        } else {
            Severity::Warning
        }
    }
}
