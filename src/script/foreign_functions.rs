//! Functions of other languages, and of sheets: what to write here for each.

/// What to write where somebody asks for a fact that is, or is not, stated.
pub(super) const ASK_STATED: &str = "to ask whether a fact is stated, write \
    `j.known(\"path.of.fact\")`; whether it is missing, `!j.known(\"path.of.fact\")`";

/// What to write for a function that does not exist here.
pub(super) fn instead_of(name: &str) -> Option<String> {
    let plain: String = name
        .chars()
        .filter(|c| *c != '_')
        .flat_map(char::to_lowercase)
        .collect();
    let help = match plain.as_str() {
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
        "isempty" | "isblank" | "isnull" | "isna" | "isnone" | "isunknown" | "ismissing" => {
            "to ask whether a fact is missing, write `!j.known(\"path.of.fact\")`"
        }
        "isknown" | "isstated" | "exists" | "defined" | "isdefined" | "isset" | "isnotnull"
        | "isnotblank" | "notnull" | "hasvalue" => {
            "to ask whether a fact is stated, write `j.known(\"path.of.fact\")`"
        }
        "iferror" => {
            "where a divisor may be 0, write `if j.b == 0 { 0 } else { j.a / j.b }`; to take a value \
             for a fact that nobody states, write `j.assume(\"path.of.fact\", 0)`"
        }
        "coalesce" | "ifnull" | "nvl" | "nz" | "ifna" | "ifblank" | "default" | "getordefault" => {
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
        "int" | "integer" | "parseint" | "trunc" => "write `floor(j.x)` for the whole part",
        "tonumber" | "float" | "val" | "value" | "number" | "num" => {
            "leave it out: a fact of `type: number` is a number already"
        }
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
            "write `later - earlier` for days, `years_between(earlier, later)` for years"
        }
        _ => return None,
    };
    Some(help.to_owned())
}
