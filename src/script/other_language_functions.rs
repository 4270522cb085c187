//! Functions of other languages and of spreadsheets, with advice on what to write instead.

/// Advice if a script asks whether a fact is stated.
pub(super) const ASK_STATED: &str = "to ask whether a fact is stated, write \
    `j.known(\"path.of.fact\")`; whether it is missing, `!j.known(\"path.of.fact\")`";

/// Whether a function asks that a fact is stated, or (false) that it is not; `None` if neither.
pub(super) fn asks_whether_stated(name: &str) -> Option<bool> {
    match plain(name).as_str() {
        "known" | "isknown" | "isstated" | "stated" | "exists" | "defined" | "isdefined"
        | "isset" | "isnotnull" | "isnotblank" | "notnull" | "hasvalue" => Some(true),
        "isempty" | "isblank" | "isnull" | "isna" | "isnone" | "isunknown" | "ismissing"
        | "missing" => Some(false),
        _ => None,
    }
}

/// A name in small letters, without `_`.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(|c| *c != '_');
    letters.flat_map(char::to_lowercase).collect()
}

/// The English name of a spreadsheet function, in lower case; any other name as it is.
pub(super) fn in_english(name: &str) -> &str {
    match name {
        "summe" | "somme" | "suma" | "somma" | "som" => "sum",
        "mittelwert" | "moyenne" | "promedio" | "media" | "gemiddelde" => "average",
        "anzahl" | "nb" | "contar" | "conta" | "aantal" => "count",
        "anzahl2" | "nbval" | "contara" => "counta",
        "zählenwenn" | "zaehlenwenn" | "nbsi" | "contarsi" => "countif",
        "summewenn" | "sommesi" | "sumarsi" => "sumif",
        "wennfehler" | "sierreur" | "sierror" => "iferror",
        "sverweis" | "recherchev" | "buscarv" | "xverweis" => "vlookup",
        "heute" | "aujourdhui" | "hoy" | "oggi" | "vandaag" => "today",
        "jetzt" | "maintenant" | "ahora" => "now",
        "runden" | "arrondi" | "redondear" | "arrotonda" | "afronden" => "round",
        "aufrunden" | "arrondisup" => "roundup",
        "abrunden" | "arrondiinf" => "rounddown",
        "wurzel" | "racine" | "raiz" => "sqrt",
        "potenz" | "puissance" | "potencia" => "power",
        "links" | "gauche" | "izquierda" => "left",
        "rechts" | "droite" | "derecha" => "right",
        "gross" | "majuscule" | "mayusc" => "upper",
        "klein" | "minuscule" | "minusc" => "lower",
        "ganzzahl" | "ent" | "entero" => "int",
        "verketten" | "concatener" | "concatenar" => "concatenate",
        "istleer" | "estvide" | "esblanco" => "isblank",
        "jahr" | "annee" | "anno" => "year",
        "monat" | "mois" | "mes" => "month",
        "tag" | "jour" | "dia" => "day",
        "länge" | "laenge" | "nbcar" | "largo" => "len",
        "rang" | "jerarquia" => "rank",
        name => name,
    }
}

/// Advice for functions that make a number of what is one.
const IS_A_NUMBER: &str = "leave it out: a fact of `type: number` is a number already";

/// Advice for functions that make a number of a text.
const OF_DIGITS: &str = "write `floor(j.x)` for the whole part of a number; a text of digits is compared as it stands, \
                         as in `j.code == \"12\"`, or its fact declared as a number";

