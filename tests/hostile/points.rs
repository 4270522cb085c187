//! Scripts that count points, and long chains of cases.

use crate::input::{Input, repeated};

fn questions(count: usize) -> String {
    repeated(count, |number| format!("  q{number}: {{type: boolean}}\n"))
}

pub(crate) fn all() -> Vec<Input> {
    let points = |name, count, weight: fn(usize) -> usize| {
        let asked = repeated(count, |number| {
            format!("if j.q{number} {{ n += {}; }}\n", weight(number))
        });
        let script = format!("let n = 0;\n{asked}n > {}\n", count / 2);
        Input::new(name, &questions(count), &[("s", &script)])
    };
    let branches = repeated(250, |number| {
        format!("if j.a == {number} {{ j.q{number} }} else ")
    }) + "{ j.a > 300 }\n";
    let number = "  a: {type: integer, range: {min: 0, max: 100000}}\n";
    let rows = repeated(20_000, |row| {
        let answers = repeated(30, |number| {
            [",true", ",false", ","][(row + number * 7 + row / 11) % 3].to_owned()
        });
        format!("r{row}{answers}\n")
    });
    let head = "id".to_owned() + &repeated(30, |number| format!(",q{number}")) + "\n";
    vec![
        points("points", 30, |_| 1),
        points("weights", 30, |number| number * 3 + 1),
        points("doubling", 30, |number| 1 << number),
        points("rows-of-points", 30, |_| 1)
            .records("all.csv", head + &rows)
            .of("r17"),
        Input::new("branches", &(questions(250) + number), &[("s", &branches)]),
        Input::new(
            "both",
            &questions(120),
            &[(
                "s",
                &(repeated(60, |number| {
                    format!("(j.q{number} || j.q{}) && ", number + 60)
                }) + "1 > 0\n"),
            )],
        ),
    ]
}