/// Advice for a function that does not exist here.
pub(super) fn instead_of(name: &str) -> Option<String> {
    let plain = plain(name);
    let plain = in_english(&plain);
    match asks_whether_stated(plain) {
        Some(true) => {
            return Some(
                "to ask whether a fact is stated, write `j.known(\"path.of.fact\")`".to_owned(),
            );
        }
        Some(false) => {
            return Some(
                "to ask whether a fact is missing, write `!j.known(\"path.of.fact\")`".to_owned(),
            );
        }
        None => {}
    }
    let help = match plain {
        "today" | "now" | "currentdate" | "getdate" | "sysdate" => {
            "write `params.as_of`, the day of the assessment"
        }
        "sum" | "total" | "sumif" => {
            "write `a + b`; a list is added up in a loop: `let sum = 0; for x in j.list { sum += x; }`"
        }
        "count" | "countif" | "length" | "size" | "len" => {
            "write `.len()` behind a list or a text; `.filter(|x| x > 1).len()` counts some of a list"
        }
        "avg" | "average" | "mean" => "write `(a + b) / 2`: the sum, divided by how many there are",
        "sqrt" => "compare with the square: `j.x > 9` where the root is to be more than 3",
        "pow" | "power" => "write `x ** 2`",
        "lower" | "lowercase" | "tolowercase" | "lcase" => "write `.to_lower()` behind the text",
        "upper" | "uppercase" | "touppercase" | "ucase" => "write `.to_upper()` behind the text",
        "strip" => "write `.trim()` behind the text",
        "startswith" => "write `.starts_with(\"...\")` behind the text",
        "endswith" => "write `.ends_with(\"...\")` behind the text",
        "includes" | "has" | "find" | "instr" | "search" => {
            "write `.contains(...)` behind the list or text"
        }
        "iferror" => {
            "where a divisor may be 0, write `if j.b == 0 { 0 } else { j.a / j.b }`; to take a value \
             for a fact that nobody states, write `j.assume(\"path.of.fact\", 0)`"
        }
        "coalesce" | "fillna" | "ifnull" | "nvl" | "nz" | "ifna" | "ifblank" | "default"
        | "getordefault" => {
            "to take a value for a fact that nobody states, write `j.assume(\"path.of.fact\", 0)`"
        }
        "not" => "write `!(...)`",
        "and" => "write `&&` between the conditions",
        "or" => "write `||` between the conditions",
        "if" | "iif" | "ifelse" | "ifs" => "write `if ... { ... } else { ... }`",
        "unmet" | "fail" | "failed" | "reject" | "deny" | "refuse" => "write `not_met(\"why\")`",
        "pass" | "passed" | "accept" | "approve" | "fulfilled" => "write `met(\"why\")`",
        "skip" | "na" | "exempt" => "write `not_applicable(\"why\")`",
        "unknown" | "undetermined" => {
            "leave it out: what rests on a fact that nobody states is unknown by itself"
        }
        "left" | "right" | "mid" | "substr" | "substring" | "sub_string" => {
            "ask for the beginning or the end: `.starts_with(\"...\")`, `.ends_with(\"...\")`"
        }
        "matches" | "regex" | "regexmatch" | "like" | "test" => {
            "look into a text by `.contains(\"...\")`, `.starts_with(\"...\")` or `.ends_with(\"...\")`"
        }
        "int" | "integer" | "trunc" => "write `floor(j.x)` for the whole part",
        "parseint" => OF_DIGITS,
        "tonumber" | "float" | "val" | "value" | "number" | "num" => IS_A_NUMBER,
        "roundup" | "ceil" => "write `ceiling(j.x)`",
        "rounddown" => "write `floor(j.x)`",
        "vlookup" | "hlookup" | "xlookup" | "lookup" => {
            "pick out of a map by a fact: `let least = #{city: 5, county: 9}; least[j.kind]`"
        }
        "between" => "write `j.x in 1..=5` for 1 to 5, or `j.x >= 1 && j.x <= 5`",
        "dateadd" | "edate" => "write `add_months(j.since, 3)`, or `+ 30` for days",
        "range" => "write `0..10`: from 0 up to 9",
        "countifs" | "countblank" | "counta" => {
            "write `.filter(|x| x > 1).len()` behind a list; what is counted over all records stands \
             under `statistics:` in the rulebook file"
        }
        "switch" | "choose" | "decode" => {
            "write `switch j.kind { \"city\" => 5, _ => 9 }`: each case with what it gives"
        }
        "nullif" => "ask before: `if j.x == 0 { ... } else { ... }`",
        "isnumber" | "istext" | "isnan" | "isinstance" | "typeof" => {
            "leave it out: of which type a fact is stands in the rulebook file; to ask whether it is \
             stated, write `j.known(\"path.of.fact\")`"
        }
        "concatws" | "textjoin" | "text" => {
            "fill values into a text between backticks: `` `of ${j.x}` ``"
        }
        "yearfrac" => "write `years_between(earlier, later)` for whole years",
        "any" => "write `.some(|x| x > 1)` behind the list",
        "every" | "all" => "write `.all(|x| x > 1)` behind the list",
        "format" | "sprintf" | "concat" | "concatenate" | "str" | "tostr" => {
            "fill values into a text between backticks: `` `of ${j.x}` ``"
        }
        "datediff" | "datedif" | "daysbetween" => {
            "write `later - earlier` for days, `months_between(earlier, later)` for months, \
             `years_between(earlier, later)` for years"
        }
        _ => of_days_and_lists(plain)?,
    };
    Some(help.to_owned())
}

/// Advice for functions that count days, look into lists, or correspond to statistics.
fn of_days_and_lists(plain: &str) -> Option<&'static str> {
    Some(match plain {
        "get" => {
            "pick out of a map by `[...]`, as in `least[j.kind]`; it needs a line for each value \
             that is asked for"
        }
        "indexof" => {
            "write `.contains(...)` behind the list or text to ask whether it is there, \
             `.index_of(...)` for its place"
        }
        "years" | "months" => {
            "write `years_between(j.since, params.as_of) >= 3` or `months_between(...)` to count \
             them, `add_years(j.since, 3)` or `add_months(...)` for a later day"
        }
        "days" | "weeks" => "two dates make a number of days: write `later - earlier`",
        "quarter" => "write `div(month(j.since) + 2, 3)`",
        "weekday" | "dayofweek" | "getday" | "dow" => {
            "write `(j.since - date(\"1900-01-01\")) % 7`: 0 is a Monday, 6 a Sunday"
        }
        "strftime" | "dateformat" | "todate" | "strptime" => {
            "write `year(j.since)`, `month(j.since)` and `day(j.since)`; a date is written \
             `date(\"2026-01-31\")`"
        }
        "assert" | "require" | "ensure" => "write `if !(...) { return not_met(\"why\"); }`",
        "foreach" | "each" => "write `for x in j.list { ... }`",
        "c" => "a list stands in square brackets: write `[...]`",
        "median" | "percentile" | "quantile" | "stdev" | "variance" => {
            "over all records `median` and `percentile` are statistics, declared under \
             `statistics:` in the rulebook file; of values of one record, put them in order and \
             pick: `[j.a, j.b, j.c].sort()[1]`"
        }
        _ => return None,
    })
}
